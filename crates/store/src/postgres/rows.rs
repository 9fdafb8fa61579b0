//! Rows as nouns, and the column lists that go with them.

use model::attempt::CallRecord;
use model::intent::Intent;
use model::link::{Agreed, Link};
use model::record::{Record, RecordKey};
use model::task::Task;
use model::{ConnectionName, FlowName, Hash, LinkId, ObjectName, RecordId, TaskId, Timestamp};
use tokio_postgres::Row;

use super::failure::{Done, Failure};
use super::session::get;
use crate::codec::{cause_of_text, hash_of_bytes, kind_of_code, read, state_of_code};
use crate::transition::Standing;

/// Of `task t left join task_cause c on c.task = t.id`.
pub(crate) const TASK: &str = "t.id, t.flow, t.record, t.kind, t.state, t.want, t.done, t.tries, t.due, t.open, t.awaits, t.as_of, c.cause";

pub(crate) fn task(row: &Row) -> Done<Task> {
    let standing = standing(row, 4)?;
    Ok(Task {
        id: TaskId(get(row, 0)?),
        flow: FlowName::new(get::<&str>(row, 1)?),
        record: RecordId(get(row, 2)?),
        kind: known(kind_of_code(get(row, 3)?), "a task's kind")?,
        state: standing.state,
        cause: get::<Option<&str>>(row, 12)?
            .map(|text| known(cause_of_text(text), "a task's cause"))
            .transpose()?,
        want: standing.want,
        done: standing.done,
        tries: standing.tries,
        due: standing.due,
        as_of: standing.as_of,
    })
}

/// `state, want, done, tries, due, open, awaits`, from that column on.
pub(crate) fn standing(row: &Row, at: usize) -> Done<Standing> {
    Ok(Standing {
        state: known(state_of_code(get(row, at)?), "a task's state")?,
        want: get(row, at + 1)?,
        done: get(row, at + 2)?,
        tries: known(u32::try_from(get::<i64>(row, at + 3)?).ok(), "a task's tries")?,
        due: Timestamp(get(row, at + 4)?),
        open: get(row, at + 5)?,
        awaits: get(row, at + 6)?,
        as_of: get::<Option<i64>>(row, at + 7)?.map(Timestamp),
    })
}

/// Of `record r join revision v on v.record = r.id`: the record as of that revision.
pub(crate) const RECORD: &str = "r.id, r.connection, r.object, r.source_id, v.number, v.name, v.version, v.revision, v.hash, v.void, v.body";

/// The record's columns from that one on.
pub(crate) fn record(row: &Row, at: usize) -> Done<Record> {
    Ok(Record {
        id: RecordId(get(row, at)?),
        key: key(row, at + 1)?,
        number: get(row, at + 4)?,
        name: get(row, at + 5)?,
        version: get(row, at + 6)?,
        revision: get(row, at + 7)?,
        hash: known(hash(row, at + 8)?, "a record's hash")?,
        void: get(row, at + 9)?,
        body: get(row, at + 10)?,
    })
}

/// Of `intent i`.
pub(crate) const INTENT: &str = "i.task, i.link, i.step, i.key, i.revision, i.sent";

/// The intent's columns from that one on; `None` where a left join found none.
pub(crate) fn intent(row: &Row, at: usize) -> Done<Option<Intent>> {
    let Some(task) = get::<Option<i64>>(row, at)? else { return Ok(None) };
    Ok(Some(Intent {
        task: TaskId(task),
        link: LinkId(get(row, at + 1)?),
        step: known(read(get(row, at + 2)?), "an intent's step")?,
        key: known(read(get(row, at + 3)?), "an intent's key")?,
        revision: get(row, at + 4)?,
        sent: Timestamp(get(row, at + 5)?),
    }))
}

/// Of `link l`.
pub(crate) const LINK: &str = "l.id, l.connection, l.object, l.source_id, l.target_connection, l.target_object, \
     l.target_id, l.target_number, l.mapped, l.target_hash, l.written_back, l.fields, l.target_version";

/// How many columns these are.
pub(crate) const LINK_COLUMNS: usize = 13;

/// The link's columns from the first on.
pub(crate) fn link(row: &Row) -> Done<Link> {
    Ok(Link {
        id: LinkId(get(row, 0)?),
        source: key(row, 1)?,
        target_connection: ConnectionName::new(get::<&str>(row, 4)?),
        target_object: ObjectName::new(get::<&str>(row, 5)?),
        target_id: get(row, 6)?,
        target_number: get(row, 7)?,
        agreed: Agreed {
            mapped: hash(row, 8)?,
            target: hash(row, 9)?,
            written_back: hash(row, 10)?,
            fields: get(row, 11)?,
            version: get(row, 12)?,
        },
    })
}

/// `connection, object, source_id`, from that column on.
pub(crate) fn key(row: &Row, at: usize) -> Done<RecordKey> {
    Ok(RecordKey {
        connection: ConnectionName::new(get::<&str>(row, at)?),
        object: ObjectName::new(get::<&str>(row, at + 1)?),
        id: get(row, at + 2)?,
    })
}

/// Of `call l`.
pub(crate) const CALL: &str = "l.number, l.connection, l.operation, l.method, l.url, l.sent, l.took_ms, l.status, l.request, l.response";

/// The call's columns from that one on.
pub(crate) fn call(row: &Row, at: usize) -> Done<CallRecord> {
    Ok(CallRecord {
        number: unsigned(get(row, at)?),
        connection: ConnectionName::new(get::<&str>(row, at + 1)?),
        operation: get(row, at + 2)?,
        method: get(row, at + 3)?,
        url: get(row, at + 4)?,
        sent: Timestamp(get(row, at + 5)?),
        took_ms: unsigned(get(row, at + 6)?),
        status: get::<Option<i64>>(row, at + 7)?.and_then(|status| u16::try_from(status).ok()),
        request: get(row, at + 8)?,
        response: get(row, at + 9)?,
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

pub(crate) fn hash(row: &Row, at: usize) -> Done<Option<Hash>> {
    get::<Option<&[u8]>>(row, at)?.map(|bytes| known(hash_of_bytes(bytes), "a hash")).transpose()
}

/// A stored value that can be read; that it cannot means that the database was written by something else.
pub(crate) fn known<T>(value: Option<T>, what: &str) -> Done<T> {
    value.ok_or_else(|| Failure::broken(format!("{what} cannot be read")))
}

/// What was found, put in the order of what was asked for; an answer names its question by number.
pub(crate) fn in_order<T>(asked: usize, found: Vec<(usize, T)>) -> Vec<Option<T>> {
    let mut ordered: Vec<Option<T>> = (0..asked).map(|_| None).collect();
    for (place, value) in found {
        if let Some(slot) = ordered.get_mut(place) {
            *slot = Some(value);
        }
    }
    ordered
}

/// The number of the question, counted from 1 by `with ordinality`.
pub(crate) fn place(row: &Row, at: usize) -> Done<usize> {
    known(usize::try_from(get::<i64>(row, at)? - 1).ok(), "a row's place")
}
