//! Who sent it: the secret itself, or a signature made with it, compared so that no time tells how much of it is right.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use hmac::{Hmac, KeyInit, Mac};
use model::connection::Connection;
use model::hook::{
    Algorithm, Carrier, Encoding, Hook, KeyForm, NEXT_SECRET, Part, Piece, Proof, SECRET, Signature, Stamp,
    Whence,
};
use model::{Secret, Timestamp};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use super::{WebhookCall, is_void};
use crate::access::hash_of;
use crate::callbacks::LONGEST_ID;

/// More signatures of one call are nobody's: a sender that changes its secret sends two.
const MOST_PIECES: usize = 16;
/// A timestamp below this is in seconds: as milliseconds it would be a day of 1973.
const SECONDS_BELOW: i64 = 100_000_000_000;
/// How secrets of the standard webhooks begin; what follows is the key.
const STANDARD_SECRET: &str = "whsec_";

/// What proved the sender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Proven {
    /// The setting with the secret.
    pub by: &'static str,
    /// The signature, where it covers the time: no other call has the same.
    signed: Option<Vec<u8>>,
}

/// Whether the call is made by somebody who has the secret, or the one that takes its place.
///
/// # Errors
/// The code of what is wrong, for our own log.
pub(super) fn prove(
    hook: &Hook,
    connection: &Connection,
    call: &WebhookCall<'_>,
    now: Timestamp,
) -> Result<Proven, &'static str> {
    let mut secrets = secrets(connection).peekable();
    secrets.peek().ok_or("hook.no_secret")?;
    match &hook.proof {
        Proof::Secret(carrier) => {
            let given = carried(carrier, call)?;
            let by = secrets.find(|(_, secret)| is_secret(secret, given)).ok_or("hook.secret_wrong")?.0;
            Ok(Proven { by, signed: None })
        }
        Proof::Signature(signature) => {
            let signed = Signed::of(hook, signature, call, now)?;
            let by_one = |(by, secret)| signed.is_by(secret).map(|code| (by, code));
            let (by, code) = secrets.find_map(by_one).ok_or("hook.signature_wrong")?;
            Ok(Proven { by, signed: signature.timestamp.is_some().then_some(code) })
        }
    }
}

/// What can be proven before the body is there: `true` where that is all, `false` where a signature covers the body too.
///
/// # Errors
/// As [`prove`].
pub(super) fn prove_head(
    hook: &Hook,
    connection: &Connection,
    call: &WebhookCall<'_>,
    now: Timestamp,
) -> Result<bool, &'static str> {
    match &hook.proof {
        Proof::Secret(_) => prove(hook, connection, call, now).map(|_| true),
        Proof::Signature(signature) => {
            secrets(connection).next().ok_or("hook.no_secret")?;
            Signed::of(hook, signature, call, now).map(|_| false)
        }
    }
}

/// Whether this is one of the connection's secrets.
pub(super) fn is_one_of_secrets(connection: &Connection, given: &str) -> bool {
    secrets(connection).any(|(_, secret)| is_secret(secret, given))
}

fn secrets(connection: &Connection) -> impl Iterator<Item = (&'static str, &Secret)> {
    [SECRET, NEXT_SECRET].into_iter().filter_map(|name| Some((name, connection.secret(name)?)))
}

/// Hashes are compared, which tell nothing of what they are made of.
fn is_secret(secret: &Secret, given: &str) -> bool {
    let (one, other) = (hash_of(secret.reveal()), hash_of(given));
    one.iter().zip(other).fold(0, |differing, (one, other)| differing | (one ^ other)) == 0
}

fn carried<'c>(carrier: &Carrier, call: &'c WebhookCall<'_>) -> Result<&'c str, &'static str> {
    match carrier {
        Carrier::Header(part) => single(part, call),
        Carrier::Query(name) => {
            let mut values = call.query.iter().filter(|(known, _)| known == name).map(|(_, value)| &**value);
            match (values.next(), values.next()) {
                (Some(value), None) => Ok(value),
                (None, _) => Err("hook.parameter_missing"),
                (Some(_), Some(_)) => Err("hook.parameter_twice"),
            }
        }
    }
}

/// The pieces of a header that have the prefix, without it.
fn pieces<'c>(part: &Part, call: &'c WebhookCall<'_>) -> Result<Vec<&'c str>, &'static str> {
    let mut values = call.header(&part.header);
    let value = values.next().ok_or("hook.header_missing")?;
    if values.next().is_some() {
        return Err("hook.header_twice");
    }
    let parts = match part.separator {
        Some(separator) => value.split(separator).take(MOST_PIECES).collect(),
        None => vec![value],
    };
    let found: Vec<&str> =
        parts.into_iter().filter_map(|piece| without_prefix(piece.trim(), &part.prefix)).collect();
    if found.iter().all(|piece| piece.is_empty()) { Err("hook.header_form") } else { Ok(found) }
}

/// Words like `Bearer` are the same in capitals.
fn without_prefix<'p>(piece: &'p str, prefix: &str) -> Option<&'p str> {
    let begins = piece.get(..prefix.len())?.eq_ignore_ascii_case(prefix);
    begins.then(|| piece[prefix.len()..].trim())
}

fn single<'c>(part: &Part, call: &'c WebhookCall<'_>) -> Result<&'c str, &'static str> {
    match pieces(part, call)?[..] {
        [one] => Ok(one),
        _ => Err("hook.header_form"),
    }
}

/// What was signed, and the signatures that came with it.
struct Signed<'c> {
    signature: &'c Signature,
    given: Vec<Vec<u8>>,
    over: Vec<&'c [u8]>,
}

impl<'c> Signed<'c> {
    fn of(
        hook: &'c Hook,
        signature: &'c Signature,
        call: &'c WebhookCall<'_>,
        now: Timestamp,
    ) -> Result<Signed<'c>, &'static str> {
        let given = pieces(&signature.part, call)?;
        let given: Vec<_> = given.into_iter().filter_map(|text| decoded(signature.encoding, text)).collect();
        if given.is_empty() {
            return Err("hook.header_form");
        }
        let stamp = match &signature.timestamp {
            Some(stamp) => fresh(stamp, call, now)?,
            None => "",
        };
        let event = match &hook.event {
            Some(Whence::Header(_)) => event(hook, call)?.ok_or("hook.header_missing"),
            _ => Ok(""),
        };
        let mut over = Vec::with_capacity(signature.over.len());
        for piece in &signature.over {
            over.push(match piece {
                Piece::Text(text) => text.as_bytes(),
                Piece::Body => &call.body[..],
                Piece::Timestamp => stamp.as_bytes(),
                Piece::Event => event?.as_bytes(),
            });
        }
        Ok(Signed { signature, given, over })
    }

    /// The signature that this secret makes, where it is among those that came.
    fn is_by(&self, secret: &Secret) -> Option<Vec<u8>> {
        let key = key(self.signature.key, secret)?;
        let made = match self.signature.algorithm {
            Algorithm::Sha1 => code::<Hmac<Sha1>>(&key, &self.over),
            Algorithm::Sha256 => code::<Hmac<Sha256>>(&key, &self.over),
            Algorithm::Sha512 => code::<Hmac<Sha512>>(&key, &self.over),
        };
        let is_made = |given: &&Vec<u8>| {
            let differing =
                given.iter().zip(&made).fold(0, |differing, (one, other)| differing | (one ^ other));
            given.len() == made.len() && differing == 0
        };
        self.given.iter().find(is_made)?;
        Some(made)
    }
}

fn code<M: Mac + KeyInit>(key: &[u8], over: &[&[u8]]) -> Vec<u8> {
    let Ok(mut mac) = <M as KeyInit>::new_from_slice(key) else { return Vec::new() };
    over.iter().for_each(|piece| mac.update(piece));
    mac.finalize().into_bytes().to_vec()
}

fn decoded(encoding: Encoding, text: &str) -> Option<Vec<u8>> {
    match encoding {
        Encoding::Hex => hex::decode(text).ok(),
        Encoding::Base64 => STANDARD.decode(text).or_else(|_| URL_SAFE.decode(text)).ok(),
    }
    .filter(|bytes| !bytes.is_empty())
}

fn key(form: KeyForm, secret: &Secret) -> Option<Vec<u8>> {
    let text = secret.reveal().trim();
    match form {
        KeyForm::Text => Some(secret.reveal().as_bytes().to_vec()),
        KeyForm::Base64 => STANDARD.decode(text.strip_prefix(STANDARD_SECRET).unwrap_or(text)).ok(),
    }
}

/// The time of a signature, as it came, where it is near ours.
fn fresh<'c>(stamp: &Stamp, call: &'c WebhookCall<'_>, now: Timestamp) -> Result<&'c str, &'static str> {
    let text = single(&stamp.part, call)?;
    let number: i64 = text.parse().map_err(|_| "hook.header_form")?;
    let at = if number.unsigned_abs() < SECONDS_BELOW.unsigned_abs() {
        number.saturating_mul(1000)
    } else {
        number
    };
    let within = u64::try_from(stamp.within.as_millis()).unwrap_or(u64::MAX);
    if now.0.abs_diff(at) > within { Err("hook.stale") } else { Ok(text) }
}

/// The event's id in its header.
fn event<'c>(hook: &Hook, call: &'c WebhookCall<'_>) -> Result<Option<&'c str>, &'static str> {
    let Some(Whence::Header(name)) = &hook.event else { return Ok(None) };
    let mut values = call.header(name).filter(|value| !value.is_empty());
    match (values.next(), values.next()) {
        (one, None) => Ok(one),
        (_, Some(_)) => Err("hook.header_twice"),
    }
}

/// What tells the call from every other: its event's id together with its body, which nobody can change, or the signature
/// that covers the time. An id that is not signed says nothing where the time is: whoever repeats a call could change it.
/// What a header makes void is another call than the same before it: one second may have both.
/// `None` where the same may be said twice and mean it.
pub(super) fn once(hook: &Hook, call: &WebhookCall<'_>, proven: &Proven) -> Option<String> {
    let is_signed = match (&hook.event, &hook.proof) {
        (Some(Whence::Body(_)), _) => true,
        (Some(Whence::Header(_)), Proof::Signature(signature)) => signature.over.contains(&Piece::Event),
        _ => false,
    };
    let id = hook.event.as_ref().filter(|_| is_signed || proven.signed.is_none());
    let id = id.and_then(|whence| call.says(whence)).filter(|id| !id.is_empty() && id.len() <= LONGEST_ID);
    let hashed = |parts: &[&[u8]]| {
        let mut hash = Sha256::new();
        parts.iter().for_each(|part| hash.update(part));
        Some(hex::encode(hash.finalize()))
    };
    match (id, &proven.signed) {
        (Some(id), _) => hashed(&[b"event\0", id.as_bytes(), b"\0", &call.body]),
        (None, Some(signed)) if is_void(hook, call) => hashed(&[b"signed\0", signed, b"\0void"]),
        (None, Some(signed)) => hashed(&[b"signed\0", signed]),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests;
