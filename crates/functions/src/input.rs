//! What a script is called with, as JSON text: numbers that JavaScript cannot hold exactly become texts.

use std::fmt::Write;

use bytes::Bytes;
use contract::functions::{Call, Work};
use model::{Number, Value, json};

use crate::native::decode_body;

/// A call as its session takes it.
#[derive(Debug)]
pub(crate) struct Prepared {
    /// The `input` of the script.
    pub text: String,
    /// Bodies that it may fetch undecoded.
    pub held: Vec<Bytes>,
}

/// The digits that a JavaScript number holds, whatever they are.
const EXACT_DIGITS: usize = 15;

/// The input of a call.
pub(crate) fn prepare(call: &Call) -> Prepared {
    let mut out = String::with_capacity(1024);
    let mut held = Vec::new();
    out.push_str("{\"hook\":");
    json::write_to(&mut out, &Value::from(call.work.hook().name()));
    match &call.work {
        Work::Parse { body, content_type, headers } => {
            self::body(&mut out, &mut held, body, content_type.as_deref(), headers);
        }
        Work::BeforeMapping { record } => member(&mut out, "record", &Value::Map(record.borrow())),
        Work::AfterMapping { record, document } => {
            member(&mut out, "record", &Value::Map(record.borrow()));
            member(&mut out, "document", &Value::Map(document.borrow()));
        }
        Work::Request { operation, object, data, planned } => {
            member(&mut out, "operation", &Value::from(*operation));
            member(&mut out, "object", &Value::from(*object));
            member(&mut out, "data", data);
            member(&mut out, "method", &Value::from(planned.method));
            member(&mut out, "url", &Value::from(planned.url));
            let mut headers = model::Map::with_capacity(planned.headers.len());
            planned.headers.iter().for_each(|(name, value)| headers.set(name.as_str(), value.as_str()));
            member(&mut out, "headers", &Value::Map(headers));
            member(&mut out, "body", &Value::from(planned.body));
        }
        Work::Answer { operation, object, status, headers, content_type, body } => {
            member(&mut out, "operation", &Value::from(*operation));
            member(&mut out, "object", &Value::from(*object));
            member(&mut out, "status", &Value::from(i64::from(*status)));
            self::body(&mut out, &mut held, body, content_type.as_deref(), headers);
        }
        Work::AfterSuccess { record, document, target_id, target_number } => {
            member(&mut out, "record", &Value::Map(record.borrow()));
            member(&mut out, "document", &Value::Map(document.borrow()));
            member(&mut out, "targetId", &Value::from(*target_id));
            member(&mut out, "targetNumber", &target_number.map_or(Value::Null, Value::from));
        }
    }
    member(&mut out, "about", &Value::Map(call.about.borrow()));
    out.push('}');
    Prepared { text: out, held }
}

fn body(
    out: &mut String,
    held: &mut Vec<Bytes>,
    body: &Bytes,
    content_type: Option<&str>,
    headers: &[(String, String)],
) {
    member(out, "body", &Value::from(decode_body(body, content_type)));
    held.push(body.clone());
    member(out, "bytes", &Value::from(held.len() as i64 - 1));
    member(out, "contentType", &content_type.map_or(Value::Null, Value::from));
    member(out, "headers", &headers_value(headers));
}

/// Headers by their names in lower case; of several with one name, all, with a comma between them.
pub(crate) fn headers_value(headers: &[(String, String)]) -> Value<'static> {
    let mut map = model::Map::with_capacity(headers.len());
    for (name, value) in headers {
        let name = name.to_ascii_lowercase();
        let joined = match map.get(&name).and_then(Value::as_text) {
            Some(before) => format!("{before}, {value}"),
            None => value.clone(),
        };
        map.set(name, joined);
    }
    Value::Map(map)
}

fn member(out: &mut String, name: &str, value: &Value) {
    out.push_str(",\"");
    out.push_str(name);
    out.push_str("\":");
    write_exact(out, value);
}

/// Appends the value as JSON in which every number is one that JavaScript holds exactly.
pub(crate) fn write_exact(out: &mut String, value: &Value) {
    match value {
        Value::Number(number) if !is_safe(number) => {
            let _ = write!(out, "\"{number}\"");
        }
        Value::List(list) => {
            out.push('[');
            for (n, member) in list.iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                write_exact(out, member);
            }
            out.push(']');
        }
        Value::Map(map) => {
            out.push('{');
            for (n, (name, member)) in map.iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                json::write_to(out, &Value::from(name));
                out.push(':');
                write_exact(out, member);
            }
            out.push('}');
        }
        plain => json::write_to(out, plain),
    }
}

/// Whether the number is a plain whole one of few digits.
fn is_safe(number: &Number) -> bool {
    let text = number.as_str();
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.len() <= EXACT_DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit()) && text != "-0"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_javascript_cannot_hold_become_texts() {
        let read = json::read(
            r#"{"数量":10,"价":12.50,"负":-3,"号":1234567890123456,"指":1e3,"零":-0,"行":[{"额":0.10}]}"#,
        );
        let mut out = String::new();
        write_exact(&mut out, &read.unwrap());
        let exact = r#"{"数量":10,"价":"12.50","负":-3,"号":"1234567890123456","指":"1e3","零":"-0","行":[{"额":"0.10"}]}"#;
        assert_eq!(out, exact);
    }

    #[test]
    fn headers_are_found_in_lower_case() {
        let headers = [("X-A".to_owned(), "1".to_owned()), ("x-a".to_owned(), "2".to_owned())];
        assert_eq!(json::write(&headers_value(&headers)), r#"{"x-a":"1, 2"}"#);
    }
}
