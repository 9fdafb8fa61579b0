//! Values as lines of text: `masterFieldVal.custNo=KH-001`.
//!
//! A name that is a whole number stands for a place in a list. Line feeds and backslashes in a value are written `\n` and
//! `\\`. *Ours*: the protocol allows text and does not say what it looks like.

use crate::{Map, Value};

/// Deeper paths are no answer of a system.
const DEEPEST: usize = 16;
/// Places beyond this are none of a list.
const LONGEST: usize = 100_000;

/// A line for each value that is not null.
pub fn write(value: &Value<'_>) -> String {
    let mut out = String::new();
    lines(value, "", &mut out);
    out
}

fn lines(value: &Value<'_>, path: &str, out: &mut String) {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match value {
        Value::Map(map) => map.iter().for_each(|(name, value)| lines(value, &below(name), out)),
        Value::List(list) => {
            list.iter().enumerate().for_each(|(n, value)| lines(value, &below(&n.to_string()), out));
        }
        plain => {
            if let Some(text) = plain.plain() {
                let text = text.replace('\\', "\\\\").replace('\n', "\\n").replace('\r', "\\r");
                out.push_str(&format!("{path}={text}\n"));
            }
        }
    }
}

/// The value that lines describe. `None` where a line is none, or leads through a value.
pub fn read(text: &str) -> Option<Value<'static>> {
    let mut root = Value::Map(Map::new());
    let mut some = false;
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let (path, value) = line.split_once('=')?;
        let names: Vec<&str> = path.trim().split('.').collect();
        if names.len() > DEEPEST || names.iter().any(|name| name.is_empty()) {
            return None;
        }
        set(&mut root, &names, unescaped(value))?;
        some = true;
    }
    some.then_some(root)
}

fn set(place: &mut Value<'static>, names: &[&str], text: String) -> Option<()> {
    let Some((first, rest)) = names.split_first() else {
        if !matches!(place, Value::Null) {
            return None;
        }
        *place = Value::from(text);
        return Some(());
    };
    let number = first.parse::<usize>().ok();
    if matches!(place, Value::Null) {
        *place = match number {
            Some(0) => Value::List(Vec::new()),
            _ => Value::Map(Map::new()),
        };
    }
    match place {
        Value::List(list) => {
            let at = number.filter(|at| *at <= list.len() && *at < LONGEST)?;
            if at == list.len() {
                list.push(Value::Null);
            }
            set(&mut list[at], rest, text)
        }
        Value::Map(map) => {
            if map.get(first).is_none() {
                map.push((*first).to_owned(), Value::Null);
            }
            set(map.get_mut(first)?, rest, text)
        }
        _ => None,
    }
}

fn unescaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n') => out.push('\n'),
                Some('r') => out.push('\r'),
                Some(other) => out.push(other),
                None => out.push('\\'),
            },
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    #[test]
    fn what_is_written_as_lines_is_read_again() {
        let value = json::read(
            r#"{"code":"0","data":{"名称":"桥\n梁\\","dataList":[{"a":"1","rows":[{"b":"2=3"},{"b":""}]},{"a":"x"}]}}"#,
        )
        .unwrap();
        let text = write(&value);
        assert!(text.contains("data.dataList.0.rows.1.b=\n"), "{text}");
        assert_eq!(read(&text), Some(value));
    }

    #[test]
    fn lines_that_say_nothing_are_refused() {
        for text in ["", "桥", "a=1\na.b=2", "a.=1", "=1", "a.5=1\na.0=2\n桥", "a=1\na=2", "a.0=1\na.2=3"] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(read(&format!("{}=1", vec!["a"; 17].join("."))), None);
    }
}
