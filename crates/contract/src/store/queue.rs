//! Tasks, their intents and settlements, lane by lane.

use async_trait::async_trait;
use model::attempt::{Attempt, CallRecord};
use model::binding::BindingSide;
use model::intent::Intent;
use model::link::{Agreed, FileLink, LinkSide, Referent};
use model::record::{Record, RecordKey};
use model::task::{Kind, State, Task};
use model::{Cause, ConnectionName, FlowName, LaneName, LinkId, ObjectName, RecordId, TaskId, Timestamp};

use super::StoreError;

/// The work of lanes. Every write is guarded by the lease's epoch: after a take-over the old owner's writes fail with
/// [`StoreError::Stale`] and change nothing.
#[async_trait]
pub trait Queue: Send + Sync {
    /// Takes the lane until that time when it is free, expired or already this owner's, who then has forgotten it: its
    /// process ended without giving the lane back. `None` while another owner holds it. What is held is renewed by
    /// [`Nodes::beat`](super::Nodes::beat).
    async fn lease(
        &self,
        lane: &LaneName,
        owner: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Lease>, StoreError>;

    /// Gives the lane back at once. A stale lease is passed over.
    async fn release(&self, lease: &Lease) -> Result<(), StoreError>;

    /// Tasks of the lane in `ready`, `waiting`, `retrying` or `unknown` that are due, those with open intents first,
    /// then by due time and id; with their records and intents. Tasks in `except` are left out.
    async fn due(
        &self,
        lane: &LaneName,
        now: Timestamp,
        limit: usize,
        except: &[TaskId],
    ) -> Result<Vec<Due>, StoreError>;

    /// When the next task of the lane is due; `None` when none ever is by itself.
    async fn next_due(&self, lane: &LaneName) -> Result<Option<Timestamp>, StoreError>;

    /// The tasks of these flows, records and kinds, in order.
    async fn tasks_of(&self, of: &[(FlowName, RecordId, Kind)]) -> Result<Vec<Option<Task>>, StoreError>;

    /// What these tasks wait for, in order; `None` for one that waits for no link and nobody's binding.
    async fn awaited(&self, tasks: &[TaskId]) -> Result<Vec<Option<Awaited>>, StoreError>;

    /// For each key, in order, the tasks of the lane that go on by themselves and have an open intent of exactly that
    /// key ([`Intent::key`]): what they may have made is not known yet.
    async fn open_intents(
        &self,
        lane: &LaneName,
        keys: &[Vec<(String, String)>],
    ) -> Result<Vec<Vec<OpenIntent>>, StoreError>;

    /// Stores intents, and reserves links where there are none, before any call goes out. In order. The link's
    /// `agreed.mapped` is cleared for deliveries: until the write is settled nobody knows what the target holds.
    async fn open(&self, lease: &Lease, openings: Vec<Opening>) -> Result<Vec<Opened>, StoreError>;

    /// Settles tasks: state, intent, link, attempt, further tasks; and the calls made. In order. A settlement whose
    /// link would be filled with a target that is another record's is not applied at all and answered with
    /// [`Settled::Taken`]. A task whose `want` was raised beyond the settled revision while it ran does not rest, nor
    /// wait for a link: it becomes ready again. Tasks that await a link filled here become ready,
    /// and those that wait for a record whose delivery fails here are due at once, to say so. A task that a
    /// person set aside or closed while it ran stays aside, unless it came out synced.
    async fn settle(&self, lease: &Lease, batch: SettlementBatch) -> Result<Vec<Settled>, StoreError>;

    /// A person lets failed, ignored, waiting or retrying tasks run now. An unknown task is only looked at sooner.
    async fn replay(&self, tasks: &[TaskId], now: Timestamp) -> Result<u64, StoreError>;

    /// A person sets failed or waiting tasks aside, for good or until their records change; so far only ignored ones may be
    /// set aside the other way. Tasks with an open intent are not touched.
    async fn ignore(&self, tasks: &[TaskId], until_changed: bool) -> Result<u64, StoreError>;

    /// As [`Queue::replay`], each with the mapping of a time ([`Task::as_of`]) and for a revision of its record at least. An
    /// unknown task is only looked at sooner, as it was sent.
    async fn replay_as_of(&self, tasks: &[AsOf], now: Timestamp) -> Result<u64, StoreError>;

    /// A person did elsewhere what failed, waiting, retrying or ignored tasks are for: they rest until their records change.
    /// Tasks with an open intent are not touched.
    async fn close(&self, tasks: &[TaskId]) -> Result<u64, StoreError>;
}

/// A task that runs again with an earlier mapping.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AsOf {
    pub task: TaskId,
    /// The time whose mapping it is.
    pub at: Timestamp,
    /// The revision of its record that is wanted at least.
    pub want: i64,
}

/// A task with a write whose outcome is not known yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenIntent {
    pub task: TaskId,
    pub flow: FlowName,
    /// What its step writes at the system.
    pub object: String,
    pub sent: Timestamp,
}

/// The right to write for a lane.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    pub lane: LaneName,
    pub owner: String,
    /// Raised by one each time it is taken.
    pub epoch: i64,
    pub until: Timestamp,
    /// When it was taken.
    pub since: Timestamp,
    /// Until when calls may be under way of owners before, who did not give it back: one that only paused may have begun
    /// its last call as its lease ended. Nothing of it is under way where its process ended by itself.
    pub others_until: Timestamp,
}

impl Lease {
    /// From when on the settle window counts of a write whose intent was stored at that time: its call may have gone out
    /// long after that where an owner before stored it.
    pub fn sent(&self, stored: Timestamp) -> Timestamp {
        if stored <= self.since { stored.max(self.others_until) } else { stored }
    }
}

/// A task to be worked on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    pub task: Task,
    pub record: Record,
    pub intent: Option<Intent>,
}

/// An intent to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// Its `link` is set by the store to that of the reservation.
    pub intent: Intent,
    /// The source side of the link, reserved when there is none yet. A notice's is `record id#hash`.
    pub source: RecordKey,
    pub target_connection: ConnectionName,
    pub target_object: ObjectName,
    /// What the target may hold of us from now on, as JSON text: becomes the link's `agreed.fields`, so that a line
    /// that was written and not answered is still known as ours. `None` leaves it.
    pub may_hold: Option<String>,
}

/// What came of an opening.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    pub link: LinkId,
    /// The target id, when the link was there and filled already.
    pub target_id: Option<String>,
}

/// A further or the same task to be raised. What raising does to a task's state: `synced`, `skipped` and `failed`
/// become `ready` and due at once with no tries; a task that waits for a link becomes `ready`; `retrying`, `unknown`,
/// other `waiting` and `ignored` stay as they are, but one that was
/// set aside until its record changes, or was closed, becomes `ready` when `want` goes up; a missing task is made, `ready`; a notice's
/// `done` then is the revision before, since what came before it is not told.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Raise {
    pub flow: FlowName,
    pub kind: Kind,
    pub lane: LaneName,
}

#[derive(Debug, Clone, Default)]
pub struct SettlementBatch {
    pub at: Timestamp,
    pub settlements: Vec<Settlement>,
    /// Calls to be recorded; joined to attempts by their numbers.
    pub calls: Vec<CallRecord>,
}

/// What became of a task in this round.
#[derive(Debug, Clone)]
pub struct Settlement {
    pub task: TaskId,
    /// The revision (for a write-back the `want`) that was worked on.
    pub revision: i64,
    pub state: State,
    pub cause: Option<Cause>,
    /// When it is to be looked at again; `i64::MAX` is never by itself.
    pub due: Timestamp,
    pub tries: u32,
    /// The revision that is there now; `None` leaves it.
    pub done: Option<i64>,
    pub intent: IntentChange,
    pub link: Option<LinkChange>,
    /// Files that were brought over.
    pub files: Option<FileChange>,
    /// What makes the task ready when it comes, whatever its state but `unknown` and `ignored`; at once when it is there
    /// already.
    pub awaits: Option<Awaited>,
    pub attempt: Option<Attempt>,
    /// Numbers of the calls of the same batch that belong to the attempt.
    pub calls: Vec<u64>,
    /// Further tasks of the same record: a write-back's `want` goes up by one each time it is raised here.
    pub raise: Vec<Raise>,
}

impl Settlement {
    /// A round that changes nothing but what is set on top: the task is ready again at once, with its tries and its intent.
    pub fn of(task: &Task, revision: i64, at: Timestamp) -> Settlement {
        Settlement {
            task: task.id,
            revision,
            state: State::Ready,
            cause: None,
            due: at,
            tries: task.tries,
            done: None,
            intent: IntentChange::Keep,
            link: None,
            files: None,
            awaits: None,
            attempt: None,
            calls: Vec::new(),
            raise: Vec::new(),
        }
    }
}

/// What a task waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Awaited {
    /// A link to be filled, or a line to be linked, from either side.
    Link(Referent),
    /// Somebody to be bound.
    Binding(BindingSide),
}

impl From<LinkSide> for Awaited {
    fn from(side: LinkSide) -> Awaited {
        Awaited::Link(side.into())
    }
}

impl From<Referent> for Awaited {
    fn from(referent: Referent) -> Awaited {
        Awaited::Link(referent)
    }
}

impl From<BindingSide> for Awaited {
    fn from(side: BindingSide) -> Awaited {
        Awaited::Binding(side)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IntentChange {
    Keep,
    Close,
    /// Closes the open one and stores the next step's, in the same transaction.
    Replace(Box<Intent>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkChange {
    pub link: LinkRef,
    /// Target id and number, the moment they are known.
    pub fill: Option<(String, Option<String>)>,
    /// What is agreed from now on; fields that are `None` are left as they are (the target's lane and the source's
    /// write-backs settle the same link).
    pub agreed: Option<Agreed>,
    /// What is known of lines from now on; lists that are not named are left as they are.
    pub lines: Vec<LineChange>,
}

/// Files that were brought over for a link. What was known of the same file at the same place is replaced; others stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChange {
    pub link: LinkId,
    pub files: Vec<FileLink>,
}

/// Which rows of the target stand for which lines of one list, from now on. A line has one row and a row one line: what
/// is said here takes the place of what was known of either.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineChange {
    pub list: String,
    /// Whether these are all line links of the list; else they are added to those there are.
    pub whole: bool,
    /// The line's id at the source and the row's at the target.
    pub pairs: Vec<(String, String)>,
}

/// Which link is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkRef {
    Known(LinkId),
    /// The link of this source side; reserved here when there is none yet (a target that existed before us and needs
    /// no write).
    Of {
        source: RecordKey,
        target_connection: ConnectionName,
        target_object: ObjectName,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settled {
    Done,
    /// The target id is already linked to this other source record; nothing of the settlement is stored.
    Taken(RecordKey),
}
