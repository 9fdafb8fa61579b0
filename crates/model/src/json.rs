//! Our own JSON reader and writer: numbers stay text, strings are borrowed where they hold no escape.
//!
//! Strict where a mistake would change business data: one value and nothing after it, no duplicate names in a map, no
//! lone surrogates, no control characters in strings, at most [`MAX_DEPTH`] levels. A leading byte order mark is
//! passed over.

use std::borrow::Cow;

use crate::number::number_end;
use crate::{Map, Number, Value};

/// Nesting deeper than this is refused.
pub const MAX_DEPTH: usize = 128;

/// Why a text is no JSON we take, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind} at line {line}, column {column}")]
pub struct JsonError {
    pub kind: JsonErrorKind,
    /// Byte offset into the text.
    pub offset: usize,
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JsonErrorKind {
    #[error("the text is not UTF-8")]
    NotUtf8,
    #[error("the text ends too early")]
    Ended,
    #[error("unexpected {0:?}")]
    Unexpected(char),
    #[error("not a number")]
    BadNumber,
    #[error("a broken escape in a string")]
    BadEscape,
    #[error("a control character in a string")]
    ControlCharacter,
    #[error("the name {0:?} stands twice in one map")]
    DuplicateName(String),
    #[error("nested more than {MAX_DEPTH} levels deep")]
    TooDeep,
}

/// Reads one JSON value from bytes.
pub fn read_bytes(bytes: &[u8]) -> Result<Value<'_>, JsonError> {
    match std::str::from_utf8(bytes) {
        Ok(text) => read(text),
        Err(error) => {
            let valid = std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default();
            Err(locate(valid, valid.len(), JsonErrorKind::NotUtf8))
        }
    }
}

/// Reads one JSON value; the value borrows from the text.
pub fn read(text: &str) -> Result<Value<'_>, JsonError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader { text, at: 0 };
    let result = reader.document();
    result.map_err(|kind| locate(text, reader.at, kind))
}

/// The value as JSON text without spaces.
pub fn write(value: &Value) -> String {
    let mut out = String::with_capacity(256);
    write_to(&mut out, value);
    out
}

/// Appends the value as JSON text without spaces.
pub fn write_to(out: &mut String, value: &Value) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => out.push_str(number.as_str()),
        Value::Text(text) => write_text(out, text),
        Value::List(list) => {
            out.push('[');
            for (n, member) in list.iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                write_to(out, member);
            }
            out.push(']');
        }
        Value::Map(map) => {
            out.push('{');
            for (n, (name, member)) in map.iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                write_text(out, name);
                out.push(':');
                write_to(out, member);
            }
            out.push('}');
        }
    }
}

fn write_text(out: &mut String, text: &str) {
    out.push('"');
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escaped = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0..=0x1f => "",
            _ => continue,
        };
        out.push_str(&text[from..at]);
        if escaped.is_empty() {
            out.push_str(&format!("\\u{byte:04x}"));
        } else {
            out.push_str(escaped);
        }
        from = at + 1;
    }
    out.push_str(&text[from..]);
    out.push('"');
}

fn locate(text: &str, offset: usize, kind: JsonErrorKind) -> JsonError {
    let before = &text[..text.floor_char_boundary(offset.min(text.len()))];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    JsonError {
        kind,
        offset,
        line: before.bytes().filter(|b| *b == b'\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

type Read<T> = Result<T, JsonErrorKind>;

impl<'a> Reader<'a> {
    fn document(&mut self) -> Read<Value<'a>> {
        let value = self.value(0)?;
        self.spaces();
        match self.peek() {
            None => Ok(value),
            Some(_) => Err(self.unexpected()),
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn spaces(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn unexpected(&self) -> JsonErrorKind {
        match self.text.get(self.at..).and_then(|rest| rest.chars().next()) {
            Some(character) => JsonErrorKind::Unexpected(character),
            None => JsonErrorKind::Ended,
        }
    }

    fn expect(&mut self, byte: u8) -> Read<()> {
        if self.peek() == Some(byte) {
            self.at += 1;
            Ok(())
        } else {
            Err(self.unexpected())
        }
    }

    fn word(&mut self, word: &str, value: Value<'a>) -> Read<Value<'a>> {
        if self.text.as_bytes()[self.at..].starts_with(word.as_bytes()) {
            self.at += word.len();
            Ok(value)
        } else {
            Err(self.unexpected())
        }
    }

    fn value(&mut self, depth: usize) -> Read<Value<'a>> {
        if depth >= MAX_DEPTH {
            return Err(JsonErrorKind::TooDeep);
        }
        self.spaces();
        match self.peek() {
            Some(b'{') => self.map(depth),
            Some(b'[') => self.list(depth),
            Some(b'"') => Ok(Value::Text(self.string()?)),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'n') => self.word("null", Value::Null),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => Err(self.unexpected()),
        }
    }

    fn number(&mut self) -> Read<Value<'a>> {
        let end = number_end(self.text.as_bytes(), self.at).ok_or(JsonErrorKind::BadNumber)?;
        let text = &self.text[self.at..end];
        self.at = end;
        Ok(Value::Number(Number::checked(text)))
    }

    fn list(&mut self, depth: usize) -> Read<Value<'a>> {
        self.at += 1;
        let mut list = Vec::new();
        self.spaces();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Value::List(list));
        }
        loop {
            list.push(self.value(depth + 1)?);
            self.spaces();
            match self.peek() {
                Some(b',') => self.at += 1,
                _ => break,
            }
        }
        self.expect(b']')?;
        Ok(Value::List(list))
    }

    fn map(&mut self, depth: usize) -> Read<Value<'a>> {
        self.at += 1;
        let mut map = Map::with_capacity(8);
        self.spaces();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Value::Map(map));
        }
        // Beyond a few dozen names a scan for duplicates would be quadratic: remember them in a set.
        let mut names = std::collections::HashSet::new();
        loop {
            self.spaces();
            if self.peek() != Some(b'"') {
                return Err(self.unexpected());
            }
            let name = self.string()?;
            let twice = if map.len() < 48 {
                map.get(&name).is_some()
            } else {
                if names.is_empty() {
                    names.extend(map.iter().map(|(name, _)| name.to_owned()));
                }
                !names.insert(name.to_string())
            };
            if twice {
                return Err(JsonErrorKind::DuplicateName(name.into_owned()));
            }
            self.spaces();
            self.expect(b':')?;
            let value = self.value(depth + 1)?;
            map.push(name, value);
            self.spaces();
            match self.peek() {
                Some(b',') => self.at += 1,
                _ => break,
            }
        }
        self.expect(b'}')?;
        Ok(Value::Map(map))
    }

    fn string(&mut self) -> Read<Cow<'a, str>> {
        self.at += 1;
        let start = self.at;
        let bytes = self.text.as_bytes();
        loop {
            match bytes.get(self.at) {
                None => return Err(JsonErrorKind::Ended),
                Some(b'"') => {
                    let text = &self.text[start..self.at];
                    self.at += 1;
                    return Ok(Cow::Borrowed(text));
                }
                Some(b'\\') => return self.escaped_string(start).map(Cow::Owned),
                Some(0..=0x1f) => return Err(JsonErrorKind::ControlCharacter),
                Some(_) => self.at += 1,
            }
        }
    }

    /// Goes on with a string whose first escape is at `self.at`.
    fn escaped_string(&mut self, start: usize) -> Read<String> {
        let mut out = String::from(&self.text[start..self.at]);
        loop {
            let from = self.at;
            while !matches!(self.peek(), None | Some(b'"' | b'\\' | 0..=0x1f)) {
                self.at += 1;
            }
            out.push_str(&self.text[from..self.at]);
            match self.peek() {
                None => return Err(JsonErrorKind::Ended),
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => out.push(self.escape()?),
                Some(_) => return Err(JsonErrorKind::ControlCharacter),
            }
        }
    }

    fn escape(&mut self) -> Read<char> {
        self.at += 1;
        let kind = self.peek().ok_or(JsonErrorKind::Ended)?;
        self.at += 1;
        Ok(match kind {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode_escape(),
            _ => return Err(JsonErrorKind::BadEscape),
        })
    }

    fn unicode_escape(&mut self) -> Read<char> {
        let first = self.four_hex()?;
        let code = match first {
            0xd800..=0xdbff => {
                if self.text.as_bytes().get(self.at..self.at + 2) != Some(b"\\u") {
                    return Err(JsonErrorKind::BadEscape);
                }
                self.at += 2;
                match self.four_hex()? {
                    second @ 0xdc00..=0xdfff => 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00),
                    _ => return Err(JsonErrorKind::BadEscape),
                }
            }
            _ => first,
        };
        char::from_u32(code).ok_or(JsonErrorKind::BadEscape)
    }

    fn four_hex(&mut self) -> Read<u32> {
        let digits = self.text.as_bytes().get(self.at..self.at + 4).ok_or(JsonErrorKind::Ended)?;
        let text = std::str::from_utf8(digits).map_err(|_| JsonErrorKind::BadEscape)?;
        if !text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(JsonErrorKind::BadEscape);
        }
        self.at += 4;
        u32::from_str_radix(text, 16).map_err(|_| JsonErrorKind::BadEscape)
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
