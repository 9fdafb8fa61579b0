//! The simulator's clock: virtual time that moves only while nothing else can.

use async_trait::async_trait;
use contract::Clock;
use model::Timestamp;
use tokio::time::{Duration, Instant};

/// 2026-06-01 09:00:00 in China.
pub const BEGINNING: Timestamp = Timestamp(1_780_275_600_000);

/// Runs on the paused clock of the runtime.
pub struct SimClock {
    started: Instant,
}

impl SimClock {
    /// Begins at [`BEGINNING`]. Must be called inside the runtime.
    #[expect(clippy::disallowed_methods, reason = "this is the simulator's clock: the runtime's, paused")]
    pub fn begin() -> SimClock {
        SimClock { started: Instant::now() }
    }
}

#[async_trait]
impl Clock for SimClock {
    fn now(&self) -> Timestamp {
        BEGINNING + self.started.elapsed()
    }

    #[expect(clippy::disallowed_methods, reason = "this is the simulator's clock: the runtime's, paused")]
    async fn sleep_until(&self, at: Timestamp) {
        let wait = at.since(BEGINNING);
        tokio::time::sleep_until(self.started + wait.max(Duration::ZERO)).await;
    }
}
