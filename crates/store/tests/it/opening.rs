//! Opening: what is found at the path, and what is said about it.

use std::fs;
use std::path::Path;

use contract::store::{Config, Records, StoreError};
use model::Secret;
use store::{Key, Options, Sqlite};

use crate::given::*;

fn refusal(path: &Path, options: Options) -> StoreError {
    Sqlite::open(path, options).map(|_| ()).expect_err("it must be refused")
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

#[tokio::test]
async fn the_folder_is_made_and_everything_is_there_after_reopening() {
    let folder = folder();
    let path = folder.path().join("数据").join("qiao.db");
    let first = server(&path);
    first.ingest(page(vec![account("1", 1, "客户甲")])).await.unwrap();
    let key = model::record::RecordKey::new(&"crm".into(), &"AccountObj".into(), "1");
    let found = first.find(std::slice::from_ref(&key)).await.unwrap();
    drop(first);
    assert_eq!(server(&path).find(&[key]).await.unwrap(), found);
    assert!(found[0].is_some());
}

#[tokio::test]
async fn a_second_server_is_refused_and_a_command_is_not() {
    let folder = folder();
    let path = folder.path().join("qiao.db");
    let first = server(&path);
    assert_eq!(refusal(&path, options()), StoreError::InUse);
    let beside = Sqlite::open(&path, command()).unwrap();
    beside.keep_secret("crm/app_secret", &Secret::new("一号密钥")).await.unwrap();
    assert_eq!(first.recall_secret("crm/app_secret").await.unwrap(), Some(Secret::new("一号密钥")));
    drop(first);
    assert!(Sqlite::open(&path, options()).is_ok(), "the lock goes with the server");
}

#[test]
fn a_wrong_key_is_found_when_opening() {
    let folder = folder();
    let path = folder.path().join("qiao.db");
    drop(server(&path));
    assert_eq!(refusal(&path, Options { key: Key::new([8; 32]), ..options() }), StoreError::WrongKey);
    drop(server(&path));
}

#[test]
fn a_database_of_a_newer_version_is_refused_and_left_alone() {
    let folder = folder();
    let path = folder.path().join("qiao.db");
    drop(server(&path));
    rusqlite::Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    assert!(matches!(refusal(&path, options()), StoreError::Newer { found: 99, known } if known < 99));
    let version: i64 = rusqlite::Connection::open(&path)
        .unwrap()
        .query_row("pragma user_version", [], |row| row.get(0))
        .unwrap();
    assert_eq!(version, 99);
}

#[test]
fn somebody_elses_file_is_refused_and_left_alone() {
    let folder = folder();
    let database = folder.path().join("erp.db");
    let other = rusqlite::Connection::open(&database).unwrap();
    other.execute_batch("create table invoice (id integer)").unwrap();
    drop(other);
    let text = folder.path().join("readme.txt");
    fs::write(&text, "这不是数据库。".repeat(100)).unwrap();
    for path in [database, text] {
        let before = fs::read(&path).unwrap();
        assert_eq!(refusal(&path, options()), StoreError::Foreign, "{path:?}");
        assert_eq!(fs::read(&path).unwrap(), before, "{path:?}");
    }
}

#[tokio::test]
async fn a_damaged_file_is_called_damaged() {
    let folder = folder();
    let path = folder.path().join("qiao.db");
    let first = server(&path);
    let many = (0..500).map(|n| account(&n.to_string(), 1, "客户")).collect();
    first.ingest(page(many)).await.unwrap();
    drop(first);
    let mut bytes = fs::read(&path).unwrap();
    bytes[4096..].fill(0xaa);
    fs::write(&path, bytes).unwrap();
    assert_eq!(refusal(&path, options()), StoreError::Corrupt);
}

#[test]
fn a_path_that_cannot_be_a_file_is_denied() {
    let folder = folder();
    assert!(matches!(refusal(folder.path(), command()), StoreError::Denied(_)));
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    assert!(matches!(refusal(&file.join("qiao.db"), options()), StoreError::Denied(_)));
}

#[tokio::test]
async fn neither_secret_nor_key_is_in_the_files() {
    let folder = folder();
    let path = folder.path().join("qiao.db");
    let store = server(&path);
    store.keep_secret("crm/app_secret", &Secret::new("绝密的应用密钥")).await.unwrap();
    let names = ["qiao.db", "qiao.db-wal"];
    let bytes: Vec<u8> = names.iter().flat_map(|name| fs::read(folder.path().join(name)).unwrap()).collect();
    let holds = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
    assert!(holds(b"crm/app_secret"));
    assert!(!holds("绝密的应用密钥".as_bytes()));
    assert!(!holds(&[7; 32]));
}

#[tokio::test]
async fn a_sealed_text_moved_to_another_name_does_not_open() {
    let folder = folder();
    let path = folder.path().join("qiao.db");
    let store = server(&path);
    store.keep_secret("crm/app_secret", &Secret::new("一号密钥")).await.unwrap();
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute("update secret set name = 'erp/password'", []).unwrap();
    assert_eq!(store.recall_secret("erp/password").await, Err(StoreError::WrongKey));
}
