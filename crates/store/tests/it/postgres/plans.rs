//! No use case walks a whole table, however many rows there are, but for those that mean to: the server counts walks.

use contract::store::{
    Bindings, ChangedAsk, Config, ConfigChange, LineChange, LinkChange, LinkSides, Links, Opening, Queue,
    Records, Settlement, TaskFilter, Views,
};
use model::binding::{Binding, BindingSide, How, Kind, Party};
use model::intent::Intent;
use model::link::{KnownBy, LinkSide, Referent};
use model::step::{Action, Step};
use model::task::State;
use model::{LinkId, Timestamp};
use store::{PassingSchema, Postgres};

use super::given::{on, schema, somebody};
use super::together::{batch, fills, key, lease, settlement, task};
use crate::given::*;

/// Tables that may be walked, each with its reason.
const WALKED: [(&str, &str); 6] = [
    ("binding", "all bindings are listed: people are few"),
    ("config", "the whole configuration is asked for"),
    ("config_version", "a person asks for every version of a text"),
    ("key_check", "one row"),
    ("moved", "one row"),
    ("qiao_schema", "one row"),
];

/// How often each table of the schema was walked, once nobody uses it any more.
async fn walks(schema: &PassingSchema) -> Vec<String> {
    let users = format!("select count(*) from pg_stat_activity where application_name = '{}'", schema.name());
    // What a connection did is counted when it ends.
    while somebody(schema, &users).await != ["0"] {
        tokio::task::yield_now().await;
    }
    let walks = "select relname || ' ' || seq_scan from pg_stat_user_tables
                 where schemaname = current_schema() order by relname";
    somebody(schema, walks).await
}

fn creation(task: &model::task::Task, id: &str) -> Opening {
    let step = Step {
        action: Action::Create,
        object: "BD_Customer".into(),
        id: None,
        number: None,
        document: "{}".into(),
        options: String::new(),
        row_of: None,
    };
    Opening {
        intent: Intent { task: task.id, link: LinkId(0), step, key: Vec::new(), revision: 1, sent: AT },
        source: key(id),
        target_connection: "erp".into(),
        target_object: "BD_Customer".into(),
        may_hold: None,
    }
}

/// Taking in, carrying over, waiting.
async fn carry(store: &Postgres) {
    let lease = lease(store, "erp", "甲").await;
    for version in 1..4 {
        let accounts = (0..100).map(|n| account(&n.to_string(), version, &format!("客户{n}第{version}版")));
        store.ingest(page(accounts.collect())).await.unwrap();
    }
    store.wish(&[key("1"), key("2")], AT).await.unwrap();
    assert_eq!(store.wishes(&"crm".into(), &"AccountObj".into(), 10).await.unwrap().len(), 2);
    assert_eq!(store.due(&lease.lane, AT, 50, &[]).await.unwrap().len(), 50);
    assert!(store.next_due(&lease.lane).await.unwrap().is_some());
    let (one, other) = (task(store, "1").await, task(store, "2").await);
    store.open(&lease, vec![creation(&one, "1")]).await.unwrap();
    let awaited: LinkSide =
        LinkSide { source: key("1"), target_connection: "erp".into(), target_object: None };
    let waits = Settlement { awaits: Some(awaited.into()), ..settlement(&other, State::Waiting) };
    store.settle(&lease, batch(vec![waits])).await.unwrap();
    let lines = vec![LineChange { list: "行".into(), whole: true, pairs: vec![("a".into(), "b".into())] }];
    let done = Settlement {
        link: Some(LinkChange { lines, ..fills("1", "T1") }),
        raise: vec![deliver()],
        ..settlement(&one, State::Synced)
    };
    store.settle(&lease, batch(vec![done])).await.unwrap();
    assert_eq!(task(store, "2").await.state, State::Ready);
    store.replay(&[one.id, other.id], AT).await.unwrap();
    store.ignore(&[one.id], false).await.unwrap();
    store.raise(&"crm".into(), &"AccountObj".into(), &["1".into()], &deliver(), true, AT).await.unwrap();
    store.release(&lease).await.unwrap();
}

/// Looking up from all sides.
async fn look(store: &Postgres) {
    let record = store.find(&[key("1")]).await.unwrap().remove(0).unwrap();
    assert!(store.versions(&[(record.id, 1)]).await.unwrap()[0].is_some());
    assert!(store.numbered(&[key("KH-1")]).await.unwrap()[0].is_some());
    let sides = LinkSides { connection: "erp".into(), object: "BD_Customer".into(), ids: vec!["T1".into()] };
    let link = store.by_target(&sides).await.unwrap().remove(0).unwrap();
    assert_eq!(store.lines(&[link.id]).await.unwrap()[0].len(), 1);
    for by in [KnownBy::Id, KnownBy::Number, KnownBy::LineOf("行".into())] {
        let asked = Referent { of: key("1"), by, connection: "erp".into(), object: None };
        store.other_sides(&[asked]).await.unwrap();
    }
    assert_eq!(store.trace("KH-1", 5).await.unwrap().len(), 5);
    let changed = ChangedAsk {
        connection: "crm".into(),
        object: "AccountObj".into(),
        from: AT,
        to: AT,
        offset: 20,
        limit: 10,
        most: 1_000_000,
    };
    assert_eq!(store.changed(&changed).await.unwrap().unwrap().records.len(), 10);
    let of_state = TaskFilter { states: vec![State::Ready], ..TaskFilter::default() };
    assert!(!store.tasks(&of_state).await.unwrap().is_empty());
    store.attempts(task(store, "1").await.id, 5).await.unwrap();
    store.cursor(&"crm".into(), &"AccountObj".into(), contract::store::Walk::Changes).await.unwrap();
}

/// People, texts, secrets, calls.
async fn keep(store: &Postgres) {
    let party = |connection: &str, id: &str| Party {
        connection: connection.into(),
        id: id.into(),
        number: Some(format!("N{id}")),
        name: None,
    };
    let binding = Binding {
        kind: Kind::Person,
        one: party("crm", "1000"),
        other: party("erp", "S001"),
        how: How::Hand,
        at: Timestamp(0),
    };
    store.bind(&[binding]).await.unwrap();
    let side = BindingSide {
        kind: Kind::Person,
        connection: "crm".into(),
        id: "N1000".into(),
        other_connection: "erp".into(),
    };
    assert!(store.bound(std::slice::from_ref(&side)).await.unwrap()[0].is_some());
    assert_eq!(store.unbind(&[side]).await.unwrap(), 1);
    let text = contract::store::ConfigText { kind: "flow".into(), name: "客户".into(), text: "…".into() };
    store.apply(&ConfigChange::of(&[text]), AT).await.unwrap();
    store.generation().await.unwrap();
    store.keep_secret("crm/app_secret", &model::Secret::new("一号密钥")).await.unwrap();
    assert!(store.recall_secret("crm/app_secret").await.unwrap().is_some());
    assert_eq!(store.spend(&"crm".into(), 1, &[("query".into(), 5)]).await.unwrap(), 5);
}

#[tokio::test]
async fn only_the_tables_listed_are_walked() {
    let schema = schema();
    drop(on(&schema, options()));
    let before = walks(&schema).await;
    let store = on(&schema, options());
    carry(&store).await;
    look(&store).await;
    keep(&store).await;
    drop(store);
    let after = walks(&schema).await;
    assert!(after.len() > 20, "{after:?}");
    let walked = after.iter().filter(|walk| !before.contains(walk));
    let unlisted: Vec<&String> = walked
        .filter(|walk| !WALKED.iter().any(|(table, _)| walk.starts_with(&format!("{table} "))))
        .collect();
    assert!(unlisted.is_empty(), "walked: {unlisted:?}");
}
