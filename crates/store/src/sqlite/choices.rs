//! What people chose where both sides were edited.

use async_trait::async_trait;
use contract::store::{Choice, Choices, StoreError};
use model::{TaskId, Timestamp};
use rusqlite::{Connection, params};

use super::Sqlite;
use super::failure::Done;
use super::rows::{all, known};
use crate::codec::{take_code, take_of_code};

#[async_trait]
impl Choices for Sqlite {
    async fn choose(&self, choices: &[Choice]) -> Result<(), StoreError> {
        let choices = choices.to_vec();
        self.write(move |write| {
            let mut keep = write.sql.prepare_cached(
                "insert or replace into choice (tenant, task, field, take, of_values, at)
                 values (?1, ?2, ?3, ?4, ?5, ?6)",
            )?;
            for choice in &choices {
                let take = take_code(choice.take);
                let (task, at) = (choice.task.0, choice.at.0);
                keep.execute(params![write.tenant, task, choice.field, take, choice.of, at])?;
            }
            Ok(())
        })
        .await
    }

    async fn choices(&self, tasks: &[TaskId]) -> Result<Vec<Choice>, StoreError> {
        let tasks = tasks.to_vec();
        self.read(move |sql, tenant| {
            let mut found = Vec::new();
            for task in tasks {
                found.extend(of(sql, tenant, task)?);
            }
            Ok(found)
        })
        .await
    }
}

fn of(sql: &Connection, tenant: i64, task: TaskId) -> Done<Vec<Choice>> {
    let mut find = sql.prepare_cached(
        "select field, take, of_values, at from choice where tenant = ?1 and task = ?2 order by field",
    )?;
    all(&mut find, (tenant, task.0), |row| {
        Ok(Choice {
            task,
            field: row.get(0)?,
            take: known(take_of_code(row.get(1)?), "which side was chosen")?,
            of: row.get(2)?,
            at: Timestamp(row.get(3)?),
        })
    })
}
