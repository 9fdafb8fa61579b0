//! The type conversions at the end of an entry. A list is converted member by member.

use std::borrow::Cow;
use std::str::FromStr;

use model::flow::Convert;
use model::{Cause, Number, Value};
use rust_decimal::Decimal;

use crate::dates::{self, usual_zone};
use crate::functions::round_to;

const TRUE: &[&str] = &["true", "1", "y", "yes", "是", "真"];
const FALSE: &[&str] = &["false", "0", "n", "no", "否", "假"];

/// Converts a value that is there. The cause of a failure names neither field nor value: the value may be personal.
pub(crate) fn convert<'r>(value: Value<'r>, to: Convert) -> Result<Value<'r>, Cause> {
    if let Value::List(list) = value {
        let converted: Result<Vec<_>, _> = list.into_iter().map(|member| convert(member, to)).collect();
        return converted.map(Value::List);
    }
    match (to, value) {
        (_, Value::Null) => Ok(Value::Null),
        (Convert::Text, Value::Text(text)) => Ok(Value::Text(text)),
        (Convert::Number, Value::Number(number)) => Ok(Value::Number(number)),
        (Convert::Boolean, Value::Bool(truth)) => Ok(Value::Bool(truth)),
        (to, value) => {
            let text = value.plain().ok_or_else(|| failed(to))?;
            scalar(&text, to).ok_or_else(|| failed(to))
        }
    }
}

fn failed(to: Convert) -> Cause {
    let code = match to {
        Convert::Text | Convert::Upper | Convert::Lower | Convert::Trim => "mapping.no_text",
        Convert::Number | Convert::Decimal(_) => "mapping.no_number",
        Convert::Integer => "mapping.no_integer",
        Convert::Boolean => "mapping.no_boolean",
        Convert::Date | Convert::DateTime | Convert::Epoch => "mapping.no_date",
    };
    Cause::new(code)
}

fn scalar(text: &str, to: Convert) -> Option<Value<'static>> {
    let owned = |text: String| Some(Value::Text(Cow::Owned(text)));
    match to {
        Convert::Text => owned(text.to_owned()),
        Convert::Upper => owned(text.to_uppercase()),
        Convert::Lower => owned(text.to_lowercase()),
        Convert::Trim => owned(text.trim().to_owned()),
        Convert::Number => Number::parse(text.trim().to_owned()).map(Value::Number),
        Convert::Integer => integer(text.trim()).map(Value::Number),
        Convert::Decimal(places) => decimal(text.trim(), places).map(Value::Number),
        Convert::Boolean => boolean(&text.trim().to_lowercase()).map(Value::Bool),
        Convert::Date => owned(dates::read(text, &usual_zone())?.date()),
        Convert::DateTime => owned(dates::read(text, &usual_zone())?.datetime()),
        Convert::Epoch => Some(Value::from(dates::read(text, &usual_zone())?.epoch())),
    }
}

/// A whole number of any length; `10.00` is one.
fn integer(text: &str) -> Option<Number<'static>> {
    let canonical = Number::parse(text)?.canonical();
    let whole = canonical.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    Number::parse(canonical).filter(|_| whole)
}

fn decimal(text: &str, places: u32) -> Option<Number<'static>> {
    let canonical = Number::parse(text)?.canonical();
    let rounded = round_to(Decimal::from_str(&canonical).ok()?, places).ok()?;
    Number::parse(rounded.to_string())
}

fn boolean(text: &str) -> Option<bool> {
    match text {
        text if TRUE.contains(&text) => Some(true),
        text if FALSE.contains(&text) => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::json;

    #[test]
    fn values_are_converted_exactly_or_refused() {
        for (value, to, expected) in [
            ("10.10", Convert::Text, Some(r#""10.10""#)),
            (r#"" 10.10 ""#, Convert::Number, Some("10.10")),
            (r#""一百""#, Convert::Number, None),
            ("10.00", Convert::Integer, Some("10")),
            ("12345678901234567890123", Convert::Integer, Some("12345678901234567890123")),
            ("10.5", Convert::Integer, None),
            ("2.345", Convert::Decimal(2), Some("2.35")),
            ("-2.345", Convert::Decimal(2), Some("-2.35")),
            ("1e1", Convert::Decimal(2), Some("10.00")),
            (r#""是""#, Convert::Boolean, Some("true")),
            ("0", Convert::Boolean, Some("false")),
            (r#""也许""#, Convert::Boolean, None),
            ("1780276364000", Convert::Date, Some(r#""2026-06-01""#)),
            (r#""2026-06-01T09:12:44""#, Convert::DateTime, Some(r#""2026-06-01 09:12:44""#)),
            (r#""2026-06-01 09:12:44""#, Convert::Epoch, Some("1780276364000")),
            (r#""ab""#, Convert::Upper, Some(r#""AB""#)),
            (r#"[" a ", 7]"#, Convert::Trim, Some(r#"["a","7"]"#)),
            (r#"{"a":1}"#, Convert::Text, None),
        ] {
            let converted = convert(json::read(value).unwrap(), to).ok();
            assert_eq!(converted.as_ref().map(json::write).as_deref(), expected, "{value} {to:?}");
        }
    }
}
