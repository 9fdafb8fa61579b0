//! Taking in what was read: history, the new revision, the tasks it raises, wishes and the cursor, in one transaction.
//!
//! Overlapping windows read the same record again and again. One that came exactly as it is known leaves no trace but
//! the cursor's move, so that re-reading costs nothing but the reading.

use contract::store::{Cursor, Incoming, Ingest, Ingested, Reading, StoreError, Walk};
use model::record::RecordKey;
use model::{ConnectionName, Hash, ObjectName, RecordId};
use rusqlite::params;

use super::{open, store_calls, wishes};
use crate::sqlite::commit::Write;
use crate::sqlite::config::refuse_outdated;
use crate::sqlite::failure::Done;
use crate::sqlite::queue::{Raising, raise, wake_skipped_beside};
use crate::sqlite::rows::{self, first, known};

/// A record as it is known before.
struct Known {
    id: RecordId,
    version: Option<i64>,
    revision: i64,
    hash: Hash,
    void: bool,
    /// What the source said, where a person edited the copy since.
    read: Option<Hash>,
}

impl Known {
    fn is_same(&self, reading: Reading, incoming: &Incoming) -> bool {
        crate::edited::is_same((self.hash, self.void, self.version, self.read), reading, incoming)
    }
}

pub(in crate::sqlite) fn ingest(write: &mut Write, ingest: &Ingest) -> Done<Ingested> {
    refuse_outdated(write, ingest.based_on)?;
    store_calls(write, &ingest.calls)?;
    if ingest.reading == Reading::Wish {
        let ids = ingest.incoming.iter().map(|incoming| &*incoming.id);
        let ids = ids.chain(ingest.absent.iter().map(|id| &**id));
        wishes::close(write, &ingest.connection, &ingest.object, ids)?;
    }
    let mut ingested = Ingested::default();
    for incoming in &ingest.incoming {
        let known = known_before(write, ingest, incoming)?;
        refuse_moved(incoming, known.as_ref().map(|known| known.revision))?;
        let count = match known {
            Some(known) if known.version.zip(incoming.version).is_some_and(|(known, came)| came < known) => {
                store_arrival(write, ingest, known.id, None, incoming)?;
                &mut ingested.stale
            }
            Some(known) if known.is_same(ingest.reading, incoming) => {
                note_version(write, ingest, &known, incoming)?;
                &mut ingested.same
            }
            known => {
                change(write, ingest, known, incoming)?;
                &mut ingested.changed
            }
        };
        *count += 1;
        if let Some(is_open) = incoming.open {
            let key = RecordKey::new(&ingest.connection, &ingest.object, incoming.id.as_str());
            open::read(write, &key, is_open, ingest.at)?;
        }
    }
    if ingest.reading == Reading::Open {
        for id in &ingest.absent {
            open::absent(write, &RecordKey::new(&ingest.connection, &ingest.object, id.as_str()), ingest.at)?;
        }
    }
    if let Some((walk, cursor)) = &ingest.cursor {
        move_cursor(write, &ingest.connection, &ingest.object, *walk, cursor)?;
    }
    Ok(ingested)
}

/// Refuses what was put together with another revision than the record has.
fn refuse_moved(incoming: &Incoming, revision: Option<i64>) -> Done<()> {
    match incoming.merged_onto {
        Some(onto) if onto != revision.unwrap_or(0) => Err(StoreError::Outdated { based_on: onto }.into()),
        _ => Ok(()),
    }
}

fn known_before(write: &Write, ingest: &Ingest, incoming: &Incoming) -> Done<Option<Known>> {
    let mut find = write.sql.prepare_cached(
        "select id, version, revision, hash, void, read_hash from record
         where tenant = ?1 and source_id = ?2 and object = ?3 and connection = ?4",
    )?;
    let key = (write.tenant, &incoming.id, ingest.object.as_str(), ingest.connection.as_str());
    first(&mut find, key, |row| {
        Ok(Known {
            id: RecordId(row.get(0)?),
            version: row.get(1)?,
            revision: row.get(2)?,
            hash: known(rows::hash(row, 3)?, "a record's hash")?,
            void: row.get(4)?,
            read: rows::hash(row, 5)?,
        })
    })
}

/// The same content: a newer version is noted. What somebody asked for leaves an arrival, a poll of nothing new none.
fn note_version(write: &Write, ingest: &Ingest, known: &Known, incoming: &Incoming) -> Done<()> {
    let is_newer = incoming.version.is_some() && incoming.version != known.version;
    if is_newer {
        write
            .sql
            .prepare_cached("update record set version = ?2 where id = ?1")?
            .execute(params![known.id.0, incoming.version])?;
    }
    if known.read.is_some() && known.hash == incoming.hash {
        // The source says by itself now what a person had edited.
        let mut own = write.sql.prepare_cached("update record set read_hash = null where id = ?1")?;
        own.execute([known.id.0])?;
    }
    match is_newer || matches!(ingest.reading, Reading::Hand | Reading::Push) {
        true => store_arrival(write, ingest, known.id, Some(known.revision), incoming),
        false => Ok(()),
    }
}

fn change(write: &mut Write, ingest: &Ingest, known: Option<Known>, incoming: &Incoming) -> Done<()> {
    if known.as_ref().is_some_and(|known| known.void && !incoming.void) {
        let key = RecordKey::new(&ingest.connection, &ingest.object, incoming.id.as_str());
        wake_skipped_beside(write, &key, ingest.at)?;
    }
    let (record, revision) = match known {
        Some(known) => update(write, ingest.reading, &known, incoming)?,
        None => insert(write, ingest, incoming)?,
    };
    write
        .sql
        .prepare_cached(
            "insert into revision (record, revision, at, number, name, version, hash, void, body)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            record.0,
            revision,
            ingest.at.0,
            incoming.number,
            incoming.name,
            incoming.version,
            incoming.hash.to_bytes(),
            incoming.void,
            incoming.body
        ])?;
    store_arrival(write, ingest, record, Some(revision), incoming)?;
    for what in &ingest.raise {
        raise(write, Raising { record, revision, raise: what, at: ingest.at, again: true })?;
    }
    match &incoming.part_of {
        Some(whole) => wishes::wish(write, whole, ingest.at),
        None => Ok(()),
    }
}

fn update(write: &Write, reading: Reading, known: &Known, incoming: &Incoming) -> Done<(RecordId, i64)> {
    let revision = known.revision + 1;
    // A source that names no version this time has not taken back the one it named before.
    write.sql.prepare_cached(
        "update record set number = ?2, name = ?3, version = coalesce(?4, version), revision = ?5, hash = ?6,
             void = ?7, read_hash = ?8
         where id = ?1",
    )?
    .execute(params![
        known.id.0,
        incoming.number,
        incoming.name,
        incoming.version,
        revision,
        incoming.hash.to_bytes(),
        incoming.void,
        rows::bytes(crate::edited::read_then((known.hash, known.read), reading))
    ])?;
    Ok((known.id, revision))
}

fn insert(write: &Write, ingest: &Ingest, incoming: &Incoming) -> Done<(RecordId, i64)> {
    write.sql.prepare_cached(
        "insert into record (tenant, connection, object, source_id, number, name, version, revision, hash, void)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, ?8, ?9)",
    )?
    .execute(params![
        write.tenant,
        ingest.connection.as_str(),
        ingest.object.as_str(),
        incoming.id,
        incoming.number,
        incoming.name,
        incoming.version,
        incoming.hash.to_bytes(),
        incoming.void
    ])?;
    Ok((RecordId(write.sql.last_insert_rowid()), 1))
}

/// What came in. The body is kept here only where no revision has it.
fn store_arrival(
    write: &Write,
    ingest: &Ingest,
    record: RecordId,
    revision: Option<i64>,
    incoming: &Incoming,
) -> Done<()> {
    write
        .sql
        .prepare_cached(
            "insert into arrival (record, at, reading, revision, version, body, receipt)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            record.0,
            ingest.at.0,
            ingest.reading.name(),
            revision,
            incoming.version,
            revision.is_none().then_some(&incoming.body),
            incoming.receipt.map(|receipt| receipt.0)
        ])?;
    Ok(())
}

pub(super) fn move_cursor(
    write: &Write,
    connection: &ConnectionName,
    object: &ObjectName,
    walk: Walk,
    cursor: &Cursor,
) -> Done<()> {
    write
        .sql
        .prepare_cached(
            r#"insert into cursor (tenant, connection, object, walk, "from", "to", after, finished)
               values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
               on conflict do update set "from" = excluded."from", "to" = excluded."to", after = excluded.after,
                   finished = excluded.finished"#,
        )?
        .execute(params![
            write.tenant,
            connection.as_str(),
            object.as_str(),
            walk.name(),
            cursor.from.0,
            cursor.to.0,
            cursor.after,
            cursor.finished
        ])?;
    Ok(())
}
