//! Digests and message authentication codes, by the names that vendors' documents use.

use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use model::Cause;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};
use sm3::Sm3;

fn unknown(name: &str) -> Cause {
    Cause::new("function.unknown_digest").with("digest", crate::shared::shortened(name, 40))
}

pub(super) fn digest(name: &str, bytes: &[u8]) -> Result<Vec<u8>, Cause> {
    Ok(match name {
        "md5" => Md5::digest(bytes).to_vec(),
        "sha1" => Sha1::digest(bytes).to_vec(),
        "sha256" => Sha256::digest(bytes).to_vec(),
        "sha512" => Sha512::digest(bytes).to_vec(),
        "sm3" => Sm3::digest(bytes).to_vec(),
        other => return Err(unknown(other)),
    })
}

pub(super) fn hmac(name: &str, key: &[u8], bytes: &[u8]) -> Result<Vec<u8>, Cause> {
    match name {
        "md5" => code::<Hmac<Md5>>(key, bytes),
        "sha1" => code::<Hmac<Sha1>>(key, bytes),
        "sha256" => code::<Hmac<Sha256>>(key, bytes),
        "sha512" => code::<Hmac<Sha512>>(key, bytes),
        "sm3" => code::<Hmac<Sm3>>(key, bytes),
        other => Err(unknown(other)),
    }
}

fn code<M: Mac + KeyInit>(key: &[u8], bytes: &[u8]) -> Result<Vec<u8>, Cause> {
    let mut mac = <M as KeyInit>::new_from_slice(key)
        .map_err(|_| Cause::new("function.bad_key").with("expected", "≥ 1"))?;
    mac.update(bytes);
    Ok(mac.finalize().into_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_the_standards() {
        // RFC 1321, FIPS 180-4, GB/T 32905-2016 A.1.
        for (name, expected) in [
            ("md5", "900150983cd24fb0d6963f7d28e17f72"),
            ("sha1", "a9993e364706816aba3e25717850c26c9cd0d89d"),
            ("sha256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            ("sm3", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        ] {
            assert_eq!(hex::encode(digest(name, b"abc").unwrap()), expected, "{name}");
        }
        assert_eq!(digest("md4", b"").unwrap_err().code, "function.unknown_digest");
    }

    #[test]
    fn codes_are_those_of_the_standards() {
        // RFC 2202 case 2 (MD5, SHA-1), RFC 4231 case 2 (SHA-256).
        let (key, text) = (b"Jefe".as_slice(), b"what do ya want for nothing?".as_slice());
        for (name, expected) in [
            ("md5", "750c783e6ab0b503eaa86e310a5db738"),
            ("sha1", "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
            ("sha256", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        ] {
            assert_eq!(hex::encode(hmac(name, key, text).unwrap()), expected, "{name}");
        }
    }
}
