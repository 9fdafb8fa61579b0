//! The fault dial: what goes wrong between a caller and a vendor, and how often.

use serde::{Deserialize, Serialize};

use crate::stand_in::Chance;

/// How often each thing goes wrong, in parts per million of calls, and how long things take. All zero by default.
/// `qiao sandbox --faults FILE` and `POST /_sandbox/faults` read it as JSON or YAML with these names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// Every answer takes this long, in milliseconds …
    pub latency_ms: u64,
    /// … plus up to this much more.
    pub jitter_ms: u64,
    /// Answered with an error of the gateway (HTTP 502 with an HTML page) and not applied.
    pub refused: u32,
    /// Applied, but the answer is lost: the connection closes.
    pub answer_lost: u32,
    /// Not answered; applied some seconds after the caller gave up.
    pub applied_late: u32,
    /// The longest delay of `applied_late`, in milliseconds, counted from the call.
    pub late_by_ms: u64,
    /// Applied, but the answer is cut off in the middle.
    pub truncated: u32,
    /// Answered with HTTP 200 and with what is no answer: a web page, nothing, JSON that ends in the middle, or what a call
    /// to another operation was answered. Every other such call was carried out nonetheless.
    pub nonsense: u32,
    /// The session or token of the caller is forgotten before the call is looked at.
    pub session_lost: u32,
    /// Refused for too many calls, though the caller kept the limits.
    pub throttled: u32,
    /// Of a batch, one member that would have succeeded is refused for a reason of the moment.
    pub partial: u32,
    /// Applied, but the system itself answers that it timed out (Fxiaoke 50009).
    pub timed_out: u32,
    /// The document is locked by a person who edits it (K/3 网控).
    pub locked: u32,
    /// A page of a list begins with the last row of the page before (standard ERP).
    pub repeated_rows: u32,
    /// A list tells another number of rows than it has (standard ERP).
    pub wrong_total: u32,
    /// Before a page that is not the first is read, a row of an earlier one is changed, so that the others move up
    /// (standard ERP).
    pub shifting_pages: u32,
    /// An answer says that it is something else than it is (standard ERP).
    pub wrong_content_type: u32,
    /// How far the vendor's clock is ahead of (or, negative, behind) ours, in milliseconds.
    pub clock_skew_ms: i64,
    /// The daily quota of calls; 0 is none.
    pub quota: u64,
}

impl Default for Faults {
    fn default() -> Self {
        Faults {
            latency_ms: 0,
            jitter_ms: 0,
            refused: 0,
            answer_lost: 0,
            applied_late: 0,
            late_by_ms: 10_000,
            truncated: 0,
            nonsense: 0,
            session_lost: 0,
            throttled: 0,
            partial: 0,
            timed_out: 0,
            locked: 0,
            repeated_rows: 0,
            wrong_total: 0,
            shifting_pages: 0,
            wrong_content_type: 0,
            clock_skew_ms: 0,
            quota: 0,
        }
    }
}

/// The faults of one call that only the vendor can act out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Conditions {
    pub session_lost: bool,
    pub throttled: bool,
    pub partial: bool,
    pub timed_out: bool,
    pub locked: bool,
    pub repeated_rows: bool,
    pub wrong_total: bool,
    pub shifting_pages: bool,
    pub wrong_content_type: bool,
    /// The daily quota in force; 0 is none.
    pub quota: u64,
}

/// What happens to one call on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Applied and answered.
    Answered,
    /// A gateway answers instead; nothing is applied.
    Refused,
    /// Applied; the connection closes without an answer.
    AnswerLost,
    /// Nothing comes back; applied this many milliseconds after the call.
    AppliedLate(u64),
    /// Applied; half of the answer arrives.
    Truncated,
    /// Applied or not; what comes back whole is no answer.
    Nonsense { kind: Nonsense, is_applied: bool },
}

/// What comes back with HTTP 200 and is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nonsense {
    /// A page for people, of whoever stands in between.
    Page,
    /// A body without a byte.
    Nothing,
    /// JSON that ends in the middle, though as long as its length says.
    Half,
    /// What a call to another operation was answered.
    AnotherAnswer,
}

impl Faults {
    /// Draws the fate of one call. A call that changes nothing is never lost or applied late: there is nothing to
    /// lose, and the caller may simply repeat it. It is refused or truncated like any other.
    pub fn fate(&self, chance: &mut Chance, changes: bool) -> Fate {
        if chance.happens(self.refused) {
            Fate::Refused
        } else if changes && chance.happens(self.answer_lost) {
            Fate::AnswerLost
        } else if changes && chance.happens(self.applied_late) {
            Fate::AppliedLate(1 + chance.below(self.late_by_ms.max(1)))
        } else if chance.happens(self.truncated) {
            Fate::Truncated
        } else if chance.happens(self.nonsense) {
            let kinds = [Nonsense::Page, Nonsense::Nothing, Nonsense::Half, Nonsense::AnotherAnswer];
            Fate::Nonsense { kind: *chance.pick(&kinds), is_applied: chance.below(2) == 0 }
        } else {
            Fate::Answered
        }
    }

    pub fn conditions(&self, chance: &mut Chance) -> Conditions {
        Conditions {
            session_lost: chance.happens(self.session_lost),
            throttled: chance.happens(self.throttled),
            partial: chance.happens(self.partial),
            timed_out: chance.happens(self.timed_out),
            locked: chance.happens(self.locked),
            repeated_rows: chance.happens(self.repeated_rows),
            wrong_total: chance.happens(self.wrong_total),
            shifting_pages: chance.happens(self.shifting_pages),
            wrong_content_type: chance.happens(self.wrong_content_type),
            quota: self.quota,
        }
    }

    /// How long the answer of one call takes, in milliseconds.
    pub fn latency(&self, chance: &mut Chance) -> u64 {
        self.latency_ms + if self.jitter_ms > 0 { chance.below(self.jitter_ms + 1) } else { 0 }
    }
}
