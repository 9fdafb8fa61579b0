//! What changed in a span of time, page by page.

use contract::store::{Changed, ChangedAsk};
use model::RecordId;
use rusqlite::{Connection, params};

use crate::sqlite::failure::Done;
use crate::sqlite::records::as_of;
use crate::sqlite::rows::{all, known, signed, unsigned};

pub(super) fn changed(sql: &Connection, tenant: i64, ask: &ChangedAsk) -> Done<Option<Changed>> {
    let (connection, object) = (ask.connection.as_str(), ask.object.as_str());
    let mut look = sql.prepare_cached(
        "select count(*) from (select 1 from revision where at >= ?1 and at <= ?2 limit ?3)",
    )?;
    let looked = params![ask.from.0, ask.to.0, signed(ask.most as u64 + 1)];
    if unsigned(look.query_row(looked, |row| row.get(0))?) > ask.most as u64 {
        return Ok(None);
    }
    let mut count = sql.prepare_cached(
        "select count(distinct c.record) from revision c cross join record r on r.id = c.record
         where c.at >= ?4 and c.at <= ?5 and r.tenant = ?1 and r.connection = ?2 and r.object = ?3",
    )?;
    let of = params![tenant, connection, object, ask.from.0, ask.to.0];
    let total = unsigned(count.query_row(of, |row| row.get(0))?);
    let mut find = sql.prepare_cached(
        "select c.record, r.revision from revision c cross join record r on r.id = c.record
         where c.at >= ?4 and c.at <= ?5 and r.tenant = ?1 and r.connection = ?2 and r.object = ?3
         group by c.record order by max(c.at), c.record limit ?6 offset ?7",
    )?;
    let (limit, offset) = (signed(ask.limit as u64), signed(ask.offset as u64));
    let of = params![tenant, connection, object, ask.from.0, ask.to.0, limit, offset];
    let page = all(&mut find, of, |row| Ok((RecordId(row.get(0)?), row.get(1)?)))?;
    let records = page.into_iter().map(|of| known(as_of(sql, tenant, of)?, "a record's revision"));
    Ok(Some(Changed { total, records: records.collect::<Done<_>>()? }))
}
