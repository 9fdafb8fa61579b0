//! Waking whoever waits for a link or a line link that is there now, at either of its sides.

use model::record::RecordKey;
use model::task::{Kind, State};
use model::{FlowName, LinkId, RecordId, TaskId, Timestamp};
use rusqlite::params;

use super::tasks::{moved, moving};
use crate::codec::{kind_code, state_code};
use crate::sqlite::commit::Write;
use crate::sqlite::failure::Done;
use crate::sqlite::rows::{all, known};
use crate::transition::Standing;

/// Wakes the tasks that wait for this link, by the id or the number of either side.
pub(super) fn wake_for_link(write: &mut Write, link: LinkId, at: Timestamp) -> Done<()> {
    let mut find = write.sql.prepare_cached(
        "select a.task from link l join awaited a on a.tenant = l.tenant and a.source_id = l.source_id
             and a.object = l.object and a.connection = l.connection and a.target_connection = l.target_connection
         where l.id = ?1 and a.by_number = 0 and a.line_of is null
             and (a.target_object is null or a.target_object = l.target_object)
         union
         select a.task from link l
             join record r on r.tenant = l.tenant and r.source_id = l.source_id and r.object = l.object
                 and r.connection = l.connection
             join awaited a on a.tenant = l.tenant and a.source_id = r.number
                 and a.object = l.object and a.connection = l.connection and a.target_connection = l.target_connection
         where l.id = ?1 and a.by_number = 1 and (a.target_object is null or a.target_object = l.target_object)
         union
         select a.task from link l join awaited a on a.tenant = l.tenant and a.source_id = l.target_id
             and a.object = l.target_object and a.connection = l.target_connection
             and a.target_connection = l.connection
         where l.id = ?1 and a.by_number = 0 and a.line_of is null
             and (a.target_object is null or a.target_object = l.object)
         union
         select a.task from link l join awaited a on a.tenant = l.tenant and a.source_id = l.target_number
             and a.object = l.target_object and a.connection = l.target_connection
             and a.target_connection = l.connection
         where l.id = ?1 and a.by_number = 1 and (a.target_object is null or a.target_object = l.object)
         order by 1",
    )?;
    let tasks = all(&mut find, [link.0], |row| Ok(TaskId(row.get(0)?)))?;
    wake(write, tasks, at)
}

/// Wakes the tasks that wait for this line of the link, or for the row that stands for it.
pub(super) fn wake_for_line(
    write: &mut Write,
    link: LinkId,
    list: &str,
    (line, row): (&str, &str),
    at: Timestamp,
) -> Done<()> {
    let mut find = write.sql.prepare_cached(
        "select a.task from link l join awaited a on a.tenant = l.tenant and a.source_id = ?2
             and a.object = l.object and a.connection = l.connection and a.target_connection = l.target_connection
         where l.id = ?1 and a.line_of = ?4 and (a.target_object is null or a.target_object = l.target_object)
         union
         select a.task from link l join awaited a on a.tenant = l.tenant and a.source_id = ?3
             and a.object = l.target_object and a.connection = l.target_connection
             and a.target_connection = l.connection
         where l.id = ?1 and a.line_of = ?4 and (a.target_object is null or a.target_object = l.object)
         order by 1",
    )?;
    let tasks = all(&mut find, params![link.0, line, row, list], |row| Ok(TaskId(row.get(0)?)))?;
    wake(write, tasks, at)
}

/// Lets those that wait for a record which has failed look again now, so that they say why they wait.
pub(super) fn hurry_children(write: &mut Write, parent: RecordId, at: Timestamp) -> Done<()> {
    let mut find = write.sql.prepare_cached(
        "select a.task from record r join awaited a on a.tenant = r.tenant and a.source_id = r.source_id
             and a.object = r.object and a.connection = r.connection
         where r.id = ?1 and a.by_number = 0 and a.line_of is null
         union
         select a.task from record r join awaited a on a.tenant = r.tenant and a.source_id = r.number
             and a.object = r.object and a.connection = r.connection
         where r.id = ?1 and a.by_number = 1
         order by 1",
    )?;
    for task in all(&mut find, [parent.0], |row| Ok(TaskId(row.get(0)?)))? {
        let task = known(moving(write, task)?, "a task that waits for a record")?;
        if task.standing.state == State::Waiting {
            moved(write, &task, Standing { due: at, ..task.standing })?;
        }
    }
    Ok(())
}

/// What waits or is unknown of a flow is due now.
pub(in crate::sqlite) fn hurry_flow(write: &mut Write, flow: &FlowName, at: Timestamp) -> Done<()> {
    let codes = [State::Waiting, State::Unknown].map(state_code);
    write
        .sql
        .prepare_cached(
            "update task set due = ?3 where tenant = ?1 and flow = ?2 and state in (?4, ?5) and due > ?3",
        )?
        .execute(params![write.tenant, flow.as_str(), at.0, codes[0], codes[1]])?;
    Ok(())
}

/// Wakes what was passed over at the other sides of a record that is in force again: perhaps because it was void.
pub(in crate::sqlite) fn wake_skipped_beside(
    write: &mut Write,
    record: &RecordKey,
    at: Timestamp,
) -> Done<()> {
    let mut find = write.sql.prepare_cached(
        "select t.id from link l
             join record r on r.tenant = l.tenant and r.source_id = l.target_id and r.object = l.target_object
                 and r.connection = l.target_connection
             join task t on t.record = r.id and t.kind = ?5 and t.state = ?6
         where l.tenant = ?1 and l.source_id = ?2 and l.object = ?3 and l.connection = ?4
         union
         select t.id from link l
             join record r on r.tenant = l.tenant and r.source_id = l.source_id and r.object = l.object
                 and r.connection = l.connection
             join task t on t.record = r.id and t.kind = ?5 and t.state = ?6
         where l.tenant = ?1 and l.target_id = ?2 and l.target_object = ?3 and l.target_connection = ?4
         order by 1",
    )?;
    let asked = params![
        write.tenant,
        record.id,
        record.object.as_str(),
        record.connection.as_str(),
        kind_code(Kind::Deliver),
        state_code(State::Skipped)
    ];
    for task in all(&mut find, asked, |row| Ok(TaskId(row.get(0)?)))? {
        let task = known(moving(write, task)?, "a task that was skipped")?;
        moved(write, &task, task.standing.raised(task.standing.want, at))?;
    }
    Ok(())
}

/// What they wait for is there.
pub(super) fn wake(write: &mut Write, tasks: Vec<TaskId>, at: Timestamp) -> Done<()> {
    for task in tasks {
        let task = known(moving(write, task)?, "a task that waits")?;
        moved(write, &task, task.standing.linked(at))?;
    }
    Ok(())
}
