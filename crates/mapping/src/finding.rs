//! What is wrong with a text, and where; and the nearest known word to a mistyped one.

use model::Cause;
use serde::Serialize;

/// Line and column in a text, from 1, columns in characters.
pub type Place = (usize, usize);

/// One mistake, or one doubt, in a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Line and column, from 1, of the key or value that is meant.
    pub at: Place,
    pub cause: Cause,
    pub severity: Severity,
}

/// Whether a finding keeps the text from being taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Error,
    Warning,
}

impl Finding {
    pub(crate) fn error(at: Place, cause: Cause) -> Finding {
        Finding { at, cause, severity: Severity::Error }
    }

    pub(crate) fn warning(at: Place, cause: Cause) -> Finding {
        Finding { at, cause, severity: Severity::Warning }
    }
}

/// The findings so far, in the order of the text once they are taken out.
#[derive(Debug, Default)]
pub(crate) struct Findings(Vec<Finding>);

impl Findings {
    pub fn error(&mut self, at: Place, cause: Cause) {
        self.0.push(Finding::error(at, cause));
    }

    pub fn warn(&mut self, at: Place, cause: Cause) {
        self.0.push(Finding::warning(at, cause));
    }

    pub fn extend(&mut self, findings: Vec<Finding>) {
        self.0.extend(findings);
    }

    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|finding| finding.severity == Severity::Error)
    }

    pub fn into_sorted(mut self) -> Vec<Finding> {
        self.0.sort_by_key(|finding| finding.at);
        self.0
    }
}

/// The cause for a word that is none of the known ones. Names the nearest when one is near, else all of them.
pub(crate) fn unknown_word(kind: &'static str, word: &str, known: &[&str]) -> Cause {
    let (near, plain) = match kind {
        "key" => ("mapping.unknown_key_near", "mapping.unknown_key"),
        "function" => ("mapping.unknown_function_near", "mapping.unknown_function"),
        _ => ("mapping.unknown_word_near", "mapping.unknown_word"),
    };
    match nearest(word, known) {
        Some(nearest) => Cause::new(near).with("word", shown(word)).with("nearest", nearest),
        None => Cause::new(plain).with("word", shown(word)).with("known", known.join(", ")),
    }
}

/// The known word with the fewest edits, if there are few enough to be a slip of the hand.
pub fn nearest<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    let word = word.to_lowercase();
    if word.chars().count() > 64 {
        return None;
    }
    let allowed = 1 + word.chars().count() / 4;
    known
        .iter()
        .map(|candidate| (edits(&word, &candidate.to_lowercase()), *candidate))
        .filter(|(edits, _)| *edits <= allowed)
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
}

/// A text short enough for a sentence.
pub(crate) fn shown(text: &str) -> String {
    const LONGEST: usize = 80;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Edits between two words, where two neighbours that changed places count as one.
fn edits(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for (row, a) in one.iter().enumerate() {
        let mut this = vec![row + 1];
        for (column, b) in other.iter().enumerate() {
            let replaced = last[column] + usize::from(a != b);
            let mut best = replaced.min(last[column + 1] + 1).min(this[column] + 1);
            if row > 0 && column > 0 && *a == other[column - 1] && *b == one[row - 1] {
                best = best.min(before[column - 1] + 1);
            }
            this.push(best);
        }
        before = std::mem::replace(&mut last, this);
    }
    last[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_one_a_hand_could_have_meant() {
        let known = ["required", "reference", "convert", "from"];
        for (word, expected) in [
            ("requierd", Some("required")),
            ("Reference", Some("reference")),
            ("form", Some("from")),
            ("客户", None),
            ("x", None),
        ] {
            assert_eq!(nearest(word, &known), expected, "{word}");
        }
    }
}
