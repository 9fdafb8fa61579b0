//! Lines of two documents beside each other, whatever their order: what is sold, how many, for how much.

use serde_json::Value;

use crate::demo::scene::verdict::{Verdict, plain};

/// Lines as texts that are equal where the lines are, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lines(Vec<String>);

impl Lines {
    /// The parts of each line, of which numbers are written without closing zeros.
    pub fn of<'a>(lines: impl Iterator<Item = Vec<&'a Value>>) -> Lines {
        let line = |parts: Vec<&Value>| parts.into_iter().map(number).collect::<Vec<_>>().join(" × ");
        let mut lines: Vec<String> = lines.map(line).collect();
        lines.sort();
        Lines(lines)
    }

    /// Notes each line that only one side has.
    pub fn equal(&self, there: &Lines, document: &str, verdict: &mut Verdict) {
        verdict.equal(document, "#", &self.0.len().to_string(), &there.0.len().to_string());
        for (here, there) in self.0.iter().zip(&there.0) {
            verdict.equal(document, "line", here, there);
        }
    }
}

/// A decimal without closing zeros; any other value as a person would write it.
pub fn number(value: &Value) -> String {
    let text = plain(value);
    let is_decimal = text.contains('.') && text.chars().all(|c| c.is_ascii_digit() || c == '.' || c == '-');
    match is_decimal {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn differing(here: &[[Value; 2]], there: &[[Value; 2]]) -> u64 {
        let lines = |lines: &[[Value; 2]]| Lines::of(lines.iter().map(|line| line.iter().collect()));
        let mut verdict = Verdict::default();
        lines(here).equal(&lines(there), "XSDD000001", &mut verdict);
        verdict.differing
    }

    #[test]
    fn lines_are_compared_by_value_whatever_their_order_and_zeros() {
        let here = [[json!("01.01.0001"), json!("3.00")], [json!("01.01.0002"), json!("10")]];
        let there = [[json!("01.01.0002"), json!("10.0000")], [json!("01.01.0001"), json!(3)]];
        assert_eq!(differing(&here, &there), 0);
    }

    #[test]
    fn a_line_too_many_and_a_cent_are_seen() {
        let one = [[json!("01.01.0001"), json!("3.01")]];
        assert_eq!(differing(&one, &[[json!("01.01.0001"), json!("3.02")]]), 1);
        assert_eq!(differing(&one, &[one[0].clone(), one[0].clone()]), 1);
        assert_eq!(differing(&one, &[]), 1);
    }
}
