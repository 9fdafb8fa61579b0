//! XML from outside: what was read is written and read again as the same value, in whatever charset it came.

use model::xml;

/// The labels that a sender may put on it.
const LABELS: [Option<&str>; 5] = [None, Some("utf-8"), Some("gb18030"), Some("utf-16le"), Some("gbk")];

/// # Panics
/// When a value changes by being written and read.
pub fn xml(input: &[u8]) -> Option<()> {
    let (label, bytes) = input.split_first()?;
    let label = LABELS[usize::from(*label) % LABELS.len()];
    let Ok(document) = xml::read(bytes, label) else { return Some(()) };
    let (name, value) = document.as_map().and_then(|map| map.iter().next()).expect("a document has a root");
    let written = xml::write(name, value).expect("what was read can be written");
    assert_eq!(xml::read(written.as_bytes(), None).expect("what we wrote is XML"), document);
    Some(())
}
