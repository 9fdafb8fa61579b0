//! Group commit: everything that waits is done in one transaction and reaches the disk with one fsync.
//!
//! Each piece of work runs in a savepoint of its own, so that one that fails takes nothing with it. Nobody is told
//! anything before the transaction is on disk. Where SQLite itself gives the whole transaction up (a full disk), the
//! work that shared it is told so: nothing of it is kept.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};

use contract::store::StoreError;
use model::FlowName;
use model::task::{Kind, State};
use rusqlite::{Connection, params};
use tokio::sync::oneshot;

use super::failure::{Done, Failure};
use crate::answer::Answer;
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
        if self.counts.is_empty() {
            return Ok(());
        }
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

/// The work as it travels to the transaction, what tells that it is through, and where its result will be then.
pub(crate) fn work<T: Send + 'static>(
    tenant: i64,
    body: impl FnOnce(&mut Write) -> Done<T> + Send + 'static,
) -> (Work, oneshot::Receiver<()>, Answer<T>) {
    let (through, is_through) = oneshot::channel();
    let answer = Answer::awaited();
    let place = answer.clone();
    let work: Work = Box::new(move |connection| {
        let result = connection.and_then(|sql| one(sql, tenant, body).map_err(StoreError::from));
        let failed = result.as_ref().err().cloned();
        let tell: Tell = Box::new(move |committed| {
            place.put(result.and_then(|value| committed.map(|()| value)));
            // Whoever asked may have stopped listening; what was done is done.
            let _ = through.send(());
        });
        Ran { tell, failed }
    });
    (work, is_through, answer)
}

/// Does a body and keeps its value. All but the body itself is the same for each.
fn one<T>(sql: &Connection, tenant: i64, body: impl FnOnce(&mut Write) -> Done<T>) -> Done<T> {
    let (mut body, mut value) = (Some(body), None);
    in_savepoint(sql, tenant, &mut |write| {
        let body = body.take().expect("it is asked once");
        value = Some(body(write)?);
        Ok(())
    })?;
    Ok(value.expect("what succeeded has a value"))
}

fn in_savepoint(sql: &Connection, tenant: i64, body: &mut dyn FnMut(&mut Write) -> Done<()>) -> Done<()> {
    sql.prepare_cached("savepoint work")?.execute([])?;
    let mut write = Write { sql, tenant, counts: BTreeMap::new() };
    let result = catch_unwind(AssertUnwindSafe(|| {
        body(&mut write)?;
        write.store_counts()
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

/// Does the group's work in one transaction, counts it, and tells everybody. The group is drawn from
/// only once the transaction has begun, or cannot: what arrives while it waits for its turn shares its fate.
pub(crate) fn commit(sql: &Connection, group: impl Iterator<Item = Work>, commits: &AtomicU64) {
    let group = group.take(LARGEST_GROUP);
    if let Err(error) = sql.execute_batch("begin immediate") {
        let error = StoreError::from(Failure::from(error));
        group.for_each(|work| (work(Err(error.clone())).tell)(Err(error.clone())));
        return;
    }
    let mut tell = Vec::new();
    for work in group {
        let ran = work(Ok(sql));
        tell.push(ran.tell);
        if sql.is_autocommit() {
            let error = ran.failed.unwrap_or(StoreError::Full);
            tell.into_iter().for_each(|tell| tell(Err(error.clone())));
            return;
        }
    }
    let committed = sql.execute_batch("commit").map_err(|error| StoreError::from(Failure::from(error)));
    if committed.is_ok() {
        commits.fetch_add(1, Ordering::Relaxed);
    } else if !sql.is_autocommit() {
        // A failed commit leaves the transaction open; should this fail too, the next `begin` says so.
        let _ = sql.execute_batch("rollback");
    }
    tell.into_iter().for_each(|tell| tell(committed.clone()));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A piece of work, and its result once the group was committed.
    type Piece = (Work, Answer<()>);

    fn connection() -> Connection {
        let sql = Connection::open_in_memory().unwrap();
        sql.execute_batch("create table kept (number integer)").unwrap();
        sql
    }

    fn piece(body: impl FnOnce(&mut Write) -> Done<()> + Send + 'static) -> Piece {
        let (work, _, answer) = work(1, body);
        (work, answer)
    }

    fn keeps(number: i64) -> Piece {
        piece(move |write| Ok(write.sql.execute("insert into kept values (?1)", [number]).map(|_| ())?))
    }

    fn results(sql: &Connection, pieces: Vec<Piece>) -> Vec<Result<(), StoreError>> {
        let (work, results): (Vec<Work>, Vec<Answer<()>>) = pieces.into_iter().unzip();
        commit(sql, work.into_iter(), &AtomicU64::default());
        results.into_iter().map(|result| result.take().unwrap()).collect()
    }

    fn kept(sql: &Connection) -> Vec<i64> {
        let mut find = sql.prepare("select number from kept order by number").unwrap();
        find.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }

    #[test]
    fn one_that_panics_takes_nothing_along() {
        let sql = connection();
        let panics = piece(|write| {
            write.sql.execute("insert into kept values (99)", [])?;
            panic!("a mistake in a use case");
        });
        let results = results(&sql, vec![keeps(1), panics, keeps(2)]);
        assert!(results[0].is_ok() && results[2].is_ok());
        assert!(matches!(results[1], Err(StoreError::Broken(_))));
        assert_eq!(kept(&sql), [1, 2]);
    }

    #[test]
    fn when_the_transaction_is_given_up_everybody_in_it_is_told() {
        let sql = connection();
        let gives_up = piece(|write| {
            write.sql.execute_batch("rollback")?;
            Err(StoreError::Full.into())
        });
        let (work, told): (Vec<Work>, Vec<Answer<()>>) = [keeps(1), gives_up, keeps(2)].into_iter().unzip();
        let (mut queue, commits) = (work.into_iter(), AtomicU64::default());
        commit(&sql, queue.by_ref(), &commits);
        assert_eq!(told[0].clone().take().unwrap(), Err(StoreError::Full));
        assert_eq!(told[1].clone().take().unwrap(), Err(StoreError::Full));
        commit(&sql, queue, &commits);
        assert_eq!(
            told[2].clone().take().unwrap(),
            Ok(()),
            "what came after is done in the next transaction"
        );
        assert_eq!(commits.into_inner(), 1);
        assert_eq!(kept(&sql), [2]);
    }

    #[test]
    fn when_no_transaction_can_begin_everybody_who_waits_is_told() {
        let sql = connection();
        sql.execute_batch("begin").unwrap();
        let results = results(&sql, vec![keeps(1), keeps(2)]);
        assert!(results.iter().all(|result| matches!(result, Err(StoreError::Broken(_)))));
        assert!(kept(&sql).is_empty());
    }
}
