//! Links: the pair (id here, id there) of one business record, and what both sides last agreed on.

use crate::record::RecordKey;
use crate::{ConnectionName, Hash, LinkId, ObjectName};

/// A link (数据映射, 中间表). It is reserved, unique on the source side, before a create goes out, and filled the
/// moment the target's id is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub id: LinkId,
    pub source: RecordKey,
    pub target_connection: ConnectionName,
    pub target_object: ObjectName,
    /// Absent while the link is only reserved.
    pub target_id: Option<String>,
    pub target_number: Option<String>,
    pub agreed: Agreed,
}

/// What both sides last agreed on. All absent until the first sync has been read back.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Agreed {
    /// Hash of the mapped document: tells whether a write is needed.
    pub mapped: Option<Hash>,
    /// Hash of the written fields as the target read them back: tells an echo.
    pub target: Option<Hash>,
    /// Hash of the fields we last wrote back to the source.
    pub written_back: Option<Hash>,
    /// The mapped field values, as JSON text.
    pub fields: Option<String>,
    /// The target's version when it was last read.
    pub version: Option<i64>,
}

/// One side of a pair by which others refer to a record that may not be linked yet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkSide {
    pub source: RecordKey,
    pub target_connection: ConnectionName,
    /// Absent where any object of the target connection will do.
    pub target_object: Option<ObjectName>,
}

/// A record, or one of its lines, by which another flow refers to what stands for it at the other system. Links are
/// found from either side, whichever flow made them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Referent {
    /// The record that is known; its `id` holds what `by` says.
    pub of: RecordKey,
    pub by: KnownBy,
    /// Where its other side is looked for.
    pub connection: ConnectionName,
    /// The object there; absent where any will do.
    pub object: Option<ObjectName>,
}

/// What is known of a record that is referred to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KnownBy {
    Id,
    Number,
    /// The id of one of its lines, in this list as the linking flow writes it: `FSaleOrderEntry`.
    LineOf(String),
}

impl From<LinkSide> for Referent {
    fn from(side: LinkSide) -> Referent {
        let LinkSide { source, target_connection, target_object } = side;
        Referent { of: source, by: KnownBy::Id, connection: target_connection, object: target_object }
    }
}

/// A file that was brought over (附件): at the source, and as the target gives it out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileLink {
    /// Where it hangs at the target, as the flow writes it: `attachments`, `FSaleOrderEntry.attachments`.
    pub place: String,
    /// The line's id at the source, where it hangs at a row; blank for the record's own.
    pub line: String,
    /// By which the source gives it out.
    pub handle: String,
    /// By which the target gives it out.
    pub target: String,
    pub name: String,
    /// In bytes, where it is known.
    pub size: Option<u64>,
}

/// A line link: a line at the source and the row at the target that stands for it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineLink {
    /// The list as the flow writes it.
    pub list: String,
    /// The line's id at the source.
    pub line: String,
    /// The row's id at the target.
    pub row: String,
}
