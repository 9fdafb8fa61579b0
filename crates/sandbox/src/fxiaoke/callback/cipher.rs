//! AES-256-CBC as the callbacks use it (`protocols/fxiaoke.md` §8.1): the initialisation vector is the head of the key,
//! and the padding is PKCS#7 with blocks of 32 bytes.

use aes::Aes256;
use aes::cipher::{Block, BlockCipherEncrypt, KeyInit};
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD, STANDARD};
use base64::{Engine, alphabet};

/// Keys are drawn by the character, so the bits after the 32nd byte may be anything.
const KEYS: GeneralPurpose =
    GeneralPurpose::new(&alphabet::STANDARD, NO_PAD.with_decode_allow_trailing_bits(true));

const BLOCK: usize = 16;
const PADDING: usize = 32;

/// The key of a subscription.
pub struct Key([u8; 32]);

impl Key {
    /// Reads the base64 of 32 bytes, with or without the `=` at its end.
    pub fn read(text: &str) -> Option<Key> {
        let text = text.trim().trim_end_matches('=');
        KEYS.decode(text).ok()?.try_into().ok().map(Key)
    }

    /// The cipher text in base64.
    pub fn encrypt(&self, plain: &[u8]) -> String {
        let mut bytes = plain.to_vec();
        let padding = PADDING - bytes.len() % PADDING;
        bytes.resize(bytes.len() + padding, padding as u8);
        let cipher = Aes256::new(&self.0.into());
        let mut before: [u8; BLOCK] = [0; BLOCK];
        before.copy_from_slice(&self.0[..BLOCK]);
        for block in bytes.chunks_exact_mut(BLOCK) {
            block.iter_mut().zip(before).for_each(|(byte, before)| *byte ^= before);
            let mut one = Block::<Aes256>::default();
            one.copy_from_slice(block);
            cipher.encrypt_block(&mut one);
            block.copy_from_slice(&one);
            before.copy_from_slice(block);
        }
        STANDARD.encode(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_encrypted_as_other_implementations_do() {
        let key = Key::read("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=").unwrap();
        let short = key.encrypt("客户".as_bytes());
        let long = key.encrypt(&[b'a'; 32]);
        assert_eq!(short, SHORT);
        assert_eq!(long, LONG);
    }

    #[test]
    fn a_key_is_32_bytes_in_base64() {
        assert!(Key::read("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY").is_some());
        for text in ["", "不是密钥", "MDEyMzQ1Njc4OQ=="] {
            assert!(Key::read(text).is_none(), "{text}");
        }
    }

    const SHORT: &str = "RLpci+xgFCvaQFNWbGT9Jwmj/bMn1+jvrFaAP3yYltk=";
    const LONG: &str =
        "x6vyfrfXtFf8dewTSPkTUZajjmCDUJvRh7d5wlctlsbVX3lB5w423tXh/Oaf56kk+1YUSpzM5zZ6ejlmIVXp1Q==";
}
