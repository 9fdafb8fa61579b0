//! What tasks wait for: a link to be filled, or somebody to be bound.

use contract::store::{Awaited, Linked};
use model::TaskId;
use model::binding::{Binding, BindingSide, Party};
use rusqlite::params;

use super::links;
use super::tasks::{moved, moving};
use crate::codec::binding_code;
use crate::sqlite::bindings;
use crate::sqlite::commit::Write;
use crate::sqlite::failure::Done;
use crate::sqlite::links::other_side;
use crate::sqlite::rows::{all, known};

/// Whether it has come already.
pub(super) fn is_there(write: &Write, awaited: &Awaited) -> Done<bool> {
    match awaited {
        Awaited::Link(referent) => Ok(other_side(write.sql, write.tenant, referent)? != Linked::Nothing),
        Awaited::Binding(side) => bindings::is_bound(write.sql, write.tenant, side),
    }
}

/// Notes that the task waits for this, and for nothing else.
pub(super) fn wait_for(write: &Write, task: TaskId, awaited: &Awaited) -> Done<()> {
    forget(write, task)?;
    match awaited {
        Awaited::Link(referent) => links::wait_for(write, task, referent),
        Awaited::Binding(side) => wait_for_binding(write, task, side),
    }
}

/// The task waits for nothing any more.
pub(super) fn forget(write: &Write, task: TaskId) -> Done<()> {
    write.sql.prepare_cached("delete from awaited where task = ?1")?.execute([task.0])?;
    write.sql.prepare_cached("delete from awaited_binding where task = ?1")?.execute([task.0])?;
    Ok(())
}

fn wait_for_binding(write: &Write, task: TaskId, side: &BindingSide) -> Done<()> {
    write
        .sql
        .prepare_cached(
            "insert into awaited_binding (task, tenant, kind, connection, party, other_connection)
             values (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            task.0,
            write.tenant,
            binding_code(side.kind),
            side.connection.as_str(),
            side.id,
            side.other_connection.as_str()
        ])?;
    Ok(())
}

/// Wakes whoever waits for either of the two to be bound, by id or by number.
pub(in crate::sqlite) fn wake_bound(write: &mut Write, binding: &Binding) -> Done<()> {
    for (here, there) in [(&binding.one, &binding.other), (&binding.other, &binding.one)] {
        for id in [Some(&here.id), here.number.as_ref()].into_iter().flatten() {
            for task in waiting(write, binding, here, id, there)? {
                let task = known(moving(write, task)?, "a task that waits for a binding")?;
                moved(write, &task, task.standing.linked(binding.at))?;
            }
        }
    }
    Ok(())
}

fn waiting(write: &Write, binding: &Binding, here: &Party, id: &str, there: &Party) -> Done<Vec<TaskId>> {
    let mut find = write.sql.prepare_cached(
        "select task from awaited_binding
         where tenant = ?1 and party = ?2 and connection = ?3 and other_connection = ?4 and kind = ?5
         order by task",
    )?;
    let asked = params![
        write.tenant,
        id,
        here.connection.as_str(),
        there.connection.as_str(),
        binding_code(binding.kind)
    ];
    all(&mut find, asked, |row| Ok(TaskId(row.get(0)?)))
}
