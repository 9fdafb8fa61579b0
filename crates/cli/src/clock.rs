//! The real clock and real chance: the only place in the product that reads either.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use contract::store::{Store, StoreError};
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

    async fn sleep_until(&self, at: Timestamp) {
        sleep(self, at).await;
    }
}

/// The clock of the database's machine, as several nodes share it: counted on from the last look by a clock that nobody
/// sets and that goes on while the machine sleeps, so that its own may say what it likes.
pub struct SharedClock {
    /// What it was as the machine started.
    at: AtomicI64,
}

/// By more than this a look says nothing: the answer was too long on its way.
const LONGEST_LOOK: Duration = Duration::from_millis(500);

/// How often it is looked at again.
const LOOK_EVERY: Duration = Duration::from_secs(5);

impl SharedClock {
    /// The clock of that store, where it has one.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn of(store: &dyn Store) -> Result<Option<SharedClock>, StoreError> {
        let clock = SharedClock { at: AtomicI64::new(0) };
        let Some(first) = clock.look(store).await? else { return Ok(None) };
        let mut best = first;
        // The first answer waits for the connection; one that came quickly says more.
        for _ in 0..4 {
            if let Some(look) = clock.look(store).await?
                && look.took < best.took
            {
                best = look;
            }
        }
        clock.at.store(best.at, Ordering::Relaxed);
        Ok(Some(clock))
    }

    /// Follows the store's clock for as long as it is not dropped. One that was set by more than a minute is not followed
    /// until all nodes are started anew: it would end leases that hold, or let everything that waits wait as much longer.
    pub async fn follow(&self, store: &dyn Store) {
        loop {
            self.sleep_until(self.now() + LOOK_EVERY).await;
            let Ok(Some(look)) = self.look(store).await else { continue };
            if look.took > milliseconds(LONGEST_LOOK) {
                continue;
            }
            match (look.at - self.at.load(Ordering::Relaxed)).abs() <= CORRECTED {
                true => self.at.store(look.at, Ordering::Relaxed),
                false => {
                    tracing::error!("the clock of the database was set; stop all nodes, then start them")
                }
            }
        }
    }

    /// What it must have been as the machine started, by the store's answer; half of the way there and back is added.
    async fn look(&self, store: &dyn Store) -> Result<Option<Look>, StoreError> {
        let asked = since_start();
        let Some(time) = store.shared_time().await? else { return Ok(None) };
        let answered = since_start();
        Ok(Some(Look { at: time.0 - (asked + answered) / 2, took: answered - asked }))
    }
}

struct Look {
    at: i64,
    took: i64,
}

/// How long ago the machine was started, its sleep included; milliseconds.
fn since_start() -> i64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    time.tv_sec * 1_000 + time.tv_nsec / 1_000_000
}

#[async_trait]
impl Clock for SharedClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.at.load(Ordering::Relaxed) + since_start())
    }

    async fn sleep_until(&self, at: Timestamp) {
        sleep(self, at).await;
    }
}

/// In pieces, so that a clock that was corrected is noticed.
#[expect(clippy::disallowed_methods, reason = "this is the clock")]
async fn sleep(clock: &dyn Clock, at: Timestamp) {
    loop {
        let left = at.since(clock.now());
        if left.is_zero() {
            return;
        }
        tokio::time::sleep(left.min(PIECE)).await;
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
