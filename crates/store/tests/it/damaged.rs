//! A page that is damaged, a disk that may not be written, one that fills and empties again.

use std::fs;
use std::os::unix::fs::FileExt;
use std::path::Path;

use contract::store::{Receipts, Records, StoreError, Upkeep, Views};
use model::record::RecordKey;
use store::backup::{self, Halt, Place, Sealing};
use store::{Mode, Nonces, Options, Sqlite};

use crate::given::*;

fn key(id: &str) -> RecordKey {
    RecordKey::new(&"crm".into(), &"AccountObj".into(), id)
}

/// The pages of a table.
fn pages(path: &Path, table: &str) -> Vec<u64> {
    let sql = rusqlite::Connection::open(path).unwrap();
    let mut find = sql.prepare("select pageno from dbstat where name = ?1 and pagetype = 'leaf'").unwrap();
    find.query_map([table], |row| row.get::<_, i64>(0))
        .unwrap()
        .map(|page| page.unwrap().unsigned_abs())
        .collect()
}

#[tokio::test]
async fn a_damaged_page_is_called_damaged_and_the_rest_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("qiao.db");
    let store = server(&path);
    let long = "很长的内容".repeat(100);
    store
        .ingest(page((0..200).map(|n| account(&n.to_string(), 1, &format!("{long}{n}"))).collect()))
        .await
        .unwrap();
    drop(store);
    let damaged = *pages(&path, "revision").last().unwrap();
    let file = fs::File::options().write(true).open(&path).unwrap();
    file.write_all_at(&[0xaa; 4096], (damaged - 1) * 4096).unwrap();
    let store = server(&path);
    let all: Vec<RecordKey> = (0..200).map(|n| key(&n.to_string())).collect();
    assert_eq!(store.find(&all).await, Err(StoreError::Corrupt));
    assert_eq!(store.trace("KH-199", 1).await.map(|_| ()), Err(StoreError::Corrupt));
    assert!(store.find(&[key("0")]).await.unwrap()[0].is_some(), "what lies on other pages is still there");
    // No backup is made of what cannot be read.
    let sealing = Sealing { passphrase: None, nonces: Nonces::new(|| [5; 24]) };
    let to = folder.path().join("b.qiao");
    let made = backup::back_up(Place::Sqlite(&path), &to, AT, None, &sealing, &Halt::default());
    assert_eq!(made.map(|_| ()), Err(StoreError::Corrupt));
    assert!(!to.exists());
}

#[tokio::test]
async fn a_disk_that_fills_and_empties_again_loses_nothing_that_was_told() {
    for mode in [Mode::Inline, Mode::Threads] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("qiao.db");
        let small = Options { largest: Some(1500 * 1024), mode, ..options() };
        let store = Sqlite::open(&path, small.clone()).unwrap();
        let mut kept = 0;
        loop {
            let came = account(&kept.to_string(), 1, &format!("{kept}{}", "内容".repeat(500)));
            match store.ingest(page(vec![came])).await {
                Ok(_) => kept += 1,
                Err(error) => {
                    assert_eq!(error, StoreError::Full);
                    break;
                }
            }
        }
        assert!(kept > 20);
        assert_eq!(store.storage().await.map(|_| ()), Ok(()), "it can still be asked");
        drop(store);
        // Somebody made room.
        let store = Sqlite::open(&path, Options { largest: None, ..small }).unwrap();
        store.ingest(page(vec![account("之后", 1, "之后的客户")])).await.unwrap();
        let all: Vec<RecordKey> = (0..kept).map(|n| key(&n.to_string())).collect();
        assert!(store.find(&all).await.unwrap().iter().all(Option::is_some), "{mode:?}");
        assert_eq!(store.unparsed_counts().await.unwrap(), []);
    }
}

#[tokio::test]
async fn space_that_was_purged_is_given_back_and_reused() {
    use contract::store::{Part, PurgeSlice};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("qiao.db");
    let store = server(&path);
    for version in 1..=3 {
        let body = format!("{version}{}", "内容".repeat(1_000));
        let came = (0..200).map(|n| account(&n.to_string(), version, &format!("{n}{body}"))).collect();
        store.ingest(contract::store::Ingest { raise: Vec::new(), ..page(came) }).await.unwrap();
    }
    let before = store.storage().await.unwrap();
    let slice = PurgeSlice {
        part: Part::Versions,
        before: model::Timestamp(AT.0 + 1),
        after: 0,
        limit: 1_000,
        at: AT,
        only_looks: false,
    };
    let first = store.purge(&slice).await.unwrap();
    assert!(first.removed < 250, "what is large goes in several transactions: {}", first.removed);
    let second = PurgeSlice { after: first.after.unwrap(), ..slice };
    let second = store.purge(&second).await.unwrap();
    let third = store.purge(&PurgeSlice { after: second.after.unwrap(), ..slice }).await.unwrap();
    assert_eq!((first.removed + second.removed + third.removed, third.after), (400, None));
    let after = store.storage().await.unwrap();
    assert!(
        after.used < before.used * 6 / 10 && after.used + after.spare == before.used,
        "{before:?} {after:?}"
    );
    assert_eq!(store.give_back(10).await.unwrap(), 10, "a little at a time");
    while store.give_back(100).await.unwrap() > 0 {}
    assert_eq!(store.storage().await.unwrap().spare, 0);
    drop(store);
    assert!(fs::metadata(&path).unwrap().len() < before.used * 6 / 10, "the file is smaller");
}
