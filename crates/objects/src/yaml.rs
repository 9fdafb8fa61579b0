//! Reading YAML as exact values, for API descriptions: numbers keep their text. Anchors are refused, so that a small text
//! cannot become a large one.

use granit_parser::{Event, Marker, Parser, ScalarStyle, StrInput};
use model::{Cause, Map, Number, Value};

/// Nesting deeper than this is refused.
const MAX_DEPTH: usize = 128;

/// Reads the one document of a text.
///
/// # Errors
/// `objects.bad_yaml` with the line, the column and the reader's reason.
pub(crate) fn read(text: &str) -> Result<Value<'static>, Cause> {
    let options = granit_parser::options! { emit_comments: false };
    let mut reader = Reader { events: Parser::new_from_str_with_options(text, options) };
    let mut root = None;
    loop {
        let (event, at) = reader.next()?;
        match event {
            Event::StreamEnd => break,
            Event::StreamStart | Event::DocumentEnd => {}
            Event::DocumentStart(..) if root.is_some() => return Err(broken(at, "more than one document")),
            Event::DocumentStart(..) => {}
            event => root = Some(reader.value((event, at), 0)?),
        }
    }
    root.ok_or_else(|| broken((1, 1), "an empty document"))
}

type Place = (usize, usize);
type Next<'t> = (Event<'t>, Place);

struct Reader<'t> {
    events: Parser<'t, StrInput<'t>>,
}

impl<'t> Reader<'t> {
    fn next(&mut self) -> Result<Next<'t>, Cause> {
        match self.events.next() {
            None => Ok((Event::StreamEnd, (1, 1))),
            Some(Ok((event, span))) => Ok((event, place(span.start))),
            Some(Err(error)) => Err(broken(place(*error.marker()), error.kind())),
        }
    }

    fn value(&mut self, (event, at): Next<'t>, depth: usize) -> Result<Value<'static>, Cause> {
        if depth > MAX_DEPTH {
            return Err(broken(at, "nested too deep"));
        }
        let (value, anchor) = match event {
            Event::Scalar(text, ScalarStyle::Plain, anchor, None) => (scalar(text.into_owned()), anchor),
            Event::Scalar(text, _, anchor, _) => (Value::from(text.into_owned()), anchor),
            Event::SequenceStart(_, anchor, _) => (Value::List(self.list(depth)?), anchor),
            Event::MappingStart(_, anchor, _) => (Value::Map(self.map(depth)?), anchor),
            _ => return Err(broken(at, "anchors and aliases are not taken")),
        };
        match anchor {
            0 => Ok(value),
            _ => Err(broken(at, "anchors and aliases are not taken")),
        }
    }

    fn list(&mut self, depth: usize) -> Result<Vec<Value<'static>>, Cause> {
        let mut list = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd | Event::StreamEnd, _) => return Ok(list),
                next => list.push(self.value(next, depth + 1)?),
            }
        }
    }

    fn map(&mut self, depth: usize) -> Result<Map<'static>, Cause> {
        let mut map = Map::new();
        loop {
            let (event, at) = self.next()?;
            let name = match event {
                Event::MappingEnd | Event::StreamEnd => return Ok(map),
                Event::Scalar(text, ..) => text.into_owned(),
                _ => return Err(broken(at, "a key that is no text")),
            };
            if map.get(&name).is_some() {
                return Err(broken(at, "a key that stands twice"));
            }
            let next = self.next()?;
            let value = self.value(next, depth + 1)?;
            map.push(name, value);
        }
    }
}

/// By YAML's core rules, with numbers in JSON's grammar only.
fn scalar(text: String) -> Value<'static> {
    match text.as_str() {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => match Number::parse(text.clone()) {
            Some(number) => Value::Number(number),
            None => Value::from(text),
        },
    }
}

fn place(marker: Marker) -> Place {
    (marker.line(), marker.col() + 1)
}

fn broken((line, column): Place, reason: impl std::fmt::Display) -> Cause {
    Cause::new("objects.bad_yaml").with("line", line).with("column", column).with("reason", reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_is_read_with_its_numbers_as_written() {
        let text = "名称: 客户\n步长: 0.010\n\"200\": { a: [1, '1', ~, yes] }\n多行: |\n  一\n  二\n";
        let value = read(text).unwrap();
        assert_eq!(
            model::json::write(&value),
            r#"{"名称":"客户","步长":0.010,"200":{"a":[1,"1",null,"yes"]},"多行":"一\n二\n"}"#
        );
    }

    #[test]
    fn what_is_no_plain_tree_is_refused() {
        let deep = "[".repeat(300) + &"]".repeat(300);
        for text in
            ["a: &x 1\nb: *x\n", "a: 1\na: 2\n", "a: 1\n---\nb: 2\n", "", "a: [1\n", "? [x]\n: 1\n", &deep]
        {
            assert_eq!(read(text).unwrap_err().code, "objects.bad_yaml", "{text}");
        }
    }
}
