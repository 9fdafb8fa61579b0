//! How often the app may call one interface (`protocols/dingtalk.md` §3, §4.2).

use std::collections::{BTreeMap, VecDeque};

const SECOND_MS: i64 = 1_000;
const DAY_MS: i64 = 86_400_000;
const GMT8_MS: i64 = 28_800_000;

/// The day of a moment, GMT+8.
pub fn day(now_ms: i64) -> i64 {
    (now_ms + GMT8_MS).div_euclid(DAY_MS)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Admitted,
    TooOften,
    QuotaUsed,
}

/// The calls of the last second by interface, and those of the day. Refused calls do not count.
#[derive(Debug, Clone, Default)]
pub struct Limits {
    recent: BTreeMap<String, VecDeque<i64>>,
    day: i64,
    today: u64,
}

impl Limits {
    /// Admits one call and counts it. A quota of 0 is none.
    pub fn admit(&mut self, path: &str, now_ms: i64, per_second: usize, quota: u64) -> Verdict {
        if self.day != day(now_ms) {
            (self.day, self.today) = (day(now_ms), 0);
        }
        if quota > 0 && self.today >= quota {
            return Verdict::QuotaUsed;
        }
        let recent = self.recent.entry(path.into()).or_default();
        while recent.front().is_some_and(|called| *called <= now_ms - SECOND_MS) {
            recent.pop_front();
        }
        if recent.len() >= per_second {
            return Verdict::TooOften;
        }
        recent.push_back(now_ms);
        self.today += 1;
        Verdict::Admitted
    }
}
