//! What holds for a connector's connections and objects, before anything is asked of a system.

use std::time::Duration;

/// What holds for every connection of this connector; from its manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// How long after a write whose answer was lost the system may still show it.
    pub settle_window: Duration,
    /// How far back a read begins before the end of the last one.
    pub overlap: Duration,
    /// The usual reading interval.
    pub within: Duration,
    /// Most records on one page.
    pub page: usize,
    /// Most documents in one write call; 1 where the system takes no batches.
    pub batch: usize,
    /// Most ids or keys in one look-up.
    pub lookup: usize,
    pub limits: Limits,
    /// Whether notices with the same content within a day reach people once only, which makes a second send of a
    /// notice whose answer was lost harmless that day.
    pub notice_dedupe: bool,
}

/// The vendor's limits on calls, for one connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// At most so many calls in each such span; several may hold at once.
    pub rates: Vec<(u32, Duration)>,
    /// Whether the rates hold for each operation by itself (Fxiaoke counts by interface) or for all together.
    pub each_operation: bool,
    /// Calls in flight at once.
    pub at_once: u32,
    /// Calls a day; `None` where there is no quota.
    pub daily: Option<u64>,
}

/// What holds for one object of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectFacts {
    /// The field with the unchanging id.
    pub id: String,
    /// The field with the number people know it by.
    pub number: Option<String>,
    pub name: Option<String>,
    /// The field with the version or modification time; where there is none a change is read again before a write.
    pub version: Option<String>,
    /// Whether the version is a time of change, and so the one by which pages and counts go. A version number tells which of
    /// two is newer, and nothing of when.
    pub by_time: bool,
    /// Names of wanted statuses, from the weakest to the strongest; empty where it has none.
    pub statuses: Vec<String>,
    /// Fields with personal data, masked in records of calls.
    pub personal: Vec<String>,
}
