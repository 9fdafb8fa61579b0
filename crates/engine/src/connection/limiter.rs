//! The limiter of one connection: at most so many calls in a span, for all operations together or for each by itself,
//! and so many at once.
//!
//! Spans slide: the times of the last calls are kept, one ring per rate, so the vendor never sees more than its limit
//! in any span of that length, wherever it begins.
//!
//! Reading leaves a tenth of each rate to the lane. Who reads a backlog takes every call there is, and a write that has to
//! look first would wait a whole span for each of its looks. Sweeping leaves half of each rate to all others: it can wait.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use contract::Clock;
use contract::connector::Limits;
use model::Timestamp;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Some vendors count by their own clock and by arrival; the span is kept a little longer.
const MARGIN: Duration = Duration::from_millis(20);

/// One of so many calls is kept for the lane.
const KEPT: usize = 10;

/// Who calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    /// Who brings records over, or was asked to by a person.
    Work,
    /// Who reads on schedule.
    Reading,
    /// Who holds what is known against what is there, with all the time it takes.
    Sweeping,
}

#[derive(Debug)]
pub struct Limiter {
    at_once: Arc<Semaphore>,
    limits: Vec<(u32, Duration)>,
    each_operation: bool,
    /// By operation; all under one empty name where the rates hold for all together.
    rings: Mutex<BTreeMap<&'static str, Vec<Ring>>>,
}

#[derive(Debug)]
struct Ring {
    most: usize,
    span: Duration,
    sent: VecDeque<Timestamp>,
}

impl Limiter {
    pub fn new(limits: &Limits) -> Limiter {
        Limiter {
            at_once: Arc::new(Semaphore::new(limits.at_once.max(1) as usize)),
            limits: limits.rates.clone(),
            each_operation: limits.each_operation,
            rings: Mutex::default(),
        }
    }

    /// Waits until one more call of the operation may go out. The permit is held while the call is under way.
    pub async fn admit(
        &self,
        caller: Caller,
        operation: &'static str,
        clock: &dyn Clock,
    ) -> Option<OwnedSemaphorePermit> {
        loop {
            let permit = self.at_once.clone().acquire_owned().await.ok();
            match self.take(caller, operation, clock.now()) {
                None => return permit,
                Some(free_at) => {
                    drop(permit);
                    clock.sleep_until(free_at).await;
                }
            }
        }
    }

    /// Notes a call now, or says when the next may go.
    fn take(&self, caller: Caller, operation: &'static str, now: Timestamp) -> Option<Timestamp> {
        let mut rings = self.rings.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let name = if self.each_operation { operation } else { "" };
        let rings = rings.entry(name).or_insert_with(|| self.limits.iter().map(Ring::new).collect());
        let busy_until = rings.iter_mut().filter_map(|ring| ring.busy_until(caller, now)).max();
        if busy_until.is_none() {
            rings.iter_mut().for_each(|ring| ring.sent.push_back(now));
        }
        busy_until
    }
}

impl Ring {
    fn new(&(most, span): &(u32, Duration)) -> Ring {
        Ring { most: most.max(1) as usize, span: span + MARGIN, sent: VecDeque::new() }
    }

    fn busy_until(&mut self, caller: Caller, now: Timestamp) -> Option<Timestamp> {
        while self.sent.front().is_some_and(|&oldest| oldest + self.span <= now) {
            self.sent.pop_front();
        }
        let most = match caller {
            Caller::Work => self.most,
            Caller::Reading => self.most - self.most / KEPT,
            Caller::Sweeping => self.most.div_ceil(2),
        };
        let too_many = (self.sent.len() + 1).checked_sub(most)?;
        let last_of_them = self.sent.get(too_many.checked_sub(1)?)?;
        Some(*last_of_them + self.span)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limiter(each_operation: bool) -> Limiter {
        let rates = vec![(3, Duration::from_secs(1))];
        Limiter::new(&Limits { rates, each_operation, at_once: 10, daily: None })
    }

    #[test]
    fn rates_of_each_operation_do_not_touch_each_other() {
        for (each_operation, free) in [(true, true), (false, false)] {
            let limiter = limiter(each_operation);
            (0..3).for_each(|_| assert_eq!(limiter.take(Caller::Work, "query", Timestamp(0)), None));
            assert_eq!(limiter.take(Caller::Reading, "get", Timestamp(0)).is_none(), free);
        }
    }

    #[test]
    fn reading_leaves_a_tenth_to_the_lane() {
        for (most, left) in [(100, 10), (20, 2), (9, 0), (1, 0)] {
            let span = Duration::from_secs(20);
            let limiter = Limiter::new(&Limits {
                rates: vec![(most, span)],
                each_operation: true,
                at_once: 10,
                daily: None,
            });
            let take = |caller, at| limiter.take(caller, "query", Timestamp(at));
            let taken = |caller, at| (0..200).take_while(|_| take(caller, at).is_none()).count();
            assert_eq!(
                (taken(Caller::Reading, 0), taken(Caller::Work, 5)),
                (most as usize - left, left),
                "{most}"
            );
            let free_at = take(Caller::Reading, 6).expect("all of it is used");
            assert_eq!(free_at, Timestamp(0) + span + MARGIN, "{most}: its own calls are over first");
        }
    }

    #[test]
    fn sweeping_leaves_half_to_all_others() {
        for (most, half) in [(100, 50), (9, 5), (1, 1)] {
            let rates = vec![(most, Duration::from_secs(20))];
            let limiter = Limiter::new(&Limits { rates, each_operation: true, at_once: 10, daily: None });
            let taken = |caller| {
                (0..200).take_while(|_| limiter.take(caller, "query", Timestamp(0)).is_none()).count()
            };
            assert_eq!(
                (taken(Caller::Sweeping), taken(Caller::Work)),
                (half, most as usize - half),
                "{most}"
            );
        }
    }

    #[test]
    fn no_span_ever_sees_more_than_the_limit() {
        let limiter = limiter(false);
        let (mut now, mut sent) = (Timestamp(0), Vec::new());
        while sent.len() < 30 {
            match limiter.take(Caller::Work, "Save", now) {
                None => sent.push(now),
                Some(free_at) => now = free_at,
            }
        }
        for window in sent.windows(4) {
            assert!(window[3].since(window[0]) >= Duration::from_secs(1), "{window:?}");
        }
        assert!(now.0 < 10_000, "the limit is used: {now:?}");
    }

    struct Paused(tokio::time::Instant);

    #[async_trait::async_trait]
    impl Clock for Paused {
        fn now(&self) -> Timestamp {
            Timestamp(0) + self.0.elapsed()
        }

        #[expect(clippy::disallowed_methods, reason = "this is the tests' clock: the runtime's, paused")]
        async fn sleep_until(&self, at: Timestamp) {
            tokio::time::sleep_until(self.0 + at.since(Timestamp(0))).await;
        }
    }

    /// A vendor that refuses whatever is over its limit by its own, sliding count.
    #[derive(Default)]
    struct Vendor {
        came: VecDeque<Timestamp>,
        refused: usize,
    }

    impl Vendor {
        fn call(&mut self, now: Timestamp) {
            while self.came.front().is_some_and(|&oldest| now.since(oldest) >= Duration::from_secs(20)) {
                self.came.pop_front();
            }
            match self.came.len() < 100 {
                true => self.came.push_back(now),
                false => self.refused += 1,
            }
        }
    }

    #[tokio::test(start_paused = true)]
    #[expect(clippy::disallowed_methods, reason = "the tests' clock begins now")]
    async fn fifty_flows_share_a_limit_to_its_end_without_a_refusal_and_none_is_starved() {
        let limits = Limits {
            rates: vec![(100, Duration::from_secs(20))],
            each_operation: false,
            at_once: 20,
            daily: None,
        };
        let (limiter, clock) = (Limiter::new(&limits), Paused(tokio::time::Instant::now()));
        let (vendor, counts) = (Mutex::new(Vendor::default()), Mutex::new(vec![0_usize; 50]));
        let end = Timestamp(0) + Duration::from_secs(600);
        let flow = async |number: usize| {
            while clock.now() < end {
                let permit = limiter.admit(Caller::Work, "save", &clock).await;
                if clock.now() >= end {
                    break;
                }
                vendor.lock().unwrap().call(clock.now());
                counts.lock().unwrap()[number] += 1;
                // Some answer fast and some do not.
                clock.sleep_until(clock.now() + Duration::from_millis(50 + 37 * number as u64)).await;
                drop(permit);
            }
        };
        futures_util::future::join_all((0..50).map(flow)).await;
        let counts = counts.into_inner().unwrap();
        let (all, least) = (counts.iter().sum::<usize>(), counts.iter().min().copied().unwrap_or_default());
        assert_eq!(vendor.into_inner().unwrap().refused, 0);
        assert!(all * 100 >= 95 * 3_000, "{all} of 3,000 calls were made");
        assert!(least * 2 >= all / 50, "everybody has at least half of an equal share: {counts:?}");
    }
}
