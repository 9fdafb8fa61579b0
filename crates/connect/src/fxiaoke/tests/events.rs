//! Events by callback: vectors after `protocols/fxiaoke.md §8`, sealed here the way the vendor seals them.

use aes::Aes256;
use aes::cipher::{Block, BlockCipherEncrypt, KeyInit};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use contract::connector::{IncomingCall, Refusal, Verified};
use model::Timestamp;
use sha1::{Digest, Sha1};

use super::*;

const TOKEN_TEXT: &str = "qiao-token";
const KEY: &[u8; 32] = b"0123456789abcdef0123456789ABCDEF";
const NOW: i64 = 1_780_275_600_000;

/// AES-256-CBC with the key's beginning as IV, PKCS#7 to 32 bytes, base64.
fn sealed(text: &[u8]) -> String {
    let mut bytes = text.to_vec();
    let padding = 32 - bytes.len() % 32;
    bytes.extend(std::iter::repeat_n(u8::try_from(padding).unwrap(), padding));
    let cipher = Aes256::new_from_slice(KEY).unwrap();
    let mut before: [u8; 16] = KEY[..16].try_into().unwrap();
    for chunk in bytes.chunks_exact_mut(16) {
        chunk.iter_mut().zip(before).for_each(|(byte, mask)| *byte ^= mask);
        let mut block = Block::<Aes256>::from(<[u8; 16]>::try_from(&*chunk).unwrap());
        cipher.encrypt_block(&mut block);
        before = block.into();
        chunk.copy_from_slice(&before);
    }
    STANDARD.encode(bytes)
}

/// 16 random bytes and the length in front.
fn framed(text: &str) -> Vec<u8> {
    let length = u32::try_from(text.len()).unwrap().to_be_bytes();
    [b"RANDOM-RANDOM-16".as_slice(), &length, text.as_bytes()].concat()
}

fn envelope(content: &str, stamp: i64) -> String {
    let (stamp, nonce) = (stamp.to_string(), "n-1");
    let mut parts = [TOKEN_TEXT, &stamp, nonce, content];
    parts.sort_unstable();
    let sig = hex::encode(Sha1::digest(parts.concat()));
    format!(r#"{{"nonce":"{nonce}","timeStamp":"{stamp}","content":"{content}","sig":"{sig}"}}"#)
}

fn verify(settings: &[(&str, &str)], body: &str) -> Result<Verified, Refusal> {
    let key = STANDARD.encode(KEY);
    let key = settings.iter().find(|(name, _)| *name == "event_key").map_or(&*key, |(_, key)| key);
    let secrets = [("event_token", TOKEN_TEXT), ("event_key", key)];
    let connection = connection("fxiaoke", settings, &secrets);
    let call = IncomingCall { query: &[], headers: &[], body: body.as_bytes() };
    fxiaoke().verify(&connection, &call, Timestamp(NOW))
}

/// Object, id and operation of each event, or the code of the refusal.
fn told(settings: &[(&str, &str)], body: &str) -> String {
    match verify(settings, body) {
        Ok(verified) => {
            let told = verified.events.iter().map(|e| format!("{} {} {}", e.object, e.id, e.operation));
            told.collect::<Vec<_>>().join("; ")
        }
        Err(refusal) => refusal.cause.code.into_owned(),
    }
}

const CHANGED: &str = r#"{"ea":"demo","objectApiName":"AccountObj","dataId":"5f3a","op":"update"}"#;

#[test]
fn an_event_is_opened_in_either_framing_and_says_whom_it_means() {
    for (text, settings, expected) in [
        (CHANGED.as_bytes().to_vec(), &[][..], "AccountObj 5f3a update"),
        (framed(CHANGED), &[], "AccountObj 5f3a update"),
        (framed(CHANGED), &[("event_framing", "framed")], "AccountObj 5f3a update"),
        (CHANGED.as_bytes().to_vec(), &[("event_framing", "plain")], "AccountObj 5f3a update"),
        (framed(CHANGED), &[("event_framing", "plain")], "fxiaoke.event_shape"),
        // The key without its last character, as the old pages show it.
        (
            framed(CHANGED),
            &[("event_key", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlBQkNERUY")],
            "AccountObj 5f3a update",
        ),
        (framed(&format!("[{CHANGED},{CHANGED}]")), &[], "AccountObj 5f3a update; AccountObj 5f3a update"),
        (
            framed(r#"{"body":{"api/name":"SalesOrderObj","ids":["a","b"]}}"#),
            &[("event_object", "/body/api~1name"), ("event_id", "/body/ids")],
            "SalesOrderObj a ; SalesOrderObj b ",
        ),
        (
            framed(r#"{"type":"Message","content":"{\"objectApiName\":\"LeadsObj\",\"dataId\":7}"}"#),
            &[],
            "LeadsObj 7 ",
        ),
        (framed(r#"{"type":"PermanentCode","content":"xyz"}"#), &[], ""),
        (framed(r#"{"objectApiName":"AccountObj"}"#), &[], "fxiaoke.event_shape"),
        (framed(r#"{"dataId":"5f3a"}"#), &[], "fxiaoke.event_shape"),
        (framed("不是 JSON"), &[], "fxiaoke.event_shape"),
    ] {
        let body = envelope(&sealed(&text), NOW);
        assert_eq!(told(settings, &body), expected, "{}", String::from_utf8_lossy(&text));
    }
}

#[test]
fn a_call_that_is_not_fxiaokes_or_is_too_old_is_refused() {
    let content = sealed(&framed(CHANGED));
    let good = envelope(&content, NOW);
    for (body, code) in [
        (good.replace(r#""sig":""#, r#""sig":"0"#), "fxiaoke.event_signature"),
        (good.replace("n-1", "n-2"), "fxiaoke.event_signature"),
        (good.replace(&content, &sealed(CHANGED.as_bytes())), "fxiaoke.event_signature"),
        (envelope(&content, NOW - 500_001), "fxiaoke.event_stale"),
        (envelope(&content, NOW + 500_001), "fxiaoke.event_stale"),
        (envelope("AAAA", NOW), "fxiaoke.event_key"),
        ("{}".into(), "fxiaoke.event_unreadable"),
        ("[1]".into(), "fxiaoke.event_unreadable"),
        ("你好".into(), "fxiaoke.event_unreadable"),
    ] {
        assert_eq!(told(&[], &body), code, "{body}");
    }
    for stamp in [NOW - 500_000, NOW + 500_000, NOW / 1000] {
        assert_eq!(told(&[], &envelope(&content, stamp)), "AccountObj 5f3a update", "{stamp}");
    }
    let other_key = STANDARD_NO_PAD.encode([7u8; 32]);
    assert_eq!(told(&[("event_key", &other_key)], &good), "fxiaoke.event_key");
    assert_eq!(told(&[("event_key", "short")], &good), "fxiaoke.event_key");
    assert_eq!(told(&[("event_id", "dataId")], &good), "fxiaoke.setting_wrong");
}

#[test]
fn a_taken_event_is_answered_with_success_and_known_by_its_signature() {
    let body = envelope(&sealed(&framed(CHANGED)), NOW - 1000);
    let (once, again) = (verify(&[], &body).unwrap(), verify(&[], &body).unwrap());
    assert_eq!((once.reply.body.as_str(), once.good_until), ("success", Timestamp(NOW + 499_000)));
    assert!(once.once.is_some() && once.once == again.once);
    let other = verify(&[], &envelope(&sealed(&framed(CHANGED)), NOW)).unwrap();
    assert_ne!(once.once, other.once);
}

/// A vector made apart from this code, with OpenSSL: the key above, the text `{"objectApiName":"AccountObj","dataId":"5f3a","op":"update"}`.
#[test]
fn a_text_that_openssl_sealed_is_opened() {
    let text = r#"{"objectApiName":"AccountObj","dataId":"5f3a","op":"update"}"#;
    assert_eq!(sealed(text.as_bytes()), OPENSSL);
    assert_eq!(told(&[], &envelope(OPENSSL, NOW)), "AccountObj 5f3a update");
}

const OPENSSL: &str =
    "FXh8XIgRx+reSB/TPeZ4hpa2teHTSmwGjg6iNMWa8AZoYS0kRZffYn0S/rfjxKWp3V/fijnL83Aej0th9wzneg==";

#[test]
fn a_connection_without_a_token_takes_no_events() {
    let connection = connection("fxiaoke", &[], &[]);
    let call = IncomingCall { query: &[], headers: &[], body: b"{}" };
    let refusal = fxiaoke().verify(&connection, &call, Timestamp(NOW)).unwrap_err();
    assert_eq!((refusal.class.name(), &*refusal.cause.code), ("config", "fxiaoke.events_off"));
}
