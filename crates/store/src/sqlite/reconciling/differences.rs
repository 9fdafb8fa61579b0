//! Differences: seen, seen again, gone, decided about.

use contract::store::{Decision, DifferenceFilter, Findings, Progress};
use model::reconciliation::{Difference, Found, Kind, Origin, State};
use model::{DifferenceId, FlowName, Timestamp};
use rusqlite::{Connection, Row, params};

use crate::reconciled::{DifferenceRow, Standing, decided, detail_text, seen};
use crate::sqlite::commit::Write;
use crate::sqlite::failure::Done;
use crate::sqlite::rows::{all, bytes, first, hash, known, signed, text, unsigned};

pub(super) fn take_in(write: &Write, progress: &Progress, findings: &Findings) -> Done<()> {
    for (origin, key) in &findings.agreed {
        close(write, &progress.flow, *origin, key, progress.now)?;
    }
    findings.differences.iter().try_for_each(|found| put(write, &progress.flow, found, progress.now))
}

fn close(write: &Write, flow: &FlowName, origin: Origin, key: &str, now: Timestamp) -> Done<()> {
    write
        .sql
        .prepare_cached(
            "update difference set state = ?5, seen = ?6, reason = null
             where tenant = ?1 and flow = ?2 and origin = ?3 and key = ?4 and state <> ?5",
        )?
        .execute(params![write.tenant, flow.as_str(), origin.name(), key, State::Closed.name(), now.0])?;
    Ok(())
}

fn put(write: &Write, flow: &FlowName, found: &Found, now: Timestamp) -> Done<()> {
    let mut find = write.sql.prepare_cached(
        "select state, standing, since, reason, decided from difference
         where tenant = ?1 and flow = ?2 and origin = ?3 and key = ?4",
    )?;
    let key = params![write.tenant, flow.as_str(), found.origin.name(), found.key()];
    let before = first(&mut find, key, |row| {
        Ok(Standing {
            state: known(State::of_name(text(row, 0)?), "a difference's state")?,
            standing: known(hash(row, 1)?, "a difference's standing")?,
            since: row.get(2)?,
            reason: row.get(3)?,
            decided: row.get(4)?,
        })
    })?;
    let after = seen(before, found, now);
    write
        .sql
        .prepare_cached(
            "insert into difference (tenant, flow, origin, key, kind, state, detail, standing, since, seen, reason,
                 decided)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
             on conflict (tenant, flow, origin, key) do update set kind = excluded.kind, state = excluded.state,
                 detail = excluded.detail, standing = excluded.standing, since = excluded.since,
                 seen = excluded.seen, reason = excluded.reason, decided = excluded.decided",
        )?
        .execute(params![
            write.tenant,
            flow.as_str(),
            found.origin.name(),
            found.key(),
            found.kind.name(),
            after.state.name(),
            detail_text(found),
            bytes(Some(found.standing)),
            after.since,
            now.0,
            after.reason,
            after.decided
        ])?;
    Ok(())
}

pub(super) fn list(sql: &Connection, tenant: i64, filter: &DifferenceFilter) -> Done<Vec<Difference>> {
    let ids = filter.ids.iter().map(|id| id.0.to_string()).collect::<Vec<_>>().join(",");
    let states =
        filter.states.iter().map(|state| format!("'{}'", state.name())).collect::<Vec<_>>().join(",");
    let mut find = sql.prepare_cached(&format!(
        "select id, flow, origin, kind, state, detail, standing, since, seen, reason, decided from difference
         where tenant = ?1 and (?2 is null or flow = ?2) and (?3 is null or kind = ?3)
             and (?4 is null or origin = ?4) and id > ?5 and {} and {}
         order by id limit ?6",
        if ids.is_empty() { "1".to_owned() } else { format!("id in ({ids})") },
        if states.is_empty() { "1".to_owned() } else { format!("state in ({states})") },
    ))?;
    let params = params![
        tenant,
        filter.flow.as_ref().map(FlowName::as_str),
        filter.kind.map(Kind::name),
        filter.origin.map(Origin::name),
        filter.after.map_or(0, |after| after.0),
        signed(filter.limit as u64)
    ];
    all(&mut find, params, difference)
}

fn difference(row: &Row) -> Done<Difference> {
    let columns = DifferenceRow {
        id: row.get(0)?,
        flow: text(row, 1)?,
        origin: text(row, 2)?,
        kind: text(row, 3)?,
        state: text(row, 4)?,
        detail: text(row, 5)?,
        standing: known(hash(row, 6)?, "a difference's standing")?,
        since: row.get(7)?,
        seen: row.get(8)?,
        reason: row.get(9)?,
        decided: row.get(10)?,
    };
    known(columns.difference(), "a difference")
}

pub(super) fn count(sql: &Connection, tenant: i64, flow: &FlowName) -> Done<Vec<(Kind, State, u64)>> {
    let mut find = sql.prepare_cached(
        "select kind, state, count(*) from difference where tenant = ?1 and flow = ?2 group by kind, state
         order by kind, state",
    )?;
    all(&mut find, (tenant, flow.as_str()), |row| {
        let kind = known(Kind::of_name(text(row, 0)?), "a difference's kind")?;
        let state = known(State::of_name(text(row, 1)?), "a difference's state")?;
        Ok((kind, state, unsigned(row.get(2)?)))
    })
}

pub(super) fn decide(write: &Write, ids: &[DifferenceId], decision: &Decision, at: Timestamp) -> Done<u64> {
    let (state, reason) = decided(decision);
    let mut change = write.sql.prepare_cached(
        "update difference set state = ?3, reason = ?4, decided = ?5 where id = ?1 and tenant = ?2 and state <> ?6",
    )?;
    ids.iter().try_fold(0, |count, id| {
        let params = params![id.0, write.tenant, state.name(), reason, at.0, State::Closed.name()];
        Ok(count + change.execute(params)? as u64)
    })
}
