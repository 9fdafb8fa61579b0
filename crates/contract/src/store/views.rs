//! What people ask: where is this number, what waits, what failed.

use async_trait::async_trait;
use model::attempt::{Attempt, CallRecord};
use model::link::Link;
use model::record::Record;
use model::task::{Kind, State, Task};
use model::{
    ArrivalId, AttemptId, ConnectionName, FlowName, ObjectName, ReceiptId, RecordId, TaskId, Timestamp,
};

use super::{PurgeMark, Reading, StoreError};

#[async_trait]
pub trait Views: Send + Sync {
    /// The stories of the records whose id, number or name on either side is the text, best first; those that are
    /// only linked to them too, then those whose id, number or name begins with it, then those whose name has it in it, if it
    /// has two characters or more, the newest first. Latin letters of names are found in either case. At most `limit`.
    async fn trace(&self, text: &str, limit: usize) -> Result<Vec<Story>, StoreError>;

    /// The story of one record; `None` where there is none of this id.
    async fn story(&self, record: RecordId) -> Result<Option<Story>, StoreError>;

    /// Records of the object whose content has one of these texts in it, as they are now: at most so many, the newest
    /// first. It looks at every record of the object, for people who ask and not for work.
    async fn mentioning(
        &self,
        connection: &ConnectionName,
        object: &ObjectName,
        texts: &[String],
        limit: usize,
    ) -> Result<Vec<Record>, StoreError>;

    /// Records of the object that changed in the span: those that had a new revision taken in then. Each is told once, as
    /// it is now, in the order in which it changed last in the span. What changes after the span moves none of them, so that
    /// pages of a span that is past fit together. `None` where more was taken in then, of whichever object, than is to be
    /// looked through: no page costs more than that.
    async fn changed(&self, ask: &ChangedAsk) -> Result<Option<Changed>, StoreError>;

    async fn tasks(&self, filter: &TaskFilter) -> Result<Vec<TaskLine>, StoreError>;

    /// Tasks of each flow, kind and state.
    async fn counts(&self) -> Result<Vec<FlowCount>, StoreError>;

    /// The attempts at a task with their calls, newest first.
    async fn attempts(&self, task: TaskId, limit: usize) -> Result<Vec<AttemptLine>, StoreError>;

    /// The first attempt at each of these tasks since it was last brought over, in order; where there is none since, the last
    /// of all. `None` where none is kept.
    async fn tried_first(&self, tasks: &[TaskId]) -> Result<Vec<Option<FirstTry>>, StoreError>;

    /// Open wishes of all objects.
    async fn open_wishes(&self) -> Result<u64, StoreError>;
}

/// Whose changes are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedAsk {
    pub connection: ConnectionName,
    pub object: ObjectName,
    /// Taken in at or after this …
    pub from: Timestamp,
    /// … and at or before this: closed on both ends.
    pub to: Timestamp,
    /// How many of them to pass over.
    pub offset: usize,
    pub limit: usize,
    /// So many revisions are looked through at most.
    pub most: usize,
}

/// One page of what changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Changed {
    /// How many changed in the span, on whichever page.
    pub total: u64,
    pub records: Vec<Record>,
}

/// Everything known of one record.
#[derive(Debug, Clone)]
pub struct Story {
    pub record: Record,
    /// Newest first, at most 50.
    pub arrivals: Vec<ArrivalLine>,
    pub links: Vec<Link>,
    pub tasks: Vec<StoryTask>,
    /// What was purged, where something of this record's story may be gone with it.
    pub purged: Option<PurgeMark>,
}

impl Story {
    /// Whether the copy that is stored now was edited by a person.
    pub fn is_edited(&self) -> bool {
        self.is_edit(self.record.revision)
    }

    /// Whether a revision was made by a person who edited the copy.
    pub fn is_edit(&self, revision: i64) -> bool {
        let edits = self.arrivals.iter().filter(|arrival| arrival.reading == Reading::Edit.name());
        edits.map(|arrival| arrival.revision).any(|made| made == Some(revision))
    }
}

#[derive(Debug, Clone)]
pub struct StoryTask {
    pub task: Task,
    /// Newest first, at most 20.
    pub attempts: Vec<AttemptLine>,
}

#[derive(Debug, Clone)]
pub struct ArrivalLine {
    pub id: ArrivalId,
    pub at: Timestamp,
    /// A name of [`super::Reading`].
    pub reading: String,
    /// The revision it became; `None` for one that was older than what was known.
    pub revision: Option<i64>,
    /// The push that brought it.
    pub receipt: Option<ReceiptId>,
}

#[derive(Debug, Clone)]
pub struct AttemptLine {
    pub id: AttemptId,
    pub attempt: Attempt,
    pub calls: Vec<CallRecord>,
}

/// When a task was tried first, and with which version of its flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FirstTry {
    pub started: Timestamp,
    pub flow_version: i64,
}

/// Which tasks to list. Empty fields take all.
#[derive(Debug, Clone, Default)]
pub struct TaskFilter {
    pub flow: Option<FlowName>,
    pub states: Vec<State>,
    pub after: Option<TaskId>,
    /// 0 is 100.
    pub limit: usize,
}

#[derive(Debug, Clone)]
pub struct TaskLine {
    pub task: Task,
    pub source_id: String,
    pub number: Option<String>,
    pub name: Option<String>,
    pub has_intent: bool,
    /// When the last attempt at it ended.
    pub tried: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowCount {
    pub flow: FlowName,
    pub kind: Kind,
    pub state: State,
    pub tasks: u64,
}
