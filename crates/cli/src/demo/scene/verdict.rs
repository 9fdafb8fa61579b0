//! What came of comparing two sides, and how their values are compared.

use std::collections::BTreeMap;

use serde_json::Value;

/// How many differences are told in words.
const TOLD: usize = 20;

/// What came of the comparison.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verdict {
    /// Records of the source that the target does not have.
    pub lost: u64,
    /// Documents of the target beyond one for a record.
    pub duplicates: u64,
    /// Fields and states that are not equal.
    pub differing: u64,
    /// The first of them in words that need no translation: number, field, here, there.
    pub examples: Vec<String>,
}

impl Verdict {
    pub fn agrees(&self) -> bool {
        self.lost == 0 && self.duplicates == 0 && self.differing == 0
    }

    /// Notes a record that is not there.
    pub fn lacks(&mut self, number: &str) {
        self.lost += 1;
        self.tell(format!("{number}: -"));
    }

    /// Notes what both sides have in a field, when it is not equal.
    pub fn equal(&mut self, number: &str, field: &str, here: &str, there: &str) {
        if here != there {
            self.differing += 1;
            self.tell(format!("{number} {field}: {here} / {there}"));
        }
    }

    /// Notes documents beyond the first of a number.
    pub fn counts(&mut self, number: &str, documents: usize) {
        if documents > 1 {
            self.duplicates += documents as u64 - 1;
            self.tell(format!("{number}: × {documents}"));
        }
    }

    fn tell(&mut self, example: String) {
        if self.examples.len() < TOLD {
            self.examples.push(example);
        }
    }
}

/// A value as a person would write it; empty for what is not there. A blank text is one too.
pub fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.trim().to_owned(),
        other => other.to_string(),
    }
}

/// The members of a list; none of anything else.
pub fn list(value: Value) -> Vec<Value> {
    match value {
        Value::Array(list) => list,
        _ => Vec::new(),
    }
}

/// The one of a number; none and more than one are noted.
pub fn only<'a>(
    by: &BTreeMap<String, Vec<&'a Value>>,
    number: &str,
    verdict: &mut Verdict,
) -> Option<&'a Value> {
    let found = by.get(number).map(Vec::as_slice).unwrap_or_default();
    verdict.counts(number, found.len());
    if found.is_empty() {
        verdict.lacks(number);
    }
    found.first().copied()
}
