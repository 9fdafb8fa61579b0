//! Work that a system does after its caller gave up.

use std::collections::BTreeMap;

use crate::faults::Conditions;
use crate::stand_in::Request;

/// One call that will be applied later.
pub struct Late {
    pub due_ms: i64,
    pub call: Request,
    pub conditions: Conditions,
}

/// The late work of one system, in the order of its times; at equal times in the order of the calls.
#[derive(Default)]
pub struct LateWork {
    waiting: BTreeMap<(i64, u64), (Request, Conditions)>,
    added: u64,
}

impl LateWork {
    pub fn add(&mut self, due_ms: i64, call: Request, conditions: Conditions) {
        self.waiting.insert((due_ms, self.added), (call, conditions));
        self.added += 1;
    }

    /// Takes the earliest work that is due by `now_ms`.
    pub fn take_due(&mut self, now_ms: i64) -> Option<Late> {
        let first = self.waiting.first_entry()?;
        if first.key().0 > now_ms {
            return None;
        }
        let ((due_ms, _), (call, conditions)) = first.remove_entry();
        Some(Late { due_ms, call, conditions })
    }

    pub fn next_due(&self) -> Option<i64> {
        self.waiting.first_key_value().map(|((due_ms, _), _)| *due_ms)
    }

    pub fn len(&self) -> usize {
        self.waiting.len()
    }
}
