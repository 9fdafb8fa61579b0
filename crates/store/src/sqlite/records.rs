//! Records: what came in, cursors and wishes.

mod ingest;
mod open;
mod wishes;

use std::collections::BTreeMap;

use async_trait::async_trait;
use contract::store::{Cursor, History, Ingest, Ingested, OpenRecords, Raise, Records, StoreError, Walk};
use model::attempt::CallRecord;
use model::record::{Record, RecordKey};
use model::{ConnectionName, ObjectName, RecordId, Timestamp};
use rusqlite::{Connection, params};

use super::Sqlite;
use super::commit::Write;
use super::failure::Done;
use super::queue::{Raising, guard, raise};
use super::rows::{self, all, first, signed};
use super::upkeep::unpacked;

pub(super) use ingest::ingest;
pub(super) use wishes::wish;

#[async_trait]
impl Records for Sqlite {
    async fn ingest(&self, ingest: Ingest) -> Result<Ingested, StoreError> {
        self.write(move |write| {
            if let Some(lease) = &ingest.under {
                guard(write, lease)?;
            }
            ingest::ingest(write, &ingest)
        })
        .await
    }

    async fn cursor(
        &self,
        connection: &ConnectionName,
        object: &ObjectName,
        walk: Walk,
    ) -> Result<Option<Cursor>, StoreError> {
        let (connection, object) = (connection.clone(), object.clone());
        self.read(move |sql, tenant| cursor(sql, tenant, &connection, &object, walk)).await
    }

    async fn find(&self, keys: &[RecordKey]) -> Result<Vec<Option<Record>>, StoreError> {
        let keys = keys.to_vec();
        self.read(move |sql, tenant| keys.iter().map(|key| by_key(sql, tenant, key)).collect()).await
    }

    async fn numbered(&self, keys: &[RecordKey]) -> Result<Vec<Option<Record>>, StoreError> {
        let keys = keys.to_vec();
        self.read(move |sql, tenant| keys.iter().map(|key| by_number(sql, tenant, key)).collect()).await
    }

    async fn versions(&self, of: &[(RecordId, i64)]) -> Result<Vec<Option<Record>>, StoreError> {
        let of = of.to_vec();
        self.read(move |sql, tenant| of.iter().map(|of| as_of(sql, tenant, *of)).collect()).await
    }

    async fn wish(&self, keys: &[RecordKey], at: Timestamp) -> Result<(), StoreError> {
        let keys = keys.to_vec();
        self.write(move |write| keys.iter().try_for_each(|key| wishes::wish(write, key, at))).await
    }

    async fn wishes(
        &self,
        connection: &ConnectionName,
        object: &ObjectName,
        limit: usize,
    ) -> Result<Vec<String>, StoreError> {
        let (connection, object) = (connection.clone(), object.clone());
        let asked = (connection.clone(), object.clone());
        let open = self.read(move |sql, tenant| wishes::open(sql, tenant, &asked.0, &asked.1, limit)).await?;
        if open.iter().all(|wish| wish.handed) {
            return Ok(open.into_iter().map(|wish| wish.id).collect());
        }
        self.write(move |write| wishes::hand_out(write, &connection, &object, limit)).await
    }

    async fn open_records(
        &self,
        connection: &ConnectionName,
        object: &ObjectName,
        limit: usize,
    ) -> Result<OpenRecords, StoreError> {
        let (connection, object) = (connection.clone(), object.clone());
        self.read(move |sql, tenant| open::oldest(sql, tenant, &connection, &object, limit)).await
    }

    async fn judge(
        &self,
        connection: &ConnectionName,
        object: &ObjectName,
        judged: &[(String, bool)],
        cursor: &Cursor,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let (connection, object) = (connection.clone(), object.clone());
        let (judged, cursor) = (judged.to_vec(), cursor.clone());
        self.write(move |write| {
            for (id, is_open) in &judged {
                open::judge(write, &RecordKey::new(&connection, &object, id.as_str()), *is_open, at)?;
            }
            ingest::move_cursor(write, &connection, &object, Walk::Open, &cursor)
        })
        .await
    }

    async fn stored(
        &self,
        connection: &ConnectionName,
        object: &ObjectName,
        after: RecordId,
        limit: usize,
    ) -> Result<Vec<Record>, StoreError> {
        let (connection, object) = (connection.clone(), object.clone());
        self.read(move |sql, tenant| {
            let page = open::stored(sql, tenant, &connection, &object, after, limit)?;
            let records = page.into_iter().map(|of| as_of(sql, tenant, of));
            records.filter_map(Result::transpose).collect()
        })
        .await
    }

    async fn raise(
        &self,
        connection: &ConnectionName,
        object: &ObjectName,
        keys: &[String],
        raise: &Raise,
        again: bool,
        at: Timestamp,
    ) -> Result<u64, StoreError> {
        let (connection, object, keys, raise) =
            (connection.clone(), object.clone(), keys.to_vec(), raise.clone());
        self.write(move |write| {
            let records = match keys.is_empty() {
                true => of_object(write, &connection, &object)?,
                false => of_keys(write, &connection, &object, &keys)?,
            };
            raise_each(write, records, &raise, again, at)
        })
        .await
    }
}

fn cursor(
    sql: &Connection,
    tenant: i64,
    connection: &ConnectionName,
    object: &ObjectName,
    walk: Walk,
) -> Done<Option<Cursor>> {
    let mut find = sql.prepare_cached(
        r#"select "from", "to", after, finished from cursor
           where tenant = ?1 and connection = ?2 and object = ?3 and walk = ?4"#,
    )?;
    first(&mut find, (tenant, connection.as_str(), object.as_str(), walk.name()), |row| {
        Ok(Cursor {
            from: Timestamp(row.get(0)?),
            to: Timestamp(row.get(1)?),
            after: row.get(2)?,
            finished: row.get(3)?,
        })
    })
}

pub(super) fn by_key(sql: &Connection, tenant: i64, key: &RecordKey) -> Done<Option<Record>> {
    match rows::record_id(sql, tenant, key)? {
        Some(of) => as_of(sql, tenant, of),
        None => Ok(None),
    }
}

fn by_number(sql: &Connection, tenant: i64, key: &RecordKey) -> Done<Option<Record>> {
    let mut find = sql.prepare_cached(
        "select id, revision from record where tenant = ?1 and number = ?2 and object = ?3 and connection = ?4
         order by void, id limit 1",
    )?;
    let params = (tenant, &key.id, key.object.as_str(), key.connection.as_str());
    match first(&mut find, params, |row| Ok((RecordId(row.get(0)?), row.get(1)?)))? {
        Some(of) => as_of(sql, tenant, of),
        None => Ok(None),
    }
}

/// The record as of a revision.
pub(super) fn as_of(
    sql: &Connection,
    tenant: i64,
    (record, revision): (RecordId, i64),
) -> Done<Option<Record>> {
    let mut find = sql.prepare_cached(&format!(
        "select {} from record r join revision v on v.record = r.id
         where r.id = ?1 and v.revision = ?2 and r.tenant = ?3",
        rows::RECORD
    ))?;
    let found = first(&mut find, (record.0, revision, tenant), |row| rows::record(row, 0))?;
    match found {
        // No body is empty: this one is packed.
        Some(found) if found.body.is_empty() => {
            Ok(Some(Record { body: unpacked(sql, record, revision)?, ..found }))
        }
        found => Ok(found),
    }
}

type Revision = (RecordId, i64);

fn of_object(write: &Write, connection: &ConnectionName, object: &ObjectName) -> Done<Vec<Revision>> {
    let mut find = write.sql.prepare_cached(
        "select id, revision from record where tenant = ?1 and connection = ?2 and object = ?3 order by id",
    )?;
    all(&mut find, (write.tenant, connection.as_str(), object.as_str()), |row| {
        Ok((RecordId(row.get(0)?), row.get(1)?))
    })
}

fn of_keys(
    write: &Write,
    connection: &ConnectionName,
    object: &ObjectName,
    keys: &[String],
) -> Done<Vec<Revision>> {
    let keys = keys.iter().map(|id| RecordKey::new(connection, object, id));
    keys.filter_map(|key| rows::record_id(write.sql, write.tenant, &key).transpose()).collect()
}

fn raise_each(
    write: &mut Write,
    records: Vec<Revision>,
    what: &Raise,
    again: bool,
    at: Timestamp,
) -> Done<u64> {
    let mut count = 0;
    for (record, revision) in records {
        count += u64::from(raise(write, Raising { record, revision, raise: what, at, again })?);
    }
    Ok(count)
}

/// Takes up what existed of an object before a flow.
pub(super) fn take_up(write: &mut Write, history: &History, at: Timestamp) -> Done<()> {
    let History { connection, object, raise, read_again } = history;
    let records = of_object(write, connection, object)?;
    raise_each(write, records, raise, false, at)?;
    match read_again {
        true => ingest::move_cursor(write, connection, object, Walk::History, &History::beginning(at)),
        false => Ok(()),
    }
}

/// Stores calls; their rows by their numbers.
pub(super) fn store_calls(write: &Write, calls: &[CallRecord]) -> Done<BTreeMap<u64, i64>> {
    let mut insert = write.sql.prepare_cached(
        "insert into call (tenant, number, connection, operation, method, url, sent, took_ms, status, request,
             response)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?;
    let mut rows = BTreeMap::new();
    for call in calls {
        insert.execute(params![
            write.tenant,
            signed(call.number),
            call.connection.as_str(),
            call.operation,
            call.method,
            call.url,
            call.sent.0,
            signed(call.took_ms),
            call.status,
            call.request,
            call.response
        ])?;
        rows.insert(call.number, write.sql.last_insert_rowid());
    }
    Ok(rows)
}
