//! Runs: taken up, got on with, ended.

use contract::store::{Beginning, Progress};
use model::reconciliation::{Place, Run, RunState, Sum};
use model::{Cause, FlowName, RunId, Timestamp};
use rusqlite::{Connection, Row, params};

use crate::codec::written;
use crate::reconciled::{RunRow, Stand, TakeUp, take_up as taking_up};
use crate::sqlite::commit::Write;
use crate::sqlite::failure::Done;
use crate::sqlite::rows::{all, first, known, signed, text};
use crate::sqlite::under_way::RUNS;

const RUN: &str = "id, flow, deep, state, since, until, started, beat, ended, place, sum, cause, owner";

pub(super) fn take_up(write: &Write, beginning: &Beginning) -> Done<Option<Run>> {
    let mut find = write.sql.prepare_cached(&format!(
        "select {RUN} from reconciliation where tenant = ?1 and flow = ?2 and ended is null"
    ))?;
    let open = first(&mut find, (write.tenant, beginning.flow.as_str()), |row| {
        Ok((run(row)?, row.get::<_, String>(12)?))
    })?;
    let Some((open, owner)) = open else { return begin(write, beginning).map(Some) };
    match taking_up(&open, &owner, beginning) {
        TakeUp::Leave => Ok(None),
        TakeUp::Tell => Ok(Some(open)),
        TakeUp::GoOn => {
            RUNS.take_over(write, open.id.0, &beginning.owner, beginning.now)?;
            Ok(Some(Run { state: RunState::Running, beat: beginning.now, ..open }))
        }
        TakeUp::GiveUp => {
            RUNS.give_up(write, open.id.0, None, beginning.now)?;
            begin(write, beginning).map(Some)
        }
    }
}

fn begin(write: &Write, beginning: &Beginning) -> Done<Run> {
    let now = beginning.now;
    write
        .sql
        .prepare_cached(
            "insert into reconciliation (tenant, flow, deep, state, since, until, started, beat, owner, place, sum)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            write.tenant,
            beginning.flow.as_str(),
            beginning.deep,
            RunState::Running.name(),
            beginning.since.map(|since| since.0),
            beginning.until.0,
            now.0,
            beginning.owner,
            written(&Place::default()),
            written(&Sum::default())
        ])?;
    Ok(Run {
        id: RunId(write.sql.last_insert_rowid()),
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

pub(super) fn get_on(write: &Write, progress: &Progress) -> Done<()> {
    let stand = Stand {
        id: progress.run.0,
        owner: &progress.owner,
        state: progress.state,
        place: written(&progress.place),
        sum: written(&progress.sum),
        cause: progress.cause.as_ref(),
        now: progress.now,
    };
    RUNS.get_on(write, &stand)
}

pub(super) fn list(sql: &Connection, tenant: i64, flow: Option<&FlowName>, limit: usize) -> Done<Vec<Run>> {
    let mut find = sql.prepare_cached(&format!(
        "select {RUN} from reconciliation where tenant = ?1 and (?2 is null or flow = ?2)
         order by id desc limit ?3"
    ))?;
    all(&mut find, params![tenant, flow.map(FlowName::as_str), signed(limit as u64)], run)
}

pub(super) fn one(sql: &Connection, tenant: i64, id: RunId) -> Done<Option<Run>> {
    let mut find =
        sql.prepare_cached(&format!("select {RUN} from reconciliation where id = ?1 and tenant = ?2"))?;
    first(&mut find, (id.0, tenant), run)
}

pub(super) fn let_go_on(write: &Write, id: RunId) -> Done<bool> {
    RUNS.let_go_on(write, id.0, |place: Place| Place { goes_on: true, ..place })
}

pub(super) fn stop(write: &Write, id: RunId, cause: &Cause, at: Timestamp) -> Done<bool> {
    RUNS.give_up(write, id.0, Some(cause), at)
}

fn run(row: &Row) -> Done<Run> {
    let cause: Option<String> = row.get(11)?;
    let columns = RunRow {
        id: row.get(0)?,
        flow: text(row, 1)?,
        deep: row.get(2)?,
        state: text(row, 3)?,
        since: row.get(4)?,
        until: row.get(5)?,
        started: row.get(6)?,
        beat: row.get(7)?,
        ended: row.get(8)?,
        place: text(row, 9)?,
        sum: text(row, 10)?,
        cause: cause.as_deref(),
    };
    known(columns.run(), "a reconciliation")
}
