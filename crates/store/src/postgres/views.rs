//! What people ask. Each question sees one state of the database.

mod changed;
mod stories;
mod trace;

use async_trait::async_trait;
use contract::store::{
    AttemptLine, Changed, ChangedAsk, FirstTry, FlowCount, StoreError, Story, TaskFilter, TaskLine, Views,
};
use futures_util::FutureExt;
use model::record::Record;
use model::{ConnectionName, FlowName, ObjectName, RecordId, TaskId, Timestamp};

use super::Postgres;
use super::commit::Read;
use super::failure::Done;
use super::params::texts;
use super::rows::{self, known, signed, unsigned};
use super::session::get;
use crate::codec::{kind_of_code, state_code, state_of_code};
use crate::listing::{USUAL_LIMIT, populated};

#[async_trait]
impl Views for Postgres {
    async fn trace(&self, text: &str, limit: usize) -> Result<Vec<Story>, StoreError> {
        self.read((text.to_owned(), limit), |read, (text, limit)| {
            async move {
                let mut told = Vec::new();
                for record in trace::matching(read, text, *limit).await? {
                    told.extend(stories::story(read, record).await?);
                }
                Ok(told)
            }
            .boxed()
        })
        .await
    }

    async fn story(&self, record: RecordId) -> Result<Option<Story>, StoreError> {
        self.read(record, |read, record| stories::story(read, *record).boxed()).await
    }

    async fn mentioning(
        &self,
        connection: &ConnectionName,
        object: &ObjectName,
        texts: &[String],
        limit: usize,
    ) -> Result<Vec<Record>, StoreError> {
        let about = (connection.clone(), object.clone(), texts.to_vec(), limit);
        self.ask(about, |read, (connection, object, texts, limit)| {
            stories::mentioning(read, (connection, object), texts, *limit).boxed()
        })
        .await
    }

    async fn changed(&self, ask: &ChangedAsk) -> Result<Option<Changed>, StoreError> {
        self.read(ask.clone(), |read, ask| changed::changed(read, ask).boxed()).await
    }

    async fn tasks(&self, filter: &TaskFilter) -> Result<Vec<TaskLine>, StoreError> {
        self.read(filter.clone(), |read, filter| tasks(read, filter).boxed()).await
    }

    async fn counts(&self) -> Result<Vec<FlowCount>, StoreError> {
        self.ask((), |read, ()| counts(read).boxed()).await
    }

    async fn attempts(&self, task: TaskId, limit: usize) -> Result<Vec<AttemptLine>, StoreError> {
        self.read((task, limit), |read, (task, limit)| {
            async move {
                let attempts = stories::attempts(read, &[*task], *limit).await?;
                Ok(attempts.into_iter().map(|(_, line)| line).collect())
            }
            .boxed()
        })
        .await
    }

    async fn tried_first(&self, tasks: &[TaskId]) -> Result<Vec<Option<FirstTry>>, StoreError> {
        self.read(tasks.to_vec(), |read, tasks| stories::tried_first(read, tasks).boxed()).await
    }

    async fn open_wishes(&self) -> Result<u64, StoreError> {
        self.ask((), |read, ()| open_wishes(read).boxed()).await
    }
}

async fn open_wishes(read: &Read) -> Done<u64> {
    let count = "select count(*) from wish where tenant = $1";
    Ok(unsigned(read.sql.first(count, &[&read.tenant], |row| get(row, 0)).await?.unwrap_or(0)))
}

async fn counts(read: &Read) -> Done<Vec<FlowCount>> {
    read.sql
        .all(
            "select flow, kind, state, sum(tasks)::bigint from task_count where tenant = $1
             group by flow, kind, state having sum(tasks) > 0 order by flow, kind, state",
            &[&read.tenant],
            |row| {
                Ok(FlowCount {
                    flow: FlowName::new(get::<&str>(row, 0)?),
                    kind: known(kind_of_code(get(row, 1)?), "a task's kind")?,
                    state: known(state_of_code(get(row, 2)?), "a task's state")?,
                    tasks: unsigned(get(row, 3)?),
                })
            },
        )
        .await
}

/// The tasks of the filter by id: the first of each flow and state that has any, merged. Each is a walk along the
/// index, so that a page costs the same however many tasks there are.
async fn tasks(read: &Read, filter: &TaskFilter) -> Done<Vec<TaskLine>> {
    let limit = signed(if filter.limit == 0 { USUAL_LIMIT } else { filter.limit } as u64);
    let populated = populated(counts(read).await?, filter);
    let states: Vec<i64> = populated.iter().map(|(_, state)| state_code(*state)).collect();
    let statement = format!(
        "select {}, r.source_id, r.number, r.name,
             (select max(a.ended) from attempt a where a.task = t.id)
         from (
             select k.id from unnest($2::text[], $3::bigint[]) n (flow, state)
             cross join lateral (
                 select id from task where tenant = $1 and flow = n.flow and state = n.state and id > $4
                 order by id limit $5
             ) k
             order by k.id limit $5
         ) picked
         join task t on t.id = picked.id join record r on r.id = t.record
         left join task_cause c on c.task = t.id
         order by t.id",
        rows::TASK
    );
    let after = filter.after.map_or(0, |task| task.0);
    let flows = texts(populated.iter().map(|(flow, _)| flow.as_str()));
    read.sql
        .all(&statement, &[&read.tenant, &flows, &states, &after, &limit], |row| {
            Ok(TaskLine {
                task: rows::task(row)?,
                has_intent: get(row, 9)?,
                source_id: get(row, 13)?,
                number: get(row, 14)?,
                name: get(row, 15)?,
                tried: get::<Option<i64>>(row, 16)?.map(Timestamp),
            })
        })
        .await
}
