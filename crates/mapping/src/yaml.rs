//! YAML as a tree of nodes that know their place and keep their exact text.
//!
//! It stands on the event reader rather than on serde: a number must stay as it was written (`10.10`), a quoted one
//! must stay a text, and every key and value must know its line and column. Anchors and aliases are refused, so that a
//! small text cannot become a large one.

use granit_parser::{Event, Marker, Parser, ScalarStyle, StrInput};
use model::{Cause, Map, Number, Value};

use crate::finding::{Finding, Place, shown};

/// Nesting deeper than this is refused.
const MAX_DEPTH: usize = 64;

/// A value of the text.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub at: Place,
    pub kind: Kind,
}

#[derive(Debug, Clone)]
pub(crate) enum Kind {
    Scalar(Scalar),
    List(Vec<Node>),
    Map(Vec<(Key, Node)>),
}

#[derive(Debug, Clone)]
pub(crate) struct Key {
    pub at: Place,
    pub name: String,
}

#[derive(Debug, Clone)]
pub(crate) struct Scalar {
    pub text: String,
    /// Written without quotes: may be a number, a truth or null.
    pub plain: bool,
    /// Where the text itself begins: after the quote, or below the mark of a block.
    pub begins: Place,
}

/// Reads the one document of a text.
pub(crate) fn read(text: &str) -> Result<Node, Finding> {
    // Comments come as events only where another crate of the build asks the parser for them; here never.
    let options = granit_parser::options! { emit_comments: false };
    let mut reader = Reader { events: Parser::new_from_str_with_options(text, options) };
    reader.document()
}

/// The documents of a text in which `---` stands between them, each with as many empty lines before it as keep its
/// line numbers right.
pub fn split(text: &str) -> Vec<String> {
    let mut documents = Vec::new();
    let mut current = String::new();
    for (line, content) in text.split_inclusive('\n').enumerate() {
        if content.trim_end() == "---" {
            documents.push(std::mem::take(&mut current));
            current.push_str(&"\n".repeat(line + 1));
        } else {
            current.push_str(content);
        }
    }
    documents.push(current);
    let says_something = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    documents.retain(|document| document.lines().any(says_something));
    documents
}

impl Scalar {
    /// The value by YAML's core rules, with numbers in JSON's grammar only: `603` is a number, `0603` a text.
    pub fn value(&self) -> Value<'static> {
        if !self.plain {
            return Value::from(self.text.clone());
        }
        match self.text.as_str() {
            "" | "~" | "null" | "Null" | "NULL" => Value::Null,
            "true" | "True" | "TRUE" => Value::Bool(true),
            "false" | "False" | "FALSE" => Value::Bool(false),
            text => match Number::parse(text.to_owned()) {
                Some(number) => Value::Number(number),
                None => Value::from(self.text.clone()),
            },
        }
    }
}

impl Node {
    /// The node as a business value; numbers keep the text they were written with.
    pub fn value(&self) -> Value<'static> {
        match &self.kind {
            Kind::Scalar(scalar) => scalar.value(),
            Kind::List(list) => Value::List(list.iter().map(Node::value).collect()),
            Kind::Map(map) => Value::Map(members(map)),
        }
    }
}

pub(crate) fn members(map: &[(Key, Node)]) -> Map<'static> {
    map.iter().map(|(key, node)| (key.name.clone().into(), node.value())).collect()
}

struct Reader<'t> {
    events: Parser<'t, StrInput<'t>>,
}

type Next<'t> = (Event<'t>, Place);

impl<'t> Reader<'t> {
    fn document(&mut self) -> Result<Node, Finding> {
        let mut root = None;
        loop {
            let (event, at) = self.next()?;
            match event {
                Event::StreamEnd => break,
                Event::StreamStart | Event::DocumentEnd => {}
                Event::DocumentStart(..) if root.is_some() => {
                    return Err(Finding::error(at, Cause::new("mapping.yaml_documents")));
                }
                Event::DocumentStart(..) => {}
                event => root = Some(self.node((event, at), 0)?),
            }
        }
        root.ok_or_else(|| Finding::error((1, 1), Cause::new("mapping.yaml_empty")))
    }

    fn next(&mut self) -> Result<Next<'t>, Finding> {
        match self.events.next() {
            None => Ok((Event::StreamEnd, (1, 1))),
            Some(Ok((event, span))) => Ok((event, place(span.start))),
            Some(Err(error)) => {
                let reason = error.kind();
                Err(Finding::error(
                    place(*error.marker()),
                    Cause::new("mapping.yaml_broken").with("reason", reason),
                ))
            }
        }
    }

    fn node(&mut self, (event, at): Next<'t>, depth: usize) -> Result<Node, Finding> {
        if depth > MAX_DEPTH {
            return Err(Finding::error(at, Cause::new("mapping.yaml_deep").with("levels", MAX_DEPTH)));
        }
        let (kind, anchor) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                let tagged_text = tag.is_some_and(|tag| tag.is_yaml_core_schema_tag("str"));
                let plain = style == ScalarStyle::Plain && !tagged_text;
                let begins = begins(style, at);
                (Kind::Scalar(Scalar { text: text.into_owned(), plain, begins }), anchor)
            }
            Event::SequenceStart(_, anchor, _) => (Kind::List(self.list(depth)?), anchor),
            Event::MappingStart(_, anchor, _) => (Kind::Map(self.map(depth)?), anchor),
            _ => return Err(alias(at)),
        };
        match anchor {
            0 => Ok(Node { at, kind }),
            _ => Err(alias(at)),
        }
    }

    fn list(&mut self, depth: usize) -> Result<Vec<Node>, Finding> {
        let mut list = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd | Event::StreamEnd, _) => return Ok(list),
                next => list.push(self.node(next, depth + 1)?),
            }
        }
    }

    fn map(&mut self, depth: usize) -> Result<Vec<(Key, Node)>, Finding> {
        let mut map: Vec<(Key, Node)> = Vec::new();
        let mut names = std::collections::HashSet::new();
        loop {
            let key = match self.next()? {
                (Event::MappingEnd | Event::StreamEnd, _) => return Ok(map),
                next => self.node(next, depth + 1)?,
            };
            let Kind::Scalar(Scalar { text: name, .. }) = key.kind else {
                return Err(Finding::error(key.at, Cause::new("mapping.key_not_text")));
            };
            if !names.insert(name.clone()) {
                return Err(Finding::error(
                    key.at,
                    Cause::new("mapping.key_twice").with("key", shown(&name)),
                ));
            }
            let next = self.next()?;
            let value = self.node(next, depth + 1)?;
            map.push((Key { at: key.at, name }, value));
        }
    }
}

/// Where the text of a scalar begins: the reader's place is that of the quote, or below the mark of a block.
fn begins(style: ScalarStyle, at: Place) -> Place {
    match style {
        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => (at.0, at.1 + 1),
        ScalarStyle::Plain | ScalarStyle::Literal | ScalarStyle::Folded => at,
    }
}

fn alias(at: Place) -> Finding {
    Finding::error(at, Cause::new("mapping.yaml_alias"))
}

fn place(marker: Marker) -> Place {
    (marker.line(), marker.col() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> String {
        model::json::write(&read(text).unwrap().value())
    }

    fn refused(text: &str) -> (String, Place) {
        let finding = read(text).unwrap_err();
        (finding.cause.code.to_string(), finding.at)
    }

    #[test]
    fn numbers_keep_their_text_and_quotes_make_texts() {
        assert_eq!(
            value(
                "额: 10.10\n组织: \"603\"\n编码: 0603\n空:\n真: true\n否: no\n大: 12345678901234567890.123\n"
            ),
            r#"{"额":10.10,"组织":"603","编码":"0603","空":null,"真":true,"否":"no","大":12345678901234567890.123}"#
        );
    }

    #[test]
    fn comments_are_passed_over_wherever_they_stand() {
        let text = "# 客户\n\na: 1 # 一\n# 二\nb:\n  # 三\n  - x # 四\n  # 五\n";
        assert_eq!(value(text), r#"{"a":1,"b":["x"]}"#);
    }

    #[test]
    fn what_is_no_plain_tree_is_refused_with_its_place() {
        for (text, code, at) in [
            ("a: 1\na: 2\n", "mapping.key_twice", (2, 1)),
            ("a: &x 1\nb: *x\n", "mapping.yaml_alias", (1, 7)),
            ("a: 1\n---\nb: 2\n", "mapping.yaml_documents", (2, 1)),
            ("", "mapping.yaml_empty", (1, 1)),
            ("[a]: 1\n", "mapping.key_not_text", (1, 1)),
        ] {
            assert_eq!(refused(text), (code.into(), at), "{text}");
        }
        assert_eq!(refused("a: [1\nb: 2").0, "mapping.yaml_broken");
        assert_eq!(refused(&("[".repeat(100) + &"]".repeat(100))).0, "mapping.yaml_deep");
    }

    #[test]
    fn documents_are_split_with_their_line_numbers() {
        let documents = split("# 说明\n---\nkind: flow\n---\nkind: values\n");
        assert_eq!(documents, ["\n\nkind: flow\n", "\n\n\n\nkind: values\n"]);
    }

    #[test]
    fn the_text_of_a_block_begins_below_its_mark() {
        let node = read("expr: |\n    tel or\n    mobile1\nq: \"x\"\n").unwrap();
        let Kind::Map(map) = node.kind else { panic!("a map") };
        let begins = |node: &Node| match &node.kind {
            Kind::Scalar(scalar) => scalar.begins,
            _ => panic!("a scalar"),
        };
        assert_eq!((begins(&map[0].1), begins(&map[1].1)), ((2, 5), (4, 5)));
    }
}
