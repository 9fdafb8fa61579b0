//! Settling: what became of a round, with everything that follows from it, in one transaction.
//!
//! Links first, since tasks wait for them: they are changed and stored, and then it is asked what came by it. Whatever
//! of a batch awaits a link that the same batch fills is told so in either order. Then the tasks, all together.

use std::collections::{BTreeMap, BTreeSet};

use contract::store::{Awaited, IntentChange, LinkChange, Settled, Settlement, SettlementBatch};
use model::intent::Intent;
use model::task::{Kind, State};
use model::{RecordId, TaskId, Timestamp};

use super::links::{Links, Wanted};
use super::raise::{Raising, raise};
use super::tasks::{Beside, Board, Moving};
use super::waking::{for_links, hurry_children, pass_gate};
use super::{attempts, awaited, files, lines};
use crate::codec::{cause_text, kind_code};
use crate::postgres::commit::Write;
use crate::postgres::failure::Done;
use crate::postgres::params::texts;
use crate::postgres::rows::known;
use crate::postgres::session::get;
use crate::transition::Standing;

pub(super) async fn settle(write: &mut Write, batch: &SettlementBatch) -> Done<Vec<Settled>> {
    let brings = |link: &LinkChange| link.fill.is_some() || !link.lines.is_empty();
    let fills = batch.settlements.iter().any(|one| one.link.as_ref().is_some_and(brings));
    let waits = batch.settlements.iter().any(|one| one.awaits.is_some());
    pass_gate(write, fills, waits).await?;
    let (settled, waiting) = change_links(write, &batch.settlements).await?;
    let done = batch.settlements.iter().zip(&settled).filter(|(_, settled)| **settled == Settled::Done);
    let done: Vec<&Settlement> = done.map(|(settlement, _)| settlement).collect();
    files::change(write, done.iter().filter_map(|one| one.files.as_ref())).await?;
    move_tasks(write, &done, waiting, batch.at).await?;
    attempts::store(write, &done, &batch.calls).await?;
    Ok(settled)
}

/// Changes the links, one settlement after the other, and stores them with their lines. What came of each settlement by
/// that, and the tasks that wait for what is there now.
async fn change_links(write: &Write, settlements: &[Settlement]) -> Done<(Vec<Settled>, BTreeSet<TaskId>)> {
    let mut wanted = Wanted::default();
    settlements.iter().filter_map(|one| one.link.as_ref()).for_each(|change| wanted.change(change));
    let mut links = Links::of(write, &wanted).await?;
    let (mut settled, mut changed) = (Vec::with_capacity(settlements.len()), Vec::new());
    for settlement in settlements {
        settled.push(match &settlement.link {
            Some(change) => change_link(&mut links, change, &mut changed)?,
            None => Settled::Done,
        });
    }
    links.store(write).await?;
    let (mut filled, mut lines) = (Vec::new(), Vec::new());
    for (place, change) in changed {
        let link = known(links.get(place).id, "a link that was stored")?;
        filled.extend(change.fill.is_some().then_some(link));
        lines.extend(change.lines.iter().map(|change| (link, change)));
    }
    let mut waiting: BTreeSet<TaskId> = for_links(write, &filled).await?.into_iter().collect();
    waiting.extend(lines::change(write, &lines).await?);
    Ok((settled, waiting))
}

fn change_link<'s>(
    links: &mut Links,
    change: &'s LinkChange,
    changed: &mut Vec<(usize, &'s LinkChange)>,
) -> Done<Settled> {
    if let Some(other) = links.taken(change)? {
        return Ok(Settled::Taken(other));
    }
    changed.push((links.change(change)?, change));
    Ok(Settled::Done)
}

/// Moves the tasks of settlements, those that wait for what is there now, and further ones.
async fn move_tasks(
    write: &mut Write,
    done: &[&Settlement],
    mut waiting: BTreeSet<TaskId>,
    at: Timestamp,
) -> Done<()> {
    let awaits: Vec<&Awaited> = done.iter().filter_map(|one| one.awaits.as_ref()).collect();
    let mut are_there = awaited::are_there(write, &awaits).await?.into_iter();
    let further = further(write, done).await?;
    let settled: BTreeSet<TaskId> = done.iter().map(|one| one.task).collect();
    waiting.retain(|task| !settled.contains(task));
    let ids: BTreeSet<TaskId> = settled.iter().chain(&waiting).chain(&further.tasks).copied().collect();
    let mut board = Board::of_ids(write, &ids.into_iter().collect::<Vec<_>>()).await?;
    for id in waiting {
        if let Some(task) = board.get(id) {
            task.moved(task.standing.linked(at));
        }
    }
    let mut failed = Vec::new();
    for settlement in done {
        let is_there = settlement.awaits.is_some() && are_there.next().unwrap_or(false);
        let (record, fails) = settle_task(&mut board, settlement, is_there, at)?;
        failed.extend(fails.then_some(record));
        for more in &settlement.raise {
            let revision = *known(further.revisions.get(&record), "a task's record")?;
            raise(&mut board, Raising { record, revision, raise: more, at, again: true });
        }
    }
    board.store(write).await?;
    hurry_children(write, &failed, at).await
}

/// The record whose task it is, and whether its delivery fails.
fn settle_task(
    board: &mut Board,
    settlement: &Settlement,
    is_there: bool,
    at: Timestamp,
) -> Done<(RecordId, bool)> {
    let task = known(board.get(settlement.task), "the task of a settlement")?;
    let open = change_intent(task, &settlement.intent);
    let now = Standing { open, ..task.standing.settled(settlement, is_there, at) };
    rest(task, settlement, now);
    Ok((task.record, now.state == State::Failed && task.kind == Kind::Deliver))
}

/// Where the task stands, with its cause and what it waits for.
fn rest(task: &mut Moving, settlement: &Settlement, now: Standing) {
    task.moved(now);
    match &settlement.cause {
        Some(cause) if now.state == settlement.state => task.cause = Beside::Put(cause_text(cause)),
        // What a person set aside keeps the cause that it was set aside for.
        _ if matches!(now.state, State::Ignored | State::Closed) => {}
        _ => task.cause = Beside::Drop,
    }
    if let Some(awaited) = settlement.awaits.as_ref().filter(|_| now.awaits) {
        task.awaited = Beside::Put(awaited.clone());
    }
}

/// Whether an intent is open afterwards.
fn change_intent(task: &mut Moving, change: &IntentChange) -> bool {
    match change {
        IntentChange::Keep => task.standing.open,
        IntentChange::Close => {
            if task.standing.open {
                task.intent = Beside::Drop;
            }
            false
        }
        IntentChange::Replace(intent) => {
            task.intent = Beside::Put(Intent::clone(intent));
            true
        }
    }
}

/// What raising further tasks needs.
#[derive(Default)]
struct Further {
    /// Those that are there already.
    tasks: Vec<TaskId>,
    revisions: BTreeMap<RecordId, i64>,
}

async fn further(write: &Write, settlements: &[&Settlement]) -> Done<Further> {
    let raising: Vec<i64> =
        settlements.iter().filter(|one| !one.raise.is_empty()).map(|one| one.task.0).collect();
    if raising.is_empty() {
        return Ok(Further::default());
    }
    let kinds: BTreeSet<_> = settlements
        .iter()
        .flat_map(|one| &one.raise)
        .map(|raise| (&raise.flow, kind_code(raise.kind)))
        .collect();
    let flows = texts(kinds.iter().map(|(flow, _)| flow.as_str()));
    let kinds: Vec<i64> = kinds.iter().map(|(_, kind)| *kind).collect();
    let found = write
        .sql
        .all(
            "select r.id, r.revision, k.id from task t join record r on r.id = t.record
         left join task k on k.record = r.id
             and (k.flow, k.kind) in (select flow, kind from unnest($3::text[], $4::bigint[]) n (flow, kind))
         where t.tenant = $1 and t.id = any($2)",
            &[&write.tenant, &raising, &flows, &kinds],
            |row| Ok((RecordId(get(row, 0)?), get::<i64>(row, 1)?, get::<Option<i64>>(row, 2)?.map(TaskId))),
        )
        .await?;
    let mut further = Further::default();
    for (record, revision, task) in found {
        further.revisions.insert(record, revision);
        further.tasks.extend(task);
    }
    Ok(further)
}
