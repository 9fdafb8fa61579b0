//! What a function is tried out with: a body as it would be pushed, or a file of JSON with the parts of its input.

use std::path::Path;

use bytes::Bytes;
use contract::functions::{Hook, Planned, Work};
use model::{Cause, Map, Value, json};

use crate::exit::{Exit, Failure};

/// The input of one call, owned.
pub struct Given {
    hook: Hook,
    body: Bytes,
    content_type: Option<String>,
    /// The parts, for hooks that are not called with a body alone.
    parts: Map<'static>,
    record: Map<'static>,
    document: Map<'static>,
    data: Value<'static>,
    headers: Vec<(String, String)>,
}

impl Given {
    /// Reads the file for the hook: bytes for `parse`; else JSON with the members that the guide names (`record`,
    /// `document`, `data`, `targetId`, `body`, …).
    pub fn read(hook: &str, file: &Path, content_type: Option<&str>) -> Result<Given, Failure> {
        let hook = Hook::of_name(hook).ok_or_else(|| {
            let valid: Vec<&str> = Hook::ALL.into_iter().map(Hook::name).collect();
            let cause = Cause::new("cli.usage.value_of").with("argument", "--hook").with("value", hook);
            Failure::new(Exit::Usage, cause.with("valid", valid.join(", ")))
        })?;
        let bytes = std::fs::read(file).map_err(|error| Failure::file(file, &error))?;
        if hook == Hook::Parse {
            let content_type = content_type.map(str::to_owned);
            return Ok(Given { body: bytes.into(), content_type, ..Given::empty(hook) });
        }
        let not_read = |reason: String| {
            Failure::configuration(
                Cause::new("cli.function.input").with("path", file.display()).with("reason", reason),
            )
        };
        let value = json::read_bytes(&bytes).map_err(|error| not_read(error.to_string()))?.into_owned();
        let Value::Map(mut parts) = value else { return Err(not_read("{ … }".into())) };
        let map = |value: Option<Value<'static>>| match value {
            Some(Value::Map(map)) => map,
            _ => Map::new(),
        };
        let (record, document) = (map(parts.remove("record")), map(parts.remove("document")));
        let body = text(&parts, "body").unwrap_or_default();
        let content_type = content_type.map(str::to_owned).or_else(|| text(&parts, "contentType"));
        let data = parts.remove("data").unwrap_or_default();
        let headers = map(parts.remove("headers"));
        let header = |(name, value): (&str, &Value<'_>)| Some((name.to_owned(), value.plain()?.into_owned()));
        let headers = headers.iter().filter_map(header).collect();
        Ok(Given { hook, body: body.into(), content_type, parts, record, document, data, headers })
    }

    fn empty(hook: Hook) -> Given {
        Given {
            hook,
            body: Bytes::new(),
            content_type: None,
            parts: Map::new(),
            record: Map::new(),
            document: Map::new(),
            data: Value::Null,
            headers: Vec::new(),
        }
    }

    /// As the hook is called with it.
    pub fn work(&self) -> Work<'_> {
        let part = |name: &str| self.parts.get(name).and_then(Value::as_text).unwrap_or_default();
        match self.hook {
            Hook::Parse => Work::Parse {
                body: self.body.clone(),
                content_type: self.content_type.clone(),
                headers: Vec::new(),
            },
            Hook::BeforeMapping => Work::BeforeMapping { record: &self.record },
            Hook::AfterMapping => Work::AfterMapping { record: &self.record, document: &self.document },
            Hook::Request => Work::Request {
                operation: part("operation"),
                object: part("object"),
                data: &self.data,
                planned: Planned {
                    method: self.parts.get("method").and_then(Value::as_text).unwrap_or("POST"),
                    url: part("url"),
                    headers: &self.headers,
                    body: part("body"),
                },
            },
            Hook::Answer => Work::Answer {
                operation: part("operation"),
                object: part("object"),
                status: text(&self.parts, "status").and_then(|status| status.parse().ok()).unwrap_or(200),
                headers: self.headers.clone(),
                content_type: self.content_type.clone(),
                body: self.body.clone(),
            },
            Hook::AfterSuccess => Work::AfterSuccess {
                record: &self.record,
                document: &self.document,
                target_id: part("targetId"),
                target_number: self.parts.get("targetNumber").and_then(Value::as_text),
            },
        }
    }
}

fn text(parts: &Map, name: &str) -> Option<String> {
    parts.get(name).and_then(Value::plain).map(|text| text.into_owned())
}
