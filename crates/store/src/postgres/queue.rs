//! The queue: leases here, the rest in one file per use case.

mod attempts;
mod awaited;
mod due;
mod files;
mod lines;
mod links;
mod open;
mod people;
mod raise;
mod settle;
mod store;
mod tasks;
mod waking;

use std::collections::BTreeMap;

use async_trait::async_trait;
use contract::store::{
    AsOf, Awaited, Due, Lease, OpenIntent, Opened, Opening, Queue, Settled, SettlementBatch, StoreError,
};
use contract::transport::LONGEST_CALL;
use futures_util::FutureExt;
use model::task::{Kind, Task};
use model::{FlowName, LaneName, RecordId, TaskId, Timestamp};

use self::due::Asked;
pub(super) use self::raise::{Raising, raise};
pub(super) use self::tasks::Board;
pub(super) use self::waking::{hurry_flows, pass_gate, wake_bound, wake_for_links, wake_skipped_beside};
use super::Postgres;
use super::commit::Write;
use super::failure::Done;
use super::params::text;
use super::session::get;
use crate::codec::milliseconds;
use crate::transition::Standing;

#[async_trait]
impl Queue for Postgres {
    async fn lease(
        &self,
        lane: &LaneName,
        owner: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Lease>, StoreError> {
        let wish = Lease {
            lane: lane.clone(),
            owner: owner.to_owned(),
            epoch: 1,
            until,
            since: now,
            others_until: Timestamp(0),
        };
        self.write((wish, now), |write, (wish, now)| take(write, wish, *now).boxed()).await
    }

    async fn release(&self, lease: &Lease) -> Result<(), StoreError> {
        self.write(lease.clone(), |write, lease| release(write, lease).boxed()).await
    }

    async fn due(
        &self,
        lane: &LaneName,
        now: Timestamp,
        limit: usize,
        except: &[TaskId],
    ) -> Result<Vec<Due>, StoreError> {
        let asked = Asked { lane: lane.clone(), now, limit, except: except.to_vec() };
        self.ask(asked, |read, asked| due::due(read, asked).boxed()).await
    }

    async fn next_due(&self, lane: &LaneName) -> Result<Option<Timestamp>, StoreError> {
        self.ask(lane.clone(), |read, lane| due::next_due(read, lane).boxed()).await
    }

    async fn tasks_of(&self, of: &[(FlowName, RecordId, Kind)]) -> Result<Vec<Option<Task>>, StoreError> {
        self.ask(of.to_vec(), |read, of| due::tasks_of(read, of).boxed()).await
    }

    async fn awaited(&self, tasks: &[TaskId]) -> Result<Vec<Option<Awaited>>, StoreError> {
        self.ask(tasks.to_vec(), |read, tasks| awaited::of(read, tasks).boxed()).await
    }

    async fn open_intents(
        &self,
        lane: &LaneName,
        keys: &[Vec<(String, String)>],
    ) -> Result<Vec<Vec<OpenIntent>>, StoreError> {
        self.ask((lane.clone(), keys.to_vec()), |read, (lane, keys)| {
            open::open_intents(read, lane, keys).boxed()
        })
        .await
    }

    async fn open(&self, lease: &Lease, openings: Vec<Opening>) -> Result<Vec<Opened>, StoreError> {
        self.write((lease.clone(), openings), |write, (lease, openings)| {
            async move {
                guard(write, lease).await?;
                open::open(write, openings).await
            }
            .boxed()
        })
        .await
    }

    async fn settle(&self, lease: &Lease, batch: SettlementBatch) -> Result<Vec<Settled>, StoreError> {
        self.write((lease.clone(), batch), |write, (lease, batch)| {
            async move {
                guard(write, lease).await?;
                settle::settle(write, batch).await
            }
            .boxed()
        })
        .await
    }

    async fn replay(&self, tasks: &[TaskId], now: Timestamp) -> Result<u64, StoreError> {
        self.write((tasks.to_vec(), now), |write, (tasks, now)| {
            people::each(write, tasks, |_, standing| standing.replayed(*now)).boxed()
        })
        .await
    }

    async fn ignore(&self, tasks: &[TaskId], until_changed: bool) -> Result<u64, StoreError> {
        self.write((tasks.to_vec(), until_changed), |write, (tasks, until_changed)| {
            people::each(write, tasks, |_, standing| standing.ignored(*until_changed)).boxed()
        })
        .await
    }

    async fn replay_as_of(&self, tasks: &[AsOf], now: Timestamp) -> Result<u64, StoreError> {
        let asked: BTreeMap<TaskId, AsOf> = tasks.iter().map(|asked| (asked.task, *asked)).collect();
        let ids: Vec<TaskId> = asked.keys().copied().collect();
        self.write((ids, asked, now), |write, (ids, asked, now)| {
            let again = |id, standing: Standing| {
                let asked = asked.get(&id)?;
                standing.replayed_as_of(asked.at, asked.want, *now)
            };
            people::each(write, ids, again).boxed()
        })
        .await
    }

    async fn close(&self, tasks: &[TaskId]) -> Result<u64, StoreError> {
        self.write(tasks.to_vec(), |write, tasks| {
            people::each(write, tasks, |_, standing| standing.closed()).boxed()
        })
        .await
    }
}

/// One statement, so that of two who ask at once only one gets the lane.
async fn take(write: &Write, wish: &Lease, now: Timestamp) -> Done<Option<Lease>> {
    let longest = milliseconds(LONGEST_CALL);
    let taken = write
        .sql
        .first(
            "insert into lane as l (tenant, name, owner, epoch, until) values ($1, $2, $3, 1, $4)
             on conflict (tenant, name) do update set owner = excluded.owner, until = excluded.until,
                 epoch = l.epoch + 1,
                 others_until = greatest(l.others_until, case when l.owner is null then 0
                     when l.owner = excluded.owner then $5 else l.until + $6 end)
             where l.owner is null or l.owner = excluded.owner or l.until <= $5
             returning epoch, others_until",
            &[&write.tenant, &text(wish.lane.as_str()), &text(&wish.owner), &wish.until.0, &now.0, &longest],
            |row| Ok((get(row, 0)?, Timestamp(get(row, 1)?))),
        )
        .await?;
    Ok(taken.map(|(epoch, others_until)| Lease { epoch, others_until, ..wish.clone() }))
}

async fn release(write: &Write, lease: &Lease) -> Done<()> {
    write
        .sql
        .change(
            "update lane set owner = null where tenant = $1 and name = $2 and owner = $3 and epoch = $4",
            &[&write.tenant, &text(lease.lane.as_str()), &text(&lease.owner), &lease.epoch],
        )
        .await?;
    Ok(())
}

/// Lets only the lane's present owner go on, and nobody take it over until this is committed.
pub(super) async fn guard(write: &Write, lease: &Lease) -> Done<()> {
    let current = write
        .sql
        .first(
            "select 1 from lane where tenant = $1 and name = $2 and owner = $3 and epoch = $4 for share",
            &[&write.tenant, &text(lease.lane.as_str()), &text(&lease.owner), &lease.epoch],
            |_| Ok(()),
        )
        .await?;
    current.ok_or_else(|| StoreError::Stale { lane: lease.lane.to_string(), epoch: lease.epoch }.into())
}
