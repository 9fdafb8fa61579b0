//! What must hold between the parts of an object: each name once, and ids, numbers and versions that are fields of it.

use model::Cause;

use crate::finding::{Findings, Place, nearest, shown};
use crate::text::fields::{self, Fields};
use crate::yaml::{Kind, Node};

/// Before the name of a header's field, in an object whose records are lines.
const MASTER: &str = "master.";

/// Checks the object as a whole, as far as its members could be read.
pub(super) fn check(fields: &Fields, findings: &mut Findings) {
    let is_lines = fields.get("split").is_some();
    let own = names(fields.get("fields"));
    let details = names(fields.get("details"));
    each_once(&own, findings);
    each_once(&details, findings);
    for (name, at) in &details {
        if own.iter().any(|(known, _)| known == name) {
            findings.error(*at, Cause::new("mapping.detail_is_field").with("detail", shown(name)));
        }
    }
    for (name, at) in &own {
        let plain = name.strip_prefix(MASTER).filter(|_| is_lines).unwrap_or(name);
        if plain.is_empty() || plain.contains('.') {
            findings.error(*at, Cause::new("mapping.field_name").with("field", shown(name)));
        }
    }
    if let Some((key, _)) = fields.member("details").filter(|_| is_lines) {
        findings.error(key.at, Cause::new("mapping.split_with_details"));
    }
    for key in ["id", "number", "display", "version"] {
        must_be_field(fields, key, &own, findings);
    }
    if let Some(void) =
        fields.get("void").and_then(|node| Fields::open(node, "void", &mut Findings::default()))
    {
        must_be_field(&void, "field", &own, findings);
    }
    detail_lists(fields, findings);
}

fn detail_lists(fields: &Fields, findings: &mut Findings) {
    let Some(Node { kind: Kind::List(nodes), .. }) = fields.get("details") else { return };
    for node in nodes {
        let Some(detail) = Fields::open(node, "details", &mut Findings::default()) else { continue };
        let own = names(detail.get("fields"));
        each_once(&own, findings);
        for (name, at) in own.iter().filter(|(name, _)| name.contains('.')) {
            findings.error(*at, Cause::new("mapping.field_name").with("field", shown(name)));
        }
        must_be_field(&detail, "id", &own, findings);
    }
}

/// The names in a list of fields or details, each with its place.
fn names(node: Option<&Node>) -> Vec<(String, Place)> {
    let Some(Node { kind: Kind::List(nodes), .. }) = node else { return Vec::new() };
    let name = |node: &Node| {
        let fields = Fields::open(node, "fields", &mut Findings::default())?;
        let (_, name) = fields.member("name")?;
        fields::scalar(name).map(|scalar| (scalar.text.clone(), name.at))
    };
    nodes.iter().filter_map(name).collect()
}

fn each_once(names: &[(String, Place)], findings: &mut Findings) {
    let mut seen = std::collections::HashMap::new();
    for (name, at) in names {
        if let Some(earlier) = seen.insert(name, at.0) {
            let cause = Cause::new("mapping.name_twice").with("name", shown(name)).with("line", earlier);
            findings.error(*at, cause);
        }
    }
}

fn must_be_field(fields: &Fields, key: &str, own: &[(String, Place)], findings: &mut Findings) {
    let Some(node) = fields.get(key) else { return };
    let Some(named) = fields::scalar(node).map(|scalar| scalar.text.as_str()) else { return };
    if own.is_empty() || named.trim().is_empty() || own.iter().any(|(known, _)| known == named) {
        return;
    }
    let known: Vec<&str> = own.iter().map(|(name, _)| name.as_str()).collect();
    let cause = match nearest(named, &known) {
        Some(nearest) => Cause::new("mapping.not_a_field_near").with("nearest", nearest),
        None => Cause::new("mapping.not_a_field"),
    };
    findings.error(node.at, cause.with("key", key).with("field", shown(named)));
}
