//! The audit log: what was done by people and their machines.

use async_trait::async_trait;
use model::audit::AuditEntry;

use super::StoreError;

#[async_trait]
pub trait Audit: Send + Sync {
    /// Notes what is about to be done, all in one transaction.
    async fn note(&self, entries: &[AuditEntry]) -> Result<(), StoreError>;

    /// The newest entries, newest first: all, or those about exactly that.
    async fn audit_log(&self, about: Option<&str>, limit: usize) -> Result<Vec<AuditEntry>, StoreError>;
}
