//! Jobs (后台作业): what a person asked for and takes longer than they wait, done by the server in slices, with progress
//! that can be looked at, paused and stopped.

use serde::{Deserialize, Serialize};

use crate::task::Selection;
use crate::{Cause, ConnectionName, FlowName, JobId, ObjectName, Timestamp};

/// One job as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    pub id: JobId,
    pub work: JobWork,
    /// Who asked for it.
    pub by: String,
    pub made: Timestamp,
    /// When it may begin.
    pub starts: Timestamp,
    pub state: JobState,
    pub progress: Progress,
    /// Why it failed, or what it waits for while it runs.
    pub cause: Option<Cause>,
    /// When it ended, however it did.
    pub ended: Option<Timestamp>,
}

/// What is done. Stored as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobWork {
    /// Lets tasks run again.
    Retry {
        of: Selection,
        copy: Copy,
        #[serde(default)]
        mapping: Mapping,
    },
    /// Sets tasks aside.
    Ignore { of: Selection, until_changed: bool, reason: String },
    /// Closes tasks as done elsewhere.
    Close { of: Selection, reason: String },
    /// Brings records in that were there before (历史数据同步).
    History { flow: FlowName, which: History },
    /// Looks whether both sides of a flow agree (对账): only what changed in the span, where there is one, in milliseconds
    /// since 1970. `goes_on`: although more is gone than is likely.
    Reconcile {
        flow: FlowName,
        deep: bool,
        since: Option<i64>,
        until: Option<i64>,
        #[serde(default)]
        goes_on: bool,
    },
    /// Looks whether everything the source of an object holds is known here (清点); `deep` is `None` where it is its turn.
    Sweep {
        connection: ConnectionName,
        object: ObjectName,
        deep: Option<bool>,
        #[serde(default)]
        goes_on: bool,
    },
}

/// Which state of a record a retry works on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Copy {
    /// As it is stored here.
    Stored,
    /// As it is at its source now: it is read first.
    Source,
}

/// Which mapping a retry works with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mapping {
    /// The one in force.
    #[default]
    Current,
    /// The one with which the task was tried first since it was last brought over, for this one delivery.
    Original,
}

/// Which records of a flow's source a history load brings in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum History {
    /// Changed in this span, closed on both ends; in milliseconds since 1970.
    Changed { from: i64, to: i64 },
    /// With these ids at the source.
    Ids(Vec<String>),
    /// All that are linked already: brought over again.
    Linked,
    /// Changed in this span, and meeting a condition, which is written as a flow's scope is.
    Matching { condition: String, from: i64, to: i64 },
}

/// How a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum JobState {
    /// Being done, or about to be, from its time on.
    Running,
    /// A person lets it rest; it goes on from where it stands.
    Paused,
    /// A person ended it. What was done stays done.
    Stopped,
    Done,
    /// It cannot go on; a person may let it run again from where it stands.
    Failed,
}

impl JobState {
    pub const ALL: [JobState; 5] =
        [JobState::Running, JobState::Paused, JobState::Stopped, JobState::Done, JobState::Failed];

    pub fn name(self) -> &'static str {
        match self {
            JobState::Running => "running",
            JobState::Paused => "paused",
            JobState::Stopped => "stopped",
            JobState::Done => "done",
            JobState::Failed => "failed",
        }
    }

    pub fn of_name(name: &str) -> Option<JobState> {
        JobState::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Chinese and English names for people.
    pub fn title(self) -> (&'static str, &'static str) {
        match self {
            JobState::Running => ("进行中", "running"),
            JobState::Paused => ("已暂停", "paused"),
            JobState::Stopped => ("已停止", "stopped"),
            JobState::Done => ("已完成", "done"),
            JobState::Failed => ("失败", "failed"),
        }
    }

    /// Whether a person may let it go there from here: an end that was reached is one.
    pub fn may_become(self, to: JobState) -> bool {
        match to {
            JobState::Running => matches!(self, JobState::Paused | JobState::Failed),
            JobState::Paused => self == JobState::Running,
            JobState::Stopped => matches!(self, JobState::Running | JobState::Paused | JobState::Failed),
            JobState::Done | JobState::Failed => false,
        }
    }
}

/// How far a job has come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    /// What was looked at.
    pub seen: u64,
    /// For how many of it something was done.
    pub moved: u64,
    /// How many there will be, where that is known.
    pub of: Option<u64>,
    /// Where it goes on; the work itself says how to read it. `None` at the beginning.
    pub place: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_pauses_goes_on_and_stops_and_an_end_is_an_end() {
        for state in JobState::ALL {
            assert_eq!(JobState::of_name(state.name()), Some(state));
            assert!(!state.may_become(JobState::Done) && !state.may_become(state));
        }
        assert!(JobState::Running.may_become(JobState::Paused));
        assert!(JobState::Failed.may_become(JobState::Running));
        for to in JobState::ALL {
            assert!(!JobState::Done.may_become(to) && !JobState::Stopped.may_become(to));
        }
    }
}
