//! Configuration, secrets and the ledger.

use model::task::{Kind, State};
use model::{Secret, Timestamp};

use super::given::*;
use crate::store::{
    Applied, ConfigChange, ConfigText, Cursor, EnvironmentVersion, GivenText, History, Ingest, Store,
    StoreError, TextVersion, Walk,
};

fn text(kind: &str, name: &str, text: &str) -> ConfigText {
    ConfigText { kind: kind.into(), name: name.into(), text: text.into() }
}

fn by(name: &str, version: i64) -> Option<EnvironmentVersion> {
    Some(EnvironmentVersion { name: name.into(), version })
}

/// The texts in force with their versions.
async fn in_force(store: &dyn Store) -> Vec<(ConfigText, i64)> {
    let current = store.current().await.unwrap();
    current.into_iter().map(|current| (current.text, current.version)).collect()
}

pub async fn only_texts_that_differ_become_new_versions(fresh: Making<'_>) {
    let store = fresh().await;
    let flow = |body| text("flow", FLOW, body);
    let first = [flow("title: 客户"), text("connection", "crm", "connector: fxiaoke")];
    let made = Applied::Made { version: 1 };
    assert_eq!(store.apply(&ConfigChange::of(&first), NOW).await.unwrap(), [made, made]);
    let second = [first[1].clone(), flow("title: 客户 → 金蝶")];
    let (same, changed) = (Applied::Same { version: 1 }, Applied::Changed { version: 2 });
    assert_eq!(store.apply(&ConfigChange::of(&second), later(1)).await.unwrap(), [same, changed]);
    assert_eq!(in_force(&*store).await, [(first[1].clone(), 1), (second[1].clone(), 2)]);
}

pub async fn a_text_filled_from_another_environment_is_a_new_version(fresh: Making<'_>) {
    let store = fresh().await;
    let filled = |environment| {
        let text = text("flow", FLOW, "title: ${公司}");
        ConfigChange { texts: vec![GivenText { text, environment }], ..ConfigChange::default() }
    };
    for (environment, expected) in [
        (by("test", 1), Applied::Made { version: 1 }),
        (by("test", 1), Applied::Same { version: 1 }),
        (by("test", 2), Applied::Changed { version: 2 }),
        (by("live", 2), Applied::Changed { version: 3 }),
        (None, Applied::Changed { version: 4 }),
    ] {
        assert_eq!(store.apply(&filled(environment.clone()), NOW).await.unwrap(), [expected]);
        assert_eq!(store.current().await.unwrap()[0].environment, environment);
    }
}

pub async fn a_text_taken_out_of_force_keeps_its_versions(fresh: Making<'_>) {
    let store = fresh().await;
    let flow = text("flow", FLOW, "title: 客户");
    store.apply(&ConfigChange::of(std::slice::from_ref(&flow)), NOW).await.unwrap();
    let remove = vec![("flow".into(), FLOW.into()), ("flow".into(), "没有的".into())];
    let removal = ConfigChange { remove, ..ConfigChange::default() };
    assert_eq!(store.apply(&removal, later(1)).await.unwrap(), []);
    assert_eq!(store.current().await.unwrap(), []);
    store.apply(&removal, later(2)).await.unwrap();
    let again = store.apply(&ConfigChange::of(std::slice::from_ref(&flow)), later(3)).await.unwrap();
    assert_eq!(again, [Applied::Made { version: 2 }]);
    let versions = store.text_versions(Some(FLOW)).await.unwrap();
    let removed: Vec<_> = versions.iter().map(|version| (version.version, version.removed)).collect();
    assert_eq!(removed, [(1, Some(later(1))), (2, None)]);
}

pub async fn what_existed_before_a_flow_is_taken_up_with_it(fresh: Making<'_>) {
    let store = fresh().await;
    store.ingest(Ingest { raise: Vec::new(), ..page(vec![incoming("老客户", 1, "桥")]) }).await.unwrap();
    let change = |read_again| ConfigChange {
        history: vec![History { connection: crm(), object: accounts(), raise: deliver(), read_again }],
        ..ConfigChange::of(&[text("flow", FLOW, "title: 客户")])
    };
    let cursor = async || store.cursor(&crm(), &accounts(), Walk::History).await.unwrap();
    let outdated = ConfigChange { based_on: Some(7), ..change(true) };
    assert!(matches!(store.apply(&outdated, NOW).await, Err(StoreError::Outdated { .. })));
    assert_eq!((find_task(&store, "老客户", Kind::Deliver).await, cursor().await), (None, None));
    store.apply(&change(false), NOW).await.unwrap();
    assert_eq!(task_of(&store, "老客户").await.state, State::Ready);
    assert_eq!(cursor().await, None);
    store.ignore(&[task_of(&store, "老客户").await.id], false).await.unwrap();
    store.apply(&change(true), later(5)).await.unwrap();
    assert_eq!(cursor().await, Some(History::beginning(later(5))), "it is read again from its beginning");
    assert_eq!(store.cursor(&crm(), &accounts(), Walk::Changes).await.unwrap(), None);
}

pub async fn what_waits_of_a_flow_is_due_when_it_comes_in_force(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    let tasks = ready(&store, &["等", "查", "退"]).await;
    let states = [State::Waiting, State::Unknown, State::Retrying];
    let rounds = tasks.iter().zip(states).map(|(task, state)| settlement(task, state)).collect();
    settle(&store, &lease, rounds).await;
    let change = |flow: &str| ConfigChange { wake: vec![flow.into()], ..ConfigChange::default() };
    store.apply(&change("另一条流"), later(5)).await.unwrap();
    assert_eq!(task_of(&store, "等").await.due, later(60));
    store.apply(&change(FLOW), later(5)).await.unwrap();
    for ((id, due), state) in [("等", later(5)), ("查", later(5)), ("退", later(60))].into_iter().zip(states)
    {
        let task = task_of(&store, id).await;
        assert_eq!((task.state, task.due), (state, due), "{id}");
    }
}

pub async fn every_version_of_a_text_stays_readable(fresh: Making<'_>) {
    let store = fresh().await;
    for (seconds, body) in [(0, "title: 一"), (1, "title: 二"), (2, "title: 二")] {
        let texts = [text("flow", FLOW, body), text("values", "类型", "map: {}")];
        store.apply(&ConfigChange::of(&texts), later(seconds)).await.unwrap();
    }
    let told = |versions: Vec<TextVersion>| -> Vec<(String, i64, Timestamp, String)> {
        versions.into_iter().map(|one| (one.text.name, one.version, one.at, one.text.text)).collect()
    };
    let of_flow = [
        (FLOW.to_owned(), 1, NOW, "title: 一".to_owned()),
        (FLOW.to_owned(), 2, later(1), "title: 二".to_owned()),
    ];
    assert_eq!(told(store.text_versions(Some(FLOW)).await.unwrap()), of_flow);
    let all = told(store.text_versions(None).await.unwrap());
    assert_eq!(all, [&of_flow[..], &[("类型".to_owned(), 1, NOW, "map: {}".to_owned())]].concat());
    assert_eq!(told(store.text_versions(Some("没有的")).await.unwrap()), []);
}

pub async fn a_change_made_from_an_older_state_stores_nothing(fresh: Making<'_>) {
    let store = fresh().await;
    let seen = store.generation().await.unwrap();
    let other = text("flow", FLOW, "title: 别人");
    store.apply(&ConfigChange::of(std::slice::from_ref(&other)), NOW).await.unwrap();
    let change = ConfigChange {
        based_on: Some(seen),
        remove: vec![("flow".into(), FLOW.into())],
        secrets: vec![("erp/password".into(), Secret::new("一号密钥"))],
        ..ConfigChange::of(&[text("flow", "mine", "title: 我")])
    };
    let refused = store.apply(&change, later(1)).await.unwrap_err();
    assert_eq!(refused, StoreError::Outdated { based_on: seen });
    assert_eq!(in_force(&*store).await, [(other, 1)]);
    assert_eq!(store.recall_secret("erp/password").await.unwrap(), None);
    let again = ConfigChange { based_on: Some(store.generation().await.unwrap()), ..change };
    store.apply(&again, later(2)).await.unwrap();
    assert_eq!(in_force(&*store).await, [(text("flow", "mine", "title: 我"), 1)]);
    assert_eq!(store.recall_secret("erp/password").await.unwrap(), Some(Secret::new("一号密钥")));
}

pub async fn what_was_read_for_an_older_state_is_not_stored(fresh: Making<'_>) {
    let store = fresh().await;
    let seen = store.generation().await.unwrap();
    let read = |based_on| {
        let page = page(vec![incoming("1", 1, "一号公司")]);
        let cursor = Cursor { from: NOW, to: NOW, after: None, finished: true };
        Ingest { based_on: Some(based_on), cursor: Some((Walk::History, cursor)), ..page }
    };
    store.apply(&ConfigChange::of(&[text("flow", FLOW, "title: 一")]), NOW).await.unwrap();
    let refused = store.ingest(read(seen)).await.unwrap_err();
    assert_eq!(refused, StoreError::Outdated { based_on: seen });
    assert_eq!(store.cursor(&crm(), &accounts(), Walk::History).await.unwrap(), None);
    let now = store.generation().await.unwrap();
    assert_eq!(store.ingest(read(now)).await.unwrap().changed, 1);
    assert!(store.cursor(&crm(), &accounts(), Walk::History).await.unwrap().is_some());
}

pub async fn the_generation_goes_up_with_every_change_and_only_then(fresh: Making<'_>) {
    let store = fresh().await;
    let put = ConfigChange::of(&[text("flow", FLOW, "title: 客户")]);
    let take =
        |name: &str| ConfigChange { remove: vec![("flow".into(), name.into())], ..ConfigChange::default() };
    let mut last = store.generation().await.unwrap();
    for (change, expected, why) in [
        (put.clone(), true, "a new text"),
        (put, false, "the same text"),
        (take("没有的"), false, "nothing removed"),
        (take(FLOW), true, "a text removed"),
    ] {
        store.apply(&change, NOW).await.unwrap();
        let now = store.generation().await.unwrap();
        assert_eq!(now > last, expected, "{why}");
        last = now;
    }
}

pub async fn secrets_come_back_as_they_were_kept(fresh: Making<'_>) {
    let store = fresh().await;
    assert_eq!(store.recall_secret("crm/app_secret").await.unwrap(), None);
    store.keep_secret("crm/app_secret", &Secret::new("一号密钥")).await.unwrap();
    store.keep_secret("erp/password", &Secret::new("二号密钥")).await.unwrap();
    store.keep_secret("crm/app_secret", &Secret::new("三号密钥")).await.unwrap();
    assert_eq!(store.recall_secret("crm/app_secret").await.unwrap(), Some(Secret::new("三号密钥")));
    store.forget_secret("crm/app_secret").await.unwrap();
    assert_eq!(store.recall_secret("crm/app_secret").await.unwrap(), None);
    assert_eq!(store.recall_secret("erp/password").await.unwrap(), Some(Secret::new("二号密钥")));
    store.forget_secret("没有的").await.unwrap();
}

pub async fn calls_spent_add_up_by_connection_and_day(fresh: Making<'_>) {
    let store = fresh().await;
    let spend = async |connection: &str, day, spent: &[(&str, u64)]| {
        let spent: Vec<(String, u64)> = spent.iter().map(|(purpose, n)| ((*purpose).into(), *n)).collect();
        store.spend(&connection.into(), day, &spent).await.unwrap()
    };
    assert_eq!(spend("crm", 20_600, &[]).await, 0);
    assert_eq!(spend("crm", 20_600, &[("query", 3), ("create", 1)]).await, 4);
    assert_eq!(spend("crm", 20_600, &[("query", 2)]).await, 6);
    assert_eq!(spend("crm", 20_601, &[("query", 1)]).await, 1);
    assert_eq!(spend("erp", 20_600, &[("Save", 1)]).await, 1);
}
