//! Whether what was written is what is read back.
//!
//! Fxiaoke takes numbers as numbers or texts and answers them as texts with the field's decimals (`100` comes back as
//! `"100.00"`), answers empty fields as null, `""`, `[]` or not at all, depending on the style of the call, and lists
//! of ids in any order (`protocols/fxiaoke.md §4.3`).

use std::borrow::Cow;

use model::{Number, Value};

/// Whether the observed value is the written one. A blank value equals an absent one.
pub(super) fn alike(written: &Value, observed: Option<&Value>) -> bool {
    let Some(observed) = observed else { return is_empty(written) };
    match (written, observed) {
        (one, other) if is_empty(one) || is_empty(other) => is_empty(one) && is_empty(other),
        (Value::List(one), Value::List(other)) => lists_alike(one, other),
        (Value::Map(one), Value::Map(_)) => one.iter().all(|(name, value)| alike(value, observed.get(name))),
        (one, other) => match (canonical(one), canonical(other)) {
            (Some(one), Some(other)) => one == other,
            _ => false,
        },
    }
}

/// A scalar in the one writing that its value has. A text that is a number in JSON's grammar is one: the field's type
/// is not known here, and no text field means something else by `1.0` than by `1.00`.
pub(super) fn canonical<'v>(value: &'v Value) -> Option<Cow<'v, str>> {
    let plain = value.plain()?;
    Some(match Number::parse(&*plain) {
        Some(number) => Cow::Owned(number.canonical()),
        None => plain,
    })
}

fn lists_alike(one: &[Value], other: &[Value]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let plain = |list: &[Value]| -> Option<Vec<String>> {
        let mut texts: Vec<String> =
            list.iter().map(|value| canonical(value).map(Cow::into_owned)).collect::<Option<_>>()?;
        texts.sort_unstable();
        Some(texts)
    };
    match (plain(one), plain(other)) {
        (Some(one), Some(other)) => one == other,
        _ => one.iter().zip(other).all(|(one, other)| alike(one, Some(other))),
    }
}

/// Null, blank text, and lists and maps of nothing else.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::List(list) => list.iter().all(is_empty),
        Value::Map(map) => map.iter().all(|(_, value)| is_empty(value)),
        other => other.is_blank(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::json::read;

    #[test]
    fn a_value_read_back_in_the_vendors_writing_is_the_written_one() {
        for (written, observed) in [
            ("100.5", r#""100.50""#),
            (r#""100""#, r#""100.00""#),
            ("1", r#""1.00""#),
            ("12345678901234567890.1", r#""12345678901234567890.10""#),
            (r#""桥梁公司""#, r#""桥梁公司""#),
            (r#"["18","19"]"#, r#"["19","18"]"#),
            (r#"["FSUID_A"]"#, r#"["FSUID_A"]"#),
            ("1619712000000", "1619712000000"),
            ("true", "true"),
            ("null", r#""""#),
            (r#""""#, "[]"),
            (
                r#"[{"product_id":"p1","quantity":"2"}]"#,
                r#"[{"product_id":"p1","quantity":"2.00","_id":"x"}]"#,
            ),
        ] {
            assert!(alike(&read(written).unwrap(), Some(&read(observed).unwrap())), "{written} {observed}");
        }
        assert!(alike(&read(r#"" ""#).unwrap(), None), "a blank is alike to an absent field");
    }

    #[test]
    fn a_value_that_changed_on_the_way_is_not_the_written_one() {
        for (written, observed) in [
            ("100.5", r#""100.51""#),
            (r#""0755""#, r#""755""#),
            (r#""桥梁公司""#, r#""桥梁有限公司""#),
            (r#"["18","19"]"#, r#"["18"]"#),
            ("0", "null"),
            ("false", "null"),
            (r#""x""#, r#"["x"]"#),
            (r#"[{"quantity":"2"}]"#, r#"[{"quantity":"3"}]"#),
        ] {
            assert!(!alike(&read(written).unwrap(), Some(&read(observed).unwrap())), "{written} {observed}");
        }
        assert!(!alike(&read("0").unwrap(), None));
    }
}
