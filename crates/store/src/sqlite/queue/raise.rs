//! Raising tasks: the one way in which a task comes into being or is asked for more.

use contract::store::Raise;
use model::task::State;
use model::{FlowName, RecordId, TaskId, Timestamp};
use rusqlite::params;

use super::tasks::{Moving, moved};
use crate::codec::{kind_code, state_code};
use crate::sqlite::commit::Write;
use crate::sqlite::failure::Done;
use crate::sqlite::rows::{self, first};
use crate::transition::{Standing, wanted};

/// What a raise is about.
#[derive(Clone, Copy)]
pub(crate) struct Raising<'a> {
    pub record: RecordId,
    /// The record's newest revision.
    pub revision: i64,
    pub raise: &'a Raise,
    pub at: Timestamp,
    /// Whether tasks that exist are raised.
    pub again: bool,
}

/// Makes the task or raises its `want`; whether it did.
pub(crate) fn raise(write: &mut Write, raising: Raising) -> Done<bool> {
    let Raise { flow, kind, lane } = raising.raise;
    let mut find = write.sql.prepare_cached(
        "select id, lane, state, want, done, tries, due, open, awaits, as_of from task
         where record = ?1 and flow = ?2 and kind = ?3",
    )?;
    let found = first(&mut find, params![raising.record.0, flow.as_str(), kind_code(*kind)], |row| {
        let task = Moving {
            id: TaskId(row.get(0)?),
            flow: FlowName::clone(flow),
            record: raising.record,
            kind: *kind,
            standing: rows::standing(row, 2)?,
        };
        Ok((task, rows::text(row, 1)? == lane.as_str()))
    })?;
    match found {
        None => make(write, raising).map(|()| true),
        Some(_) if !raising.again => Ok(false),
        Some((task, same_lane)) => {
            let want = wanted(*kind, raising.revision, task.standing.want);
            moved(write, &task, task.standing.raised(want, raising.at))?;
            // A flow that was pointed elsewhere takes its tasks along, but for one whose write is still open there.
            if !same_lane && !task.standing.open {
                write
                    .sql
                    .prepare_cached("update task set lane = ?2 where id = ?1")?
                    .execute(params![task.id.0, lane.as_str()])?;
            }
            Ok(true)
        }
    }
}

fn make(write: &mut Write, raising: Raising) -> Done<()> {
    let Raise { flow, kind, lane } = raising.raise;
    let task = Standing::made(*kind, wanted(*kind, raising.revision, 0), raising.at);
    write
        .sql
        .prepare_cached(
            "insert into task (tenant, flow, record, kind, lane, state, want, done, tries, due, open, awaits)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )?
        .execute(params![
            write.tenant,
            flow.as_str(),
            raising.record.0,
            kind_code(*kind),
            lane.as_str(),
            state_code(task.state),
            task.want,
            task.done,
            task.tries,
            task.due.0,
            task.open,
            task.awaits
        ])?;
    write.count(flow, *kind, State::Ready, 1);
    Ok(())
}
