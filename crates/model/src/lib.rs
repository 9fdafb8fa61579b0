//! The nouns of Qiao: typed names and ids, exact values and their JSON reader, the state machines as enums.
//!
//! Nothing here can fail because of the outside world: no async, no I/O, no SQL, no HTTP, no clock, no vendor.

pub mod access;
pub mod alert;
pub mod attempt;
pub mod audit;
pub mod binding;
pub mod canonical;
pub mod cause;
pub mod charset;
pub mod class;
pub mod connection;
pub mod flow;
pub mod hook;
pub mod id;
pub mod intent;
pub mod job;
pub mod json;
pub mod lang;
pub mod lines;
pub mod link;
pub mod moment;
pub mod number;
pub mod object;
pub mod path;
pub mod pushing;
pub mod receipt;
pub mod reconciliation;
pub mod record;
pub mod secret;
mod sentences;
pub mod step;
pub mod sweep;
pub mod task;
pub mod time;
pub mod value;
pub mod value_map;
pub mod xml;

pub use canonical::Hash;
pub use cause::{Catalogue, Cause, Phrase, Rendered, Sentence};
pub use class::AnswerClass;
pub use id::{
    AlertId, AlertMessageId, ArrivalId, AttemptId, ConnectionName, DifferenceId, FlowName, JobId, LaneName,
    LinkId, ObjectName, ReceiptId, RecordId, RunId, SweepId, TaskId, TenantName,
};
pub use lang::Lang;
pub use number::Number;
pub use path::Path;
pub use secret::Secret;
pub use sentences::sentences;
pub use time::Timestamp;
pub use value::{Map, Value};
