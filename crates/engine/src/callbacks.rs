//! Calls that systems make to us (事件回调): verified by their connector, turned into wishes, on disk before the answer.
//!
//! An event is a wake-up: the record is read again by the reader of its object, so that nothing an event says is taken
//! over. That is also why what has been seen is remembered in memory only: a replay after a restart costs one more
//! reading of a record, and within the replay window no more than that.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use contract::connector::{CallReply, Event, IncomingCall, Refusal, Verified};
use contract::store::StoreError;
use model::record::RecordKey;
use model::{ConnectionName, ObjectName, Timestamp};

use crate::in_force::InForce;
use crate::seams::Seams;
use crate::setup::Setup;
use crate::signals::Signals;

/// Most calls that are remembered. Only signed ones are, so that nobody else can fill the memory.
const MOST_SEEN: usize = 100_000;

/// Longer ids are nobody's.
pub(crate) const LONGEST_ID: usize = 200;

/// Why a call was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotTaken {
    #[error("there is no such connection")]
    NoConnection,
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Takes the calls of all systems. Made by [`crate::Engine::callbacks`].
pub struct Callbacks {
    seams: Seams,
    signals: Signals,
    in_force: Arc<InForce>,
    seen: Mutex<BTreeMap<String, Timestamp>>,
}

impl Callbacks {
    pub(crate) fn new(seams: Seams, signals: Signals, in_force: Arc<InForce>) -> Callbacks {
        Callbacks { seams, signals, in_force, seen: Mutex::default() }
    }

    /// Takes a call to a connection: what it wakes up is on disk when this returns. The same call again does nothing
    /// and is answered alike. Objects that no flow reads are passed over.
    ///
    /// # Errors
    /// What the connector refuses, and what the store cannot keep: then the call is not remembered, and may come again.
    pub async fn take(&self, connection: &str, call: &IncomingCall<'_>) -> Result<CallReply, NotTaken> {
        let setup = self.in_force.setup().await?;
        let line = setup.lines.iter().find(|(name, _)| name.as_str() == connection);
        let (name, line) = line.ok_or(NotTaken::NoConnection)?;
        let now = self.seams.clock.now();
        let verified = line.connector.verify(&line.connection, call, now).inspect_err(|refusal| {
            let code = &refusal.cause.code;
            tracing::warn!(%connection, %code, "a call from outside was refused");
        })?;
        if self.is_known(connection, &verified, now) {
            return Ok(verified.reply);
        }
        let keys = meant(&setup, name, &verified.events);
        if !keys.is_empty() {
            self.seams.store.wish(&keys, now).await?;
            keys.iter().for_each(|key| self.signals.wake_reader(name, &key.object));
        }
        self.remember(connection, &verified, now);
        Ok(verified.reply)
    }

    fn is_known(&self, connection: &str, verified: &Verified, now: Timestamp) -> bool {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let until = mark(connection, verified).and_then(|mark| seen.get(&mark).copied());
        until.is_some_and(|until| now <= until)
    }

    fn remember(&self, connection: &str, verified: &Verified, now: Timestamp) {
        let Some(mark) = mark(connection, verified) else { return };
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= MOST_SEEN {
            seen.retain(|_, until| now <= *until);
        }
        if seen.len() >= MOST_SEEN {
            let soonest = seen.iter().min_by_key(|(_, until)| **until).map(|(mark, _)| mark.clone());
            soonest.and_then(|mark| seen.remove(&mark));
        }
        seen.insert(mark, verified.good_until);
    }
}

fn mark(connection: &str, verified: &Verified) -> Option<String> {
    verified.once.as_ref().map(|once| format!("{connection}\u{1f}{once}"))
}

/// The records that are meant and read by some flow, each once.
fn meant(setup: &Setup, connection: &ConnectionName, events: &[Event]) -> Vec<RecordKey> {
    let read = setup.objects_read();
    let mut keys: Vec<RecordKey> = Vec::new();
    for event in events.iter().filter(|event| event.id.len() <= LONGEST_ID) {
        let object = ObjectName::new(event.object.as_str());
        let key = RecordKey::new(connection, &object, event.id.as_str());
        if read.contains(&(connection.clone(), object)) && !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
}
