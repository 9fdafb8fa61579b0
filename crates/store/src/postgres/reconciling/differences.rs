//! Differences: seen, seen again, gone, decided about. A batch is read, worked out in memory, and stored at once.

use std::collections::BTreeMap;

use contract::store::{Decision, DifferenceFilter, Findings, Progress};
use model::reconciliation::{Difference, Found, Kind, Origin, State};
use model::{DifferenceId, FlowName, Timestamp};
use tokio_postgres::Row;

use crate::postgres::commit::{Read, Write};
use crate::postgres::failure::Done;
use crate::postgres::params::{bytes, some_texts, text, texts};
use crate::postgres::rows::{hash, known, signed, unsigned};
use crate::postgres::session::get;
use crate::reconciled::{DifferenceRow, Standing, decided, detail_text, seen};

pub(super) async fn take_in(write: &Write, progress: &Progress, findings: &Findings) -> Done<()> {
    close(write, progress, &findings.agreed).await?;
    put(write, &progress.flow, &findings.differences, progress.now).await
}

async fn close(write: &Write, progress: &Progress, agreed: &[(Origin, String)]) -> Done<()> {
    if agreed.is_empty() {
        return Ok(());
    }
    write
        .sql
        .change(
            "update difference d set state = $3, seen = $4, reason = null
             from unnest($5::text[], $6::text[]) n (origin, key)
             where d.tenant = $1 and d.flow = $2 and d.origin = n.origin and d.key = n.key and d.state <> $3",
            &[
                &write.tenant,
                &text(progress.flow.as_str()),
                &State::Closed.name(),
                &progress.now.0,
                &texts(agreed.iter().map(|(origin, _)| origin.name())),
                &texts(agreed.iter().map(|(_, key)| key.as_str())),
            ],
        )
        .await?;
    Ok(())
}

async fn put(write: &Write, flow: &FlowName, found: &[Found], now: Timestamp) -> Done<()> {
    // What is told twice in one batch counts as it was told last.
    let found: BTreeMap<(Origin, String), &Found> =
        found.iter().map(|found| ((found.origin, text(found.key()).into_owned()), found)).collect();
    if found.is_empty() {
        return Ok(());
    }
    let origins = texts(found.keys().map(|(origin, _)| origin.name()));
    let keys = texts(found.keys().map(|(_, key)| key.as_str()));
    let mut before: BTreeMap<(Origin, String), Standing> = write
        .sql
        .all(
            "select d.origin, d.key, d.state, d.standing, d.since, d.reason, d.decided
             from unnest($3::text[], $4::text[]) n (origin, key)
             join difference d on d.tenant = $1 and d.flow = $2 and d.origin = n.origin and d.key = n.key
             order by d.id for update of d",
            &[&write.tenant, &text(flow.as_str()), &origins, &keys],
            standing,
        )
        .await?
        .into_iter()
        .collect();
    let after: Vec<Standing> =
        found.iter().map(|(key, found)| seen(before.remove(key), found, now)).collect();
    write
        .sql
        .change(
            "insert into difference (tenant, flow, origin, key, kind, state, detail, standing, since, seen, reason,
                 decided)
             select $1, $2, origin, key, kind, state, detail, standing, since, $3, reason, decided
             from unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::bytea[], $10::bigint[],
                 $11::text[], $12::bigint[])
                 n (origin, key, kind, state, detail, standing, since, reason, decided)
             on conflict (tenant, flow, origin, key) do update set kind = excluded.kind, state = excluded.state,
                 detail = excluded.detail, standing = excluded.standing, since = excluded.since,
                 seen = excluded.seen, reason = excluded.reason, decided = excluded.decided",
            &[
                &write.tenant,
                &text(flow.as_str()),
                &now.0,
                &origins,
                &keys,
                &texts(found.values().map(|found| found.kind.name())),
                &texts(after.iter().map(|after| after.state.name())),
                &found.values().map(|found| text(&detail_text(found)).into_owned()).collect::<Vec<_>>(),
                &found.values().map(|found| bytes(Some(found.standing))).collect::<Vec<_>>(),
                &after.iter().map(|after| after.since).collect::<Vec<_>>(),
                &some_texts(after.iter().map(|after| after.reason.as_deref())),
                &after.iter().map(|after| after.decided).collect::<Vec<_>>(),
            ],
        )
        .await?;
    Ok(())
}

fn standing(row: &Row) -> Done<((Origin, String), Standing)> {
    let origin = known(Origin::of_name(get(row, 0)?), "a difference's origin")?;
    let standing = Standing {
        state: known(State::of_name(get(row, 2)?), "a difference's state")?,
        standing: known(hash(row, 3)?, "a difference's standing")?,
        since: get(row, 4)?,
        reason: get(row, 5)?,
        decided: get(row, 6)?,
    };
    Ok(((origin, get(row, 1)?), standing))
}

pub(super) async fn list(read: &Read, filter: &DifferenceFilter) -> Done<Vec<Difference>> {
    let ids: Vec<i64> = filter.ids.iter().map(|id| id.0).collect();
    read.sql
        .all(
            "select id, flow, origin, kind, state, detail, standing, since, seen, reason, decided from difference
             where tenant = $1 and ($2::text is null or flow = $2) and ($3::text is null or kind = $3)
                 and ($4::text is null or origin = $4) and id > $5
                 and (cardinality($6::bigint[]) = 0 or id = any($6))
                 and (cardinality($7::text[]) = 0 or state = any($7))
             order by id limit $8",
            &[
                &read.tenant,
                &filter.flow.as_ref().map(|flow| text(flow.as_str())),
                &filter.kind.map(Kind::name),
                &filter.origin.map(Origin::name),
                &filter.after.map_or(0, |after| after.0),
                &ids,
                &texts(filter.states.iter().map(|state| state.name())),
                &signed(filter.limit as u64),
            ],
            difference,
        )
        .await
}

fn difference(row: &Row) -> Done<Difference> {
    let columns = DifferenceRow {
        id: get(row, 0)?,
        flow: get(row, 1)?,
        origin: get(row, 2)?,
        kind: get(row, 3)?,
        state: get(row, 4)?,
        detail: get(row, 5)?,
        standing: known(hash(row, 6)?, "a difference's standing")?,
        since: get(row, 7)?,
        seen: get(row, 8)?,
        reason: get(row, 9)?,
        decided: get(row, 10)?,
    };
    known(columns.difference(), "a difference")
}

pub(super) async fn count(read: &Read, flow: &FlowName) -> Done<Vec<(Kind, State, u64)>> {
    read.sql
        .all(
            "select kind, state, count(*) from difference where tenant = $1 and flow = $2 group by kind, state
             order by kind, state",
            &[&read.tenant, &text(flow.as_str())],
            |row| {
                let kind = known(Kind::of_name(get(row, 0)?), "a difference's kind")?;
                let state = known(State::of_name(get(row, 1)?), "a difference's state")?;
                Ok((kind, state, unsigned(get(row, 2)?)))
            },
        )
        .await
}

pub(super) async fn decide(
    write: &Write,
    ids: &[DifferenceId],
    decision: &Decision,
    at: Timestamp,
) -> Done<u64> {
    let (state, reason) = decided(decision);
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    write
        .sql
        .change(
            "update difference set state = $3, reason = $4, decided = $5
             where id = any($1) and tenant = $2 and state <> $6",
            &[&ids, &write.tenant, &state.name(), &reason.map(text), &at.0, &State::Closed.name()],
        )
        .await
}
