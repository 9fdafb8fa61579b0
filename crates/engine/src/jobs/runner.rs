//! The runner: does a slice of each open job in turn, for as long as it is not dropped.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use contract::store::{StoreError, Turn};
use model::job::{Job, JobWork};
use model::{Cause, JobId, LaneName, Timestamp};

use super::{NotDone, Slice, history, runs, tasks};
use crate::nodes::Holdings;
use crate::reconcile::{Ask, SweepAsk};
use crate::seams::Seams;
use crate::setup::Setup;
use crate::signals::Signals;

/// How often it is looked for jobs.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// How long a job rests while enough is waiting ahead of it, or what it needs fails for now.
const REST: Duration = Duration::from_secs(1);

/// After so long without a task less of what it waits for, a job goes on: whoever works on that flow is paused.
const PATIENCE: Duration = Duration::from_secs(600);

/// How long a job rests after what it needs failed: doubled each time, up to the second.
const BACK_OFF: (Duration, Duration) = (Duration::from_secs(10), Duration::from_secs(600));

/// Does the jobs of one engine.
pub(crate) struct Runner {
    pub seams: Seams,
    pub holdings: Arc<Holdings>,
    pub setup: Arc<Setup>,
    pub signals: Signals,
}

/// What is remembered of jobs that wait. Forgotten with a restart, which costs one look each.
#[derive(Default)]
struct Waiting {
    /// How often in a row what a job needs failed, and until when it rests.
    resting: BTreeMap<JobId, (u32, Timestamp)>,
    /// Since when a job has seen no less ready than this.
    crowded: BTreeMap<JobId, (Timestamp, u64)>,
}

impl Runner {
    pub async fn run(self) {
        let mut waiting = Waiting::default();
        loop {
            let rest = match self.round(&mut waiting).await {
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
    async fn round(&self, waiting: &mut Waiting) -> Result<bool, StoreError> {
        let now = self.seams.clock.now();
        let mut jobs = self.seams.store.open_jobs(now).await?;
        jobs.retain(|job| waiting.resting.get(&job.id).is_none_or(|(_, until)| *until <= now));
        if jobs.is_empty() || !self.holdings.is_mine(&LaneName::new("$jobs")).await? {
            return Ok(false);
        }
        let mut goes_on = false;
        for job in jobs {
            goes_on |= self.advance(&job, waiting).await?;
        }
        Ok(goes_on)
    }

    async fn advance(&self, job: &Job, waiting: &mut Waiting) -> Result<bool, StoreError> {
        let now = self.seams.clock.now();
        let is_stuck = waiting.crowded.get(&job.id).is_some_and(|(since, _)| now.since(*since) >= PATIENCE);
        let (progress, turn) = match self.slice(job, is_stuck).await {
            Ok(Slice::Further(progress)) => (progress, Turn::GoesOn),
            Ok(Slice::Ended(progress)) => (progress, Turn::Done),
            Ok(Slice::Later { flow, ready }) => {
                let seen = waiting.crowded.entry(job.id).or_insert((now, ready));
                if ready < seen.1 {
                    *seen = (now, ready);
                }
                let cause = Cause::new("engine.job_waits_for_flow").with("flow", flow).with("ready", ready);
                (job.progress.clone(), Turn::Waits(cause))
            }
            Err(NotDone::Store(error)) => return Err(error),
            Err(NotDone::Passes(cause, until)) => {
                let times = waiting.resting.get(&job.id).map_or(0, |(times, _)| *times);
                let usual = BACK_OFF.0.saturating_mul(1 << times.min(10)).min(BACK_OFF.1);
                let until = until.map_or(now + usual, |until| until.max(now + BACK_OFF.0));
                waiting.resting.insert(job.id, (times + 1, until));
                (job.progress.clone(), Turn::Waits(cause))
            }
            Err(NotDone::Broken(cause)) => (job.progress.clone(), Turn::Failed(cause)),
        };
        if !matches!(turn, Turn::Waits(_)) {
            waiting.resting.remove(&job.id);
            waiting.crowded.remove(&job.id);
        }
        let goes_on = turn == Turn::GoesOn;
        if matches!(&turn, Turn::Waits(cause) if job.cause.as_ref() == Some(cause)) {
            return Ok(false);
        }
        let is_running = self.seams.store.advance_job(job.id, &progress, turn, now).await?;
        for lane in self.setup.lanes().into_keys() {
            self.signals.wake_lane(&lane);
        }
        Ok(goes_on && is_running)
    }

    async fn slice(&self, job: &Job, is_stuck: bool) -> Result<Slice, NotDone> {
        let (seams, setup, before) = (&self.seams, &*self.setup, job.progress.clone());
        match &job.work {
            JobWork::Retry { of, copy, mapping } => {
                tasks::retry(seams, setup, of, (*copy, *mapping), before, is_stuck).await
            }
            JobWork::Ignore { of, until_changed, .. } => {
                tasks::ignore(seams, of, *until_changed, before).await
            }
            JobWork::Close { of, .. } => tasks::close(seams, of, before).await,
            JobWork::History { flow, which } => {
                history::load(seams, setup, flow, which, before, is_stuck).await
            }
            JobWork::Reconcile { flow, deep, since, until, goes_on } => {
                let time = |at: &Option<i64>| at.map(Timestamp);
                let (deep, goes_on, owner) = (*deep, *goes_on, runs::owner(job.id));
                let ask = Ask { deep, since: time(since), until: time(until), owner, goes_on };
                runs::reconciled(seams, setup, flow, &ask, before).await
            }
            JobWork::Sweep { connection, object, deep, goes_on } => {
                let ask = SweepAsk { deep: *deep, owner: runs::owner(job.id), goes_on: *goes_on };
                runs::swept(seams, setup, &(connection.clone(), object.clone()), &ask, before).await
            }
        }
    }
}
