//! The lookout: looks, notes and tells, for as long as the engine runs.

use std::sync::Arc;
use std::time::Duration;

use contract::store::StoreError;
use model::{LaneName, Timestamp};
use tokio::sync::watch;

use super::finding::{Memory, at_lines, authority, in_store};
use super::owners::Looked;
use super::{GRACE, KEPT, LOOK_EVERY, sending, telling};
use crate::nodes::Holdings;
use crate::seams::Seams;
use crate::setup::Setup;

/// How often what is long over is forgotten.
const FORGET_EVERY: Duration = Duration::from_secs(6 * 3600);

/// Finds alerts and tells people of them.
pub(crate) struct Lookout {
    seams: Seams,
    holdings: Arc<Holdings>,
    setup: Arc<Setup>,
    began: Timestamp,
    forgotten: Option<Timestamp>,
    memory: Memory,
    looked: Looked,
}

impl Lookout {
    pub fn new(seams: Seams, holdings: Arc<Holdings>, setup: Arc<Setup>) -> Lookout {
        let began = seams.clock.now();
        Lookout {
            seams,
            holdings,
            setup,
            began,
            forgotten: None,
            memory: Memory::default(),
            looked: Looked::default(),
        }
    }

    /// Looks until the engine closes; a message that is on its way then is waited for.
    pub async fn run(mut self, mut closing: watch::Receiver<bool>) {
        loop {
            let next = self.seams.clock.now() + LOOK_EVERY;
            tokio::select! {
                biased;
                _ = closing.wait_for(|closing| *closing) => return,
                () = self.seams.clock.sleep_until(next) => {}
            }
            if let Err(error) = self.look().await {
                tracing::error!(%error, "it cannot be seen whether there is anything to tell");
            }
        }
    }

    async fn look(&mut self) -> Result<(), StoreError> {
        let store = self.seams.store.clone();
        let now = self.seams.clock.now();
        let mut seen = at_lines(&self.setup, &*store, now).await?;
        let is_mine = self.holdings.is_mine(&LaneName::new("$alerts")).await?;
        let mut cases = Vec::new();
        if is_mine {
            let in_store = in_store(&self.setup, &*store, now, &mut self.memory).await?;
            seen.extend(in_store.0);
            cases = in_store.1;
        }
        seen.extend(authority(&self.setup.alerts, self.seams.network.authority_until(), now));
        if !seen.is_empty() {
            store.sight(&seen, now).await?;
        }
        if !is_mine {
            return Ok(());
        }
        // Nothing is over because nobody looked.
        if now.since(self.began) > GRACE {
            store.recover(now - GRACE, now).await?;
        }
        telling::tell(&self.seams, &self.setup, now, cases, &mut self.looked).await?;
        sending::send(&self.seams, &self.setup).await?;
        if self.forgotten.is_none_or(|at| now.since(at) >= FORGET_EVERY) {
            store.forget_alerts(now - KEPT).await?;
            self.forgotten = Some(now);
        }
        Ok(())
    }
}
