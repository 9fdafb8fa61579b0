//! Runs: taken up, got on with, ended.

use contract::store::{Beginning, Progress, StoreError};
use model::reconciliation::{Place, Run, RunState, Sum};
use model::{FlowName, RunId};
use tokio_postgres::Row;

use crate::codec::{cause_text, read, written};
use crate::postgres::commit::{Read, Write};
use crate::postgres::failure::Done;
use crate::postgres::params::text;
use crate::postgres::rows::{known, signed};
use crate::postgres::session::get;
use crate::reconciled::{RunRow, TakeUp, take_up as taking_up};

const RUN: &str = "id, flow, deep, state, since, until, started, beat, ended, place, sum, cause, owner";

pub(super) async fn take_up(write: &Write, beginning: &Beginning) -> Done<Option<Run>> {
    let open = write
        .sql
        .first(
            &format!(
                "select {RUN} from reconciliation where tenant = $1 and flow = $2 and ended is null for update"
            ),
            &[&write.tenant, &text(beginning.flow.as_str())],
            |row| Ok((run(row)?, get::<String>(row, 12)?)),
        )
        .await?;
    let Some((open, owner)) = open else { return begin(write, beginning).await.map(Some) };
    match taking_up(&open, &owner, beginning) {
        TakeUp::Leave => Ok(None),
        TakeUp::Tell => Ok(Some(open)),
        TakeUp::GoOn => {
            write
                .sql
                .change(
                    "update reconciliation set owner = $2, beat = $3, state = $4 where id = $1",
                    &[&open.id.0, &text(&beginning.owner), &beginning.now.0, &RunState::Running.name()],
                )
                .await?;
            Ok(Some(Run { state: RunState::Running, beat: beginning.now, ..open }))
        }
        TakeUp::GiveUp => {
            write
                .sql
                .change(
                    "update reconciliation set ended = $2, state = $3 where id = $1",
                    &[&open.id.0, &beginning.now.0, &RunState::Incomplete.name()],
                )
                .await?;
            begin(write, beginning).await.map(Some)
        }
    }
}

async fn begin(write: &Write, beginning: &Beginning) -> Done<Run> {
    let now = beginning.now;
    let id = write
        .sql
        .first(
            "insert into reconciliation (tenant, flow, deep, state, since, until, started, beat, owner, place, sum)
             values ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9, $10) returning id",
            &[
                &write.tenant,
                &text(beginning.flow.as_str()),
                &beginning.deep,
                &RunState::Running.name(),
                &beginning.since.map(|since| since.0),
                &beginning.until.0,
                &now.0,
                &text(&beginning.owner),
                &written(&Place::default()),
                &written(&Sum::default()),
            ],
            |row| Ok(RunId(get(row, 0)?)),
        )
        .await?;
    Ok(Run {
        id: known(id, "a new reconciliation")?,
        flow: beginning.flow.clone(),
        deep: beginning.deep,
        state: RunState::Running,
        since: beginning.since,
        until: beginning.until,
        started: now,
        beat: now,
        ended: None,
        place: Place::default(),
        sum: Sum::default(),
        cause: None,
    })
}

pub(super) async fn get_on(write: &Write, progress: &Progress) -> Done<()> {
    let ended = (progress.state == RunState::Done).then_some(progress.now.0);
    let changed = write
        .sql
        .change(
            "update reconciliation set state = $4, place = $5, sum = $6, cause = $7, beat = $8, ended = $9
             where id = $1 and tenant = $2 and owner = $3 and ended is null",
            &[
                &progress.run.0,
                &write.tenant,
                &text(&progress.owner),
                &progress.state.name(),
                &written(&progress.place),
                &written(&progress.sum),
                &progress.cause.as_ref().map(cause_text),
                &progress.now.0,
                &ended,
            ],
        )
        .await?;
    match changed {
        0 => Err(StoreError::Outdated { based_on: progress.run.0 }.into()),
        _ => Ok(()),
    }
}

pub(super) async fn list(read: &Read, flow: Option<&FlowName>, limit: usize) -> Done<Vec<Run>> {
    read.sql
        .all(
            &format!(
                "select {RUN} from reconciliation where tenant = $1 and ($2::text is null or flow = $2)
                 order by id desc limit $3"
            ),
            &[&read.tenant, &flow.map(|flow| text(flow.as_str())), &signed(limit as u64)],
            run,
        )
        .await
}

pub(super) async fn let_go_on(write: &Write, id: RunId) -> Done<bool> {
    let place = write
        .sql
        .first(
            "select place from reconciliation where id = $1 and tenant = $2 and state = $3 and ended is null
             for update",
            &[&id.0, &write.tenant, &RunState::Asks.name()],
            |row| known(read::<Place>(get(row, 0)?), "where a run stands"),
        )
        .await?;
    let Some(place) = place else { return Ok(false) };
    write
        .sql
        .change(
            "update reconciliation set state = $2, owner = '', place = $3, cause = null where id = $1",
            &[&id.0, &RunState::Running.name(), &written(&Place { goes_on: true, ..place })],
        )
        .await?;
    Ok(true)
}

fn run(row: &Row) -> Done<Run> {
    let columns = RunRow {
        id: get(row, 0)?,
        flow: get(row, 1)?,
        deep: get(row, 2)?,
        state: get(row, 3)?,
        since: get(row, 4)?,
        until: get(row, 5)?,
        started: get(row, 6)?,
        beat: get(row, 7)?,
        ended: get(row, 8)?,
        place: get(row, 9)?,
        sum: get(row, 10)?,
        cause: get(row, 11)?,
    };
    known(columns.run(), "a reconciliation")
}
