//! The limiter of one connection: at most so many calls in a span, and so many at once.
//!
//! Spans slide: the times of the last calls are kept, one ring per rate, so the vendor never sees more than its limit
//! in any span of that length, wherever it begins.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use contract::Clock;
use contract::connector::Limits;
use model::Timestamp;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Some vendors count by their own clock and by arrival; the span is kept a little longer.
const MARGIN: Duration = Duration::from_millis(20);

#[derive(Debug)]
pub struct Limiter {
    at_once: Arc<Semaphore>,
    rates: Mutex<Vec<Ring>>,
}

#[derive(Debug)]
struct Ring {
    most: usize,
    span: Duration,
    sent: VecDeque<Timestamp>,
}

impl Default for Limiter {
    fn default() -> Self {
        Limiter { at_once: Arc::new(Semaphore::new(1)), rates: Mutex::default() }
    }
}

impl Limiter {
    pub fn new(limits: &Limits) -> Limiter {
        let ring = |&(most, span): &(u32, Duration)| Ring {
            most: most.max(1) as usize,
            span: span + MARGIN,
            sent: VecDeque::with_capacity(most as usize),
        };
        Limiter {
            at_once: Arc::new(Semaphore::new(limits.at_once.max(1) as usize)),
            rates: Mutex::new(limits.rates.iter().map(ring).collect()),
        }
    }

    /// Waits until one more call may go out. The permit is held while the call is under way.
    pub async fn admit(&self, clock: &dyn Clock) -> Option<OwnedSemaphorePermit> {
        let permit = self.at_once.clone().acquire_owned().await.ok();
        loop {
            let now = clock.now();
            match self.take(now) {
                None => return permit,
                Some(free_at) => clock.sleep_until(free_at).await,
            }
        }
    }

    /// Notes a call now, or says when the next may go.
    fn take(&self, now: Timestamp) -> Option<Timestamp> {
        let mut rates = self.rates.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let busy_until = rates.iter_mut().filter_map(|ring| ring.busy_until(now)).max();
        if busy_until.is_none() {
            rates.iter_mut().for_each(|ring| ring.sent.push_back(now));
        }
        busy_until
    }
}

impl Ring {
    fn busy_until(&mut self, now: Timestamp) -> Option<Timestamp> {
        while self.sent.front().is_some_and(|&oldest| oldest + self.span <= now) {
            self.sent.pop_front();
        }
        let oldest = self.sent.front()?;
        (self.sent.len() >= self.most).then(|| *oldest + self.span)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_span_ever_sees_more_than_the_limit() {
        let limits = Limits { rates: vec![(3, Duration::from_secs(1))], at_once: 10, daily: None };
        let limiter = Limiter::new(&limits);
        let (mut now, mut sent) = (Timestamp(0), Vec::new());
        while sent.len() < 30 {
            match limiter.take(now) {
                None => sent.push(now),
                Some(free_at) => now = free_at,
            }
        }
        for window in sent.windows(4) {
            assert!(window[3].since(window[0]) >= Duration::from_secs(1), "{window:?}");
        }
        assert!(now.0 < 10_000, "the limit is used: {now:?}");
    }
}
