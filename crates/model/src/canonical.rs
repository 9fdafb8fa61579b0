//! Hashes of business values that do not change when only the writing changes.
//!
//! Alike are: `1.50` and `1.5`; null, `""` and `" "` (K/3 answers any of them, `protocols/kingdee.md §4`), which are
//! also alike to an absent member; lists of plain values in any order (options, ids). Lists of maps keep their order:
//! they are detail lines. The order of members does not count.

use std::fmt;

use xxhash_rust::xxh3::Xxh3;

use crate::{Map, Value};

/// A 128-bit hash of a canonical value.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub u128);

impl Hash {
    /// The hash of a business value.
    pub fn of(value: &Value) -> Hash {
        let mut state = Xxh3::new();
        absorb(&mut state, value);
        Hash(state.digest128())
    }

    /// The hash of a document.
    pub fn of_map(map: &Map) -> Hash {
        let mut state = Xxh3::new();
        absorb_map(&mut state, map);
        Hash(state.digest128())
    }

    /// The hash of plain text, without any canonical form.
    pub fn of_text(text: &str) -> Hash {
        Hash(xxhash_rust::xxh3::xxh3_128(text.as_bytes()))
    }

    pub fn to_bytes(self) -> [u8; 16] {
        self.0.to_be_bytes()
    }

    pub fn from_bytes(bytes: [u8; 16]) -> Hash {
        Hash(u128::from_be_bytes(bytes))
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

fn absorb(state: &mut Xxh3, value: &Value) {
    match value {
        Value::Bool(truth) => state.update(if *truth { b"b1" } else { b"b0" }),
        Value::Number(number) => absorb_text(state, b'n', &number.canonical()),
        Value::Text(text) if text.trim().is_empty() => state.update(b"0"),
        Value::Text(text) => absorb_text(state, b't', text),
        Value::List(list) if list.iter().all(is_blank) => state.update(b"0"),
        Value::List(list) => absorb_list(state, list),
        Value::Map(map) if map.iter().all(|(_, value)| is_blank(value)) => state.update(b"0"),
        Value::Map(map) => absorb_map(state, map),
        Value::Null => state.update(b"0"),
    }
}

fn absorb_text(state: &mut Xxh3, kind: u8, text: &str) {
    state.update(&[kind]);
    state.update(&(text.len() as u64).to_le_bytes());
    state.update(text.as_bytes());
}

fn absorb_list(state: &mut Xxh3, list: &[Value]) {
    state.update(b"[");
    state.update(&(list.len() as u64).to_le_bytes());
    if list.iter().all(|value| !matches!(value, Value::List(_) | Value::Map(_))) {
        let mut members: Vec<u128> = list.iter().map(|value| Hash::of(value).0).collect();
        members.sort_unstable();
        members.iter().for_each(|member| state.update(&member.to_le_bytes()));
    } else {
        list.iter().for_each(|value| absorb(state, value));
    }
}

fn absorb_map(state: &mut Xxh3, map: &Map) {
    let mut members: Vec<(&str, &Value)> = map.iter().filter(|(_, value)| !is_blank(value)).collect();
    members.sort_unstable_by_key(|(name, _)| *name);
    state.update(b"{");
    for (name, value) in members {
        absorb_text(state, b'k', name);
        absorb(state, value);
    }
    state.update(b"}");
}

/// Whether the value is alike to an absent one: null, blank text, or lists and maps of nothing else.
fn is_blank(value: &Value) -> bool {
    match value {
        Value::List(list) => list.iter().all(is_blank),
        Value::Map(map) => map.iter().all(|(_, value)| is_blank(value)),
        other => other.is_blank(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::read;

    fn hash(text: &str) -> Hash {
        Hash::of(&read(text).unwrap())
    }

    #[test]
    fn what_means_the_same_hashes_the_same() {
        for (one, other) in [
            (r#"{"a":1.50,"b":"桥"}"#, r#"{"b":"桥","a":1.5}"#),
            (r#"{"a":" ","b":1}"#, r#"{"a":null,"b":1}"#),
            (r#"{"a":"","b":1}"#, r#"{"b":1}"#),
            (r#"{"a":["x","y"]}"#, r#"{"a":["y","x"]}"#),
            (r#"{"a":[]}"#, r#"{}"#),
            (r#"{"a":{"b":null}}"#, r#"{}"#),
        ] {
            assert_eq!(hash(one), hash(other), "{one} {other}");
        }
    }

    #[test]
    fn what_differs_hashes_differently() {
        for (one, other) in [
            (r#"{"a":1}"#, r#"{"a":"1"}"#),
            (r#"{"a":"x y"}"#, r#"{"a":"xy"}"#),
            (r#"{"a":[{"n":1},{"n":2}]}"#, r#"{"a":[{"n":2},{"n":1}]}"#),
            (r#"{"a":"b","c":"d"}"#, r#"{"a":"bc","d":""}"#),
            (r#"{"a":false}"#, r#"{}"#),
            (r#"{"a":0}"#, r#"{}"#),
        ] {
            assert_ne!(hash(one), hash(other), "{one} {other}");
        }
    }
}
