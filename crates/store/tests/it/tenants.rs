//! Tenants: in one database, and apart in everything.

use contract::store::{ConfigChange, ConfigText, LinkSides, Store, TaskFilter};
use model::record::RecordKey;
use model::{Secret, TaskId};
use store::{Key, Sqlite};

use crate::given::*;
use crate::postgres::given::{on, schema};

#[tokio::test]
async fn a_tenant_sees_nothing_of_another_in_a_file() {
    let one = Sqlite::memory(Key::new([7; 32])).unwrap();
    let other = one.tenant(&"another".into()).await.unwrap();
    a_tenant_sees_nothing_of_another(&one, &other).await;
}

#[tokio::test]
async fn a_tenant_sees_nothing_of_another_on_a_server() {
    let schema = schema();
    let one = on(&schema, options());
    let other = one.tenant(&"another".into()).await.unwrap();
    a_tenant_sees_nothing_of_another(&one, &other).await;
}

async fn a_tenant_sees_nothing_of_another(one: &dyn Store, other: &dyn Store) {
    one.ingest(page(vec![account("1", 1, "客户甲")])).await.unwrap();
    one.wish(&[RecordKey::new(&"crm".into(), &"AccountObj".into(), "1")], AT).await.unwrap();
    one.keep_secret("crm/app_secret", &Secret::new("一号密钥")).await.unwrap();
    one.spend(&"crm".into(), 1, &[("query".into(), 5)]).await.unwrap();
    let text = ConfigText { kind: "flow".into(), name: "客户".into(), text: "…".into() };
    one.apply(&ConfigChange::of(&[text]), AT).await.unwrap();
    let lease = one.lease(&"erp".into(), "甲", AT, AT).await.unwrap().unwrap();

    let key = RecordKey::new(&"crm".into(), &"AccountObj".into(), "1");
    let record = one.find(std::slice::from_ref(&key)).await.unwrap()[0].clone().unwrap();
    assert_eq!(other.find(&[key]).await.unwrap(), [None]);
    assert_eq!(other.versions(&[(record.id, 1)]).await.unwrap(), [None]);
    assert!(other.due(&"erp".into(), AT, 10, &[]).await.unwrap().is_empty());
    assert_eq!(other.next_due(&"erp".into()).await.unwrap(), None);
    assert_eq!(other.replay(&[TaskId(1)], AT).await.unwrap(), 0);
    assert_eq!(other.open_wishes().await.unwrap(), 0);
    assert!(other.trace("KH-1", 10).await.unwrap().is_empty());
    assert!(other.tasks(&TaskFilter::default()).await.unwrap().is_empty());
    assert!(other.counts().await.unwrap().is_empty());
    assert_eq!(other.recall_secret("crm/app_secret").await.unwrap(), None);
    assert_eq!(other.spend(&"crm".into(), 1, &[]).await.unwrap(), 0);
    assert!(other.current().await.unwrap().is_empty());
    assert_eq!(other.generation().await.unwrap(), 0);
    assert!(other.settle(&lease, Default::default()).await.is_err());
    let sides = LinkSides { connection: "erp".into(), object: "BD_Customer".into(), ids: vec!["1".into()] };
    assert_eq!(other.by_target(&sides).await.unwrap(), [None]);
    let ingested = other.ingest(page(vec![account("1", 1, "客户甲")])).await.unwrap();
    assert_eq!(ingested.changed, 1, "the same id is another record");
}
