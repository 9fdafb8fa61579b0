//! What people ask. Reads only, on connections of their own.

mod changed;
mod stories;
mod trace;

use async_trait::async_trait;
use contract::store::{
    AttemptLine, Changed, ChangedAsk, FirstTry, FlowCount, StoreError, Story, TaskFilter, TaskLine, Views,
};
use model::record::Record;
use model::{ConnectionName, FlowName, ObjectName, RecordId, TaskId, Timestamp};
use rusqlite::{Connection, params};

use super::Sqlite;
use super::failure::Done;
use super::rows::{self, all, known, signed, unsigned};
use crate::codec::{kind_of_code, state_code, state_of_code};
use crate::listing::{USUAL_LIMIT, populated};

#[async_trait]
impl Views for Sqlite {
    async fn trace(&self, text: &str, limit: usize) -> Result<Vec<Story>, StoreError> {
        let text = text.to_owned();
        self.read(move |sql, tenant| {
            let records = trace::matching(sql, tenant, &text, limit)?;
            records.into_iter().filter_map(|record| stories::story(sql, tenant, record).transpose()).collect()
        })
        .await
    }

    async fn story(&self, record: RecordId) -> Result<Option<Story>, StoreError> {
        self.read(move |sql, tenant| stories::story(sql, tenant, record)).await
    }

    async fn mentioning(
        &self,
        connection: &ConnectionName,
        object: &ObjectName,
        texts: &[String],
        limit: usize,
    ) -> Result<Vec<Record>, StoreError> {
        let (connection, object, texts) = (connection.clone(), object.clone(), texts.to_vec());
        self.read(move |sql, tenant| stories::mentioning(sql, tenant, (&connection, &object), &texts, limit))
            .await
    }

    async fn changed(&self, ask: &ChangedAsk) -> Result<Option<Changed>, StoreError> {
        let ask = ask.clone();
        self.read(move |sql, tenant| changed::changed(sql, tenant, &ask)).await
    }

    async fn tasks(&self, filter: &TaskFilter) -> Result<Vec<TaskLine>, StoreError> {
        let filter = filter.clone();
        self.read(move |sql, tenant| tasks(sql, tenant, &filter)).await
    }

    async fn counts(&self) -> Result<Vec<FlowCount>, StoreError> {
        self.read(counts).await
    }

    async fn attempts(&self, task: TaskId, limit: usize) -> Result<Vec<AttemptLine>, StoreError> {
        self.read(move |sql, tenant| stories::attempts(sql, tenant, task, limit)).await
    }

    async fn tried_first(&self, tasks: &[TaskId]) -> Result<Vec<Option<FirstTry>>, StoreError> {
        let tasks = tasks.to_vec();
        self.read(move |sql, tenant| {
            tasks.iter().map(|task| stories::tried_first(sql, tenant, *task)).collect()
        })
        .await
    }

    async fn open_wishes(&self) -> Result<u64, StoreError> {
        self.read(|sql, tenant| {
            let mut count = sql.prepare_cached("select count(*) from wish where tenant = ?1")?;
            Ok(unsigned(count.query_row([tenant], |row| row.get(0))?))
        })
        .await
    }
}

fn counts(sql: &Connection, tenant: i64) -> Done<Vec<FlowCount>> {
    let mut find = sql.prepare_cached(
        "select flow, kind, state, tasks from task_count where tenant = ?1 and tasks > 0
         order by flow, kind, state",
    )?;
    all(&mut find, [tenant], |row| {
        Ok(FlowCount {
            flow: FlowName::new(rows::text(row, 0)?),
            kind: known(kind_of_code(row.get(1)?), "a task's kind")?,
            state: known(state_of_code(row.get(2)?), "a task's state")?,
            tasks: unsigned(row.get(3)?),
        })
    })
}

/// The tasks of the filter by id: the first of each flow and state that has any, merged. Each is a walk along the
/// index, so that a page costs the same however many tasks there are.
fn tasks(sql: &Connection, tenant: i64, filter: &TaskFilter) -> Done<Vec<TaskLine>> {
    let limit = if filter.limit == 0 { USUAL_LIMIT } else { filter.limit };
    let mut find = sql.prepare_cached(
        "select id from task where tenant = ?1 and flow = ?2 and state = ?3 and id > ?4 order by id limit ?5",
    )?;
    let after = filter.after.map_or(0, |task| task.0);
    let mut ids: Vec<i64> = Vec::new();
    for (flow, state) in populated(counts(sql, tenant)?, filter) {
        let params = params![tenant, flow.as_str(), state_code(state), after, signed(limit as u64)];
        ids.extend(all(&mut find, params, |row| Ok(row.get::<_, i64>(0)?))?);
    }
    ids.sort_unstable();
    ids.truncate(limit);
    ids.into_iter().map(|id| line(sql, id)).collect()
}

fn line(sql: &Connection, task: i64) -> Done<TaskLine> {
    let mut find = sql.prepare_cached(&format!(
        "select {}, r.source_id, r.number, r.name,
         (select max(a.ended) from attempt a where a.task = t.id) from task t join record r on r.id = t.record
         left join task_cause c on c.task = t.id where t.id = ?1",
        rows::TASK
    ))?;
    let line = rows::first(&mut find, [task], |row| {
        Ok(TaskLine {
            task: rows::task(row)?,
            has_intent: row.get(9)?,
            source_id: row.get(13)?,
            number: row.get(14)?,
            name: row.get(15)?,
            tried: row.get::<_, Option<i64>>(16)?.map(Timestamp),
        })
    })?;
    known(line, "a task's record")
}
