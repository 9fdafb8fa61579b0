//! `retries: off`, or when a failed try is tried again and after answers of which classes: of a flow, or of a connection for all
//! flows towards it that say nothing of their own.

use model::AnswerClass;
use model::flow::Retries;

use super::fields::{self, Fields};
use crate::finding::{Findings, unknown_word};
use crate::yaml;

/// `None` where nothing is said.
pub(super) fn retries(fields: &Fields, findings: &mut Findings) -> Option<Retries> {
    let node = fields.get("retries")?;
    if fields::scalar(node).is_some() {
        return match fields::word(node, "retries", &[("off", false), ("default", true)], findings) {
            Some(false) => Some(Retries { waits: Vec::new(), classes: None }),
            _ => Some(Retries::default()),
        };
    }
    let inner = Fields::of(node, "retries", &["waits", "classes"], findings)?;
    let mut retries = Retries::default();
    if let Some(node) = inner.get("waits") {
        let waits = fields::list(node, "waits", findings).iter();
        retries.waits = waits.filter_map(|node| fields::duration(node, "waits", findings)).collect();
    }
    if let Some(node) = inner.get("classes") {
        let nodes = fields::list(node, "classes", findings).iter();
        retries.classes = Some(nodes.filter_map(|node| class(node, findings)).collect());
    }
    Some(retries)
}

fn class(node: &yaml::Node, findings: &mut Findings) -> Option<AnswerClass> {
    let text = fields::text(node, "classes", findings)?;
    let class = AnswerClass::of_name(&text);
    if class.is_none() {
        let known = ["rejected", "config", "auth", "throttled", "transient", "unknown"];
        findings.error(node.at, unknown_word("word", &text, &known).with("key", "classes"));
    }
    class
}
