//! Purging: the rows of one slice, each looked at once, in the order in which they were stored; one statement for a slice.

use contract::store::{Part, PurgeSlice, Purged};

use super::remember;
use crate::postgres::commit::Write;
use crate::postgres::failure::Done;
use crate::postgres::rows::{known, signed, unsigned};
use crate::postgres::session::get;
use crate::upkeep::{PURGED_AT, PURGED_BEFORE};

/// The rows that are looked at: their ids, whether each is older, and whether it goes. Of a version that goes nothing older
/// stays, so that none is left without what it was packed with.
fn looked_at(part: Part) -> &'static str {
    match part {
        Part::Attempts => {
            "select a.id, a.ended < $2 as older,
                 t.tenant = $1 and a.ended < $2 and not (t.state < 4 or t.state = 6 or t.open) as goes
             from attempt a join task t on t.id = a.task where a.id > $3 order by a.id limit $4"
        }
        Part::Calls => {
            "select c.id, c.sent < $2 as older,
                 c.tenant = $1 and c.sent < $2
                 and not exists (select 1 from attempt_call j where j.call = c.id) as goes
             from call c where c.id > $3 order by c.id limit $4"
        }
        Part::Arrivals => {
            "select a.id, a.at < $2 as older,
                 r.tenant = $1 and a.at < $2
                 and not exists (select 1 from task t where t.record = a.record
                     and (t.state < 4 or t.state = 6 or t.open)) as goes
             from arrival a join record r on r.id = a.record where a.id > $3 order by a.id limit $4"
        }
        Part::Versions => {
            "select v.id, v.at < $2 as older,
                 r.tenant = $1 and v.at < $2 and v.revision < r.revision
                 and not exists (select 1 from task t where t.record = v.record
                     and (t.state < 4 or t.state = 6 or t.open))
                 and not exists (select 1 from revision o where o.record = v.record and o.revision < v.revision
                     and o.at >= $2) as goes
             from revision v join record r on r.id = v.record where v.id > $3 order by v.id limit $4"
        }
        Part::Receipts => {
            "select p.id, p.at < $2 as older, p.tenant = $1 and p.at < $2 and p.state in (1, 3) as goes
             from receipt p where p.id > $3 order by p.id limit $4"
        }
        // Seen again and again, they are in no order of time: all are looked at.
        Part::Differences => {
            "select d.id, true as older,
                 d.tenant = $1 and d.state = 'closed' and greatest(d.seen, coalesce(d.decided, 0)) < $2 as goes
             from difference d where d.id > $3 order by d.id limit $4"
        }
        Part::Runs => {
            "select c.id, c.started < $2 as older,
                 c.tenant = $1 and coalesce(c.ended < $2, false) and exists (select 1 from reconciliation n
                     where n.tenant = c.tenant and n.flow = c.flow and n.id > c.id) as goes
             from reconciliation c where c.id > $3 order by c.id limit $4"
        }
        // How many went by counts says when the next one lists all.
        Part::Sweeps => {
            "select s.id, s.started < $2 as older,
                 s.tenant = $1 and coalesce(s.ended < $2, false) and 7 <= (select count(*) from sweep n
                     where n.tenant = s.tenant and n.object = s.object and n.connection = s.connection
                         and n.id > s.id) as goes
             from sweep s where s.id > $3 order by s.id limit $4"
        }
    }
}

/// The table of a part, and the one that goes along with its rows.
fn tables(part: Part) -> (&'static str, Option<(&'static str, &'static str)>) {
    match part {
        Part::Attempts => ("attempt", Some(("attempt_call", "attempt"))),
        Part::Calls => ("call", None),
        Part::Differences => ("difference", None),
        Part::Runs => ("reconciliation", None),
        Part::Sweeps => ("sweep", None),
        Part::Arrivals => ("arrival", None),
        Part::Versions => ("revision", None),
        Part::Receipts => ("receipt", Some(("receipt_outcome", "receipt"))),
    }
}

pub(super) async fn purge(write: &mut Write, slice: &PurgeSlice) -> Done<Purged> {
    let (table, beside) = tables(slice.part);
    let removing = |table: &str, column: &str| match slice.only_looks {
        false => {
            format!(", of_{table} as (delete from {table} d using seen s where d.{column} = s.id and s.goes)")
        }
        true => String::new(),
    };
    let along = beside.map_or(String::new(), |(table, column)| removing(table, column));
    let statement = format!(
        "with seen as materialized ({}) {along} {}
         select count(*), count(*) filter (where older), count(*) filter (where goes), max(id) from seen",
        looked_at(slice.part),
        removing(table, "id"),
    );
    let limit = signed(slice.limit as u64);
    let counted = write
        .sql
        .first(&statement, &[&write.tenant, &slice.before.0, &slice.after, &limit], |row| {
            Ok((get::<i64>(row, 0)?, get::<i64>(row, 1)?, get::<i64>(row, 2)?, get::<Option<i64>>(row, 3)?))
        })
        .await?;
    let (seen, older, goes, last) = known(counted, "the rows of a slice")?;
    if goes > 0 && !slice.only_looks {
        remember(write, PURGED_BEFORE, slice.before.0).await?;
        remember(write, PURGED_AT, slice.at.0).await?;
    }
    // Rows are stored in the order of time, but for a clock that was set back.
    let is_end = seen < limit || older == 0;
    Ok(Purged { removed: unsigned(goes), after: last.filter(|_| !is_end) })
}
