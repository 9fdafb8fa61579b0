//! Wishes: records to be read at their source soon.
//!
//! A wish is handed out, read and then closed by the ingest of what was read. One that is asked again after it was
//! handed out stays open: what was read may be older than the reason for asking.

use std::collections::BTreeSet;

use model::record::RecordKey;
use model::{ConnectionName, ObjectName, Timestamp};

use crate::postgres::commit::Write;
use crate::postgres::failure::Done;
use crate::postgres::params::{text, texts};
use crate::postgres::rows::signed;
use crate::postgres::session::{Session, get};

/// An open wish.
pub(super) struct Wish {
    pub id: String,
    pub handed: bool,
}

/// In the order of their keys, as everybody asks.
pub(in crate::postgres) async fn wish(write: &Write, keys: &[RecordKey], at: Timestamp) -> Done<()> {
    let keys: BTreeSet<(&str, &str, _)> =
        keys.iter().map(|key| (key.connection.as_str(), key.object.as_str(), text(&key.id))).collect();
    if keys.is_empty() {
        return Ok(());
    }
    write
        .sql
        .change(
            "insert into wish (tenant, connection, object, source_id, at, handed)
             select $1, connection, object, source_id, $2, false
             from unnest($3::text[], $4::text[], $5::text[]) n (connection, object, source_id)
             on conflict (tenant, connection, object, source_id) do update set handed = false",
            &[
                &write.tenant,
                &at.0,
                &texts(keys.iter().map(|(connection, ..)| *connection)),
                &texts(keys.iter().map(|(_, object, _)| *object)),
                &texts(keys.iter().map(|(.., id)| &**id)),
            ],
        )
        .await?;
    Ok(())
}

/// The oldest wishes.
pub(super) async fn open(
    sql: &Session,
    tenant: i64,
    connection: &ConnectionName,
    object: &ObjectName,
    limit: usize,
) -> Done<Vec<Wish>> {
    sql.all(
        "select source_id, handed from wish where tenant = $1 and connection = $2 and object = $3
         order by at, source_id limit $4",
        &[&tenant, &text(connection.as_str()), &text(object.as_str()), &signed(limit as u64)],
        |row| Ok(Wish { id: get(row, 0)?, handed: get(row, 1)? }),
    )
    .await
}

/// The oldest wishes, to be read now.
pub(super) async fn hand_out(
    write: &Write,
    connection: &ConnectionName,
    object: &ObjectName,
    limit: usize,
) -> Done<Vec<String>> {
    let wishes = open(&write.sql, write.tenant, connection, object, limit).await?;
    let fresh: BTreeSet<&str> = wishes.iter().filter(|wish| !wish.handed).map(|wish| &*wish.id).collect();
    write
        .sql
        .change(
            "update wish w set handed = true from (
                 select source_id from wish where tenant = $1 and connection = $2 and object = $3
                     and source_id = any($4) order by source_id for update
             ) n where w.tenant = $1 and w.connection = $2 and w.object = $3 and w.source_id = n.source_id",
            &[&write.tenant, &text(connection.as_str()), &text(object.as_str()), &texts(fresh)],
        )
        .await?;
    Ok(wishes.into_iter().map(|wish| wish.id).collect())
}

/// Closes the wishes for these ids that were handed out.
pub(super) async fn close<'a>(
    write: &Write,
    connection: &ConnectionName,
    object: &ObjectName,
    ids: impl Iterator<Item = &'a str>,
) -> Done<()> {
    let ids: BTreeSet<&str> = ids.collect();
    write
        .sql
        .change(
            "delete from wish w using (
                 select source_id from wish where tenant = $1 and connection = $2 and object = $3
                     and source_id = any($4) and handed order by source_id for update
             ) n where w.tenant = $1 and w.connection = $2 and w.object = $3 and w.source_id = n.source_id",
            &[&write.tenant, &text(connection.as_str()), &text(object.as_str()), &texts(ids)],
        )
        .await?;
    Ok(())
}
