//! What proves the sender: the shared secret, or a signature made with it.

use std::time::Duration;

use model::Cause;
use model::hook::{Algorithm, Carrier, Encoding, Hook, KeyForm, Part, Piece, Proof, Signature, Stamp};

use super::senders::{SENDERS, sender};
use crate::finding::{Findings, Place, shown};
use crate::text::fields::{self, Fields};
use crate::yaml::Node;

const ALGORITHMS: &[(&str, Algorithm)] =
    &[("hmac-sha256", Algorithm::Sha256), ("hmac-sha1", Algorithm::Sha1), ("hmac-sha512", Algorithm::Sha512)];
const ENCODINGS: &[(&str, Encoding)] = &[("hex", Encoding::Hex), ("base64", Encoding::Base64)];
const KEYS: &[(&str, KeyForm)] = &[("text", KeyForm::Text), ("base64", KeyForm::Base64)];
const SEPARATORS: &[(&str, char)] = &[(",", ','), (";", ';'), ("space", ' ')];

/// How far the time of a signature may be from ours, where the text says nothing.
const WITHIN: Duration = Duration::from_secs(300);

/// Reads `secret` or `signature`: without either the secret comes as `Authorization: Bearer …`. With it the header that has
/// the event's id, where the sender is a known one.
pub(super) fn read(fields: &Fields, findings: &mut Findings) -> (Option<Proof>, Option<&'static str>) {
    match (fields.member("secret"), fields.member("signature")) {
        (Some(_), Some((key, _))) => {
            findings.error(key.at, Cause::new("mapping.hook_two_proofs"));
            (None, None)
        }
        (Some((_, node)), None) => (carrier(node, findings).map(Proof::Secret), None),
        (None, Some((_, node))) => signature(node, findings),
        (None, None) => (Some(Proof::Secret(Carrier::Header(bearer()))), None),
    }
}

fn bearer() -> Part {
    Part { header: "authorization".into(), prefix: "Bearer ".into(), separator: None }
}

/// `X-Token`, `{ header: Authorization, prefix: "Token " }` or `{ query: token }`.
fn carrier(node: &Node, findings: &mut Findings) -> Option<Carrier> {
    if fields::scalar(node).is_some() {
        let text = fields::text(node, "secret", findings)?;
        let header = super::header_of(node, &text, findings)?;
        return Some(Carrier::Header(Part { header, prefix: String::new(), separator: None }));
    }
    let fields = Fields::of(node, "secret", &["header", "prefix", "query"], findings)?;
    if let Some(query) = fields.get("query") {
        for name in ["header", "prefix"] {
            if let Some((key, _)) = fields.member(name) {
                findings.error(key.at, Cause::new("mapping.hook_query_alone"));
            }
        }
        return fields::text(query, "query", findings).map(Carrier::Query);
    }
    let header = super::header(&fields, findings)?;
    Some(Carrier::Header(Part { header, prefix: prefix(&fields, findings), separator: None }))
}

/// A known sender by name, or all of it.
fn signature(node: &Node, findings: &mut Findings) -> (Option<Proof>, Option<&'static str>) {
    if fields::scalar(node).is_some() {
        let names: Vec<_> = SENDERS.iter().map(|name| (*name, *name)).collect();
        let name = fields::word(node, "signature", &names, findings);
        let Some((signature, event)) = name.and_then(sender) else { return (None, None) };
        return (Some(Proof::Signature(signature)), event);
    }
    (own(node, findings).map(Proof::Signature), None)
}

fn own(node: &Node, findings: &mut Findings) -> Option<Signature> {
    let known = ["header", "prefix", "separator", "algorithm", "encoding", "key", "over", "timestamp"];
    let fields = Fields::of(node, "signature", &known, findings)?;
    let part = part(&fields, findings);
    let timestamp = match fields.get("timestamp") {
        Some(node) => Some(stamp(node, findings)?),
        None => None,
    };
    let over = match fields.get("over") {
        Some(node) => pieces(node, findings)?,
        None if timestamp.is_some() => {
            vec![Piece::Timestamp, Piece::Text(".".into()), Piece::Body]
        }
        None => vec![Piece::Body],
    };
    Some(Signature {
        part: part?,
        algorithm: fields.word("algorithm", ALGORITHMS, findings).unwrap_or(Algorithm::Sha256),
        encoding: fields.word("encoding", ENCODINGS, findings).unwrap_or(Encoding::Hex),
        key: fields.word("key", KEYS, findings).unwrap_or(KeyForm::Text),
        over,
        timestamp,
    })
}

fn part(fields: &Fields, findings: &mut Findings) -> Option<Part> {
    let header = super::header(fields, findings);
    let prefix = prefix(fields, findings);
    let separator = fields.word("separator", SEPARATORS, findings);
    Some(Part { header: header?, prefix, separator })
}

fn prefix(fields: &Fields, findings: &mut Findings) -> String {
    fields.text("prefix", findings).unwrap_or_default()
}

/// `X-Timestamp`, or `{ header: X-Timestamp, within: 5m }`.
fn stamp(node: &Node, findings: &mut Findings) -> Option<Stamp> {
    if fields::scalar(node).is_some() {
        let text = fields::text(node, "timestamp", findings)?;
        let header = super::header_of(node, &text, findings)?;
        return Some(Stamp { part: Part { header, prefix: String::new(), separator: None }, within: WITHIN });
    }
    let fields = Fields::of(node, "timestamp", &["header", "prefix", "separator", "within"], findings)?;
    let part = part(&fields, findings)?;
    Some(Stamp { part, within: fields.duration("within", findings).unwrap_or(WITHIN) })
}

/// `{timestamp}.{body}`: what is signed.
fn pieces(node: &Node, findings: &mut Findings) -> Option<Vec<Piece>> {
    let text = fields::text(node, "over", findings)?;
    let mut pieces = Vec::new();
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        if !before.is_empty() {
            pieces.push(Piece::Text(before.to_owned()));
        }
        pieces.push(match name {
            "body" => Piece::Body,
            "timestamp" => Piece::Timestamp,
            "event" => Piece::Event,
            other => {
                findings.error(node.at, Cause::new("mapping.hook_over_word").with("word", shown(other)));
                return None;
            }
        });
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest.to_owned()));
    }
    Some(pieces)
}

/// What must hold between the parts of a signature: what is signed is the body and, where there is one, the time.
pub(super) fn check(fields: &Fields, hook: &Hook, findings: &mut Findings) {
    let Proof::Signature(signature) = &hook.proof else { return };
    let at: Place = fields.get("signature").map_or(fields.at, |node| node.at);
    let has = |piece: &Piece| signature.over.contains(piece);
    let mut error = |code: &'static str| findings.error(at, Cause::new(code));
    if !has(&Piece::Body) {
        error("mapping.hook_body_unsigned");
    }
    match (&signature.timestamp, has(&Piece::Timestamp)) {
        (Some(_), false) => error("mapping.hook_time_unsigned"),
        (None, true) => error("mapping.hook_no_time"),
        _ => {}
    }
    let event_is_header = matches!(hook.event, Some(model::hook::Whence::Header(_)));
    if has(&Piece::Event) && !event_is_header {
        error("mapping.hook_no_event");
    }
}
