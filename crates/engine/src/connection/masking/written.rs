//! Bodies that are no JSON: XML, forms, and lines of `path.name=value`.

use super::elements::mask_elements;
use super::pairs::{is_pair, mask_pairs};

/// The text with the values of secret and personal fields hidden, where it is XML, a form or lines.
pub(super) fn mask_written(text: String, personal: &[String]) -> String {
    match text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']).chars().next() {
        Some('<') => mask_elements(&text, personal, 0),
        Some('{' | '[' | '"') | None => text,
        Some(_) if is_pair(&text) => mask_lines(&text, personal),
        Some(_) => text,
    }
}

fn mask_lines(text: &str, personal: &[String]) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let (pairs, end) = line.split_at(line.trim_end_matches(['\r', '\n']).len());
        match is_pair(pairs) {
            true => out.push_str(&mask_pairs(pairs, personal)),
            false => out.push_str(pairs),
        }
        out.push_str(end);
    }
    out
}
