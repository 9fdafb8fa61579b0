//! The audit log.

use model::Cause;
use model::audit::AuditEntry;

use super::given::{Making, later};

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
