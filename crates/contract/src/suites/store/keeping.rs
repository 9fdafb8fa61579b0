//! What is kept, and for how long; and how older versions are packed.

use std::time::Duration;

use bytes::Bytes;
use model::Timestamp;
use model::attempt::CallRecord;
use model::receipt::{Pushed, ReceiptState};
use model::task::{State, Task};

use super::given::*;
use crate::store::{
    Cursor, Ingest, Parsed, ParsedReceipt, Part, PurgeSlice, Purged, Settlement, SettlementBatch, Story, Walk,
};

/// A day, in seconds.
const DAY: i64 = 86_400;

fn slice(part: Part, before: Timestamp) -> PurgeSlice {
    PurgeSlice { part, before, after: 0, limit: 100, at: later(100 * DAY), only_looks: false }
}

/// Purges all parts to their ends; how many rows of each went.
async fn purge_all(store: &Fresh, before: Timestamp) -> Vec<u64> {
    let mut removed = Vec::new();
    for part in Part::ALL {
        let mut next = Some(0);
        let mut of_part = 0;
        while let Some(after) = next {
            let purged = store.purge(&PurgeSlice { after, limit: 2, ..slice(part, before) }).await.unwrap();
            of_part += purged.removed;
            next = purged.after;
        }
        removed.push(of_part);
    }
    removed
}

/// The account was renamed on each of some days, from the first on.
async fn renamed(store: &Fresh, id: &str, days: std::ops::Range<i64>) {
    for day in days {
        let came = vec![incoming(id, day + 1, &long_name(id, day))];
        store.ingest(Ingest { at: later(day * DAY), ..page(came) }).await.unwrap();
    }
}

/// Names as long as a document.
fn long_name(id: &str, day: i64) -> String {
    let contacts: Vec<String> = (0..40).map(|n| format!("联系人{n}:李{}", n * 37 % 11)).collect();
    format!("客户{id}第{day}天 {}", contacts.join("、"))
}

async fn try_at(store: &Fresh, task: &Task, number: u64, state: State, day: i64) {
    let lease = store.lease(&lane(), OWNER, later(day * DAY), later((day + 1) * DAY)).await.unwrap().unwrap();
    let mut tried = attempt(task, state);
    (tried.started, tried.ended) = (later(day * DAY), later(day * DAY + 1));
    let settled = match state {
        State::Synced => synced(task),
        _ => failed(task),
    };
    let settled = Settlement { attempt: Some(tried), calls: vec![number], ..settled };
    let calls = vec![CallRecord { sent: later(day * DAY), ..call(number) }];
    let batch = SettlementBatch { at: later(day * DAY), settlements: vec![settled], calls };
    store.settle(&lease, batch).await.unwrap();
}

async fn story(store: &Fresh, id: &str) -> Story {
    let stories = store.trace(id, 10).await.unwrap();
    stories.into_iter().find(|story| story.record.key.id == id).expect("it is found")
}

async fn versions_there(store: &Fresh, id: &str, of: std::ops::RangeInclusive<i64>) -> Vec<i64> {
    let record = record_of(store, id).await;
    let asked: Vec<_> = of.map(|revision| (record, revision)).collect();
    let found = store.versions(&asked).await.unwrap();
    found.into_iter().flatten().map(|record| record.revision).collect()
}

pub async fn what_is_old_goes_and_the_present_stays(fresh: Making<'_>) {
    let store = fresh().await;
    renamed(&store, "1", 0..4).await;
    let task = task_of(&store, "1").await;
    try_at(&store, &task, 1, State::Failed, 1).await;
    try_at(&store, &task, 2, State::Synced, 3).await;
    let before = store.find(&[account("1")]).await.unwrap();
    let looks = PurgeSlice { only_looks: true, ..slice(Part::Versions, later(3 * DAY)) };
    assert_eq!(store.purge(&looks).await.unwrap().removed, 3);
    assert_eq!(store.storage().await.unwrap().purged, None, "it was only looked");
    // Of the attempts and calls the failed one of the second day, of arrivals and versions those of three days.
    assert_eq!(purge_all(&store, later(3 * DAY)).await, [1, 1, 3, 3, 0, 0, 0, 0]);
    assert_eq!(store.find(&[account("1")]).await.unwrap(), before);
    assert_eq!(task_of(&store, "1").await.state, State::Synced);
    assert_eq!(versions_there(&store, "1", 1..=4).await, [4]);
    let story = story(&store, "1").await;
    assert_eq!((story.arrivals.len(), story.tasks[0].attempts.len()), (1, 1));
    assert_eq!(story.tasks[0].attempts[0].calls.len(), 1);
    assert_eq!(purge_all(&store, later(3 * DAY)).await, [0; Part::ALL.len()], "what is gone is gone");
    // The newest version stays, however old it is.
    assert_eq!(purge_all(&store, later(90 * DAY)).await, [1, 1, 1, 0, 0, 0, 0, 0]);
    assert_eq!(store.find(&[account("1")]).await.unwrap(), before);
}

pub async fn nothing_of_what_is_unresolved_goes(fresh: Making<'_>) {
    let store = fresh().await;
    for id in ["失败", "未知", "等待"] {
        renamed(&store, id, 0..2).await;
    }
    let of_failed = task_of(&store, "失败").await;
    try_at(&store, &of_failed, 1, State::Failed, 1).await;
    let of_unknown = task_of(&store, "未知").await;
    let lease = lease(&store).await;
    store.open(&lease, vec![creation(&of_unknown, "未知")]).await.unwrap();
    assert_eq!(purge_all(&store, later(90 * DAY)).await, [0; Part::ALL.len()]);
    for id in ["失败", "未知", "等待"] {
        let story = story(&store, id).await;
        assert_eq!(story.arrivals.len(), 2, "{id}");
        assert_eq!(story.purged, None, "nothing was purged");
        assert_eq!(versions_there(&store, id, 1..=2).await, [1, 2]);
    }
    assert_eq!(story(&store, "失败").await.tasks[0].attempts[0].calls.len(), 1);
    // Once it is resolved it goes as the others do.
    let of_failed = task_of(&store, "失败").await;
    try_at(&store, &of_failed, 2, State::Synced, 2).await;
    assert_eq!(purge_all(&store, later(90 * DAY)).await, [2, 2, 2, 1, 0, 0, 0, 0]);
}

pub async fn versions_go_from_the_oldest_on(fresh: Making<'_>) {
    let store = fresh().await;
    // The clock was set back after the first.
    for (version, day) in [(1, 9), (2, 1), (3, 2), (4, 12)] {
        let came = vec![incoming("1", version, &long_name("1", version))];
        let ingest = Ingest { at: later(day * DAY), raise: Vec::new(), ..page(came) };
        store.ingest(ingest).await.unwrap();
    }
    store.pack(100).await.unwrap();
    purge_all(&store, later(5 * DAY)).await;
    assert_eq!(
        versions_there(&store, "1", 1..=4).await,
        [1, 2, 3, 4],
        "none behind which an older one stays"
    );
    purge_all(&store, later(10 * DAY)).await;
    assert_eq!(versions_there(&store, "1", 1..=4).await, [4]);
}

pub async fn a_slice_looks_at_no_more_rows_than_it_may(fresh: Making<'_>) {
    let store = fresh().await;
    let many = (0..25).map(|n| incoming(&n.to_string(), 1, "客户")).collect();
    store.ingest(Ingest { raise: Vec::new(), ..page(many) }).await.unwrap();
    let mut next = Some(0);
    let mut slices = Vec::new();
    while let Some(after) = next {
        let asked = PurgeSlice { after, limit: 10, ..slice(Part::Arrivals, later(DAY)) };
        let purged = store.purge(&asked).await.unwrap();
        slices.push(purged.removed);
        next = purged.after;
    }
    assert_eq!(slices, [10, 10, 5]);
    let young = store.purge(&PurgeSlice { limit: 10, ..slice(Part::Versions, NOW) }).await.unwrap();
    assert_eq!(young, Purged::default(), "where nothing is older, nothing behind it is looked at");
    renamed(&store, "0", 1..40).await;
    let mut seen = Vec::new();
    loop {
        let packed = store.pack(10).await.unwrap();
        seen.push(packed.seen);
        if packed.seen < 10 {
            break;
        }
    }
    assert_eq!(seen.iter().sum::<u64>(), 25 + 39);
    assert!(seen.iter().all(|seen| *seen <= 10));
}

pub async fn pushes_that_wait_or_failed_stay(fresh: Making<'_>) {
    let store = fresh().await;
    let mut ids = Vec::new();
    for state in ReceiptState::ALL {
        let pushed = Pushed {
            connection: crm(),
            code: "KH".into(),
            token: "仓库".into(),
            at: NOW,
            id: None,
            void: false,
            content_type: None,
            once: None,
            body: Bytes::from_static("<客户/>".as_bytes()),
        };
        let id = store.receive(pushed).await.unwrap();
        let outcome = match state {
            ReceiptState::Parsed => Some(Ok(vec![account("1")])),
            ReceiptState::Failed => Some(Err(refused())),
            ReceiptState::Waiting | ReceiptState::Ignored => None,
        };
        if let Some(outcome) = outcome {
            let receipts = vec![ParsedReceipt { id, outcome }];
            store.store_parsed(Parsed { receipts, at: NOW, ..Parsed::default() }).await.unwrap();
        }
        if state == ReceiptState::Ignored {
            store.ignore_receipts(&[id]).await.unwrap();
        }
        ids.push(id);
    }
    assert_eq!(purge_all(&store, NOW).await, [0; Part::ALL.len()], "they are not older");
    assert_eq!(purge_all(&store, later(DAY)).await, [0, 0, 0, 0, 2, 0, 0, 0]);
    let left: Vec<ReceiptState> =
        store.receipts(&ids).await.unwrap().into_iter().flatten().map(|receipt| receipt.state).collect();
    assert_eq!(left, [ReceiptState::Waiting, ReceiptState::Failed]);
}

pub async fn calls_go_with_the_last_attempt_that_made_them(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    let tasks = ready(&store, &["1", "2"]).await;
    let tried = |task: &Task, state| Settlement {
        attempt: Some(attempt(task, state)),
        calls: vec![7],
        ..if state == State::Synced { synced(task) } else { failed(task) }
    };
    let settlements = vec![tried(&tasks[0], State::Synced), tried(&tasks[1], State::Failed)];
    let batch = SettlementBatch { at: NOW, settlements, calls: vec![call(7)] };
    store.settle(&lease, batch).await.unwrap();
    let read = Ingest { calls: vec![call(8)], raise: Vec::new(), ..page(Vec::new()) };
    store.ingest(read).await.unwrap();
    assert_eq!(purge_all(&store, later(DAY)).await[..2], [1, 1], "a page's call goes, a batch's stays");
    assert_eq!(story(&store, "2").await.tasks[0].attempts[0].calls.len(), 1);
    let task = task_of(&store, "2").await;
    settle(&store, &lease, vec![synced(&task)]).await;
    assert_eq!(purge_all(&store, later(DAY)).await[..2], [1, 1]);
}

pub async fn a_story_says_what_was_purged(fresh: Making<'_>) {
    let store = fresh().await;
    renamed(&store, "旧", 0..2).await;
    renamed(&store, "新", 8..9).await;
    assert_eq!(store.storage().await.unwrap().purged, None);
    let task = task_of(&store, "旧").await;
    try_at(&store, &task, 1, State::Synced, 2).await;
    purge_all(&store, later(5 * DAY)).await;
    let mark = store.storage().await.unwrap().purged.expect("something was purged");
    assert_eq!((mark.before, mark.at), (later(5 * DAY), later(100 * DAY)));
    assert_eq!(story(&store, "旧").await.purged, Some(mark));
    assert_eq!(story(&store, "新").await.purged, None, "it came after what was purged");
}

pub async fn packed_versions_come_back_byte_by_byte(fresh: Making<'_>) {
    let store = fresh().await;
    renamed(&store, "1", 0..40).await;
    renamed(&store, "2", 0..1).await;
    let record = record_of(&store, "1").await;
    let all: Vec<_> = (1..=40).map(|revision| (record, revision)).collect();
    let before = store.versions(&all).await.unwrap();
    let packed = store.pack(1_000).await.unwrap();
    assert_eq!((packed.seen, packed.packed), (41, 39), "the newest of each stays as it is");
    assert!(packed.to * 5 < packed.from, "{} of {} bytes", packed.to, packed.from);
    assert_eq!(store.versions(&all).await.unwrap(), before);
    assert_eq!(store.pack(1_000).await.unwrap().seen, 0, "each is looked at once");
    // What follows later lets the one that was the newest be packed, too.
    renamed(&store, "1", 40..42).await;
    let more = store.pack(1_000).await.unwrap();
    assert_eq!((more.seen, more.packed), (2, 2));
    assert_eq!(store.versions(&all).await.unwrap(), before);
    let now = store.find(&[account("1")]).await.unwrap().remove(0).unwrap();
    assert!(now.body.contains(&long_name("1", 41)));
}

pub async fn what_is_stored_is_told_part_by_part(fresh: Making<'_>) {
    let store = fresh().await;
    let empty = store.storage().await.unwrap();
    assert_eq!(empty.parts.iter().map(|stored| stored.part).collect::<Vec<_>>(), Part::ALL);
    assert!(empty.parts.iter().all(|stored| stored.rows == 0 && stored.oldest.is_none()));
    renamed(&store, "1", 3..5).await;
    let stored = store.storage().await.unwrap();
    assert!(stored.used > 0);
    let versions = stored.parts.iter().find(|stored| stored.part == Part::Versions).unwrap();
    assert_eq!(versions.oldest, Some(later(3 * DAY)));
    assert!(versions.rows > 0 && versions.bytes > 100);
    assert_eq!(store.give_back(10).await.unwrap(), 0, "there is nothing to give back");
}

/// A window of that day that was read to its end, or not.
fn window(day: i64, after: Option<&str>) -> Cursor {
    Cursor {
        from: later(day * DAY - 600),
        to: later(day * DAY),
        after: after.map(str::to_owned),
        finished: after.is_none(),
    }
}

pub async fn a_clock_that_was_set_back_lets_nothing_wait(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = store.lease(&lane(), "乙", later(DAY), later(DAY + 30)).await.unwrap().unwrap();
    let tasks = ready(&store, &["1", "2"]).await;
    let retried = Settlement { due: later(DAY + 300), ..settlement(&tasks[0], State::Retrying) };
    let waits = Settlement { due: Timestamp(i64::MAX), ..settlement(&tasks[1], State::Waiting) };
    settle(&store, &lease, vec![retried, waits]).await;
    for (walk, cursor) in [
        (Walk::Changes, window(1, None)),
        (Walk::Open, Cursor { after: Some("审核".into()), ..window(1, None) }),
        (Walk::History, Cursor { from: Timestamp(0), ..window(1, Some("77")) }),
    ] {
        store.ingest(Ingest { cursor: Some((walk, cursor)), ..page(Vec::new()) }).await.unwrap();
    }
    let parts = Ingest {
        object: customers(),
        cursor: Some((Walk::Changes, window(1, Some("100005")))),
        ..page(Vec::new())
    };
    store.ingest(parts).await.unwrap();
    assert_eq!(store.keep_time(later(DAY)).await.unwrap(), None);
    assert_eq!(store.keep_time(NOW).await.unwrap(), Some(Duration::from_secs(DAY.unsigned_abs())));

    assert_eq!(store.next_due(&lane()).await.unwrap(), Some(later(300)));
    let other = store.lease(&lane(), OWNER, later(31), later(60)).await.unwrap();
    assert!(other.is_some(), "who is gone holds nothing for a day");
    let cursor = |object, walk| {
        let store = store.clone();
        async move { store.cursor(&crm(), &object, walk).await.unwrap().unwrap() }
    };
    let again = Cursor { from: later(-DAY), to: later(-DAY), after: None, finished: true };
    assert_eq!(cursor(accounts(), Walk::Changes).await, again);
    assert_eq!(cursor(customers(), Walk::Changes).await, again);
    let open = cursor(accounts(), Walk::Open).await;
    assert_eq!((open.to, open.after.as_deref()), (NOW, Some("审核")));
    assert_eq!(cursor(accounts(), Walk::History).await.after.as_deref(), Some("77"), "its end stays its end");
    assert_eq!(store.keep_time(later(1)).await.unwrap(), None, "it was told once");
}

pub async fn a_clock_that_is_corrected_a_little_changes_nothing(fresh: Making<'_>) {
    let store = fresh().await;
    let cursor = Cursor { after: None, finished: true, from: NOW, to: later(600) };
    store.ingest(Ingest { cursor: Some((Walk::Changes, cursor.clone())), ..page(Vec::new()) }).await.unwrap();
    store.keep_time(later(600)).await.unwrap();
    assert_eq!(store.keep_time(later(300)).await.unwrap(), None, "five minutes lie between two machines");
    assert_eq!(store.cursor(&crm(), &accounts(), Walk::Changes).await.unwrap(), Some(cursor));
    let set_back = store.keep_time(later(-3_601)).await.unwrap();
    assert_eq!(set_back, Some(Duration::from_secs(4_201)), "the latest time counts");
}
