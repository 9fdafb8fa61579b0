//! The configuration in force: loaded once for all parts of an engine, so that its flows and those who answer calls from
//! outside share each connection's limiter, breaker and ledger; and looked at again now and then.

use std::sync::Arc;
use std::time::Duration;

use contract::store::StoreError;
use model::Timestamp;

use crate::connection::TokenBox;
use crate::seams::Seams;
use crate::setup::Setup;

/// How long a look whether the configuration changed holds.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Shared by the engine and all that answer calls.
pub(crate) struct InForce {
    seams: Seams,
    tokens: Arc<TokenBox>,
    known: tokio::sync::Mutex<Option<Known>>,
}

/// A configuration, and when it was last seen to be the current one.
struct Known {
    setup: Arc<Setup>,
    looked: Timestamp,
}

impl InForce {
    pub fn new(seams: Seams, tokens: Arc<TokenBox>) -> InForce {
        InForce { seams, tokens, known: tokio::sync::Mutex::default() }
    }

    /// The configuration in force now, or within the last seconds.
    pub async fn setup(&self) -> Result<Arc<Setup>, StoreError> {
        self.looked_at(LOOK_EVERY).await
    }

    /// The configuration in force now.
    pub async fn now(&self) -> Result<Arc<Setup>, StoreError> {
        self.looked_at(Duration::ZERO).await
    }

    /// As a look shows that holds for so long.
    async fn looked_at(&self, holds: Duration) -> Result<Arc<Setup>, StoreError> {
        let mut known = self.known.lock().await;
        let now = self.seams.clock.now();
        if let Some(known) = &mut *known {
            // A clock that was set back says nothing of how long ago that was.
            let is_fresh = known.looked <= now && now < known.looked + holds;
            if is_fresh || known.setup.is_current(&self.seams).await? {
                known.looked = if is_fresh { known.looked } else { now };
                return Ok(known.setup.clone());
            }
        }
        let before = known.as_ref().map(|known| known.setup.clone());
        let setup = Arc::new(Setup::load(&self.seams, &self.tokens, before.as_deref()).await?);
        *known = Some(Known { setup: setup.clone(), looked: now });
        Ok(setup)
    }
}
