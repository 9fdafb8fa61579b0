//! Links as they are written: reserved, filled, agreed upon; and what a task waits for.

use contract::store::{LinkChange, LinkRef, Opened};
use model::link::{KnownBy, Referent};
use model::record::RecordKey;
use model::{ConnectionName, LinkId, ObjectName, TaskId, Timestamp};
use rusqlite::{OptionalExtension, params};

use super::{lines, waking};
use crate::sqlite::commit::Write;
use crate::sqlite::failure::Done;
use crate::sqlite::rows::{self, bytes, first, known};

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
pub(in crate::sqlite) fn taken(write: &Write, change: &LinkChange) -> Done<Option<RecordKey>> {
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
pub(in crate::sqlite) fn change(write: &mut Write, change: &LinkChange, at: Timestamp) -> Done<()> {
    let link = match &change.link {
        LinkRef::Known(link) => *link,
        LinkRef::Of { source, target_connection, target_object } => {
            reserve(write, source, target_connection, target_object)?.link
        }
    };
    store_change(write, link, change)?;
    if change.fill.is_some() {
        waking::wake_for_link(write, link, at)?;
    }
    change.lines.iter().try_for_each(|lines| lines::change(write, link, lines, at))
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
                 written_back = coalesce(?6, written_back), fields = coalesce(?7, fields),
                 target_version = coalesce(?9, target_version)
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
            write.tenant,
            agreed.and_then(|agreed| agreed.version)
        ])?;
    known((changed == 1).then_some(()), "the link of a settlement")
}

/// Notes what the task waits for.
pub(super) fn wait_for(write: &Write, task: TaskId, awaited: &Referent) -> Done<()> {
    let line_of = match &awaited.by {
        KnownBy::LineOf(list) => Some(list),
        KnownBy::Id | KnownBy::Number => None,
    };
    write
        .sql
        .prepare_cached(
            "insert into awaited (task, tenant, connection, object, source_id, target_connection, target_object,
                 by_number, line_of)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            task.0,
            write.tenant,
            awaited.of.connection.as_str(),
            awaited.of.object.as_str(),
            awaited.of.id,
            awaited.connection.as_str(),
            awaited.object.as_ref().map(ObjectName::as_str),
            awaited.by == KnownBy::Number,
            line_of
        ])?;
    Ok(())
}
