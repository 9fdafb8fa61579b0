//! Reconciliations: how far they are, what is known of either side, what they found, and what people decided.

use async_trait::async_trait;
use model::link::Link;
use model::reconciliation::{
    Difference, Found, Kind, Origin, Place, Run, RunState, Side, Sighting, State, Sum,
};
use model::record::RecordKey;
use model::task;
use model::{
    Cause, ConnectionName, DifferenceId, FlowName, Hash, LinkId, ObjectName, RecordId, RunId, TaskId,
    Timestamp,
};

use super::StoreError;

#[async_trait]
pub trait Reconciling: Send + Sync {
    /// Goes on with the flow's run that has not ended, or begins one. One of the other depth, or of another span, that has
    /// not ended is given up. `None` where another owner got on with one after `stale`: it is at it now.
    async fn take_up_run(&self, beginning: &Beginning) -> Result<Option<Run>, StoreError>;

    /// Stores what was found since the last time, and where the run stands; all in one transaction. Of findings:
    /// * a difference that is there already keeps its `since`; one that was ignored is opened again when its standing is
    ///   another; one that was closed begins anew; one being repaired is open again;
    /// * what agrees closes the differences of that origin and key;
    /// * versions are noted where they are newer than what is known.
    ///
    /// Fails with [`StoreError::Outdated`] when somebody else took the run up.
    async fn get_on(&self, progress: &Progress, findings: &Findings) -> Result<(), StoreError>;

    /// Runs, the newest first.
    async fn runs(&self, flow: Option<&FlowName>, limit: usize) -> Result<Vec<Run>, StoreError>;

    async fn run(&self, run: RunId) -> Result<Option<Run>, StoreError>;

    /// Lets a run that asks go on.
    async fn let_go_on(&self, run: RunId) -> Result<bool, StoreError>;

    /// Ends a run where it stands, for that cause; `false` where it has ended. Whoever is at it gets on with it no more.
    async fn stop_run(&self, run: RunId, cause: &Cause, at: Timestamp) -> Result<bool, StoreError>;

    /// The documents of one side that are known behind that row, with the version each was last seen at; without those
    /// of which the flow has a sighting. Rows of records here, of filled links there.
    async fn known(
        &self,
        pair: &Pair,
        side: Side,
        after: i64,
        limit: usize,
    ) -> Result<Vec<(i64, Option<i64>)>, StoreError>;

    /// What reconciliations of the flow saw at one side, by id.
    async fn sightings(&self, flow: &FlowName, side: Side) -> Result<Vec<Sighting>, StoreError>;

    /// Pairs by what one side of them is known by, in order.
    async fn pairs(&self, pair: &Pair, by: &PairsBy) -> Result<Vec<Option<Paired>>, StoreError>;

    /// How many records of the flow's source there are in each standing.
    async fn census(&self, pair: &Pair) -> Result<Vec<Counted>, StoreError>;

    /// Records behind that one whose standing is not to be: their task failed, or says that they were brought over although
    /// no link leads anywhere, or there is neither task nor link.
    async fn at_odds(&self, pair: &Pair, after: RecordId, limit: usize) -> Result<Vec<Paired>, StoreError>;

    /// Differences in the order of their ids.
    async fn differences(&self, filter: &DifferenceFilter) -> Result<Vec<Difference>, StoreError>;

    /// How many differences of the flow are in each state.
    async fn count_differences(&self, flow: &FlowName) -> Result<Vec<(Kind, State, u64)>, StoreError>;

    /// Notes what a person decided about differences that are not closed; how many there were.
    async fn decide(
        &self,
        ids: &[DifferenceId],
        decision: &Decision,
        at: Timestamp,
    ) -> Result<u64, StoreError>;

    /// Forgets that both sides of a link agree: the next delivery compares with what the target holds.
    async fn distrust(&self, link: LinkId) -> Result<(), StoreError>;

    /// Forgets what a link leads to, with its lines and files: its target is gone. Only where it still leads to `target`
    /// and no write is open for it; whether it was so.
    async fn unlink(&self, link: LinkId, target: &str) -> Result<bool, StoreError>;

    /// Links a record with a document that is there (认领). Nothing is agreed yet. `false` where either is linked already.
    async fn adopt(&self, adoption: &Adoption, at: Timestamp) -> Result<bool, StoreError>;
}

/// What a reconciliation of a flow is about: records of one object of one connection, and documents of another's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    pub flow: FlowName,
    pub source: (ConnectionName, ObjectName),
    pub target: (ConnectionName, ObjectName),
}

/// How a run begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beginning {
    pub flow: FlowName,
    pub deep: bool,
    pub since: Option<Timestamp>,
    /// Where a new one ends; one that is gone on with keeps its own.
    pub until: Timestamp,
    /// Whether `until` was asked for: then only a run with the same end is gone on with.
    pub is_until_asked: bool,
    pub owner: String,
    pub now: Timestamp,
    /// A run that another owner got on with after this is at work.
    pub stale: Timestamp,
}

/// How far a run is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    pub run: RunId,
    pub owner: String,
    pub flow: FlowName,
    pub state: RunState,
    pub place: Place,
    pub sum: Sum,
    pub cause: Option<Cause>,
    pub now: Timestamp,
}

/// What was found since a run last got on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Findings {
    pub differences: Vec<Found>,
    /// Origins and ids of what agrees.
    pub agreed: Vec<(Origin, String)>,
    /// Versions at which targets of links were seen.
    pub seen_there: Vec<(LinkId, i64)>,
    /// Versions at which records were seen whose content is known.
    pub seen_here: Vec<(RecordId, i64)>,
    pub sightings: Vec<Sighting>,
    /// Sightings that say nothing more.
    pub forgotten: Vec<(Side, String)>,
}

impl Findings {
    /// How much there is, for whoever keeps transactions small.
    pub fn len(&self) -> usize {
        self.differences.len()
            + self.agreed.len()
            + self.seen_there.len()
            + self.seen_here.len()
            + self.sightings.len()
            + self.forgotten.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Which pairs are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PairsBy {
    /// Ids of records at the source.
    Sources(Vec<String>),
    /// Ids of documents at the target.
    Targets(Vec<String>),
    /// Rows as [`Reconciling::known`] gives them for that side.
    Rows(Side, Vec<i64>),
}

/// A record with its link and its task, without its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paired {
    /// Absent where only a link is left.
    pub record: Option<PairedRecord>,
    pub link: Option<Link>,
    pub task: Option<PairedTask>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairedRecord {
    pub id: RecordId,
    pub key: RecordKey,
    pub number: Option<String>,
    pub name: Option<String>,
    pub version: Option<i64>,
    pub hash: Hash,
    pub void: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairedTask {
    pub id: TaskId,
    pub state: task::State,
    /// Whether what is wanted is there.
    pub is_done: bool,
    pub cause: Option<Cause>,
}

/// How many records stand alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// `None` for those without a task.
    pub state: Option<task::State>,
    pub linked: bool,
    pub void: bool,
    pub records: u64,
}

/// Which differences are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DifferenceFilter {
    pub flow: Option<FlowName>,
    pub ids: Vec<DifferenceId>,
    /// Any where empty.
    pub states: Vec<State>,
    pub kind: Option<Kind>,
    pub origin: Option<Origin>,
    pub after: Option<DifferenceId>,
    pub limit: usize,
}

/// What a person decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It may stay, for this reason, until either side changes.
    Ignore(String),
    /// A repair was asked for.
    Repair,
    /// It is to be decided anew.
    Reopen,
}

/// A record and the document that stands for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adoption {
    pub source: RecordKey,
    pub target: (ConnectionName, ObjectName),
    pub target_id: String,
    pub target_number: Option<String>,
}
