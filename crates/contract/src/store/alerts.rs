//! Alerts: what is the case, who was told of it, and the messages that tell.

use async_trait::async_trait;
use model::alert::{Alert, AlertMessage, MessageState, Owner, OwnerTold, Sighting};
use model::{AlertId, AlertMessageId, Cause, TaskId, Timestamp};

use super::StoreError;

#[async_trait]
pub trait Alerts: Send + Sync {
    /// Notes what was seen at that time. An open alert of the same kind and subject is it: it is as it was seen now;
    /// where there is none, one is opened.
    async fn sight(&self, sightings: &[Sighting], at: Timestamp) -> Result<(), StoreError>;

    /// Lets those be over that are open and were not seen since before that time; how many.
    async fn recover(&self, unseen_since: Timestamp, at: Timestamp) -> Result<u64, StoreError>;

    /// What people may have to be told, oldest first: open ones of which they were not told, and those over of whose
    /// end they were not told, though of themselves. What was over before it was told is neither.
    async fn untold(&self) -> Result<Vec<Alert>, StoreError>;

    /// Notes that people are told of these, of the end of those, and owners of their records, and keeps the messages that do
    /// it; all or nothing. What somebody told of meanwhile stops it: `false`.
    async fn tell(&self, telling: &Telling, at: Timestamp) -> Result<bool, StoreError>;

    /// When people were last told of anything.
    async fn last_telling(&self) -> Result<Option<Timestamp>, StoreError>;

    /// Which owners were told by this alert of these tasks' records, and when; of all its tasks where none are named.
    async fn owners_told(
        &self,
        alert: AlertId,
        tasks: &[TaskId],
    ) -> Result<Vec<(OwnerTold, Timestamp)>, StoreError>;

    /// The newest alerts, newest first; only the open ones where that is asked.
    async fn alerts(&self, only_open: bool, limit: usize) -> Result<Vec<Alert>, StoreError>;

    async fn alert(&self, id: AlertId) -> Result<Option<Alert>, StoreError>;

    /// Messages in `waiting` that are due, oldest first.
    async fn unsent(&self, now: Timestamp) -> Result<Vec<AlertMessage>, StoreError>;

    /// The newest messages, newest first.
    async fn alert_messages(&self, limit: usize) -> Result<Vec<AlertMessage>, StoreError>;

    /// Moves a message on; `false`, and nothing is changed, where it is not in `from` any more.
    async fn move_message(
        &self,
        id: AlertMessageId,
        from: MessageState,
        to: &MessageMove,
    ) -> Result<bool, StoreError>;

    /// Forgets what was over before that time, with which owners were told of it, and messages made before it.
    async fn forget_alerts(&self, before: Timestamp) -> Result<(), StoreError>;
}

/// What people are told at one time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Telling {
    pub begun: Vec<AlertId>,
    pub over: Vec<AlertId>,
    pub owners: Vec<OwnerTold>,
    pub messages: Vec<NewMessage>,
}

/// A message to be kept, waiting and due at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    pub receiver: String,
    /// Who is told where it is no receiver of the plan.
    pub owner: Option<Owner>,
    pub title: String,
    pub text: String,
    pub body: String,
}

/// Where a message moves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageMove {
    pub state: MessageState,
    pub due: Timestamp,
    pub tries: u32,
    pub cause: Option<Cause>,
}
