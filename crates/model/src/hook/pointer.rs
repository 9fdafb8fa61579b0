//! Pointers into a body: JSON pointers (RFC 6901), from the record or, behind `$`, from the body as a whole.

use std::fmt;

use crate::Value;

/// Where something stands: `/data/order/id` in the record, `$/type` in the whole body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pointer {
    from: Spot,
    segments: Vec<String>,
}

/// What a pointer begins at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spot {
    Record,
    Body,
}

impl Pointer {
    /// `None` for what is no pointer: one begins with `/` or `$`, and `~` stands before `0` or `1` alone.
    pub fn parse(text: &str) -> Option<Pointer> {
        let (from, rest) = match text.strip_prefix('$') {
            Some(rest) => (Spot::Body, rest),
            None => (Spot::Record, text),
        };
        let Some(rest) = rest.strip_prefix('/') else {
            return (rest.is_empty() && from == Spot::Body).then_some(Pointer { from, segments: Vec::new() });
        };
        let segments = rest.split('/').map(unescaped).collect::<Option<Vec<_>>>()?;
        Some(Pointer { from, segments })
    }

    /// The member of a record of that name.
    pub fn to_field(name: &str) -> Pointer {
        Pointer { from: Spot::Record, segments: vec![name.to_owned()] }
    }

    pub fn from(&self) -> Spot {
        self.from
    }

    /// What stands there, in a record of the body.
    pub fn find<'v, 'b>(&self, record: &'v Value<'b>, body: &'v Value<'b>) -> Option<&'v Value<'b>> {
        let mut at = if self.from == Spot::Body { body } else { record };
        for segment in &self.segments {
            at = match at {
                Value::Map(map) => map.get(segment)?,
                Value::List(list) => list.get(index(segment)?)?,
                _ => return None,
            };
        }
        Some(at)
    }

    /// The text of the scalar that stands there; `None` where there is none, or it says nothing.
    pub fn text(&self, record: &Value<'_>, body: &Value<'_>) -> Option<String> {
        let plain = self.find(record, body)?.plain()?;
        let plain = plain.trim();
        (!plain.is_empty()).then(|| plain.to_owned())
    }
}

/// As it is written.
impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        if self.from == Spot::Body {
            f.write_str("$")?;
        }
        self.segments.iter().try_for_each(|segment| {
            let escaped = segment.replace('~', "~0").replace('/', "~1");
            write!(f, "/{escaped}")
        })
    }
}

fn unescaped(segment: &str) -> Option<String> {
    let mut text = String::with_capacity(segment.len());
    let mut rest = segment.chars();
    while let Some(c) = rest.next() {
        text.push(match c {
            '~' => match rest.next()? {
                '0' => '~',
                '1' => '/',
                _ => return None,
            },
            c => c,
        });
    }
    Some(text)
}

/// A place in a list: digits without zeros before them.
fn index(segment: &str) -> Option<usize> {
    let is_number = segment.bytes().all(|byte| byte.is_ascii_digit());
    let is_plain = segment == "0" || !segment.starts_with('0');
    (is_number && is_plain).then(|| segment.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    #[test]
    fn a_pointer_finds_what_stands_in_the_record_or_in_the_whole_body() {
        let body = json::read(
            r#"{"type":"order.paid","data":{"订单":[{"id":9007199254740993,"a/b":{"~":" 甲 "},"":"空","n":[1.50]}]}}"#,
        )
        .unwrap();
        let record = body.get("data").unwrap().get("订单").unwrap().as_list().unwrap()[0].clone();
        for (pointer, expected) in [
            ("/id", Some("9007199254740993")),
            ("/a~1b/~0", Some("甲")),
            ("/", Some("空")),
            ("/n/0", Some("1.50")),
            ("$/type", Some("order.paid")),
            ("$/data/订单/0/id", Some("9007199254740993")),
            ("/type", None),
            ("/n/00", None),
            ("/n/-", None),
            ("/n/1", None),
            ("/n", None),
            ("$", None),
            ("/id/0", None),
        ] {
            let read = Pointer::parse(pointer).unwrap_or_else(|| panic!("{pointer}"));
            assert_eq!(read.text(&record, &body).as_deref(), expected, "{pointer}");
            assert_eq!(read.to_string(), pointer);
        }
    }

    #[test]
    fn what_is_no_pointer_is_none() {
        for text in ["", "id", "data/id", "/a~", "/a~2", "$id", "#/id", "$.data"] {
            assert_eq!(Pointer::parse(text), None, "{text}");
        }
    }
}
