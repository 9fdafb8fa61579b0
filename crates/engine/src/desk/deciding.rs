//! Records that were edited on both sides (两边都改了): what a person is asked, and what they decide.

use contract::store::{Choice, StoreError, Take, TaskLine};
use model::audit::AuditEntry;
use model::link::Link;
use model::record::RecordKey;
use model::task::{Kind, State, Task};
use model::{Cause, TaskId};

use crate::delivery::{Asked, CONFLICT, DECIDED_ELSEWHERE, asked_of, tasks_of_records};
use crate::seams::Seams;
use crate::setup::{ActiveFlow, Setup};

/// What became of a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decided {
    /// It was kept for these fields, and the record goes on.
    Done(Vec<String>),
    /// The task asks nothing, or does not any more.
    NothingAsked,
    /// This field is not among those that are asked.
    NotAsked(String),
}

/// What a person is asked about the record of a task, each field with both values; empty where nothing is asked. Values of
/// personal fields are hidden.
pub async fn asked(seams: &Seams, setup: &Setup, line: &TaskLine) -> Result<Vec<Asked>, StoreError> {
    Ok(match asking(seams, setup, line).await? {
        Some((flow, link)) => asked_of(flow, &link),
        None => Vec::new(),
    })
}

/// Takes one side for right, in these fields or in all that are asked, and lets the record go on. It is about the values that
/// are shown: when one of them has changed since, it is asked again.
pub async fn decide(
    seams: &Seams,
    setup: &Setup,
    line: &TaskLine,
    decision: &Decision<'_>,
    by: &str,
) -> Result<Decided, StoreError> {
    let Some((flow, link)) = asking(seams, setup, line).await? else { return Ok(Decided::NothingAsked) };
    let asked = asked_of(flow, &link);
    let is_asked = |field: &String| asked.iter().any(|asked| asked.field == *field);
    if let Some(stranger) = decision.fields.iter().find(|field| !is_asked(field)) {
        return Ok(Decided::NotAsked(stranger.clone()));
    }
    let is_meant = |asked: &&Asked| decision.fields.is_empty() || decision.fields.contains(&asked.field);
    let at = seams.clock.now();
    let choice = |asked: &Asked| Choice {
        task: line.task.id,
        field: asked.field.clone(),
        take: decision.take,
        of: asked.of.clone(),
        at,
    };
    let choices: Vec<Choice> = asked.iter().filter(is_meant).map(choice).collect();
    let fields: Vec<String> = choices.iter().map(|choice| choice.field.clone()).collect();
    if fields.is_empty() {
        return Ok(Decided::NothingAsked);
    }
    let what = Cause::new("audit.decided")
        .with("side", decision.take.name())
        .with("fields", fields.join(", "))
        .with("reason", decision.reason);
    let about = AuditEntry::about_task(line.task.id);
    seams.store.note(&[AuditEntry { at, by: by.to_owned(), what, about }]).await?;
    seams.store.choose(&choices).await?;
    let mut woken: Vec<TaskId> = vec![line.task.id];
    woken.extend(waiting_for_it(seams, setup, flow, &link).await?);
    seams.store.replay(&woken, at).await?;
    Ok(Decided::Done(fields))
}

/// What a person says: which side is right, in which fields (all where none is named), and why.
#[derive(Debug, Clone, Copy)]
pub struct Decision<'d> {
    pub take: Take,
    pub fields: &'d [String],
    pub reason: &'d str,
}

/// The flow and the link of a task that asks a person.
async fn asking<'s>(
    seams: &Seams,
    setup: &'s Setup,
    line: &TaskLine,
) -> Result<Option<(&'s ActiveFlow, Link)>, StoreError> {
    let asks = line.task.kind == Kind::Deliver
        && line.task.state == State::Failed
        && is_because(&line.task, CONFLICT);
    let Some(flow) = setup.flows.get(&line.task.flow).filter(|_| asks) else { return Ok(None) };
    let source = &flow.flow().source;
    let key = RecordKey::new(&source.connection, &source.object, line.source_id.as_str());
    let links = seams.store.by_source(&[flow.link_side(&key)]).await?;
    Ok(links.into_iter().flatten().next().map(|link| (&**flow, link)))
}

/// The delivery the other way, where it waits for the same decision.
async fn waiting_for_it(
    seams: &Seams,
    setup: &Setup,
    flow: &ActiveFlow,
    link: &Link,
) -> Result<Vec<TaskId>, StoreError> {
    let Some(target) = &link.target_id else { return Ok(Vec::new()) };
    let key = RecordKey::new(&link.target_connection, &link.target_object, target.as_str());
    let tasks = tasks_of_records(seams, setup, flow, &[key]).await?;
    let waits = |task: &Task| is_because(task, DECIDED_ELSEWHERE) || is_because(task, CONFLICT);
    Ok(tasks.into_iter().flatten().filter(waits).map(|task| task.id).collect())
}

fn is_because(task: &Task, code: &str) -> bool {
    task.cause.as_ref().is_some_and(|cause| cause.code == code)
}
