//! Waking other nodes: what comes in here may be for a group that another node works on.

use std::time::Duration;

use crate::seams::Seams;
use crate::signals::Signals;

/// How long a bell rests that failed.
const REST: Duration = Duration::from_secs(2);

/// Rings for others and hears them, for as long as it is not dropped.
pub(crate) struct Bell {
    pub seams: Seams,
    pub signals: Signals,
}

impl Bell {
    pub async fn run(self) {
        loop {
            let outcome = tokio::select! {
                names = self.signals.for_others() => self.seams.store.ring(&names).await,
                names = self.seams.store.heard() => names.map(|names| self.signals.heard(&names)),
            };
            if let Err(error) = outcome {
                tracing::warn!(%error, "other nodes see what is for them a moment later");
                self.seams.clock.sleep_until(self.seams.clock.now() + REST).await;
            }
        }
    }
}
