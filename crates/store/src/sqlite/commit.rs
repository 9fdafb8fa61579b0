//! Group commit: everything that waits is done in one transaction and reaches the disk with one fsync.
//!
//! Each piece of work runs in a savepoint of its own, so that one that fails takes nothing with it. Nobody is told
//! anything before the transaction is on disk. Where SQLite itself gives the whole transaction up (a full disk), the
//! work that shared it is told so: nothing of it is kept.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use contract::store::StoreError;
use model::FlowName;
use model::task::{Kind, State};
use rusqlite::{Connection, params};
use tokio::sync::oneshot;

use super::failure::{Done, Failure};
use crate::codec::{kind_code, state_code};

/// The most that share one transaction.
const LARGEST_GROUP: usize = 256;

/// Work to be done in a transaction, or to be refused when there is none.
pub(crate) type Work = Box<dyn FnOnce(Result<&Connection, StoreError>) -> Ran + Send>;

/// Work that has been done, or has failed, in a transaction that is still open.
pub(crate) struct Ran {
    tell: Tell,
    failed: Option<StoreError>,
}

/// Tells whoever asked for the work what became of it, once it is known whether it is on disk.
pub(crate) type Tell = Box<dyn FnOnce(Result<(), StoreError>) + Send>;

/// A transaction as one piece of work sees it.
pub(crate) struct Write<'c> {
    pub sql: &'c Connection,
    pub tenant: i64,
    /// How the numbers of tasks change; stored at the end of the work.
    counts: BTreeMap<(FlowName, i64, i64), i64>,
}

impl Write<'_> {
    /// Notes that a task of that flow and kind has come to a state, or has left it (`by` −1).
    pub(crate) fn count(&mut self, flow: &FlowName, kind: Kind, state: State, by: i64) {
        *self.counts.entry((flow.clone(), kind_code(kind), state_code(state))).or_default() += by;
    }

    fn store_counts(&mut self) -> Done<()> {
        let mut add = self.sql.prepare_cached(
            "insert into task_count (tenant, flow, kind, state, tasks) values (?1, ?2, ?3, ?4, ?5)
             on conflict do update set tasks = tasks + excluded.tasks",
        )?;
        for ((flow, kind, state), by) in std::mem::take(&mut self.counts) {
            if by != 0 {
                add.execute(params![self.tenant, flow.as_str(), kind, state, by])?;
            }
        }
        Ok(())
    }
}

/// The work as it travels to the transaction, and where its result will be.
pub(crate) fn work<T: Send + 'static>(
    tenant: i64,
    body: impl FnOnce(&mut Write) -> Done<T> + Send + 'static,
) -> (Work, oneshot::Receiver<Result<T, StoreError>>) {
    let (sender, receiver) = oneshot::channel();
    let work: Work = Box::new(move |connection| {
        let result = connection.and_then(|sql| in_savepoint(sql, tenant, body).map_err(StoreError::from));
        let failed = result.as_ref().err().cloned();
        let tell: Tell = Box::new(move |committed| {
            // Whoever asked may have stopped listening; what was done is done.
            let _ = sender.send(result.and_then(|value| committed.map(|()| value)));
        });
        Ran { tell, failed }
    });
    (work, receiver)
}

fn in_savepoint<T>(sql: &Connection, tenant: i64, body: impl FnOnce(&mut Write) -> Done<T>) -> Done<T> {
    sql.prepare_cached("savepoint work")?.execute([])?;
    let mut write = Write { sql, tenant, counts: BTreeMap::new() };
    let result = catch_unwind(AssertUnwindSafe(|| {
        let value = body(&mut write)?;
        write.store_counts()?;
        Ok(value)
    }))
    .unwrap_or_else(|_| Err(Failure::broken("a use case of the store panicked")));
    // After SQLite gave up the transaction there is no savepoint to go back to.
    if result.is_err() && !sql.is_autocommit() {
        sql.prepare_cached("rollback to work")?.execute([])?;
    }
    if !sql.is_autocommit() {
        sql.prepare_cached("release work")?.execute([])?;
    }
    result
}

/// Does the group's work in one transaction and tells everybody; whether it was committed. The group is drawn from
/// only once the transaction has begun: what arrives while it waits for its turn shares it.
pub(crate) fn commit(sql: &Connection, group: impl Iterator<Item = Work>) -> bool {
    let mut group = group.take(LARGEST_GROUP);
    if let Err(error) = sql.execute_batch("begin immediate") {
        let error = StoreError::from(Failure::from(error));
        if let Some(work) = group.next() {
            (work(Err(error.clone())).tell)(Err(error));
        }
        return false;
    }
    let mut tell = Vec::new();
    for work in group {
        let ran = work(Ok(sql));
        tell.push(ran.tell);
        if sql.is_autocommit() {
            let error = ran.failed.unwrap_or(StoreError::Full);
            tell.into_iter().for_each(|tell| tell(Err(error.clone())));
            return false;
        }
    }
    let committed = sql.execute_batch("commit").map_err(|error| StoreError::from(Failure::from(error)));
    if committed.is_err() && !sql.is_autocommit() {
        // A failed commit leaves the transaction open; should this fail too, the next `begin` says so.
        let _ = sql.execute_batch("rollback");
    }
    tell.into_iter().for_each(|tell| tell(committed.clone()));
    committed.is_ok()
}
