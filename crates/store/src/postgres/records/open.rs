//! Open records: which they are, and when each was read last.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use contract::store::{Incoming, OpenRecords};
use model::{ConnectionName, ObjectName, RecordId, Timestamp};

use crate::postgres::commit::{Read, Write};
use crate::postgres::failure::Done;
use crate::postgres::params::{text, texts};
use crate::postgres::rows::{signed, unsigned};
use crate::postgres::session::get;

/// What was said of records, by their ids as they are stored: two that are stored alike are one.
type Said<'s> = BTreeMap<Cow<'s, str>, bool>;

/// Whose open records are meant.
pub(super) type Whose<'w> = (&'w ConnectionName, &'w ObjectName);

/// Records were read: each is open, or is so no longer. Of one that came twice the last word holds.
pub(super) async fn read(write: &Write, whose: Whose<'_>, incoming: &[Incoming], at: Timestamp) -> Done<()> {
    let said = incoming.iter().filter_map(|incoming| Some((text(&incoming.id), incoming.open?)));
    let said: Said = said.collect();
    leave(write, whose, &which(&said, false)).await?;
    let open = which(&said, true);
    if open.is_empty() {
        return Ok(());
    }
    write
        .sql
        .change(
            "insert into open_record (tenant, connection, object, source_id, read_at, missing)
             select $1, $2, $3, source_id, $4, false from unnest($5::text[]) n (source_id)
             on conflict (tenant, connection, object, source_id)
                 do update set read_at = excluded.read_at, missing = false",
            &[&write.tenant, &text(whose.0.as_str()), &text(whose.1.as_str()), &at.0, &texts(open)],
        )
        .await?;
    Ok(())
}

/// Records were not read, only looked at again.
pub(super) async fn judge(
    write: &Write,
    whose: Whose<'_>,
    judged: &[(String, bool)],
    at: Timestamp,
) -> Done<()> {
    let judged: Said = judged.iter().map(|(id, is_open)| (text(id), *is_open)).collect();
    leave(write, whose, &which(&judged, false)).await?;
    let open = which(&judged, true);
    if open.is_empty() {
        return Ok(());
    }
    write
        .sql
        .change(
            "insert into open_record (tenant, connection, object, source_id, read_at, missing)
             select $1, $2, $3, source_id, $4, false from unnest($5::text[]) n (source_id)
             on conflict (tenant, connection, object, source_id) do nothing",
            &[&write.tenant, &text(whose.0.as_str()), &text(whose.1.as_str()), &at.0, &texts(open)],
        )
        .await?;
    Ok(())
}

fn which<'s>(said: &'s Said<'_>, open: bool) -> Vec<&'s str> {
    said.iter().filter(|(_, is_open)| **is_open == open).map(|(id, _)| &**id).collect()
}

/// The source does not have them. One answer proves little, so each is asked for once more.
pub(super) async fn absent(write: &Write, whose: Whose<'_>, ids: &[String], at: Timestamp) -> Done<()> {
    let ids: BTreeSet<Cow<str>> = ids.iter().map(|id| text(id)).collect();
    let ids: Vec<Cow<str>> = ids.into_iter().collect();
    let (connection, object) = (text(whose.0.as_str()), text(whose.1.as_str()));
    write
        .sql
        .change(
            "delete from open_record where tenant = $1 and connection = $2 and object = $3
                 and source_id = any($4) and missing and read_at < $5",
            &[&write.tenant, &connection, &object, &ids, &at.0],
        )
        .await?;
    write
        .sql
        .change(
            "update open_record set missing = true, read_at = $5
             where tenant = $1 and connection = $2 and object = $3 and source_id = any($4)",
            &[&write.tenant, &connection, &object, &ids, &at.0],
        )
        .await?;
    Ok(())
}

async fn leave(write: &Write, whose: Whose<'_>, ids: &[&str]) -> Done<()> {
    if ids.is_empty() {
        return Ok(());
    }
    write
        .sql
        .change(
            "delete from open_record where tenant = $1 and connection = $2 and object = $3
                 and source_id = any($4)",
            &[&write.tenant, &text(whose.0.as_str()), &text(whose.1.as_str()), &texts(ids.iter().copied())],
        )
        .await?;
    Ok(())
}

pub(super) async fn oldest(read: &Read, whose: Whose<'_>, limit: usize) -> Done<OpenRecords> {
    let (connection, object) = (text(whose.0.as_str()), text(whose.1.as_str()));
    let count: Option<i64> = read
        .sql
        .first(
            "select count(*) from open_record where tenant = $1 and connection = $2 and object = $3",
            &[&read.tenant, &connection, &object],
            |row| get(row, 0),
        )
        .await?;
    let oldest = read
        .sql
        .all(
            "select source_id, read_at from open_record where tenant = $1 and connection = $2 and object = $3
             order by read_at, source_id limit $4",
            &[&read.tenant, &connection, &object, &signed(limit as u64)],
            |row| Ok((get(row, 0)?, Timestamp(get(row, 1)?))),
        )
        .await?;
    Ok(OpenRecords { count: unsigned(count.unwrap_or_default()), oldest })
}

/// Records of the object behind that one, each with its newest revision.
pub(super) async fn stored(
    read: &Read,
    whose: Whose<'_>,
    after: RecordId,
    limit: usize,
) -> Done<Vec<(RecordId, i64)>> {
    read.sql
        .all(
            "select id, revision from record where tenant = $1 and connection = $2 and object = $3 and id > $4
             order by id limit $5",
            &[
                &read.tenant,
                &text(whose.0.as_str()),
                &text(whose.1.as_str()),
                &after.0,
                &signed(limit as u64),
            ],
            |row| Ok((RecordId(get(row, 0)?), get(row, 1)?)),
        )
        .await
}
