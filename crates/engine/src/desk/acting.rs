//! What is done about many tasks: at once where that is quick, else as a job; noted either way.

use contract::store::{StoreError, TaskLine};
use model::audit::AuditEntry;
use model::job::{Copy, JobWork, Mapping};
use model::task::Selection;
use model::{Cause, JobId, TaskId, Timestamp};

use super::mapping::{Left, run_again};
use super::selecting;
use crate::jobs;
use crate::seams::Seams;
use crate::setup::Setup;

/// As many tasks as somebody waits for.
pub const AT_ONCE: usize = 1_000;

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Acted {
    /// It was done to so many tasks; those are left as they are.
    AtOnce(u64, Vec<Left>),
    /// It is done in the background.
    Job(JobId),
}

/// Lets the tasks run again, but for those whose document may exist already and that are not named, with the mapping that is said: at once up to [`AT_ONCE`] on what is stored, else as a job, which begins at that time.
pub async fn retry(
    seams: &Seams,
    setup: &Setup,
    selection: Selection,
    (copy, mapping): (Copy, Mapping),
    starts: Option<Timestamp>,
    by: &str,
) -> Result<Acted, StoreError> {
    let (mut lines, more) = selecting::all_of(&*seams.store, &selection, AT_ONCE).await?;
    lines.retain(|line| selecting::may_run_with_others(&selection, &line.task));
    let now = seams.clock.now();
    if copy == Copy::Source || starts.is_some() || more {
        let work = JobWork::Retry { of: selection, copy, mapping };
        return Ok(Acted::Job(jobs::ask(seams, work, by, starts.unwrap_or(now)).await?));
    }
    let code = match mapping {
        Mapping::Current => "audit.retried",
        Mapping::Original => "audit.retried_as_before",
    };
    noted(seams, &lines, Cause::new(code).with("count", lines.len()), by).await?;
    let (done, left) = run_again(seams, setup, &lines, mapping).await?;
    Ok(Acted::AtOnce(done, left))
}

/// Sets the tasks aside.
pub async fn ignore(
    seams: &Seams,
    selection: Selection,
    until_changed: bool,
    reason: String,
    by: &str,
) -> Result<Acted, StoreError> {
    let (lines, more) = selecting::all_of(&*seams.store, &selection, AT_ONCE).await?;
    if more {
        let work = JobWork::Ignore { of: selection, until_changed, reason };
        return Ok(Acted::Job(jobs::ask(seams, work, by, seams.clock.now()).await?));
    }
    let code = if until_changed { "audit.ignored_until_changed" } else { "audit.ignored" };
    let what = Cause::new(code).with("count", lines.len()).with("reason", reason);
    let tasks = noted(seams, &lines, what, by).await?;
    Ok(Acted::AtOnce(seams.store.ignore(&tasks, until_changed).await?, Vec::new()))
}

/// Closes the tasks as done elsewhere, until their records change.
pub async fn close(
    seams: &Seams,
    selection: Selection,
    reason: String,
    by: &str,
) -> Result<Acted, StoreError> {
    let (lines, more) = selecting::all_of(&*seams.store, &selection, AT_ONCE).await?;
    if more {
        let work = JobWork::Close { of: selection, reason };
        return Ok(Acted::Job(jobs::ask(seams, work, by, seams.clock.now()).await?));
    }
    let what = Cause::new("audit.closed").with("count", lines.len()).with("reason", reason);
    let tasks = noted(seams, &lines, what, by).await?;
    Ok(Acted::AtOnce(seams.store.close(&tasks).await?, Vec::new()))
}

/// Notes what is about to be done to each of the tasks; their ids.
async fn noted(seams: &Seams, lines: &[TaskLine], what: Cause, by: &str) -> Result<Vec<TaskId>, StoreError> {
    let at = seams.clock.now();
    let entry = |line: &TaskLine| AuditEntry {
        at,
        by: by.to_owned(),
        what: what.clone(),
        about: AuditEntry::about_task(line.task.id),
    };
    seams.store.note(&lines.iter().map(entry).collect::<Vec<_>>()).await?;
    Ok(lines.iter().map(|line| line.task.id).collect())
}
