//! Tasks as rows: finding them, and moving them with everything that goes along.

use model::task::{Kind, Task};
use model::{FlowName, RecordId, TaskId};
use rusqlite::{Connection, params};

use super::awaited;
use crate::codec::{kind_code, kind_of_code, state_code};
use crate::sqlite::commit::Write;
use crate::sqlite::failure::Done;
use crate::sqlite::rows::{self, first, known};
use crate::transition::Standing;

pub(super) fn of(
    sql: &Connection,
    tenant: i64,
    (flow, record, kind): &(FlowName, RecordId, Kind),
) -> Done<Option<Task>> {
    let mut find = sql.prepare_cached(&format!(
        "select {} from task t left join task_cause c on c.task = t.id
         where t.record = ?1 and t.flow = ?2 and t.kind = ?3 and t.tenant = ?4",
        rows::TASK
    ))?;
    first(&mut find, params![record.0, flow.as_str(), kind_code(*kind), tenant], rows::task)
}

/// A task as it stands while it is moved.
pub(super) struct Moving {
    pub id: TaskId,
    pub flow: FlowName,
    pub record: RecordId,
    pub kind: Kind,
    pub standing: Standing,
}

/// The task of that id; `None` when this tenant has none.
pub(super) fn moving(write: &Write, task: TaskId) -> Done<Option<Moving>> {
    let mut find = write.sql.prepare_cached(
        "select flow, record, kind, state, want, done, tries, due, open, awaits, as_of from task
         where id = ?1 and tenant = ?2",
    )?;
    first(&mut find, (task.0, write.tenant), |row| {
        Ok(Moving {
            id: task,
            flow: FlowName::new(rows::text(row, 0)?),
            record: RecordId(row.get(1)?),
            kind: known(kind_of_code(row.get(2)?), "a task's kind")?,
            standing: rows::standing(row, 3)?,
        })
    })
}

/// Stores where the task stands now. What it waited for is forgotten when it waits no longer, and its cause when it
/// becomes ready.
pub(super) fn moved(write: &mut Write, task: &Moving, now: Standing) -> Done<()> {
    let before = task.standing;
    if now == before {
        return Ok(());
    }
    write
        .sql
        .prepare_cached(
            "update task set state = ?2, want = ?3, done = ?4, tries = ?5, due = ?6, open = ?7, awaits = ?8,
                 as_of = ?9
             where id = ?1",
        )?
        .execute(params![
            task.id.0,
            state_code(now.state),
            now.want,
            now.done,
            now.tries,
            now.due.0,
            now.open,
            now.awaits,
            now.as_of.map(|as_of| as_of.0)
        ])?;
    if before.awaits && !now.awaits {
        awaited::forget(write, task.id)?;
    }
    if now.state != before.state {
        write.count(&task.flow, task.kind, before.state, -1);
        write.count(&task.flow, task.kind, now.state, 1);
        if now.state == model::task::State::Ready {
            write.sql.prepare_cached("delete from task_cause where task = ?1")?.execute([task.id.0])?;
        }
    }
    Ok(())
}
