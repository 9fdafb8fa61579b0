//! The story of one record: what came in, what it is linked to, what was tried.

use contract::store::{ArrivalLine, AttemptLine, FirstTry, PurgeMark, Story, StoryTask};
use model::attempt::{Attempt, CallRecord};
use model::link::Link;
use model::record::{Record, RecordKey};
use model::task::State;
use model::{ArrivalId, AttemptId, ConnectionName, ObjectName, ReceiptId, RecordId, TaskId, Timestamp};
use rusqlite::Connection;

use crate::codec::{cause_of_text, state_code, state_of_code, steps_of_text};
use crate::listing::{ARRIVALS, ATTEMPTS};
use crate::sqlite::failure::Done;
use crate::sqlite::rows::{self, all, first, known, signed};
use crate::sqlite::upkeep::purged;

/// `None` where this tenant has no such record.
pub(super) fn story(sql: &Connection, tenant: i64, record: RecordId) -> Done<Option<Story>> {
    let mut find = sql.prepare_cached(&format!(
        "select {} from record r join revision v on v.record = r.id and v.revision = r.revision
         where r.id = ?1 and r.tenant = ?2",
        rows::RECORD
    ))?;
    let found: Option<Record> = rows::first(&mut find, (record.0, tenant), |row| rows::record(row, 0))?;
    let Some(found) = found else { return Ok(None) };
    Ok(Some(Story {
        arrivals: arrivals(sql, record)?,
        links: links(sql, tenant, &found.key)?,
        tasks: tasks(sql, tenant, record)?,
        purged: purged_of(sql, tenant, record)?,
        record: found,
    }))
}

/// What was purged, where the record was there before it.
fn purged_of(sql: &Connection, tenant: i64, record: RecordId) -> Done<Option<PurgeMark>> {
    let Some(mark) = purged(sql, tenant)? else { return Ok(None) };
    let mut oldest =
        sql.prepare_cached("select revision, at from revision where record = ?1 order by revision limit 1")?;
    let (revision, at): (i64, i64) = oldest.query_row([record.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(Some(mark).filter(|mark| revision > 1 || at < mark.before.0))
}

/// Records of an object in whose content one of the texts stands, the newest first.
pub(super) fn mentioning(
    sql: &Connection,
    tenant: i64,
    (connection, object): (&ConnectionName, &ObjectName),
    texts: &[String],
    limit: usize,
) -> Done<Vec<Record>> {
    let mut find = sql.prepare_cached(&format!(
        "select {} from record r join revision v on v.record = r.id and v.revision = r.revision
         where r.tenant = ?1 and r.connection = ?2 and r.object = ?3 and instr(v.body, ?4) > 0
         order by r.id desc limit ?5",
        rows::RECORD
    ))?;
    let mut found: Vec<Record> = Vec::new();
    for text in texts.iter().filter(|text| !text.is_empty()) {
        let asked = (tenant, connection.as_str(), object.as_str(), text, signed(limit as u64));
        found.extend(all(&mut find, asked, |row| rows::record(row, 0))?);
    }
    found.sort_by_key(|record| std::cmp::Reverse(record.id));
    found.dedup_by_key(|record| record.id);
    found.truncate(limit);
    Ok(found)
}

fn arrivals(sql: &Connection, record: RecordId) -> Done<Vec<ArrivalLine>> {
    let mut find = sql.prepare_cached(
        "select id, at, reading, revision, receipt from arrival where record = ?1 order by id desc limit ?2",
    )?;
    all(&mut find, (record.0, signed(ARRIVALS as u64)), |row| {
        Ok(ArrivalLine {
            id: ArrivalId(row.get(0)?),
            at: Timestamp(row.get(1)?),
            reading: row.get(2)?,
            revision: row.get(3)?,
            receipt: row.get::<_, Option<i64>>(4)?.map(ReceiptId),
        })
    })
}

/// The record's links as a source, those of its notices, and those it is the target of.
fn links(sql: &Connection, tenant: i64, key: &RecordKey) -> Done<Vec<Link>> {
    let mut from = sql.prepare_cached(&format!(
        "select {} from link where tenant = ?1 and source_id = ?2 and object = ?3 and connection = ?4 order by id",
        rows::LINK
    ))?;
    // A notice's source id is `record id#hash`; `$` follows `#`.
    let mut notices = sql.prepare_cached(&format!(
        "select {} from link where tenant = ?1 and source_id > ?2 || '#' and source_id < ?2 || '$'
         and object = ?3 and connection = ?4 order by id",
        rows::LINK
    ))?;
    let mut to = sql.prepare_cached(&format!(
        "select {} from link where tenant = ?1 and target_id = ?2 and target_object = ?3 and target_connection = ?4
         order by id",
        rows::LINK
    ))?;
    let params = (tenant, &key.id, key.object.as_str(), key.connection.as_str());
    let mut links = Vec::new();
    for find in [&mut from, &mut notices, &mut to] {
        links.extend(all(find, params, rows::link)?);
    }
    Ok(links)
}

fn tasks(sql: &Connection, tenant: i64, record: RecordId) -> Done<Vec<StoryTask>> {
    let mut find = sql.prepare_cached(&format!(
        "select {} from task t left join task_cause c on c.task = t.id where t.record = ?1 order by t.id",
        rows::TASK
    ))?;
    all(&mut find, [record.0], rows::task)?
        .into_iter()
        .map(|task| Ok(StoryTask { attempts: attempts(sql, tenant, task.id, ATTEMPTS)?, task }))
        .collect()
}

pub(super) fn attempts(sql: &Connection, tenant: i64, task: TaskId, limit: usize) -> Done<Vec<AttemptLine>> {
    let mut find = sql.prepare_cached(
        "select a.id, a.started, a.ended, a.flow_version, a.revision, a.state, a.cause, a.steps
         from attempt a join task t on t.id = a.task
         where a.task = ?1 and t.tenant = ?2 order by a.id desc limit ?3",
    )?;
    let mut lines = all(&mut find, (task.0, tenant, signed(limit as u64)), |row| {
        let cause: Option<String> = row.get(6)?;
        let attempt = Attempt {
            started: Timestamp(row.get(1)?),
            ended: Timestamp(row.get(2)?),
            flow_version: row.get(3)?,
            revision: row.get(4)?,
            state: known(state_of_code(row.get(5)?), "an attempt's state")?,
            cause: cause.map(|text| known(cause_of_text(&text), "an attempt's cause")).transpose()?,
            steps: known(steps_of_text(rows::text(row, 7)?), "an attempt's steps")?,
        };
        Ok(AttemptLine { id: AttemptId(row.get(0)?), attempt, calls: Vec::new() })
    })?;
    for line in &mut lines {
        line.calls = calls(sql, line.id)?;
    }
    Ok(lines)
}

pub(super) fn tried_first(sql: &Connection, tenant: i64, task: TaskId) -> Done<Option<FirstTry>> {
    let mut find = sql.prepare_cached(
        "select a.started, a.flow_version from attempt a join task t on t.id = a.task and t.tenant = ?2
         where a.id = coalesce(
             (select min(id) from attempt where task = ?1
                  and id > coalesce((select max(id) from attempt where task = ?1 and state = ?3), 0)),
             (select max(id) from attempt where task = ?1))",
    )?;
    first(&mut find, (task.0, tenant, state_code(State::Synced)), |row| {
        Ok(FirstTry { started: Timestamp(row.get(0)?), flow_version: row.get(1)? })
    })
}

fn calls(sql: &Connection, attempt: AttemptId) -> Done<Vec<CallRecord>> {
    let mut find = sql.prepare_cached(&format!(
        "select {} from attempt_call j join call l on l.id = j.call where j.attempt = ?1 order by l.id",
        rows::CALL
    ))?;
    all(&mut find, [attempt.0], rows::call)
}
