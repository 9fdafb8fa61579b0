//! Placeholders: `${organisation}` in a text stands for a value of the environment it is used in.
//!
//! They are filled when a text is taken; what is stored is the text as it was written. Filling happens in the tree of
//! the text, not in its characters: a value can neither break the text around it nor add to it, and every finding
//! keeps its line and column. `$${` is a plain `${`.

use std::borrow::Cow;

use model::{Cause, Value};

use crate::finding::{Findings, Place, shown};
use crate::text::{EnvironmentText, EnvironmentValue};
use crate::yaml::{self, Key, Kind, Node, Scalar};

/// Whether a placeholder may be called that: letters (Chinese ones too), digits, `_` and `-`.
pub(crate) fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(is_of_name)
}

fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-')
}

/// A piece of a text.
#[derive(Debug, PartialEq, Eq)]
enum Piece<'t> {
    Text(&'t str),
    /// A placeholder's name, and where its `$` stands, in bytes.
    Name(&'t str, usize),
    /// `${` without a name and a closing brace.
    Broken(usize),
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut begun = 0;
    let mut at = 0;
    while let Some(found) = text[at..].find("${") {
        let dollar = at + found;
        if text[..dollar].ends_with('$') && dollar > begun {
            pieces.push(Piece::Text(&text[begun..dollar - 1]));
            (begun, at) = (dollar, dollar + 2);
            continue;
        }
        let rest = &text[dollar + 2..];
        let length = rest.find(|c| !is_of_name(c)).unwrap_or(rest.len());
        pieces.push(Piece::Text(&text[begun..dollar]));
        if length > 0 && rest[length..].starts_with('}') {
            pieces.push(Piece::Name(&rest[..length], dollar));
            begun = dollar + 2 + length + 1;
        } else {
            pieces.push(Piece::Broken(dollar));
            begun = dollar + 2;
        }
        at = begun;
    }
    pieces.push(Piece::Text(&text[begun..]));
    pieces.retain(|piece| *piece != Piece::Text(""));
    pieces
}

/// The placeholders of a text, each with its first place. Comments hold none. Of a text that cannot be read, none: why
/// it cannot be is told elsewhere.
pub fn placeholders(text: &str) -> Vec<(String, Place)> {
    let mut names: Vec<(String, Place)> = Vec::new();
    if !text.contains("${") {
        return names;
    }
    let Ok(node) = yaml::read(text) else { return names };
    walk(&node, &mut |scalar| {
        for piece in pieces(&scalar.text) {
            if let Piece::Name(name, byte) = piece
                && !names.iter().any(|(known, _)| known == name)
            {
                names.push((name.to_owned(), place_in(scalar, byte)));
            }
        }
    });
    names
}

fn walk(node: &Node, each: &mut dyn FnMut(&Scalar)) {
    match &node.kind {
        Kind::Scalar(scalar) => each(scalar),
        Kind::List(list) => list.iter().for_each(|node| walk(node, each)),
        Kind::Map(map) => map.iter().for_each(|(_, node)| walk(node, each)),
    }
}

/// The text with its placeholders replaced, for people to look at: to be shown, not to be read again. Those without a
/// value stay.
pub fn filled_for_show(text: &str, environment: &EnvironmentText) -> String {
    let shown = |piece: Piece| match piece {
        Piece::Text(text) => text.to_owned(),
        Piece::Name(name, _) => match environment.get(name) {
            Some(value) => value.to_string(),
            None => format!("${{{name}}}"),
        },
        Piece::Broken(_) => "${".to_owned(),
    };
    pieces(text).into_iter().map(shown).collect()
}

/// Fills a text's tree. `may_be_env` says which texts may hold `{ env: NAME }`.
pub(crate) fn fill(
    node: &mut Node,
    environment: Option<&EnvironmentText>,
    may_be_env: bool,
    findings: &mut Findings,
) {
    Filling { environment, may_be_env, findings }.node(node);
}

/// Fills the texts of a JSON document. Gives the causes of what could not be filled.
pub(crate) fn fill_value(value: &mut Value<'static>, environment: Option<&EnvironmentText>) -> Vec<Cause> {
    let mut findings = Findings::default();
    Filling { environment, may_be_env: false, findings: &mut findings }.value(value);
    findings.into_sorted().into_iter().map(|finding| finding.cause).collect()
}

/// The members of a text by which it is known: they are the same in every environment.
pub(crate) fn refuse_in_names(members: &[(Key, Node)], findings: &mut Findings) {
    for (key, node) in members.iter().filter(|(key, _)| matches!(key.name.as_str(), "kind" | "name")) {
        if matches!(&node.kind, Kind::Scalar(scalar) if scalar.text.contains("${")) {
            findings.error(node.at, Cause::new("mapping.placeholder_fixed").with("key", &key.name));
        }
    }
}

struct Filling<'f> {
    environment: Option<&'f EnvironmentText>,
    may_be_env: bool,
    findings: &'f mut Findings,
}

impl Filling<'_> {
    fn node(&mut self, node: &mut Node) {
        match &mut node.kind {
            Kind::Scalar(scalar) if scalar.text.contains("${") => {
                if let Some(kind) = self.scalar(scalar) {
                    node.kind = kind;
                }
            }
            Kind::Scalar(_) => {}
            Kind::List(list) => list.iter_mut().for_each(|node| self.node(node)),
            Kind::Map(map) => {
                for (key, node) in map {
                    if key.name.contains("${") {
                        let cause = Cause::new("mapping.placeholder_fixed").with("key", shown(&key.name));
                        self.findings.error(key.at, cause);
                    }
                    self.node(node);
                }
            }
        }
    }

    /// One placeholder alone is what the environment says, as it says it (in quotes it is a text); among other text it
    /// is text.
    fn scalar(&mut self, scalar: &Scalar) -> Option<Kind> {
        let pieces = pieces(&scalar.text);
        let at = |byte| place_in(scalar, byte);
        if let [Piece::Name(name, byte)] = pieces.as_slice() {
            return match self.value_of(name, at(*byte))? {
                EnvironmentValue::Env(variable) => {
                    let variable = Scalar { text: variable.clone(), plain: false, begins: scalar.begins };
                    let key = Key { at: scalar.begins, name: "env".into() };
                    let node = Node { at: scalar.begins, kind: Kind::Scalar(variable) };
                    Some(Kind::Map(vec![(key, node)]))
                }
                EnvironmentValue::Scalar { text, plain } => {
                    let plain = *plain && scalar.plain;
                    Some(Kind::Scalar(Scalar { text: text.clone(), plain, begins: scalar.begins }))
                }
            };
        }
        let text = self.text(&pieces, &at)?;
        Some(Kind::Scalar(Scalar { text, plain: scalar.plain, begins: scalar.begins }))
    }

    fn text(&mut self, pieces: &[Piece], at: &dyn Fn(usize) -> Place) -> Option<String> {
        let mut filled = String::new();
        let mut is_whole = true;
        for piece in pieces {
            match piece {
                Piece::Text(text) => filled.push_str(text),
                Piece::Broken(byte) => {
                    self.findings.error(at(*byte), Cause::new("mapping.placeholder_broken"));
                    is_whole = false;
                }
                Piece::Name(name, byte) => match self.value_of(name, at(*byte)) {
                    Some(EnvironmentValue::Scalar { text, .. }) => filled.push_str(text),
                    Some(EnvironmentValue::Env(_)) => {
                        self.findings.error(at(*byte), secret(name));
                        is_whole = false;
                    }
                    None => is_whole = false,
                },
            }
        }
        is_whole.then_some(filled)
    }

    fn value_of(&mut self, name: &str, at: Place) -> Option<&EnvironmentValue> {
        let Some(environment) = self.environment else {
            self.findings.error(at, Cause::new("mapping.placeholder_unchosen").with("name", name));
            return None;
        };
        let value = environment.get(name);
        match value {
            None => {
                let cause = Cause::new("mapping.placeholder_unknown").with("name", name);
                self.findings.error(at, cause.with("environment", &environment.name));
            }
            Some(EnvironmentValue::Env(_)) if !self.may_be_env => {
                self.findings.error(at, secret(name));
                return None;
            }
            Some(_) => {}
        }
        value
    }

    fn value(&mut self, value: &mut Value<'static>) {
        match value {
            Value::Text(text) if text.contains("${") => {
                let pieces = pieces(text);
                if let Some(filled) = self.text(&pieces, &|_| (1, 1)) {
                    *text = Cow::Owned(filled);
                }
            }
            Value::List(list) => list.iter_mut().for_each(|value| self.value(value)),
            Value::Map(map) => map.iter_mut().for_each(|(_, value)| self.value(value)),
            _ => {}
        }
    }
}

fn secret(name: &str) -> Cause {
    Cause::new("mapping.placeholder_secret").with("name", name)
}

/// The place of a byte of a scalar that stands on one line; of a longer one its beginning.
fn place_in(scalar: &Scalar, byte: usize) -> Place {
    let before = &scalar.text[..byte];
    match before.contains('\n') {
        true => scalar.begins,
        false => (scalar.begins.0, scalar.begins.1 + before.chars().count()),
    }
}
