//! Calls that the CRM makes to us to tell of changes: 事件回调 (`protocols/fxiaoke.md §8`).
//!
//! The envelope `{nonce, timeStamp, content, sig}` is documented; what is inside is not (L), so that the places of the
//! object, the record's id and the operation are settings. An event only says which record to read again.

mod cipher;
mod extract;

use contract::connector::{CallReply, IncomingCall, Refusal, Verified};
use model::connection::Connection;
use model::{AnswerClass, Cause, Map, Secret, Timestamp, Value, json};
use sha1::{Digest, Sha1};

use super::answer::whole_number;

/// How far the sender's clock may be from ours (`§8.1`).
const TOLERANCE_MS: i64 = 500_000;

/// A time stamp below this is in seconds: as milliseconds it would be a day of 1973.
const SECONDS_BELOW: i64 = 100_000_000_000;

/// What the sender reads as "taken" (`§8.1`).
const TAKEN: &str = "success";

/// How a connection's events are signed, sealed and read.
struct Settings {
    token: Secret,
    key: Secret,
    framing: cipher::Framing,
    places: extract::Places,
}

impl Settings {
    fn of(connection: &Connection) -> Result<Settings, Refusal> {
        let secret = |name: &str| {
            let missing = || config(Cause::new("fxiaoke.events_off").with("setting", name));
            connection.secret(name).cloned().ok_or_else(missing)
        };
        let wrong = |name: &str| config(Cause::new("fxiaoke.setting_wrong").with("setting", name));
        let pointer = |name: &str, usual: &str| {
            let pointer = connection.setting(name).unwrap_or(usual).to_owned();
            if pointer.starts_with('/') { Ok(pointer) } else { Err(wrong(name)) }
        };
        Ok(Settings {
            token: secret("event_token")?,
            key: secret("event_key")?,
            framing: cipher::Framing::of(connection.setting("event_framing"))
                .ok_or_else(|| wrong("event_framing"))?,
            places: extract::Places {
                object: pointer("event_object", "/objectApiName")?,
                id: pointer("event_id", "/dataId")?,
                operation: pointer("event_operation", "/op")?,
            },
        })
    }
}

/// Verifies the signature and the age of a call, opens it, and finds whom it means.
pub(super) fn verify(
    connection: &Connection,
    call: &IncomingCall<'_>,
    now: Timestamp,
) -> Result<Verified, Refusal> {
    let settings = Settings::of(connection)?;
    let Ok(Value::Map(envelope)) = json::read_bytes(call.body) else { return Err(unreadable("{ }")) };
    let part = |names: [&'static str; 2]| {
        let found = names.iter().find_map(|name| envelope.get(name)).and_then(Value::plain);
        found.map(|text| text.into_owned()).ok_or_else(|| unreadable(names[0]))
    };
    let (stamp, nonce) = (part(["timeStamp", "timestamp"])?, part(["nonce", "nonce"])?);
    let (content, sig) = (part(["content", "encrypt"])?, part(["sig", "signature"])?);
    let wanted = signature([settings.token.reveal(), &stamp, &nonce, &content]);
    if !equals_in_constant_time(wanted.as_bytes(), sig.to_ascii_lowercase().as_bytes()) {
        return Err(rejected(Cause::new("fxiaoke.event_signature")));
    }
    let sent = sent_at(&envelope).ok_or_else(|| unreadable("timeStamp"))?;
    if now.0.abs_diff(sent.0) > TOLERANCE_MS.unsigned_abs() {
        return Err(rejected(Cause::new("fxiaoke.event_stale")));
    }
    let text = cipher::open(settings.key.reveal(), &content, settings.framing)
        .ok_or_else(|| config(Cause::new("fxiaoke.event_key")))?;
    Ok(Verified {
        events: extract::events(&text, &settings.places).map_err(config)?,
        once: Some(wanted),
        good_until: Timestamp(sent.0.saturating_add(TOLERANCE_MS)),
        reply: CallReply { content_type: "text/plain; charset=utf-8", body: TAKEN.into() },
    })
}

/// `SHA1_hex(concat(sort([token, timeStamp, nonce, content])))` (`§8.1`).
fn signature(mut parts: [&str; 4]) -> String {
    parts.sort_unstable();
    hex::encode(Sha1::digest(parts.concat().as_bytes()))
}

fn equals_in_constant_time(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && one.iter().zip(other).fold(0, |differing, (a, b)| differing | (a ^ b)) == 0
}

fn sent_at(envelope: &Map) -> Option<Timestamp> {
    let stamp = envelope.get("timeStamp").or_else(|| envelope.get("timestamp")).and_then(whole_number)?;
    Some(Timestamp(if stamp.abs() < SECONDS_BELOW { stamp * 1000 } else { stamp }))
}

fn unreadable(part: &str) -> Refusal {
    rejected(Cause::new("fxiaoke.event_unreadable").with("part", part))
}

fn rejected(cause: Cause) -> Refusal {
    Refusal::new(AnswerClass::Rejected, cause)
}

fn config(cause: Cause) -> Refusal {
    Refusal::new(AnswerClass::Config, cause)
}
