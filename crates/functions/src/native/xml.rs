//! XML as plain objects, and back.
//!
//! An element that holds only text is that text; else it is an object of its attributes (`@name`), its elements by
//! name and, where it has attributes too, its own text (`#text`). Elements of one name that stand several times, or
//! whose name is among the asked lists, are an array. All values are texts. Documents with a type declaration are
//! refused, so that nothing can be expanded or fetched.

use model::{Cause, Map, Value};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// Elements in elements, at most.
const DEPTH: usize = 100;

/// How a document is to be read.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// Names of elements that are lists even where one stands alone.
    pub lists: Vec<String>,
    /// Whether prefixes of names stay: `soap:Body`.
    pub prefixes: bool,
}

struct Element {
    name: String,
    members: Map<'static>,
    text: String,
}

/// The document as an object with one member, its root.
pub(super) fn read(text: &str, reading: &Reading) -> Result<Value<'static>, Cause> {
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    let mut open: Vec<Element> = Vec::new();
    let mut root: Option<Map<'static>> = None;
    loop {
        let at = reader.buffer_position() as usize;
        let broken =
            || Cause::new("function.not_xml").with("line", text[..at.min(text.len())].lines().count().max(1));
        match reader.read_event().map_err(|_| broken())? {
            Event::DocType(_) => return Err(Cause::new("function.xml_doctype")),
            Event::Start(start) => {
                if open.len() >= DEPTH {
                    return Err(Cause::new("function.xml_too_deep").with("limit", DEPTH));
                }
                if open.is_empty() && root.is_some() {
                    return Err(broken());
                }
                open.push(element(&start, reading).ok_or_else(broken)?);
            }
            Event::Empty(start) => {
                let element = element(&start, reading).ok_or_else(broken)?;
                close(element, &mut open, &mut root, reading).ok_or_else(broken)?;
            }
            Event::End(_) => {
                let element = open.pop().ok_or_else(broken)?;
                close(element, &mut open, &mut root, reading).ok_or_else(broken)?;
            }
            Event::Text(piece) => {
                let piece = piece.xml10_content();
                match open.last_mut() {
                    Some(element) => element.text.push_str(&piece),
                    None if piece.trim().is_empty() => {}
                    None => return Err(broken()),
                }
            }
            Event::CData(piece) => {
                let piece = piece.xml10_content();
                open.last_mut().ok_or_else(broken)?.text.push_str(&piece);
            }
            Event::GeneralRef(reference) => {
                let resolved = match reference.resolve_char_ref().map_err(|_| broken())? {
                    Some(character) => character.to_string(),
                    None => quick_xml::escape::resolve_xml_entity(&reference).ok_or_else(broken)?.to_owned(),
                };
                open.last_mut().ok_or_else(broken)?.text.push_str(&resolved);
            }
            Event::Decl(_) | Event::Comment(_) | Event::PI(_) => {}
            Event::Eof if open.is_empty() => return root.map(Value::Map).ok_or_else(broken),
            Event::Eof => return Err(broken()),
        }
    }
}

fn named(name: &str, reading: &Reading) -> String {
    let local = name.rsplit_once(':').map_or(name, |(_, local)| local);
    if reading.prefixes { name } else { local }.to_owned()
}

fn element(start: &BytesStart, reading: &Reading) -> Option<Element> {
    let mut members = Map::new();
    for attribute in start.attributes() {
        let attribute = attribute.ok()?;
        let is_namespace = attribute.key.as_ref().starts_with("xmlns");
        if is_namespace && !reading.prefixes {
            continue;
        }
        let name = named(attribute.key.as_ref(), reading);
        let value = quick_xml::escape::unescape(&attribute.value).ok()?;
        members.set(format!("@{name}"), value.into_owned());
    }
    Some(Element { name: named(start.name().as_ref(), reading), members, text: String::new() })
}

/// Puts a finished element where it belongs. `None` when a second root follows the first.
fn close(
    element: Element,
    open: &mut [Element],
    root: &mut Option<Map<'static>>,
    reading: &Reading,
) -> Option<()> {
    let Element { name, mut members, text } = element;
    let value = if members.is_empty() {
        Value::from(if text.trim().is_empty() { String::new() } else { text })
    } else {
        if !text.trim().is_empty() {
            members.set("#text", text.trim().to_owned());
        }
        Value::Map(members)
    };
    match open.last_mut() {
        Some(parent) => add(&mut parent.members, name, value, reading),
        None if root.is_none() => {
            let mut map = Map::new();
            map.push(name, value);
            *root = Some(map);
        }
        None => return None,
    }
    Some(())
}

fn add(members: &mut Map<'static>, name: String, value: Value<'static>, reading: &Reading) {
    match members.get_mut(&name) {
        Some(Value::List(list)) => list.push(value),
        Some(first) => {
            let first_value = std::mem::take(first);
            *first = Value::List(vec![first_value, value]);
        }
        None if reading.lists.contains(&name) => members.push(name, Value::List(vec![value])),
        None => members.push(name, value),
    }
}

/// The object as a document; it has one member, the root.
pub(super) fn write(value: &Value, declaration: bool) -> Result<String, Cause> {
    let root = value.as_map().filter(|map| map.len() == 1);
    let root = root.ok_or_else(|| Cause::new("function.not_xml_value"))?;
    let mut out = String::with_capacity(256);
    if declaration {
        out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    }
    for (name, value) in root.iter() {
        if matches!(value, Value::List(_)) {
            return Err(Cause::new("function.not_xml_value"));
        }
        write_element(&mut out, name, value)?;
    }
    Ok(out)
}

fn write_element(out: &mut String, name: &str, value: &Value) -> Result<(), Cause> {
    if let Value::List(list) = value {
        return list.iter().try_for_each(|member| write_element(out, name, member));
    }
    let is_first = |c: char| c.is_alphabetic() || c == '_';
    let is_name = name.starts_with(is_first)
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':'));
    if !is_name {
        return Err(Cause::new("function.not_xml_name").with("member", crate::shared::shortened(name, 40)));
    }
    out.push('<');
    out.push_str(name);
    let mut content = String::new();
    match value {
        Value::Map(map) => {
            for (member, value) in map.iter() {
                if let Some(attribute) = member.strip_prefix('@') {
                    out.push(' ');
                    out.push_str(attribute);
                    out.push_str("=\"");
                    out.push_str(&quick_xml::escape::escape(&*value.plain().unwrap_or_default()));
                    out.push('"');
                } else if member == "#text" {
                    content.push_str(&quick_xml::escape::escape(&*value.plain().unwrap_or_default()));
                } else {
                    write_element(&mut content, member, value)?;
                }
            }
        }
        plain => content.push_str(&quick_xml::escape::escape(&*plain.plain().unwrap_or_default())),
    }
    match content.is_empty() {
        true => out.push_str("/>"),
        false => {
            out.push('>');
            out.push_str(&content);
            out.push_str("</");
            out.push_str(name);
            out.push('>');
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use model::json;

    use super::*;

    fn as_json(text: &str, lists: &[&str], prefixes: bool) -> String {
        let lists = lists.iter().map(|name| (*name).to_owned()).collect();
        match read(text, &Reading { lists, prefixes }) {
            Ok(value) => json::write(&value),
            Err(cause) => cause.code.into_owned(),
        }
    }

    #[test]
    fn elements_become_objects() {
        for (text, expected) in [
            (
                "<单><号>XS1</号><客户>桥梁 &amp; 公司</客户></单>",
                r#"{"单":{"号":"XS1","客户":"桥梁 & 公司"}}"#,
            ),
            ("<a><r>1</r><r>2</r></a>", r#"{"a":{"r":["1","2"]}}"#),
            ("<a><line>1</line></a>", r#"{"a":{"line":["1"]}}"#),
            ("<a x='1'>桥</a>", r##"{"a":{"@x":"1","#text":"桥"}}"##),
            ("<a><b/><c> </c></a>", r#"{"a":{"b":"","c":""}}"#),
            ("<a><![CDATA[<桥>]]>&#x6865;</a>", r#"{"a":"<桥>桥"}"#),
            ("\u{feff}<?xml version='1.0'?><!-- 注 --><a>1</a>", r#"{"a":"1"}"#),
        ] {
            assert_eq!(as_json(text, &["line"], true), expected, "{text}");
        }
        let soap = "<s:Body xmlns:s='urn:x'><s:No>1</s:No></s:Body>";
        assert_eq!(as_json(soap, &[], false), r#"{"Body":{"No":"1"}}"#);
        assert_eq!(as_json(soap, &[], true), r#"{"s:Body":{"@xmlns:s":"urn:x","s:No":"1"}}"#);
    }

    #[test]
    fn what_is_dangerous_or_broken_is_refused() {
        let bomb = "<!DOCTYPE a [<!ENTITY x \"xxxx\"><!ENTITY y \"&x;&x;\">]><a>&y;</a>";
        assert_eq!(as_json(bomb, &[], true), "function.xml_doctype");
        let deep = "<a>".repeat(10_000) + &"</a>".repeat(10_000);
        assert_eq!(as_json(&deep, &[], true), "function.xml_too_deep");
        for broken in ["", "<a>", "<a></b>", "<a/><b/>", "text", "<a>&unknown;</a>", "<a x=1/>", "</a>"] {
            assert_eq!(as_json(broken, &[], true), "function.not_xml", "{broken}");
        }
    }

    #[test]
    fn objects_become_elements_and_come_back() {
        let text = r##"{"单":{"@版本":"1","号":"XS<1>","行":[{"数":2},{"数":"3.50"}],"空":null}}"##;
        let value = json::read(text).unwrap();
        let xml = write(&value, false).unwrap();
        assert_eq!(
            xml,
            "<单 版本=\"1\"><号>XS&lt;1&gt;</号><行><数>2</数></行><行><数>3.50</数></行><空/></单>"
        );
        let back = as_json(&xml, &[], true);
        assert_eq!(back, r##"{"单":{"@版本":"1","号":"XS<1>","行":[{"数":"2"},{"数":"3.50"}],"空":""}}"##);
        assert_eq!(
            write(&json::read(r#"{"a b":1}"#).unwrap(), true).unwrap_err().code,
            "function.not_xml_name"
        );
        assert_eq!(write(&json::read("[1]").unwrap(), true).unwrap_err().code, "function.not_xml_value");
    }
}
