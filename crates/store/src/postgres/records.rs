//! Records: what came in, cursors and wishes.

mod ingest;
mod open;
mod take;
mod wishes;

use std::collections::BTreeMap;

use async_trait::async_trait;
use contract::store::{Cursor, History, Ingest, Ingested, OpenRecords, Raise, Records, StoreError, Walk};
use futures_util::FutureExt;
use model::attempt::CallRecord;
use model::record::{Record, RecordKey};
use model::{ConnectionName, ObjectName, RecordId, Timestamp};

use super::Postgres;
use super::commit::{Read, Write};
use super::failure::Done;
use super::params::{text, texts};
use super::queue::{Board, Raising, guard, raise};
use super::rows::{self, in_order, place, signed};
use super::session::get;
use super::upkeep::unpacked;

pub(super) use ingest::ingest;
pub(super) use wishes::wish;

/// How many records are raised at a time: a transaction may raise all there are of an object.
const PORTION: usize = 5_000;

#[async_trait]
impl Records for Postgres {
    async fn ingest(&self, ingest: Ingest) -> Result<Ingested, StoreError> {
        self.write(ingest, |write, ingest| {
            async move {
                if let Some(lease) = &ingest.under {
                    guard(write, lease).await?;
                }
                ingest::ingest(write, ingest).await
            }
            .boxed()
        })
        .await
    }

    async fn cursor(
        &self,
        connection: &ConnectionName,
        object: &ObjectName,
        walk: Walk,
    ) -> Result<Option<Cursor>, StoreError> {
        self.ask((connection.clone(), object.clone(), walk), |read, (connection, object, walk)| {
            cursor(read, connection, object, *walk).boxed()
        })
        .await
    }

    async fn find(&self, keys: &[RecordKey]) -> Result<Vec<Option<Record>>, StoreError> {
        self.ask(keys.to_vec(), |read, keys| by_keys(read, keys).boxed()).await
    }

    async fn numbered(&self, keys: &[RecordKey]) -> Result<Vec<Option<Record>>, StoreError> {
        self.ask(keys.to_vec(), |read, keys| by_numbers(read, keys).boxed()).await
    }

    async fn versions(&self, of: &[(RecordId, i64)]) -> Result<Vec<Option<Record>>, StoreError> {
        self.read(of.to_vec(), |read, of| as_of(read, of).boxed()).await
    }

    async fn wish(&self, keys: &[RecordKey], at: Timestamp) -> Result<(), StoreError> {
        self.write((keys.to_vec(), at), |write, (keys, at)| wishes::wish(write, keys, *at).boxed()).await
    }

    async fn wishes(
        &self,
        connection: &ConnectionName,
        object: &ObjectName,
        limit: usize,
    ) -> Result<Vec<String>, StoreError> {
        let about = (connection.clone(), object.clone(), limit);
        let open = self.ask(about.clone(), |read, (connection, object, limit)| {
            wishes::open(&read.sql, read.tenant, connection, object, *limit).boxed()
        });
        let open = open.await?;
        if open.iter().all(|wish| wish.handed) {
            return Ok(open.into_iter().map(|wish| wish.id).collect());
        }
        self.write(about, |write, (connection, object, limit)| {
            wishes::hand_out(write, connection, object, *limit).boxed()
        })
        .await
    }

    async fn open_records(
        &self,
        connection: &ConnectionName,
        object: &ObjectName,
        limit: usize,
    ) -> Result<OpenRecords, StoreError> {
        self.ask((connection.clone(), object.clone(), limit), |read, (connection, object, limit)| {
            open::oldest(read, (connection, object), *limit).boxed()
        })
        .await
    }

    async fn judge(
        &self,
        connection: &ConnectionName,
        object: &ObjectName,
        judged: &[(String, bool)],
        cursor: &Cursor,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let about = (connection.clone(), object.clone(), judged.to_vec(), cursor.clone(), at);
        self.write(about, |write, (connection, object, judged, cursor, at)| {
            async move {
                open::judge(write, (connection, object), judged, *at).await?;
                ingest::move_cursor(write, (connection, object), Walk::Open, cursor).await
            }
            .boxed()
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
        let about = (connection.clone(), object.clone(), after, limit);
        self.ask(about, |read, (connection, object, after, limit)| {
            async move {
                let of = open::stored(read, (connection, object), *after, *limit).await?;
                Ok(as_of(read, &of).await?.into_iter().flatten().collect())
            }
            .boxed()
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
        let about = (connection.clone(), object.clone(), keys.to_vec(), raise.clone(), again, at);
        self.write(about, |write, (connection, object, keys, raise, again, at)| {
            async move {
                let records = match keys.is_empty() {
                    true => of_object(write, connection, object).await?,
                    false => of_keys(write, connection, object, keys).await?,
                };
                raise_each(write, &records, raise, *again, *at).await
            }
            .boxed()
        })
        .await
    }
}

async fn cursor(
    read: &Read,
    connection: &ConnectionName,
    object: &ObjectName,
    walk: Walk,
) -> Done<Option<Cursor>> {
    read.sql
        .first(
            r#"select "from", "to", after, finished from cursor
               where tenant = $1 and connection = $2 and object = $3 and walk = $4"#,
            &[&read.tenant, &text(connection.as_str()), &text(object.as_str()), &walk.name()],
            |row| {
                Ok(Cursor {
                    from: Timestamp(get(row, 0)?),
                    to: Timestamp(get(row, 1)?),
                    after: get(row, 2)?,
                    finished: get(row, 3)?,
                })
            },
        )
        .await
}

async fn by_keys(read: &Read, keys: &[RecordKey]) -> Done<Vec<Option<Record>>> {
    let statement = format!(
        "select {}, n.place
         from unnest($2::text[], $3::text[], $4::text[]) with ordinality n (connection, object, source_id, place)
         join record r on r.tenant = $1 and r.source_id = n.source_id and r.object = n.object
             and r.connection = n.connection
         join revision v on v.record = r.id and v.revision = r.revision",
        rows::RECORD
    );
    found(read, &statement, keys).await
}

/// The first of each number, void ones last.
async fn by_numbers(read: &Read, keys: &[RecordKey]) -> Done<Vec<Option<Record>>> {
    let statement = format!(
        "select {}, n.place
         from unnest($2::text[], $3::text[], $4::text[]) with ordinality n (connection, object, number, place)
         cross join lateral (
             select * from record where tenant = $1 and left(number, 200) = left(n.number, 200)
                 and number = n.number and object = n.object and connection = n.connection
             order by void, id limit 1
         ) r
         join revision v on v.record = r.id and v.revision = r.revision",
        rows::RECORD
    );
    found(read, &statement, keys).await
}

/// What the statement gives for keys, in order.
async fn found(read: &Read, statement: &str, keys: &[RecordKey]) -> Done<Vec<Option<Record>>> {
    let found = read
        .sql
        .all(
            statement,
            &[
                &read.tenant,
                &texts(keys.iter().map(|key| key.connection.as_str())),
                &texts(keys.iter().map(|key| key.object.as_str())),
                &texts(keys.iter().map(|key| key.id.as_str())),
            ],
            |row| Ok((place(row, 11)?, rows::record(row, 0)?)),
        )
        .await?;
    Ok(in_order(keys.len(), found))
}

/// The records as of revisions.
async fn as_of(read: &Read, of: &[(RecordId, i64)]) -> Done<Vec<Option<Record>>> {
    let statement = format!(
        "select {}, n.place from unnest($2::bigint[], $3::bigint[]) with ordinality n (record, revision, place)
         join record r on r.id = n.record and r.tenant = $1
         join revision v on v.record = r.id and v.revision = n.revision",
        rows::RECORD
    );
    let records: Vec<i64> = of.iter().map(|(record, _)| record.0).collect();
    let revisions: Vec<i64> = of.iter().map(|(_, revision)| *revision).collect();
    let found = read
        .sql
        .all(&statement, &[&read.tenant, &records, &revisions], |row| {
            Ok((place(row, 11)?, rows::record(row, 0)?))
        })
        .await?;
    unpacked(read, in_order(of.len(), found)).await
}

type Revision = (RecordId, i64);

async fn of_object(write: &Write, connection: &ConnectionName, object: &ObjectName) -> Done<Vec<Revision>> {
    write
        .sql
        .all(
            "select id, revision from record where tenant = $1 and connection = $2 and object = $3 order by id",
            &[&write.tenant, &text(connection.as_str()), &text(object.as_str())],
            |row| Ok((RecordId(get(row, 0)?), get(row, 1)?)),
        )
        .await
}

/// In the order of the keys; a key that is named twice is raised twice.
async fn of_keys(
    write: &Write,
    connection: &ConnectionName,
    object: &ObjectName,
    keys: &[String],
) -> Done<Vec<Revision>> {
    write
        .sql
        .all(
            "select r.id, r.revision from unnest($4::text[]) with ordinality n (source_id, place)
             join record r on r.tenant = $1 and r.source_id = n.source_id and r.object = $3 and r.connection = $2
             order by n.place",
            &[
                &write.tenant,
                &text(connection.as_str()),
                &text(object.as_str()),
                &texts(keys.iter().map(String::as_str)),
            ],
            |row| Ok((RecordId(get(row, 0)?), get(row, 1)?)),
        )
        .await
}

async fn raise_each(
    write: &mut Write,
    records: &[Revision],
    what: &Raise,
    again: bool,
    at: Timestamp,
) -> Done<u64> {
    let mut count = 0;
    for portion in records.chunks(PORTION) {
        let ids: Vec<RecordId> = portion.iter().map(|(record, _)| *record).collect();
        let mut board = Board::of_raises(write, &ids, std::slice::from_ref(what)).await?;
        for (record, revision) in portion.iter().copied() {
            count += u64::from(raise(&mut board, Raising { record, revision, raise: what, at, again }));
        }
        board.store(write).await?;
    }
    Ok(count)
}

/// Takes up what existed of an object before a flow.
pub(super) async fn take_up(write: &mut Write, history: &History, at: Timestamp) -> Done<()> {
    let History { connection, object, raise, read_again } = history;
    let records = of_object(write, connection, object).await?;
    raise_each(write, &records, raise, false, at).await?;
    match read_again {
        true => {
            ingest::move_cursor(write, (connection, object), Walk::History, &History::beginning(at)).await
        }
        false => Ok(()),
    }
}

/// Stores calls; their rows by their numbers.
pub(super) async fn store_calls(write: &Write, calls: &[CallRecord]) -> Done<BTreeMap<u64, i64>> {
    if calls.is_empty() {
        return Ok(BTreeMap::new());
    }
    let words = |of: fn(&CallRecord) -> &str| texts(calls.iter().map(of));
    let numbers = |of: fn(&CallRecord) -> i64| -> Vec<i64> { calls.iter().map(of).collect() };
    let statuses: Vec<Option<i64>> = calls.iter().map(|call| call.status.map(i64::from)).collect();
    let mut ids = write
        .sql
        .all(
            "insert into call (tenant, number, connection, operation, method, url, sent, took_ms, status, request,
                 response)
             select $1, number, connection, operation, method, url, sent, took_ms, status, request, response
             from unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[],
                 $9::bigint[], $10::text[], $11::text[]) with ordinality
                 n (number, connection, operation, method, url, sent, took_ms, status, request, response, place)
             order by place returning id",
            &[
                &write.tenant,
                &numbers(|call| signed(call.number)),
                &words(|call| call.connection.as_str()),
                &words(|call| &call.operation),
                &words(|call| &call.method),
                &words(|call| &call.url),
                &numbers(|call| call.sent.0),
                &numbers(|call| signed(call.took_ms)),
                &statuses,
                &words(|call| &call.request),
                &words(|call| &call.response),
            ],
            |row| get::<i64>(row, 0),
        )
        .await?;
    // They are given out in the order of the rows.
    ids.sort_unstable();
    Ok(calls.iter().map(|call| call.number).zip(ids).collect())
}
