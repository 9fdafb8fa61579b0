//! YAML as a tree whose nodes know their line and column, so that a lint can name the place of every mistake, not
//! only of the first.

use std::fmt;

use model::{Cause, Map, Number, Value};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::Spanned;

/// A place in a text; line and column from 1, 0 where it is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct At {
    pub line: u64,
    pub column: u64,
}

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    pub at: At,
    pub kind: Kind,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    Null,
    Bool(bool),
    /// As written in JSON's grammar.
    Number(String),
    Text(String),
    List(Vec<Node>),
    /// Names with their places, in the order of the text.
    Map(Vec<(String, At, Node)>),
}

/// Reads one YAML document.
///
/// # Errors
/// The place and the reader's own words, as `manifest.yaml`.
pub fn read(text: &str) -> Result<Node, (At, Cause)> {
    // `no` and `on` are texts, as YAML 1.2 has it: they are names of fields and values in business systems.
    let options = serde_saphyr::options! { strict_booleans: true };
    serde_saphyr::from_str_with_options::<Node>(text, options).map_err(|error| {
        let at = error.location().map_or(At::default(), |l| At { line: l.line(), column: l.column() });
        let reason = error.without_snippet().to_string();
        (at, Cause::new("manifest.yaml").with("reason", reason.lines().next().unwrap_or_default()))
    })
}

impl Node {
    /// A member of a map.
    pub fn get(&self, name: &str) -> Option<&Node> {
        match &self.kind {
            Kind::Map(members) => members.iter().find(|(n, _, _)| n == name).map(|(_, _, node)| node),
            _ => None,
        }
    }

    /// The text of a scalar as written: texts, numbers and truth values.
    pub fn scalar(&self) -> Option<String> {
        match &self.kind {
            Kind::Text(text) | Kind::Number(text) => Some(text.clone()),
            Kind::Bool(truth) => Some(truth.to_string()),
            _ => None,
        }
    }

    pub fn list(&self) -> Option<&[Node]> {
        match &self.kind {
            Kind::List(list) => Some(list),
            _ => None,
        }
    }

    pub fn members(&self) -> Option<&[(String, At, Node)]> {
        match &self.kind {
            Kind::Map(members) => Some(members),
            _ => None,
        }
    }

    /// As a business value. Numbers with a fraction have passed through YAML's reader: write them as texts where the
    /// last digit matters.
    pub fn value(&self) -> Value<'static> {
        match &self.kind {
            Kind::Null => Value::Null,
            Kind::Bool(truth) => Value::Bool(*truth),
            Kind::Number(text) => match Number::parse(text.clone()) {
                Some(number) => Value::Number(number),
                None => Value::from(text.clone()),
            },
            Kind::Text(text) => Value::from(text.clone()),
            Kind::List(list) => Value::List(list.iter().map(Node::value).collect()),
            Kind::Map(_) => Value::Map(self.map()),
        }
    }

    /// As a business document; empty when it is no map.
    pub fn map(&self) -> Map<'static> {
        let members = self.members().unwrap_or_default();
        members.iter().map(|(name, _, node)| (name.clone().into(), node.value())).collect()
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Node, D::Error> {
        Spanned::<Kind>::deserialize(deserializer).map(Node::from)
    }
}

impl From<Spanned<Kind>> for Node {
    fn from(spanned: Spanned<Kind>) -> Node {
        Node { at: place(&spanned), kind: spanned.value }
    }
}

fn place<T>(spanned: &Spanned<T>) -> At {
    At { line: spanned.referenced.line(), column: spanned.referenced.column() }
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Kind, D::Error> {
        deserializer.deserialize_any(KindVisitor)
    }
}

struct KindVisitor;

impl<'de> Visitor<'de> for KindVisitor {
    type Value = Kind;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Kind, E> {
        Ok(Kind::Null)
    }

    fn visit_none<E>(self) -> Result<Kind, E> {
        Ok(Kind::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Kind, D::Error> {
        Kind::deserialize(deserializer)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Kind, E> {
        Ok(Kind::Bool(truth))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Kind, E> {
        Ok(Kind::Number(number.to_string()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Kind, E> {
        Ok(Kind::Number(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Kind, E> {
        Ok(Kind::Number(number.to_string()))
    }

    fn visit_str<E>(self, text: &str) -> Result<Kind, E> {
        Ok(Kind::Text(text.into()))
    }

    fn visit_string<E>(self, text: String) -> Result<Kind, E> {
        Ok(Kind::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Kind, A::Error> {
        let mut list = Vec::new();
        while let Some(node) = seq.next_element::<Node>()? {
            list.push(node);
        }
        Ok(Kind::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Kind, A::Error> {
        let mut members = Vec::new();
        while let Some((name, node)) = map.next_entry::<Spanned<String>, Node>()? {
            let at = place(&name);
            members.push((name.value, at, node));
        }
        Ok(Kind::Map(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_node_knows_its_place() {
        let node = read("name: dingtalk\nfacts:\n  page: 100\n  limits: [a, 2.5, true, ~]\n").unwrap();
        let facts = node.get("facts").unwrap();
        assert_eq!(facts.get("page").unwrap().at, At { line: 3, column: 9 });
        assert_eq!(facts.members().unwrap()[0].1, At { line: 3, column: 3 });
        let limits = facts.get("limits").unwrap();
        assert_eq!(model::json::write(&limits.value()), r#"["a",2.5,true,null]"#);
        assert_eq!(limits.list().unwrap()[1].at, At { line: 4, column: 15 });
    }

    #[test]
    fn only_true_and_false_are_truth_values() {
        let node = read("[no, on, yes, true, false, ~, 007, 1e3, '1']").unwrap();
        let written = model::json::write(&node.value());
        assert_eq!(written, r#"["no","on","yes",true,false,null,7,1000,"1"]"#);
    }

    #[test]
    fn what_is_no_yaml_is_told_with_its_place() {
        let (at, cause) = read("name: [dingtalk\nfacts: 1\n").unwrap_err();
        assert_eq!(cause.code, "manifest.yaml");
        assert!(at.line >= 1, "{at:?} {cause:?}");
    }
}
