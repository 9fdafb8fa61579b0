//! Counts of the calls to one system, so that tests and benches can read what was spent.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::faults::Fate;

/// The calls to one system since it was made, by operation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Tally {
    operations: BTreeMap<String, Count>,
}

/// The calls to one operation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Count {
    /// All of them, whatever became of them.
    pub calls: u64,
    /// A gateway answered instead; the system did nothing.
    pub stopped_at_gateway: u64,
    /// Done, and the answer lost on its way.
    pub answer_lost: u64,
    /// Not answered, and done later.
    pub applied_late: u64,
    /// Done, and the answer cut off.
    pub truncated: u64,
    /// Answered with what is no answer, whether done or not.
    pub nonsense: u64,
    /// Refused by the system itself, by its code.
    pub refused: BTreeMap<String, u64>,
}

impl Tally {
    /// The calls to one operation; all zero for one that was never called.
    pub fn of(&self, operation: &str) -> Count {
        self.operations.get(operation).cloned().unwrap_or_default()
    }

    /// The calls to all operations together.
    pub fn total(&self) -> u64 {
        self.operations.values().map(|count| count.calls).sum()
    }

    pub(super) fn called(&mut self, operation: &str, fate: Fate) {
        let count = self.operations.entry(operation.into()).or_default();
        count.calls += 1;
        match fate {
            Fate::Answered => {}
            Fate::Refused => count.stopped_at_gateway += 1,
            Fate::AnswerLost => count.answer_lost += 1,
            Fate::AppliedLate(_) => count.applied_late += 1,
            Fate::Truncated => count.truncated += 1,
            Fate::Nonsense { .. } => count.nonsense += 1,
        }
    }

    pub(super) fn refused(&mut self, operation: &str, code: &str) {
        let count = self.operations.entry(operation.into()).or_default();
        *count.refused.entry(code.into()).or_default() += 1;
    }
}
