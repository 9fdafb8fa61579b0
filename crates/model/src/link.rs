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
}

/// One side of a pair by which others refer to a record that may not be linked yet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkSide {
    pub source: RecordKey,
    pub target_connection: ConnectionName,
    /// Absent where any object of the target connection will do.
    pub target_object: Option<ObjectName>,
}
