//! From a document to a value. It is read without recursion, so that no nesting reaches the stack's end.

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::errors::Error;
use quick_xml::escape::EscapeError;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::element::Element;
use super::{ATTRIBUTE, MAX_ATTRIBUTES, MAX_BYTES, MAX_DEPTH, MAX_NODES, is_name, is_taken};
use crate::{Cause, Map, Value, charset};

/// Reads one document: a map of its root's name to what stands in that. `label` is the charset that the content type
/// names; the document may declare its own, and both must be the same.
///
/// # Errors
/// What is wrong, with line and column where it has a place: `charset.*`, `xml.broken`, `xml.dtd`, `xml.entity`,
/// `xml.character`, `xml.deep`, `xml.large`.
pub fn read(bytes: &[u8], label: Option<&str>) -> Result<Value<'static>, Cause> {
    let large = || Cause::new("xml.large").with("most", MAX_BYTES >> 20);
    if bytes.len() > 2 * MAX_BYTES {
        return Err(large());
    }
    let text = charset::decode_declared(bytes, label, declared(bytes).as_deref())?;
    if text.len() > MAX_BYTES {
        return Err(large());
    }
    let mut reading = Reading { text: &text, open: Vec::new(), nodes: 0, root: None };
    let mut reader = Reader::from_str(&text);
    loop {
        let at = usize::try_from(reader.buffer_position()).unwrap_or_default();
        let event = match reader.read_event() {
            Ok(event) => event,
            Err(_) => {
                let at = usize::try_from(reader.error_position()).unwrap_or_default();
                return Err(reading.cause("xml.broken", at));
            }
        };
        if matches!(event, Event::Eof) {
            return reading.ended();
        }
        reading.event(event).map_err(|code| reading.cause(code, at))?;
    }
}

/// The charset that the declaration at the beginning names, where that is written in ASCII.
fn declared(bytes: &[u8]) -> Option<String> {
    let bytes = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
    let wide = matches!(bytes, [0, ..] | [_, 0, ..] | [0xfe, 0xff, ..] | [0xff, 0xfe, ..]);
    let head: Vec<u8> = match wide {
        true => bytes.iter().copied().filter(u8::is_ascii).filter(|byte| *byte != 0).take(256).collect(),
        false => bytes.iter().copied().take(256).collect(),
    };
    let end = head.windows(2).position(|pair| pair == b"?>")?;
    let declaration = std::str::from_utf8(&head[..end]).ok()?.strip_prefix("<?xml")?;
    let (_, rest) = declaration.split_once("encoding")?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    rest[1..].split(quote).next().map(str::to_owned)
}

struct Reading<'t> {
    text: &'t str,
    open: Vec<Element>,
    nodes: usize,
    root: Option<Value<'static>>,
}

type Taken<T> = Result<T, &'static str>;

impl Reading<'_> {
    fn event(&mut self, event: Event<'_>) -> Taken<()> {
        match event {
            Event::Start(start) => self.start(&start),
            Event::Empty(start) => {
                self.start(&start)?;
                self.end()
            }
            Event::End(_) => self.end(),
            Event::Text(text) => self.add_text(&text.xml10_content()),
            Event::CData(text) => self.add_text(&text.xml10_content()),
            Event::GeneralRef(reference) => {
                let character = resolved(&reference)?;
                self.add_text(character.encode_utf8(&mut [0; 4]))
            }
            Event::DocType(_) => Err("xml.dtd"),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::Eof => Ok(()),
        }
    }

    fn start(&mut self, start: &BytesStart<'_>) -> Taken<()> {
        if self.root.is_some() {
            return Err("xml.broken");
        }
        if self.open.len() >= MAX_DEPTH {
            return Err("xml.deep");
        }
        self.count()?;
        let mut element = Element::new(plain(start.name().0)?);
        for (n, attribute) in start.attributes().enumerate() {
            let attribute = attribute.map_err(|_| "xml.broken")?;
            if n >= MAX_ATTRIBUTES {
                return Err("xml.large");
            }
            self.count()?;
            let name = plain(attribute.key.0)?;
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| match error {
                Error::Escape(EscapeError::UnrecognizedEntity(..)) => "xml.entity",
                _ => "xml.broken",
            })?;
            all_taken(&value)?;
            if name.strip_suffix(":nil").is_some() && matches!(&*value, "true" | "1") {
                element.is_nil = true;
            }
            element.add(format!("{ATTRIBUTE}{name}"), Value::from(value.into_owned()));
        }
        self.open.push(element);
        Ok(())
    }

    fn end(&mut self) -> Taken<()> {
        let mut element = self.open.pop().ok_or("xml.broken")?;
        let name = std::mem::take(&mut element.name);
        let value = element.into_value();
        match self.open.last_mut() {
            Some(parent) => parent.add(name, value),
            None => {
                let mut root = Map::new();
                root.push(name, value);
                self.root = Some(Value::Map(root));
            }
        }
        Ok(())
    }

    fn add_text(&mut self, text: &str) -> Taken<()> {
        all_taken(text)?;
        match self.open.last_mut() {
            Some(element) => {
                element.add_text(text);
                Ok(())
            }
            None if text.trim().is_empty() => Ok(()),
            None => Err("xml.broken"),
        }
    }

    fn count(&mut self) -> Taken<()> {
        self.nodes += 1;
        if self.nodes > MAX_NODES { Err("xml.large") } else { Ok(()) }
    }

    fn ended(self) -> Result<Value<'static>, Cause> {
        let is_whole = self.open.is_empty();
        let cause = self.cause("xml.broken", self.text.len());
        self.root.filter(|_| is_whole).ok_or(cause)
    }

    fn cause(&self, code: &'static str, at: usize) -> Cause {
        if code == "xml.large" {
            return Cause::new(code).with("most", MAX_BYTES >> 20);
        }
        let before = &self.text[..self.text.floor_char_boundary(at.min(self.text.len()))];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let cause =
            Cause::new(code).with("line", line).with("column", before[line_start..].chars().count() + 1);
        if code == "xml.deep" { cause.with("levels", MAX_DEPTH) } else { cause }
    }
}

/// One of XML's own five, or a character by its number.
fn resolved(reference: &BytesRef<'_>) -> Taken<char> {
    let character = match &**reference {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "apos" => '\'',
        "quot" => '"',
        _ => reference.resolve_char_ref().map_err(|_| "xml.character")?.ok_or("xml.entity")?,
    };
    if is_taken(character) { Ok(character) } else { Err("xml.character") }
}

fn plain(name: &str) -> Taken<&str> {
    if is_name(name) { Ok(name) } else { Err("xml.broken") }
}

fn all_taken(text: &str) -> Taken<()> {
    if text.chars().all(is_taken) { Ok(()) } else { Err("xml.character") }
}
