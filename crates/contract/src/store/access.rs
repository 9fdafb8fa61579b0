//! Tokens of machines that call us.

use async_trait::async_trait;
use model::access::AccessToken;

use super::StoreError;

#[async_trait]
pub trait Access: Send + Sync {
    /// Keeps a token. `false`, and nothing is kept, when one of that name is there already, or one with that hash.
    async fn keep_access(&self, token: &AccessToken) -> Result<bool, StoreError>;

    /// All tokens, by name; those whose time is over too.
    async fn access(&self) -> Result<Vec<AccessToken>, StoreError>;

    /// Takes a token back for good; whether there was one of that name.
    async fn revoke_access(&self, name: &str) -> Result<bool, StoreError>;
}
