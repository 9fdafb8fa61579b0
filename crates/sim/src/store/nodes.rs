//! Nodes, as they are alive.

use async_trait::async_trait;
use contract::store::{Beat, Node, Nodes, StoreError};
use model::{LaneName, Timestamp};

use super::{SimStore, failed};

#[async_trait]
impl Nodes for SimStore {
    async fn beat(&self, beat: &Beat) -> Result<Vec<(LaneName, i64)>, StoreError> {
        write!(self, self.inner.beat(beat))
    }

    async fn leave(&self, owner: &str) -> Result<(), StoreError> {
        write!(self, self.inner.leave(owner))
    }

    async fn nodes(&self) -> Result<Vec<Node>, StoreError> {
        ask!(self, self.inner.nodes())
    }

    async fn shared_time(&self) -> Result<Option<Timestamp>, StoreError> {
        ask!(self, self.inner.shared_time())
    }

    async fn ring(&self, names: &[String]) -> Result<(), StoreError> {
        ask!(self, self.inner.ring(names))
    }

    async fn heard(&self) -> Result<Vec<String>, StoreError> {
        self.inner.heard().await
    }
}
