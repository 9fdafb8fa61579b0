//! Jobs: what people asked for that is done in the background.

use async_trait::async_trait;
use model::job::{Job, JobState, JobWork, Progress};
use model::{Cause, JobId, Timestamp};

use super::StoreError;

#[async_trait]
pub trait Jobs: Send + Sync {
    /// Keeps a job, running from its time on.
    async fn add_job(&self, job: &NewJob) -> Result<JobId, StoreError>;

    /// The newest jobs, newest first.
    async fn jobs(&self, limit: usize) -> Result<Vec<Job>, StoreError>;

    async fn job(&self, id: JobId) -> Result<Option<Job>, StoreError>;

    /// The running jobs whose time has come, oldest first.
    async fn open_jobs(&self, now: Timestamp) -> Result<Vec<Job>, StoreError>;

    /// A person lets a job rest, go on or end; `false` where its state does not allow it
    /// ([`JobState::may_become`]), or there is none.
    async fn steer_job(&self, id: JobId, to: JobState, at: Timestamp) -> Result<bool, StoreError>;

    /// Notes how far a running job has come, and how it goes on. `false`, and nothing is noted of how it goes on, where a
    /// person paused or stopped it meanwhile: the progress is noted all the same, so that what was done is not done again.
    async fn advance_job(
        &self,
        id: JobId,
        progress: &Progress,
        turn: Turn,
        at: Timestamp,
    ) -> Result<bool, StoreError>;
}

/// A job to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJob {
    pub work: JobWork,
    pub by: String,
    pub made: Timestamp,
    pub starts: Timestamp,
}

/// How a job goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Turn {
    GoesOn,
    /// For what the cause names; by itself.
    Waits(Cause),
    Done,
    /// Until somebody mends something.
    Failed(Cause),
}
