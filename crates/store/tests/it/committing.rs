//! Committing: together, whole or not at all, and on disk before anybody is told.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use contract::store::{Config, Queue, Records, SettlementBatch, StoreError, Views};
use model::TaskId;
use model::record::RecordKey;
use store::{Key, Mode, Options, Sqlite};
use tokio::task::JoinSet;

use crate::given::*;

fn key(id: &str) -> RecordKey {
    RecordKey::new(&"crm".into(), &"AccountObj".into(), id)
}

async fn is_there(store: &Sqlite, id: &str) -> bool {
    store.find(&[key(id)]).await.unwrap()[0].is_some()
}

/// Lets nobody else write until it is given back.
struct Held(rusqlite::Connection);

impl Held {
    fn new(path: &Path) -> Held {
        let connection = rusqlite::Connection::open(path).unwrap();
        connection.execute_batch("begin immediate").unwrap();
        Held(connection)
    }

    fn give_back(self) {
        self.0.execute_batch("commit").unwrap();
    }
}

#[tokio::test]
async fn whatever_waits_shares_one_commit() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("qiao.db");
    let store = server(&path);
    let before = store.commits();
    let held = Held::new(&path);
    let mut writers = JoinSet::new();
    for n in 0..40 {
        let store = store.clone();
        writers.spawn(async move { store.ingest(page(vec![account(&n.to_string(), 1, "客户")])).await });
    }
    // Every writer has handed its work over once each was polled.
    tokio::task::yield_now().await;
    held.give_back();
    for result in writers.join_all().await {
        assert_eq!(result.unwrap().changed, 1);
    }
    assert_eq!(store.commits() - before, 1);
}

#[tokio::test]
async fn one_that_fails_does_not_take_along_those_it_shares_a_commit_with() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("qiao.db");
    let store = server(&path);
    let old = store.lease(&"erp".into(), "甲", AT, AT).await.unwrap().unwrap();
    store.lease(&"erp".into(), "乙", AT, AT).await.unwrap().unwrap();
    let before = store.commits();
    let held = Held::new(&path);
    let (first, stale, last) = tokio::join!(
        store.ingest(page(vec![account("1", 1, "客户甲")])),
        store.settle(&old, SettlementBatch::default()),
        async {
            held.give_back();
            store.ingest(page(vec![account("2", 1, "客户乙")])).await
        },
    );
    assert!(first.is_ok() && last.is_ok());
    assert!(matches!(stale, Err(StoreError::Stale { .. })));
    assert!(store.commits() - before <= 2);
    assert!(is_there(&store, "1").await && is_there(&store, "2").await);
}

/// The files as they are at this moment, opened elsewhere: what a killed process leaves behind.
fn as_left_behind(path: &Path, folder: &Path) -> Sqlite {
    fs::create_dir_all(folder).unwrap();
    let copy = folder.join("qiao.db");
    for suffix in ["", "-wal"] {
        let named = |path: &Path| {
            let mut name = path.as_os_str().to_owned();
            name.push(suffix);
            name
        };
        fs::copy(named(path), named(&copy)).unwrap();
    }
    server(&copy)
}

#[tokio::test]
async fn what_was_told_survives_a_kill_at_any_moment() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("qiao.db");
    let store = server(&path);
    for n in 0..8 {
        store.ingest(page(vec![account(&n.to_string(), 1, "客户")])).await.unwrap();
        let survivor = as_left_behind(&path, &folder.path().join(n.to_string()));
        for told in 0..=n {
            assert!(is_there(&survivor, &told.to_string()).await, "{told} after {n}");
        }
        assert_eq!(survivor.counts().await.unwrap()[0].tasks, n + 1);
    }
}

#[tokio::test]
async fn a_full_disk_keeps_nothing_of_the_transaction_and_the_store_goes_on() {
    for mode in [Mode::Threads, Mode::Inline] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("qiao.db");
        let small = Options { largest: Some(400 * 1024), mode, ..options() };
        let store = Sqlite::open(&path, small).unwrap();
        store.ingest(page(vec![account("0", 1, "客户甲")])).await.unwrap();
        let large =
            (1..2_000).map(|n| account(&n.to_string(), 1, "很长的客户名称".repeat(20).as_str())).collect();
        assert_eq!(store.ingest(page(large)).await.unwrap_err(), StoreError::Full);
        assert!(is_there(&store, "0").await && !is_there(&store, "1").await);
        assert_eq!(store.counts().await.unwrap()[0].tasks, 1);
        store.ingest(page(vec![account("1", 1, "客户乙")])).await.unwrap();
        drop(store);
        let store = Sqlite::open(&path, Options { mode, ..options() }).unwrap();
        assert!(is_there(&store, "0").await && is_there(&store, "1").await);
    }
}

#[tokio::test]
async fn two_handles_on_one_file_see_each_others_work() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("qiao.db");
    let server = Arc::new(server(&path));
    let beside = Arc::new(Sqlite::open(&path, command()).unwrap());
    let mut writers = JoinSet::new();
    for n in 0..100 {
        let store = if n % 2 == 0 { server.clone() } else { beside.clone() };
        writers.spawn(async move { store.ingest(page(vec![account(&n.to_string(), 1, "客户")])).await });
    }
    assert!(writers.join_all().await.iter().all(Result::is_ok));
    for store in [&server, &beside] {
        assert_eq!(store.counts().await.unwrap()[0].tasks, 100);
    }
}

#[tokio::test]
async fn whoever_stops_listening_does_not_stop_the_work() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("qiao.db");
    let store = server(&path);
    let held = Held::new(&path);
    {
        let mut ingest = std::pin::pin!(store.ingest(page(vec![account("1", 1, "客户甲")])));
        let polled = std::future::poll_fn(|context| std::task::Poll::Ready(ingest.as_mut().poll(context)));
        assert!(polled.await.is_pending());
    }
    held.give_back();
    // The next work is done after that which nobody listens to.
    store.replay(&[TaskId(1)], AT).await.unwrap();
    assert!(is_there(&store, "1").await);
}

#[tokio::test]
async fn memory_lasts_as_long_as_a_clone_of_its_handle() {
    let store = Sqlite::memory(Key::new([7; 32])).unwrap();
    let kept = store.clone();
    store.ingest(page(vec![account("1", 1, "客户甲")])).await.unwrap();
    drop(store);
    assert!(is_there(&kept, "1").await);
    assert!(!is_there(&Sqlite::memory(Key::new([7; 32])).unwrap(), "1").await);
}

#[tokio::test]
async fn inline_work_is_done_when_the_future_is_first_polled() {
    let store = Sqlite::memory(Key::new([7; 32])).unwrap();
    let mut generation = std::pin::pin!(store.generation());
    let polled = std::future::poll_fn(|context| std::task::Poll::Ready(generation.as_mut().poll(context)));
    assert!(polled.await.is_ready());
}
