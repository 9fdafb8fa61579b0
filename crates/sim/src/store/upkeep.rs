//! What is kept, and for how long.

use std::time::Duration;

use async_trait::async_trait;
use contract::store::{Packed, PurgeSlice, Purged, Storage, StoreError, Upkeep};
use model::Timestamp;

use super::{SimStore, failed};

#[async_trait]
impl Upkeep for SimStore {
    async fn storage(&self) -> Result<Storage, StoreError> {
        ask!(self, self.inner.storage())
    }

    async fn purge(&self, slice: &PurgeSlice) -> Result<Purged, StoreError> {
        write!(self, self.inner.purge(slice))
    }

    async fn pack(&self, limit: usize) -> Result<Packed, StoreError> {
        write!(self, self.inner.pack(limit))
    }

    async fn take_up_names(&self, limit: usize) -> Result<u64, StoreError> {
        write!(self, self.inner.take_up_names(limit))
    }

    /// The simulator's clock is never set back: nothing comes of it, and so nothing goes wrong on the way.
    async fn keep_time(&self, now: Timestamp) -> Result<Option<Duration>, StoreError> {
        self.inner.keep_time(now).await
    }

    async fn give_back(&self, pages: u64) -> Result<u64, StoreError> {
        write!(self, self.inner.give_back(pages))
    }
}
