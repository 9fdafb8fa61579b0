//! How often an app may call a vendor: per interface in a window of time, and in all per day (GMT+8).

use std::collections::{BTreeMap, VecDeque};

const DAY_MS: i64 = 86_400_000;
const GMT8_MS: i64 = 28_800_000;

/// The day of a moment, GMT+8.
pub fn day(now_ms: i64) -> i64 {
    (now_ms + GMT8_MS).div_euclid(DAY_MS)
}

/// What a call meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Admitted,
    /// Too many calls of this interface in the window.
    TooOften,
    /// The calls of the day are used up.
    QuotaUsed,
}

/// The calls of the last window by interface, and those of the day. Refused calls do not count.
#[derive(Debug, Clone)]
pub struct Limits {
    window_ms: i64,
    recent: BTreeMap<String, VecDeque<i64>>,
    day: i64,
    today: u64,
}

impl Limits {
    pub fn new(window_ms: i64) -> Limits {
        Limits { window_ms, recent: BTreeMap::new(), day: 0, today: 0 }
    }

    /// Admits one call of an interface and counts it. A quota of 0 is none. The day changes at midnight GMT+8.
    pub fn admit(&mut self, interface: &str, now_ms: i64, per_window: usize, quota: u64) -> Verdict {
        if self.day != day(now_ms) {
            (self.day, self.today) = (day(now_ms), 0);
        }
        if quota > 0 && self.today >= quota {
            return Verdict::QuotaUsed;
        }
        let recent = self.recent.entry(interface.into()).or_default();
        while recent.front().is_some_and(|called| *called <= now_ms - self.window_ms) {
            recent.pop_front();
        }
        if recent.len() >= per_window {
            return Verdict::TooOften;
        }
        recent.push_back(now_ms);
        self.today += 1;
        Verdict::Admitted
    }
}

/// The stricter of two quotas, where 0 is none.
pub fn stricter(one: u64, other: u64) -> u64 {
    match (one, other) {
        (0, quota) | (quota, 0) => quota,
        (one, other) => one.min(other),
    }
}
