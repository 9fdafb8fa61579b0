//! What a system calls us with at `/callback/{connection}` (事件回调, `protocols/fxiaoke.md §8`): nothing that was not signed
//! means anything, what was signed is opened as it was sealed, and an event means what a second reader finds in it.

use std::sync::{Arc, LazyLock};

use aes::Aes256;
use aes::cipher::{Block, BlockCipherEncrypt, KeyInit};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use connect::exchanges::connection;
use contract::Connector;
use contract::connector::{Event, IncomingCall, Verified};
use model::Timestamp;
use model::connection::Connection;
use sha1::{Digest, Sha1};

const TOKEN: &str = "qiao-token";
const KEY: &[u8; 32] = b"0123456789abcdef0123456789ABCDEF";
const NOW: i64 = 1_780_275_600_000;
/// How far the sender's clock may be from ours (§8.1).
const TOLERANCE: i64 = 500_000;

static CONNECTED: LazyLock<(Arc<dyn Connector>, Connection)> = LazyLock::new(|| {
    let registry = connect::registry(None).unwrap_or_else(|_| panic!("the built-in connectors are right"));
    let connector = contract::Connectors::connector(&registry, "fxiaoke").expect("it is built in");
    let key = STANDARD.encode(KEY);
    (connector, connection("fxiaoke", &[], &[("event_token", TOKEN), ("event_key", &key)]))
});

/// The first byte says how the rest is sent: as the whole body, as the sealed content of a signed body, or as the text
/// that is framed or not, sealed and signed.
///
/// # Panics
/// When something unsigned is taken, a signed text is not opened, or an event means something else.
pub fn event(input: &[u8]) -> Option<()> {
    let (choice, rest) = input.split_first()?;
    match choice % 4 {
        0 => as_it_is(rest),
        1 => {
            let refused = verify(&signed(&STANDARD.encode(rest), NOW));
            if let Err(code) = refused {
                assert!(["fxiaoke.event_key", "fxiaoke.event_shape"].contains(&&*code), "{code}");
            }
            Some(())
        }
        2 => sealed_text(rest, rest),
        _ => {
            let length = u32::try_from(rest.len()).ok()?.to_be_bytes();
            sealed_text(rest, &[b"RANDOM-RANDOM-16".as_slice(), &length, rest].concat())
        }
    }
}

/// A body is taken only when its signature is what the protocol makes of its other parts.
fn as_it_is(body: &[u8]) -> Option<()> {
    let verified = verify(body);
    let refused = [
        "fxiaoke.event_unreadable",
        "fxiaoke.event_signature",
        "fxiaoke.event_stale",
        "fxiaoke.event_key",
        "fxiaoke.event_shape",
    ];
    match verified {
        Err(code) => assert!(refused.contains(&&*code), "{code}"),
        Ok(verified) => {
            let envelope: serde_json::Value = serde_json::from_slice(body).expect("what was taken is JSON");
            let text = |names: [&str; 2]| {
                let found = names.iter().find_map(|name| envelope.get(*name)).expect("it was signed");
                found.as_str().map_or_else(|| found.to_string(), str::to_owned)
            };
            let (stamp, nonce) = (text(["timeStamp", "timestamp"]), text(["nonce", "nonce"]));
            let signature = signature([TOKEN, &stamp, &nonce, &text(["content", "encrypt"])]);
            assert_eq!(signature, text(["sig", "signature"]).to_ascii_lowercase());
            assert_eq!(verified.once.as_deref(), Some(&*signature));
        }
    }
    Some(())
}

fn sealed_text(text: &[u8], framed: &[u8]) -> Option<()> {
    let content = seal(framed);
    let body = signed(&content, NOW);
    let taken = verify(&body);
    refused(&signed(&content, NOW + TOLERANCE + 1), "fxiaoke.event_stale");
    refused(&signed(&content, NOW - TOLERANCE - 1), "fxiaoke.event_stale");
    // The signature comes last: another one is nobody's.
    let mut forged = body.clone();
    let last = forged.len() - 3;
    forged[last] = if forged[last] == b'0' { b'1' } else { b'0' };
    refused(&forged, "fxiaoke.event_signature");
    match (taken, meant(text)) {
        (Ok(verified), Some(expected)) => {
            assert_eq!(verified.events, expected);
            assert_eq!(verified.reply.body, "success");
            assert_eq!(verified.good_until, Timestamp(NOW + TOLERANCE));
        }
        (Err(code), Some(expected)) => panic!("{expected:?} was refused: {code}"),
        (Ok(verified), None) => {
            assert!(verified.events.iter().all(|event| !event.object.is_empty() && !event.id.is_empty()));
        }
        (Err(code), None) => {
            assert!(["fxiaoke.event_key", "fxiaoke.event_shape"].contains(&&*code), "{code}");
        }
    }
    Some(())
}

/// What a plain event means: one map with texts in the usual places, by another reader.
fn meant(text: &[u8]) -> Option<Vec<Event>> {
    let text = std::str::from_utf8(text).ok()?;
    // Where a name stands twice the two readers may take another of both.
    let twice = ["\"objectApiName\"", "\"dataId\"", "\"op\"", "\"type\"", "\"content\""]
        .iter()
        .any(|name| text.matches(name).count() > 1);
    if twice || text.contains('\\') {
        return None;
    }
    let value: serde_json::Value = serde_json::from_str(text).ok()?;
    let map = value.as_object()?;
    if map.contains_key("type") {
        return None;
    }
    let part = |name: &str| map.get(name)?.as_str().map(|text| text.trim().to_owned());
    let (object, id) = (part("objectApiName")?, part("dataId")?);
    let operation = match map.get("op") {
        None => String::new(),
        Some(operation) => operation.as_str()?.to_owned(),
    };
    (!object.is_empty() && !id.is_empty()).then(|| vec![Event { object, id, operation }])
}

fn refused(body: &[u8], code: &str) {
    match verify(body) {
        Ok(_) => panic!("taken instead of {code}"),
        Err(told) => assert_eq!(told, code),
    }
}

fn verify(body: &[u8]) -> Result<Verified, String> {
    let (connector, connected) = &*CONNECTED;
    let call = IncomingCall { query: &[], headers: &[], body };
    connector.verify(connected, &call, Timestamp(NOW)).map_err(|refusal| refusal.cause.code.into_owned())
}

fn signed(content: &str, stamp: i64) -> Vec<u8> {
    let sig = signature([TOKEN, &stamp.to_string(), "n-1", content]);
    format!(r#"{{"nonce":"n-1","timeStamp":"{stamp}","content":"{content}","sig":"{sig}"}}"#).into_bytes()
}

/// `SHA1_hex(concat(sort([token, timeStamp, nonce, content])))` (§8.1).
fn signature(mut parts: [&str; 4]) -> String {
    parts.sort_unstable();
    hex::encode(Sha1::digest(parts.concat().as_bytes()))
}

/// AES-256-CBC with the key's beginning as IV, PKCS#7 to 32 bytes, base64 (§8.1).
fn seal(text: &[u8]) -> String {
    let mut bytes = text.to_vec();
    let padding = 32 - bytes.len() % 32;
    bytes.extend(std::iter::repeat_n(padding as u8, padding));
    let cipher = Aes256::new_from_slice(KEY).expect("the key has 32 bytes");
    let mut before: [u8; 16] = KEY[..16].try_into().expect("it has more");
    for chunk in bytes.chunks_exact_mut(16) {
        chunk.iter_mut().zip(before).for_each(|(byte, mask)| *byte ^= mask);
        let mut block = Block::<Aes256>::from(<[u8; 16]>::try_from(&*chunk).expect("a block has 16 bytes"));
        cipher.encrypt_block(&mut block);
        before = block.into();
        chunk.copy_from_slice(&before);
    }
    STANDARD.encode(bytes)
}
