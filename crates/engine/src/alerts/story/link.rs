//! Links to stories: signed, for one record, and for so long. Whoever has one may read that story and no other.
//!
//! They are signed with a key of their own, which is drawn once, for each company, and kept sealed in the store: the key
//! that seals it signs nothing, and a link of one company opens nothing of another's.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contract::store::{Store, StoreError};
use hmac::{Hmac, KeyInit, Mac};
use model::{RecordId, Secret, Timestamp};
use sha2::Sha256;

use crate::seams::Seams;

/// Under which name the key is sealed.
const NAME: &str = "story links";

/// A token is no longer than this: two numbers and a code.
const LONGEST: usize = 100;

/// Signs and reads links.
pub(super) struct Signer(Vec<u8>);

/// What a token says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Read {
    /// The record, and until when the token is good.
    Record(RecordId, Timestamp),
    Expired,
    Wrong,
}

/// Whether it has the form of a token.
pub(super) fn is_token(token: &str) -> bool {
    parts(token).is_some()
}

fn parts(token: &str) -> Option<(i64, i64, Vec<u8>)> {
    if token.len() > LONGEST {
        return None;
    }
    let (record, rest) = token.split_once('.')?;
    let (until, code) = rest.split_once('.')?;
    let number = |text: &str| match text.bytes().all(|byte| byte.is_ascii_digit()) {
        true => text.parse::<i64>().ok(),
        false => None,
    };
    Some((number(record)?, number(until)?, URL_SAFE_NO_PAD.decode(code).ok()?))
}

impl Signer {
    /// With the key that is kept, where there is one.
    pub async fn recall(store: &dyn Store) -> Result<Option<Signer>, StoreError> {
        let kept = store.recall_secret(NAME).await?;
        Ok(kept.and_then(|kept| hex::decode(kept.reveal()).ok()).filter(|key| key.len() >= 32).map(Signer))
    }

    /// With the key that is kept, or a new one.
    pub async fn of(seams: &Seams) -> Result<Signer, StoreError> {
        if let Some(signer) = Signer::recall(&*seams.store).await? {
            return Ok(signer);
        }
        let key: Vec<u8> = (0..4).flat_map(|_| seams.chance.next().to_le_bytes()).collect();
        seams.store.keep_secret(NAME, &Secret::new(hex::encode(&key))).await?;
        // Of two who draw one at once, both go on with the one that was kept.
        Ok(Signer::recall(&*seams.store).await?.unwrap_or(Signer(key)))
    }

    /// What stands behind `/story/`.
    pub fn token(&self, record: RecordId, until: Timestamp) -> String {
        let seconds = until.0.div_euclid(1_000);
        let code = self.mac(record.0, seconds).finalize().into_bytes();
        format!("{}.{seconds}.{}", record.0, URL_SAFE_NO_PAD.encode(code))
    }

    pub(super) fn read(&self, token: &str, now: Timestamp) -> Read {
        let Some((record, seconds, code)) = parts(token) else { return Read::Wrong };
        if self.mac(record, seconds).verify_slice(&code).is_err() {
            return Read::Wrong;
        }
        let until = Timestamp(seconds.saturating_mul(1_000));
        match now < until {
            true => Read::Record(RecordId(record), until),
            false => Read::Expired,
        }
    }

    fn mac(&self, record: i64, seconds: i64) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("a key may have any length");
        mac.update(format!("story\n{record}\n{seconds}").as_bytes());
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_780_275_600_000);
    const LATER: Timestamp = Timestamp(1_780_275_660_000);

    #[test]
    fn a_token_opens_its_record_until_its_end() {
        let signer = Signer(vec![7; 32]);
        let token = signer.token(RecordId(42), LATER);
        assert_eq!(signer.read(&token, NOW), Read::Record(RecordId(42), LATER));
        assert_eq!(signer.read(&token, LATER), Read::Expired);
        assert_eq!(Signer(vec![8; 32]).read(&token, NOW), Read::Wrong, "another company's");
    }

    #[test]
    fn whoever_changes_a_token_has_none() {
        let signer = Signer(vec![7; 32]);
        let token = signer.token(RecordId(42), LATER);
        let code = token.rsplit('.').next().unwrap();
        for forged in [
            format!("43.1780275660.{code}"),
            format!("42.1790275660.{code}"),
            format!("042.1780275660.{}", &code[1..]),
            format!("42.1780275660.{code}A"),
            format!("42.1780275660.{}", &code[..20]),
            "42.1780275660.".into(),
            "42.1780275660".into(),
            "..".into(),
            "-1.1.AA".into(),
            "a".repeat(5_000),
            String::new(),
        ] {
            assert_eq!(signer.read(&forged, NOW), Read::Wrong, "{forged}");
        }
    }
}
