//! The audit log: what was done by people and their machines.

use async_trait::async_trait;
use model::attempt::CallRecord;
use model::audit::AuditEntry;

use super::StoreError;

#[async_trait]
pub trait Audit: Send + Sync {
    /// Notes what is about to be done, all in one transaction.
    async fn note(&self, entries: &[AuditEntry]) -> Result<(), StoreError>;

    /// Notes what was done, with the calls by which it was, in one transaction.
    async fn note_done(&self, done: &Audited) -> Result<(), StoreError>;

    /// The newest entries about exactly that, newest first, each with its calls in order.
    async fn done_to(&self, about: &str, limit: usize) -> Result<Vec<Audited>, StoreError>;

    /// The newest entries, newest first: all, or those about exactly that.
    async fn audit_log(&self, about: Option<&str>, limit: usize) -> Result<Vec<AuditEntry>, StoreError>;
}

/// What was done, and the calls by which it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audited {
    pub entry: AuditEntry,
    /// Masked; none where nothing was sent.
    pub calls: Vec<CallRecord>,
}
