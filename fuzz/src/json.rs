//! The reader that keeps numbers: what was read is written and read again as the same value, and no other reader calls
//! it something else than JSON.

use model::{Hash, json as ours};
use serde::de::IgnoredAny;

/// # Panics
/// When a value changes by being written and read, its hash does, or the reader takes what is no JSON.
pub fn json(input: &[u8]) -> Option<()> {
    let value = match ours::read_bytes(input) {
        Ok(value) => value,
        Err(error) => {
            assert!(error.offset <= input.len() && error.line >= 1 && error.column >= 1, "{error:?}");
            return Some(());
        }
    };
    let written = ours::write(&value);
    let again = ours::read(&written).expect("what we wrote is JSON");
    assert_eq!(value, again);
    assert_eq!(ours::write(&again), written);
    assert_eq!(Hash::of(&value), Hash::of(&again));
    let text = std::str::from_utf8(input).expect("only UTF-8 is read");
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    assert!(serde_json::from_str::<IgnoredAny>(text).is_ok(), "no other reader takes it");
    let owned = value.clone().into_owned();
    assert_eq!((&owned, Hash::of(&owned)), (&value, Hash::of(&value)));
    Some(())
}
