//! Links as they are written: reserved, filled, agreed upon; and the tasks that wait for one to be filled.

use contract::store::{LinkChange, LinkRef, Opened};
use model::link::LinkSide;
use model::record::RecordKey;
use model::{ConnectionName, LinkId, ObjectName, TaskId, Timestamp};
use rusqlite::{OptionalExtension, params};

use super::tasks::{moved, moving};
use crate::sqlite::commit::Write;
use crate::sqlite::failure::Done;
use crate::sqlite::rows::{self, all, bytes, first, known};

/// The link with that source, made where there is none.
pub(super) fn reserve(
    write: &Write,
    source: &RecordKey,
    target_connection: &ConnectionName,
    target_object: &ObjectName,
) -> Done<Opened> {
    let side = params![
        write.tenant,
        source.id,
        source.object.as_str(),
        source.connection.as_str(),
        target_connection.as_str(),
        target_object.as_str()
    ];
    let mut find = write.sql.prepare_cached(
        "select id, target_id from link where tenant = ?1 and source_id = ?2 and object = ?3 and connection = ?4
         and target_connection = ?5 and target_object = ?6",
    )?;
    let found = find
        .query_row(side, |row| Ok(Opened { link: LinkId(row.get(0)?), target_id: row.get(1)? }))
        .optional()?;
    if let Some(opened) = found {
        return Ok(opened);
    }
    write
        .sql
        .prepare_cached(
            "insert into link (tenant, source_id, object, connection, target_connection, target_object)
             values (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(side)?;
    Ok(Opened { link: LinkId(write.sql.last_insert_rowid()), target_id: None })
}

/// The other record that the link's new target is linked to already.
pub(super) fn taken(write: &Write, change: &LinkChange) -> Done<Option<RecordKey>> {
    let Some((target_id, _)) = &change.fill else { return Ok(None) };
    let (source, target_connection, target_object) = sides(write, &change.link)?;
    let mut find = write.sql.prepare_cached(
        "select connection, object, source_id from link
         where tenant = ?1 and target_id = ?2 and target_object = ?3 and target_connection = ?4",
    )?;
    let params = (write.tenant, target_id, target_object.as_str(), target_connection.as_str());
    let holder = first(&mut find, params, |row| rows::key(row, 0))?;
    Ok(holder.filter(|holder| *holder != source))
}

/// The source of the link, and the kind of target it has.
fn sides(write: &Write, link: &LinkRef) -> Done<(RecordKey, ConnectionName, ObjectName)> {
    match link {
        LinkRef::Of { source, target_connection, target_object } => {
            Ok((source.clone(), target_connection.clone(), target_object.clone()))
        }
        LinkRef::Known(link) => {
            let mut find = write.sql.prepare_cached(
                "select connection, object, source_id, target_connection, target_object from link
                 where id = ?1 and tenant = ?2",
            )?;
            let sides = first(&mut find, (link.0, write.tenant), |row| {
                let target = (ConnectionName::new(rows::text(row, 3)?), ObjectName::new(rows::text(row, 4)?));
                Ok((rows::key(row, 0)?, target.0, target.1))
            })?;
            known(sides, "the link of a settlement")
        }
    }
}

/// Fills the link, stores what is agreed, and wakes whoever waits for it.
pub(super) fn change(write: &mut Write, change: &LinkChange, at: Timestamp) -> Done<()> {
    let link = match &change.link {
        LinkRef::Known(link) => *link,
        LinkRef::Of { source, target_connection, target_object } => {
            reserve(write, source, target_connection, target_object)?.link
        }
    };
    store_change(write, link, change)?;
    match &change.fill {
        Some(_) => wake_waiting(write, link, at),
        None => Ok(()),
    }
}

/// A target's number that is known stays, unless it belongs to another target; so does what is not said of agreement.
fn store_change(write: &Write, link: LinkId, change: &LinkChange) -> Done<()> {
    let (target_id, target_number) = match &change.fill {
        Some((id, number)) => (Some(id), number.as_ref()),
        None => (None, None),
    };
    let agreed = change.agreed.as_ref();
    let changed = write
        .sql
        .prepare_cached(
            "update link set target_id = coalesce(?2, target_id),
                 target_number = coalesce(?3, case when coalesce(?2, target_id) = target_id then target_number end),
                 mapped = coalesce(?4, mapped), target_hash = coalesce(?5, target_hash),
                 written_back = coalesce(?6, written_back), fields = coalesce(?7, fields)
             where id = ?1 and tenant = ?8",
        )?
        .execute(params![
            link.0,
            target_id,
            target_number,
            bytes(agreed.and_then(|agreed| agreed.mapped)),
            bytes(agreed.and_then(|agreed| agreed.target)),
            bytes(agreed.and_then(|agreed| agreed.written_back)),
            agreed.and_then(|agreed| agreed.fields.as_ref()),
            write.tenant
        ])?;
    known((changed == 1).then_some(()), "the link of a settlement")
}

fn wake_waiting(write: &mut Write, link: LinkId, at: Timestamp) -> Done<()> {
    let mut find = write.sql.prepare_cached(
        "select a.task from link l join awaited a on a.tenant = l.tenant and a.source_id = l.source_id
             and a.object = l.object and a.connection = l.connection and a.target_connection = l.target_connection
         where l.id = ?1 and (a.target_object is null or a.target_object = l.target_object)
         order by a.task",
    )?;
    for task in all(&mut find, [link.0], |row| Ok(TaskId(row.get(0)?)))? {
        let task = known(moving(write, task)?, "a task that waits for a link")?;
        moved(write, &task, task.standing.linked(at))?;
    }
    Ok(())
}

/// Whether a link with that source side is filled.
pub(super) fn is_filled(write: &Write, side: &LinkSide) -> Done<bool> {
    let mut find = write.sql.prepare_cached(
        "select 1 from link where tenant = ?1 and source_id = ?2 and object = ?3 and connection = ?4
         and target_connection = ?5 and (?6 is null or target_object = ?6) and target_id is not null",
    )?;
    Ok(find.exists(params![
        write.tenant,
        side.source.id,
        side.source.object.as_str(),
        side.source.connection.as_str(),
        side.target_connection.as_str(),
        side.target_object.as_ref().map(ObjectName::as_str)
    ])?)
}

/// Notes that the task waits for a link with that source side.
pub(super) fn wait_for(write: &Write, task: TaskId, side: &LinkSide) -> Done<()> {
    write
        .sql
        .prepare_cached(
            "insert into awaited (task, tenant, connection, object, source_id, target_connection, target_object)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             on conflict do update set connection = excluded.connection, object = excluded.object,
                 source_id = excluded.source_id, target_connection = excluded.target_connection,
                 target_object = excluded.target_object",
        )?
        .execute(params![
            task.0,
            write.tenant,
            side.source.connection.as_str(),
            side.source.object.as_str(),
            side.source.id,
            side.target_connection.as_str(),
            side.target_object.as_ref().map(ObjectName::as_str)
        ])?;
    Ok(())
}
