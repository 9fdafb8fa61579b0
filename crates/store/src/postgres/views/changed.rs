//! What changed in a span of time, page by page.

use contract::store::{Changed, ChangedAsk};

use crate::postgres::commit::Read;
use crate::postgres::failure::Done;
use crate::postgres::params::text;
use crate::postgres::rows::{self, signed, unsigned};
use crate::postgres::session::get;

pub(super) async fn changed(read: &Read, ask: &ChangedAsk) -> Done<Option<Changed>> {
    let (connection, object) = (text(ask.connection.as_str()), text(ask.object.as_str()));
    let look = "select count(*) from (select 1 from revision where at >= $1 and at <= $2 limit $3) looked";
    let most = signed(ask.most as u64 + 1);
    let looked = read.sql.first(look, &[&ask.from.0, &ask.to.0, &most], |row| get(row, 0)).await?;
    if unsigned(looked.unwrap_or(0)) > ask.most as u64 {
        return Ok(None);
    }
    let count = "select count(distinct c.record) from revision c join record r on r.id = c.record
         where c.at >= $4 and c.at <= $5 and r.tenant = $1 and r.connection = $2 and r.object = $3";
    let of: [&(dyn tokio_postgres::types::ToSql + Sync); 5] =
        [&read.tenant, &connection, &object, &ask.from.0, &ask.to.0];
    let total = read.sql.first(count, &of, |row| get(row, 0)).await?.unwrap_or(0);
    let statement = format!(
        "select {} from (
             select c.record, max(c.at) as at from revision c join record r on r.id = c.record
             where c.at >= $4 and c.at <= $5 and r.tenant = $1 and r.connection = $2 and r.object = $3
             group by c.record order by max(c.at), c.record limit $6 offset $7
         ) w
         join record r on r.id = w.record
         join revision v on v.record = r.id and v.revision = r.revision
         order by w.at, w.record",
        rows::RECORD
    );
    let (limit, offset) = (signed(ask.limit as u64), signed(ask.offset as u64));
    let records = read
        .sql
        .all(&statement, &[of[0], of[1], of[2], of[3], of[4], &limit, &offset], |row| rows::record(row, 0))
        .await?;
    Ok(Some(Changed { total: unsigned(total), records }))
}
