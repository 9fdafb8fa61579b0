//! What people chose where both sides were edited.

use async_trait::async_trait;
use contract::store::{Choice, Choices, StoreError};
use futures_util::FutureExt;
use model::{TaskId, Timestamp};

use super::Postgres;
use super::commit::{Read, Write};
use super::failure::Done;
use super::params::texts;
use super::rows::known;
use super::session::get;
use crate::codec::{take_code, take_of_code};

#[async_trait]
impl Choices for Postgres {
    async fn choose(&self, choices: &[Choice]) -> Result<(), StoreError> {
        self.write(choices.to_vec(), |write, choices| keep(write, choices).boxed()).await
    }

    async fn choices(&self, tasks: &[TaskId]) -> Result<Vec<Choice>, StoreError> {
        self.ask(tasks.to_vec(), |read, tasks| of(read, tasks).boxed()).await
    }
}

async fn keep(write: &Write, choices: &[Choice]) -> Done<()> {
    let tasks: Vec<i64> = choices.iter().map(|choice| choice.task.0).collect();
    let takes: Vec<i64> = choices.iter().map(|choice| take_code(choice.take)).collect();
    let at: Vec<i64> = choices.iter().map(|choice| choice.at.0).collect();
    write
        .sql
        .change(
            "insert into choice (tenant, task, field, take, of_values, at)
             select $1, task, field, take, of_values, at
             from unnest($2::bigint[], $3::text[], $4::bigint[], $5::text[], $6::bigint[])
                 n (task, field, take, of_values, at)
             on conflict (tenant, task, field)
             do update set take = excluded.take, of_values = excluded.of_values, at = excluded.at",
            &[
                &write.tenant,
                &tasks,
                &texts(choices.iter().map(|choice| choice.field.as_str())),
                &takes,
                &texts(choices.iter().map(|choice| choice.of.as_str())),
                &at,
            ],
        )
        .await?;
    Ok(())
}

async fn of(read: &Read, tasks: &[TaskId]) -> Done<Vec<Choice>> {
    let tasks: Vec<i64> = tasks.iter().map(|task| task.0).collect();
    let find = "select task, field, take, of_values, at from choice where tenant = $1 and task = any($2)
         order by task, field collate \"C\"";
    read.sql
        .all(find, &[&read.tenant, &tasks], |row| {
            Ok(Choice {
                task: TaskId(get(row, 0)?),
                field: get(row, 1)?,
                take: known(take_of_code(get(row, 2)?), "which side was chosen")?,
                of: get(row, 3)?,
                at: Timestamp(get(row, 4)?),
            })
        })
        .await
}
