//! Pairs of ids, of records and of their lines.

use async_trait::async_trait;
use model::link::{FileLink, LineLink, Link, LinkSide, Referent};
use model::{ConnectionName, LinkId, ObjectName};

use super::StoreError;

#[async_trait]
pub trait Links: Send + Sync {
    /// The links with these source sides, in order. Where a side names no target object and several links exist, the
    /// first that is filled, else the first.
    async fn by_source(&self, sides: &[LinkSide]) -> Result<Vec<Option<Link>>, StoreError>;

    /// The filled links with these target ids, in order.
    async fn by_target(&self, sides: &LinkSides) -> Result<Vec<Option<Link>>, StoreError>;

    /// What stands at the other side, for each in order: by the filled links whose source side it is; where there are
    /// none, by those whose target side it is. The number of a source side is that of its record, and of records with
    /// one number those that are void count only where all are.
    async fn other_sides(&self, asked: &[Referent]) -> Result<Vec<Linked>, StoreError>;

    /// The line links of these links, in order; each by list and line.
    async fn lines(&self, links: &[LinkId]) -> Result<Vec<Vec<LineLink>>, StoreError>;

    /// The files that were brought over for these links, in order; each by place, line and handle.
    async fn files(&self, links: &[LinkId]) -> Result<Vec<Vec<FileLink>>, StoreError>;
}

/// Ids of one object of one connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkSides {
    pub connection: ConnectionName,
    pub object: ObjectName,
    pub ids: Vec<String>,
}

/// What stands at the other side of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Linked {
    /// Nothing yet.
    Nothing,
    /// The record, or the line, there; a line has no number.
    One { id: String, number: Option<String> },
    /// Several records have the number that was asked for.
    Several,
}
