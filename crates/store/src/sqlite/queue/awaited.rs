//! What tasks wait for: a link to be filled, or somebody to be bound.

use contract::store::{Awaited, Linked};
use model::binding::{Binding, BindingSide, Party};
use model::link::{KnownBy, Referent};
use model::{ConnectionName, ObjectName, TaskId};
use rusqlite::{Connection, params};

use super::links;
use super::waking::wake;
use crate::codec::{binding_code, binding_of_code};
use crate::sqlite::bindings;
use crate::sqlite::commit::Write;
use crate::sqlite::failure::Done;
use crate::sqlite::links::other_side;
use crate::sqlite::rows::{self, all, first, known};

/// What the task waits for.
pub(super) fn of(sql: &Connection, tenant: i64, task: TaskId) -> Done<Option<Awaited>> {
    let mut links = sql.prepare_cached(
        "select connection, object, source_id, target_connection, target_object, by_number, line_of from awaited
         where task = ?1 and tenant = ?2",
    )?;
    let link = first(&mut links, (task.0, tenant), |row| {
        let by = match row.get::<_, Option<String>>(6)? {
            Some(list) => KnownBy::LineOf(list),
            None if row.get(5)? => KnownBy::Number,
            None => KnownBy::Id,
        };
        Ok(Awaited::Link(Referent {
            of: rows::key(row, 0)?,
            by,
            connection: ConnectionName::new(rows::text(row, 3)?),
            object: row.get::<_, Option<String>>(4)?.map(ObjectName::new),
        }))
    })?;
    if link.is_some() {
        return Ok(link);
    }
    let mut bindings = sql.prepare_cached(
        "select kind, connection, party, other_connection from awaited_binding where task = ?1 and tenant = ?2",
    )?;
    first(&mut bindings, (task.0, tenant), |row| {
        Ok(Awaited::Binding(BindingSide {
            kind: known(binding_of_code(row.get(0)?), "a binding's kind")?,
            connection: ConnectionName::new(rows::text(row, 1)?),
            id: row.get(2)?,
            other_connection: ConnectionName::new(rows::text(row, 3)?),
        }))
    })
}

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
            let tasks = waiting(write, binding, here, id, there)?;
            wake(write, tasks, binding.at)?;
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
