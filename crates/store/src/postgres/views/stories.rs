//! The story of one record: what came in, what it is linked to, what was tried.

use std::collections::BTreeMap;

use contract::store::{ArrivalLine, AttemptLine, FirstTry, PurgeMark, Story, StoryTask};
use model::attempt::{Attempt, CallRecord};
use model::link::Link;
use model::record::{Record, RecordKey};
use model::task::{State, Task};
use model::{ArrivalId, AttemptId, ConnectionName, ObjectName, ReceiptId, RecordId, TaskId, Timestamp};

use crate::codec::{cause_of_text, state_code, state_of_code, steps_of_text};
use crate::listing::{ARRIVALS, ATTEMPTS};
use crate::postgres::commit::Read;
use crate::postgres::failure::Done;
use crate::postgres::params::{text, texts};
use crate::postgres::rows::{self, known, signed};
use crate::postgres::session::get;
use crate::postgres::upkeep::purged;

/// Records of an object in whose content one of the texts stands, the newest first.
pub(super) async fn mentioning(
    read: &Read,
    (connection, object): (&ConnectionName, &ObjectName),
    sought: &[String],
    limit: usize,
) -> Done<Vec<Record>> {
    let statement = format!(
        "select {} from record r join revision v on v.record = r.id and v.revision = r.revision
         where r.tenant = $1 and r.connection = $2 and r.object = $3
             and exists (select 1 from unnest($4::text[]) n (said) where n.said <> '' and position(n.said in v.body) > 0)
         order by r.id desc limit $5",
        rows::RECORD
    );
    read.sql
        .all(
            &statement,
            &[
                &read.tenant,
                &text(connection.as_str()),
                &text(object.as_str()),
                &texts(sought.iter().map(String::as_str)),
                &signed(limit as u64),
            ],
            |row| rows::record(row, 0),
        )
        .await
}

/// `None` where this tenant has no such record.
pub(super) async fn story(read: &Read, record: RecordId) -> Done<Option<Story>> {
    let statement = format!(
        "select {} from record r join revision v on v.record = r.id and v.revision = r.revision
         where r.id = $1 and r.tenant = $2",
        rows::RECORD
    );
    let found: Option<Record> =
        read.sql.first(&statement, &[&record.0, &read.tenant], |row| rows::record(row, 0)).await?;
    let Some(found) = found else { return Ok(None) };
    Ok(Some(Story {
        arrivals: arrivals(read, record).await?,
        links: links(read, &found.key).await?,
        tasks: tasks(read, record).await?,
        purged: purged_of(read, record).await?,
        record: found,
    }))
}

/// What was purged, where the record was there before it.
async fn purged_of(read: &Read, record: RecordId) -> Done<Option<PurgeMark>> {
    let Some(mark) = purged(&read.sql, read.tenant).await? else { return Ok(None) };
    let oldest = read
        .sql
        .first(
            "select revision, at from revision where record = $1 order by revision limit 1",
            &[&record.0],
            |row| Ok((get::<i64>(row, 0)?, get::<i64>(row, 1)?)),
        )
        .await?;
    let (revision, at) = known(oldest, "a record's revision")?;
    Ok(Some(mark).filter(|mark| revision > 1 || at < mark.before.0))
}

async fn arrivals(read: &Read, record: RecordId) -> Done<Vec<ArrivalLine>> {
    read.sql
        .all(
            "select id, at, reading, revision, receipt from arrival where record = $1 order by id desc limit $2",
            &[&record.0, &signed(ARRIVALS as u64)],
            |row| {
                Ok(ArrivalLine {
                    id: ArrivalId(get(row, 0)?),
                    at: Timestamp(get(row, 1)?),
                    reading: get(row, 2)?,
                    revision: get(row, 3)?,
                    receipt: get::<Option<i64>>(row, 4)?.map(ReceiptId),
                })
            },
        )
        .await
}

/// The record's links as a source, those of its notices, and those it is the target of.
async fn links(read: &Read, key: &RecordKey) -> Done<Vec<Link>> {
    // A notice's source id is `record id#hash`; `$` follows `#`.
    const SIDES: [&str; 3] = [
        "l.source_id = $2 and l.object = $3 and l.connection = $4",
        "l.source_id > $2 || '#' and l.source_id < $2 || '$' and l.object = $3 and l.connection = $4",
        "l.target_id = $2 and l.target_object = $3 and l.target_connection = $4",
    ];
    let (id, object, connection) = (text(&key.id), text(key.object.as_str()), text(key.connection.as_str()));
    let mut links = Vec::new();
    for side in SIDES {
        let statement =
            format!("select {} from link l where l.tenant = $1 and {side} order by l.id", rows::LINK);
        links.extend(read.sql.all(&statement, &[&read.tenant, &id, &object, &connection], rows::link).await?);
    }
    Ok(links)
}

async fn tasks(read: &Read, record: RecordId) -> Done<Vec<StoryTask>> {
    let statement = format!(
        "select {} from task t left join task_cause c on c.task = t.id where t.record = $1 order by t.id",
        rows::TASK
    );
    let tasks: Vec<Task> = read.sql.all(&statement, &[&record.0], rows::task).await?;
    let ids: Vec<TaskId> = tasks.iter().map(|task| task.id).collect();
    let mut lines: BTreeMap<TaskId, Vec<AttemptLine>> = BTreeMap::new();
    for (task, line) in attempts(read, &ids, ATTEMPTS).await? {
        lines.entry(task).or_default().push(line);
    }
    let told = tasks
        .into_iter()
        .map(|task| StoryTask { attempts: lines.remove(&task.id).unwrap_or_default(), task });
    Ok(told.collect())
}

/// The newest attempts at each of the tenant's tasks with their calls; task by task, newest first.
pub(super) async fn attempts(
    read: &Read,
    tasks: &[TaskId],
    limit: usize,
) -> Done<Vec<(TaskId, AttemptLine)>> {
    let ids: Vec<i64> = tasks.iter().map(|task| task.0).collect();
    let mut lines = read
        .sql
        .all(
            "select a.id, a.started, a.ended, a.flow_version, a.revision, a.state, a.cause, a.steps, a.task
             from unnest($2::bigint[]) n (task) join task t on t.id = n.task and t.tenant = $1
             cross join lateral (select * from attempt where task = t.id order by id desc limit $3) a
             order by a.task, a.id desc",
            &[&read.tenant, &ids, &signed(limit as u64)],
            line,
        )
        .await?;
    let found: Vec<i64> = lines.iter().map(|(_, line)| line.id.0).collect();
    let mut calls = calls(read, &found).await?;
    for (_, line) in &mut lines {
        line.calls = calls.remove(&line.id.0).unwrap_or_default();
    }
    Ok(lines)
}

fn line(row: &tokio_postgres::Row) -> Done<(TaskId, AttemptLine)> {
    let attempt = Attempt {
        started: Timestamp(get(row, 1)?),
        ended: Timestamp(get(row, 2)?),
        flow_version: get(row, 3)?,
        revision: get(row, 4)?,
        state: known(state_of_code(get(row, 5)?), "an attempt's state")?,
        cause: get::<Option<&str>>(row, 6)?
            .map(|text| known(cause_of_text(text), "an attempt's cause"))
            .transpose()?,
        steps: known(steps_of_text(get(row, 7)?), "an attempt's steps")?,
    };
    Ok((TaskId(get(row, 8)?), AttemptLine { id: AttemptId(get(row, 0)?), attempt, calls: Vec::new() }))
}

pub(super) async fn tried_first(read: &Read, tasks: &[TaskId]) -> Done<Vec<Option<FirstTry>>> {
    let ids: Vec<i64> = tasks.iter().map(|task| task.0).collect();
    let found = read
        .sql
        .all(
            "select n.place, a.started, a.flow_version
             from unnest($2::bigint[]) with ordinality n (task, place)
             join task t on t.id = n.task and t.tenant = $1
             cross join lateral (
                 select coalesce(
                     (select min(id) from attempt where task = t.id
                          and id > coalesce((select max(id) from attempt where task = t.id and state = $3), 0)),
                     (select max(id) from attempt where task = t.id)) as id
             ) first
             join attempt a on a.id = first.id",
            &[&read.tenant, &ids, &state_code(State::Synced)],
            |row| {
                let tried = FirstTry { started: Timestamp(get(row, 1)?), flow_version: get(row, 2)? };
                Ok((rows::place(row, 0)?, tried))
            },
        )
        .await?;
    Ok(rows::in_order(tasks.len(), found))
}

/// The calls of attempts, in order.
async fn calls(read: &Read, attempts: &[i64]) -> Done<BTreeMap<i64, Vec<CallRecord>>> {
    let statement = format!(
        "select j.attempt, {} from attempt_call j join call l on l.id = j.call where j.attempt = any($1)
         order by j.attempt, l.id",
        rows::CALL
    );
    let found =
        read.sql.all(&statement, &[&attempts], |row| Ok((get::<i64>(row, 0)?, rows::call(row, 1)?))).await?;
    let mut calls: BTreeMap<i64, Vec<CallRecord>> = BTreeMap::new();
    for (attempt, call) in found {
        calls.entry(attempt).or_default().push(call);
    }
    Ok(calls)
}
