//! Sweeps of the ids of objects (清点): how far each is, what is known of an object, and what its source has no more.

use async_trait::async_trait;
use model::reconciliation::RunState;
use model::sweep::{Gone, ObjectOf, Sweep, SweepPlace, SweepSum};
use model::{Cause, SweepId, Timestamp};

use super::StoreError;

#[async_trait]
pub trait Sweeping: Send + Sync {
    /// Goes on with the object's sweep that has not ended, or begins one. One of the other depth that has not ended is given
    /// up. `None` where another owner got on with one after `stale`: it is at it now.
    async fn take_up_sweep(&self, beginning: &SweepBeginning) -> Result<Option<Sweep>, StoreError>;

    /// Stores what was found since the last time, and where the sweep stands; all in one transaction. What is
    /// [missed](SweepFindings::missed) is wished for. What is gone keeps since when it was, and why it may rest. Nothing
    /// of it touches a record or a task.
    ///
    /// Fails with [`StoreError::Outdated`] when somebody else took the sweep up.
    async fn get_on_with_sweep(
        &self,
        progress: &SweepProgress,
        findings: &SweepFindings,
    ) -> Result<(), StoreError>;

    /// Sweeps, the newest first; of one object, or of all.
    async fn sweeps(&self, of: Option<&ObjectOf>, limit: usize) -> Result<Vec<Sweep>, StoreError>;

    async fn sweep(&self, sweep: SweepId) -> Result<Option<Sweep>, StoreError>;

    /// Lets a sweep that asks go on.
    async fn let_sweep_go_on(&self, sweep: SweepId) -> Result<bool, StoreError>;

    /// Ends a sweep where it stands, for that cause; `false` where it has ended. Whoever is at it gets on with it no more.
    async fn stop_sweep(&self, sweep: SweepId, cause: &Cause, at: Timestamp) -> Result<bool, StoreError>;

    /// The object's records behind that row, with the version of each; without those that its lists do not show.
    async fn swept(
        &self,
        of: &ObjectOf,
        after: i64,
        limit: usize,
    ) -> Result<Vec<(i64, Option<i64>)>, StoreError>;

    /// The records of these rows, in any order.
    async fn swept_rows(&self, of: &ObjectOf, rows: &[i64]) -> Result<Vec<SweptRecord>, StoreError>;

    /// What the object's source has no more, behind that id.
    async fn gone(&self, of: &ObjectOf, after: &str, limit: usize) -> Result<Vec<Gone>, StoreError>;

    /// Lets what is gone rest, for this reason: sweeps do not tell of it any more. All that is gone where no ids are named.
    /// How many there were.
    async fn let_rest(&self, of: &ObjectOf, ids: &[String], reason: &str) -> Result<u64, StoreError>;
}

/// How a sweep begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SweepBeginning {
    pub of: ObjectOf,
    pub deep: bool,
    /// Where a new one ends; one that is gone on with keeps its own.
    pub until: Timestamp,
    pub owner: String,
    pub now: Timestamp,
    /// A sweep that another owner got on with after this is at work.
    pub stale: Timestamp,
}

/// How far a sweep is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SweepProgress {
    pub sweep: SweepId,
    pub of: ObjectOf,
    pub owner: String,
    pub state: RunState,
    pub place: SweepPlace,
    pub sum: SweepSum,
    pub cause: Option<Cause>,
    pub now: Timestamp,
}

/// What a sweep found since it last got on, as ids.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SweepFindings {
    /// There, and not known here as it is there: to be read.
    pub missed: Vec<String>,
    /// Asked for by its id, and absent.
    pub gone: Vec<String>,
    /// Known, and in no list all the same: a filter leaves it out, or it is void and gone.
    pub left_out: Vec<String>,
    /// Listed, or found, again.
    pub back: Vec<String>,
}

/// A record as a sweep looks at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SweptRecord {
    pub row: i64,
    pub id: String,
    pub version: Option<i64>,
    pub void: bool,
}
