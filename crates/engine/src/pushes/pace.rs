//! How many pushes a sender may make: so many a minute, refilled all the time.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use model::Timestamp;

const MINUTE: i64 = 60_000;

/// What each sender has left, by the name of its token, or of the connection whose webhooks it calls.
#[derive(Default)]
pub(crate) struct Pace(Mutex<BTreeMap<String, Left>>);

/// In parts of a push, of which there are as many as milliseconds in a minute: so nothing is rounded.
struct Left {
    parts: i64,
    at: Timestamp,
}

impl Pace {
    /// Whether one more push is within the limit; it counts then.
    pub fn takes(&self, sender: &str, a_minute: u32, now: Timestamp) -> bool {
        let most = i64::from(a_minute) * MINUTE;
        let mut left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !left.contains_key(sender) {
            left.insert(sender.to_owned(), Left { parts: most, at: now });
        }
        let Some(left) = left.get_mut(sender) else { return false };
        let passed = now.0.saturating_sub(left.at.0).clamp(0, MINUTE);
        left.parts = (left.parts + passed * i64::from(a_minute)).min(most);
        left.at = left.at.max(now);
        let takes = left.parts >= MINUTE;
        left.parts -= if takes { MINUTE } else { 0 };
        takes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_pushes_so_many_a_minute_and_not_one_more() {
        let pace = Pace::default();
        let many = |sender, from: i64, step: i64, times: i64| {
            (0..times).filter(|n| pace.takes(sender, 60, Timestamp(from + n * step))).count()
        };
        assert_eq!(many("仓库", 0, 0, 100), 60, "all at once");
        assert_eq!(many("另一个", 0, 0, 10), 10, "each for itself");
        assert_eq!(many("仓库", 500, 500, 20), 10, "then one a second");
        assert_eq!(many("仓库", 600_000, 0, 100), 60, "what was not used does not add up");
    }

    #[test]
    fn a_clock_set_back_lets_nobody_push_more() {
        let pace = Pace::default();
        let takes = |at| pace.takes("仓库", 1, Timestamp(at));
        assert_eq!([takes(60_000), takes(0), takes(59_000), takes(120_000)], [true, false, false, true]);
    }
}
