//! Inline mode: the same work leaves the same bytes, which the simulator's replay of a seed stands on.

use std::fs;
use std::path::Path;

use contract::store::{Config, Queue, Records, Settlement, SettlementBatch, Views};
use model::Secret;
use model::task::State;
use store::{Mode, Options, Sqlite};

use crate::given::*;

async fn work(path: &Path) {
    let store = Sqlite::open(path, Options { mode: Mode::Inline, ..options() }).unwrap();
    let lease = store.lease(&"erp".into(), "甲", AT, AT).await.unwrap().unwrap();
    for round in 0..5 {
        let accounts =
            (0..50).map(|n| account(&(n * 7 % 31).to_string(), round, &format!("客户{n}第{round}版")));
        store.ingest(page(accounts.collect())).await.unwrap();
        let due = store.due(&"erp".into(), AT, 20, &[]).await.unwrap();
        let settlements = due.iter().map(|due| Settlement {
            task: due.task.id,
            revision: due.task.want,
            state: State::Failed,
            cause: Some(model::Cause::new("kingdee.rejected")),
            due: AT,
            tries: 1,
            done: None,
            intent: contract::store::IntentChange::Keep,
            link: None,
            files: None,
            awaits: None,
            attempt: None,
            calls: Vec::new(),
            raise: Vec::new(),
        });
        let batch = SettlementBatch { at: AT, settlements: settlements.collect(), calls: Vec::new() };
        store.settle(&lease, batch).await.unwrap();
        store.keep_secret("crm/app_secret", &Secret::new(format!("第{round}号密钥"))).await.unwrap();
    }
    assert!(!store.counts().await.unwrap().is_empty());
}

#[tokio::test]
async fn the_same_work_inline_leaves_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let paths = ["一.db", "二.db"].map(|name| folder.path().join(name));
    for path in &paths {
        work(path).await;
    }
    let [one, other] = paths.map(|path| fs::read(path).unwrap());
    assert!(one.len() > 100_000);
    assert!(one == other, "the files differ");
}
