//! The seam to the connections that are served.

use async_trait::async_trait;
use engine::serving::{Asked, Caller, ChangedPage, How, NotServed, Serving, Shown, Window, Written};
use model::Cause;

/// Serves connections as "an ERP". Asked with each call, concurrently.
#[async_trait]
pub trait Served: Send + Sync {
    /// Whether the caller may use the connection.
    async fn admit(&self, caller: Caller<'_>) -> Result<(), NotServed>;

    /// Creates or updates a document, once.
    async fn write(&self, caller: Caller<'_>, how: How, asked: Asked) -> Result<Written, NotServed>;

    /// One page of what changed.
    async fn changed(&self, caller: Caller<'_>, window: Window) -> Result<ChangedPage, NotServed>;

    /// One record.
    async fn record(&self, caller: Caller<'_>, object: &str, id: &str) -> Result<Shown, NotServed>;

    /// The cause in Chinese and English.
    fn told(&self, cause: &Cause) -> String;
}

#[async_trait]
impl Served for Serving {
    async fn admit(&self, caller: Caller<'_>) -> Result<(), NotServed> {
        Serving::admit(self, caller).await
    }

    async fn write(&self, caller: Caller<'_>, how: How, asked: Asked) -> Result<Written, NotServed> {
        Serving::write(self, caller, how, asked).await
    }

    async fn changed(&self, caller: Caller<'_>, window: Window) -> Result<ChangedPage, NotServed> {
        Serving::changed(self, caller, window).await
    }

    async fn record(&self, caller: Caller<'_>, object: &str, id: &str) -> Result<Shown, NotServed> {
        Serving::record(self, caller, object, id).await
    }

    fn told(&self, cause: &Cause) -> String {
        Serving::told(self, cause)
    }
}
