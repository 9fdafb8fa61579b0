//! The real clock and real chance: the only place in the product that reads either.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use contract::{Chance, Clock};
use model::Timestamp;

/// A wait is cut into pieces of this length, so that a clock that was set (or a machine that slept) is noticed.
const PIECE: Duration = Duration::from_secs(30);

/// The machine's clock.
pub struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    async fn sleep_until(&self, at: Timestamp) {
        loop {
            let left = at.since(self.now());
            if left.is_zero() {
                return;
            }
            tokio::time::sleep(left.min(PIECE)).await;
        }
    }
}

/// The operating system's randomness.
pub struct SystemChance;

impl Chance for SystemChance {
    #[expect(clippy::disallowed_methods, reason = "this is chance")]
    fn next(&self) -> u64 {
        getrandom::u64().expect("the operating system gives randomness")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_clock_waits_until_the_time_has_come() {
        let clock = SystemClock;
        let at = clock.now() + Duration::from_millis(20);
        clock.sleep_until(at).await;
        assert!(clock.now() >= at);
        clock.sleep_until(Timestamp(0)).await;
    }

    #[test]
    fn chance_does_not_repeat_itself() {
        let drawn: std::collections::BTreeSet<u64> = (0..64).map(|_| SystemChance.next()).collect();
        assert_eq!(drawn.len(), 64);
    }
}
