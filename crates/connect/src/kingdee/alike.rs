//! Whether what is read is what was written, although the server writes it in its own way.

use model::{Map, Number, Value};

use super::zone::written;

/// The date by which templates of the vendor mean "empty" (`protocols/kingdee.md §6`).
pub const EMPTY_DATE: &str = "1900-01-01";

/// Whether the value read says the same as the one written: numbers by value, texts without blanks around, times in
/// either notation, truth as `true` or `1`, blank like absent. Of maps only the members that were written count, and
/// their names are compared without case.
pub fn alike(written: &Value, read: Option<&Value>) -> bool {
    match (written, read) {
        (Value::Map(written), Some(Value::Map(read))) => part_alike(written, read),
        (Value::Map(written), _) => written.iter().all(|(_, value)| alike(value, None)),
        (Value::List(written), Some(Value::List(read))) => {
            written.len() == read.len()
                && written.iter().zip(read).all(|(one, other)| alike(one, Some(other)))
        }
        (Value::List(written), _) => written.is_empty(),
        (written, read) => plain_alike(written, read),
    }
}

/// Whether every member that was written is there as it was written.
pub fn part_alike(written: &Map, read: &Map) -> bool {
    written.iter().all(|(name, value)| alike(value, member(read, name)))
}

/// A member by its name, compared without case.
pub fn member<'v, 'a>(map: &'v Map<'a>, name: &str) -> Option<&'v Value<'a>> {
    map.get(name)
        .or_else(|| map.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}

fn plain_alike(one: &Value, other: Option<&Value>) -> bool {
    let other = other.unwrap_or(&Value::Null);
    if one.is_blank() || other.is_blank() {
        return one.is_blank() && other.is_blank();
    }
    let (Some(one_text), Some(other_text)) = (one.plain(), other.plain()) else { return false };
    let (one_text, other_text) = (one_text.trim(), other_text.trim());
    if one_text == other_text {
        return true;
    }
    if matches!(one, Value::Bool(_))
        || matches!(other, Value::Bool(_))
        || is_truth(one_text)
        || is_truth(other_text)
    {
        return truth(one_text).is_some() && truth(one_text) == truth(other_text);
    }
    let number = |text: &str| Number::parse(text.to_owned()).map(|number| number.canonical());
    if let (Some(one), Some(other)) = (number(one_text), number(other_text)) {
        return one == other;
    }
    time(one_text) == time(other_text)
}

fn is_truth(text: &str) -> bool {
    text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false")
}

fn truth(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

/// A time in one notation; any other text as it is.
fn time(text: &str) -> String {
    let bytes = text.as_bytes();
    let with_t = match bytes.get(10) {
        Some(b' ') if bytes.len() >= 19 => text.replacen(' ', "T", 1),
        _ => text.to_owned(),
    };
    written(&with_t).unwrap_or(with_t)
}

#[cfg(test)]
mod tests {
    use model::json;

    use super::*;

    #[test]
    fn what_means_the_same_is_alike() {
        for (written, read) in [
            (r#""甲公司""#, r#""甲公司 ""#),
            ("10", "10.0000000000"),
            (r#""113.0""#, "113"),
            (r#""""#, r#"" ""#),
            ("null", r#""""#),
            (r#"{"FNumber":"603"}"#, r#"{"FNUMBER":"603","FName":"总公司"}"#),
            (r#"{"FNumber":""}"#, r#"{"FNumber":null}"#),
            (r#"{"FNumber":""}"#, "null"),
            (r#""true""#, "true"),
            ("true", r#""1""#),
            ("false", "0"),
            (r#""2026-06-01""#, r#""2026-06-01T00:00:00""#),
            (r#""2026-06-01 08:30:00""#, r#""2026-06-01T08:30:00""#),
            ("[]", "null"),
        ] {
            let (written, read) = (json::read(written).unwrap(), json::read(read).unwrap());
            assert!(alike(&written, Some(&read)), "{written:?} {read:?}");
        }
    }

    #[test]
    fn what_differs_is_not() {
        for (written, read) in [
            (r#""甲公司""#, r#""乙公司""#),
            ("10", "10.01"),
            (r#""""#, "0"),
            (r#"{"FNumber":"603"}"#, r#"{"FNumber":"604"}"#),
            (r#"{"FNumber":"603"}"#, "null"),
            ("true", "false"),
            (r#""2026-06-01""#, r#""2026-06-01T08:30:00""#),
            (r#"[{"a":1}]"#, "[]"),
            (r#""1""#, r#""true1""#),
        ] {
            let (written, read) = (json::read(written).unwrap(), json::read(read).unwrap());
            assert!(!alike(&written, Some(&read)), "{written:?} {read:?}");
        }
    }
}
