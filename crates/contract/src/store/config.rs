//! Configuration texts with their versions, sealed secrets, and the ledger of calls.

use async_trait::async_trait;
use model::{ConnectionName, Secret, Timestamp};

use super::StoreError;

#[async_trait]
pub trait Config: Send + Sync {
    /// Stores those texts that differ from the current ones as new versions; in order.
    async fn apply(&self, texts: &[ConfigText], at: Timestamp) -> Result<Vec<Applied>, StoreError>;

    /// Takes texts out of force, by kind and name; their versions stay. Gives how many there were.
    async fn remove(&self, texts: &[(String, String)], at: Timestamp) -> Result<u64, StoreError>;

    /// The current texts with their versions, by kind and name.
    async fn current(&self) -> Result<Vec<(ConfigText, i64)>, StoreError>;

    /// Goes up with every change of configuration, by whichever process: a running server polls it to notice. Secrets
    /// do not count: tokens are among them, and are renewed all the time.
    async fn generation(&self) -> Result<i64, StoreError>;

    /// Stores a secret, sealed with a key that is not in the database.
    async fn keep_secret(&self, name: &str, secret: &Secret) -> Result<(), StoreError>;

    async fn recall_secret(&self, name: &str) -> Result<Option<Secret>, StoreError>;

    async fn forget_secret(&self, name: &str) -> Result<(), StoreError>;

    /// Adds to the calls spent by a connection on a day (days since 1970 in the vendor's zone) for a purpose (an
    /// operation); gives the day's total of the connection.
    async fn spend(
        &self,
        connection: &ConnectionName,
        day: i64,
        spent: &[(String, u64)],
    ) -> Result<u64, StoreError>;
}

/// One configuration text: a flow, a connection without its secrets, a value map, a packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigText {
    /// `flow`, `connection`, `values`, `packet`, `tests`.
    pub kind: String,
    /// The name inside the text; for files that a flow names, their relative path.
    pub name: String,
    pub text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applied {
    Made { version: i64 },
    Changed { version: i64 },
    Same { version: i64 },
}
