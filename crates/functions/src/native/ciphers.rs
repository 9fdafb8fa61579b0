//! AES as vendors ask for it: CBC and ECB with PKCS#7 padding, and GCM with its tag at the end.

use aes::cipher::{Array, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use aes::{Aes128, Aes192, Aes256};
use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes128Gcm, Aes256Gcm};
use model::Cause;

const BLOCK: usize = 16;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Encrypt,
    Decrypt,
}

/// What both sides share. `iv` is 16 bytes for CBC and 12 for GCM; ECB has none. `aad` is authenticated by GCM only.
pub(super) struct Secret {
    pub key: Vec<u8>,
    pub iv: Vec<u8>,
    pub aad: Vec<u8>,
}

pub(super) fn aes(direction: Direction, mode: &str, secret: &Secret, bytes: &[u8]) -> Result<Vec<u8>, Cause> {
    if mode == "gcm" {
        return gcm(direction, secret, bytes);
    }
    let chained = match mode {
        "cbc" => true,
        "ecb" => false,
        other => {
            return Err(
                Cause::new("function.unknown_cipher").with("mode", crate::shared::shortened(other, 40))
            );
        }
    };
    let iv = match (chained, <[u8; BLOCK]>::try_from(&*secret.iv)) {
        (true, Ok(iv)) => Some(iv),
        (true, Err(_)) => return Err(Cause::new("function.bad_iv").with("expected", BLOCK)),
        (false, _) => None,
    };
    match secret.key.len() {
        16 => blocks::<Aes128>(direction, &secret.key, iv, bytes),
        24 => blocks::<Aes192>(direction, &secret.key, iv, bytes),
        32 => blocks::<Aes256>(direction, &secret.key, iv, bytes),
        _ => Err(bad_key("16, 24, 32")),
    }
}

fn bad_key(expected: &str) -> Cause {
    Cause::new("function.bad_key").with("expected", expected)
}

fn blocks<C>(
    direction: Direction,
    key: &[u8],
    iv: Option<[u8; BLOCK]>,
    bytes: &[u8],
) -> Result<Vec<u8>, Cause>
where
    C: KeyInit
        + BlockCipherEncrypt
        + BlockCipherDecrypt
        + aes::cipher::BlockSizeUser<BlockSize = aes::cipher::consts::U16>,
{
    let cipher = C::new_from_slice(key).map_err(|_| bad_key("16, 24, 32"))?;
    let mut before = iv.unwrap_or_default();
    let mut out = Vec::with_capacity(bytes.len() + BLOCK);
    if direction == Direction::Encrypt {
        let padding = BLOCK - bytes.len() % BLOCK;
        let padded = bytes.iter().copied().chain(std::iter::repeat_n(padding as u8, padding));
        out.extend(padded);
        for block in out.chunks_exact_mut(BLOCK) {
            xor(block, &before);
            let mut filled = Array::try_from(&*block).map_err(|_| not_encrypted())?;
            cipher.encrypt_block(&mut filled);
            block.copy_from_slice(&filled);
            if iv.is_some() {
                before.copy_from_slice(block);
            }
        }
        return Ok(out);
    }
    if bytes.is_empty() || !bytes.len().is_multiple_of(BLOCK) {
        return Err(not_encrypted());
    }
    for block in bytes.chunks_exact(BLOCK) {
        let mut filled = Array::try_from(block).map_err(|_| not_encrypted())?;
        cipher.decrypt_block(&mut filled);
        let at = out.len();
        out.extend_from_slice(&filled);
        xor(&mut out[at..], &before);
        if iv.is_some() {
            before.copy_from_slice(block);
        }
    }
    unpadded(out)
}

fn xor(block: &mut [u8], before: &[u8; BLOCK]) {
    block.iter_mut().zip(before).for_each(|(byte, other)| *byte ^= other);
}

fn unpadded(mut out: Vec<u8>) -> Result<Vec<u8>, Cause> {
    let padding = usize::from(out.last().copied().unwrap_or_default());
    let is_whole = (1..=BLOCK).contains(&padding)
        && out.len() >= padding
        && out[out.len() - padding..].iter().all(|byte| usize::from(*byte) == padding);
    match is_whole {
        true => {
            out.truncate(out.len() - padding);
            Ok(out)
        }
        false => Err(not_encrypted()),
    }
}

fn not_encrypted() -> Cause {
    Cause::new("function.not_encrypted")
}

fn gcm(direction: Direction, secret: &Secret, bytes: &[u8]) -> Result<Vec<u8>, Cause> {
    match secret.key.len() {
        16 => sealed(
            &Aes128Gcm::new_from_slice(&secret.key).map_err(|_| bad_key("16, 32"))?,
            direction,
            secret,
            bytes,
        ),
        32 => sealed(
            &Aes256Gcm::new_from_slice(&secret.key).map_err(|_| bad_key("16, 32"))?,
            direction,
            secret,
            bytes,
        ),
        _ => Err(bad_key("16, 32")),
    }
}

fn sealed<C>(cipher: &C, direction: Direction, secret: &Secret, bytes: &[u8]) -> Result<Vec<u8>, Cause>
where
    C: Aead<NonceSize = aes_gcm::aead::consts::U12>,
{
    let nonce = aes_gcm::aead::Nonce::<C>::try_from(&*secret.iv)
        .map_err(|_| Cause::new("function.bad_iv").with("expected", 12))?;
    let payload = Payload { msg: bytes, aad: &secret.aad };
    match direction {
        Direction::Encrypt => cipher.encrypt(&nonce, payload),
        Direction::Decrypt => cipher.decrypt(&nonce, payload),
    }
    .map_err(|_| not_encrypted())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(key: &str, iv: &str) -> Secret {
        Secret { key: hex::decode(key).unwrap(), iv: hex::decode(iv).unwrap(), aad: Vec::new() }
    }

    #[test]
    fn blocks_are_those_of_the_standard() {
        // NIST SP 800-38A, F.1.1 (ECB) and F.2.1 (CBC), first block; the second is the padding.
        let key = "2b7e151628aed2a6abf7158809cf4f3c";
        let plain = hex::decode("6bc1bee22e409f96e93d7e117393172a").unwrap();
        for (mode, iv, first) in [
            ("ecb", "", "3ad77bb40d7a3660a89ecaf32466ef97"),
            ("cbc", "000102030405060708090a0b0c0d0e0f", "7649abac8119b246cee98e9b12e9197d"),
        ] {
            let secret = secret(key, iv);
            let sealed = aes(Direction::Encrypt, mode, &secret, &plain).unwrap();
            assert_eq!(hex::encode(&sealed[..16]), first, "{mode}");
            assert_eq!(sealed.len(), 32);
            assert_eq!(aes(Direction::Decrypt, mode, &secret, &sealed).unwrap(), plain);
        }
    }

    #[test]
    fn gcm_is_that_of_the_standard() {
        // The GCM specification, test case 2.
        let secret = secret("00000000000000000000000000000000", "000000000000000000000000");
        let sealed = aes(Direction::Encrypt, "gcm", &secret, &[0; 16]).unwrap();
        assert_eq!(hex::encode(&sealed), "0388dace60b6a392f328c2b971b2fe78ab6e47d42cec13bdf53a67b21257bddf");
        assert_eq!(aes(Direction::Decrypt, "gcm", &secret, &sealed).unwrap(), [0; 16]);
    }

    #[test]
    fn what_does_not_fit_is_told() {
        let code = |mode: &str, secret: &Secret, bytes: &[u8]| {
            aes(Direction::Decrypt, mode, secret, bytes).unwrap_err().code.into_owned()
        };
        let fine = secret("2b7e151628aed2a6abf7158809cf4f3c", "000102030405060708090a0b0c0d0e0f");
        assert_eq!(code("cbc", &fine, b"short"), "function.not_encrypted");
        assert_eq!(code("cbc", &fine, &[7; 32]), "function.not_encrypted");
        assert_eq!(code("gcm", &fine, &[7; 32]), "function.bad_iv");
        assert_eq!(code("ofb", &fine, &[7; 32]), "function.unknown_cipher");
        assert_eq!(code("ecb", &secret("2b7e", ""), &[7; 32]), "function.bad_key");
        assert_eq!(code("cbc", &secret("2b7e151628aed2a6abf7158809cf4f3c", ""), &[7; 32]), "function.bad_iv");
    }
}
