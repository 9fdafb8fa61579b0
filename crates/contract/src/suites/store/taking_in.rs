//! Taking in: history, the newest state, the tasks it raises and the cursor, in one transaction.

use model::task::State;

use super::given::*;
use crate::store::{Cursor, Incoming, Ingest, Ingested, Lease, Reading, Settlement, StoreError, Walk};

pub async fn a_new_record_is_stored_and_raises_its_tasks(fresh: Making<'_>) {
    let store = fresh().await;
    let counts = take_in(&store, vec![incoming("1", 7, "客户甲"), incoming("2", 7, "客户乙")]).await;
    assert_eq!(counts, Ingested { changed: 2, same: 0, stale: 0 });
    let found = store.find(&[account("2"), account("3"), account("1")]).await.unwrap();
    assert_eq!(found[1], None);
    let record = found[2].clone().unwrap();
    let came = incoming("1", 7, "客户甲");
    assert_eq!(record.key, account("1"));
    assert_eq!((record.number, record.name, record.version), (came.number, came.name, came.version));
    assert_eq!((record.revision, record.hash, record.void, record.body), (1, came.hash, false, came.body));
    let task = task_of(&store, "1").await;
    assert_eq!((task.state, task.want, task.done, task.due), (State::Ready, 1, 0, NOW));
}

pub async fn a_change_is_a_new_revision_and_raises_what_rests(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    let task = ready(&store, &["1"]).await.remove(0);
    settle(&store, &lease, vec![synced(&task)]).await;
    let changed = Ingest { at: later(9), ..page(vec![incoming("1", 2, "客户甲改名")]) };
    assert_eq!(store.ingest(changed).await.unwrap().changed, 1);
    let now = task_of(&store, "1").await;
    assert_eq!((now.state, now.want, now.done, now.due), (State::Ready, 2, 1, later(9)));
    let record = store.find(&[account("1")]).await.unwrap().remove(0).unwrap();
    assert_eq!((record.revision, record.name.as_deref(), record.version), (2, Some("客户甲改名"), Some(2)));
}

pub async fn what_came_before_stays_readable(fresh: Making<'_>) {
    let store = fresh().await;
    take_in(&store, vec![incoming("1", 1, "旧名")]).await;
    let old = store.find(&[account("1")]).await.unwrap().remove(0).unwrap();
    take_in(&store, vec![incoming("1", 2, "新名")]).await;
    let of = [(old.id, 2), (old.id, 1), (old.id, 3), (model::RecordId(9_999), 1)];
    let versions = store.versions(&of).await.unwrap();
    assert_eq!(versions[0].as_ref().unwrap().name.as_deref(), Some("新名"));
    assert_eq!(versions[1], Some(old));
    assert_eq!(versions[2..], [None, None]);
}

pub async fn an_older_version_is_history_only(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    take_in(&store, vec![incoming("1", 5, "新名")]).await;
    let task = task_of(&store, "1").await;
    settle(&store, &lease, vec![synced(&task)]).await;
    let before = store.find(&[account("1")]).await.unwrap();
    let counts = take_in(&store, vec![incoming("1", 4, "旧名")]).await;
    assert_eq!(counts, Ingested { stale: 1, ..Ingested::default() });
    assert_eq!(store.find(&[account("1")]).await.unwrap(), before);
    assert_eq!(task_of(&store, "1").await.state, State::Synced);
    let story = store.trace("KH-1", 1).await.unwrap().remove(0);
    let revisions: Vec<_> = story.arrivals.iter().map(|arrival| arrival.revision).collect();
    assert_eq!(revisions, [None, Some(1)]);
}

pub async fn the_same_content_raises_nothing_and_its_version_is_noted(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    let task = ready(&store, &["1"]).await.remove(0);
    settle(&store, &lease, vec![synced(&task)]).await;
    let again = incoming("1", 3, "客户1");
    assert_eq!(take_in(&store, vec![again.clone()]).await, Ingested { same: 1, ..Ingested::default() });
    assert_eq!(task_of(&store, "1").await.state, State::Synced);
    let between = incoming("1", 2, "迟到的旧名");
    assert_eq!(take_in(&store, vec![between]).await.stale, 1, "the noted version counts");
    let record = store.find(&[account("1")]).await.unwrap().remove(0).unwrap();
    assert_eq!((record.revision, record.hash), (1, again.hash));
}

pub async fn being_voided_is_a_change(fresh: Making<'_>) {
    let store = fresh().await;
    take_in(&store, vec![incoming("1", 1, "客户甲")]).await;
    let voided = Incoming { void: true, ..incoming("1", 1, "客户甲") };
    assert_eq!(take_in(&store, vec![voided.clone()]).await.changed, 1);
    assert_eq!(take_in(&store, vec![voided]).await.same, 1);
    let record = store.find(&[account("1")]).await.unwrap().remove(0).unwrap();
    assert_eq!((record.void, record.revision), (true, 2));
}

pub async fn records_without_a_version_are_compared_by_content_alone(fresh: Making<'_>) {
    let store = fresh().await;
    let unversioned = |name| Incoming { version: None, ..incoming("1", 0, name) };
    assert_eq!(take_in(&store, vec![unversioned("甲")]).await.changed, 1);
    assert_eq!(take_in(&store, vec![unversioned("甲")]).await.same, 1);
    assert_eq!(take_in(&store, vec![unversioned("乙")]).await.changed, 1);
    assert_eq!(task_of(&store, "1").await.want, 2);
}

pub async fn a_page_is_taken_in_order(fresh: Making<'_>) {
    let store = fresh().await;
    let twice = vec![incoming("1", 1, "甲"), incoming("1", 3, "丙"), incoming("1", 2, "乙")];
    assert_eq!(take_in(&store, twice).await, Ingested { changed: 2, same: 0, stale: 1 });
    let record = store.find(&[account("1")]).await.unwrap().remove(0).unwrap();
    assert_eq!((record.revision, record.name.as_deref()), (2, Some("丙")));
}

pub async fn a_change_never_touches_an_open_intent_nor_an_unknown_outcome(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    let task = ready(&store, &["1"]).await.remove(0);
    store.open(&lease, vec![creation(&task, "1")]).await.unwrap();
    let unknown = Settlement { cause: Some(refused()), ..settlement(&task, State::Unknown) };
    settle(&store, &lease, vec![unknown]).await;
    let before = store.due(&lane(), later(60), 1, &[]).await.unwrap().remove(0);
    take_in(&store, vec![incoming("1", 2, "客户甲改名")]).await;
    let after = store.due(&lane(), later(60), 1, &[]).await.unwrap().remove(0);
    assert_eq!(after.intent, before.intent);
    assert_eq!(after.task, model::task::Task { want: 2, ..before.task });
}

pub async fn the_cursor_moves_with_its_page(fresh: Making<'_>) {
    let store = fresh().await;
    let cursor = Cursor { from: NOW, to: later(60), after: Some("客户1".into()), finished: false };
    assert_eq!(store.cursor(&crm(), &accounts(), Walk::Changes).await.unwrap(), None);
    let first =
        Ingest { cursor: Some((Walk::Changes, cursor.clone())), ..page(vec![incoming("1", 1, "甲")]) };
    store.ingest(first).await.unwrap();
    assert_eq!(store.cursor(&crm(), &accounts(), Walk::Changes).await.unwrap(), Some(cursor.clone()));
    assert_eq!(store.cursor(&crm(), &accounts(), Walk::History).await.unwrap(), None);
    assert_eq!(store.cursor(&crm(), &"ContactObj".into(), Walk::Changes).await.unwrap(), None);
    take_in(&store, vec![incoming("1", 2, "乙")]).await;
    assert_eq!(store.cursor(&crm(), &accounts(), Walk::Changes).await.unwrap(), Some(cursor.clone()));
    let end = Cursor { after: None, finished: true, ..cursor };
    let last = Ingest { cursor: Some((Walk::Changes, end.clone())), ..page(Vec::new()) };
    store.ingest(last).await.unwrap();
    assert_eq!(store.cursor(&crm(), &accounts(), Walk::Changes).await.unwrap(), Some(end));
}

pub async fn a_poll_of_what_is_known_leaves_no_arrival(fresh: Making<'_>) {
    let store = fresh().await;
    for reading in [Reading::Poll, Reading::Poll, Reading::History, Reading::Hand] {
        let again = Ingest { reading, calls: vec![call(1)], ..page(vec![incoming("1", 1, "甲")]) };
        store.ingest(again).await.unwrap();
    }
    let story = store.trace("KH-1", 1).await.unwrap().remove(0);
    let readings: Vec<_> = story.arrivals.iter().map(|arrival| &*arrival.reading).collect();
    assert_eq!(readings, ["hand", "poll"]);
}

pub async fn records_are_found_by_their_number(fresh: Making<'_>) {
    let store = fresh().await;
    let voided = Incoming { void: true, number: Some("KH-2".into()), ..incoming("1", 1, "作废的") };
    take_in(&store, vec![voided, incoming("2", 1, "客户甲")]).await;
    let found = store.numbered(&[account("KH-2"), account("KH-1")]).await.unwrap();
    let ids: Vec<_> =
        found.iter().map(|record| record.as_ref().map(|record| record.key.id.as_str())).collect();
    assert_eq!(ids, [Some("2"), None]);
}

/// The account's copy, edited by a person.
async fn edit(store: &Fresh, id: &str, name: &str) -> Ingested {
    let edited = Incoming { version: None, ..incoming(id, 1, name) };
    store.ingest(Ingest { reading: Reading::Edit, ..page(vec![edited]) }).await.unwrap()
}

async fn name_of(store: &Fresh, id: &str) -> (Option<String>, i64) {
    let record = store.find(&[account(id)]).await.unwrap().remove(0).unwrap();
    (record.name, record.revision)
}

pub async fn an_edited_copy_holds_while_its_source_says_nothing_new(fresh: Making<'_>) {
    let store = fresh().await;
    take_in(&store, vec![incoming("1", 1, "远东")]).await;
    assert_eq!(edit(&store, "1", "远东电缆").await.changed, 1);
    assert_eq!(edit(&store, "1", "远东电缆有限公司").await.changed, 1);
    let held = (Some("远东电缆有限公司".to_owned()), 3);
    for reading in [Reading::Poll, Reading::Wish, Reading::Open, Reading::History, Reading::Push] {
        let again = Ingest { reading, ..page(vec![incoming("1", 1, "远东")]) };
        let ingested = store.ingest(again).await.unwrap();
        assert_eq!((ingested.same, name_of(&store, "1").await), (1, held.clone()), "{}", reading.name());
    }
    // Of the source's own versions only a newer one counts.
    assert_eq!(take_in(&store, vec![incoming("1", 2, "远东")]).await.changed, 1);
    assert_eq!(name_of(&store, "1").await, (Some("远东".to_owned()), 4));
}

pub async fn reading_by_hand_discards_an_edit(fresh: Making<'_>) {
    let store = fresh().await;
    take_in(&store, vec![incoming("1", 1, "远东")]).await;
    edit(&store, "1", "远东电缆").await;
    let read = Ingest { reading: Reading::Hand, ..page(vec![incoming("1", 1, "远东")]) };
    assert_eq!(store.ingest(read).await.unwrap().changed, 1);
    assert_eq!(name_of(&store, "1").await, (Some("远东".to_owned()), 3));
    assert_eq!(take_in(&store, vec![incoming("1", 1, "远东")]).await.same, 1, "nothing is edited any more");
}

pub async fn an_edit_that_the_source_takes_over_is_one_no_more(fresh: Making<'_>) {
    let store = fresh().await;
    take_in(&store, vec![incoming("1", 1, "远东")]).await;
    edit(&store, "1", "远东电缆").await;
    assert_eq!(take_in(&store, vec![incoming("1", 2, "远东电缆")]).await.same, 1);
    // What it said before the edit is news by now, of whichever version.
    assert_eq!(take_in(&store, vec![incoming("1", 2, "远东")]).await.changed, 1);
    assert_eq!(name_of(&store, "1").await.0.as_deref(), Some("远东"));
}

pub async fn what_was_read_under_a_lease_that_is_gone_is_not_stored(fresh: Making<'_>) {
    let store = fresh().await;
    let old = lease(&store).await;
    let under =
        |lease: &Lease| Ingest { under: Some(lease.clone()), ..page(vec![incoming("1", 1, "客户甲")]) };
    let new = store.lease(&lane(), "乙", later(4_000), later(8_000)).await.unwrap().unwrap();
    let stale = StoreError::Stale { lane: LANE.into(), epoch: old.epoch };
    assert_eq!(store.ingest(under(&old)).await, Err(stale));
    assert_eq!(store.find(&[account("1")]).await.unwrap(), [None]);
    assert_eq!(store.ingest(under(&new)).await.unwrap().changed, 1);
}
