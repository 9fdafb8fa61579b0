//! Access tokens of machines: who may call us.
//!
//! Tokens are kept as hashes, so that whoever reads the database can call nobody; a hash is looked up whole, so that no
//! time tells how much of a token is right.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use contract::store::StoreError;
use model::Timestamp;
use model::access::{AccessToken, Grant};
use sha2::{Digest, Sha256};

use crate::seams::Seams;

/// How long a look at the tokens holds: a token taken back is refused after that at the latest.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How soon a token that nobody knows lets the tokens be looked at again.
const LOOK_AGAIN: Duration = Duration::from_millis(500);
/// Longer ones are nobody's, and are not hashed.
const LONGEST: usize = 4096;

/// The hash by which a token is kept.
pub fn hash_of(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// The tokens in force, looked at now and then.
pub(crate) struct AccessBook {
    seams: Seams,
    known: Mutex<Option<Known>>,
}

#[derive(Clone)]
struct Known {
    by_hash: Arc<BTreeMap<[u8; 32], AccessToken>>,
    looked: Timestamp,
}

impl AccessBook {
    pub fn new(seams: Seams) -> AccessBook {
        AccessBook { seams, known: Mutex::default() }
    }

    /// Whoever holds the token, if it is good and lets them do that.
    pub async fn holder(&self, token: &str, grant: Grant) -> Result<Option<AccessToken>, StoreError> {
        if token.is_empty() || token.len() > LONGEST {
            return Ok(None);
        }
        let (now, hash) = (self.seams.clock.now(), hash_of(token));
        let mut known = self.current(now, LOOK_EVERY).await?;
        if !known.contains_key(&hash) {
            known = self.current(now, LOOK_AGAIN).await?;
        }
        Ok(known.get(&hash).filter(|token| token.is_good(now) && token.may(grant)).cloned())
    }

    async fn current(
        &self,
        now: Timestamp,
        holds: Duration,
    ) -> Result<Arc<BTreeMap<[u8; 32], AccessToken>>, StoreError> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(known) = known.filter(|known| known.looked <= now && now < known.looked + holds) {
            return Ok(known.by_hash);
        }
        let tokens = self.seams.store.access().await?;
        let by_hash =
            Arc::new(tokens.into_iter().map(|token| (token.hash, token)).collect::<BTreeMap<_, _>>());
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(Known { by_hash: by_hash.clone(), looked: now });
        Ok(by_hash)
    }
}
