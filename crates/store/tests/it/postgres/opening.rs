//! Opening: what is found at the address, and what is said about it.

use contract::store::{Config, Records, StoreError};
use model::Secret;
use model::record::RecordKey;
use store::{Address, Key, Options, Postgres, Role};

use super::given::{alone, cut, database, on, schema, somebody};
use crate::given::{account, command, options, page};

fn refusal(address: &Address, options: Options) -> StoreError {
    Postgres::open(address, options).map(|_| ()).expect_err("it must be refused")
}

#[tokio::test]
async fn the_tables_are_made_and_everything_is_there_after_reopening() {
    let schema = schema();
    let first = on(&schema, options());
    first.ingest(page(vec![account("1", 1, "客户甲")])).await.unwrap();
    let key = RecordKey::new(&"crm".into(), &"AccountObj".into(), "1");
    let found = first.find(std::slice::from_ref(&key)).await.unwrap();
    drop(first);
    assert_eq!(on(&schema, options()).find(&[key]).await.unwrap(), found);
    assert!(found[0].is_some());
}

#[tokio::test]
async fn servers_share_a_database_and_commands_work_beside_them() {
    let schema = schema();
    let (first, second) = (on(&schema, options()), on(&schema, options()));
    let beside = on(&schema, command());
    beside.keep_secret("crm/app_secret", &Secret::new("一号密钥")).await.unwrap();
    for server in [first, second] {
        assert_eq!(server.recall_secret("crm/app_secret").await.unwrap(), Some(Secret::new("一号密钥")));
    }
}

#[tokio::test]
async fn an_older_database_is_not_upgraded_under_a_server() {
    let schema = schema();
    let running = on(&schema, options());
    somebody(&schema, "update qiao_schema set version = version - 1").await;
    assert_eq!(refusal(schema.address(), options()), StoreError::InUse);
    assert_eq!(refusal(schema.address(), command()), StoreError::InUse, "nor by a command");
    drop(running);
}

#[tokio::test]
async fn a_server_that_lost_its_lock_to_somebody_who_has_the_database_alone_writes_no_more() {
    let schema = schema();
    let first = on(&schema, options());
    first.generation().await.unwrap();
    cut(&schema).await;
    let second = alone(&schema).await;
    let refused = loop {
        // The first notices that its connection is gone a moment after it is.
        match first.keep_secret("crm/app_secret", &Secret::new("一号密钥")).await {
            Ok(()) => tokio::task::yield_now().await,
            Err(error) => break error,
        }
    };
    assert_eq!(refused, StoreError::InUse);
    drop(second);
    first.keep_secret("crm/app_secret", &Secret::new("二号密钥")).await.unwrap();
}

#[tokio::test]
async fn two_who_open_an_empty_database_at_once_make_one_set_of_tables() {
    let schema = schema();
    let opened: Vec<_> = std::thread::scope(|scope| {
        let open = || scope.spawn(|| Postgres::open(schema.address(), command()));
        let opening: Vec<_> = (0..4).map(|_| open()).collect();
        opening.into_iter().map(|opening| opening.join().unwrap()).collect()
    });
    for store in opened {
        assert_eq!(store.unwrap().generation().await.unwrap(), 0);
    }
}

#[tokio::test]
async fn a_wrong_key_is_found_when_opening() {
    let schema = schema();
    drop(on(&schema, options()));
    let wrong = Options { key: Key::new([8; 32]), ..options() };
    assert_eq!(refusal(schema.address(), wrong), StoreError::WrongKey);
    drop(on(&schema, options()));
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused_and_left_alone() {
    let schema = schema();
    drop(on(&schema, options()));
    somebody(&schema, "update qiao_schema set version = 99").await;
    assert!(
        matches!(refusal(schema.address(), options()), StoreError::Newer { found: 99, known } if known < 99)
    );
    assert_eq!(somebody(&schema, "select version from qiao_schema").await, ["99"]);
}

#[tokio::test]
async fn somebody_elses_schema_is_refused_and_left_alone() {
    let schema = schema();
    somebody(&schema, "create table invoice (id bigint)").await;
    assert_eq!(refusal(schema.address(), options()), StoreError::Foreign);
    let tables = "select relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
                  where n.nspname = current_schema()";
    assert_eq!(somebody(&schema, tables).await, ["invoice"]);
}

#[tokio::test]
async fn a_server_that_is_not_there_or_says_no_is_told_in_its_own_words() {
    let nowhere = Address::new("postgres://qiao:geheim@127.0.0.1:1/qiao").unwrap();
    let StoreError::Unreachable(reason) = refusal(&nowhere, options()) else { panic!("nobody is there") };
    assert!(reason.contains("refused") && !reason.contains("geheim"), "{reason}");
    let missing = database("no_such_database");
    let StoreError::Refused(reason) = refusal(&missing, options()) else {
        panic!("there is no such database")
    };
    assert!(reason.contains("no_such_database"), "{reason}");
}

#[tokio::test]
async fn neither_secret_nor_key_is_in_the_tables() {
    let schema = schema();
    let store = on(&schema, Options { role: Role::Command, ..options() });
    store.keep_secret("crm/app_secret", &Secret::new("绝密的应用密钥")).await.unwrap();
    let kept =
        somebody(&schema, "select name || encode(nonce || sealed, 'escape') from secret").await.concat();
    assert!(kept.contains("crm/app_secret") && !kept.contains("绝密"), "{kept}");
    let plain = somebody(&schema, "select encode('绝密的应用密钥'::bytea, 'escape')").await.concat();
    assert!(!kept.contains(&plain));
    somebody(&schema, "update secret set name = 'erp/password'").await;
    assert_eq!(store.recall_secret("erp/password").await, Err(StoreError::WrongKey), "it opens nowhere else");
}
