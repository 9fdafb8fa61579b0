//! The queue: leases here, the rest in one file per use case.

mod awaited;
mod due;
mod files;
mod lines;
mod links;
mod open;
mod people;
mod raise;
mod settle;
mod tasks;
mod waking;

use std::collections::BTreeMap;

use async_trait::async_trait;
use contract::store::{
    AsOf, Awaited, Due, Lease, OpenIntent, Opened, Opening, Queue, Settled, SettlementBatch, StoreError,
};
use model::task::{Kind, Task};
use model::{FlowName, LaneName, RecordId, TaskId, Timestamp};
use rusqlite::{OptionalExtension, params};

pub(super) use self::awaited::wake_bound;
pub(super) use self::links::{change as change_link, taken as taken_by};
pub(super) use self::raise::{Raising, raise};
pub(super) use self::waking::{hurry_flow, wake_skipped_beside};
use super::Sqlite;
use super::commit::Write;
use super::failure::Done;

#[async_trait]
impl Queue for Sqlite {
    async fn lease(
        &self,
        lane: &LaneName,
        owner: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Lease>, StoreError> {
        let (lane, owner) = (lane.clone(), owner.to_owned());
        self.write(move |write| take(write, lane, owner, now, until)).await
    }

    async fn release(&self, lease: &Lease) -> Result<(), StoreError> {
        let lease = lease.clone();
        self.write(move |write| {
            write.sql.prepare_cached(
                "update lane set owner = null where tenant = ?1 and name = ?2 and owner = ?3 and epoch = ?4",
            )?
            .execute(params![write.tenant, lease.lane.as_str(), lease.owner, lease.epoch])?;
            Ok(())
        })
        .await
    }

    async fn due(
        &self,
        lane: &LaneName,
        now: Timestamp,
        limit: usize,
        except: &[TaskId],
    ) -> Result<Vec<Due>, StoreError> {
        let (lane, except) = (lane.clone(), except.iter().copied().collect());
        self.read(move |sql, tenant| due::due(sql, tenant, &lane, now, limit, &except)).await
    }

    async fn next_due(&self, lane: &LaneName) -> Result<Option<Timestamp>, StoreError> {
        let lane = lane.clone();
        self.read(move |sql, tenant| due::next_due(sql, tenant, &lane)).await
    }

    async fn tasks_of(&self, of: &[(FlowName, RecordId, Kind)]) -> Result<Vec<Option<Task>>, StoreError> {
        let of = of.to_vec();
        self.read(move |sql, tenant| of.iter().map(|of| tasks::of(sql, tenant, of)).collect()).await
    }

    async fn awaited(&self, tasks: &[TaskId]) -> Result<Vec<Option<Awaited>>, StoreError> {
        let tasks = tasks.to_vec();
        self.read(move |sql, tenant| tasks.iter().map(|task| awaited::of(sql, tenant, *task)).collect()).await
    }

    async fn open_intents(
        &self,
        lane: &LaneName,
        keys: &[Vec<(String, String)>],
    ) -> Result<Vec<Vec<OpenIntent>>, StoreError> {
        let (lane, keys) = (lane.clone(), keys.to_vec());
        self.read(move |sql, tenant| {
            keys.iter().map(|key| open::open_intents(sql, tenant, &lane, key)).collect()
        })
        .await
    }

    async fn open(&self, lease: &Lease, openings: Vec<Opening>) -> Result<Vec<Opened>, StoreError> {
        let lease = lease.clone();
        self.write(move |write| {
            guard(write, &lease)?;
            openings.iter().map(|opening| open::open(write, opening)).collect()
        })
        .await
    }

    async fn settle(&self, lease: &Lease, batch: SettlementBatch) -> Result<Vec<Settled>, StoreError> {
        let lease = lease.clone();
        self.write(move |write| {
            guard(write, &lease)?;
            settle::settle(write, &batch)
        })
        .await
    }

    async fn replay(&self, tasks: &[TaskId], now: Timestamp) -> Result<u64, StoreError> {
        let tasks = tasks.to_vec();
        self.write(move |write| people::each(write, &tasks, |_, standing| standing.replayed(now))).await
    }

    async fn ignore(&self, tasks: &[TaskId], until_changed: bool) -> Result<u64, StoreError> {
        let tasks = tasks.to_vec();
        self.write(move |write| people::each(write, &tasks, |_, standing| standing.ignored(until_changed)))
            .await
    }

    async fn replay_as_of(&self, tasks: &[AsOf], now: Timestamp) -> Result<u64, StoreError> {
        let asked: BTreeMap<TaskId, AsOf> = tasks.iter().map(|asked| (asked.task, *asked)).collect();
        let ids: Vec<TaskId> = asked.keys().copied().collect();
        self.write(move |write| {
            people::each(write, &ids, |id, standing| {
                let asked = asked.get(&id)?;
                standing.replayed_as_of(asked.at, asked.want, now)
            })
        })
        .await
    }

    async fn close(&self, tasks: &[TaskId]) -> Result<u64, StoreError> {
        let tasks = tasks.to_vec();
        self.write(move |write| people::each(write, &tasks, |_, standing| standing.closed())).await
    }
}

fn take(
    write: &Write,
    lane: LaneName,
    owner: String,
    now: Timestamp,
    until: Timestamp,
) -> Done<Option<Lease>> {
    let mut find =
        write.sql.prepare_cached("select owner, epoch, until from lane where tenant = ?1 and name = ?2")?;
    let held: Option<(Option<String>, i64, i64)> = find
        .query_row(params![write.tenant, lane.as_str()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let epoch = match held {
        None => 1,
        Some((Some(holder), epoch, _)) if holder == owner => epoch,
        Some((Some(_), _, until)) if until > now.0 => return Ok(None),
        Some((_, epoch, _)) => epoch + 1,
    };
    write
        .sql
        .prepare_cached(
            "insert into lane (tenant, name, owner, epoch, until) values (?1, ?2, ?3, ?4, ?5)
             on conflict do update set owner = excluded.owner, epoch = excluded.epoch, until = excluded.until",
        )?
        .execute(params![write.tenant, lane.as_str(), owner, epoch, until.0])?;
    Ok(Some(Lease { lane, owner, epoch, until }))
}

/// Lets only the lane's present owner go on.
fn guard(write: &Write, lease: &Lease) -> Done<()> {
    let mut current = write
        .sql
        .prepare_cached("select 1 from lane where tenant = ?1 and name = ?2 and owner = ?3 and epoch = ?4")?;
    match current.exists(params![write.tenant, lease.lane.as_str(), lease.owner, lease.epoch])? {
        true => Ok(()),
        false => Err(StoreError::Stale { lane: lease.lane.to_string(), epoch: lease.epoch }.into()),
    }
}
