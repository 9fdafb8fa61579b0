//! What a lane has to do now, from the index of tasks that go on by themselves.

use std::collections::BTreeSet;

use contract::store::Due;
use model::{LaneName, TaskId, Timestamp};
use rusqlite::Connection;

use crate::codec::NEVER;
use crate::sqlite::failure::Done;
use crate::sqlite::rows::{self, all, first, known};

pub(super) fn due(
    sql: &Connection,
    tenant: i64,
    lane: &LaneName,
    now: Timestamp,
    limit: usize,
    except: &BTreeSet<TaskId>,
) -> Done<Vec<Due>> {
    let mut ids = Vec::new();
    for open in [true, false] {
        let mut find = sql.prepare_cached(
            "select id from task where tenant = ?1 and lane = ?2 and open = ?3 and state < 4 and due <= ?4
             order by due, id",
        )?;
        let mut rows = find.query((tenant, lane.as_str(), open, now.0))?;
        while ids.len() < limit {
            let Some(row) = rows.next()? else { break };
            let id = TaskId(row.get(0)?);
            if !except.contains(&id) {
                ids.push(id);
            }
        }
    }
    whole(sql, &ids)
}

/// The tasks with their records as they are now and their intents.
fn whole(sql: &Connection, tasks: &[TaskId]) -> Done<Vec<Due>> {
    let mut find = sql.prepare_cached(&format!(
        "select {}, {}, {} from task t
         join record r on r.id = t.record
         join revision v on v.record = r.id and v.revision = r.revision
         left join task_cause c on c.task = t.id
         left join intent i on i.task = t.id
         where t.id = ?1",
        rows::TASK,
        rows::RECORD,
        rows::INTENT
    ))?;
    let mut whole = |task: &TaskId| {
        let due = first(&mut find, [task.0], |row| {
            Ok(Due { task: rows::task(row)?, record: rows::record(row, 13)?, intent: rows::intent(row, 24)? })
        })?;
        known(due, "a task's record")
    };
    tasks.iter().map(&mut whole).collect()
}

pub(super) fn next_due(sql: &Connection, tenant: i64, lane: &LaneName) -> Done<Option<Timestamp>> {
    let mut find = sql.prepare_cached(
        "select due from task where tenant = ?1 and lane = ?2 and open = ?3 and state < 4 order by due limit 1",
    )?;
    let mut dues = Vec::new();
    for open in [true, false] {
        dues.extend(all(&mut find, (tenant, lane.as_str(), open), |row| Ok(Timestamp(row.get(0)?)))?);
    }
    Ok(dues.into_iter().min().filter(|due| *due < NEVER))
}
