//! Jobs (后台作业): what a person asked for and does not wait for. The engine does them in slices, one after the other,
//! beside what changes live: a slice begins only while few tasks are waiting ahead of it.

mod history;
mod matching;
mod runner;
mod runs;
mod tasks;

pub(crate) use runner::Runner;
pub use runs::{run_of, stop_run, stop_sweep};

use contract::connector::Refusal;
use contract::store::{NewJob, StoreError};
use model::audit::AuditEntry;
use model::job::{JobState, JobWork, Progress};
use model::{AnswerClass, Cause, FlowName, JobId, Timestamp};

use crate::by_hand::ByHandError;
use crate::connection::{Admission, Line};
use crate::seams::Seams;

/// Keeps a job, to be begun at that time, and notes who asked for it.
pub async fn ask(seams: &Seams, work: JobWork, by: &str, starts: Timestamp) -> Result<JobId, StoreError> {
    let made = seams.clock.now();
    let kind = kind(&work);
    let id = seams.store.add_job(&NewJob { work, by: by.into(), made, starts }).await?;
    let what = Cause::new("audit.job_asked").with("work", kind).with("job", id);
    note(seams, by, what, AuditEntry::about_job(id)).await?;
    Ok(id)
}

/// A person lets a job rest, go on or end; whether that was possible.
pub async fn steer(seams: &Seams, id: JobId, to: JobState, by: &str) -> Result<bool, StoreError> {
    if !seams.store.steer_job(id, to, seams.clock.now()).await? {
        return Ok(false);
    }
    let what = Cause::new("audit.job_steered").with("job", id).with("state", to.name());
    note(seams, by, what, AuditEntry::about_job(id)).await?;
    if to == JobState::Stopped
        && let Some(job) = seams.store.job(id).await?
    {
        runs::end_that_of(seams, &job, by).await?;
    }
    Ok(true)
}

async fn note(seams: &Seams, by: &str, what: Cause, about: String) -> Result<(), StoreError> {
    seams.store.note(&[AuditEntry { at: seams.clock.now(), by: by.into(), what, about }]).await
}

/// What is wrong with a condition of a history load.
///
/// # Errors
/// The first mistake in it.
pub fn check_condition(condition: &str) -> Result<(), Cause> {
    let first = |mistakes: Vec<mapping::Finding>| mistakes.into_iter().next().map(|mistake| mistake.cause);
    let wrong = |mistakes| first(mistakes).unwrap_or_else(|| Cause::new("engine.condition_unreadable"));
    mapping::Condition::read(condition).map(|_| ()).map_err(wrong)
}

/// The word for the kind of work.
pub fn kind(work: &JobWork) -> &'static str {
    match work {
        JobWork::Retry { .. } => "retry",
        JobWork::Ignore { .. } => "ignore",
        JobWork::Close { .. } => "close",
        JobWork::History { .. } => "history",
        JobWork::Reconcile { .. } => "reconcile",
        JobWork::Sweep { .. } => "sweep",
    }
}

/// How a slice went.
#[derive(Debug)]
enum Slice {
    /// There is more.
    Further(Progress),
    /// So many tasks of a flow are ready already that more would only wait behind them.
    Later {
        flow: FlowName,
        ready: u64,
    },
    Ended(Progress),
}

/// Why a slice was not done.
#[derive(Debug)]
enum NotDone {
    Store(StoreError),
    /// For a reason that passes by itself, at that time where that is known.
    Passes(Cause, Option<Timestamp>),
    /// Somebody must mend something.
    Broken(Cause),
}

impl From<StoreError> for NotDone {
    fn from(error: StoreError) -> NotDone {
        NotDone::Store(error)
    }
}

impl From<Refusal> for NotDone {
    fn from(refusal: Refusal) -> NotDone {
        match refusal.class {
            AnswerClass::Rejected | AnswerClass::Config => NotDone::Broken(refusal.cause),
            AnswerClass::Throttled(until) => NotDone::Passes(refusal.cause, until),
            _ => NotDone::Passes(refusal.cause, None),
        }
    }
}

impl From<ByHandError> for NotDone {
    fn from(error: ByHandError) -> NotDone {
        match error {
            ByHandError::Store(error) => error.into(),
            ByHandError::Refused(refusal) => refusal.into(),
        }
    }
}

/// Refuses to ask a system whose breaker is open.
fn admitted(seams: &Seams, line: &Line) -> Result<(), NotDone> {
    match line.breaker.admission(seams.clock.now()) {
        Admission::Paused(until) => {
            let cause = Cause::new("engine.job_waits_for_connection").with("connection", line.name());
            Err(NotDone::Passes(cause, Some(until)))
        }
        _ => Ok(()),
    }
}
