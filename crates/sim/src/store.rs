//! The store of the simulator: the real one, between two points at which the process may die.
//!
//! Dying before the use case is a commit that was lost; dying after it, one that was done and not told. A use case may
//! also fail either way while the engine lives on.

use std::sync::Arc;

use async_trait::async_trait;
use contract::Chance;
use contract::store::{
    Applied, AsOf, AttemptLine, Awaited, BindingFilter, Bindings, Changed, ChangedAsk, Config, ConfigChange,
    Cursor, Due, FirstTry, FlowCount, Ingest, Ingested, Lease, LinkSides, Linked, Links, OpenIntent,
    OpenRecords, Opened, Opening, Queue, Raise, Records, Settled, SettlementBatch, Store, StoreError, Story,
    TaskFilter, TaskLine, TextVersion, Views, Walk,
};
use model::binding::{Binding, BindingSide, Party};
use model::link::{FileLink, LineLink, Link, LinkSide, Referent};
use model::record::{Record, RecordKey};
use model::task::{Kind, Task};
use model::{ConnectionName, FlowName, LaneName, LinkId, ObjectName, RecordId, Secret, TaskId, Timestamp};

use crate::chance::Dice;
use crate::points::Points;

/// The real store, and what may go wrong on the way to it.
pub struct SimStore {
    pub inner: Arc<dyn Store>,
    pub points: Arc<Points>,
    /// Throws whether a write fails though the process lives.
    pub dice: Dice,
    /// How many writes in a thousand fail.
    pub failures: Arc<std::sync::atomic::AtomicU64>,
}

impl SimStore {
    fn fails(&self) -> bool {
        let failures = self.failures.load(std::sync::atomic::Ordering::Relaxed);
        failures > 0 && self.dice.below(1000) < failures
    }
}

fn failed<T>() -> Result<T, StoreError> {
    Err(StoreError::Broken("simulated".into()))
}

/// A use case that changes something: it may die or fail before and after.
macro_rules! write {
    ($self:ident, $call:expr) => {{
        $self.points.pass().await;
        if $self.fails() {
            return failed();
        }
        let outcome = $call.await;
        $self.points.pass().await;
        if $self.fails() {
            return failed();
        }
        outcome
    }};
}

/// A question.
macro_rules! ask {
    ($self:ident, $call:expr) => {{
        $self.points.pass().await;
        $call.await
    }};
}

mod alerts;
mod desk;
mod inbound;
mod nodes;
mod reconciling;
mod sweeping;
mod upkeep;

#[async_trait]
impl Queue for SimStore {
    async fn lease(
        &self,
        lane: &LaneName,
        owner: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Lease>, StoreError> {
        write!(self, self.inner.lease(lane, owner, now, until))
    }

    async fn release(&self, lease: &Lease) -> Result<(), StoreError> {
        write!(self, self.inner.release(lease))
    }

    async fn due(
        &self,
        lane: &LaneName,
        now: Timestamp,
        limit: usize,
        except: &[TaskId],
    ) -> Result<Vec<Due>, StoreError> {
        ask!(self, self.inner.due(lane, now, limit, except))
    }

    async fn next_due(&self, lane: &LaneName) -> Result<Option<Timestamp>, StoreError> {
        ask!(self, self.inner.next_due(lane))
    }

    async fn tasks_of(&self, of: &[(FlowName, RecordId, Kind)]) -> Result<Vec<Option<Task>>, StoreError> {
        ask!(self, self.inner.tasks_of(of))
    }

    async fn awaited(&self, tasks: &[TaskId]) -> Result<Vec<Option<Awaited>>, StoreError> {
        ask!(self, self.inner.awaited(tasks))
    }

    async fn open_intents(
        &self,
        lane: &LaneName,
        keys: &[Vec<(String, String)>],
    ) -> Result<Vec<Vec<OpenIntent>>, StoreError> {
        ask!(self, self.inner.open_intents(lane, keys))
    }

    async fn open(&self, lease: &Lease, openings: Vec<Opening>) -> Result<Vec<Opened>, StoreError> {
        write!(self, self.inner.open(lease, openings))
    }

    async fn settle(&self, lease: &Lease, batch: SettlementBatch) -> Result<Vec<Settled>, StoreError> {
        write!(self, self.inner.settle(lease, batch))
    }

    async fn replay(&self, tasks: &[TaskId], now: Timestamp) -> Result<u64, StoreError> {
        write!(self, self.inner.replay(tasks, now))
    }

    async fn ignore(&self, tasks: &[TaskId], until_changed: bool) -> Result<u64, StoreError> {
        write!(self, self.inner.ignore(tasks, until_changed))
    }

    async fn replay_as_of(&self, tasks: &[AsOf], now: Timestamp) -> Result<u64, StoreError> {
        write!(self, self.inner.replay_as_of(tasks, now))
    }

    async fn close(&self, tasks: &[TaskId]) -> Result<u64, StoreError> {
        write!(self, self.inner.close(tasks))
    }
}

#[async_trait]
impl Records for SimStore {
    async fn ingest(&self, ingest: Ingest) -> Result<Ingested, StoreError> {
        write!(self, self.inner.ingest(ingest))
    }

    async fn cursor(
        &self,
        connection: &ConnectionName,
        object: &ObjectName,
        walk: Walk,
    ) -> Result<Option<Cursor>, StoreError> {
        ask!(self, self.inner.cursor(connection, object, walk))
    }

    async fn find(&self, keys: &[RecordKey]) -> Result<Vec<Option<Record>>, StoreError> {
        ask!(self, self.inner.find(keys))
    }

    async fn numbered(&self, keys: &[RecordKey]) -> Result<Vec<Option<Record>>, StoreError> {
        ask!(self, self.inner.numbered(keys))
    }

    async fn versions(&self, of: &[(RecordId, i64)]) -> Result<Vec<Option<Record>>, StoreError> {
        ask!(self, self.inner.versions(of))
    }

    async fn wish(&self, keys: &[RecordKey], at: Timestamp) -> Result<(), StoreError> {
        write!(self, self.inner.wish(keys, at))
    }

    async fn wishes(
        &self,
        connection: &ConnectionName,
        object: &ObjectName,
        limit: usize,
    ) -> Result<Vec<String>, StoreError> {
        ask!(self, self.inner.wishes(connection, object, limit))
    }

    async fn open_records(
        &self,
        connection: &ConnectionName,
        object: &ObjectName,
        limit: usize,
    ) -> Result<OpenRecords, StoreError> {
        ask!(self, self.inner.open_records(connection, object, limit))
    }

    async fn judge(
        &self,
        connection: &ConnectionName,
        object: &ObjectName,
        judged: &[(String, bool)],
        cursor: &Cursor,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        write!(self, self.inner.judge(connection, object, judged, cursor, at))
    }

    async fn stored(
        &self,
        connection: &ConnectionName,
        object: &ObjectName,
        after: RecordId,
        limit: usize,
    ) -> Result<Vec<Record>, StoreError> {
        ask!(self, self.inner.stored(connection, object, after, limit))
    }

    async fn raise(
        &self,
        connection: &ConnectionName,
        object: &ObjectName,
        keys: &[String],
        raise: &Raise,
        again: bool,
        at: Timestamp,
    ) -> Result<u64, StoreError> {
        write!(self, self.inner.raise(connection, object, keys, raise, again, at))
    }
}

#[async_trait]
impl Links for SimStore {
    async fn by_source(&self, sides: &[LinkSide]) -> Result<Vec<Option<Link>>, StoreError> {
        ask!(self, self.inner.by_source(sides))
    }

    async fn by_target(&self, sides: &LinkSides) -> Result<Vec<Option<Link>>, StoreError> {
        ask!(self, self.inner.by_target(sides))
    }

    async fn other_sides(&self, asked: &[Referent]) -> Result<Vec<Linked>, StoreError> {
        ask!(self, self.inner.other_sides(asked))
    }

    async fn lines(&self, links: &[LinkId]) -> Result<Vec<Vec<LineLink>>, StoreError> {
        ask!(self, self.inner.lines(links))
    }

    async fn files(&self, links: &[LinkId]) -> Result<Vec<Vec<FileLink>>, StoreError> {
        ask!(self, self.inner.files(links))
    }
}

#[async_trait]
impl Bindings for SimStore {
    async fn bind(&self, bindings: &[Binding]) -> Result<(), StoreError> {
        write!(self, self.inner.bind(bindings))
    }

    async fn unbind(&self, sides: &[BindingSide]) -> Result<u64, StoreError> {
        write!(self, self.inner.unbind(sides))
    }

    async fn bound(&self, sides: &[BindingSide]) -> Result<Vec<Option<Party>>, StoreError> {
        ask!(self, self.inner.bound(sides))
    }

    async fn bindings(&self, filter: &BindingFilter) -> Result<Vec<Binding>, StoreError> {
        ask!(self, self.inner.bindings(filter))
    }
}

#[async_trait]
impl Config for SimStore {
    async fn apply(&self, change: &ConfigChange, at: Timestamp) -> Result<Vec<Applied>, StoreError> {
        write!(self, self.inner.apply(change, at))
    }

    async fn current(&self) -> Result<Vec<TextVersion>, StoreError> {
        ask!(self, self.inner.current())
    }

    async fn text_versions(&self, name: Option<&str>) -> Result<Vec<TextVersion>, StoreError> {
        ask!(self, self.inner.text_versions(name))
    }

    async fn generation(&self) -> Result<i64, StoreError> {
        ask!(self, self.inner.generation())
    }

    async fn keep_secret(&self, name: &str, secret: &Secret) -> Result<(), StoreError> {
        write!(self, self.inner.keep_secret(name, secret))
    }

    async fn recall_secret(&self, name: &str) -> Result<Option<Secret>, StoreError> {
        ask!(self, self.inner.recall_secret(name))
    }

    async fn forget_secret(&self, name: &str) -> Result<(), StoreError> {
        write!(self, self.inner.forget_secret(name))
    }

    async fn spend(
        &self,
        connection: &ConnectionName,
        day: i64,
        spent: &[(String, u64)],
    ) -> Result<u64, StoreError> {
        write!(self, self.inner.spend(connection, day, spent))
    }
}

#[async_trait]
impl Views for SimStore {
    async fn trace(&self, text: &str, limit: usize) -> Result<Vec<Story>, StoreError> {
        ask!(self, self.inner.trace(text, limit))
    }

    async fn story(&self, record: RecordId) -> Result<Option<Story>, StoreError> {
        ask!(self, self.inner.story(record))
    }

    async fn mentioning(
        &self,
        connection: &ConnectionName,
        object: &ObjectName,
        texts: &[String],
        limit: usize,
    ) -> Result<Vec<Record>, StoreError> {
        ask!(self, self.inner.mentioning(connection, object, texts, limit))
    }

    async fn changed(&self, ask: &ChangedAsk) -> Result<Option<Changed>, StoreError> {
        ask!(self, self.inner.changed(ask))
    }

    async fn tasks(&self, filter: &TaskFilter) -> Result<Vec<TaskLine>, StoreError> {
        ask!(self, self.inner.tasks(filter))
    }

    async fn counts(&self) -> Result<Vec<FlowCount>, StoreError> {
        ask!(self, self.inner.counts())
    }

    async fn attempts(&self, task: TaskId, limit: usize) -> Result<Vec<AttemptLine>, StoreError> {
        ask!(self, self.inner.attempts(task, limit))
    }

    async fn tried_first(&self, tasks: &[TaskId]) -> Result<Vec<Option<FirstTry>>, StoreError> {
        ask!(self, self.inner.tried_first(tasks))
    }

    async fn open_wishes(&self) -> Result<u64, StoreError> {
        ask!(self, self.inner.open_wishes())
    }
}
