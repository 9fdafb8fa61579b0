//! Pairs of ids.

use async_trait::async_trait;
use model::link::{Link, LinkSide};
use model::{ConnectionName, ObjectName};

use super::StoreError;

#[async_trait]
pub trait Links: Send + Sync {
    /// The links with these source sides, in order. Where a side names no target object and several links exist, the
    /// first that is filled, else the first.
    async fn by_source(&self, sides: &[LinkSide]) -> Result<Vec<Option<Link>>, StoreError>;

    /// The filled links with these target ids, in order.
    async fn by_target(&self, sides: &LinkSides) -> Result<Vec<Option<Link>>, StoreError>;
}

/// Ids of one object of one connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkSides {
    pub connection: ConnectionName,
    pub object: ObjectName,
    pub ids: Vec<String>,
}
