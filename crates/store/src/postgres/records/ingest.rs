//! Taking in what was read: history, the new revision, the tasks it raises, wishes and the cursor, in one transaction.
//!
//! Overlapping windows read the same record again and again. One that came exactly as it is known leaves no trace but
//! the cursor's move, so that re-reading costs nothing but the reading.

use std::collections::BTreeMap;

use contract::store::{Cursor, Ingest, Ingested, Reading, Walk};
use model::RecordId;
use model::record::RecordKey;

use super::take::{Arrival, Known, Taken};
use super::{open, store_calls, wishes};
use crate::postgres::commit::Write;
use crate::postgres::config::refuse_outdated;
use crate::postgres::failure::Done;
use crate::postgres::params::{some_texts, text, texts};
use crate::postgres::queue::{Board, Raising, raise, wake_skipped_beside};
use crate::postgres::rows::{self, known};
use crate::postgres::session::get;

pub(in crate::postgres) async fn ingest(write: &mut Write, ingest: &Ingest) -> Done<Ingested> {
    refuse_outdated(write, ingest.based_on).await?;
    let mut taken = Taken::new(known_before(write, ingest).await?);
    taken.refuse_moved(ingest)?;
    ingest.incoming.iter().for_each(|incoming| taken.take(ingest, incoming));
    update(write, &taken).await?;
    insert(write, ingest, &mut taken).await?;
    wake_skipped_beside(write, (&ingest.connection, &ingest.object), &taken.in_force_again, ingest.at)
        .await?;
    raise_tasks(write, ingest, &taken).await?;
    store_revisions(write, ingest, &taken).await?;
    store_arrivals(write, ingest, &taken).await?;
    if ingest.reading == Reading::Wish {
        let ids = ingest.incoming.iter().map(|incoming| &*incoming.id);
        let ids = ids.chain(ingest.absent.iter().map(|id| &**id));
        wishes::close(write, &ingest.connection, &ingest.object, ids).await?;
    }
    let whose = (&ingest.connection, &ingest.object);
    open::read(write, whose, &ingest.incoming, ingest.at).await?;
    if ingest.reading == Reading::Open {
        open::absent(write, whose, &ingest.absent, ingest.at).await?;
    }
    let changed = taken.arrivals.iter().filter(|arrival| arrival.is_new);
    let wholes: Vec<RecordKey> = changed.filter_map(|arrival| arrival.incoming.part_of.clone()).collect();
    wishes::wish(write, &wholes, ingest.at).await?;
    store_calls(write, &ingest.calls).await?;
    if let Some((walk, cursor)) = &ingest.cursor {
        move_cursor(write, (&ingest.connection, &ingest.object), *walk, cursor).await?;
    }
    Ok(taken.counts)
}

/// The records that are known, locked in the order of their ids at the source.
async fn known_before(write: &Write, ingest: &Ingest) -> Done<BTreeMap<String, Known>> {
    if ingest.incoming.is_empty() {
        return Ok(BTreeMap::new());
    }
    let found = write
        .sql
        .all(
            "select source_id, id, number, name, version, revision, hash, void, read_hash from record
         where tenant = $1 and source_id = any($4) and object = $3 and connection = $2
         order by source_id for update",
            &[
                &write.tenant,
                &text(ingest.connection.as_str()),
                &text(ingest.object.as_str()),
                &texts(ingest.incoming.iter().map(|incoming| &*incoming.id)),
            ],
            |row| {
                let before = Known {
                    id: Some(RecordId(get(row, 1)?)),
                    number: get(row, 2)?,
                    name: get(row, 3)?,
                    version: get(row, 4)?,
                    revision: get(row, 5)?,
                    hash: known(rows::hash(row, 6)?, "a record's hash")?,
                    void: get(row, 7)?,
                    read: rows::hash(row, 8)?,
                    is_changed: false,
                };
                Ok((get(row, 0)?, before))
            },
        )
        .await?;
    Ok(found.into_iter().collect())
}

async fn update(write: &Write, taken: &Taken<'_>) -> Done<()> {
    let changed: Vec<&Known> =
        taken.known.values().filter(|known| known.is_changed && known.id.is_some()).collect();
    if changed.is_empty() {
        return Ok(());
    }
    let ids: Vec<i64> = changed.iter().filter_map(|known| known.id).map(|id| id.0).collect();
    let versions: Vec<Option<i64>> = changed.iter().map(|known| known.version).collect();
    let revisions: Vec<i64> = changed.iter().map(|known| known.revision).collect();
    let hashes: Vec<Vec<u8>> = changed.iter().map(|known| known.hash.to_bytes().to_vec()).collect();
    let voids: Vec<bool> = changed.iter().map(|known| known.void).collect();
    let reads: Vec<Option<Vec<u8>>> =
        changed.iter().map(|known| known.read.map(|read| read.to_bytes().to_vec())).collect();
    write
        .sql
        .change(
            "update record r set number = n.number, name = n.name, version = n.version, revision = n.revision,
                 hash = n.hash, void = n.void, read_hash = n.read_hash
             from unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bytea[], $7::boolean[],
                 $8::bytea[]) n (id, number, name, version, revision, hash, void, read_hash)
             where r.id = n.id",
            &[
                &ids,
                &some_texts(changed.iter().map(|known| known.number.as_deref())),
                &some_texts(changed.iter().map(|known| known.name.as_deref())),
                &versions,
                &revisions,
                &hashes,
                &voids,
                &reads,
            ],
        )
        .await?;
    Ok(())
}

/// Makes the new records, in the order in which they came; they have their ids then. One that somebody else made at
/// the same time lets the whole begin again.
async fn insert(write: &Write, ingest: &Ingest, taken: &mut Taken<'_>) -> Done<()> {
    if taken.made.is_empty() {
        return Ok(());
    }
    let made: Vec<(&String, &Known)> =
        taken.made.iter().filter_map(|id| taken.known.get_key_value(id)).collect();
    let versions: Vec<Option<i64>> = made.iter().map(|(_, known)| known.version).collect();
    let revisions: Vec<i64> = made.iter().map(|(_, known)| known.revision).collect();
    let hashes: Vec<Vec<u8>> = made.iter().map(|(_, known)| known.hash.to_bytes().to_vec()).collect();
    let voids: Vec<bool> = made.iter().map(|(_, known)| known.void).collect();
    let mut ids = write
        .sql
        .all(
            "insert into record (tenant, connection, object, source_id, number, name, version, revision, hash, void)
             select $1, $2, $3, source_id, number, name, version, revision, hash, void
             from unnest($4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[], $9::bytea[], $10::boolean[])
                 with ordinality n (source_id, number, name, version, revision, hash, void, place)
             order by place returning id",
            &[
                &write.tenant,
                &text(ingest.connection.as_str()),
                &text(ingest.object.as_str()),
                &texts(made.iter().map(|(id, _)| id.as_str())),
                &some_texts(made.iter().map(|(_, known)| known.number.as_deref())),
                &some_texts(made.iter().map(|(_, known)| known.name.as_deref())),
                &versions,
                &revisions,
                &hashes,
                &voids,
            ],
            |row| Ok(RecordId(get(row, 0)?)),
        )
        .await?;
    // They are given out in the order of the rows.
    ids.sort_unstable();
    for (source, id) in taken.made.iter().zip(ids) {
        if let Some(known) = taken.known.get_mut(source) {
            known.id = Some(id);
        }
    }
    Ok(())
}

/// The stored id of an arrival's record.
fn record_of(taken: &Taken<'_>, arrival: &Arrival<'_>) -> Done<RecordId> {
    known(taken.known.get(&arrival.record).and_then(|known| known.id), "a record's id")
}

async fn raise_tasks(write: &mut Write, ingest: &Ingest, taken: &Taken<'_>) -> Done<()> {
    if ingest.raise.is_empty() {
        return Ok(());
    }
    let mut raised = Vec::new();
    for arrival in taken.arrivals.iter().filter(|arrival| arrival.is_new) {
        raised.push((record_of(taken, arrival)?, arrival.revision.unwrap_or_default()));
    }
    if raised.is_empty() {
        return Ok(());
    }
    let records: Vec<RecordId> = raised.iter().map(|(record, _)| *record).collect();
    let mut board = Board::of_raises(write, &records, &ingest.raise).await?;
    for (record, revision) in raised {
        for what in &ingest.raise {
            raise(&mut board, Raising { record, revision, raise: what, at: ingest.at, again: true });
        }
    }
    board.store(write).await
}

async fn store_revisions(write: &Write, ingest: &Ingest, taken: &Taken<'_>) -> Done<()> {
    let new: Vec<&Arrival<'_>> = taken.arrivals.iter().filter(|arrival| arrival.is_new).collect();
    if new.is_empty() {
        return Ok(());
    }
    let records =
        new.iter().map(|arrival| record_of(taken, arrival).map(|id| id.0)).collect::<Done<Vec<i64>>>()?;
    let revisions: Vec<Option<i64>> = new.iter().map(|arrival| arrival.revision).collect();
    let versions: Vec<Option<i64>> = new.iter().map(|arrival| arrival.incoming.version).collect();
    let hashes: Vec<Vec<u8>> = new.iter().map(|arrival| arrival.incoming.hash.to_bytes().to_vec()).collect();
    let voids: Vec<bool> = new.iter().map(|arrival| arrival.incoming.void).collect();
    write
        .sql
        .change(
            "insert into revision (record, revision, at, number, name, version, hash, void, body)
             select record, revision, $1, number, name, version, hash, void, body
             from unnest($2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::bigint[], $7::bytea[], $8::boolean[],
                 $9::text[]) n (record, revision, number, name, version, hash, void, body)",
            &[
                &ingest.at.0,
                &records,
                &revisions,
                &some_texts(new.iter().map(|arrival| arrival.incoming.number.as_deref())),
                &some_texts(new.iter().map(|arrival| arrival.incoming.name.as_deref())),
                &versions,
                &hashes,
                &voids,
                &texts(new.iter().map(|arrival| &*arrival.incoming.body)),
            ],
        )
        .await?;
    Ok(())
}

/// What came in. A body is kept here only where no revision has it.
async fn store_arrivals(write: &Write, ingest: &Ingest, taken: &Taken<'_>) -> Done<()> {
    let arrivals = &taken.arrivals;
    if arrivals.is_empty() {
        return Ok(());
    }
    let records = arrivals
        .iter()
        .map(|arrival| record_of(taken, arrival).map(|id| id.0))
        .collect::<Done<Vec<i64>>>()?;
    let revisions: Vec<Option<i64>> = arrivals.iter().map(|arrival| arrival.revision).collect();
    let versions: Vec<Option<i64>> = arrivals.iter().map(|arrival| arrival.incoming.version).collect();
    let bodies = arrivals.iter().map(|arrival| arrival.revision.is_none().then_some(&*arrival.incoming.body));
    let receipts: Vec<Option<i64>> =
        arrivals.iter().map(|arrival| arrival.incoming.receipt.map(|receipt| receipt.0)).collect();
    write
        .sql
        .change(
            "insert into arrival (record, at, reading, revision, version, body, receipt)
             select record, $1, $2, revision, version, body, receipt
             from unnest($3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::bigint[]) with ordinality
                 n (record, revision, version, body, receipt, place)
             order by place",
            &[
                &ingest.at.0,
                &ingest.reading.name(),
                &records,
                &revisions,
                &versions,
                &some_texts(bodies),
                &receipts,
            ],
        )
        .await?;
    Ok(())
}

pub(super) async fn move_cursor(
    write: &Write,
    (connection, object): open::Whose<'_>,
    walk: Walk,
    cursor: &Cursor,
) -> Done<()> {
    write
        .sql
        .change(
            r#"insert into cursor (tenant, connection, object, walk, "from", "to", after, finished)
               values ($1, $2, $3, $4, $5, $6, $7, $8)
               on conflict (tenant, connection, object, walk) do update set "from" = excluded."from",
                   "to" = excluded."to", after = excluded.after, finished = excluded.finished"#,
            &[
                &write.tenant,
                &text(connection.as_str()),
                &text(object.as_str()),
                &walk.name(),
                &cursor.from.0,
                &cursor.to.0,
                &cursor.after.as_deref().map(text),
                &cursor.finished,
            ],
        )
        .await?;
    Ok(())
}
