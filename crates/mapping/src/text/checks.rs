//! What must hold between the parts of a flow: each target field once, keys that are written, lists that are read.

use model::flow::{Entry, From, Mode};
use model::{Cause, Map, Path};

use super::fields::{self, Fields};
use super::flow::written;
use crate::finding::{Findings, Place};
use crate::yaml::{Key, Kind, Node};

/// Checks the flow as a whole. Its members have been read; here only what connects them is looked at.
pub(super) fn check(fields: &Fields, mode: Mode, base: Option<&Map>, map: &[Entry], findings: &mut Findings) {
    each_field_once(map, findings);
    pointless_constants(map, findings);
    let Some((target, node)) = fields.member("target") else { return };
    let Kind::Map(members) = &node.kind else { return };
    let is_recognisable =
        members.iter().any(|(key, _)| matches!(key.name.as_str(), "key" | "match" | "derive"));
    if mode == Mode::Document && !is_recognisable {
        findings.warn(target.at, Cause::new("mapping.may_duplicate"));
    }
    derived_lines(members, map, findings);
    let document = Document { written: written_names(fields, map), base };
    for (key, node) in members {
        match key.name.as_str() {
            "key" => document.must_hold(node, findings),
            "match" => fields::list(node, "match", &mut Findings::default())
                .iter()
                .for_each(|node| document.must_hold(node, findings)),
            _ => {}
        }
    }
}

/// Lines of a parent are taken for the lines of the mapping: there must be some.
fn derived_lines(target: &[(Key, Node)], map: &[Entry], findings: &mut Findings) {
    let Some((_, node)) = target.iter().find(|(key, _)| key.name == "derive") else { return };
    let Kind::Map(members) = &node.kind else { return };
    let has_lines = map.iter().any(|entry| matches!(entry.from, From::Lines { .. }));
    if let Some((key, _)) = members.iter().find(|(key, _)| key.name == "lines" && !has_lines) {
        findings.error(key.at, Cause::new("mapping.derive_without_lines"));
    }
}

/// Two entries write the same field, or one writes into what the other writes whole.
fn each_field_once(entries: &[Entry], findings: &mut Findings) {
    for (n, entry) in entries.iter().enumerate() {
        let earlier = entries[..n].iter().find(|earlier| overlap(&earlier.to, &entry.to));
        if let Some(earlier) = earlier {
            let cause = Cause::new("mapping.field_twice").with("field", &entry.to).with("line", earlier.at.0);
            findings.error(entry.at, cause);
        }
        if let From::Lines { entries, key, .. } = &entry.from {
            each_field_once(entries, findings);
            line_key(entry.at, key.as_deref(), entries, findings);
        }
    }
}

/// A constant is never empty by surprise.
fn pointless_constants(entries: &[Entry], findings: &mut Findings) {
    for entry in entries {
        match &entry.from {
            From::Constant(_) if entry.required || entry.send_empty => {
                findings.warn(entry.at, Cause::new("mapping.required_constant").with("field", &entry.to));
            }
            From::Lines { entries, .. } => pointless_constants(entries, findings),
            _ => {}
        }
    }
}

fn overlap(one: &Path, other: &Path) -> bool {
    one.segments().zip(other.segments()).all(|(a, b)| a == b)
}

fn line_key(at: Place, key: Option<&str>, entries: &[Entry], findings: &mut Findings) {
    if let Some(key) = key.filter(|key| !entries.iter().any(|entry| entry.to.as_str() == *key)) {
        findings.error(at, Cause::new("mapping.line_key_not_written").with("field", key));
    }
}

/// The target fields that the mapping writes, those among them whose entry could not be read.
fn written_names(fields: &Fields, map: &[Entry]) -> Vec<String> {
    let mut names = written(map);
    if let Some(Kind::Map(entries)) = fields.get("map").map(|node| &node.kind) {
        names.extend(entries.iter().map(|(key, _)| key.name.clone()));
    }
    names
}

/// What a created document holds.
struct Document<'b> {
    written: Vec<String>,
    base: Option<&'b Map<'b>>,
}

impl Document<'_> {
    /// A key or match field must be in the document: from the mapping, or at least from the packet. A reference named
    /// without its member (`FCreateOrgId`) is there when a member is.
    fn must_hold(&self, node: &Node, findings: &mut Findings) {
        let Some(field) = fields::scalar(node).map(|scalar| scalar.text.as_str()) else { return };
        let is_field_or_below = |name: &String| {
            name.strip_prefix(field).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let in_base = || {
            let path = Path::parse(field);
            self.base.zip(path).is_some_and(|(base, path)| path.find(&base.borrow().into()).is_some())
        };
        if !self.written.iter().any(is_field_or_below) && !in_base() {
            findings.error(node.at, Cause::new("mapping.key_not_written").with("field", field));
        }
    }
}
