//! Creates whose answer was lost: until the system's settle window has passed, that a look finds nothing says nothing, and
//! the same create is not sent again.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use model::Timestamp;

use super::key::Key;

/// By connection, object and key: until when. In memory: after a restart whoever calls has to look, as it is told.
#[derive(Default)]
pub(super) struct Doubts(Mutex<BTreeMap<(String, String, Key), Timestamp>>);

impl Doubts {
    pub fn note(&self, connection: &str, object: &str, key: &Key, until: Timestamp, now: Timestamp) {
        let mut doubts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        doubts.retain(|_, until| *until > now);
        doubts.insert((connection.to_owned(), object.to_owned(), key.clone()), until);
    }

    /// Until when a create with that key is in doubt.
    pub fn until(&self, connection: &str, object: &str, key: &Key, now: Timestamp) -> Option<Timestamp> {
        let doubts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of = (connection.to_owned(), object.to_owned(), key.clone());
        doubts.get(&of).copied().filter(|until| *until > now)
    }
}
