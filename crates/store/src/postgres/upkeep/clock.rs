//! The time that was told, and what becomes of stored times when the clock is set back.

use std::time::Duration;

use model::Timestamp;

use super::recalled;
use crate::codec::NEVER;
use crate::postgres::commit::Write;
use crate::postgres::failure::Done;
use crate::upkeep::{LATEST, set_back};

pub(super) async fn keep_time(write: &mut Write, now: Timestamp) -> Done<Option<Duration>> {
    let latest = recalled(&write.sql, write.tenant, LATEST).await?;
    let by = set_back(latest, now);
    if let Some(by) = by {
        move_back(write, now, i64::try_from(by.as_millis()).unwrap_or(i64::MAX)).await?;
    }
    if by.is_some() || latest.is_none_or(|latest| latest < now.0) {
        write
            .sql
            .change(
                "insert into upkeep (tenant, name, value) values ($1, $2, $3)
                 on conflict (tenant, name) do update set value = excluded.value",
                &[&write.tenant, &LATEST, &now.0],
            )
            .await?;
    }
    Ok(by)
}

/// Lanes before tasks, as everybody locks them.
async fn move_back(write: &Write, now: Timestamp, by: i64) -> Done<()> {
    let (tenant, now) = (write.tenant, now.0);
    let sql = &write.sql;
    sql.change(
        "update lane set until = case when until > $3 then until - $2 else until end,
                 others_until = case when others_until > $3 then others_until - $2 else others_until end
             where tenant = $1",
        &[&tenant, &by, &now],
    )
    .await?;
    sql.change(
        "update task set due = due - $2 where tenant = $1 and state < 4 and due > $3 and due < $4",
        &[&tenant, &by, &now, &NEVER.0],
    )
    .await?;
    sql.change("update open_record set read_at = least(read_at, $2) where tenant = $1", &[&tenant, &now])
        .await?;
    sql.change(
        r#"update cursor set "from" = least("from", $2) - $3, "to" = least("from", $2) - $3, after = null,
               finished = true
           where tenant = $1 and walk = 'changes' and "to" > $2"#,
        &[&tenant, &now, &by],
    )
    .await?;
    sql.change(
        r#"update cursor set "from" = least("from", $2), "to" = $2
           where tenant = $1 and walk = 'open' and "to" > $2"#,
        &[&tenant, &now],
    )
    .await?;
    Ok(())
}
