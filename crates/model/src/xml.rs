//! XML as business values, and back.
//!
//! An element is a map of what stands in it: attributes as `@name`, elements by their names, those of one name together
//! as a list, text beside them as `#text`. An element of text alone is that text, an empty one an empty text, one with
//! `xsi:nil="true"` null. Texts stay texts: `0603` is no number. Names keep their prefixes.
//!
//! Whatever a sender may put in a document to harm its reader is refused: DTDs, entities beyond the five of XML, nesting
//! without end, sizes without end.

mod element;
mod read;
mod write;

pub use read::read;
pub use write::write;

/// Nesting deeper than this is refused.
pub const MAX_DEPTH: usize = 128;
/// Longer documents are refused, in bytes once they are in UTF-8.
pub const MAX_BYTES: usize = 20 << 20;
/// Documents of more elements and attributes are refused.
pub const MAX_NODES: usize = 1_000_000;
/// Elements with more attributes are refused.
const MAX_ATTRIBUTES: usize = 256;

/// The name under which text stands beside elements or attributes.
pub const TEXT: &str = "#text";
/// Before the name of an attribute.
pub const ATTRIBUTE: char = '@';

/// A name that any reader would take for one.
fn is_name(name: &str) -> bool {
    let is_of_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':' | '·');
    let begins = name.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | ':'));
    begins && name.chars().all(is_of_name)
}

/// The characters that XML 1.0 allows.
fn is_taken(character: char) -> bool {
    match character {
        '\t' | '\n' | '\r' => true,
        '\u{fffe}' | '\u{ffff}' => false,
        _ => character >= ' ',
    }
}

#[cfg(test)]
mod tests;
