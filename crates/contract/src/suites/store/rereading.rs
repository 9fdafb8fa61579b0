//! Open records: which they are, and which was read longest ago.

use model::RecordId;
use model::Timestamp;

use super::given::*;
use crate::store::{Cursor, Incoming, Ingest, OpenRecords, Reading, Walk};

/// Orders as they were read at that time, each open or not.
async fn read(store: &Fresh, at: Timestamp, how: Reading, orders: &[(&str, Option<bool>)], absent: &[&str]) {
    let order = |(id, open): &(&str, Option<bool>)| Incoming { open: *open, ..incoming(id, 1, "订单") };
    let ingest = Ingest {
        at,
        reading: how,
        absent: absent.iter().map(|id| (*id).to_owned()).collect(),
        ..page(orders.iter().map(order).collect())
    };
    store.ingest(ingest).await.unwrap();
}

async fn open(store: &Fresh, limit: usize) -> OpenRecords {
    store.open_records(&crm(), &accounts(), limit).await.unwrap()
}

fn oldest(count: u64, oldest: &[(&str, i64)]) -> OpenRecords {
    let oldest = oldest.iter().map(|(id, seconds)| ((*id).to_owned(), later(*seconds))).collect();
    OpenRecords { count, oldest }
}

pub async fn open_records_are_told_with_the_oldest_reading_first(fresh: Making<'_>) {
    let store = fresh().await;
    read(&store, later(10), Reading::Poll, &[("乙", Some(true)), ("丙", Some(false)), ("丁", None)], &[])
        .await;
    read(&store, later(0), Reading::History, &[("甲", Some(true))], &[]).await;
    read(&store, later(20), Reading::Wish, &[("戊", Some(true))], &[]).await;
    assert_eq!(open(&store, 2).await, oldest(3, &[("甲", 0), ("乙", 10)]));
    let elsewhere = store.open_records(&erp(), &accounts(), 9).await.unwrap();
    assert_eq!(elsewhere, OpenRecords::default());
}

pub async fn whatever_reads_an_open_record_moves_it_to_the_end(fresh: Making<'_>) {
    let store = fresh().await;
    read(&store, later(0), Reading::Poll, &[("甲", Some(true)), ("乙", Some(true)), ("丙", Some(true))], &[])
        .await;
    read(&store, later(60), Reading::Open, &[("甲", Some(true))], &[]).await;
    read(&store, later(90), Reading::Poll, &[("乙", None)], &[]).await;
    assert_eq!(open(&store, 9).await, oldest(3, &[("丙", 0), ("乙", 0), ("甲", 60)]), "nobody asked of 乙");
}

pub async fn what_is_closed_leaves_and_what_opens_again_comes_back(fresh: Making<'_>) {
    let store = fresh().await;
    read(&store, later(0), Reading::Poll, &[("甲", Some(true)), ("乙", Some(true))], &[]).await;
    read(&store, later(60), Reading::Open, &[("甲", Some(false))], &[]).await;
    assert_eq!(open(&store, 9).await, oldest(1, &[("乙", 0)]));
    read(&store, later(120), Reading::Poll, &[("甲", Some(true))], &[]).await;
    assert_eq!(open(&store, 9).await, oldest(2, &[("乙", 0), ("甲", 120)]));
}

pub async fn what_is_absent_twice_leaves(fresh: Making<'_>) {
    let store = fresh().await;
    read(&store, later(0), Reading::Poll, &[("甲", Some(true)), ("乙", Some(true))], &[]).await;
    read(&store, later(60), Reading::Open, &[], &["甲", "乙", "没有的"]).await;
    assert_eq!(open(&store, 9).await, oldest(2, &[("乙", 60), ("甲", 60)]), "one answer proves little");
    read(&store, later(90), Reading::Poll, &[("乙", Some(true))], &[]).await;
    read(&store, later(120), Reading::Open, &[], &["甲", "乙"]).await;
    assert_eq!(open(&store, 9).await, oldest(1, &[("乙", 120)]), "乙 was there in between");
}

pub async fn a_slice_moves_its_cursor(fresh: Making<'_>) {
    let store = fresh().await;
    let cursor = Cursor { from: NOW, to: NOW, after: Some("表达式".into()), finished: true };
    let ingest = Ingest {
        reading: Reading::Open,
        cursor: Some((Walk::Open, cursor.clone())),
        ..page(vec![Incoming { open: Some(true), ..incoming("甲", 1, "订单") }])
    };
    store.ingest(ingest).await.unwrap();
    assert_eq!(store.cursor(&crm(), &accounts(), Walk::Open).await.unwrap(), Some(cursor));
    assert_eq!(store.cursor(&crm(), &accounts(), Walk::Changes).await.unwrap(), None);
}

pub async fn stored_records_are_judged_without_being_read(fresh: Making<'_>) {
    let store = fresh().await;
    read(&store, later(0), Reading::Poll, &[("甲", None), ("乙", Some(true)), ("丙", Some(true))], &[]).await;
    let first = store.stored(&crm(), &accounts(), RecordId(0), 2).await.unwrap();
    let rest = store.stored(&crm(), &accounts(), first[1].id, 2).await.unwrap();
    let ids: Vec<&str> = first.iter().chain(&rest).map(|record| record.key.id.as_str()).collect();
    assert_eq!(ids, ["甲", "乙", "丙"]);
    assert_eq!(store.stored(&erp(), &accounts(), RecordId(0), 9).await.unwrap(), []);
    let cursor = Cursor { from: NOW, to: NOW, after: Some("新表达式".into()), finished: true };
    let judged = [("甲".to_owned(), true), ("乙".to_owned(), true), ("丙".to_owned(), false)];
    store.judge(&crm(), &accounts(), &judged, &cursor, later(300)).await.unwrap();
    assert_eq!(open(&store, 9).await, oldest(2, &[("乙", 0), ("甲", 300)]));
    assert_eq!(store.cursor(&crm(), &accounts(), Walk::Open).await.unwrap(), Some(cursor));
}
