//! What is pushed to us is kept before it is answered, and parsed once.

use bytes::Bytes;
use model::receipt::{Pushed, Receipt, ReceiptState};
use model::{Cause, ReceiptId};

use super::given::{
    Fresh, Making, NOW, account, accounts, crm, erp, find_task, incoming, later, page, record_of,
};
use crate::store::{Incoming, Ingest, Parsed, ParsedReceipt, Reading, ReceiptFilter, StoreError};

/// A push of one account, in its sender's own encoding.
fn push(id: Option<&str>) -> Pushed {
    Pushed {
        connection: crm(),
        code: "KH".into(),
        token: "仓库".into(),
        at: NOW,
        id: id.map(str::to_owned),
        void: false,
        content_type: Some("text/xml; charset=gbk".into()),
        once: None,
        body: Bytes::from_static(b"<name>\xc9\xcc\x00\xb5\xea</name>"),
    }
}

async fn received(store: &Fresh, id: Option<&str>) -> ReceiptId {
    store.receive(push(id)).await.unwrap()
}

async fn receipt(store: &Fresh, id: ReceiptId) -> Receipt {
    store.receipts(&[id]).await.unwrap().remove(0).expect("it was received")
}

async fn waiting(store: &Fresh) -> Vec<ReceiptId> {
    store.unparsed(&crm(), &[], 100, usize::MAX).await.unwrap().iter().map(|receipt| receipt.id).collect()
}

/// The receipt was parsed to that account.
fn parsed_to(id: ReceiptId, source: &str, version: i64) -> Parsed {
    let came = Incoming { receipt: Some(id), ..incoming(source, version, "商店") };
    Parsed {
        receipts: vec![ParsedReceipt { id, outcome: Ok(vec![account(source)]) }],
        ingests: vec![Ingest { reading: Reading::Push, ..page(vec![came]) }],
        wishes: Vec::new(),
        at: NOW,
        based_on: None,
    }
}

fn failed(id: ReceiptId) -> Parsed {
    let outcome = Err(Cause::new("function.threw").with("message", "没有单号"));
    Parsed { receipts: vec![ParsedReceipt { id, outcome }], at: NOW, ..Parsed::default() }
}

pub async fn what_is_pushed_is_kept_as_it_came_in_order(fresh: Making<'_>) {
    let store = fresh().await;
    let (first, second) = (received(&store, Some("甲")).await, received(&store, None).await);
    assert!(first < second);
    let receipts = store.unparsed(&crm(), &[], 100, usize::MAX).await.unwrap();
    assert_eq!(receipts.iter().map(|receipt| receipt.id).collect::<Vec<_>>(), [first, second]);
    assert_eq!(receipts[0].pushed, push(Some("甲")));
    assert_eq!((receipts[1].state, &receipts[1].pushed), (ReceiptState::Waiting, &push(None)));
    assert!(store.unparsed(&erp(), &[], 100, usize::MAX).await.unwrap().is_empty());
    assert_eq!(store.unparsed_counts().await.unwrap(), [(crm(), 2)]);
    assert_eq!(store.receipts(&[ReceiptId(99_999), first]).await.unwrap()[0], None);
}

pub async fn what_is_sent_twice_is_kept_once(fresh: Making<'_>) {
    let store = fresh().await;
    let marked = |once: &str| Pushed { once: Some(once.into()), ..push(None) };
    let first = store.receive(marked("事件-1")).await.unwrap();
    assert_eq!(store.receive(marked("事件-1")).await.unwrap(), first);
    store.store_parsed(failed(first)).await.unwrap();
    assert_eq!(store.receive(marked("事件-1")).await.unwrap(), first, "whatever became of it");
    let mut others = vec![store.receive(marked("事件-2")).await.unwrap()];
    others.push(store.receive(Pushed { code: "别的".into(), ..marked("事件-1") }).await.unwrap());
    others.push(store.receive(Pushed { connection: erp(), ..marked("事件-1") }).await.unwrap());
    others.push(received(&store, None).await);
    others.push(received(&store, None).await);
    let every = [vec![first], others].concat();
    assert!(every.is_sorted_by(|one, other| one < other), "{every:?}");
    assert_eq!(store.receipts(&[first]).await.unwrap()[0].as_ref().unwrap().pushed, marked("事件-1"));
}

pub async fn what_waits_is_told_up_to_a_size(fresh: Making<'_>) {
    let store = fresh().await;
    let mut ids = Vec::new();
    for _ in 0..4 {
        ids.push(received(&store, None).await);
    }
    let size = push(None).body.len();
    let told = |limit, bytes| {
        let store = store.clone();
        async move {
            let receipts = store.unparsed(&crm(), &[], limit, bytes).await.unwrap();
            receipts.iter().map(|receipt| receipt.id).collect::<Vec<_>>()
        }
    };
    assert_eq!(told(3, usize::MAX).await, ids[..3]);
    assert_eq!(told(100, 2 * size).await, ids[..2]);
    assert_eq!(told(100, 2 * size + 1).await, ids[..3], "the one with which they reach it is the last");
    assert_eq!(told(100, 1).await, ids[..1], "one is told however large it is");
}

pub async fn what_waits_is_told_without_some_codes(fresh: Making<'_>) {
    let store = fresh().await;
    let one = received(&store, None).await;
    let other = store.receive(Pushed { code: "销售订单".into(), ..push(None) }).await.unwrap();
    let without = |code: &str| vec![code.to_owned(), "没有的".to_owned()];
    for (except, wanted) in [(without("KH"), other), (without("销售订单"), one)] {
        let told = store.unparsed(&crm(), &except, 100, usize::MAX).await.unwrap();
        assert_eq!(told.iter().map(|receipt| receipt.id).collect::<Vec<_>>(), [wanted]);
    }
}

pub async fn what_was_merged_onto_another_revision_is_not_stored(fresh: Making<'_>) {
    let store = fresh().await;
    let merged = |id, onto| {
        let mut parsed = parsed_to(id, "甲", 9);
        parsed.ingests[0].incoming[0].merged_onto = Some(onto);
        parsed
    };
    let first = received(&store, Some("甲")).await;
    assert!(matches!(store.store_parsed(merged(first, 1)).await, Err(StoreError::Outdated { .. })));
    store.store_parsed(merged(first, 0)).await.unwrap();
    let second = received(&store, Some("甲")).await;
    assert!(matches!(store.store_parsed(merged(second, 0)).await, Err(StoreError::Outdated { .. })));
    assert_eq!(waiting(&store).await, [second]);
    store.store_parsed(merged(second, 1)).await.unwrap();
}

pub async fn what_was_parsed_by_another_configuration_is_not_stored(fresh: Making<'_>) {
    let store = fresh().await;
    let id = received(&store, None).await;
    let by = |generation| Parsed { based_on: Some(generation), ..failed(id) };
    let generation = store.generation().await.unwrap();
    let outdated = store.store_parsed(by(generation - 1)).await;
    assert!(matches!(outdated, Err(StoreError::Outdated { .. })), "nor that it failed: it may be mended");
    assert_eq!(waiting(&store).await, [id]);
    store.store_parsed(by(generation)).await.unwrap();
}

pub async fn what_a_push_is_parsed_to_is_stored_with_it(fresh: Making<'_>) {
    let store = fresh().await;
    let id = received(&store, Some("甲")).await;
    let mut parsed = parsed_to(id, "甲", 1);
    parsed.wishes = vec![account("乙")];
    let ingested = store.store_parsed(parsed).await.unwrap();
    assert_eq!(ingested.iter().map(|ingested| ingested.changed).collect::<Vec<_>>(), [1]);
    assert!(find_task(&store, "甲", model::task::Kind::Deliver).await.is_some());
    assert_eq!(store.wishes(&crm(), &accounts(), 10).await.unwrap(), ["乙"]);
    let receipt = receipt(&store, id).await;
    assert_eq!((receipt.state, receipt.about), (ReceiptState::Parsed, vec![account("甲")]));
    assert!(waiting(&store).await.is_empty());
    assert!(store.unparsed_counts().await.unwrap().is_empty());
}

pub async fn a_push_is_parsed_once(fresh: Making<'_>) {
    let store = fresh().await;
    let (first, second) = (received(&store, Some("甲")).await, received(&store, Some("乙")).await);
    store.store_parsed(parsed_to(first, "甲", 1)).await.unwrap();
    let mut both = parsed_to(second, "乙", 1);
    both.receipts.push(ParsedReceipt { id: first, outcome: Ok(vec![account("甲")]) });
    let again = store.store_parsed(both).await;
    assert!(matches!(again, Err(StoreError::Outdated { .. })), "{again:?}");
    assert_eq!(store.find(&[account("乙")]).await.unwrap(), [None], "nothing of it is stored");
    assert_eq!(waiting(&store).await, [second]);
}

pub async fn what_cannot_be_parsed_keeps_its_body_and_is_parsed_again(fresh: Making<'_>) {
    let store = fresh().await;
    let id = received(&store, None).await;
    store.store_parsed(failed(id)).await.unwrap();
    let kept = receipt(&store, id).await;
    assert_eq!((kept.state, &kept.pushed), (ReceiptState::Failed, &push(None)));
    assert_eq!(kept.cause.unwrap().code, "function.threw");
    assert!(waiting(&store).await.is_empty());
    assert_eq!(store.parse_again(&[id, ReceiptId(99_999)]).await.unwrap(), [id]);
    assert_eq!(waiting(&store).await, [id]);
    assert_eq!(receipt(&store, id).await.cause, None);
    store.store_parsed(parsed_to(id, "甲", 1)).await.unwrap();
    assert!(store.parse_again(&[id]).await.unwrap().is_empty(), "what was parsed is not parsed again");
}

pub async fn what_a_person_sets_aside_is_not_parsed(fresh: Making<'_>) {
    let store = fresh().await;
    let (one, other) = (received(&store, None).await, received(&store, None).await);
    store.store_parsed(failed(one)).await.unwrap();
    assert_eq!(store.ignore_receipts(&[other, one]).await.unwrap().len(), 2);
    assert!(waiting(&store).await.is_empty());
    assert_eq!(receipt(&store, one).await.state, ReceiptState::Ignored);
    let parsed = store.store_parsed(parsed_to(other, "甲", 1)).await;
    assert!(
        matches!(parsed, Err(StoreError::Outdated { .. })),
        "whoever was parsing it meanwhile stores nothing"
    );
    assert_eq!(store.parse_again(&[other]).await.unwrap(), [other]);
    assert_eq!(waiting(&store).await, [other]);
}

pub async fn receipts_are_listed_newest_first(fresh: Making<'_>) {
    let store = fresh().await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(received(&store, Some("甲")).await);
    }
    let there = Pushed { connection: erp(), at: later(60), ..push(None) };
    let at_erp = store.receive(there).await.unwrap();
    store.store_parsed(failed(ids[1])).await.unwrap();
    let listed = |filter: ReceiptFilter| {
        let store = store.clone();
        async move { store.list_receipts(&filter).await.unwrap() }
    };
    let all = listed(ReceiptFilter::default()).await;
    assert_eq!(all.iter().map(|line| line.id).collect::<Vec<_>>(), [at_erp, ids[2], ids[1], ids[0]]);
    assert_eq!((all[0].at, &*all[0].code, all[0].bytes), (later(60), "KH", push(None).body.len() as u64));
    let of_crm = ReceiptFilter { connection: Some(crm()), limit: 2, ..ReceiptFilter::default() };
    let of_crm = listed(of_crm).await;
    assert_eq!(of_crm.iter().map(|line| line.id).collect::<Vec<_>>(), [ids[2], ids[1]]);
    let before = ReceiptFilter { before: Some(ids[1]), ..ReceiptFilter::default() };
    assert_eq!(listed(before).await.len(), 1);
    let failed = ReceiptFilter { states: vec![ReceiptState::Failed], ..ReceiptFilter::default() };
    let failed = listed(failed).await;
    assert_eq!(failed.iter().map(|line| line.id).collect::<Vec<_>>(), [ids[1]]);
    assert_eq!(failed[0].cause.as_ref().unwrap().param("message"), Some("没有单号"));
}

pub async fn a_record_is_traced_by_the_push_that_brought_it(fresh: Making<'_>) {
    let store = fresh().await;
    let id = received(&store, Some("甲")).await;
    assert!(store.trace(&id.told(), 10).await.unwrap().is_empty(), "it was not parsed yet");
    store.store_parsed(parsed_to(id, "甲", 5)).await.unwrap();
    let stories = store.trace(&id.told(), 10).await.unwrap();
    assert_eq!(stories[0].record.id, record_of(&store, "甲").await);
    let arrival = &stories[0].arrivals[0];
    assert_eq!((arrival.receipt, &*arrival.reading, arrival.revision), (Some(id), "push", Some(1)));
    // The same again, and an older one: each leaves its arrival.
    for version in [5, 4] {
        let again = received(&store, Some("甲")).await;
        store.store_parsed(parsed_to(again, "甲", version)).await.unwrap();
        let stories = store.trace(&again.told(), 10).await.unwrap();
        let arrival = &stories[0].arrivals[0];
        assert_eq!((arrival.receipt, arrival.revision), (Some(again), (version == 5).then_some(1)));
    }
}
