//! Whether what was written is what is read back: numbers by their value, a blank like an absent field, rows by what was
//! written of them.

use std::borrow::Cow;

use model::{Map, Number, Value};

/// Whether the observed value is the written one.
pub(super) fn alike(written: &Value<'_>, observed: Option<&Value<'_>>) -> bool {
    let Some(observed) = observed else { return says_nothing(written) };
    match (written, observed) {
        (one, other) if says_nothing(one) || says_nothing(other) => says_nothing(one) && says_nothing(other),
        (Value::List(one), Value::List(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| alike(one, Some(other)))
        }
        (Value::Map(one), Value::Map(other)) => holds(one, other),
        (one, other) => match (canonical(one), canonical(other)) {
            (Some(one), Some(other)) => one == other,
            _ => false,
        },
    }
}

/// Whether a row or map has everything that was written of it.
pub(super) fn holds(written: &Map<'_>, observed: &Map<'_>) -> bool {
    written.iter().all(|(name, value)| alike(value, observed.get(name)))
}

/// A scalar in the one writing that its value has. XML and text know no numbers, so that a text that is one in JSON's
/// grammar is taken for one.
pub(super) fn canonical<'v>(value: &'v Value<'_>) -> Option<Cow<'v, str>> {
    let plain = value.plain()?;
    Some(match Number::parse(plain.trim().to_owned()) {
        Some(number) => Cow::Owned(number.canonical()),
        None => plain,
    })
}

fn says_nothing(value: &Value<'_>) -> bool {
    match value {
        Value::List(list) => list.iter().all(says_nothing),
        Value::Map(map) => map.iter().all(|(_, value)| says_nothing(value)),
        other => other.is_blank(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::json::read;

    #[test]
    fn what_was_written_is_known_again_and_what_changed_is_not() {
        for (written, observed, expected) in [
            ("100.5", r#""100.50""#, true),
            (r#""桥梁""#, r#""桥梁""#, true),
            ("null", r#""""#, true),
            (r#"[{"qty":"2"}]"#, r#"[{"qty":2.00,"lineId":"L1"}]"#, true),
            ("true", r#""true""#, true),
            (r#""0755""#, r#""755""#, false),
            ("0", "null", false),
            (r#"[{"qty":"2"}]"#, r#"[{"qty":"3"}]"#, false),
            (r#"[{"qty":"2"}]"#, r#"[{"qty":"2"},{"qty":"2"}]"#, false),
            (r#""x""#, r#"["x"]"#, false),
        ] {
            let (written, observed) = (read(written).unwrap(), read(observed).unwrap());
            assert_eq!(alike(&written, Some(&observed)), expected, "{written:?} {observed:?}");
        }
        assert!(alike(&Value::from(" "), None) && !alike(&Value::from("x"), None));
    }
}
