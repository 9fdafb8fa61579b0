//! Backups: what is restored is what was there, whichever engine of storage it came from and goes to.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use contract::store::{Config, ConfigChange, ConfigText, Receipts, Records, StoreError, Upkeep, Views};
use model::Secret;
use model::receipt::Pushed;
use model::record::RecordKey;
use store::Nonces;
use store::backup::{self, Halt, Manifest, Place, Restored, SCHEMA, Sealing};

use crate::given::*;
use crate::postgres::given::{on, schema, somebody};

fn sealing(passphrase: Option<&str>) -> Sealing {
    let passphrase = passphrase.map(Secret::new);
    Sealing { passphrase, nonces: Nonces::new(|| [5; 24]) }
}

fn back_up(place: Place, to: &Path, passphrase: Option<&str>) -> Result<Manifest, StoreError> {
    backup::back_up(place, to, AT, None, &sealing(passphrase), &Halt::default())
}

fn restore(file: &Path, into: Place, replace: bool) -> Result<Restored, StoreError> {
    backup::restore(file, into, replace, "before", &sealing(None))
}

/// A business in small: records with versions, some packed; a text, a secret, a push.
async fn filled(store: &(impl Records + Receipts + Config + Upkeep)) {
    for version in 1..=3 {
        let name = format!("上海测试公司第{version}版 {}", "联系人、".repeat(40));
        store.ingest(page(vec![account("甲", version, &name)])).await.unwrap();
    }
    store.ingest(page((0..1_200).map(|n| account(&n.to_string(), 1, "客户")).collect())).await.unwrap();
    assert_eq!(store.pack(10).await.unwrap().packed, 2);
    store.keep_secret("crm/app_secret", &Secret::new("一号密钥")).await.unwrap();
    let flow = ConfigText { kind: "flow".into(), name: "customers".into(), text: "kind: flow".into() };
    store.apply(&ConfigChange::of(&[flow]), AT).await.unwrap();
    store.receive(push()).await.unwrap();
}

fn push() -> Pushed {
    Pushed {
        connection: "crm".into(),
        code: "KH".into(),
        token: "仓库".into(),
        at: AT,
        id: None,
        void: false,
        content_type: None,
        once: None,
        body: Bytes::from_static(b"\xc9\xcc\x00\xb5\xea"),
    }
}

/// What the business shows; with the numbers of its tasks.
async fn shown(store: &(impl Records + Receipts + Config + Views)) -> String {
    let key = RecordKey::new(&"crm".into(), &"AccountObj".into(), "甲");
    let now = store.find(&[key]).await.unwrap().remove(0).expect("it is there");
    let versions = store.versions(&[(now.id, 1), (now.id, 2)]).await.unwrap();
    let receipts = store.unparsed(&"crm".into(), &[], 10, usize::MAX).await.unwrap();
    let secret = store.recall_secret("crm/app_secret").await.unwrap().expect("it was kept");
    let (texts, counts) = (store.current().await.unwrap(), store.counts().await.unwrap());
    format!("{now:?} {versions:?} {receipts:?} {} {texts:?} {counts:?}", secret.reveal())
}

struct Files(tempfile::TempDir);

impl Files {
    fn new() -> Files {
        Files(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

#[tokio::test]
async fn what_is_restored_is_what_was_there() {
    let files = Files::new();
    let (database, file, new) = (files.path("qiao.db"), files.path("b.qiao"), files.path("新/qiao.db"));
    let running = server(&database);
    filled(&running).await;
    let before = shown(&running).await;
    // Beside the running server, which goes on.
    let manifest = back_up(Place::Sqlite(&database), &file, None).unwrap();
    assert_eq!((manifest.rows_of("record"), manifest.rows_of("revision")), (1_201, 1_203));
    running.ingest(page(vec![account("后来", 1, "后来的客户")])).await.unwrap();
    let restored = restore(&file, Place::Sqlite(&new), false).unwrap();
    assert_eq!((restored.manifest, restored.kept_aside), (manifest, None));
    let again = server(&new);
    assert_eq!(shown(&again).await, before);
    let given = again.receive(push()).await.unwrap();
    assert!(given.0 > 1_000_000, "no receipt that was given out since is given to another: {given:?}");
    let key = RecordKey::new(&"crm".into(), &"AccountObj".into(), "后来");
    assert_eq!(again.find(&[key]).await.unwrap(), [None], "it goes back in time");
}

#[tokio::test]
async fn either_engine_of_storage_takes_what_the_other_wrote() {
    let files = Files::new();
    let (database, file, back) = (files.path("qiao.db"), files.path("a.qiao"), files.path("b.qiao"));
    let first = server(&database);
    filled(&first).await;
    let manifest = back_up(Place::Sqlite(&database), &file, None).unwrap();
    let there = schema();
    restore(&file, Place::Postgres(there.address()), false).unwrap();
    let second = on(&there, options());
    assert_eq!(shown(&second).await, shown(&first).await);
    let returned = back_up(Place::Postgres(there.address()), &back, None).unwrap();
    assert_eq!(returned.tables, manifest.tables, "the same rows, whoever wrote them");
    let new = files.path("zurück.db");
    restore(&back, Place::Sqlite(&new), false).unwrap();
    assert_eq!(shown(&server(&new)).await, shown(&first).await);
    // Whoever makes something new there gets an id that nothing has.
    second.ingest(page(vec![account("后来", 1, "后来的客户")])).await.unwrap();
    assert!(second.receive(push()).await.unwrap().0 > 1_000_000);
}

#[tokio::test]
async fn a_database_that_is_there_is_replaced_only_when_asked_and_kept_aside() {
    let files = Files::new();
    let (database, file) = (files.path("qiao.db"), files.path("b.qiao"));
    let running = server(&database);
    filled(&running).await;
    let before = shown(&running).await;
    back_up(Place::Sqlite(&database), &file, None).unwrap();
    let refused = |replace| restore(&file, Place::Sqlite(&database), replace).unwrap_err();
    assert_eq!(refused(true), StoreError::InUse, "a server runs on it");
    running.ingest(page(vec![account("后来", 1, "后来的客户")])).await.unwrap();
    drop(running);
    assert_eq!(refused(false), StoreError::NotEmpty);
    let restored = restore(&file, Place::Sqlite(&database), true).unwrap();
    assert_eq!(shown(&server(&database)).await, before);
    let kept = restored.kept_aside.expect("something was there");
    let key = RecordKey::new(&"crm".into(), &"AccountObj".into(), "后来");
    assert!(server(Path::new(&kept)).find(&[key]).await.unwrap()[0].is_some(), "nothing of it is lost");

    let there = schema();
    drop(on(&there, options()));
    let refused = restore(&file, Place::Postgres(there.address()), false).unwrap_err();
    assert_eq!(refused, StoreError::NotEmpty);
    let running = on(&there, options());
    assert_eq!(restore(&file, Place::Postgres(there.address()), true).unwrap_err(), StoreError::InUse);
    drop(running);
    let kept = restore(&file, Place::Postgres(there.address()), true).unwrap().kept_aside.unwrap();
    assert_eq!(shown(&on(&there, options())).await, before);
    let left = somebody(&there, &format!("select count(*) from \"{kept}\".tenant")).await;
    assert_eq!(left, ["1"]);
    somebody(&there, &format!("drop schema \"{kept}\" cascade")).await;
}

#[tokio::test]
async fn a_sealed_backup_opens_with_its_passphrase_only() {
    let files = Files::new();
    let (database, file) = (files.path("qiao.db"), files.path("b.qiao"));
    let running = server(&database);
    filled(&running).await;
    let manifest = back_up(Place::Sqlite(&database), &file, Some("春江水暖")).unwrap();
    let bytes = fs::read(&file).unwrap();
    assert!(!bytes.windows(6).any(|window| window == b"\"qiao\"" || window == b"record"));
    assert_eq!(backup::check(&file, Some(&Secret::new("春江水暖"))), Ok(manifest));
    for wrong in [None, Some(Secret::new("春江水冷"))] {
        assert_eq!(backup::check(&file, wrong.as_ref()), Err(StoreError::Passphrase));
    }
}

#[tokio::test]
async fn a_backup_that_is_not_as_it_was_written_restores_nothing() {
    let files = Files::new();
    let (database, new, other) = (files.path("qiao.db"), files.path("new.db"), files.path("x.qiao"));
    let running = server(&database);
    filled(&running).await;
    for passphrase in [None, Some("春江水暖")] {
        let file = files.path(if passphrase.is_some() { "sealed.qiao" } else { "plain.qiao" });
        back_up(Place::Sqlite(&database), &file, passphrase).unwrap();
        let whole = fs::read(&file).unwrap();
        let mut damages = vec![whole[..whole.len() / 2].to_vec(), whole[..whole.len() - 1].to_vec()];
        // Behind the head; a bit of the head of a sealed one is one of the passphrase's salt.
        for at in [whole.len() / 3, whole.len() * 2 / 3, whole.len() - 3] {
            let mut garbled = whole.clone();
            garbled[at] ^= 0x10;
            damages.push(garbled);
        }
        for (n, bytes) in damages.into_iter().enumerate() {
            fs::write(&other, bytes).unwrap();
            let refused = backup::restore(&other, Place::Sqlite(&new), false, "x", &sealing(passphrase));
            let is_damage = matches!(refused, Err(StoreError::BackupDamaged(_) | StoreError::Passphrase));
            assert!(is_damage, "{n}: {refused:?}");
            assert!(!new.exists(), "{n}: nothing is in place");
        }
    }
    fs::write(&other, "这不是备份。".repeat(20)).unwrap();
    assert_eq!(restore(&other, Place::Sqlite(&new), false).unwrap_err(), StoreError::NoBackup);
    let left: Vec<_> = fs::read_dir(files.0.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().contains("restoring")), "{left:?}");
}

#[tokio::test]
async fn a_backup_that_is_given_up_leaves_no_file() {
    let files = Files::new();
    let (database, file) = (files.path("qiao.db"), files.path("b.qiao"));
    let running = server(&database);
    filled(&running).await;
    let halt: Halt = Arc::new(true.into());
    let given_up = backup::back_up(Place::Sqlite(&database), &file, AT, None, &sealing(None), &halt);
    assert!(given_up.is_err());
    let left = fs::read_dir(files.0.path()).unwrap().map(|file| file.unwrap().file_name());
    assert!(left.into_iter().all(|name| name.to_string_lossy().starts_with("qiao.db")));
}

/// The database as the first version made it, with a record in it.
fn of_the_first_version(path: &Path) {
    let sql = rusqlite::Connection::open(path).unwrap();
    sql.execute_batch(include_str!("../../src/sqlite/migrations/0001_first.sql")).unwrap();
    sql.execute_batch(
        "pragma application_id = 0x5169616f; pragma user_version = 1;
         insert into tenant (id, name) values (1, 'default');
         insert into record (id, tenant, connection, object, source_id, number, name, version, revision, hash, void)
             values (7, 1, 'crm', 'AccountObj', '甲', 'KH-甲', '老客户', 3, 1, zeroblob(16), 0);
         insert into revision (record, revision, at, number, name, version, hash, void, body)
             values (7, 1, 1780000000000, 'KH-甲', '老客户', 3, zeroblob(16), 0, '{\"name\":\"老客户\"}');",
    )
    .unwrap();
}

#[tokio::test]
async fn a_backup_of_an_older_version_is_brought_up_to_date() {
    let files = Files::new();
    let (database, file, new) = (files.path("alt.db"), files.path("b.qiao"), files.path("neu.db"));
    of_the_first_version(&database);
    assert_eq!(Place::Sqlite(&database).schema(), Ok(Some(1)));
    let manifest = back_up(Place::Sqlite(&database), &file, None).unwrap();
    assert_eq!(manifest.head.schema, 1, "it is as the older program left it: its way back");
    assert_eq!(Place::Sqlite(&database).schema(), Ok(Some(1)), "nothing was changed by it");
    restore(&file, Place::Sqlite(&new), false).unwrap();
    assert_eq!(Place::Sqlite(&new).schema(), Ok(Some(SCHEMA)));
    let there = schema();
    restore(&file, Place::Postgres(there.address()), false).unwrap();
    let key = RecordKey::new(&"crm".into(), &"AccountObj".into(), "甲");
    let found = server(&new).find(std::slice::from_ref(&key)).await.unwrap();
    assert_eq!(found[0].as_ref().unwrap().name.as_deref(), Some("老客户"));
    assert_eq!(on(&there, options()).find(&[key]).await.unwrap(), found);
}

#[tokio::test]
async fn an_older_program_takes_the_place_of_a_newer_database() {
    let files = Files::new();
    let (database, file) = (files.path("qiao.db"), files.path("b.qiao"));
    let first = server(&database);
    filled(&first).await;
    let before = shown(&first).await;
    back_up(Place::Sqlite(&database), &file, None).unwrap();
    drop(first);
    rusqlite::Connection::open(&database).unwrap().pragma_update(None, "user_version", 99).unwrap();
    restore(&file, Place::Sqlite(&database), true).unwrap();
    assert_eq!(shown(&server(&database)).await, before);
    let there = schema();
    drop(on(&there, options()));
    somebody(&there, "update qiao_schema set version = 99").await;
    let kept = restore(&file, Place::Postgres(there.address()), true).unwrap().kept_aside.unwrap();
    assert_eq!(shown(&on(&there, options())).await, before);
    somebody(&there, &format!("drop schema \"{kept}\" cascade")).await;
}

#[test]
fn where_nothing_is_there_is_nothing_to_back_up() {
    let files = Files::new();
    let nothing = files.path("没有.db");
    assert_eq!(Place::Sqlite(&nothing).schema(), Ok(None));
    let refused = back_up(Place::Sqlite(&nothing), &files.path("b.qiao"), None);
    assert_eq!(refused.map(|_| ()), Err(StoreError::Foreign));
    assert!(!nothing.exists() && !files.path("b.qiao").exists());
}
