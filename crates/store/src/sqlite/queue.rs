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
use contract::transport::LONGEST_CALL;
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
use crate::codec::milliseconds;

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
    let mut take = write.sql.prepare_cached(
        "insert into lane as l (tenant, name, owner, epoch, until) values (?1, ?2, ?3, 1, ?4)
         on conflict do update set owner = excluded.owner, until = excluded.until, epoch = l.epoch + 1,
             others_until = max(l.others_until, case when l.owner is null then 0
                 when l.owner = excluded.owner then ?5 else l.until + ?6 end)
         where l.owner is null or l.owner = excluded.owner or l.until <= ?5
         returning epoch, others_until",
    )?;
    let longest = milliseconds(LONGEST_CALL);
    let taken: Option<(i64, i64)> = take
        .query_row(params![write.tenant, lane.as_str(), owner, until.0, now.0, longest], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    Ok(taken.map(|(epoch, others)| Lease {
        lane,
        owner,
        epoch,
        until,
        since: now,
        others_until: Timestamp(others),
    }))
}

/// Lets only the lane's present owner go on.
pub(super) fn guard(write: &Write, lease: &Lease) -> Done<()> {
    let mut current = write
        .sql
        .prepare_cached("select 1 from lane where tenant = ?1 and name = ?2 and owner = ?3 and epoch = ?4")?;
    match current.exists(params![write.tenant, lease.lane.as_str(), lease.owner, lease.epoch])? {
        true => Ok(()),
        false => Err(StoreError::Stale { lane: lease.lane.to_string(), epoch: lease.epoch }.into()),
    }
}
