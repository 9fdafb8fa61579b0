//! Sealing of secrets: XChaCha20-Poly1305 with a random 192-bit nonce for each sealing.
//!
//! The secret's name is bound to the sealed text, so that one secret cannot be put in the place of another. The key
//! is never stored.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use contract::Chance;
use zeroize::Zeroizing;

/// What seals the key check; not a name that a secret can have.
pub(crate) const KEY_CHECK: &str = "\0key check";

/// The name that a tenant's secret is sealed under: it opens nowhere else.
pub(crate) fn bound(tenant: i64, name: &str) -> String {
    format!("{tenant}\0{name}")
}

/// The key that seals secrets: 32 random bytes, kept outside of the database.
#[derive(Clone)]
pub struct Key(Zeroizing<[u8; 32]>);

impl Key {
    pub fn new(bytes: [u8; 32]) -> Key {
        Key(Zeroizing::new(bytes))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// Where nonces come from. Under one key no two may be equal, which random ones of this length are not.
#[derive(Clone)]
pub struct Nonces(Arc<dyn Fn() -> [u8; 24] + Send + Sync>);

impl Nonces {
    /// From the system's randomness, in the product.
    pub fn new(source: impl Fn() -> [u8; 24] + Send + Sync + 'static) -> Nonces {
        Nonces(Arc::new(source))
    }

    /// From the seeded chance of a simulation.
    pub fn of_chance(chance: Arc<dyn Chance>) -> Nonces {
        Nonces::new(move || {
            let mut nonce = [0; 24];
            nonce.chunks_exact_mut(8).for_each(|chunk| chunk.copy_from_slice(&chance.next().to_le_bytes()));
            nonce
        })
    }

    /// The next one.
    pub(crate) fn draw(&self) -> [u8; 24] {
        (self.0)()
    }

    /// Counted ones, for a store that does not outlive the process.
    pub(crate) fn counted() -> Nonces {
        let last = AtomicU64::new(0);
        Nonces::new(move || {
            let mut nonce = [0; 24];
            nonce[..8].copy_from_slice(&last.fetch_add(1, Ordering::Relaxed).to_le_bytes());
            nonce
        })
    }
}

impl fmt::Debug for Nonces {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("Nonces")
    }
}

/// A sealed text as stored.
pub(crate) struct Sealed {
    pub nonce: [u8; 24],
    pub text: Vec<u8>,
}

/// Seals and opens with one key.
pub(crate) struct Sealer {
    cipher: XChaCha20Poly1305,
    nonces: Nonces,
}

impl Sealer {
    pub(crate) fn new(key: &Key, nonces: Nonces) -> Sealer {
        Sealer { cipher: XChaCha20Poly1305::new((&*key.0).into()), nonces }
    }

    pub(crate) fn seal(&self, name: &str, text: &[u8]) -> Sealed {
        let nonce = (self.nonces.0)();
        let payload = Payload { msg: text, aad: name.as_bytes() };
        let sealed = self.cipher.encrypt(&XNonce::from(nonce), payload);
        Sealed { nonce, text: sealed.expect("only texts of 256 GB and more cannot be sealed") }
    }

    /// `None` when the key or the name is not the one it was sealed with, or the text was changed.
    pub(crate) fn open(&self, name: &str, sealed: &Sealed) -> Option<Vec<u8>> {
        let payload = Payload { msg: &sealed.text, aad: name.as_bytes() };
        self.cipher.decrypt(&XNonce::from(sealed.nonce), payload).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealer(first: u8) -> Sealer {
        Sealer::new(&Key::new([first; 32]), Nonces::counted())
    }

    #[test]
    fn what_was_sealed_opens_with_the_same_key_and_name_only() {
        let sealed = sealer(1).seal("crm/密钥", "应用密钥".as_bytes());
        assert_eq!(sealer(1).open("crm/密钥", &sealed).as_deref(), Some("应用密钥".as_bytes()));
        assert_eq!(sealer(2).open("crm/密钥", &sealed), None);
        assert_eq!(sealer(1).open("erp/密钥", &sealed), None);
    }

    #[test]
    fn a_changed_text_does_not_open() {
        let mut sealed = sealer(1).seal("crm", b"secret");
        sealed.text[0] ^= 1;
        assert_eq!(sealer(1).open("crm", &sealed), None);
    }

    #[test]
    fn no_two_sealings_share_a_nonce_and_nothing_shows_the_key() {
        let sealer = sealer(1);
        let (one, other) = (sealer.seal("crm", b"secret"), sealer.seal("crm", b"secret"));
        assert_ne!((one.nonce, one.text), (other.nonce, other.text));
        assert_eq!(format!("{:?}", Key::new([7; 32])), "Key(…)");
    }
}
