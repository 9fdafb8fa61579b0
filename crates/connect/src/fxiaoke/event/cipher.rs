//! Opening the content of an event: AES-256-CBC whose IV is the key's beginning (`protocols/fxiaoke.md §8`).
//!
//! Two framings exist: 16 random bytes and a length in front of the text (`§8.1`, H), and the bare text (`§8.2`, L).

use aes::Aes256;
use aes::cipher::{Block, BlockCipherDecrypt, KeyInit};
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

const BLOCK: usize = 16;

/// PKCS#7 of this generation fills up to 32 bytes (`§8.1`); what fills up to 16 is read as well.
const MOST_PADDING: usize = 32;

/// Random bytes and the length in front of a framed text.
const RANDOM: usize = 16;
const LENGTH: usize = 4;

/// Keys come with and without their last `=`, and with bits in their last letter that stand for nothing.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    /// Whichever the text turns out to have.
    Auto,
    Framed,
    Plain,
}

impl Framing {
    pub(super) fn of(setting: Option<&str>) -> Option<Framing> {
        match setting {
            None | Some("auto") => Some(Framing::Auto),
            Some("framed") => Some(Framing::Framed),
            Some("plain") => Some(Framing::Plain),
            Some(_) => None,
        }
    }
}

/// The text inside; `None` when the key is no key or does not fit.
pub(super) fn open(key: &str, content: &str, framing: Framing) -> Option<String> {
    let key = LENIENT.decode(key.trim()).ok()?;
    let cipher = Aes256::new_from_slice(&key).ok()?;
    let sealed = LENIENT.decode(content.trim()).ok()?;
    let bytes = unpadded(decrypt(&cipher, &key[..BLOCK], sealed)?)?;
    let plain = || String::from_utf8(bytes.clone()).ok();
    match framing {
        Framing::Plain => plain(),
        Framing::Framed => framed(&bytes),
        Framing::Auto => plain().filter(|text| is_json(text)).or_else(|| framed(&bytes)),
    }
}

fn decrypt(cipher: &Aes256, iv: &[u8], mut bytes: Vec<u8>) -> Option<Vec<u8>> {
    if bytes.is_empty() || !bytes.len().is_multiple_of(BLOCK) {
        return None;
    }
    let mut before: [u8; BLOCK] = iv.try_into().ok()?;
    for chunk in bytes.chunks_exact_mut(BLOCK) {
        let sealed: [u8; BLOCK] = (&*chunk).try_into().ok()?;
        let mut block = Block::<Aes256>::from(sealed);
        cipher.decrypt_block(&mut block);
        chunk.iter_mut().zip(block.iter().zip(before)).for_each(|(place, (byte, mask))| *place = byte ^ mask);
        before = sealed;
    }
    Some(bytes)
}

fn unpadded(mut bytes: Vec<u8>) -> Option<Vec<u8>> {
    let padding = usize::from(*bytes.last()?);
    let length = bytes.len().checked_sub(padding)?;
    let is_padding = (1..=MOST_PADDING).contains(&padding)
        && bytes[length..].iter().all(|byte| usize::from(*byte) == padding);
    is_padding.then(|| {
        bytes.truncate(length);
        bytes
    })
}

fn framed(bytes: &[u8]) -> Option<String> {
    let length: [u8; LENGTH] = bytes.get(RANDOM..RANDOM + LENGTH)?.try_into().ok()?;
    let length = usize::try_from(u32::from_be_bytes(length)).ok()?;
    let text = bytes.get(RANDOM + LENGTH..)?.get(..length)?;
    String::from_utf8(text.to_vec()).ok()
}

fn is_json(text: &str) -> bool {
    matches!(model::json::read(text), Ok(model::Value::Map(_) | model::Value::List(_)))
}
