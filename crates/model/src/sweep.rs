//! The sweep of an object's ids (清点): whether everything its source holds is known here, and whether everything that is
//! known is still there.

use serde::{Deserialize, Serialize};

use crate::reconciliation::RunState;
use crate::{Cause, ConnectionName, ObjectName, SweepId, Timestamp};

/// An object of a connection, as it is read for all of its flows together.
pub type ObjectOf = (ConnectionName, ObjectName);

/// One sweep of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sweep {
    pub id: SweepId,
    pub of: ObjectOf,
    /// Whether every id is listed, and not only where counts differ.
    pub deep: bool,
    pub state: RunState,
    /// What changed behind this may still be on its way here.
    pub until: Timestamp,
    pub started: Timestamp,
    /// When it last got on.
    pub beat: Timestamp,
    pub ended: Option<Timestamp>,
    pub place: SweepPlace,
    pub sum: SweepSum,
    /// Why it stands still, or asks.
    pub cause: Option<Cause>,
}

/// Where a sweep stands, so that a restart goes on there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SweepPlace {
    /// Whether what was gone before has been asked for again.
    pub looked_again: bool,
    /// Everything whose version lies before this time has been held against what is known.
    pub at: i64,
    /// A person said that it goes on although much is gone.
    pub goes_on: bool,
}

/// What a sweep counted, in records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SweepSum {
    /// That the source holds …
    pub there: u64,
    /// … and that are known here.
    pub here: u64,
    /// The source holds them and they were not known: they are being read.
    pub missing: u64,
    /// Known at an older version than the source shows: they are being read again.
    pub behind: u64,
    /// Known here, and no longer at the source; without those that a person lets rest.
    pub gone: u64,
    /// Of these, those that were found gone by this sweep.
    pub newly_gone: u64,
    pub calls: u64,
}

impl SweepSum {
    /// Whether there is anything to be told beside the counts.
    pub fn is_whole(&self) -> bool {
        (self.missing, self.behind, self.gone) == (0, 0, 0)
    }
}

/// A record that is known here and that its source has no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gone {
    pub id: String,
    pub number: Option<String>,
    pub name: Option<String>,
    /// When it was first found gone.
    pub since: Timestamp,
    /// Why it may rest, in the words of who said so.
    pub reason: Option<String>,
}
