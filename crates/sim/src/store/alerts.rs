//! Alerts, and the messages that tell of them.

use async_trait::async_trait;
use contract::store::{Alerts, MessageMove, StoreError, Telling};
use model::alert::{Alert, AlertMessage, MessageState, OwnerTold, Sighting};
use model::{AlertId, AlertMessageId, TaskId, Timestamp};

use super::{SimStore, failed};

#[async_trait]
impl Alerts for SimStore {
    async fn sight(&self, sightings: &[Sighting], at: Timestamp) -> Result<(), StoreError> {
        write!(self, self.inner.sight(sightings, at))
    }

    async fn recover(&self, unseen_since: Timestamp, at: Timestamp) -> Result<u64, StoreError> {
        write!(self, self.inner.recover(unseen_since, at))
    }

    async fn untold(&self) -> Result<Vec<Alert>, StoreError> {
        ask!(self, self.inner.untold())
    }

    async fn tell(&self, telling: &Telling, at: Timestamp) -> Result<bool, StoreError> {
        write!(self, self.inner.tell(telling, at))
    }

    async fn last_telling(&self) -> Result<Option<Timestamp>, StoreError> {
        ask!(self, self.inner.last_telling())
    }

    async fn owners_told(
        &self,
        alert: AlertId,
        tasks: &[TaskId],
    ) -> Result<Vec<(OwnerTold, Timestamp)>, StoreError> {
        ask!(self, self.inner.owners_told(alert, tasks))
    }

    async fn alerts(&self, only_open: bool, limit: usize) -> Result<Vec<Alert>, StoreError> {
        ask!(self, self.inner.alerts(only_open, limit))
    }

    async fn alert(&self, id: AlertId) -> Result<Option<Alert>, StoreError> {
        ask!(self, self.inner.alert(id))
    }

    async fn unsent(&self, now: Timestamp) -> Result<Vec<AlertMessage>, StoreError> {
        ask!(self, self.inner.unsent(now))
    }

    async fn alert_messages(&self, limit: usize) -> Result<Vec<AlertMessage>, StoreError> {
        ask!(self, self.inner.alert_messages(limit))
    }

    async fn move_message(
        &self,
        id: AlertMessageId,
        from: MessageState,
        to: &MessageMove,
    ) -> Result<bool, StoreError> {
        write!(self, self.inner.move_message(id, from, to))
    }

    async fn forget_alerts(&self, before: Timestamp) -> Result<(), StoreError> {
        write!(self, self.inner.forget_alerts(before))
    }
}
