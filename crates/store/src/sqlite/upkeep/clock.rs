//! The time that was told, and what becomes of stored times when the clock is set back.

use std::time::Duration;

use model::Timestamp;

use super::recalled;
use crate::codec::NEVER;
use crate::sqlite::commit::Write;
use crate::sqlite::failure::Done;
use crate::upkeep::{LATEST, set_back};

pub(super) fn keep_time(write: &mut Write, now: Timestamp) -> Done<Option<Duration>> {
    let latest = recalled(write.sql, write.tenant, LATEST)?;
    let by = set_back(latest, now);
    if let Some(by) = by {
        move_back(write, now, i64::try_from(by.as_millis()).unwrap_or(i64::MAX))?;
    }
    if by.is_some() || latest.is_none_or(|latest| latest < now.0) {
        write
            .sql
            .prepare_cached("insert or replace into upkeep (tenant, name, value) values (?1, ?2, ?3)")?
            .execute((write.tenant, LATEST, now.0))?;
    }
    Ok(by)
}

fn move_back(write: &Write, now: Timestamp, by: i64) -> Done<()> {
    let (tenant, now) = (write.tenant, now.0);
    write
        .sql
        .prepare_cached(
            "update task set due = due - ?2 where tenant = ?1 and state < 4 and due > ?3 and due < ?4",
        )?
        .execute((tenant, by, now, NEVER.0))?;
    write
        .sql
        .prepare_cached(
            "update lane set until = case when until > ?3 then until - ?2 else until end,
                 others_until = case when others_until > ?3 then others_until - ?2 else others_until end
             where tenant = ?1",
        )?
        .execute((tenant, by, now))?;
    write
        .sql
        .prepare_cached("update open_record set read_at = min(read_at, ?2) where tenant = ?1")?
        .execute((tenant, now))?;
    write
        .sql
        .prepare_cached(
            r#"update cursor set "from" = min("from", ?2) - ?3, "to" = min("from", ?2) - ?3, after = null, finished = 1
               where tenant = ?1 and walk = 'changes' and "to" > ?2"#,
        )?
        .execute((tenant, now, by))?;
    write
        .sql
        .prepare_cached(
            r#"update cursor set "from" = min("from", ?2), "to" = ?2
               where tenant = ?1 and walk = 'open' and "to" > ?2"#,
        )?
        .execute((tenant, now))?;
    Ok(())
}
