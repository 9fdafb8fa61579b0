//! The time seam.

use async_trait::async_trait;
use model::Timestamp;

/// The time, and waiting for it. Nothing else in the product may read a clock or sleep.
#[async_trait]
pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;

    /// Returns when [`Clock::now`] has reached `at`; at once if it has already.
    async fn sleep_until(&self, at: Timestamp);
}
