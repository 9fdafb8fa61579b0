//! `hook:` below the source of a flow: how records are sent to it.
//!
//! ```yaml
//! hook:
//!   signature: { header: X-Signature, algorithm: hmac-sha256, encoding: hex, prefix: "sha256=" }
//!   records: /data/orders
//!   id: /order/id
//!   void: { at: /status, is: [cancelled, 已作废] }
//! ```

mod proof;
mod senders;

use model::Cause;
use model::hook::{Challenge, Condition, Hook, Pointer, Whence};

use super::fields::{self, Fields};
use crate::finding::{Findings, shown};
use crate::yaml::Node;

pub(super) const KNOWN: &[&str] =
    &["secret", "signature", "event", "only", "records", "id", "number", "version", "void", "challenge"];

/// Reads `hook:`. `None` when something of what proves the sender could not be read.
pub(super) fn read(node: &Node, findings: &mut Findings) -> Option<Hook> {
    let fields = Fields::of(node, "hook", KNOWN, findings)?;
    let event = fields.get("event").map(|node| whence(node, "event", findings));
    let (proof, usual_event) = proof::read(&fields, findings);
    let hook = Hook {
        event: event.unwrap_or(usual_event.map(|header| Whence::Header(header.to_owned()))),
        only: condition(&fields, "only", findings),
        records: pointer(&fields, "records", findings),
        id: pointer(&fields, "id", findings),
        number: pointer(&fields, "number", findings),
        version: pointer(&fields, "version", findings),
        void: condition(&fields, "void", findings),
        challenge: fields.get("challenge").and_then(|node| challenge(node, findings)),
        at: node.at,
        proof: proof?,
    };
    proof::check(&fields, &hook, findings);
    Some(hook)
}

/// What the header of this name says, or what stands at this pointer.
fn whence(node: &Node, name: &str, findings: &mut Findings) -> Option<Whence> {
    let text = fields::text(node, name, findings)?;
    match text.starts_with(['/', '$']) {
        true => pointer_of(node, &text, findings).map(Whence::Body),
        false => header_of(node, &text, findings).map(Whence::Header),
    }
}

fn pointer(fields: &Fields, name: &str, findings: &mut Findings) -> Option<Pointer> {
    let node = fields.get(name)?;
    let text = fields::text(node, name, findings)?;
    pointer_of(node, &text, findings)
}

fn pointer_of(node: &Node, text: &str, findings: &mut Findings) -> Option<Pointer> {
    let pointer = Pointer::parse(text);
    if pointer.is_none() {
        findings.error(node.at, Cause::new("mapping.hook_pointer").with("pointer", shown(text)));
    }
    pointer
}

/// The name of a header, in small letters.
fn header_of(node: &Node, text: &str, findings: &mut Findings) -> Option<String> {
    let is_of_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if text.bytes().all(is_of_name) {
        return Some(text.to_ascii_lowercase());
    }
    findings.error(node.at, Cause::new("mapping.hook_header").with("header", shown(text)));
    None
}

fn header(fields: &Fields, findings: &mut Findings) -> Option<String> {
    let node = fields.required("header", findings)?;
    let text = fields::text(node, "header", findings)?;
    header_of(node, &text, findings)
}

/// `{ at: /status, is: [cancelled] }`, or `{ header: X-Topic, is: orders/cancelled }`.
fn condition(fields: &Fields, name: &str, findings: &mut Findings) -> Option<Condition> {
    let node = fields.get(name)?;
    let inner = Fields::of(node, name, &["at", "header", "is"], findings)?;
    let is = inner.required("is", findings).map(|node| values(node, findings));
    let at = match (inner.get("at"), inner.get("header")) {
        (Some(_), Some(_)) => {
            findings.error(node.at, Cause::new("mapping.hook_condition_twice").with("key", name));
            None
        }
        (None, Some(_)) => header(&inner, findings).map(Whence::Header),
        (Some(_), None) => pointer(&inner, "at", findings).map(Whence::Body),
        (None, None) => {
            inner.required("at", findings);
            None
        }
    };
    Some(Condition { at: at?, is: is? })
}

/// One value, or a list of them.
fn values(node: &Node, findings: &mut Findings) -> Vec<String> {
    let nodes = match fields::scalar(node) {
        Some(_) => std::slice::from_ref(node),
        None => fields::list(node, "is", findings),
    };
    let read: Vec<_> = nodes.iter().filter_map(|node| fields::text(node, "is", findings)).collect();
    if nodes.is_empty() {
        findings.error(node.at, Cause::new("mapping.hook_is_empty"));
    }
    read.into_iter().map(|value| value.trim().to_owned()).collect()
}

/// `/challenge`, or `{ query: hub.challenge, secret: hub.verify_token }`.
fn challenge(node: &Node, findings: &mut Findings) -> Option<Challenge> {
    if fields::scalar(node).is_some() {
        let text = fields::text(node, "challenge", findings)?;
        return pointer_of(node, &text, findings).map(Challenge::Body);
    }
    let fields = Fields::of(node, "challenge", &["query", "secret"], findings)?;
    let name = fields.required_text("query", findings);
    let secret = fields.text("secret", findings);
    Some(Challenge::Query { name: name?, secret })
}
