//! Text: a line `path=value` for each value, such as `detailFieldVals.saleOrderEntry[0].qty=2`.
//!
//! In values a backslash, a line feed and a carriage return are written `\\`, `\n` and `\r`. Null is an empty value,
//! an empty list or map has no line.

use model::{Map, Value};

/// A path with more parts than this is refused.
const MAX_PARTS: usize = 16;

pub fn write(value: &Value) -> String {
    let mut out = String::new();
    lines(&mut out, "", value);
    out
}

fn lines(out: &mut String, path: &str, value: &Value) {
    match value {
        Value::Map(map) => {
            for (name, value) in map.iter() {
                let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
                lines(out, &path, value);
            }
        }
        Value::List(list) => {
            for (n, value) in list.iter().enumerate() {
                lines(out, &format!("{path}[{n}]"), value);
            }
        }
        value => {
            let text = value.plain().unwrap_or_default();
            out.push_str(&format!("{path}={}\n", escaped(&text)));
        }
    }
}

/// A value without line ends.
pub fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\n', "\\n").replace('\r', "\\r")
}

fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match (character, character == '\\') {
            (_, true) => match characters.next() {
                Some('n') => out.push('\n'),
                Some('r') => out.push('\r'),
                Some(other) => out.push(other),
                None => out.push('\\'),
            },
            (character, false) => out.push(character),
        }
    }
    out
}

/// Reads lines; every value is a text.
pub fn read(text: &str) -> Result<Value<'static>, String> {
    let mut whole = Value::Map(Map::new());
    for (n, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let wrong = || format!("第{}行格式错误", n + 1);
        let (path, value) = line.split_once('=').ok_or_else(wrong)?;
        let parts = parts(path).ok_or_else(wrong)?;
        let place = parts.iter().try_fold(&mut whole, |place, part| step(place, part)).ok_or_else(wrong)?;
        if *place != Value::Null {
            return Err(wrong());
        }
        *place = unescaped(value.trim_end_matches('\r')).into();
    }
    Ok(whole)
}

/// A member of a map, or a place in a list.
enum Part<'p> {
    Name(&'p str),
    Place(usize),
}

fn parts(path: &str) -> Option<Vec<Part<'_>>> {
    let mut parts = Vec::new();
    for piece in path.trim().split('.') {
        let (name, places) = piece.split_at(piece.find('[').unwrap_or(piece.len()));
        (!name.is_empty()).then(|| parts.push(Part::Name(name)))?;
        for place in places.split('[').skip(1) {
            parts.push(Part::Place(place.strip_suffix(']')?.parse().ok()?));
        }
    }
    (parts.len() <= MAX_PARTS).then_some(parts)
}

/// One step down; what is not there yet is made. The places of a list come in their order.
fn step<'t>(at: &'t mut Value<'static>, part: &Part) -> Option<&'t mut Value<'static>> {
    match part {
        Part::Name(name) => {
            if *at == Value::Null {
                *at = Value::Map(Map::new());
            }
            let Value::Map(map) = at else { return None };
            if map.get(name).is_none() {
                map.push((*name).to_owned(), Value::Null);
            }
            map.get_mut(name)
        }
        Part::Place(place) => {
            if *at == Value::Null {
                *at = Value::List(Vec::new());
            }
            let Value::List(list) = at else { return None };
            if *place == list.len() {
                list.push(Value::Null);
            }
            list.get_mut(*place)
        }
    }
}

#[cfg(test)]
mod tests {
    use model::json;

    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let value =
            json::read(r#"{"code":"0","data":{"行":[{"备注":"甲=乙\n丙\\n"},{"备注":"丁"}],"空":""}}"#)
                .unwrap();
        let written = write(&value);
        assert!(written.starts_with("code=0\ndata.行[0].备注=甲=乙\\n丙\\\\n\n"), "{written}");
        assert_eq!(read(&written).unwrap(), value);
    }

    #[test]
    fn lines_that_are_none_are_refused() {
        for text in ["甲", "=1", "a[1]=2", "a=1\na.b=2", "a=1\na=2", "a[x]=1", ".a=1", "a[0=1"] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
