//! Conditions over a record by themselves: which records from before a person means.

use std::fmt;

use model::{Cause, Value};

use crate::expression::{Expression, Scope};
use crate::finding::Finding;

/// A condition, written as a flow's scope is.
#[derive(Debug)]
pub struct Condition(Expression);

impl Condition {
    /// # Errors
    /// Everything that is wrong with it; places are line and column, from 1.
    pub fn read(text: &str) -> Result<Condition, Vec<Finding>> {
        let finding = |(at, cause)| Finding::error(at, cause);
        let compiled = Expression::compile(text);
        compiled.map(Condition).map_err(|mistakes| mistakes.into_iter().map(finding).collect())
    }

    /// # Errors
    /// Where it cannot be said of this record: a text where a number is needed.
    pub fn holds(&self, record: &Value) -> Result<bool, Cause> {
        self.0.holds(Scope { record, line: None })
    }

    /// The fields of the record that it looks at.
    pub fn fields(&self) -> Vec<String> {
        let reads = self.0.reads();
        reads.fields.iter().chain(&reads.record).map(|name| name.to_string()).collect()
    }

    /// Fields of the record, each with the text that it has wherever the condition holds: what a source may be asked for
    /// beforehand. Only what is plainly written so, `field == "text"`, alone or among others that are joined by `and`.
    pub fn equalities(&self) -> Vec<(String, String)> {
        let text = self.0.text();
        let Some(parts) = conjuncts(text) else { return Vec::new() };
        parts.into_iter().filter_map(equality).collect()
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.0.text())
    }
}

/// What stands between the `and`s of the outermost level; `None` where anything else joins there.
fn conjuncts(text: &str) -> Option<Vec<&str>> {
    let (mut parts, mut begin, mut depth, mut quote) = (Vec::new(), 0, 0_i32, None);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            // How a text goes on behind a backslash is not looked into.
            (Some(_), '\\') => return None,
            (Some(open), _) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth -= 1,
            // A choice or a filter at the outermost level takes in all that stands before it.
            (None, '|' | '?') => return None,
            (None, _) if c.is_alphabetic() && !text[..at].ends_with(is_of_word) => {
                let end = text[at..].find(|c| !is_of_word(c)).map_or(text.len(), |length| at + length);
                match (&text[at..end], depth) {
                    ("and", 0) => {
                        parts.push(&text[begin..at]);
                        begin = end;
                    }
                    ("or" | "if" | "else", 0) => return None,
                    _ => {}
                }
            }
            (None, _) => {}
        }
    }
    parts.push(&text[begin..]);
    (depth == 0 && quote.is_none()).then_some(parts)
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn equality(part: &str) -> Option<(String, String)> {
    let (field, value) = part.split_once("==")?;
    let (field, value) = (field.trim(), value.trim());
    let is_name = field.chars().all(is_of_word) && field.starts_with(|c: char| c.is_alphabetic() || c == '_');
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let inner = value.strip_prefix(quote)?.strip_suffix(quote)?;
    let is_plain = !inner.contains(['"', '\'', '\\']) && !inner.trim().is_empty();
    (is_name && is_plain).then(|| (field.to_owned(), inner.to_owned()))
}

#[cfg(test)]
mod tests {
    use model::json;

    use super::*;

    #[test]
    fn a_source_is_asked_beforehand_for_what_surely_holds_only() {
        let pair = |field: &str, value: &str| (field.to_owned(), value.to_owned());
        for (text, expected) in [
            (r#"life_status == "normal""#, vec![pair("life_status", "normal")]),
            (
                r#"life_status == "normal" and city == '深圳'"#,
                vec![pair("life_status", "normal"), pair("city", "深圳")],
            ),
            (r#"a == "1" and (b == "2" or c == "3")"#, vec![pair("a", "1")]),
            (r#"a == "1" or b == "2""#, vec![]),
            (r#"a == "1" and b == "2" or c == "3""#, vec![]),
            (r#"not a == "1""#, vec![]),
            (r#"a == "1" and not b == "2""#, vec![pair("a", "1")]),
            (r#"a != "1" and b == 2"#, vec![]),
            (r#"a.b == "1""#, vec![]),
            (r#"brand == "land and sea" and x"#, vec![pair("brand", "land and sea")]),
            (r#"a == "it's""#, vec![]),
            (r#"a == "x\"y""#, vec![]),
            (r#"a == "1" == b"#, vec![]),
            (r#"a == "1" if b else c"#, vec![]),
        ] {
            let condition = Condition::read(text).unwrap_or_else(|_| panic!("{text} can be read"));
            assert_eq!(condition.equalities(), expected, "{text}");
        }
    }

    #[test]
    fn a_condition_holds_for_a_record_or_not_and_knows_what_it_looks_at() {
        let condition = Condition::read(r#"life_status == "normal" and owner"#).unwrap();
        let record = |text| json::read(text).unwrap();
        assert!(condition.holds(&record(r#"{"life_status":"normal","owner":"1001"}"#)).unwrap());
        assert!(!condition.holds(&record(r#"{"life_status":"normal"}"#)).unwrap());
        assert_eq!(condition.fields(), ["life_status", "owner"]);
        assert!(Condition::read("life_status ==").is_err());
    }
}
