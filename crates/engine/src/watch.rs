//! What others leave in the store: the command line, or another process, raises tasks and wishes, and lets receipts be
//! parsed again, without a signal.
//!
//! One look for everything instead of one for each reader and lane: most of them have nothing to do most of the time.

use std::collections::BTreeSet;
use std::time::Duration;

use contract::store::StoreError;
use model::{ConnectionName, LaneName, ObjectName};

use crate::seams::Seams;
use crate::signals::Signals;

/// How long what came without a signal waits at most.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Looks for work and wakes who does it.
pub(crate) struct Watch {
    pub seams: Seams,
    pub signals: Signals,
    pub lanes: Vec<LaneName>,
    pub readers: BTreeSet<(ConnectionName, ObjectName)>,
    /// Whether anything is pushed to any connection.
    pub is_pushed_to: bool,
}

impl Watch {
    /// Looks for as long as it is not dropped.
    pub async fn run(self) {
        loop {
            if let Err(error) = self.look().await {
                tracing::error!(%error, "it cannot be seen whether there is work");
            }
            self.seams.clock.sleep_until(self.seams.clock.now() + LOOK_EVERY).await;
        }
    }

    async fn look(&self) -> Result<(), StoreError> {
        let store = &self.seams.store;
        let now = self.seams.clock.now();
        for lane in self.lanes.iter().filter(|lane| self.signals.is_here(lane.as_str())) {
            if store.next_due(lane).await?.is_some_and(|due| due <= now) {
                self.signals.wake_lane(lane);
            }
        }
        if store.open_wishes().await? > 0 {
            let here =
                self.readers.iter().filter(|(connection, _)| self.signals.is_here(connection.as_str()));
            here.for_each(|(connection, object)| self.signals.wake_reader(connection, object));
        }
        if self.is_pushed_to {
            let unparsed = store.unparsed_counts().await?;
            let here = unparsed.iter().filter(|(connection, _)| self.signals.is_here(connection.as_str()));
            here.for_each(|(connection, _)| self.signals.wake_parser(connection));
        }
        Ok(())
    }
}
