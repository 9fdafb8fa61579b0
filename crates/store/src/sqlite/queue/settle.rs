//! Settling: what became of a round, with everything that follows from it, in one transaction.

use std::collections::BTreeMap;

use contract::store::{IntentChange, Raise, Settled, Settlement, SettlementBatch};
use model::task::{Kind, State};
use model::{RecordId, Timestamp};
use rusqlite::{OptionalExtension, params};

use super::open::store_intent;
use super::raise::{Raising, raise};
use super::tasks::{Moving, moved, moving};
use super::{awaited, files, links, waking};
use crate::codec::{cause_text, state_code, steps_text};
use crate::sqlite::commit::Write;
use crate::sqlite::failure::Done;
use crate::sqlite::records::store_calls;
use crate::sqlite::rows::known;
use crate::transition::Standing;

pub(super) fn settle(write: &mut Write, batch: &SettlementBatch) -> Done<Vec<Settled>> {
    let calls = store_calls(write, &batch.calls)?;
    let (mut settled, mut failed) = (Vec::with_capacity(batch.settlements.len()), Vec::new());
    for settlement in &batch.settlements {
        settled.push(settle_one(write, settlement, batch.at, &calls, &mut failed)?);
    }
    // Last of all: whoever begins to wait in this batch is told too.
    failed.into_iter().try_for_each(|record| waking::hurry_children(write, record, batch.at))?;
    Ok(settled)
}

fn settle_one(
    write: &mut Write,
    settlement: &Settlement,
    at: Timestamp,
    calls: &BTreeMap<u64, i64>,
    failed: &mut Vec<RecordId>,
) -> Done<Settled> {
    if let Some(change) = &settlement.link {
        if let Some(other) = links::taken(write, change)? {
            return Ok(Settled::Taken(other));
        }
        links::change(write, change, at)?;
    }
    if let Some(change) = &settlement.files {
        files::change(write, change)?;
    }
    let linked = match &settlement.awaits {
        Some(awaited) => awaited::is_there(write, awaited)?,
        None => false,
    };
    let task = known(moving(write, settlement.task)?, "the task of a settlement")?;
    let open = change_intent(write, &task, &settlement.intent)?;
    let now = Standing { open, ..task.standing.settled(settlement, linked, at) };
    rest(write, &task, settlement, now)?;
    if now.state == State::Failed && task.kind == Kind::Deliver {
        failed.push(task.record);
    }
    store_attempt(write, settlement, calls)?;
    raise_further(write, task.record, &settlement.raise, at)?;
    Ok(Settled::Done)
}

/// Stores where the task stands, with its cause and what it waits for.
fn rest(write: &mut Write, task: &Moving, settlement: &Settlement, now: Standing) -> Done<()> {
    moved(write, task, now)?;
    match &settlement.cause {
        Some(cause) if now.state == settlement.state => write
            .sql
            .prepare_cached(
                "insert into task_cause (task, cause) values (?1, ?2)
                 on conflict do update set cause = excluded.cause",
            )?
            .execute(params![task.id.0, cause_text(cause)])?,
        // What a person set aside keeps the cause that it was set aside for.
        _ if matches!(now.state, State::Ignored | State::Closed) => 0,
        _ => write.sql.prepare_cached("delete from task_cause where task = ?1")?.execute([task.id.0])?,
    };
    match settlement.awaits.as_ref().filter(|_| now.awaits) {
        Some(awaited) => awaited::wait_for(write, task.id, awaited),
        None => Ok(()),
    }
}

/// Whether an intent is open afterwards.
fn change_intent(write: &Write, task: &Moving, change: &IntentChange) -> Done<bool> {
    match change {
        IntentChange::Keep => Ok(task.standing.open),
        IntentChange::Close => {
            if task.standing.open {
                write.sql.prepare_cached("delete from intent where task = ?1")?.execute([task.id.0])?;
            }
            Ok(false)
        }
        IntentChange::Replace(intent) => store_intent(write, intent, intent.link).map(|()| true),
    }
}

fn store_attempt(write: &Write, settlement: &Settlement, calls: &BTreeMap<u64, i64>) -> Done<()> {
    let Some(attempt) = &settlement.attempt else { return Ok(()) };
    write
        .sql
        .prepare_cached(
            "insert into attempt (task, started, ended, flow_version, revision, state, cause, steps)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            settlement.task.0,
            attempt.started.0,
            attempt.ended.0,
            attempt.flow_version,
            attempt.revision,
            state_code(attempt.state),
            attempt.cause.as_ref().map(cause_text),
            steps_text(&attempt.steps)
        ])?;
    let attempt = write.sql.last_insert_rowid();
    let mut join = write
        .sql
        .prepare_cached("insert into attempt_call (attempt, call) values (?1, ?2) on conflict do nothing")?;
    for call in settlement.calls.iter().filter_map(|number| calls.get(number)) {
        join.execute([attempt, *call])?;
    }
    Ok(())
}

fn raise_further(write: &mut Write, record: RecordId, further: &[Raise], at: Timestamp) -> Done<()> {
    if further.is_empty() {
        return Ok(());
    }
    let revision = write
        .sql
        .prepare_cached("select revision from record where id = ?1")?
        .query_row([record.0], |row| row.get(0))
        .optional()?;
    let revision = known(revision, "a task's record")?;
    for more in further {
        raise(write, Raising { record, revision, raise: more, at, again: true })?;
    }
    Ok(())
}
