//! The shape that each hook asks for.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use contract::functions::{BuiltRequest, Hook, Output, ReadAnswer, StandardRecord};
use model::{Cause, Map, Value, json};

use super::BYTES;

type Shaped<T> = Result<T, Cause>;

/// The output of the hook.
pub(super) fn shaped(hook: Hook, value: Value<'static>) -> Shaped<Output> {
    match hook {
        Hook::Parse => records(value).map(Output::Records),
        Hook::BeforeMapping => map("record", value).map(Output::Record),
        Hook::AfterMapping => map("document", value).map(Output::Document),
        Hook::Request => request(value).map(Output::Request),
        Hook::Answer => answer(value).map(Output::Answer),
        Hook::AfterSuccess => Ok(Output::Nothing),
    }
}

/// What stands there, in the words of the language.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::Text(_) => "string",
        Value::List(_) => "array",
        Value::Map(_) => "object",
    }
}

fn wrong(path: &str, expected: &str, found: &Value) -> Cause {
    Cause::new("function.wrong_shape")
        .with("path", path)
        .with("expected", expected)
        .with("found", kind(found))
}

fn map(path: &str, value: Value<'static>) -> Shaped<Map<'static>> {
    match value {
        Value::Map(map) => Ok(map),
        other => Err(wrong(path, "object", &other)),
    }
}

/// A list of records, or one.
fn records(value: Value<'static>) -> Shaped<Vec<StandardRecord>> {
    let list = match value {
        Value::List(list) => list,
        one @ Value::Map(_) => vec![one],
        other => return Err(wrong("result", "array", &other)),
    };
    list.into_iter().enumerate().map(|(n, value)| record(&format!("result.{n}"), value)).collect()
}

fn record(path: &str, value: Value<'static>) -> Shaped<StandardRecord> {
    let mut map = map(path, value)?;
    let void = match map.remove("void").unwrap_or_default() {
        Value::Null => false,
        Value::Bool(void) => void,
        other => return Err(wrong(&format!("{path}.void"), "boolean", &other)),
    };
    let id = text(&format!("{path}.id"), map.remove("id").unwrap_or_default())?;
    let id = id.filter(|id| !id.trim().is_empty());
    let id = id.ok_or_else(|| wrong(&format!("{path}.id"), "string", &Value::Null))?;
    let object = text(&format!("{path}.objAPIName"), map.remove("objAPIName").unwrap_or_default())?;
    let master = match map.remove("masterFieldVal").unwrap_or_default() {
        // A void says no more than which record it is of.
        Value::Null if void => Map::new(),
        other => self::map(&format!("{path}.masterFieldVal"), other)?,
    };
    let details = match map.remove("detailFieldVals").unwrap_or_default() {
        Value::Null => Map::new(),
        other => self::map(&format!("{path}.detailFieldVals"), other)?,
    };
    if let Some((stray, _)) = map.iter().next() {
        // A misspelt `detailFieldVal` would lose the lines in silence.
        return Err(Cause::new("function.stray_member")
            .with("path", path)
            .with("member", crate::shared::shortened(stray, 100)));
    }
    let lines = |(name, value): (std::borrow::Cow<'static, str>, Value<'static>)| {
        let path = format!("{path}.detailFieldVals.{name}");
        let Value::List(list) = value else { return Err(wrong(&path, "array", &value)) };
        let lines = list.into_iter().enumerate().map(|(n, line)| self::map(&format!("{path}.{n}"), line));
        Ok((name.into_owned(), lines.collect::<Shaped<Vec<_>>>()?))
    };
    let details = details.into_iter().map(lines).collect::<Shaped<Vec<_>>>()?;
    Ok(StandardRecord { id, void, object, master, details })
}

/// A text, or a number as text; `None` where nothing is.
fn text(path: &str, value: Value<'static>) -> Shaped<Option<String>> {
    match &value {
        Value::Null => Ok(None),
        Value::Text(_) | Value::Number(_) => Ok(value.plain().map(|text| text.into_owned())),
        other => Err(wrong(path, "string", other)),
    }
}

fn request(value: Value<'static>) -> Shaped<BuiltRequest> {
    let mut map = map("result", value)?;
    let method = text("method", map.remove("method").unwrap_or_default())?;
    let path = text("path", map.remove("path").unwrap_or_default())?;
    let given = map.remove("headers").unwrap_or_default();
    let is_left_out = |(_, value): &(&str, &Value)| **value == Value::Null;
    let without = given.as_map().into_iter().flat_map(Map::iter).filter(is_left_out);
    let without = without.map(|(name, _)| name.to_owned()).collect();
    let mut headers = headers("headers", given)?;
    let body = match map.remove("body") {
        None => None,
        Some(Value::Null) => Some(Bytes::new()),
        Some(Value::Text(text)) => Some(unmarked(&text)),
        Some(object @ (Value::Map(_) | Value::List(_))) => {
            if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
                headers.push(("Content-Type".into(), "application/json".into()));
            }
            Some(Bytes::from(json::write(&object)))
        }
        Some(other) => return Err(wrong("body", "string", &other)),
    };
    if let Some((stray, _)) = map.iter().next() {
        return Err(Cause::new("function.stray_member")
            .with("path", "result")
            .with("member", crate::shared::shortened(stray, 100)));
    }
    let usual = || body.as_ref().filter(|body| !body.is_empty()).map(|_| "POST".to_owned());
    let method = method.map(|method| method.to_uppercase()).or_else(usual);
    Ok(BuiltRequest { method, path, headers, without, body })
}

/// The bytes of a text, or those that it stands for.
pub(crate) fn unmarked(text: &str) -> Bytes {
    match text.strip_prefix(BYTES).and_then(|base64| STANDARD.decode(base64).ok()) {
        Some(bytes) => Bytes::from(bytes),
        None => Bytes::from(text.to_owned()),
    }
}

/// Names and values of headers.
pub(crate) fn headers(path: &str, value: Value<'static>) -> Shaped<Vec<(String, String)>> {
    let map = match value {
        Value::Null => return Ok(Vec::new()),
        other => map(path, other)?,
    };
    let mut headers = Vec::with_capacity(map.len());
    for (name, value) in map {
        let path = format!("{path}.{name}");
        if let Some(value) = text(&path, value)? {
            headers.push((name.into_owned(), value));
        }
    }
    Ok(headers)
}

fn answer(value: Value<'static>) -> Shaped<ReadAnswer> {
    let mut map = map("result", value)?;
    let ok = match map.remove("ok").unwrap_or_default() {
        Value::Null => None,
        Value::Bool(ok) => Some(ok),
        other => return Err(wrong("ok", "boolean", &other)),
    };
    let code = text("code", map.remove("code").unwrap_or_default())?;
    let message = text("message", map.remove("message").unwrap_or_default())?;
    if ok.is_none() && code.is_none() {
        return Err(wrong("ok", "boolean", &Value::Null));
    }
    let data = map.remove("data").unwrap_or_default();
    if let Some((stray, _)) = map.iter().next() {
        return Err(Cause::new("function.stray_member")
            .with("path", "result")
            .with("member", crate::shared::shortened(stray, 100)));
    }
    Ok(ReadAnswer { ok, code, message, data })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(hook: Hook, text: &str) -> Result<Output, Cause> {
        shaped(hook, json::read(text).unwrap().into_owned())
    }

    #[test]
    fn records_are_of_the_standard_form() {
        let text = r#"[{"id":7,"masterFieldVal":{"客户":"桥梁"},"detailFieldVals":{"行":[{"数":"1.5"}]}},
            {"id":"8","void":true}]"#;
        let records = of(Hook::Parse, text).unwrap().into_records().unwrap();
        assert_eq!((records[0].id.as_str(), records[0].void, records[0].details[0].1.len()), ("7", false, 1));
        assert_eq!((records[1].id.as_str(), records[1].void, records[1].master.len()), ("8", true, 0));
        assert_eq!(of(Hook::Parse, "[]").unwrap(), Output::Records(Vec::new()));
    }

    #[test]
    fn a_wrong_shape_names_its_place() {
        for (hook, text, path, found) in [
            (Hook::Parse, "null", "result", "null"),
            (Hook::Parse, r#"[{"masterFieldVal":{}}]"#, "result.0.id", "null"),
            (Hook::Parse, r#"[{"id":" ","masterFieldVal":{}}]"#, "result.0.id", "null"),
            (Hook::Parse, r#"[{"id":"1"}]"#, "result.0.masterFieldVal", "null"),
            (
                Hook::Parse,
                r#"{"id":"1","masterFieldVal":{},"detailFieldVals":{"行":{}}}"#,
                "result.0.detailFieldVals.行",
                "object",
            ),
            (Hook::BeforeMapping, "[]", "record", "array"),
            (Hook::AfterMapping, "1", "document", "number"),
            (Hook::Request, "[]", "result", "array"),
            (Hook::Request, r#"{"body":1}"#, "body", "number"),
            (Hook::Answer, "{}", "ok", "null"),
            (Hook::Answer, r#"{"ok":"yes"}"#, "ok", "string"),
        ] {
            let cause = of(hook, text).unwrap_err();
            let seen = (&*cause.code, cause.param("path"), cause.param("found"));
            assert_eq!(seen, ("function.wrong_shape", Some(path), Some(found)), "{text}");
        }
        let misspelt = of(Hook::Parse, r#"{"id":"1","masterFieldVal":{},"detailFieldVal":{}}"#).unwrap_err();
        assert_eq!(misspelt.code, "function.stray_member");
    }

    #[test]
    fn a_request_may_have_a_body_of_text_json_or_bytes() {
        let request = |body: &str| {
            let text = format!(r#"{{"path":"/api","body":{body}}}"#);
            of(Hook::Request, &text).unwrap().into_request().unwrap()
        };
        assert_eq!(request(r#""桥""#).body.unwrap(), "桥".as_bytes());
        assert_eq!(request(r#""\u0000b:AQI=""#).body.unwrap(), [1_u8, 2].as_slice());
        let json = request(r#"{"额":12.50}"#);
        assert_eq!(json.body.unwrap(), "{\"额\":12.50}".as_bytes());
        assert_eq!(json.method.as_deref(), Some("POST"));
        assert_eq!(json.headers, [("Content-Type".to_owned(), "application/json".to_owned())]);
    }

    #[test]
    fn what_a_request_does_not_say_is_as_planned() {
        let text = r#"{"headers":{"sign":"1","token":null}}"#;
        let request = of(Hook::Request, text).unwrap().into_request().unwrap();
        let expected = BuiltRequest {
            headers: vec![("sign".into(), "1".into())],
            without: vec!["token".into()],
            ..BuiltRequest::default()
        };
        assert_eq!(request, expected);
        let bare = of(Hook::Request, r#"{"body":null}"#).unwrap().into_request().unwrap();
        assert_eq!((bare.method, bare.body), (None, Some(Bytes::new())), "nothing is sent");
    }
}
