//! One connection to the server, with the statements that it has prepared.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use tokio_postgres::types::{FromSql, ToSql};
use tokio_postgres::{Client, Row, Statement};

use super::failure::Done;

/// The values of a statement's parameters.
pub(crate) type Params<'p> = &'p [&'p (dyn ToSql + Sync)];

/// A connection as those use it who have it for themselves. Dropping it closes it, and takes back what it had begun.
pub(crate) struct Session {
    client: Client,
    statements: Mutex<BTreeMap<String, Statement>>,
}

impl Session {
    pub(crate) fn new(client: Client) -> Session {
        Session { client, statements: Mutex::default() }
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// Statements without parameters and answers.
    pub(crate) async fn run(&self, statements: &str) -> Done<()> {
        Ok(self.client.batch_execute(statements).await?)
    }

    /// All rows of an answer.
    pub(crate) async fn all<T>(
        &self,
        statement: &str,
        params: Params<'_>,
        read: impl Fn(&Row) -> Done<T>,
    ) -> Done<Vec<T>> {
        let prepared = self.prepared(statement).await?;
        self.client.query(&prepared, params).await?.iter().map(read).collect()
    }

    /// The first row of an answer.
    pub(crate) async fn first<T>(
        &self,
        statement: &str,
        params: Params<'_>,
        read: impl Fn(&Row) -> Done<T>,
    ) -> Done<Option<T>> {
        let prepared = self.prepared(statement).await?;
        self.client.query_opt(&prepared, params).await?.as_ref().map(read).transpose()
    }

    /// How many rows the statement changed.
    pub(crate) async fn change(&self, statement: &str, params: Params<'_>) -> Done<u64> {
        let prepared = self.prepared(statement).await?;
        Ok(self.client.execute(&prepared, params).await?)
    }

    async fn prepared(&self, statement: &str) -> Done<Statement> {
        if let Some(prepared) = self.statements().get(statement) {
            return Ok(prepared.clone());
        }
        let prepared = self.client.prepare(statement).await?;
        self.statements().insert(statement.to_owned(), prepared.clone());
        Ok(prepared)
    }

    fn statements(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Statement>> {
        self.statements.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The value of a column.
pub(crate) fn get<'r, T: FromSql<'r>>(row: &'r Row, at: usize) -> Done<T> {
    Ok(row.try_get(at)?)
}
