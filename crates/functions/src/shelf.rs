//! Sessions that wait for their next call, by the version of their function.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use model::Hash;

use crate::session::Session;

/// Sessions that are kept in all. Each holds about half a megabyte.
const MOST: usize = 64;

#[derive(Default)]
struct Kept {
    by_version: BTreeMap<Hash, Vec<Session>>,
    /// The versions in the order in which their sessions were put back; the first goes first.
    order: std::collections::VecDeque<Hash>,
}

/// See the module.
#[derive(Default)]
pub(crate) struct Shelf(Mutex<Kept>);

impl Shelf {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A session of that version, if one is idle.
    pub fn take(&self, version: Hash) -> Option<Session> {
        let mut kept = self.kept();
        let sessions = kept.by_version.get_mut(&version)?;
        let session = sessions.pop();
        if sessions.is_empty() {
            kept.by_version.remove(&version);
        }
        // Sessions of one version are alike, so whichever entry of it goes.
        if let Some(at) = kept.order.iter().rposition(|kept| *kept == version) {
            kept.order.remove(at);
        }
        session
    }

    /// Puts a session back; the longest unused one makes room.
    pub fn put(&self, version: Hash, session: Session) {
        let mut kept = self.kept();
        kept.by_version.entry(version).or_default().push(session);
        kept.order.push_back(version);
        let pushed_out = match kept.order.len() > MOST {
            true => kept.order.pop_front(),
            false => None,
        };
        let oldest = pushed_out.and_then(|version| {
            let sessions = kept.by_version.get_mut(&version)?;
            let oldest = (!sessions.is_empty()).then(|| sessions.remove(0));
            if sessions.is_empty() {
                kept.by_version.remove(&version);
            }
            oldest
        });
        // Freeing an engine takes a moment, which others need not wait for.
        drop(kept);
        drop(oldest);
    }
}
