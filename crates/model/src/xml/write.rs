//! From a value to a document.

use quick_xml::escape::escape;

use super::{ATTRIBUTE, MAX_DEPTH, TEXT, is_name, is_taken};
use crate::{Cause, Map, Value};

/// Writes a value as an element of that name, in UTF-8 and with its declaration. What [`super::read`] gave of a document
/// is written as a document that reads the same; null is an empty element, and an empty list none at all.
///
/// # Errors
/// `xml.name` for a name that no element can have, `xml.unwritable` for a text with characters that XML does not have,
/// `xml.too_deep` for a value nested too deeply.
pub fn write(name: &str, value: &Value<'_>) -> Result<String, Cause> {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    element(&mut out, name, value, 0)?;
    Ok(out)
}

fn element(out: &mut String, name: &str, value: &Value<'_>, depth: usize) -> Result<(), Cause> {
    if depth >= MAX_DEPTH {
        return Err(Cause::new("xml.too_deep").with("levels", MAX_DEPTH));
    }
    if let Value::List(list) = value {
        return list.iter().try_for_each(|item| element(out, name, item, depth + 1));
    }
    let name = checked(name)?;
    out.push('<');
    out.push_str(name);
    match value {
        Value::Map(map) => {
            attributes(out, map)?;
            out.push('>');
            for (name, value) in map.iter().filter(|(name, _)| !name.starts_with(ATTRIBUTE)) {
                match name {
                    TEXT => text(out, value)?,
                    name => element(out, name, value, depth + 1)?,
                }
            }
        }
        other => {
            out.push('>');
            text(out, other)?;
        }
    }
    out.push_str("</");
    out.push_str(name);
    out.push('>');
    Ok(())
}

fn attributes(out: &mut String, map: &Map<'_>) -> Result<(), Cause> {
    for (name, value) in map.iter() {
        let Some(name) = name.strip_prefix(ATTRIBUTE) else { continue };
        out.push(' ');
        out.push_str(checked(name)?);
        out.push_str("=\"");
        text(out, value)?;
        out.push('"');
    }
    Ok(())
}

fn text(out: &mut String, value: &Value<'_>) -> Result<(), Cause> {
    let Some(text) = value.plain() else { return Ok(()) };
    if !text.chars().all(is_taken) {
        return Err(Cause::new("xml.unwritable"));
    }
    // A bare line feed in an attribute is read as a space, a carriage return anywhere as a line feed.
    out.push_str(&escape(&*text).replace('\r', "&#13;").replace('\n', "&#10;").replace('\t', "&#9;"));
    Ok(())
}

fn checked(name: &str) -> Result<&str, Cause> {
    match is_name(name) {
        true => Ok(name),
        false => Err(Cause::new("xml.name").with("name", name.chars().take(80).collect::<String>())),
    }
}
