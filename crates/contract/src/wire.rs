//! What a connector gets of one connection: its settings, its tokens, and calls that keep its limits.

use async_trait::async_trait;
use model::connection::Connection;
use model::{Secret, Timestamp};

use crate::clock::Clock;
use crate::connector::{Refusal, unsupported};
use crate::functions::{Output, Work};
use crate::transport::{Answer, Call};

/// One connection as a connector sees it. Every call passes the limiter, the ledger and the breaker and is recorded,
/// masked; a connector has no other way out.
#[async_trait]
pub trait Wire: Send + Sync {
    fn connection(&self) -> &Connection;

    fn clock(&self) -> &dyn Clock;

    fn chance(&self) -> &dyn crate::Chance;

    /// Sends one call, waiting for the limiter first. A call that got no answer is refused with the class
    /// `transient` when it cannot have arrived, `config` when it was not allowed to leave, else `unknown`.
    async fn send(&self, call: Call) -> Result<Answer, Refusal>;

    /// Runs a function (自定义函数) that one of the connection's objects names, by its path. What it logs and which calls it
    /// makes is kept with the calls of this wire.
    ///
    /// # Errors
    /// What the function failed of, with its file and line; nothing was sent by it that could have written anything here.
    /// Never `unknown`.
    async fn function(&self, path: &str, object: &str, work: Work<'_>) -> Result<Output, Refusal> {
        let _ = (path, object, work);
        Err(unsupported("function"))
    }

    fn tokens(&self) -> &dyn Tokens;
}

/// A token or session, in memory and sealed at rest.
#[derive(Debug, Clone)]
pub struct Token {
    pub secret: Secret,
    /// Further values that came with it: a user id, cookies, a data centre's address.
    pub with: Vec<(String, String)>,
    /// It must not be used after that.
    pub good_until: Timestamp,
}

impl Token {
    pub fn part(&self, name: &str) -> Option<&str> {
        self.with.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
}

/// Tokens by the vendor's own scope (for Fxiaoke host + appId + permanentCode), shared by all connections with the
/// same scope, persisted, fetched by one caller at a time.
#[async_trait]
pub trait Tokens: Send + Sync {
    /// The token kept for the scope, whether still good or not.
    async fn recall(&self, scope: &str) -> Option<Token>;

    async fn keep(&self, scope: &str, token: Token);

    /// Forgets the token if it is still this one; another caller may have renewed it meanwhile.
    async fn forget(&self, scope: &str, token: &Token);

    /// Waits until nobody else renews this scope's token; whoever holds the guard should [`Tokens::recall`] again
    /// before signing in.
    async fn single_flight(&self, scope: &str) -> Box<dyn Send>;
}
