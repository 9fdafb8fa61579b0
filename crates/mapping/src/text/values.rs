//! The ways back of a value map, as written and as checked.

use model::Cause;
use model::flow::{NoWayBack, ValueMap};

use super::fields::{self, Fields};
use crate::finding::{Findings, shown};
use crate::yaml::Node;

pub(super) const KNOWN: &[&str] = &["kind", "name", "title", "map", "otherwise", "back", "otherwise_back"];

/// `back:` — the option that is meant by a value on the way back.
pub(super) fn back(node: &Node, findings: &mut Findings) -> Vec<(String, String)> {
    let Some(fields) = Fields::open(node, "back", findings) else { return Vec::new() };
    let mut back = Vec::new();
    for (key, node) in fields.iter() {
        if let Some(option) = fields::text(node, &key.name, findings) {
            back.push((key.name.clone(), option));
        }
    }
    back
}

/// A declared way back that does not lead forth again is a mistake of the map, whether a flow goes it or not.
pub(super) fn check(fields: &Fields, map: &ValueMap, findings: &mut Findings) {
    let name = fields.text("name", &mut Findings::default()).unwrap_or_default();
    let declared = fields.get("back").and_then(|node| Fields::open(node, "back", findings));
    for problem in map.strays() {
        let NoWayBack::Stray { value, .. } = &problem else { continue };
        let place = declared.and_then(|declared| declared.member(value)).map_or(fields.at, |(key, _)| key.at);
        findings.error(place, no_way_back(&problem).with("values", &name));
    }
}

/// Why there is no way back, but for the map's name.
pub(crate) fn no_way_back(problem: &NoWayBack) -> Cause {
    match problem {
        NoWayBack::Ambiguous { value, options } => Cause::new("mapping.values_ambiguous")
            .with("value", shown(value))
            .with("options", shown(&options.join(", "))),
        NoWayBack::Stray { value, option } => {
            Cause::new("mapping.values_stray_back").with("value", shown(value)).with("option", shown(option))
        }
        NoWayBack::NotPlain { option } => {
            Cause::new("mapping.values_not_plain").with("option", shown(option))
        }
        NoWayBack::StrayOtherwise { value, option } => Cause::new("mapping.values_stray_otherwise")
            .with("value", shown(value))
            .with("option", shown(option)),
    }
}
