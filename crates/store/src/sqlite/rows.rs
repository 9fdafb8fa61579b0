//! Rows as nouns, and the column lists that go with them.

use model::attempt::CallRecord;
use model::intent::Intent;
use model::link::{Agreed, Link};
use model::record::{Record, RecordKey};
use model::task::Task;
use model::{ConnectionName, FlowName, Hash, LinkId, ObjectName, RecordId, TaskId, Timestamp};
use rusqlite::{CachedStatement, Connection, OptionalExtension, Params, Row};

use super::failure::{Done, Failure};
use crate::codec::{cause_of_text, hash_of_bytes, kind_of_code, read, state_of_code};
use crate::transition::Standing;

/// Of `task t left join task_cause c on c.task = t.id`.
pub(crate) const TASK: &str = "t.id, t.flow, t.record, t.kind, t.state, t.want, t.done, t.tries, t.due, t.open, t.awaits, t.as_of, c.cause";

pub(crate) fn task(row: &Row) -> Done<Task> {
    let cause: Option<String> = row.get(12)?;
    let standing = standing(row, 4)?;
    Ok(Task {
        id: TaskId(row.get(0)?),
        flow: FlowName::new(row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?),
        record: RecordId(row.get(2)?),
        kind: known(kind_of_code(row.get(3)?), "a task's kind")?,
        state: standing.state,
        cause: cause.map(|text| known(cause_of_text(&text), "a task's cause")).transpose()?,
        want: standing.want,
        done: standing.done,
        tries: standing.tries,
        due: standing.due,
        as_of: standing.as_of,
    })
}

/// `state, want, done, tries, due, open, awaits, as_of`, from that column on.
pub(crate) fn standing(row: &Row, at: usize) -> Done<Standing> {
    Ok(Standing {
        state: known(state_of_code(row.get(at)?), "a task's state")?,
        want: row.get(at + 1)?,
        done: row.get(at + 2)?,
        tries: row.get(at + 3)?,
        due: Timestamp(row.get(at + 4)?),
        open: row.get(at + 5)?,
        awaits: row.get(at + 6)?,
        as_of: row.get::<_, Option<i64>>(at + 7)?.map(Timestamp),
    })
}

/// Of `record r join revision v on v.record = r.id`: the record as of that revision.
pub(crate) const RECORD: &str = "r.id, r.connection, r.object, r.source_id, v.number, v.name, v.version, v.revision, v.hash, v.void, v.body";

/// The record's columns from that one on.
pub(crate) fn record(row: &Row, at: usize) -> Done<Record> {
    Ok(Record {
        id: RecordId(row.get(at)?),
        key: RecordKey {
            connection: ConnectionName::new(text(row, at + 1)?),
            object: ObjectName::new(text(row, at + 2)?),
            id: row.get(at + 3)?,
        },
        number: row.get(at + 4)?,
        name: row.get(at + 5)?,
        version: row.get(at + 6)?,
        revision: row.get(at + 7)?,
        hash: known(hash(row, at + 8)?, "a record's hash")?,
        void: row.get(at + 9)?,
        body: row.get(at + 10)?,
    })
}

/// Of `intent i`.
pub(crate) const INTENT: &str = "i.task, i.link, i.step, i.key, i.revision, i.sent";

/// The intent's columns from that one on; `None` where a left join found none.
pub(crate) fn intent(row: &Row, at: usize) -> Done<Option<Intent>> {
    let Some(task) = row.get::<_, Option<i64>>(at)? else { return Ok(None) };
    Ok(Some(Intent {
        task: TaskId(task),
        link: LinkId(row.get(at + 1)?),
        step: known(read(text(row, at + 2)?), "an intent's step")?,
        key: known(read(text(row, at + 3)?), "an intent's key")?,
        revision: row.get(at + 4)?,
        sent: Timestamp(row.get(at + 5)?),
    }))
}

/// Of `link`.
pub(crate) const LINK: &str = "id, connection, object, source_id, target_connection, target_object, target_id, \
     target_number, mapped, target_hash, written_back, fields, target_version";

/// The same of `link l`, beside other tables.
pub(crate) const LINK_BESIDE: &str = "l.id, l.connection, l.object, l.source_id, l.target_connection, l.target_object, \
     l.target_id, l.target_number, l.mapped, l.target_hash, l.written_back, l.fields, l.target_version";

/// How many columns these are.
pub(crate) const LINK_COLUMNS: usize = 13;

pub(crate) fn link(row: &Row) -> Done<Link> {
    Ok(Link {
        id: LinkId(row.get(0)?),
        source: key(row, 1)?,
        target_connection: ConnectionName::new(text(row, 4)?),
        target_object: ObjectName::new(text(row, 5)?),
        target_id: row.get(6)?,
        target_number: row.get(7)?,
        agreed: Agreed {
            mapped: hash(row, 8)?,
            target: hash(row, 9)?,
            written_back: hash(row, 10)?,
            fields: row.get(11)?,
            version: row.get(12)?,
        },
    })
}

/// `connection, object, source_id`, from that column on.
pub(crate) fn key(row: &Row, at: usize) -> Done<RecordKey> {
    Ok(RecordKey {
        connection: ConnectionName::new(text(row, at)?),
        object: ObjectName::new(text(row, at + 1)?),
        id: row.get(at + 2)?,
    })
}

/// Of `call l`.
pub(crate) const CALL: &str = "l.number, l.connection, l.operation, l.method, l.url, l.sent, l.took_ms, l.status, l.request, l.response";

pub(crate) fn call(row: &Row) -> Done<CallRecord> {
    Ok(CallRecord {
        number: unsigned(row.get(0)?),
        connection: ConnectionName::new(text(row, 1)?),
        operation: row.get(2)?,
        method: row.get(3)?,
        url: row.get(4)?,
        sent: Timestamp(row.get(5)?),
        took_ms: unsigned(row.get(6)?),
        status: row.get(7)?,
        request: row.get(8)?,
        response: row.get(9)?,
    })
}

/// Counts and numbers are stored as signed numbers and never negative.
pub(crate) fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

/// The signed number that an unsigned one is stored as.
pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(crate) fn text<'r>(row: &'r Row, at: usize) -> Done<&'r str> {
    Ok(row.get_ref(at)?.as_str().map_err(rusqlite::Error::from)?)
}

pub(crate) fn hash(row: &Row, at: usize) -> Done<Option<Hash>> {
    match row.get_ref(at)?.as_blob_or_null().map_err(rusqlite::Error::from)? {
        Some(bytes) => known(hash_of_bytes(bytes), "a hash").map(Some),
        None => Ok(None),
    }
}

pub(crate) fn bytes(hash: Option<Hash>) -> Option<[u8; 16]> {
    hash.map(Hash::to_bytes)
}

/// A stored value that can be read; that it cannot means that the database was written by something else.
pub(crate) fn known<T>(value: Option<T>, what: &str) -> Done<T> {
    value.ok_or_else(|| Failure::broken(format!("{what} cannot be read")))
}

/// The first row of an answer.
pub(crate) fn first<T>(
    statement: &mut CachedStatement,
    params: impl Params,
    read: impl FnOnce(&Row) -> Done<T>,
) -> Done<Option<T>> {
    let mut rows = statement.query(params)?;
    rows.next()?.map(read).transpose()
}

/// All rows of an answer.
pub(crate) fn all<T>(
    statement: &mut CachedStatement,
    params: impl Params,
    read: impl FnMut(&Row) -> Done<T>,
) -> Done<Vec<T>> {
    statement.query_and_then(params, read)?.collect()
}

/// The id and the newest revision of the record with that key.
pub(crate) fn record_id(sql: &Connection, tenant: i64, key: &RecordKey) -> Done<Option<(RecordId, i64)>> {
    let mut find = sql.prepare_cached(
        "select id, revision from record where tenant = ?1 and source_id = ?2 and object = ?3 and connection = ?4",
    )?;
    let params = (tenant, &key.id, key.object.as_str(), key.connection.as_str());
    Ok(find.query_row(params, |row| Ok((RecordId(row.get(0)?), row.get(1)?))).optional()?)
}
