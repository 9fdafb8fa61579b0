//! Reconciliations (对账) and sweeps (清点) that people asked for. Each stores by itself how far it is, so that a slice is
//! a while of it, and the next one goes on there.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use contract::store::StoreError;
use model::flow::Mode;
use model::job::{Job, JobState, JobWork, Progress};
use model::reconciliation::{Run, RunState};
use model::sweep::{ObjectOf, Sweep};
use model::{Cause, FlowName, JobId, RunId, SweepId, Timestamp};
use tokio::sync::Notify;

use super::{NotDone, Slice, admitted, note, steer};
use crate::reconcile::{Ask, Outcome, SweepAsk, SweepOutcome, reconcile, sweep};
use crate::seams::Seams;
use crate::setup::Setup;

/// A slice ends with the first step forward after so long. The first one ends with its first step, so that it is soon known
/// which run it is.
const SLICE: Duration = Duration::from_secs(10);

/// Jobs that are looked through for the one that does a run.
const LOOKED_THROUGH: usize = 1_000;

/// Who is at the runs of a job, from slice to slice and on whichever node.
pub(super) fn owner(job: JobId) -> String {
    format!("job {job}")
}

/// The reconciliation or sweep that a job does, once it has begun.
pub fn run_of(job: &Job) -> Option<i64> {
    match job.work {
        JobWork::Reconcile { .. } | JobWork::Sweep { .. } => place(&job.progress),
        _ => None,
    }
}

fn place(progress: &Progress) -> Option<i64> {
    progress.place.as_deref()?.parse().ok()
}

/// How something stands that is gone on with: what both kinds of runs have in common.
struct Standing {
    id: i64,
    state: RunState,
    ended: Option<Timestamp>,
    seen: u64,
    found: u64,
    cause: Option<Cause>,
}

impl From<&Run> for Standing {
    fn from(run: &Run) -> Standing {
        let sum = run.sum;
        Standing {
            id: run.id.0,
            state: run.state,
            ended: run.ended,
            seen: sum.read_here + sum.read_there,
            found: sum.open(),
            cause: run.cause.clone(),
        }
    }
}

impl From<&Sweep> for Standing {
    fn from(sweep: &Sweep) -> Standing {
        let sum = sweep.sum;
        Standing {
            id: sweep.id.0,
            state: sweep.state,
            ended: sweep.ended,
            seen: sum.there,
            found: sum.missing + sum.behind + sum.gone,
            cause: sweep.cause.clone(),
        }
    }
}

impl Standing {
    fn progress(&self) -> Progress {
        Progress { seen: self.seen, moved: self.found, of: None, place: Some(self.id.to_string()) }
    }

    /// How the job goes on once the run stands so.
    fn slice(self) -> Result<Slice, NotDone> {
        let progress = self.progress();
        let cause = self.cause.unwrap_or_else(|| Cause::new("reconcile.given_up"));
        match (self.state, self.ended) {
            (RunState::Done, _) => Ok(Slice::Ended(progress)),
            // It was stopped, or another took its place.
            (_, Some(_)) | (RunState::Asks, None) => Err(NotDone::Broken(cause)),
            (RunState::Incomplete, None) => Err(NotDone::Passes(cause, None)),
            (RunState::Running, None) => Ok(Slice::Further(progress)),
        }
    }
}

/// Tells when a slice is over, as whoever works on the run hears of each step forward.
struct Watch<'w> {
    seams: &'w Seams,
    begun: Timestamp,
    longest: Duration,
    reached: Mutex<Option<Progress>>,
    is_enough: Notify,
}

impl<'w> Watch<'w> {
    fn begin(seams: &'w Seams, before: &Progress) -> Watch<'w> {
        let longest = if before.place.is_some() { SLICE } else { Duration::ZERO };
        let begun = seams.clock.now();
        Watch { seams, begun, longest, reached: Mutex::default(), is_enough: Notify::new() }
    }

    fn hear(&self, standing: Standing) {
        *self.reached.lock().unwrap_or_else(PoisonError::into_inner) = Some(standing.progress());
        if self.seams.clock.now().since(self.begun) >= self.longest {
            self.is_enough.notify_one();
        }
    }

    /// What comes of the work; `None` where the slice was over before. Whatever was not stored of it is done again.
    async fn while_it_lasts<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            done = work => Some(done),
            () = self.is_enough.notified() => None,
        }
    }

    fn further(self, before: Progress) -> Slice {
        let reached = self.reached.into_inner().unwrap_or_else(PoisonError::into_inner);
        Slice::Further(reached.unwrap_or(before))
    }
}

/// A slice of a flow's reconciliation.
pub(super) async fn reconciled(
    seams: &Seams,
    setup: &Setup,
    flow: &FlowName,
    ask: &Ask,
    before: Progress,
) -> Result<Slice, NotDone> {
    let active = setup.flows.get(flow).filter(|active| active.flow().mode == Mode::Document);
    let Some(active) = active else {
        return Err(NotDone::Broken(Cause::new("engine.flow_not_in_force").with("flow", flow)));
    };
    if let Some(id) = place(&before)
        && let Some(run) = seams.store.run(RunId(id)).await?
        && run.ended.is_some()
    {
        return Standing::from(&run).slice();
    }
    admitted(seams, &active.source)?;
    admitted(seams, &active.target)?;
    let watch = Watch::begin(seams, &before);
    let told = |run: &Run| watch.hear(run.into());
    let outcome = watch.while_it_lasts(reconcile(seams, setup, active, ask, &told)).await;
    match outcome.transpose()? {
        None => Ok(watch.further(before)),
        Some(Outcome::Ran(run)) => Standing::from(&*run).slice(),
        Some(Outcome::Busy) => Err(busy(flow.to_string())),
    }
}

/// A slice of an object's sweep.
pub(super) async fn swept(
    seams: &Seams,
    setup: &Setup,
    of: &ObjectOf,
    ask: &SweepAsk,
    before: Progress,
) -> Result<Slice, NotDone> {
    if let Some(id) = place(&before)
        && let Some(swept) = seams.store.sweep(SweepId(id)).await?
        && swept.ended.is_some()
    {
        return Standing::from(&swept).slice();
    }
    if let Some(line) = setup.lines.get(&of.0) {
        admitted(seams, line)?;
    }
    let watch = Watch::begin(seams, &before);
    let told = |swept: &Sweep| watch.hear(swept.into());
    let outcome = watch.while_it_lasts(sweep(seams, setup, of, ask, &told)).await;
    match outcome.transpose()? {
        None => Ok(watch.further(before)),
        Some(SweepOutcome::Swept(swept)) => Standing::from(&*swept).slice(),
        Some(SweepOutcome::Busy) => Err(busy(format!("{}/{}", of.0, of.1))),
        Some(SweepOutcome::Cannot(cause)) => Err(NotDone::Broken(cause)),
    }
}

/// Another is at it: when that one is done, this one begins.
fn busy(what: String) -> NotDone {
    NotDone::Passes(Cause::new("engine.job_waits_for_run").with("what", what), None)
}

/// Ends a reconciliation where it stands, with the job that does it; whether it had not ended.
///
/// # Errors
/// Those of the store.
pub async fn stop_run(seams: &Seams, id: RunId, by: &str) -> Result<bool, StoreError> {
    if seams.store.run(id).await?.is_none_or(|run| run.ended.is_some()) {
        return Ok(false);
    }
    let is_its = |job: &Job| matches!(job.work, JobWork::Reconcile { .. }) && run_of(job) == Some(id.0);
    match job(seams, is_its).await? {
        Some(job) => steer(seams, job, JobState::Stopped, by).await,
        None => end_run(seams, id, by).await,
    }
}

/// Ends a sweep where it stands, with the job that does it; whether it had not ended.
///
/// # Errors
/// Those of the store.
pub async fn stop_sweep(seams: &Seams, id: SweepId, by: &str) -> Result<bool, StoreError> {
    if seams.store.sweep(id).await?.is_none_or(|swept| swept.ended.is_some()) {
        return Ok(false);
    }
    let is_its = |job: &Job| matches!(job.work, JobWork::Sweep { .. }) && run_of(job) == Some(id.0);
    match job(seams, is_its).await? {
        Some(job) => steer(seams, job, JobState::Stopped, by).await,
        None => end_sweep(seams, id, by).await,
    }
}

/// The job like that which may be stopped.
async fn job(seams: &Seams, is_its: impl Fn(&Job) -> bool) -> Result<Option<JobId>, StoreError> {
    let jobs = seams.store.jobs(LOOKED_THROUGH).await?;
    let open = jobs.into_iter().find(|job| job.state.may_become(JobState::Stopped) && is_its(job));
    Ok(open.map(|job| job.id))
}

/// A job that was stopped takes its run with it.
pub(super) async fn end_that_of(seams: &Seams, job: &Job, by: &str) -> Result<(), StoreError> {
    match (run_of(job), &job.work) {
        (Some(id), JobWork::Reconcile { .. }) => end_run(seams, RunId(id), by).await?,
        (Some(id), JobWork::Sweep { .. }) => end_sweep(seams, SweepId(id), by).await?,
        _ => false,
    };
    Ok(())
}

async fn end_run(seams: &Seams, id: RunId, by: &str) -> Result<bool, StoreError> {
    let cause = Cause::new("reconcile.stopped").with("by", by);
    let is_ended = seams.store.stop_run(id, &cause, seams.clock.now()).await?;
    if is_ended {
        let what = Cause::new("audit.run_stopped").with("run", id);
        note(seams, by, what, format!("reconciliation:{id}")).await?;
    }
    Ok(is_ended)
}

async fn end_sweep(seams: &Seams, id: SweepId, by: &str) -> Result<bool, StoreError> {
    let cause = Cause::new("sweep.stopped").with("by", by);
    let is_ended = seams.store.stop_sweep(id, &cause, seams.clock.now()).await?;
    if is_ended {
        let what = Cause::new("audit.sweep_stopped").with("sweep", id);
        note(seams, by, what, format!("sweep:{id}")).await?;
    }
    Ok(is_ended)
}
