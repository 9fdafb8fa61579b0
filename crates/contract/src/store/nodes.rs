//! Nodes: the processes that work on one store, and what they hold of it.

use async_trait::async_trait;
use model::{LaneName, Timestamp};

use super::StoreError;

/// Who is alive, and wake-ups from one to the others.
#[async_trait]
pub trait Nodes: Send + Sync {
    /// A node says that it is alive until that time, and renews the leases that it works under until then. Gives those of
    /// them that it still holds: a lane that somebody else took meanwhile is not among them. Nodes that were not heard of
    /// for a day are forgotten.
    async fn beat(&self, beat: &Beat) -> Result<Vec<(LaneName, i64)>, StoreError>;

    /// The node ends in order: it is forgotten at once. Leases that it holds stay until they end, or it gives them back.
    async fn leave(&self, owner: &str) -> Result<(), StoreError>;

    /// The nodes that were heard of within a day, in the order in which they started.
    async fn nodes(&self) -> Result<Vec<Node>, StoreError>;

    /// What the store's own clock says, where it has one that its nodes share; `None` for a store of one machine.
    async fn shared_time(&self) -> Result<Option<Timestamp>, StoreError>;

    /// Wakes the others for these names. A wake-up may be lost: it saves waiting, and nothing relies on it.
    async fn ring(&self, names: &[String]) -> Result<(), StoreError>;

    /// Waits for what others ring for; never comes back where there are no others. It may be dropped and asked again,
    /// and then what came in between may be lost.
    async fn heard(&self) -> Result<Vec<String>, StoreError>;
}

/// That a node is alive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beat {
    pub node: Node,
    /// What it works under, each with its epoch. Others that stand in its name are left to end.
    pub held: Vec<(LaneName, i64)>,
    pub now: Timestamp,
}

/// A process that works on the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// As leases name it: another one for each start.
    pub owner: String,
    /// As people call it.
    pub name: String,
    pub version: String,
    pub started: Timestamp,
    /// When it was last heard of, and until when it is taken for alive since.
    pub seen: Timestamp,
    pub until: Timestamp,
    /// How many groups of connections it works on.
    pub groups: usize,
}

impl Node {
    pub fn is_alive(&self, now: Timestamp) -> bool {
        now < self.until
    }
}
