//! What an answer means: the envelope of every call, and the class of its error code.
//!
//! Business errors come as HTTP 200; only `errorCode` decides, the message is explicitly unstable
//! (`protocols/fxiaoke.md §1`). The table of codes is `errors` of the manifest (`§3`); a code that is not in it is
//! passed on with all the vendor said and is `rejected`: the numbers of business rejections are not public.

use std::time::Duration;

use contract::connector::Refusal;
use contract::transport::Answer;
use model::{AnswerClass, Cause, Map, Timestamp, Value, json};

use crate::manifest::Manifest;

/// After 30004 or 14001: the vendor counts by spans of 20 s (`§3`, rate limits).
const RATE_WAIT: Duration = Duration::from_secs(5);

/// The quota of a day ends at midnight in this zone, GMT+8 (30002, `§3`).
const DAY_ZONE_MS: i64 = 8 * 3_600_000;
const DAY_MS: i64 = 86_400_000;

/// Longer vendor messages are cut in causes.
const LONGEST: usize = 300;

/// Codes for a token that is wrong or expired: renew it and repeat the call once (`§2.1`, `§3`).
const STALE_TOKEN: [i64; 2] = [20005, 20016];

/// An answer that is not a success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failure {
    /// The token was not accepted; the call was not carried out.
    StaleToken(Refusal),
    Refused(Refusal),
}

impl Failure {
    pub(super) fn into_refusal(self) -> Refusal {
        match self {
            Failure::StaleToken(refusal) | Failure::Refused(refusal) => refusal,
        }
    }
}

/// Reads the envelope. The map is the whole answer of a success.
pub(super) fn read(
    manifest: &Manifest,
    host: &str,
    answer: &Answer,
    now: Timestamp,
) -> Result<Map<'static>, Failure> {
    let foreign = |class, code: &'static str| {
        let cause = Cause::new(code).with("host", host).with("status", answer.status);
        Failure::Refused(Refusal::new(class, cause))
    };
    let Ok(Value::Map(envelope)) = json::read_bytes(&answer.body) else {
        return Err(match answer.status {
            429 => foreign(AnswerClass::Throttled(Some(now + RATE_WAIT)), "fxiaoke.gateway"),
            500.. => foreign(AnswerClass::Unknown, "fxiaoke.gateway"),
            300..500 => foreign(AnswerClass::Config, "fxiaoke.wrong_host"),
            _ if is_html(&answer.body) => foreign(AnswerClass::Config, "fxiaoke.wrong_host"),
            _ => foreign(AnswerClass::Unknown, "fxiaoke.not_json"),
        });
    };
    match envelope.get("errorCode").and_then(whole_number) {
        Some(0) => Ok(envelope.into_owned()),
        Some(code) => Err(failure(manifest, code, &envelope, now)),
        None if (300..500).contains(&answer.status) => {
            Err(foreign(AnswerClass::Config, "fxiaoke.wrong_host"))
        }
        None => Err(foreign(AnswerClass::Unknown, "fxiaoke.not_json")),
    }
}

fn failure(manifest: &Manifest, code: i64, envelope: &Map, now: Timestamp) -> Failure {
    let (class, cause) = (manifest.error(&code.to_string()))
        .unwrap_or_else(|| (AnswerClass::Rejected, Cause::new("fxiaoke.refused").with("code", code)));
    let class = match (code, class) {
        (30002, _) => AnswerClass::Throttled(Some(next_day(now))),
        (_, AnswerClass::Throttled(None)) => AnswerClass::Throttled(Some(now + RATE_WAIT)),
        (_, class) => class,
    };
    let refusal = Refusal::new(class, told(cause, envelope));
    match STALE_TOKEN.contains(&code) {
        true => Failure::StaleToken(refusal),
        false => Failure::Refused(refusal),
    }
}

/// The cause with everything the vendor said, for people and for its support.
fn told(cause: Cause, envelope: &Map) -> Cause {
    [("description", "errorDescription"), ("message", "errorMessage"), ("trace", "traceId")].into_iter().fold(
        cause,
        |cause, (name, field)| {
            let text = envelope.get(field).and_then(Value::plain).unwrap_or_default();
            cause.with(name, text.chars().take(LONGEST).collect::<String>())
        },
    )
}

/// The next midnight in GMT+8.
fn next_day(now: Timestamp) -> Timestamp {
    let days = (now.0 + DAY_ZONE_MS).div_euclid(DAY_MS) + 1;
    Timestamp(days * DAY_MS - DAY_ZONE_MS)
}

/// A whole number, whether the vendor wrote it as a number or as text.
pub(super) fn whole_number(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::Text(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn is_html(body: &[u8]) -> bool {
    body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'<')
}
