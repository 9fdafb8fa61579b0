//! XML from outside: what was read is written and read again as the same value, in whatever charset it came.

use model::{Map, Value, xml};

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
    let again = xml::read(written.as_bytes(), None).expect("what we wrote is XML");
    assert_eq!(again, as_written(&document));
    Some(())
}

/// What is null is written as an element without content: few readers know another word for it.
fn as_written(value: &Value<'_>) -> Value<'static> {
    match value {
        Value::Null => Value::text(""),
        Value::List(items) => Value::List(items.iter().map(as_written).collect()),
        Value::Map(map) => {
            let member = |(name, value): (&str, &Value<'_>)| (name.to_owned().into(), as_written(value));
            Value::Map(map.iter().map(member).collect::<Map<'static>>())
        }
        other => other.borrow().into_owned(),
    }
}
