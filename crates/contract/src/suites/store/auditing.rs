//! The audit log.

use model::Cause;
use model::audit::AuditEntry;

use super::given::{Making, call, later};
use crate::store::Audited;

fn entry(seconds: i64, by: &str, about: &str) -> AuditEntry {
    let what = Cause::new("audit.ignored").with("reason", "供应商已停用");
    AuditEntry { at: later(seconds), by: by.into(), what, about: about.into() }
}

pub async fn what_was_done_is_told_newest_first(fresh: Making<'_>) {
    let store = fresh().await;
    assert!(store.audit_log(None, 10).await.unwrap().is_empty());
    let (first, second) = (entry(1, "王芳", "task:1"), entry(1, "王芳", "task:2"));
    store.note(&[first.clone(), second.clone()]).await.unwrap();
    let third = entry(2, "夜班", "task:1");
    store.note(std::slice::from_ref(&third)).await.unwrap();
    assert_eq!(store.audit_log(None, 10).await.unwrap(), [third.clone(), second, first.clone()]);
    assert_eq!(store.audit_log(Some("task:1"), 10).await.unwrap(), [third.clone(), first]);
    assert_eq!(store.audit_log(Some("task:1"), 1).await.unwrap(), [third]);
    assert!(store.audit_log(Some("task"), 10).await.unwrap().is_empty(), "about exactly that");
}

pub async fn what_was_done_is_told_with_the_calls_by_which_it_was(fresh: Making<'_>) {
    let store = fresh().await;
    let about = "record:erp/销售订单/100";
    let first = Audited { entry: entry(1, "集成平台", about), calls: vec![call(1), call(2)] };
    let second = Audited { entry: entry(2, "集成平台", about), calls: vec![call(7)] };
    let without =
        Audited { entry: entry(3, "集成平台", "record:erp/销售订单/10"), calls: Vec::new() };
    for done in [&first, &second, &without] {
        store.note_done(done).await.unwrap();
    }
    assert_eq!(store.done_to(about, 10).await.unwrap(), [second.clone(), first]);
    assert_eq!(store.done_to(about, 1).await.unwrap(), [second]);
    let told = store.done_to("record:erp/销售订单/10", 10).await.unwrap();
    assert_eq!(told, std::slice::from_ref(&without));
    assert_eq!(store.audit_log(None, 1).await.unwrap(), [without.entry], "it is an entry as any other");
}
