//! Runs: taken up, got on with, ended.

use contract::store::{Beginning, Progress};
use model::reconciliation::{Place, Run, RunState, Sum};
use model::{Cause, FlowName, RunId, Timestamp};
use tokio_postgres::Row;

use crate::codec::written;
use crate::postgres::commit::{Read, Write};
use crate::postgres::failure::Done;
use crate::postgres::params::text;
use crate::postgres::rows::{known, signed};
use crate::postgres::session::get;
use crate::postgres::under_way::RUNS;
use crate::reconciled::{RunRow, Stand, TakeUp, take_up as taking_up};

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
            RUNS.take_over(write, open.id.0, &beginning.owner, beginning.now).await?;
            Ok(Some(Run { state: RunState::Running, beat: beginning.now, ..open }))
        }
        TakeUp::GiveUp => {
            RUNS.give_up(write, open.id.0, None, beginning.now).await?;
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
    let stand = Stand {
        id: progress.run.0,
        owner: &progress.owner,
        state: progress.state,
        place: written(&progress.place),
        sum: written(&progress.sum),
        cause: progress.cause.as_ref(),
        now: progress.now,
    };
    RUNS.get_on(write, &stand).await
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

pub(super) async fn one(read: &Read, id: RunId) -> Done<Option<Run>> {
    let find = format!("select {RUN} from reconciliation where id = $1 and tenant = $2");
    read.sql.first(&find, &[&id.0, &read.tenant], run).await
}

pub(super) async fn let_go_on(write: &Write, id: RunId) -> Done<bool> {
    RUNS.let_go_on(write, id.0, |place: Place| Place { goes_on: true, ..place }).await
}

pub(super) async fn stop(write: &Write, id: RunId, cause: &Cause, at: Timestamp) -> Done<bool> {
    RUNS.give_up(write, id.0, Some(cause), at).await
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
