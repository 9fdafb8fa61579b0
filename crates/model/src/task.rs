//! Tasks: one row for (flow, record), saying that the record must be brought over.

use serde::{Deserialize, Serialize};

use crate::{Cause, FlowName, RecordId, TaskId, Timestamp};

/// What a task shows. `running` is not among them: it is derived from an intent in flight, never stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// To be done now.
    Ready,
    /// For something that the cause names; wakes by itself.
    Waiting,
    /// Tried, and due again at a time.
    Retrying,
    /// A write went out and its answer did not come back.
    Unknown,
    Synced,
    /// Out of scope.
    Skipped,
    /// Needs a person.
    Failed,
    /// A person said so.
    Ignored,
    /// A person did elsewhere what it is for, until its record changes.
    Closed,
}

impl State {
    pub const ALL: [State; 9] = [
        State::Ready,
        State::Waiting,
        State::Retrying,
        State::Unknown,
        State::Synced,
        State::Skipped,
        State::Failed,
        State::Ignored,
        State::Closed,
    ];

    pub fn name(self) -> &'static str {
        match self {
            State::Ready => "ready",
            State::Waiting => "waiting",
            State::Retrying => "retrying",
            State::Unknown => "unknown",
            State::Synced => "synced",
            State::Skipped => "skipped",
            State::Failed => "failed",
            State::Ignored => "ignored",
            State::Closed => "closed",
        }
    }

    pub fn of_name(name: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Chinese and English names for people.
    pub fn title(self) -> (&'static str, &'static str) {
        match self {
            State::Ready => ("待同步", "ready"),
            State::Waiting => ("等待中", "waiting"),
            State::Retrying => ("重试中", "retrying"),
            State::Unknown => ("结果未知", "unknown"),
            State::Synced => ("已同步", "synced"),
            State::Skipped => ("已跳过", "skipped"),
            State::Failed => ("失败", "failed"),
            State::Ignored => ("已忽略", "ignored"),
            State::Closed => ("已在别处完成", "done elsewhere"),
        }
    }

    /// Whether nothing more happens to the task by itself.
    pub fn rests(self) -> bool {
        matches!(self, State::Synced | State::Skipped | State::Failed | State::Ignored | State::Closed)
    }
}

/// What a task does with its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Brings the record to the flow's target.
    Deliver,
    /// Tells people of it.
    Notify,
    /// Brings what the sync came to back to the source.
    WriteBack,
    /// Brings the files of the record to the document that is there (附件).
    Files,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Kind::Deliver => "deliver",
            Kind::Notify => "notify",
            Kind::WriteBack => "write_back",
            Kind::Files => "files",
        }
    }

    /// What people call it, in Chinese and English.
    pub fn title(self) -> (&'static str, &'static str) {
        match self {
            Kind::Deliver => ("同步", "sync"),
            Kind::Notify => ("通知", "notice"),
            Kind::WriteBack => ("回写", "write-back"),
            Kind::Files => ("附件", "files"),
        }
    }

    pub const ALL: [Kind; 4] = [Kind::Deliver, Kind::Notify, Kind::WriteBack, Kind::Files];

    pub fn of_name(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// One task as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    pub id: TaskId,
    pub flow: FlowName,
    pub record: RecordId,
    pub kind: Kind,
    pub state: State,
    pub cause: Option<Cause>,
    /// The revision that should be there.
    pub want: i64,
    /// The revision that is there; 0 before the first.
    pub done: i64,
    /// Tries since the last success, for the back-off.
    pub tries: u32,
    /// When it is to be looked at again. Of those that rest it says something of an ignored one only: see
    /// [`Task::waits_for_a_change`].
    pub due: Timestamp,
    /// This delivery is made with the mapping that was in force then; `None` with the one in force now. It holds until the
    /// task rests, or its record changes.
    pub as_of: Option<Timestamp>,
}

impl Task {
    /// The `due` of what a person set aside until its record changes.
    pub const UNTIL_CHANGED: Timestamp = Timestamp(i64::MIN);

    /// Whether it was set aside until its record changes.
    pub fn waits_for_a_change(&self) -> bool {
        self.state == State::Ignored && self.due == Task::UNTIL_CHANGED
    }
}

/// Which tasks a person means. What is empty takes all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Selection {
    /// These and no others; nothing else is asked of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ids: Vec<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flow: Option<FlowName>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<Kind>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub states: Vec<State>,
    /// The code of the cause, or of what that is because of; with a dot at its end all that begin so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The system's own code of the failure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vendor_code: Option<String>,
    /// The field that the cause names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Stands in the record's id, number or name, or in what the cause names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Tried last at or after this, and at or before that; in milliseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<i64>,
}
