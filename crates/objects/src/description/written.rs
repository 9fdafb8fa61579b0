//! Samples in the form in which the ERP speaks.

use model::{Value, lines, xml};

use super::addresses::Format;
use crate::pretty;

impl Format {
    /// Of the form of that name, as a connection's settings write it.
    pub fn of_name(name: &str) -> Option<Format> {
        match name {
            "json" => Some(Format::Json),
            "xml" => Some(Format::Xml),
            "text" => Some(Format::Text),
            _ => None,
        }
    }

    /// As the header of a request says it.
    pub(super) fn content_type(self) -> &'static str {
        match self {
            Format::Json => "application/json",
            Format::Xml => "application/xml; charset=utf-8",
            Format::Text => "text/plain; charset=utf-8",
        }
    }

    /// The key of its content in OpenAPI.
    pub(super) fn media(self) -> &'static str {
        self.content_type().split(';').next().unwrap_or_default()
    }

    /// What Markdown calls it.
    pub(super) fn language(self) -> &'static str {
        match self {
            Format::Json => "json",
            Format::Xml => "xml",
            Format::Text => "text",
        }
    }

    /// The value as a body, over several lines.
    pub(super) fn write(self, root: &str, value: &Value<'_>) -> String {
        match self {
            Format::Json => pretty::write(value),
            Format::Xml => match xml::write(root, value) {
                Ok(text) => indented(&text),
                // A name that XML cannot hold cannot be sent either; the reader sees at least what it would be.
                Err(_) => pretty::write(value),
            },
            Format::Text => lines::write(value).trim_end().to_owned(),
        }
    }
}

/// XML of elements and texts, an element on each line; what one says stays on its line.
fn indented(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let (mut depth, mut is_filled) = (0_usize, false);
    for part in text.split_inclusive('>') {
        let (said, tag) = part.split_at(part.find('<').unwrap_or(part.len()));
        let ends = tag.starts_with("</");
        depth = if ends { depth.saturating_sub(1) } else { depth };
        // The end of an element that holds no others stands behind what it says.
        let stays = !said.is_empty() || ends && is_filled;
        if !stays && !out.is_empty() {
            out.push('\n');
            out.push_str(&"  ".repeat(depth));
        }
        out.push_str(said);
        out.push_str(tag);
        let opens = !ends && !tag.ends_with("/>") && !tag.starts_with("<?");
        depth += usize::from(opens);
        is_filled = opens;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::json;

    #[test]
    fn a_value_is_written_in_each_form_and_read_again() {
        let value = json::read(r#"{"名称":"桥 & 梁","行":[{"数":"1"},{"数":"2"}]}"#).unwrap();
        let text = Format::Xml.write("request", &value);
        assert!(text.contains("\n  <名称>桥 &amp; 梁</名称>\n  <行>\n    <数>1</数>\n  </行>\n"), "{text}");
        let read = xml::read(text.as_bytes(), None).unwrap();
        assert_eq!(read.get("request"), Some(&value));
        assert_eq!(Format::Text.write("request", &value), "名称=桥 & 梁\n行.0.数=1\n行.1.数=2");
        let unnamed = json::read(r#"{"1 a":"x"}"#).unwrap();
        assert!(Format::Xml.write("request", &unnamed).starts_with('{'));
    }
}
