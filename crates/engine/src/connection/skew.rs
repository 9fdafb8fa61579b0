//! By how much a system's clock is off, measured by the `Date` of its answers.
//!
//! Each answer was made between the moments when its call was sent and when it came back, at a second that it names: that
//! bounds the difference from both sides. The bounds of several answers are laid over each other, and grow apart again with
//! time, so that a clock which drifts is followed and one that was set anew is taken as it is. It is kept as long as the
//! process lasts: whoever compares times has just read both sides, and so measured both.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use contract::transport::Answer;
use model::{Timestamp, moment};

/// A difference beyond that is no clock's: nothing is compared then.
const MOST: i64 = 24 * 3_600_000;
/// One millisecond for each of so many: more than any clock drifts.
const DRIFT: i64 = 1_000;

/// The difference of one system's clock to ours.
#[derive(Debug, Default)]
pub(crate) struct Skew(Mutex<Option<Measured>>);

#[derive(Debug, Clone, Copy)]
struct Measured {
    /// Theirs less ours in milliseconds: at least, and at most.
    bounds: (i64, i64),
    at: Timestamp,
}

impl Measured {
    fn at(self, now: Timestamp) -> (i64, i64) {
        let drifted = now.since(self.at).as_millis() as i64 / DRIFT;
        (self.bounds.0 - drifted, self.bounds.1 + drifted)
    }
}

impl Skew {
    /// Measures by an answer. One from a cache says when it was put there.
    pub fn note(&self, answer: &Answer, sent: Timestamp, took: Duration) {
        let is_fresh = answer.header("age").is_none();
        let Some(date) = answer.header("date").filter(|_| is_fresh).and_then(moment::http_date) else {
            return;
        };
        let came = sent + took;
        self.measure((date.0 - came.0, date.0 + 999 - sent.0), came);
    }

    fn measure(&self, found: (i64, i64), at: Timestamp) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let bounds = match kept.map(|kept| kept.at(at)) {
            Some(known) if known.0 <= found.1 && found.0 <= known.1 => {
                (known.0.max(found.0), known.1.min(found.1))
            }
            _ => found,
        };
        *kept = (bounds.0.abs() <= MOST && bounds.1.abs() <= MOST).then_some(Measured { bounds, at });
    }

    /// Theirs less ours, at least and at most, in milliseconds; `None` before it was measured.
    pub fn at(&self, now: Timestamp) -> Option<(i64, i64)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).map(|kept| kept.at(now))
    }

    /// As it was measured last.
    pub fn known(&self) -> Option<(i64, i64)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).map(|kept| kept.bounds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(headers: &[(&str, &str)]) -> Answer {
        let headers = headers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        Answer { status: 200, headers, body: Default::default() }
    }

    #[test]
    fn several_answers_bound_the_difference_and_a_clock_that_was_set_is_taken_as_it_is() {
        let skew = Skew::default();
        assert_eq!(skew.at(Timestamp(0)), None);
        // 2026-06-01 01:00:00 UTC is 1_780_275_600_000.
        let sent = Timestamp(1_780_275_595_400);
        let date = "Mon, 01 Jun 2026 01:00:00 GMT";
        skew.note(&answer(&[("Date", date), ("Age", "30")]), sent, Duration::ZERO);
        skew.note(&answer(&[("Date", "gestern")]), sent, Duration::ZERO);
        assert_eq!(skew.known(), None, "what is from a cache, or is no time, measures nothing");
        skew.note(&answer(&[("Date", date)]), sent, Duration::from_millis(200));
        assert_eq!(skew.known(), Some((4_400, 5_599)));
        // A second later in the same second of theirs: the bounds close in.
        skew.note(&answer(&[("Date", date)]), sent + Duration::from_millis(900), Duration::from_millis(50));
        let (from, to) = skew.known().unwrap();
        assert!(from == 4_400 && to <= 4_700, "{from} {to}");
        // An hour later it may have drifted.
        let later = sent + Duration::from_secs(3_600);
        let (from, to) = skew.at(later).unwrap();
        assert!(from <= 4_400 - 3_500 && to >= 4_699 + 3_500, "{from} {to}");
        skew.measure((-60_000, -59_000), later);
        assert_eq!(skew.known(), Some((-60_000, -59_000)), "it was set back");
        skew.measure((90_000_000, 90_000_500), later);
        assert_eq!(skew.known(), None, "nobody's clock is a day off");
    }
}
