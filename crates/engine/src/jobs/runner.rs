//! The runner: does a slice of each open job in turn, for as long as it is not dropped.

use std::sync::Arc;
use std::time::Duration;

use contract::store::StoreError;
use model::LaneName;
use model::job::{Job, JobWork};

use super::{NotDone, Slice, history, tasks};
use crate::seams::Seams;
use crate::setup::Setup;
use crate::signals::Signals;

/// How often it is looked for jobs.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// How long a job rests while enough is waiting ahead of it, or what it needs fails for now.
const REST: Duration = Duration::from_secs(1);

/// For how long one of several servers does the jobs before another may.
const LEASE: Duration = Duration::from_secs(300);

/// Does the jobs of one engine.
pub(crate) struct Runner {
    pub seams: Seams,
    pub owner: String,
    pub setup: Arc<Setup>,
    pub signals: Signals,
}

impl Runner {
    pub async fn run(self) {
        loop {
            let rest = match self.round().await {
                Ok(true) => continue,
                Ok(false) => LOOK_EVERY,
                // Something was applied: another runner goes on with what is in force then.
                Err(StoreError::Outdated { .. }) => REST,
                Err(error) => {
                    tracing::error!(%error, "jobs rest for a while");
                    LOOK_EVERY
                }
            };
            self.seams.clock.sleep_until(self.seams.clock.now() + rest).await;
        }
    }

    /// A slice of each open job; whether there is more to be done at once.
    async fn round(&self) -> Result<bool, StoreError> {
        let now = self.seams.clock.now();
        let jobs = self.seams.store.open_jobs(now).await?;
        if jobs.is_empty() || !self.is_mine().await? {
            return Ok(false);
        }
        let mut goes_on = false;
        for job in jobs {
            goes_on |= self.advance(&job).await?;
        }
        Ok(goes_on)
    }

    /// Whether no other server does the jobs.
    async fn is_mine(&self) -> Result<bool, StoreError> {
        let now = self.seams.clock.now();
        let lane = LaneName::new("$jobs");
        Ok(self.seams.store.lease(&lane, &self.owner, now, now + LEASE).await?.is_some())
    }

    async fn advance(&self, job: &Job) -> Result<bool, StoreError> {
        let slice = match self.slice(job).await {
            Ok(slice) => slice,
            Err(NotDone::Store(error)) => return Err(error),
            Err(NotDone::Passes(cause)) => {
                tracing::warn!(job = %job.id, code = %cause.code, "a job waits for what it needs");
                return Ok(false);
            }
            Err(NotDone::Broken(cause)) => Slice::Failed(job.progress.clone(), cause),
        };
        let (progress, end) = match slice {
            Slice::Later => return Ok(false),
            Slice::Further(progress) => (progress, None),
            Slice::Ended(progress) => (progress, Some(Ok(()))),
            Slice::Failed(progress, cause) => (progress, Some(Err(cause))),
        };
        let goes_on = end.is_none();
        let at = self.seams.clock.now();
        let is_running = self.seams.store.advance_job(job.id, &progress, end, at).await?;
        for lane in self.setup.lanes().into_keys() {
            self.signals.wake_lane(&lane);
        }
        Ok(goes_on && is_running)
    }

    async fn slice(&self, job: &Job) -> Result<Slice, NotDone> {
        let (seams, setup, before) = (&self.seams, &*self.setup, job.progress.clone());
        match &job.work {
            JobWork::Retry { of, copy } => tasks::retry(seams, setup, of, *copy, before).await,
            JobWork::Ignore { of, until_changed, .. } => {
                tasks::ignore(seams, of, *until_changed, before).await
            }
            JobWork::History { flow, which } => history::load(seams, setup, flow, which, before).await,
        }
    }
}
