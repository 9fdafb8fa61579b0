//! The forms that bodies come and go in: JSON, XML and text, in UTF-8 or GB18030 (`protocols/standard-erp.md`: "JSON is
//! recommended; XML and text are allowed").
//!
//! The protocol does not say how XML and text look. Here XML has an element for each member, and text a line
//! `path=value` for each value: see [`text`].

mod text;
mod xml;

use encoding_rs::{Encoding, GB18030, UTF_8};
use model::{Value, json};

pub use text::escaped;
pub use xml::{Lists, character_data, element};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charset {
    Utf8,
    Gb18030,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Json,
    Xml(Charset),
    Text(Charset),
}

impl Charset {
    pub fn name(self) -> &'static str {
        match self {
            Charset::Utf8 => "UTF-8",
            Charset::Gb18030 => "GB18030",
        }
    }

    pub fn encode(self, text: String) -> Vec<u8> {
        match self {
            Charset::Utf8 => text.into_bytes(),
            Charset::Gb18030 => GB18030.encode(&text).0.into_owned(),
        }
    }
}

impl Form {
    /// The form that a switch names; anything else is JSON.
    pub fn of(switch: &str) -> Form {
        match switch {
            "xml_utf8" => Form::Xml(Charset::Utf8),
            "xml_gb18030" => Form::Xml(Charset::Gb18030),
            "text_utf8" => Form::Text(Charset::Utf8),
            "text_gb18030" => Form::Text(Charset::Gb18030),
            _ => Form::Json,
        }
    }

    pub fn content_type(self) -> String {
        match self {
            Form::Json => "application/json; charset=utf-8".into(),
            Form::Xml(charset) => format!("application/xml; charset={}", charset.name()),
            Form::Text(charset) => format!("text/plain; charset={}", charset.name()),
        }
    }

    /// The body of a value; XML has `root` as its outermost element.
    pub fn write(self, value: &Value, root: &str, lists: Lists) -> Vec<u8> {
        match self {
            Form::Json => json::write(value).into_bytes(),
            Form::Xml(charset) => charset.encode(xml::write(value, root, lists, charset)),
            Form::Text(charset) => charset.encode(text::write(value)),
        }
    }
}

/// A body as it was understood.
#[derive(Debug, Clone, PartialEq)]
pub struct Sent {
    pub value: Value<'static>,
    pub kind: Kind,
}

/// What kind of form a body had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Json,
    /// Every value is a text, and nothing tells a list of one from its element.
    Xml,
    /// Every value is a text.
    Text,
}

/// Reads a body by what its content type says; a sentence when it cannot be read.
pub fn read(content_type: &str, body: &[u8]) -> Result<Sent, String> {
    let media = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let kind = match media.as_str() {
        "application/json" | "text/json" => Kind::Json,
        "application/xml" | "text/xml" => Kind::Xml,
        "text/plain" => Kind::Text,
        _ => return Err(format!("不支持的Content-Type：{content_type}")),
    };
    let text = decoded(content_type, kind, body)?;
    let value = match kind {
        Kind::Json => json::read(&text).map(Value::into_owned).map_err(|error| error.to_string()),
        Kind::Xml => xml::read(&text),
        Kind::Text => text::read(&text),
    };
    Ok(Sent { value: value?, kind })
}

/// The text of a body: by the charset of its content type, of its XML declaration, or UTF-8.
fn decoded(content_type: &str, kind: Kind, body: &[u8]) -> Result<String, String> {
    let label = parameter(content_type, "charset")
        .or_else(|| if kind == Kind::Xml { xml::declared(body) } else { None });
    let encoding = match &label {
        None => UTF_8,
        Some(label) => {
            Encoding::for_label(label.as_bytes()).ok_or_else(|| format!("不支持的字符集：{label}"))?
        }
    };
    match encoding.decode_with_bom_removal(body) {
        (_, true) => Err(format!("报文不是有效的{}编码", encoding.name())),
        (text, false) => Ok(text.into_owned()),
    }
}

fn parameter(content_type: &str, name: &str) -> Option<String> {
    content_type.split(';').skip(1).find_map(|part| {
        let (key, value) = part.split_once('=')?;
        key.trim().eq_ignore_ascii_case(name).then(|| value.trim().trim_matches('"').to_owned())
    })
}
