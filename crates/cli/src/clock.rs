//! The real clock and real chance: the only place in the product that reads either.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use contract::{Chance, Clock};
use model::Timestamp;

/// A wait is cut into pieces of this length, so that a clock that was set (or a machine that slept) is noticed.
const PIECE: Duration = Duration::from_secs(30);

/// A clock is corrected by a little all the time. By more than this it was set.
const CORRECTED: i64 = 60_000;

/// The machine's clock. One that is set back while the program runs is not followed: it would let everything that waits
/// wait as much longer. From then on the time goes on from what it was, until the next start.
pub struct SystemClock;

/// When the program first asked for the time, by a clock that nobody sets.
static STARTED: OnceLock<Instant> = OnceLock::new();

/// How much later it was by the machine's clock than since the start, when that was followed last.
static AHEAD: AtomicI64 = AtomicI64::new(i64::MIN);

/// The time to tell, and how much it is ahead of what passed since the start: by the machine's clock, unless that was set
/// back.
fn told(by_clock: i64, passed: i64, ahead: i64) -> (i64, i64) {
    let ahead_now = by_clock.saturating_sub(passed);
    match ahead_now >= ahead.saturating_sub(CORRECTED) {
        true => (by_clock, ahead_now),
        false => (passed.saturating_add(ahead), ahead),
    }
}

fn milliseconds(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

#[async_trait]
impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let passed = milliseconds(STARTED.get_or_init(Instant::now).elapsed());
        let (now, ahead) = told(milliseconds(since), passed, AHEAD.load(Ordering::Relaxed));
        AHEAD.store(ahead, Ordering::Relaxed);
        Timestamp(now)
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
    fn a_clock_that_is_set_back_a_day_is_not_followed() {
        const DAY: i64 = 86_400_000;
        let noon = 1_780_000_000_000;
        let (now, ahead) = told(noon, 0, i64::MIN);
        assert_eq!((now, ahead), (noon, noon));
        assert_eq!(told(noon + 5_000, 5_000, ahead), (noon + 5_000, noon));
        let (now, still) = told(noon - DAY + 10_000, 10_000, ahead);
        assert_eq!((now, still), (noon + 10_000, noon), "what is due in a second is due in a second");
        assert_eq!(
            told(noon + 15_000 - 800, 15_000, still).0,
            noon + 15_000 - 800,
            "corrections are followed"
        );
        assert_eq!(told(noon + DAY, 20_000, still).0, noon + DAY, "and so is a clock that goes ahead");
    }

    #[test]
    fn chance_does_not_repeat_itself() {
        let drawn: std::collections::BTreeSet<u64> = (0..64).map(|_| SystemChance.next()).collect();
        assert_eq!(drawn.len(), 64);
    }
}
