//! Reconciliation (对账): whether both sides of a flow agree now, and where they do not.

use serde::{Deserialize, Serialize};

use crate::{Cause, DifferenceId, FlowName, Hash, RunId, Timestamp};

/// Which side of a flow: its source (here) or its target (there).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    Here,
    There,
}

impl Side {
    pub const ALL: [Side; 2] = [Side::Here, Side::There];

    pub fn name(self) -> &'static str {
        match self {
            Side::Here => "here",
            Side::There => "there",
        }
    }

    pub fn of_name(name: &str) -> Option<Side> {
        Side::ALL.into_iter().find(|side| side.name() == name)
    }
}

/// How a pair differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The source has the record; the target has nothing for it.
    OnlyHere,
    /// The target has a document that stands for no record of the source.
    OnlyThere,
    /// Both are there and mapped fields differ.
    Differs,
}

impl Kind {
    pub const ALL: [Kind; 3] = [Kind::OnlyHere, Kind::OnlyThere, Kind::Differs];

    pub fn name(self) -> &'static str {
        match self {
            Kind::OnlyHere => "only_here",
            Kind::OnlyThere => "only_there",
            Kind::Differs => "differs",
        }
    }

    pub fn of_name(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Chinese and English names for people.
    pub fn title(self) -> (&'static str, &'static str) {
        match self {
            Kind::OnlyHere => ("仅来源有", "only here"),
            Kind::OnlyThere => ("仅目标有", "only there"),
            Kind::Differs => ("不一致", "differs"),
        }
    }
}

/// What found a difference: it is looked for again in the same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// The source was asked; known by the source's id.
    Here,
    /// The target was asked; known by the target's id.
    There,
    /// What is stored says so (a task that failed); known by the source's id.
    Stored,
}

impl Origin {
    pub const ALL: [Origin; 3] = [Origin::Here, Origin::There, Origin::Stored];

    pub fn name(self) -> &'static str {
        match self {
            Origin::Here => "here",
            Origin::There => "there",
            Origin::Stored => "stored",
        }
    }

    pub fn of_name(name: &str) -> Option<Origin> {
        Origin::ALL.into_iter().find(|origin| origin.name() == name)
    }
}

impl From<Side> for Origin {
    fn from(side: Side) -> Origin {
        match side {
            Side::Here => Origin::Here,
            Side::There => Origin::There,
        }
    }
}

/// One field with both values, as JSON texts. Both are after mapping: as the target has or should have them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldDifference {
    /// The target's field, dotted, with places of lines: `FSaleOrderEntry[2].FQty`.
    pub field: String,
    /// What the source says it should be; absent where it says nothing.
    pub here: Option<String>,
    /// What the target holds; absent where it holds nothing.
    pub there: Option<String>,
}

/// A difference as it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub origin: Origin,
    pub kind: Kind,
    pub source: Option<Known>,
    pub target: Option<Known>,
    pub fields: Vec<FieldDifference>,
    /// Why, where that is known: the cause of a failed task, or that the target's document is gone.
    pub cause: Option<Cause>,
    /// Of both sides as they stood: a decision to ignore holds for as long as this is the same.
    pub standing: Hash,
}

/// A record or document by the names it has at its side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    pub id: String,
    pub number: Option<String>,
    pub name: Option<String>,
}

impl Known {
    /// The number people know it by, else the id.
    pub fn shown(&self) -> &str {
        self.number.as_deref().unwrap_or(&self.id)
    }
}

impl Found {
    /// The id by which its origin finds it again.
    pub fn key(&self) -> &str {
        let known = match self.origin {
            Origin::There => self.target.as_ref(),
            Origin::Here | Origin::Stored => self.source.as_ref(),
        };
        known.map_or("", |known| &known.id)
    }
}

/// A difference (差异) as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub id: DifferenceId,
    pub flow: FlowName,
    pub found: Found,
    pub state: State,
    /// When it was found first, since it last was none.
    pub since: Timestamp,
    /// When it was last seen.
    pub seen: Timestamp,
    /// Why it is ignored, in the words of who said so.
    pub reason: Option<String>,
    /// When a person decided about it.
    pub decided: Option<Timestamp>,
}

/// What is being done about a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    Open,
    /// A repair was asked for; the next look tells whether it did it.
    Repairing,
    /// A person said that it may stay; opened again when either side changes.
    Ignored,
    /// Both sides agree again.
    Closed,
}

impl State {
    pub const ALL: [State; 4] = [State::Open, State::Repairing, State::Ignored, State::Closed];

    pub fn name(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Repairing => "repairing",
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
            State::Open => ("待处理", "open"),
            State::Repairing => ("修复中", "being repaired"),
            State::Ignored => ("已忽略", "ignored"),
            State::Closed => ("已消除", "closed"),
        }
    }
}

/// One reconciliation of a flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    pub id: RunId,
    pub flow: FlowName,
    /// Whether every document is read and compared, and not only where counts differ.
    pub deep: bool,
    pub state: RunState,
    /// Only what changed at or after this, where somebody said so …
    pub since: Option<Timestamp>,
    /// … and at or before this: what is newer is in flight.
    pub until: Timestamp,
    pub started: Timestamp,
    /// When it last got on.
    pub beat: Timestamp,
    pub ended: Option<Timestamp>,
    pub place: Place,
    pub sum: Sum,
    /// Why it stands still, or asks.
    pub cause: Option<Cause>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RunState {
    /// Under way, or to be gone on with.
    Running,
    /// A list failed or was short: nothing is said of what it did not show. It is gone on with where it stopped.
    Incomplete,
    /// More is gone than is likely; a person decides whether it goes on.
    Asks,
    Done,
}

impl RunState {
    pub const ALL: [RunState; 4] = [RunState::Running, RunState::Incomplete, RunState::Asks, RunState::Done];

    pub fn name(self) -> &'static str {
        match self {
            RunState::Running => "running",
            RunState::Incomplete => "incomplete",
            RunState::Asks => "asks",
            RunState::Done => "done",
        }
    }

    pub fn of_name(name: &str) -> Option<RunState> {
        RunState::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Chinese and English names for people.
    pub fn title(self) -> (&'static str, &'static str) {
        match self {
            RunState::Running => ("进行中", "under way"),
            RunState::Incomplete => ("未完成", "incomplete"),
            RunState::Asks => ("待确认", "asks"),
            RunState::Done => ("已完成", "done"),
        }
    }
}

/// Where a run stands, so that a restart goes on there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Place {
    pub stage: Stage,
    /// Within a side: everything before this time has been compared.
    pub at: i64,
    /// A person said that it goes on although much is gone.
    pub goes_on: bool,
}

/// The stages of a run, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// What differed before is looked at again.
    #[default]
    Again,
    Here,
    There,
    /// What the store knows by itself.
    Stored,
}

/// What a run came to, in records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Sum {
    pub matched: u64,
    pub only_here: u64,
    pub only_there: u64,
    pub differs: u64,
    pub in_flight: u64,
    /// Differences that a person said may stay.
    pub ignored: u64,
    /// Records that the flow does not carry.
    pub outside: u64,
    pub calls_here: u64,
    pub calls_there: u64,
    /// Documents that were read and compared.
    pub read_here: u64,
    pub read_there: u64,
    /// Documents that a list no longer showed.
    pub gone: u64,
}

impl Sum {
    /// Differences that wait for a person.
    pub fn open(&self) -> u64 {
        self.only_here + self.only_there + self.differs
    }
}

/// A document as a reconciliation last saw it, where no stored record or link says the same: it stands at this version,
/// or (`None`) the system's lists do not show it. Counts are compared with this in mind, so that what is known already
/// is not found again and again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    pub side: Side,
    pub id: String,
    pub version: Option<i64>,
}
