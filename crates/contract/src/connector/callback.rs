//! Calls that a system makes to us to tell of a change (事件回调).
//!
//! An event is a wake-up and nothing more: the record is read again, so that an event that was lost, doubled or late
//! does no harm, and what an event claims of a record's content is never taken.

use model::Timestamp;

/// A call as it came in; nothing of it is trusted yet.
#[derive(Debug, Clone, Copy)]
pub struct IncomingCall<'a> {
    /// The address's parameters, decoded, in their order.
    pub query: &'a [(String, String)],
    /// Names as they came; compared without case.
    pub headers: &'a [(String, String)],
    pub body: &'a [u8],
}

/// What a call says that is the system's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The records that are meant; none where the system only tries the address.
    pub events: Vec<Event>,
    /// What tells this call from every other of its sender: the same again is a replay. `None` where a replay can do
    /// nothing.
    pub once: Option<String>,
    /// From then on the call would be refused for its age, so that `once` need not be remembered longer.
    pub good_until: Timestamp,
    /// What the system wants to hear once the call has been taken.
    pub reply: CallReply,
}

/// One record that something happened to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub object: String,
    pub id: String,
    /// The system's word for what happened; empty where it says none.
    pub operation: String,
}

/// The answer to an incoming call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallReply {
    pub content_type: &'static str,
    pub body: String,
}
