//! Parts of names: taken up behind the versions, and looked for.

use model::RecordId;

use super::commit::{Read, Write};
use super::failure::Done;
use super::rows::signed;
use super::session::{Session, get};
use crate::pieces::{self, NEWEST};

/// A version, and its record's name where that is not what it was before.
struct Version {
    id: i64,
    record: i64,
    name: Option<String>,
    is_renamed: bool,
}

/// Takes up the names of the next versions; how many versions were looked at. Versions are not always seen in the order of
/// their ids while several nodes store some: of the last minute none is taken up.
pub(super) async fn take_up(write: &mut Write, limit: usize) -> Done<u64> {
    let place = place(&write.sql, write.tenant).await?;
    let versions = next(write, place, limit).await?;
    let Some(last) = versions.last().map(|version| version.id) else { return Ok(0) };
    let (mut renamed, mut records, mut pieces) = (Vec::new(), Vec::new(), Vec::new());
    for version in versions.iter().filter(|version| version.is_renamed) {
        renamed.push(version.record);
        for piece in pieces::of(version.name.as_deref().unwrap_or_default()) {
            records.push(version.record);
            pieces.push(piece);
        }
    }
    write.sql.change("delete from name_piece where record = any($1)", &[&renamed]).await?;
    write
        .sql
        .change(
            "insert into name_piece (record, pieces)
             select record, array_agg(distinct piece) from unnest($1::bigint[], $2::bigint[]) n (record, piece)
             group by record",
            &[&records, &pieces],
        )
        .await?;
    write
        .sql
        .change(
            "insert into name_piece_place (tenant, version) values ($1, $2)
             on conflict (tenant) do update set version = excluded.version",
            &[&write.tenant, &last],
        )
        .await?;
    Ok(versions.len() as u64)
}

async fn place(sql: &Session, tenant: i64) -> Done<i64> {
    let find = "select version from name_piece_place where tenant = $1";
    Ok(sql.first(find, &[&tenant], |row| get(row, 0)).await?.unwrap_or(0))
}

/// The next versions, up to the first of the last minute. Where the one before is not there any more, what it was called is
/// not known.
async fn next(write: &Write, place: i64, limit: usize) -> Done<Vec<Version>> {
    let versions = write
        .sql
        .all(
            "select v.id, v.record, r.name, r.tenant = $1 and (p.id is null or p.name is distinct from v.name),
                 v.at < extract(epoch from clock_timestamp()) * 1000 - 60000
             from (select * from revision where id > $2 order by id limit $3) v join record r on r.id = v.record
             left join revision p on p.record = v.record and p.revision = v.revision - 1 order by v.id",
            &[&write.tenant, &place, &signed(limit as u64)],
            |row| {
                let version =
                    Version { id: get(row, 0)?, record: get(row, 1)?, name: get(row, 2)?, is_renamed: get(row, 3)? };
                Ok((version, get::<bool>(row, 4)?))
            },
        )
        .await?;
    Ok(versions.into_iter().take_while(|(_, is_past)| *is_past).map(|(version, _)| version).collect())
}

/// Records whose name has that part, the newest first: first of what was taken in just now, then of what was taken up.
pub(super) async fn having(read: &Read, part: &str, limit: usize) -> Done<Vec<RecordId>> {
    let wanted: Vec<i64> = pieces::of(part).into_iter().collect();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let (limit, place) = (signed(limit as u64), place(&read.sql, read.tenant).await?);
    let mut found = read
        .sql
        .all(
            "select r.id from (select id, record from revision where id > $2 order by id desc limit $3) v
             join record r on r.id = v.record
             where r.tenant = $1 and position(lower($4::text collate \"C\") in lower(r.name collate \"C\")) > 0
             group by r.id order by max(v.id) desc limit $5",
            &[&read.tenant, &place, &NEWEST, &part, &limit],
            |row| Ok(RecordId(get(row, 0)?)),
        )
        .await?;
    // Whether the index or the newest records are looked at first depends on how many have these very pieces.
    read.sql.run("set local plan_cache_mode = force_custom_plan").await?;
    let taken_up = read
        .sql
        .all(
            "select r.id from name_piece p join record r on r.id = p.record
             where p.pieces @> $2 and r.tenant = $1
                 and position(lower($3::text collate \"C\") in lower(r.name collate \"C\")) > 0
             order by p.record desc limit $4",
            &[&read.tenant, &wanted, &part, &limit],
            |row| Ok(RecordId(get(row, 0)?)),
        )
        .await?;
    found.extend(taken_up);
    Ok(found)
}
