//! Upkeep: what is stored, what is purged, and how older versions are packed; a little at a time.

mod clock;
mod pack;
mod purge;
mod storage;

use std::time::Duration;

use async_trait::async_trait;
use contract::store::{Packed, PurgeMark, PurgeSlice, Purged, Storage, StoreError, Upkeep};
use futures_util::FutureExt;
use model::Timestamp;

use super::Postgres;
use super::commit::Write;
use super::failure::Done;
use super::names;
use super::session::{Session, get};
use crate::upkeep::{PURGED_AT, PURGED_BEFORE};

pub(super) use pack::unpacked;

#[async_trait]
impl Upkeep for Postgres {
    async fn storage(&self) -> Result<Storage, StoreError> {
        self.read((), |read, ()| storage::storage(read).boxed()).await
    }

    async fn purge(&self, slice: &PurgeSlice) -> Result<Purged, StoreError> {
        self.write(*slice, |write, slice| purge::purge(write, slice).boxed()).await
    }

    async fn pack(&self, limit: usize) -> Result<Packed, StoreError> {
        self.write(limit, |write, limit| pack::pack(write, *limit).boxed()).await
    }

    async fn take_up_names(&self, limit: usize) -> Result<u64, StoreError> {
        self.write(limit, |write, limit| names::take_up(write, *limit).boxed()).await
    }

    async fn keep_time(&self, now: Timestamp) -> Result<Option<Duration>, StoreError> {
        self.write(now, |write, now| clock::keep_time(write, *now).boxed()).await
    }

    /// The server reuses the space itself, and its own vacuum cares for it.
    async fn give_back(&self, _pages: u64) -> Result<u64, StoreError> {
        Ok(0)
    }
}

async fn recalled(sql: &Session, tenant: i64, name: &str) -> Done<Option<i64>> {
    let find = "select value from upkeep where tenant = $1 and name = $2";
    sql.first(find, &[&tenant, &name], |row| get(row, 0)).await
}

/// Remembers the value, where it is greater than what is remembered.
async fn remember(write: &Write, name: &str, value: i64) -> Done<()> {
    write
        .sql
        .change(
            "insert into upkeep as u (tenant, name, value) values ($1, $2, $3)
             on conflict (tenant, name) do update set value = greatest(u.value, excluded.value)",
            &[&write.tenant, &name, &value],
        )
        .await?;
    Ok(())
}

/// What was purged last, if anything ever was.
pub(super) async fn purged(sql: &Session, tenant: i64) -> Done<Option<PurgeMark>> {
    let before = recalled(sql, tenant, PURGED_BEFORE).await?;
    let at = recalled(sql, tenant, PURGED_AT).await?;
    Ok(before.zip(at).map(|(before, at)| PurgeMark { before: Timestamp(before), at: Timestamp(at) }))
}
