//! Which target documents are being worked on: writes to one document are serial.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

/// A document that does not exist yet is known by its object and key. Whoever holds a claim may look for it and create
/// it; a second record with the same key waits, and then finds what the first made.
#[derive(Clone, Default)]
pub(crate) struct Claims(Arc<Mutex<BTreeSet<String>>>);

/// Gives the claims back when it is dropped.
pub(crate) struct Claimed {
    claims: Claims,
    names: Vec<String>,
}

impl Claims {
    pub fn holder(&self) -> Claimed {
        Claimed { claims: self.clone(), names: Vec::new() }
    }

    fn names(&self) -> std::sync::MutexGuard<'_, BTreeSet<String>> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Claimed {
    /// Claims one document; `false` while another holds it.
    pub fn claim(&mut self, object: &str, key: &[(String, String)]) -> bool {
        let parts: Vec<String> = key.iter().map(|(field, value)| format!("{field}={value}")).collect();
        let name = format!("{object}\u{1f}{}", parts.join("\u{1f}"));
        let is_free = self.claims.names().insert(name.clone());
        if is_free {
            self.names.push(name);
        }
        is_free
    }
}

impl Drop for Claimed {
    fn drop(&mut self) {
        let mut names = self.claims.names();
        self.names.iter().for_each(|name| {
            names.remove(name);
        });
    }
}
