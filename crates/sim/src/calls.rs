//! What was asked of the systems, by what it was for.

use std::collections::BTreeMap;

use crate::world::World;

/// Parts of the names of operations, without case, by what the operations do. The first that fits counts.
const READS: &[&str] = &["query", "view", "describe", "businessinfo", "/list", "/get"];
const SIGN_INS: &[&str] = &["token", "login", "validateuser", "getbymobile"];

/// Calls to all systems.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calls(pub BTreeMap<String, OfSystem>);

/// Calls to one system.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OfSystem {
    pub reads: u64,
    pub writes: u64,
    pub sign_ins: u64,
    /// Refused by the system for too many calls, or for anything else.
    pub refused: u64,
    pub by_operation: BTreeMap<String, u64>,
}

impl Calls {
    /// The calls so far, as the stand-ins counted them.
    pub fn of(world: &World) -> Calls {
        let told = world.screens.read(world.now_ms(), "calls");
        let mut calls = Calls::default();
        for (system, operations) in told.as_object().into_iter().flatten() {
            let of = calls.0.entry(system.clone()).or_default();
            for (name, count) in operations.as_object().into_iter().flatten() {
                let made = count["calls"].as_u64().unwrap_or_default();
                let refused = count["refused"].as_object().into_iter().flatten();
                of.refused += refused.filter_map(|(_, count)| count.as_u64()).sum::<u64>();
                of.by_operation.insert(name.clone(), made);
                let lower = name.to_lowercase();
                let is = |kind: &[&str]| kind.iter().any(|part| lower.contains(part));
                match (is(SIGN_INS), is(READS)) {
                    (true, _) => of.sign_ins += made,
                    (_, true) => of.reads += made,
                    _ => of.writes += made,
                }
            }
        }
        calls
    }

    /// What was asked for beyond what had been asked for before.
    pub fn since(&self, before: &Calls) -> Calls {
        let of = |(system, now): (&String, &OfSystem)| (system.clone(), now.since(&before.system(system)));
        Calls(self.0.iter().map(of).collect())
    }

    /// Calls that a system refused, whatever for.
    pub fn refused(&self) -> u64 {
        self.0.values().map(|of| of.refused).sum()
    }

    pub fn of_operation(&self, system: &str, operation: &str) -> u64 {
        self.0.get(system).and_then(|of| of.by_operation.get(operation)).copied().unwrap_or_default()
    }

    pub fn system(&self, name: &str) -> OfSystem {
        self.0.get(name).cloned().unwrap_or_default()
    }
}

impl OfSystem {
    fn since(&self, before: &OfSystem) -> OfSystem {
        let of = |(operation, now): (&String, &u64)| {
            let before = before.by_operation.get(operation).copied().unwrap_or_default();
            (operation.clone(), now - before)
        };
        OfSystem {
            reads: self.reads - before.reads,
            writes: self.writes - before.writes,
            sign_ins: self.sign_ins - before.sign_ins,
            refused: self.refused - before.refused,
            by_operation: self.by_operation.iter().map(of).collect(),
        }
    }
}
