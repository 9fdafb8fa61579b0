//! Reading the members of one map of a text: each with its shape, unknown ones named.

use std::time::Duration;

use model::{Cause, Path};

use crate::finding::{Findings, Place, shown, unknown_word};
use crate::yaml::{Key, Kind, Node, Scalar};

/// The members of one map.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'n> {
    pub at: Place,
    members: &'n [(Key, Node)],
}

impl<'n> Fields<'n> {
    /// The members of a node that must be a map with none but the known keys. `name` is what the map is called in the
    /// finding when it is none.
    pub fn of(node: &'n Node, name: &str, known: &[&str], findings: &mut Findings) -> Option<Fields<'n>> {
        let fields = Fields::open(node, name, findings)?;
        for (key, _) in fields.members {
            if !known.contains(&key.name.as_str()) {
                findings.error(key.at, unknown_word("key", &key.name, known));
            }
        }
        Some(fields)
    }

    /// The members of a node that must be a map, whatever their names.
    pub fn open(node: &'n Node, name: &str, findings: &mut Findings) -> Option<Fields<'n>> {
        match &node.kind {
            Kind::Map(members) => Some(Fields { at: node.at, members }),
            _ => wrong(findings, node.at, "mapping.not_map", name),
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = &'n (Key, Node)> {
        self.members.iter()
    }

    pub fn len(&self) -> usize {
        self.members.len()
    }

    pub fn get(&self, name: &str) -> Option<&'n Node> {
        self.member(name).map(|(_, node)| node)
    }

    pub fn member(&self, name: &str) -> Option<&'n (Key, Node)> {
        self.members.iter().find(|(key, _)| key.name == name)
    }

    /// A member that must be there.
    pub fn required(&self, name: &str, findings: &mut Findings) -> Option<&'n Node> {
        let node = self.get(name);
        if node.is_none() {
            findings.error(self.at, Cause::new("mapping.key_missing").with("key", name));
        }
        node
    }

    /// A text that must be there.
    pub fn required_text(&self, name: &str, findings: &mut Findings) -> Option<String> {
        self.required(name, findings).and_then(|node| text(node, name, findings))
    }

    pub fn text(&self, name: &str, findings: &mut Findings) -> Option<String> {
        self.get(name).and_then(|node| text(node, name, findings))
    }

    pub fn flag(&self, name: &str, findings: &mut Findings) -> bool {
        let Some(node) = self.get(name) else { return false };
        match node.value() {
            model::Value::Bool(flag) => flag,
            _ => wrong(findings, node.at, "mapping.not_flag", name).unwrap_or(false),
        }
    }

    pub fn texts(&self, name: &str, findings: &mut Findings) -> Vec<String> {
        let nodes = self.get(name).map(|node| list(node, name, findings)).unwrap_or_default();
        nodes.iter().filter_map(|node| text(node, name, findings)).collect()
    }

    pub fn duration(&self, name: &str, findings: &mut Findings) -> Option<Duration> {
        self.get(name).and_then(|node| duration(node, name, findings))
    }

    /// One word of a closed set.
    pub fn word<T: Copy>(&self, name: &str, known: &[(&str, T)], findings: &mut Findings) -> Option<T> {
        self.get(name).and_then(|node| word(node, name, known, findings))
    }
}

/// One word of a closed set.
pub(crate) fn word<T: Copy>(
    node: &Node,
    name: &str,
    known: &[(&str, T)],
    findings: &mut Findings,
) -> Option<T> {
    let text = text(node, name, findings)?;
    let found = known.iter().find(|(word, _)| *word == text).map(|(_, meaning)| *meaning);
    if found.is_none() {
        let words: Vec<&str> = known.iter().map(|(word, _)| *word).collect();
        findings.error(node.at, unknown_word("word", &text, &words).with("key", name));
    }
    found
}

/// A scalar as the text it was written with: `603` and `"603"` alike.
pub(crate) fn text(node: &Node, name: &str, findings: &mut Findings) -> Option<String> {
    match scalar(node) {
        Some(scalar) if !scalar.text.trim().is_empty() => Some(scalar.text.clone()),
        _ => wrong(findings, node.at, "mapping.not_text", name),
    }
}

pub(crate) fn scalar(node: &Node) -> Option<&Scalar> {
    match &node.kind {
        Kind::Scalar(scalar) => Some(scalar),
        _ => None,
    }
}

pub(crate) fn list<'n>(node: &'n Node, name: &str, findings: &mut Findings) -> &'n [Node] {
    match &node.kind {
        Kind::List(list) => list,
        _ => {
            findings.error(node.at, Cause::new("mapping.not_list").with("key", name));
            &[]
        }
    }
}

/// `500ms`, `20s`, `5m`, `1h`, `2d`.
pub(crate) fn duration(node: &Node, name: &str, findings: &mut Findings) -> Option<Duration> {
    let read = scalar(node).and_then(|scalar| {
        let digits = scalar.text.bytes().take_while(u8::is_ascii_digit).count();
        let (count, unit) = scalar.text.split_at(digits);
        let unit: u64 = match unit {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => return None,
        };
        count.parse::<u64>().ok()?.checked_mul(unit).map(Duration::from_millis)
    });
    read.or_else(|| wrong(findings, node.at, "mapping.not_duration", name))
}

/// A dotted path. A text that is an expression gets a finding that says so.
pub(crate) fn path(at: Place, written: &str, findings: &mut Findings) -> Option<Path> {
    let looks_like_expression = |c: char| {
        c.is_whitespace() || matches!(c, '(' | ')' | '"' | '\'' | '+' | '*' | '|' | '~' | '[' | ']')
    };
    let code = match Path::parse(written) {
        _ if written.chars().any(looks_like_expression) => "mapping.path_is_expression",
        None => "mapping.bad_path",
        Some(path) => return Some(path),
    };
    findings.error(at, Cause::new(code).with("path", shown(written)));
    None
}

fn wrong<T>(findings: &mut Findings, at: Place, code: &'static str, name: &str) -> Option<T> {
    findings.error(at, Cause::new(code).with("key", shown(name)));
    None
}
