//! How often the app may call: per interface in 20 s, and per day (`protocols/fxiaoke.md` §3).

use std::collections::{BTreeMap, VecDeque};

const WINDOW_MS: i64 = 20_000;
const DAY_MS: i64 = 86_400_000;
const GMT8_MS: i64 = 28_800_000;

/// What a call meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Admitted,
    /// Too many calls of this interface in 20 s.
    TooOften,
    /// The calls of the day are used up.
    QuotaUsed,
}

/// The calls of the last 20 s by interface, and those of the day. Refused calls do not count.
#[derive(Debug, Clone, Default)]
pub struct Limits {
    recent: BTreeMap<String, VecDeque<i64>>,
    day: i64,
    today: u64,
}

impl Limits {
    /// Admits one call and counts it. A quota of 0 is none. The day changes at midnight GMT+8.
    pub fn admit(&mut self, path: &str, now_ms: i64, per_window: usize, quotas: [u64; 2]) -> Verdict {
        let day = (now_ms + GMT8_MS).div_euclid(DAY_MS);
        if day != self.day {
            (self.day, self.today) = (day, 0);
        }
        if quotas.iter().any(|quota| *quota > 0 && self.today >= *quota) {
            return Verdict::QuotaUsed;
        }
        let recent = self.recent.entry(path.into()).or_default();
        while recent.front().is_some_and(|called| *called <= now_ms - WINDOW_MS) {
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
