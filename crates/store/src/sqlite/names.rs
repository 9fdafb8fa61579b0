//! Parts of names: taken up behind the versions, and looked for.

use model::RecordId;
use rusqlite::{Connection, params};

use super::commit::Write;
use super::failure::Done;
use super::rows::{all, first, signed};
use crate::pieces::{self, NEWEST};

/// A version whose record's name is not what it was before.
struct Renamed {
    record: i64,
    name: Option<String>,
}

/// Takes up the names of the next versions; how many versions were looked at.
pub(super) fn take_up(write: &mut Write, limit: usize) -> Done<u64> {
    let place = place(write.sql, write.tenant)?;
    let (seen, last, renamed) = next(write, place, limit)?;
    let mut forget = write.sql.prepare_cached("delete from name_piece where rowid = ?1")?;
    let mut keep = write.sql.prepare_cached("insert into name_piece (rowid, pieces) values (?1, ?2)")?;
    for Renamed { record, name } in renamed {
        forget.execute([record])?;
        let words = words(write.tenant, name.as_deref().unwrap_or_default());
        if !words.is_empty() {
            keep.execute((record, words.join(" ")))?;
        }
    }
    if last > place {
        write
            .sql
            .prepare_cached(
                "insert into name_piece_place (tenant, version) values (?1, ?2)
                 on conflict do update set version = excluded.version",
            )?
            .execute((write.tenant, last))?;
    }
    Ok(seen)
}

fn place(sql: &Connection, tenant: i64) -> Done<i64> {
    let mut find = sql.prepare_cached("select version from name_piece_place where tenant = ?1")?;
    Ok(first(&mut find, [tenant], |row| Ok(row.get(0)?))?.unwrap_or(0))
}

/// How many versions were looked at, the last of them, and those that brought another name than the one before; where that
/// one is not there any more, what it was is not known.
fn next(write: &Write, place: i64, limit: usize) -> Done<(u64, i64, Vec<Renamed>)> {
    let mut find = write.sql.prepare_cached(
        "select v.id, v.record, r.name, r.tenant = ?1 and (p.id is null or p.name is not v.name)
         from revision v cross join record r on r.id = v.record
         left join revision p on p.record = v.record and p.revision = v.revision - 1
         where v.id > ?2 order by v.id limit ?3",
    )?;
    let mut rows = find.query((write.tenant, place, signed(limit as u64)))?;
    let (mut seen, mut last, mut renamed) = (0, place, Vec::new());
    while let Some(row) = rows.next()? {
        (seen, last) = (seen + 1, row.get(0)?);
        if row.get(3)? {
            renamed.push(Renamed { record: row.get(1)?, name: row.get(2)? });
        }
    }
    Ok((seen, last, renamed))
}

/// The pieces as words of the index, each with its tenant: another's records are not even looked at.
fn words(tenant: i64, name: &str) -> Vec<String> {
    pieces::of(name).into_iter().map(|piece| format!("{tenant}t{piece:x}")).collect()
}

/// Records whose name has that part, the newest first: first of what was taken in just now, then of what was taken up.
pub(super) fn having(sql: &Connection, tenant: i64, part: &str, limit: usize) -> Done<Vec<RecordId>> {
    let words = words(tenant, part);
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let limit = signed(limit as u64);
    let mut just_now = sql.prepare_cached(
        "select r.id from (select id, record from revision where id > ?2 order by id desc limit ?3) v
         cross join record r on r.id = v.record
         where r.tenant = ?1 and instr(lower(r.name), lower(?4)) > 0
         group by r.id order by max(v.id) desc limit ?5",
    )?;
    let place = place(sql, tenant)?;
    let mut found =
        all(&mut just_now, params![tenant, place, NEWEST, part, limit], |row| Ok(RecordId(row.get(0)?)))?;
    let mut taken_up = sql.prepare_cached(
        "select r.id from name_piece p cross join record r on r.id = p.rowid
         where p.name_piece match ?2 and r.tenant = ?1 and instr(lower(r.name), lower(?3)) > 0
         order by p.rowid desc limit ?4",
    )?;
    let wanted = rarest(sql, words)?.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" AND ");
    found.extend(all(&mut taken_up, params![tenant, wanted, part, limit], |row| Ok(RecordId(row.get(0)?)))?);
    Ok(found)
}

/// So many pieces tell a name from nearly all others; each further one costs a look into its list for each hit.
const ENOUGH: usize = 3;

/// Names that have a piece are counted up to here.
const MANY: i64 = 10_000;

/// Among so many of the newest records: of more, too many pieces are in as many names as are counted.
const COUNTED: i64 = 500_000;

/// The pieces that the fewest names have.
fn rarest(sql: &Connection, words: Vec<String>) -> Done<Vec<String>> {
    if words.len() <= ENOUGH {
        return Ok(words);
    }
    let newest: i64 =
        sql.prepare_cached("select coalesce(max(id), 0) from record")?.query_row([], |row| row.get(0))?;
    let mut count = sql.prepare_cached(
        "select count(*) from (select 1 from name_piece where name_piece match ?1 and rowid > ?2 limit ?3)",
    )?;
    let mut counted = Vec::with_capacity(words.len());
    for word in words {
        let names: i64 = count.query_row((quoted(&word), newest - COUNTED, MANY), |row| row.get(0))?;
        counted.push((names, word));
    }
    counted.sort();
    Ok(counted.into_iter().take(ENOUGH).map(|(_, word)| word).collect())
}

fn quoted(word: &str) -> String {
    format!("\"{word}\"")
}
