//! Packing versions that others followed, and reading them again.

use std::collections::BTreeMap;

use contract::store::Packed;
use model::record::Record;

use super::{recalled, remember};
use crate::packing::{self, PORTION};
use crate::postgres::commit::{Read, Write};
use crate::postgres::failure::Done;
use crate::postgres::rows::{known, signed};
use crate::postgres::session::get;
use crate::upkeep::PACKED;

/// A version that another followed.
struct Followed {
    id: i64,
    revision: i64,
    text: String,
    /// The follower's text; `None` where it is packed itself.
    follower: Option<String>,
}

/// Walks along the versions as they were stored: each that is not the first of its record lets the one before it be
/// packed.
pub(super) async fn pack(write: &mut Write, limit: usize) -> Done<Packed> {
    let place = recalled(&write.sql, write.tenant, PACKED).await?.unwrap_or(0);
    let (seen, last, followed) = next(write, place, limit).await?;
    let mut came = Packed { seen, ..Packed::default() };
    let (mut ids, mut packed, mut bases) = (Vec::new(), Vec::new(), Vec::new());
    for version in followed {
        let Some(one) = packing::pack(version.revision, &version.text, version.follower.as_deref()) else {
            continue;
        };
        came.packed += 1;
        came.from += version.text.len() as u64;
        came.to += one.bytes.len() as u64;
        ids.push(version.id);
        packed.push(one.bytes);
        bases.push(one.base);
    }
    if !ids.is_empty() {
        write
            .sql
            .change(
                "update revision v set body = '', packed = n.packed, base = n.base
                 from unnest($1::bigint[], $2::bytea[], $3::bigint[]) n (id, packed, base) where v.id = n.id",
                &[&ids, &packed, &bases],
            )
            .await?;
    }
    if last > place {
        remember(write, PACKED, last).await?;
    }
    Ok(came)
}

/// How many followers were looked at, the last of them, and the versions before them that are not packed yet.
async fn next(write: &Write, place: i64, limit: usize) -> Done<(u64, i64, Vec<Followed>)> {
    // What is read is bounded by the texts' bytes, too.
    let rows = write
        .sql
        .all(
            "select id, before, revision, said, follower from (
                 select v.id, p.id as before, p.revision, p.body as said,
                     case when v.packed is null and p.id is not null then v.body end as follower,
                     sum(coalesce(octet_length(p.body), 0) + octet_length(v.body)) over (order by v.id) as bytes,
                     row_number() over (order by v.id) as n
                 from (select * from revision where id > $2 order by id limit $3) v join record r on r.id = v.record
                 left join revision p on p.record = v.record and p.revision = v.revision - 1
                     and p.packed is null and r.tenant = $1
             ) w where n = 1 or bytes <= $4 order by id",
            &[&write.tenant, &place, &signed(limit as u64), &signed(PORTION as u64)],
            |row| {
                let followed = match get::<Option<i64>>(row, 1)? {
                    None => None,
                    Some(id) => Some(Followed {
                        id,
                        revision: get(row, 2)?,
                        text: get(row, 3)?,
                        follower: get(row, 4)?,
                    }),
                };
                Ok((get::<i64>(row, 0)?, followed))
            },
        )
        .await?;
    let last = rows.last().map_or(place, |(id, _)| *id);
    Ok((rows.len() as u64, last, rows.into_iter().filter_map(|(_, followed)| followed).collect()))
}

/// The records with the texts of those versions that are packed.
pub(in crate::postgres) async fn unpacked(
    read: &Read,
    records: Vec<Option<Record>>,
) -> Done<Vec<Option<Record>>> {
    let mut whole = Vec::with_capacity(records.len());
    for found in records {
        whole.push(match found {
            // No body is empty: this one is packed.
            Some(record) if record.body.is_empty() => {
                Some(Record { body: text(read, record.id.0, record.revision).await?, ..record })
            }
            other => other,
        });
    }
    Ok(whole)
}

/// The text of a packed version of a record: from it up to one that stands by itself.
async fn text(read: &Read, record: i64, revision: i64) -> Done<String> {
    let rows = read
        .sql
        .all(
            "with recursive chain as (
                 select revision, body, packed, base from revision where record = $1 and revision = $2
                 union all
                 select v.revision, v.body, v.packed, v.base from chain c
                 join revision v on v.record = $1 and v.revision = c.base and c.base > c.revision
             ) select revision, body, packed, base from chain",
            &[&record, &revision],
            |row| {
                Ok((
                    get::<i64>(row, 0)?,
                    (get::<String>(row, 1)?, get::<Option<Vec<u8>>>(row, 2)?, get::<Option<i64>>(row, 3)?),
                ))
            },
        )
        .await?;
    let mut chain: BTreeMap<i64, _> = rows.into_iter().collect();
    let mut base = String::new();
    while let Some((_, (body, packed, next))) = chain.pop_last() {
        // What a chain ends with stands by itself, or its base is gone.
        known(
            (next.is_none() || !base.is_empty()).then_some(()),
            "the version that another was packed with",
        )?;
        base = match packed {
            Some(packed) => known(packing::unpack(&packed, &base), "a packed version")?,
            None => body,
        };
    }
    Ok(base)
}
