//! How much is stored.

use contract::store::{Part, PartStored, Storage};
use model::Timestamp;
use rusqlite::Connection;

use super::purged;
use crate::sqlite::failure::Done;
use crate::sqlite::rows::unsigned;
use crate::upkeep::SAMPLE;

/// Of each part: how many rows, the mean content of the newest, and when the oldest was stored.
const PARTS: [(Part, &str); 8] = [
    (
        Part::Attempts,
        "select (select count(*) from attempt),
             (select cast(avg(size) as integer) from (select 60 + octet_length(steps) as size from attempt order by id desc limit ?1)),
             (select ended from attempt order by id limit 1)",
    ),
    (
        Part::Calls,
        "select (select count(*) from call),
             (select cast(avg(size) as integer) from (select 80 + octet_length(url) + octet_length(request) + octet_length(response)
                  as size from call order by id desc limit ?1)),
             (select sent from call order by id limit 1)",
    ),
    (
        Part::Arrivals,
        "select (select count(*) from arrival),
             (select cast(avg(size) as integer) from (select 40 + coalesce(octet_length(body), 0) as size
                  from arrival order by id desc limit ?1)),
             (select at from arrival order by id limit 1)",
    ),
    (
        Part::Versions,
        "select (select count(*) from revision),
             (select cast(avg(size) as integer) from (select 80 + octet_length(body) + coalesce(length(packed), 0) as size
                  from revision order by id desc limit ?1)),
             (select at from revision order by id limit 1)",
    ),
    (
        Part::Receipts,
        "select (select count(*) from receipt),
             (select cast(avg(size) as integer) from (select 80 + length(body) as size from receipt order by id desc limit ?1)),
             (select at from receipt order by id limit 1)",
    ),
    (
        Part::Differences,
        "select (select count(*) from difference),
             (select cast(avg(size) as integer) from (select 110 + length(detail) as size from difference order by id desc limit ?1)),
             (select since from difference order by id limit 1)",
    ),
    (
        Part::Runs,
        "select (select count(*) from reconciliation),
             (select cast(avg(size) as integer) from (select 160 + length(sum) as size from reconciliation
                  order by id desc limit ?1)),
             (select started from reconciliation order by id limit 1)",
    ),
    (
        Part::Sweeps,
        "select (select count(*) from sweep),
             (select cast(avg(size) as integer) from (select 160 + length(sum) as size from sweep
                  order by id desc limit ?1)),
             (select started from sweep order by id limit 1)",
    ),
];

pub(super) fn storage(sql: &Connection, tenant: i64) -> Done<Storage> {
    let pragma = |name: &str| -> Done<u64> {
        Ok(unsigned(sql.query_row(&format!("pragma {name}"), [], |row| row.get(0))?))
    };
    let (page, pages, free) = (pragma("page_size")?, pragma("page_count")?, pragma("freelist_count")?);
    let mut parts = Vec::new();
    for (part, statement) in PARTS {
        let stored = sql.query_row(statement, [SAMPLE], |row| {
            let (rows, mean): (i64, Option<i64>) = (row.get(0)?, row.get(1)?);
            let rows = unsigned(rows);
            let bytes = rows * unsigned(mean.unwrap_or_default());
            Ok(PartStored { part, rows, bytes, oldest: row.get::<_, Option<i64>>(2)?.map(Timestamp) })
        })?;
        parts.push(stored);
    }
    let used = pages.saturating_sub(free) * page;
    Ok(Storage { used, spare: free * page, parts, purged: purged(sql, tenant)? })
}
