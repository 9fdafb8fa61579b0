//! Which documents of a system are being worked on: writes to one document are serial, whether a flow or a caller that uses
//! the connection asks for them.

use std::collections::BTreeSet;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

/// A document that does not exist yet is known by its object and key, one that does by its id. Whoever holds a claim may
/// look for it and write it; a second record with the same key waits, and then finds what the first made.
///
/// They belong to a connection by its name, in one process: that one owns the lane. What is written back to a source and
/// what is hung at a document take no claim: each is one call, and one that waits for its turn with a vendor would hold the
/// document for as long.
#[derive(Clone, Default)]
pub(crate) struct Claims(Arc<Inner>);

#[derive(Default)]
struct Inner {
    names: Mutex<BTreeSet<String>>,
    freed: Notify,
}

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
        self.0.names.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Claimed {
    /// Claims the document with that key; `false` while another holds it.
    pub fn claim(&mut self, object: &str, key: &[(String, String)]) -> bool {
        self.take(&named(object, key))
    }

    /// Claims the document with these keys; `false` while another holds it by one of them.
    pub fn claim_all(&mut self, object: &str, keys: &[Vec<(String, String)>]) -> bool {
        keys.iter().all(|key| self.claim(object, key))
    }

    /// Claims the document with that id; `false` while another holds it.
    pub fn claim_id(&mut self, object: &str, id: &str) -> bool {
        self.take(&of_id(object, id))
    }

    /// Waits for the documents with these keys. Whoever waits for two takes them in one order, so that
    /// no two wait for each other.
    pub async fn claim_in_turn(&mut self, object: &str, keys: &[Vec<(String, String)>]) {
        let names: BTreeSet<String> = keys.iter().map(|key| named(object, key)).collect();
        for name in names {
            self.wait_for(&name).await;
        }
    }

    /// Waits for the document with that id.
    pub async fn claim_id_in_turn(&mut self, object: &str, id: &str) {
        self.wait_for(&of_id(object, id)).await;
    }

    async fn wait_for(&mut self, name: &str) {
        loop {
            let claims = self.claims.clone();
            let mut freed = pin!(claims.0.freed.notified());
            // Before it is looked: what is given back in between is heard of.
            freed.as_mut().enable();
            if self.take(name) {
                return;
            }
            freed.await;
        }
    }

    fn take(&mut self, name: &str) -> bool {
        let is_free = self.claims.names().insert(name.to_owned());
        if is_free {
            self.names.push(name.to_owned());
        }
        is_free
    }
}

pub(super) fn named(object: &str, key: &[(String, String)]) -> String {
    let parts: Vec<String> = key.iter().map(|(field, value)| format!("{field}={value}")).collect();
    format!("{object}\u{1f}{}", parts.join("\u{1f}"))
}

fn of_id(object: &str, id: &str) -> String {
    format!("{object}\u{1e}{id}")
}

impl Drop for Claimed {
    fn drop(&mut self) {
        {
            let mut names = self.claims.names();
            self.names.iter().for_each(|name| {
                names.remove(name);
            });
        }
        self.claims.0.freed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(value: &str) -> Vec<(String, String)> {
        vec![("FBillNo".into(), value.into())]
    }

    #[tokio::test]
    async fn a_document_is_held_by_one_at_a_time_and_given_to_whoever_waits() {
        let claims = Claims::default();
        let mut first = claims.holder();
        assert!(first.claim("SAL_SaleOrder", &key("销-1")));
        assert!(first.claim_id("SAL_SaleOrder", "100"));
        let mut second = claims.holder();
        assert!(!second.claim("SAL_SaleOrder", &key("销-1")) && !second.claim_id("SAL_SaleOrder", "100"));
        assert!(second.claim("SAL_SaleOrder", &key("销-2")), "another document");
        assert!(second.claim_id("BD_Customer", "100"), "another object");
        let mut third = claims.holder();
        let both = [key("销-1"), key("销-2")];
        let waits = async {
            third.claim_in_turn("SAL_SaleOrder", &both).await;
            third.claim_id_in_turn("SAL_SaleOrder", "100").await;
        };
        let ends = async {
            tokio::task::yield_now().await;
            drop(second);
            tokio::task::yield_now().await;
            drop(first);
        };
        tokio::join!(waits, ends);
        assert!(!claims.holder().claim("SAL_SaleOrder", &key("销-2")), "it holds both");
        drop(third);
        assert!(claims.holder().claim("SAL_SaleOrder", &key("销-2")));
    }
}
