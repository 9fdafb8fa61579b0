//! Reads JSON bodies without letting a number pass through floating point.
//!
//! A whole number that fits 64 bits stays a JSON number; any other number becomes its text as sent (`12.50`), which is
//! how the vendors keep decimals anyway.

use model::{Number, json};
use serde_json::Value;

/// The body as JSON, or `None` when it is none. An empty body is `null`.
pub fn read(body: &[u8]) -> Option<Value> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Some(Value::Null);
    }
    json::read_bytes(body).ok().map(|value| convert(&value))
}

fn convert(value: &model::Value) -> Value {
    match value {
        model::Value::Null => Value::Null,
        model::Value::Bool(truth) => Value::Bool(*truth),
        model::Value::Number(number) => whole(number),
        model::Value::Text(text) => Value::String(text.to_string()),
        model::Value::List(list) => list.iter().map(convert).collect(),
        model::Value::Map(map) => {
            Value::Object(map.iter().map(|(name, value)| (name.to_owned(), convert(value))).collect())
        }
    }
}

fn whole(number: &Number) -> Value {
    match number.as_str().parse::<i64>() {
        Ok(whole) => whole.into(),
        Err(_) => Value::String(number.as_str().into()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::read;

    #[test]
    fn decimals_keep_every_digit() {
        let read = read(r#"{"数量":2,"金额":12345678901234567.890,"名称":"甲"}"#.as_bytes());
        assert_eq!(read, Some(json!({"数量": 2, "金额": "12345678901234567.890", "名称": "甲"})));
    }

    #[test]
    fn an_empty_body_is_null_and_a_broken_one_is_nothing() {
        assert_eq!(read(b" \n"), Some(serde_json::Value::Null));
        assert_eq!(read(b"{\"a\":"), None);
    }
}
