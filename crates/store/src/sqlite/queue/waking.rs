//! Waking whoever waits for a link or a line link that is there now, at either of its sides.

use model::{LinkId, TaskId, Timestamp};
use rusqlite::params;

use super::tasks::{moved, moving};
use crate::sqlite::commit::Write;
use crate::sqlite::failure::Done;
use crate::sqlite::rows::{all, known};

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

fn wake(write: &mut Write, tasks: Vec<TaskId>, at: Timestamp) -> Done<()> {
    for task in tasks {
        let task = known(moving(write, task)?, "a task that waits for a link")?;
        moved(write, &task, task.standing.linked(at))?;
    }
    Ok(())
}
