//! How much is stored. A server keeps what was deleted for reuse and does not say how much of it: what is used is estimated
//! from its count of rows, the size of the newest, and what indexes add.

use contract::store::{Part, PartStored, Storage};
use model::Timestamp;

use super::purged;
use crate::postgres::commit::Read;
use crate::postgres::failure::Done;
use crate::postgres::rows::{known, unsigned};
use crate::postgres::session::get;
use crate::upkeep::SAMPLE;

/// What the server keeps with each row.
const ROW: i64 = 36;

/// A part's table, the bytes of a row's content, and its time.
fn measured(part: Part) -> (&'static str, &'static str, &'static str) {
    match part {
        Part::Attempts => ("attempt", "60 + pg_column_size(steps)", "ended"),
        Part::Calls => {
            ("call", "80 + pg_column_size(url) + pg_column_size(request) + pg_column_size(response)", "sent")
        }
        Part::Arrivals => ("arrival", "50 + coalesce(pg_column_size(body), 0)", "at"),
        Part::Versions => {
            ("revision", "90 + pg_column_size(body) + coalesce(pg_column_size(packed), 0)", "at")
        }
        Part::Receipts => ("receipt", "90 + pg_column_size(body)", "at"),
        Part::Differences => ("difference", "120 + pg_column_size(detail)", "since"),
        Part::Runs => ("reconciliation", "170 + pg_column_size(sum)", "started"),
        Part::Sweeps => ("sweep", "170 + pg_column_size(sum)", "started"),
    }
}

pub(super) async fn storage(read: &Read) -> Done<Storage> {
    let mut parts = Vec::new();
    let mut taken = 0;
    let mut used = 0;
    for part in Part::ALL {
        let (table, size, at) = measured(part);
        let statement = format!(
            "select pg_stat_get_live_tuples('{table}'::regclass),
                 (select avg(size)::bigint from (select {size} as size from {table} order by id desc limit $1) s),
                 (select {at} from {table} order by id limit 1),
                 pg_total_relation_size('{table}'::regclass), pg_table_size('{table}'::regclass)"
        );
        let stored = read
            .sql
            .first(&statement, &[&SAMPLE], |row| {
                let oldest = get::<Option<i64>>(row, 2)?.map(Timestamp);
                // Statistics come a moment late: where there is a row, there is one at least.
                let rows = get::<i64>(row, 0)?.max(i64::from(oldest.is_some()));
                let mean = get::<Option<i64>>(row, 1)?.unwrap_or_default();
                let sizes = (get::<i64>(row, 3)?, get::<i64>(row, 4)?);
                let stored = PartStored { part, rows: unsigned(rows), bytes: unsigned(rows * mean), oldest };
                Ok((stored, rows * (mean + ROW), sizes))
            })
            .await?;
        let (stored, content, (whole, table)) = known(stored, "the size of a table")?;
        taken += whole;
        // What indexes add to a row, as they add it to the table.
        let with_indexes = i128::from(content) * i128::from(whole) / i128::from(table.max(1));
        used += i64::try_from(with_indexes).unwrap_or(i64::MAX).min(whole);
        parts.push(stored);
    }
    let all = read
        .sql
        .first(
            "select coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint from pg_class c
             join pg_namespace n on n.oid = c.relnamespace
             where n.nspname = current_schema() and c.relkind = 'r'",
            &[],
            |row| get::<i64>(row, 0),
        )
        .await?;
    let all = known(all, "the size of the tables")?;
    let spare = (taken - used).max(0);
    let mark = purged(&read.sql, read.tenant).await?;
    Ok(Storage { used: unsigned(all - spare), spare: unsigned(spare), parts, purged: mark })
}
