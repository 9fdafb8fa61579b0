//! Purging: the rows of one slice, each looked at once, in the order in which they were stored.

use contract::store::{Part, PurgeSlice, Purged};

use super::remember;
use crate::sqlite::commit::Write;
use crate::sqlite::failure::Done;
use crate::sqlite::rows::{all, signed};
use crate::upkeep::{PURGED_AT, PURGED_BEFORE};

/// At most so many bytes of content are removed in one transaction: what is large lies on many pages.
const LARGEST: i64 = 1 << 20;

/// A row that was looked at.
struct Seen {
    id: i64,
    is_older: bool,
    goes: bool,
    bytes: i64,
}

pub(super) fn purge(write: &mut Write, slice: &PurgeSlice) -> Done<Purged> {
    let seen = look(write, slice)?;
    let (mut removed, mut bytes, mut last, mut is_cut) = (0, 0, None, false);
    for row in &seen {
        if bytes >= LARGEST {
            is_cut = true;
            break;
        }
        last = Some(row.id);
        if row.goes && !slice.only_looks {
            remove(write, slice.part, row.id)?;
            bytes += row.bytes;
        }
        removed += u64::from(row.goes);
    }
    if removed > 0 && !slice.only_looks {
        remember(write, PURGED_BEFORE, slice.before.0)?;
        remember(write, PURGED_AT, slice.at.0)?;
    }
    // Rows are stored in the order of time, but for a clock that was set back.
    let is_end = seen.len() < slice.limit || !seen.iter().any(|row| row.is_older);
    Ok(Purged { removed, after: last.filter(|_| is_cut || !is_end) })
}

/// The next rows. Of a version that goes nothing older stays, so that none is left without what it was packed with.
fn look(write: &Write, slice: &PurgeSlice) -> Done<Vec<Seen>> {
    let mut find = match slice.part {
        Part::Attempts => write.sql.prepare_cached(
            "select a.id, a.ended < ?2,
                 t.tenant = ?1 and a.ended < ?2 and not (t.state < 4 or t.state = 6 or t.open = 1),
                 octet_length(a.steps)
             from attempt a cross join task t on t.id = a.task where a.id > ?3 order by a.id limit ?4",
        )?,
        Part::Calls => write.sql.prepare_cached(
            "select c.id, c.sent < ?2,
                 c.tenant = ?1 and c.sent < ?2 and not exists (select 1 from attempt_call j where j.call = c.id),
                 octet_length(c.request) + octet_length(c.response)
             from call c where c.id > ?3 order by c.id limit ?4",
        )?,
        Part::Arrivals => write.sql.prepare_cached(
            "select a.id, a.at < ?2,
                 r.tenant = ?1 and a.at < ?2
                 and not exists (select 1 from task t where t.record = a.record
                     and (t.state < 4 or t.state = 6 or t.open = 1)),
                 coalesce(octet_length(a.body), 0)
             from arrival a cross join record r on r.id = a.record where a.id > ?3 order by a.id limit ?4",
        )?,
        Part::Versions => write.sql.prepare_cached(
            "select v.id, v.at < ?2,
                 r.tenant = ?1 and v.at < ?2 and v.revision < r.revision
                 and not exists (select 1 from task t where t.record = v.record
                     and (t.state < 4 or t.state = 6 or t.open = 1))
                 and not exists (select 1 from revision o where o.record = v.record and o.revision < v.revision
                     and o.at >= ?2),
                 octet_length(v.body) + coalesce(octet_length(v.packed), 0)
             from revision v cross join record r on r.id = v.record where v.id > ?3 order by v.id limit ?4",
        )?,
        Part::Receipts => write.sql.prepare_cached(
            "select p.id, p.at < ?2, p.tenant = ?1 and p.at < ?2 and p.state in (1, 3), octet_length(p.body)
             from receipt p where p.id > ?3 order by p.id limit ?4",
        )?,
        // Seen again and again, they are in no order of time: all are looked at.
        Part::Differences => write.sql.prepare_cached(
            "select d.id, 1, d.tenant = ?1 and d.state = 'closed' and max(d.seen, coalesce(d.decided, 0)) < ?2,
                 octet_length(d.detail)
             from difference d where d.id > ?3 order by d.id limit ?4",
        )?,
        Part::Runs => write.sql.prepare_cached(
            "select c.id, c.started < ?2,
                 c.tenant = ?1 and coalesce(c.ended < ?2, 0) and exists (select 1 from reconciliation n
                     where n.tenant = c.tenant and n.flow = c.flow and n.id > c.id),
                 octet_length(c.sum)
             from reconciliation c where c.id > ?3 order by c.id limit ?4",
        )?,
        // How many went by counts says when the next one lists all.
        Part::Sweeps => write.sql.prepare_cached(
            "select s.id, s.started < ?2,
                 s.tenant = ?1 and coalesce(s.ended < ?2, 0) and 7 <= (select count(*) from sweep n
                     where n.tenant = s.tenant and n.object = s.object and n.connection = s.connection
                         and n.id > s.id),
                 octet_length(s.sum)
             from sweep s where s.id > ?3 order by s.id limit ?4",
        )?,
    };
    let asked = (write.tenant, slice.before.0, slice.after, signed(slice.limit as u64));
    all(&mut find, asked, |row| {
        Ok(Seen { id: row.get(0)?, is_older: row.get(1)?, goes: row.get(2)?, bytes: row.get(3)? })
    })
}

fn remove(write: &Write, part: Part, id: i64) -> Done<()> {
    let statements: &[&str] = match part {
        Part::Attempts => {
            &["delete from attempt_call where attempt = ?1", "delete from attempt where id = ?1"]
        }
        Part::Calls => &["delete from call where id = ?1"],
        Part::Differences => &["delete from difference where id = ?1"],
        Part::Runs => &["delete from reconciliation where id = ?1"],
        Part::Sweeps => &["delete from sweep where id = ?1"],
        Part::Arrivals => &["delete from arrival where id = ?1"],
        Part::Versions => &["delete from revision where id = ?1"],
        Part::Receipts => {
            &["delete from receipt_outcome where receipt = ?1", "delete from receipt where id = ?1"]
        }
    };
    for statement in statements {
        write.sql.prepare_cached(statement)?.execute([id])?;
    }
    Ok(())
}
