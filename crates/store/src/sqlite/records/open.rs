//! Open records: which they are, and when each was read last.

use contract::store::OpenRecords;
use model::record::RecordKey;
use model::{ConnectionName, ObjectName, RecordId, Timestamp};
use rusqlite::{Connection, params};

use crate::sqlite::commit::Write;
use crate::sqlite::failure::Done;
use crate::sqlite::rows::{all, signed, unsigned};

/// The record was read: it is open, or is so no longer.
pub(super) fn read(write: &Write, key: &RecordKey, is_open: bool, at: Timestamp) -> Done<()> {
    if !is_open {
        return leave(write, key);
    }
    write
        .sql
        .prepare_cached(
            "insert into open_record (tenant, connection, object, source_id, read_at, missing)
             values (?1, ?2, ?3, ?4, ?5, 0)
             on conflict do update set read_at = excluded.read_at, missing = 0",
        )?
        .execute(params![write.tenant, key.connection.as_str(), key.object.as_str(), key.id, at.0])?;
    Ok(())
}

/// The record was not read, only looked at again.
pub(super) fn judge(write: &Write, key: &RecordKey, is_open: bool, at: Timestamp) -> Done<()> {
    if !is_open {
        return leave(write, key);
    }
    write
        .sql
        .prepare_cached(
            "insert into open_record (tenant, connection, object, source_id, read_at, missing)
             values (?1, ?2, ?3, ?4, ?5, 0) on conflict do nothing",
        )?
        .execute(params![write.tenant, key.connection.as_str(), key.object.as_str(), key.id, at.0])?;
    Ok(())
}

/// The source does not have it. One answer proves little, so it is asked for once more.
pub(super) fn absent(write: &Write, key: &RecordKey, at: Timestamp) -> Done<()> {
    let whose = params![write.tenant, key.connection.as_str(), key.object.as_str(), key.id, at.0];
    let gone = write
        .sql
        .prepare_cached(
            "delete from open_record where tenant = ?1 and connection = ?2 and object = ?3 and source_id = ?4
                 and missing = 1 and read_at < ?5",
        )?
        .execute(whose)?;
    if gone == 0 {
        write
            .sql
            .prepare_cached(
                "update open_record set missing = 1, read_at = ?5
                 where tenant = ?1 and connection = ?2 and object = ?3 and source_id = ?4",
            )?
            .execute(whose)?;
    }
    Ok(())
}

fn leave(write: &Write, key: &RecordKey) -> Done<()> {
    write
        .sql
        .prepare_cached(
            "delete from open_record where tenant = ?1 and connection = ?2 and object = ?3 and source_id = ?4",
        )?
        .execute(params![write.tenant, key.connection.as_str(), key.object.as_str(), key.id])?;
    Ok(())
}

pub(super) fn oldest(
    sql: &Connection,
    tenant: i64,
    connection: &ConnectionName,
    object: &ObjectName,
    limit: usize,
) -> Done<OpenRecords> {
    let mut count = sql.prepare_cached(
        "select count(*) from open_record where tenant = ?1 and connection = ?2 and object = ?3",
    )?;
    let mut find = sql.prepare_cached(
        "select source_id, read_at from open_record where tenant = ?1 and connection = ?2 and object = ?3
         order by read_at, source_id limit ?4",
    )?;
    let of = (tenant, connection.as_str(), object.as_str());
    let limit = signed(limit as u64);
    let oldest = all(&mut find, (of.0, of.1, of.2, limit), |row| Ok((row.get(0)?, Timestamp(row.get(1)?))))?;
    Ok(OpenRecords { count: unsigned(count.query_row(of, |row| row.get(0))?), oldest })
}

/// Records of the object behind that one, each with its newest revision.
pub(super) fn stored(
    sql: &Connection,
    tenant: i64,
    connection: &ConnectionName,
    object: &ObjectName,
    after: RecordId,
    limit: usize,
) -> Done<Vec<(RecordId, i64)>> {
    let mut find = sql.prepare_cached(
        "select id, revision from record where tenant = ?1 and connection = ?2 and object = ?3 and id > ?4
         order by id limit ?5",
    )?;
    let limit = signed(limit as u64);
    all(&mut find, (tenant, connection.as_str(), object.as_str(), after.0, limit), |row| {
        Ok((RecordId(row.get(0)?), row.get(1)?))
    })
}
