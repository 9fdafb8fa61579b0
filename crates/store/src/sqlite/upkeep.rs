//! Upkeep: what is stored, what is purged, and how older versions are packed; a little at a time.

mod clock;
mod pack;
mod purge;
mod storage;

use std::time::Duration;

use async_trait::async_trait;
use contract::store::{Packed, PurgeMark, PurgeSlice, Purged, Storage, StoreError, Upkeep};
use model::Timestamp;
use rusqlite::Connection;

use super::Sqlite;
use super::commit::Write;
use super::failure::Done;
use super::names;
use super::rows::{first, signed};
use crate::upkeep::{PURGED_AT, PURGED_BEFORE};

pub(super) use pack::unpacked;

#[async_trait]
impl Upkeep for Sqlite {
    async fn storage(&self) -> Result<Storage, StoreError> {
        self.read(storage::storage).await
    }

    async fn purge(&self, slice: &PurgeSlice) -> Result<Purged, StoreError> {
        let slice = *slice;
        self.write(move |write| purge::purge(write, &slice)).await
    }

    async fn pack(&self, limit: usize) -> Result<Packed, StoreError> {
        self.write(move |write| pack::pack(write, limit)).await
    }

    async fn take_up_names(&self, limit: usize) -> Result<u64, StoreError> {
        self.write(move |write| names::take_up(write, limit)).await
    }

    async fn keep_time(&self, now: Timestamp) -> Result<Option<Duration>, StoreError> {
        self.write(move |write| clock::keep_time(write, now)).await
    }

    async fn give_back(&self, pages: u64) -> Result<u64, StoreError> {
        self.write(move |write| give_back(write.sql, pages)).await
    }
}

/// A database that was not made to give anything back, as those of the first versions, gives nothing.
fn give_back(sql: &Connection, pages: u64) -> Done<u64> {
    let count = || sql.query_row("pragma page_count", [], |row| row.get::<_, i64>(0));
    let before = count()?;
    let mut vacuum = sql.prepare(&format!("pragma incremental_vacuum({})", signed(pages)))?;
    // Each step gives one page back.
    let mut rows = vacuum.raw_query();
    while rows.next()?.is_some() {}
    Ok(before.abs_diff(count()?))
}

fn recalled(sql: &Connection, tenant: i64, name: &str) -> Done<Option<i64>> {
    let mut find = sql.prepare_cached("select value from upkeep where tenant = ?1 and name = ?2")?;
    first(&mut find, (tenant, name), |row| Ok(row.get(0)?))
}

/// Remembers the value, where it is greater than what is remembered.
fn remember(write: &Write, name: &str, value: i64) -> Done<()> {
    write
        .sql
        .prepare_cached(
            "insert into upkeep (tenant, name, value) values (?1, ?2, ?3)
             on conflict do update set value = max(value, excluded.value)",
        )?
        .execute((write.tenant, name, value))?;
    Ok(())
}

/// What was purged last, if anything ever was.
pub(super) fn purged(sql: &Connection, tenant: i64) -> Done<Option<PurgeMark>> {
    let before = recalled(sql, tenant, PURGED_BEFORE)?;
    let at = recalled(sql, tenant, PURGED_AT)?;
    Ok(before.zip(at).map(|(before, at)| PurgeMark { before: Timestamp(before), at: Timestamp(at) }))
}
