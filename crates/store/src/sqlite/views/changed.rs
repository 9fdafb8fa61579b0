//! What changed in a span of time, page by page.

use contract::store::{Changed, ChangedAsk};
use rusqlite::{Connection, params};

use crate::sqlite::failure::Done;
use crate::sqlite::rows::{self, all, signed, unsigned};

pub(super) fn changed(sql: &Connection, tenant: i64, ask: &ChangedAsk) -> Done<Changed> {
    let (connection, object) = (ask.connection.as_str(), ask.object.as_str());
    let mut count = sql.prepare_cached(
        "select count(distinct c.record) from revision c cross join record r on r.id = c.record
         where c.at >= ?4 and c.at <= ?5 and r.tenant = ?1 and r.connection = ?2 and r.object = ?3",
    )?;
    let of = params![tenant, connection, object, ask.from.0, ask.to.0];
    let total = unsigned(count.query_row(of, |row| row.get(0))?);
    let mut find = sql.prepare_cached(&format!(
        "select {} from (
             select c.record, max(c.at) at from revision c cross join record r on r.id = c.record
             where c.at >= ?4 and c.at <= ?5 and r.tenant = ?1 and r.connection = ?2 and r.object = ?3
             group by c.record order by at, c.record limit ?6 offset ?7
         ) w
         cross join record r on r.id = w.record
         cross join revision v on v.record = r.id and v.revision = r.revision
         order by w.at, w.record",
        rows::RECORD
    ))?;
    let (limit, offset) = (signed(ask.limit as u64), signed(ask.offset as u64));
    let of = params![tenant, connection, object, ask.from.0, ask.to.0, limit, offset];
    Ok(Changed { total, records: all(&mut find, of, |row| rows::record(row, 0))? })
}
