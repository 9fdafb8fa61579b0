//! Transactions: whole or not at all, and again from the beginning where others came in between.

use std::collections::BTreeMap;

use contract::store::StoreError;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use model::FlowName;
use model::task::{Kind, State};

use super::database::Pool;
use super::failure::{Done, Failure, IN_THE_WAY};
use super::params::texts;
use super::session::Session;
use crate::codec::{kind_code, state_code};

/// How often a transaction is begun again before its failure is told.
const TRIES: u32 = 12;

/// How many slots the counts have.
const SLOTS: &str = "8";

/// A use case inside of a transaction, with what it is about. It may be asked several times.
pub(crate) type Body<A, T> = for<'w> fn(&'w mut Write, &'w A) -> BoxFuture<'w, Done<T>>;

/// A question, with what it is about.
pub(crate) type Question<A, T> = for<'r> fn(&'r Read, &'r A) -> BoxFuture<'r, Done<T>>;

/// A use case or a question with what it is about, and its result once there is one. What leads to it (places,
/// connections, tries) does not depend on its types, and so is compiled once and not for each.
struct Case<A, B, T> {
    about: A,
    body: B,
    result: Option<T>,
}

/// What is done in a transaction.
trait Act: Send {
    fn act<'w>(&'w mut self, write: &'w mut Write) -> BoxFuture<'w, Done<()>>;
}

/// What is asked of a state.
trait Ask: Send {
    fn ask<'r>(&'r mut self, read: &'r Read) -> BoxFuture<'r, Done<()>>;
}

impl<A: Send + Sync, T: Send> Act for Case<A, Body<A, T>, T> {
    fn act<'w>(&'w mut self, write: &'w mut Write) -> BoxFuture<'w, Done<()>> {
        let Case { about, body, result } = self;
        let work = body(write, about);
        async move { work.await.map(|done| *result = Some(done)) }.boxed()
    }
}

impl<A: Send + Sync, T: Send> Ask for Case<A, Question<A, T>, T> {
    fn ask<'r>(&'r mut self, read: &'r Read) -> BoxFuture<'r, Done<()>> {
        let Case { about, body, result } = self;
        let work = body(read, about);
        async move { work.await.map(|answer| *result = Some(answer)) }.boxed()
    }
}

impl<A, B, T> Case<A, B, T> {
    fn new(about: A, body: B) -> Case<A, B, T> {
        Case { about, body, result: None }
    }

    fn result(self) -> T {
        self.result.expect("what succeeded has a result")
    }
}

/// A transaction as one use case sees it.
pub(crate) struct Write {
    pub sql: Session,
    pub tenant: i64,
    /// How the numbers of tasks change; stored at the end of the work, so that their rows are locked for a moment only.
    counts: BTreeMap<(FlowName, i64, i64), i64>,
}

/// A state of the database as one question sees it.
pub(crate) struct Read {
    pub sql: Session,
    pub tenant: i64,
}

impl Write {
    /// Notes that a task of that flow and kind has come to a state, or has left it (`by` −1).
    pub(crate) fn count(&mut self, flow: &FlowName, kind: Kind, state: State, by: i64) {
        *self.counts.entry((flow.clone(), kind_code(kind), state_code(state))).or_default() += by;
    }

    /// In the order of their keys, as everybody does.
    async fn store_counts(&mut self) -> Done<()> {
        let counts: Vec<_> =
            std::mem::take(&mut self.counts).into_iter().filter(|(_, by)| *by != 0).collect();
        if counts.is_empty() {
            return Ok(());
        }
        let flows = texts(counts.iter().map(|((flow, ..), _)| flow.as_str()));
        let kinds: Vec<i64> = counts.iter().map(|((_, kind, _), _)| *kind).collect();
        let states: Vec<i64> = counts.iter().map(|((.., state), _)| *state).collect();
        let by: Vec<i64> = counts.iter().map(|(_, by)| *by).collect();
        self.sql
            .change(
                &format!(
                    "insert into task_count as c (tenant, flow, kind, state, slot, tasks)
                     select $1, flow, kind, state, pg_backend_pid() % {SLOTS}, by
                     from unnest($2::text[], $3::bigint[], $4::bigint[], $5::bigint[]) as n (flow, kind, state, by)
                     order by flow collate \"C\", kind, state
                     on conflict (tenant, flow, kind, state, slot) do update set tasks = c.tasks + excluded.tasks"
                ),
                &[&self.tenant, &flows, &kinds, &states, &by],
            )
            .await?;
        Ok(())
    }
}

/// Does the body in a transaction of its own. Once this is `Ok`, what it wrote is on the server's disk.
///
/// One that fails for what others did meanwhile is done again; so is one whose connection was gone before it was asked
/// to commit. Where the answer to the commit itself is lost, nobody knows, and the failure says so.
pub(crate) async fn write<A: Send + Sync, T: Send>(
    pool: &Pool,
    tenant: i64,
    about: A,
    body: Body<A, T>,
) -> Result<T, StoreError> {
    let mut case = Case::new(about, body);
    transact(pool, tenant, &mut case).await?;
    Ok(case.result())
}

async fn transact(pool: &Pool, tenant: i64, act: &mut dyn Act) -> Result<(), StoreError> {
    let mut tries = 1;
    loop {
        match once(pool, tenant, act).await {
            Err(failure) if failure.is_passing() && tries < TRIES => tries += 1,
            outcome => return outcome.map_err(StoreError::from),
        }
    }
}

async fn once(pool: &Pool, tenant: i64, act: &mut dyn Act) -> Done<()> {
    let place = pool.place().await;
    pool.stay_locked().await?;
    let session = pool.session().await?;
    session.run("begin").await?;
    let mut write = Write { sql: session, tenant, counts: BTreeMap::new() };
    let done = async {
        act.act(&mut write).await?;
        write.store_counts().await
    };
    match done.await {
        Ok(()) => {
            write.sql.run("commit").await.map_err(lost)?;
            pool.give_back(place, write.sql);
            Ok(())
        }
        Err(failure) => {
            if write.sql.run("rollback").await.is_ok() {
                pool.give_back(place, write.sql);
            }
            Err(failure)
        }
    }
}

/// A commit that was not answered: the server may have stored it. One that was refused as two came in each other's way
/// was not stored.
fn lost(failure: Failure) -> Failure {
    match failure {
        Failure::Sql(error) if error.code().is_some_and(|code| IN_THE_WAY.contains(code)) => {
            Failure::Sql(error)
        }
        other => {
            let reason = StoreError::from(other);
            StoreError::Unreachable(format!("while it was committed, so it may have been stored: {reason}"))
                .into()
        }
    }
}

/// Asks something of one state of the database, the newest that has been committed; in one statement.
pub(crate) async fn ask<A: Send + Sync, T: Send>(
    pool: &Pool,
    tenant: i64,
    about: A,
    question: Question<A, T>,
) -> Result<T, StoreError> {
    let mut case = Case::new(about, question);
    asked(pool, tenant, &mut case, None).await?;
    Ok(case.result())
}

/// As [`ask`], in several statements that all see the same state.
pub(crate) async fn read<A: Send + Sync, T: Send>(
    pool: &Pool,
    tenant: i64,
    about: A,
    question: Question<A, T>,
) -> Result<T, StoreError> {
    let mut case = Case::new(about, question);
    asked(pool, tenant, &mut case, Some("begin isolation level repeatable read, read only")).await?;
    Ok(case.result())
}

async fn asked(
    pool: &Pool,
    tenant: i64,
    question: &mut dyn Ask,
    begin: Option<&str>,
) -> Result<(), StoreError> {
    let mut tries = 1;
    loop {
        match asked_once(pool, tenant, question, begin).await {
            Err(failure) if failure.is_passing() && tries < TRIES => tries += 1,
            outcome => return outcome.map_err(StoreError::from),
        }
    }
}

async fn asked_once(pool: &Pool, tenant: i64, question: &mut dyn Ask, begin: Option<&str>) -> Done<()> {
    let place = pool.place().await;
    let session = pool.session().await?;
    if let Some(begin) = begin {
        session.run(begin).await?;
    }
    let read = Read { sql: session, tenant };
    let answer = question.ask(&read).await;
    let ended = match begin {
        Some(_) => read.sql.run("commit").await,
        None => Ok(()),
    };
    if ended.is_ok() && !read.sql.is_closed() {
        pool.give_back(place, read.sql);
    }
    answer
}
