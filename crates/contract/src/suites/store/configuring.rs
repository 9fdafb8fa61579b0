//! Configuration, secrets and the ledger.

use model::Secret;

use super::given::*;
use crate::store::{Applied, ConfigText};

fn text(kind: &str, name: &str, text: &str) -> ConfigText {
    ConfigText { kind: kind.into(), name: name.into(), text: text.into() }
}

pub async fn only_texts_that_differ_become_new_versions(fresh: impl AsyncFn() -> Fresh) {
    let store = fresh().await;
    let flow = |body| text("flow", FLOW, body);
    let first = [flow("title: 客户"), text("connection", "crm", "connector: fxiaoke")];
    let made = Applied::Made { version: 1 };
    assert_eq!(store.apply(&first, NOW).await.unwrap(), [made, made]);
    let second = [first[1].clone(), flow("title: 客户 → 金蝶")];
    let (same, changed) = (Applied::Same { version: 1 }, Applied::Changed { version: 2 });
    assert_eq!(store.apply(&second, later(1)).await.unwrap(), [same, changed]);
    let current = store.current().await.unwrap();
    assert_eq!(current, [(first[1].clone(), 1), (second[1].clone(), 2)]);
}

pub async fn a_text_taken_out_of_force_keeps_its_versions(fresh: impl AsyncFn() -> Fresh) {
    let store = fresh().await;
    let flow = text("flow", FLOW, "title: 客户");
    store.apply(std::slice::from_ref(&flow), NOW).await.unwrap();
    let names = [("flow".into(), FLOW.into()), ("flow".into(), "没有的".into())];
    assert_eq!(store.remove(&names, later(1)).await.unwrap(), 1);
    assert_eq!(store.current().await.unwrap(), []);
    assert_eq!(store.remove(&names, later(2)).await.unwrap(), 0);
    let again = store.apply(std::slice::from_ref(&flow), later(3)).await.unwrap();
    assert_eq!(again, [Applied::Made { version: 2 }]);
}

pub async fn the_generation_goes_up_with_every_change_and_only_then(fresh: impl AsyncFn() -> Fresh) {
    let store = fresh().await;
    let flow = text("flow", FLOW, "title: 客户");
    let mut last = store.generation().await.unwrap();
    let mut goes_up = async |expected: bool, why: &str| {
        let now = store.generation().await.unwrap();
        assert_eq!(now > last, expected, "{why}");
        last = now;
    };
    store.apply(std::slice::from_ref(&flow), NOW).await.unwrap();
    goes_up(true, "a new text").await;
    store.apply(std::slice::from_ref(&flow), NOW).await.unwrap();
    goes_up(false, "the same text").await;
    store.remove(&[("flow".into(), "没有的".into())], NOW).await.unwrap();
    goes_up(false, "nothing removed").await;
    store.remove(&[("flow".into(), FLOW.into())], NOW).await.unwrap();
    goes_up(true, "a text removed").await;
}

pub async fn secrets_come_back_as_they_were_kept(fresh: impl AsyncFn() -> Fresh) {
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

pub async fn calls_spent_add_up_by_connection_and_day(fresh: impl AsyncFn() -> Fresh) {
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
