//! Walking a manifest's tree: what is found is taken, what is wrong is noted, and the walk goes on.

use std::time::Duration;

use model::Cause;

use crate::manifest::{Finding, Severity, Words, duration};
use crate::nearest::nearest;
use crate::yaml::{At, Node};

#[derive(Default)]
pub(super) struct Walk {
    pub(super) findings: Vec<Finding>,
}

impl Walk {
    pub(super) fn error(&mut self, at: At, cause: Cause) {
        self.findings.push(Finding { at, cause, severity: Severity::Error });
    }

    pub(super) fn warning(&mut self, at: At, cause: Cause) {
        self.findings.push(Finding { at, cause, severity: Severity::Warning });
    }

    /// Notes that something has another shape than it must have.
    pub(super) fn shape(&mut self, at: At, key: &str, zh: &str, en: &str) {
        let cause = Cause::new("manifest.shape").with("key", key).with("wanted_zh", zh).with("wanted_en", en);
        self.error(at, cause);
    }

    /// Notes the keys of a map that are none of the known ones.
    pub(super) fn known(&mut self, node: &Node, known: &[&str]) {
        let Some(members) = node.members() else {
            return self.shape(node.at, "…", "键值表", "a map");
        };
        for (name, at, _) in members.iter().filter(|(name, _, _)| !known.contains(&name.as_str())) {
            let cause = match nearest(name, known.iter().copied()) {
                Some(meant) => Cause::new("manifest.meant").with("meant", meant),
                None => Cause::new("manifest.unknown_key").with("known", known.join(", ")),
            };
            self.error(*at, cause.with("key", name));
        }
    }

    pub(super) fn text(&mut self, node: &Node, key: &str) -> Option<String> {
        let member = node.get(key)?;
        let text = member.scalar().filter(|text| !text.trim().is_empty());
        if text.is_none() {
            self.shape(member.at, key, "文本", "a text");
        }
        text
    }

    pub(super) fn need_text(&mut self, node: &Node, key: &str) -> Option<String> {
        if node.get(key).is_none() {
            self.error(node.at, Cause::new("manifest.missing").with("key", key));
        }
        self.text(node, key)
    }

    pub(super) fn truth(&mut self, node: &Node, key: &str) -> bool {
        let Some(member) = node.get(key) else { return false };
        match member.scalar().as_deref() {
            Some("true") => true,
            Some("false") => false,
            _ => {
                self.shape(member.at, key, " true 或 false", "true or false");
                false
            }
        }
    }

    /// A text in both languages.
    pub(super) fn words(&mut self, node: &Node, key: &str) -> Words {
        let Some(member) = node.get(key) else {
            self.error(node.at, Cause::new("manifest.missing").with("key", key));
            return Words::default();
        };
        self.known(member, &["zh", "en"]);
        let mut part = |language: &str| {
            let text = member.get(language).and_then(Node::scalar).unwrap_or_default();
            if text.trim().is_empty() {
                let cause = Cause::new("manifest.language").with("key", key).with("language", language);
                self.error(member.at, cause);
            }
            text.trim().to_owned()
        };
        Words { zh: part("zh"), en: part("en") }
    }

    /// The texts of a list, or the one text that stands in its place.
    pub(super) fn texts(&mut self, node: &Node, key: &str) -> Vec<String> {
        let Some(member) = node.get(key) else { return Vec::new() };
        let texts: Option<Vec<String>> = match member.list() {
            Some(list) => list.iter().map(Node::scalar).collect(),
            None => member.scalar().map(|text| vec![text]),
        };
        texts.filter(|texts| texts.iter().all(|text| !text.trim().is_empty())).unwrap_or_else(|| {
            self.shape(member.at, key, "文本，或文本的列表", "a text or a list of texts");
            Vec::new()
        })
    }

    /// The members of a list, each read by `read`.
    pub(super) fn each<T>(
        &mut self,
        node: &Node,
        key: &str,
        read: fn(&mut Walk, &Node) -> Option<T>,
    ) -> Vec<T> {
        let Some(member) = node.get(key) else { return Vec::new() };
        let Some(list) = member.list() else {
            self.shape(member.at, key, "列表", "a list");
            return Vec::new();
        };
        list.iter().filter_map(|member| read(self, member)).collect()
    }

    /// A positive whole number.
    pub(super) fn number(&mut self, node: &Node, key: &str) -> Option<u64> {
        let member = node.get(key)?;
        let number = member.scalar().and_then(|text| text.parse::<u64>().ok()).filter(|n| *n > 0);
        if number.is_none() {
            self.shape(member.at, key, "大于 0 的整数", "a whole number above 0");
        }
        number
    }

    /// A span such as `90s`.
    pub(super) fn span(&mut self, node: &Node, key: &str) -> Option<Duration> {
        let member = node.get(key)?;
        let span = member.scalar().and_then(|text| duration::parse(&text));
        if span.is_none() {
            self.shape(member.at, key, "时长，例如 90s、6m、1h", "a span such as 90s, 6m or 1h");
        }
        span
    }
}
