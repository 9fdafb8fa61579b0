//! Wishes: records to be read at their source soon.
//!
//! A wish is handed out, read and then closed by the ingest of what was read. One that is asked again after it was
//! handed out stays open: what was read may be older than the reason for asking.

use model::record::RecordKey;
use model::{ConnectionName, ObjectName, Timestamp};
use rusqlite::{Connection, params};

use crate::sqlite::commit::Write;
use crate::sqlite::failure::Done;
use crate::sqlite::rows::{all, signed};

/// An open wish.
pub(super) struct Wish {
    pub id: String,
    pub handed: bool,
}

pub(in crate::sqlite) fn wish(write: &Write, key: &RecordKey, at: Timestamp) -> Done<()> {
    write.sql.prepare_cached(
        "insert into wish (tenant, connection, object, source_id, at, handed) values (?1, ?2, ?3, ?4, ?5, 0)
         on conflict do update set handed = 0",
    )?
    .execute(params![write.tenant, key.connection.as_str(), key.object.as_str(), key.id, at.0])?;
    Ok(())
}

/// The oldest wishes.
pub(super) fn open(
    sql: &Connection,
    tenant: i64,
    connection: &ConnectionName,
    object: &ObjectName,
    limit: usize,
) -> Done<Vec<Wish>> {
    let mut find = sql.prepare_cached(
        "select source_id, handed from wish where tenant = ?1 and connection = ?2 and object = ?3
         order by at, source_id limit ?4",
    )?;
    all(&mut find, (tenant, connection.as_str(), object.as_str(), signed(limit as u64)), |row| {
        Ok(Wish { id: row.get(0)?, handed: row.get(1)? })
    })
}

/// The oldest wishes, to be read now.
pub(super) fn hand_out(
    write: &Write,
    connection: &ConnectionName,
    object: &ObjectName,
    limit: usize,
) -> Done<Vec<String>> {
    let wishes = open(write.sql, write.tenant, connection, object, limit)?;
    let mut mark = write.sql.prepare_cached(
        "update wish set handed = 1 where tenant = ?1 and connection = ?2 and object = ?3 and source_id = ?4",
    )?;
    for wish in wishes.iter().filter(|wish| !wish.handed) {
        mark.execute(params![write.tenant, connection.as_str(), object.as_str(), wish.id])?;
    }
    Ok(wishes.into_iter().map(|wish| wish.id).collect())
}

/// Closes the wishes for these ids that were handed out.
pub(super) fn close<'a>(
    write: &Write,
    connection: &ConnectionName,
    object: &ObjectName,
    ids: impl Iterator<Item = &'a str>,
) -> Done<()> {
    let mut delete = write.sql.prepare_cached(
        "delete from wish where tenant = ?1 and connection = ?2 and object = ?3 and source_id = ?4 and handed = 1",
    )?;
    for id in ids {
        delete.execute(params![write.tenant, connection.as_str(), object.as_str(), id])?;
    }
    Ok(())
}
