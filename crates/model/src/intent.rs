//! Intents: a step that has been decided and stored, and is not yet settled.

use crate::step::Step;
use crate::{LinkId, TaskId, Timestamp};

/// The write intent (写意向) of a task; at most one is open at a time. It is stored before the call goes out and
/// survives a crash: whoever finds it open knows that the step may have been carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    pub task: TaskId,
    pub link: LinkId,
    pub step: Step,
    /// How a create is recognised: target field and value, several when all must be equal.
    pub key: Vec<(String, String)>,
    /// The revision of the record that the step brings.
    pub revision: i64,
    /// When the call went out, or was about to.
    pub sent: Timestamp,
}
