//! Records: the last known state of one instance at its source.

use crate::{ConnectionName, Hash, ObjectName, RecordId};

/// Which instance at which source. `id` is the source's own, unchanging id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordKey {
    pub connection: ConnectionName,
    pub object: ObjectName,
    pub id: String,
}

impl RecordKey {
    pub fn new(connection: &ConnectionName, object: &ObjectName, id: impl Into<String>) -> RecordKey {
        RecordKey { connection: connection.clone(), object: object.clone(), id: id.into() }
    }
}

impl std::fmt::Display for RecordKey {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "{}/{}/{}", self.connection, self.object, self.id)
    }
}

/// A record as stored (数据, 临时库).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub id: RecordId,
    pub key: RecordKey,
    /// The number people know it by, where the object has one.
    pub number: Option<String>,
    /// The name people know it by.
    pub name: Option<String>,
    /// The source's version: its own counter or its modification time in milliseconds. Older ones become history only.
    pub version: Option<i64>,
    /// Ours: raised by one with each change of content, from 1. `want` and `done` of a task are revisions.
    pub revision: i64,
    pub hash: Hash,
    /// Voided or deleted at the source.
    pub void: bool,
    /// The content as JSON text.
    pub body: String,
}
