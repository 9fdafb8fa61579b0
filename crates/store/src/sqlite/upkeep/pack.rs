//! Packing versions that others followed, and reading them again.

use contract::store::Packed;
use model::RecordId;
use rusqlite::{Connection, params};

use super::{recalled, remember};
use crate::packing::{self, PORTION};
use crate::sqlite::commit::Write;
use crate::sqlite::failure::Done;
use crate::sqlite::rows::{first, known, signed, text};
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
pub(super) fn pack(write: &mut Write, limit: usize) -> Done<Packed> {
    let place = recalled(write.sql, write.tenant, PACKED)?.unwrap_or(0);
    let (seen, last, followed) = next(write, place, limit)?;
    let mut came = Packed { seen, ..Packed::default() };
    let mut store =
        write.sql.prepare_cached("update revision set body = '', packed = ?2, base = ?3 where id = ?1")?;
    for version in followed {
        let packed = packing::pack(version.revision, &version.text, version.follower.as_deref());
        if let Some(packed) = packed {
            store.execute(params![version.id, packed.bytes, packed.base])?;
            came.packed += 1;
            came.from += version.text.len() as u64;
            came.to += packed.bytes.len() as u64;
        }
    }
    if last > place {
        remember(write, PACKED, last)?;
    }
    Ok(came)
}

/// How many followers were looked at, the last of them, and the versions before them that are not packed yet.
fn next(write: &Write, place: i64, limit: usize) -> Done<(u64, i64, Vec<Followed>)> {
    let mut find = write.sql.prepare_cached(
        "select v.id, p.id, p.revision, p.body, case when v.packed is null then v.body end
         from revision v cross join record r on r.id = v.record
         left join revision p on p.record = v.record and p.revision = v.revision - 1 and p.packed is null
             and r.tenant = ?1
         where v.id > ?2 order by v.id limit ?3",
    )?;
    let mut rows = find.query((write.tenant, place, signed(limit as u64)))?;
    let (mut seen, mut last, mut bytes, mut followed) = (0, place, 0, Vec::new());
    while bytes < PORTION {
        let Some(row) = rows.next()? else { break };
        (seen, last) = (seen + 1, row.get(0)?);
        let Some(id) = row.get(1)? else { continue };
        let version = Followed { id, revision: row.get(2)?, text: row.get(3)?, follower: row.get(4)? };
        bytes += version.text.len() + version.follower.as_ref().map_or(0, String::len);
        followed.push(version);
    }
    Ok((seen, last, followed))
}

/// The text of a packed version of a record.
pub(in crate::sqlite) fn unpacked(sql: &Connection, record: RecordId, revision: i64) -> Done<String> {
    let mut find =
        sql.prepare_cached("select body, packed, base from revision where record = ?1 and revision = ?2")?;
    // From the version asked for up to one that stands by itself.
    let (mut chain, mut at) = (Vec::new(), Some(revision));
    let mut base = String::new();
    while let Some(number) = at {
        let row = first(&mut find, (record.0, number), |row| {
            Ok((text(row, 0)?.to_owned(), row.get::<_, Option<Vec<u8>>>(1)?, row.get::<_, Option<i64>>(2)?))
        })?;
        let (body, packed, next) = known(row, "the version that another was packed with")?;
        // A base is always newer: no chain comes back to where it was.
        at = next.filter(|next| *next > number);
        match packed {
            Some(packed) => chain.push(packed),
            None => base = body,
        }
    }
    for packed in chain.into_iter().rev() {
        base = known(packing::unpack(&packed, &base), "a packed version")?;
    }
    Ok(base)
}
