//! Attempts and calls: what was tried, and what was said to whom.

use crate::task::State;
use crate::{Cause, ConnectionName, Timestamp};

/// One try at a task (同步记录), as recorded when it ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    pub started: Timestamp,
    pub ended: Timestamp,
    /// The version of the flow's text that it ran with.
    pub flow_version: i64,
    pub revision: i64,
    pub state: State,
    pub cause: Option<Cause>,
    pub steps: Vec<StepTaken>,
}

/// One step of an attempt and how it went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepTaken {
    /// `lookup`, `create`, `Submit`, `read_back` …
    pub name: String,
    pub at: Timestamp,
    /// Absent when it went well.
    pub cause: Option<Cause>,
    /// What came of it in a few words that need no translation: an id, a number.
    pub note: String,
}

/// One request to a system and its answer (接口日志), with secrets and personal fields masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallRecord {
    /// The order of calls of one process; joins calls to the attempts that made them.
    pub number: u64,
    pub connection: ConnectionName,
    /// The operation of the connector: `Save`, `data/query`.
    pub operation: String,
    pub method: String,
    pub url: String,
    pub sent: Timestamp,
    pub took_ms: u64,
    /// HTTP status; absent when no answer came.
    pub status: Option<u16>,
    pub request: String,
    pub response: String,
}
