//! Bodies in the forms that the protocol allows: JSON, XML, text (`protocols/standard-erp.md §1, §2`).
//!
//! The document says nothing of what XML and text look like. *Ours:* XML is the JSON with its names as elements, below
//! one root of any name; text is a line `name=value` for each value, with dots between the names on the way to it.

use model::xml;
use model::{Cause, Map, Value, charset, json, lines};

/// The root of what we send as XML.
const ROOT: &str = "request";

/// How a body is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Json,
    Xml,
    Text,
}

/// How an answer is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AnswerFormat {
    /// By what it begins with: systems label their answers wrongly more often than not.
    Auto,
    Always(Format),
}

impl Format {
    pub(super) fn of_name(name: &str) -> Option<Format> {
        match name {
            "json" => Some(Format::Json),
            "xml" => Some(Format::Xml),
            "text" => Some(Format::Text),
            _ => None,
        }
    }

    pub(super) fn content_type(self) -> &'static str {
        match self {
            Format::Json => "application/json",
            Format::Xml => "application/xml; charset=utf-8",
            Format::Text => "text/plain; charset=utf-8",
        }
    }

    /// The body as text.
    ///
    /// # Errors
    /// `xml.*` for a document that XML cannot hold.
    pub(super) fn write(self, body: &Value<'_>) -> Result<String, Cause> {
        match self {
            Format::Json => Ok(json::write(body)),
            Format::Xml => xml::write(ROOT, body),
            Format::Text => Ok(lines::write(body)),
        }
    }
}

impl AnswerFormat {
    pub(super) fn of_name(name: &str) -> Option<AnswerFormat> {
        match name {
            "auto" => Some(AnswerFormat::Auto),
            name => Format::of_name(name).map(AnswerFormat::Always),
        }
    }

    /// What an answer says.
    ///
    /// # Errors
    /// `charset.*` and `xml.*`, or `erp.not_json` and `erp.not_text` with line and column.
    pub(super) fn read(self, body: &[u8], content_type: Option<&str>) -> Result<Value<'static>, Cause> {
        let label = content_type.and_then(charset::of_content_type);
        let format = match self {
            AnswerFormat::Always(format) => format,
            AnswerFormat::Auto => seen(body),
        };
        match format {
            Format::Xml => Ok(below_root(xml::read(body, label)?)),
            Format::Json => {
                let text = charset::decode(body, label)?;
                json::read(&text).map(Value::into_owned).map_err(|error| {
                    Cause::new("erp.not_json").with("line", error.line).with("column", error.column)
                })
            }
            Format::Text => {
                let text = charset::decode(body, label)?;
                lines::read(&text).ok_or_else(|| Cause::new("erp.not_text"))
            }
        }
    }
}

/// The form of a body by its first character, whatever its charset.
fn seen(body: &[u8]) -> Format {
    let is_passed_over =
        |byte: &&u8| byte.is_ascii_whitespace() || matches!(byte, 0 | 0xef | 0xbb | 0xbf | 0xfe | 0xff);
    match body.iter().find(|byte| !is_passed_over(byte)) {
        Some(b'<') => Format::Xml,
        Some(b'{' | b'[') => Format::Json,
        _ => Format::Text,
    }
}

/// What stands in the root, whatever that is called.
fn below_root(document: Value<'static>) -> Value<'static> {
    match document {
        Value::Map(map) => map.into_iter().next().map_or(Value::Map(Map::new()), |(_, value)| value),
        other => other,
    }
}
