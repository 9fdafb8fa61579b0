//! XML: an element for each member of a map, in its order; lists repeat their element or wrap it.

use model::{Map, Value};
use quick_xml::Reader;
use quick_xml::escape::{partial_escape, resolve_xml_entity};
use quick_xml::events::{BytesRef, Event};

use super::Charset;

/// Elements nested deeper than this are refused.
const MAX_DEPTH: usize = 64;

/// How a list is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lists {
    /// `<row>…</row><row>…</row>`
    Repeated,
    /// `<row><item>…</item><item>…</item></row>`
    Wrapped,
}

/// A whole document with its declaration.
pub fn write(value: &Value, root: &str, lists: Lists, charset: Charset) -> String {
    let mut out = format!("<?xml version=\"1.0\" encoding=\"{}\"?>\n", charset.name());
    element(&mut out, root, value, lists);
    out
}

/// Appends a value as an element of that name. Null and the empty text are an empty element.
pub fn element(out: &mut String, name: &str, value: &Value, lists: Lists) {
    let name = element_name(name);
    match (value, lists) {
        (Value::List(items), Lists::Repeated) => {
            items.iter().for_each(|item| element(out, &name, item, lists));
        }
        (Value::List(items), Lists::Wrapped) => {
            out.push_str(&format!("<{name}>"));
            items.iter().for_each(|item| element(out, "item", item, lists));
            out.push_str(&format!("</{name}>"));
        }
        (Value::Map(map), _) => {
            out.push_str(&format!("<{name}>"));
            map.iter().for_each(|(name, value)| element(out, name, value, lists));
            out.push_str(&format!("</{name}>"));
        }
        (value, _) => match value.plain().filter(|text| !text.is_empty()) {
            Some(text) => out.push_str(&format!("<{name}>{}</{name}>", character_data(&text))),
            None => out.push_str(&format!("<{name}/>")),
        },
    }
}

/// A member's name as an element may be called: what XML does not allow becomes `_`.
fn element_name(name: &str) -> String {
    let mut name: String = name
        .chars()
        .map(|c| if c.is_alphanumeric() || matches!(c, '_' | '-' | '.') { c } else { '_' })
        .collect();
    if !name.starts_with(|c: char| c.is_alphabetic() || c == '_') {
        name.insert(0, '_');
    }
    name
}

/// Text between tags. Characters that XML cannot hold are left out, a carriage return is kept as a reference.
pub fn character_data(text: &str) -> String {
    let holdable =
        |c: &char| matches!(c, '\t' | '\n' | '\r') || (*c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}'));
    let text: String = text.chars().filter(holdable).collect();
    partial_escape(text).replace('\r', "&#13;")
}

/// The encoding of the declaration of a document in an encoding that begins as ASCII does.
pub fn declared(body: &[u8]) -> Option<String> {
    let end = body.iter().take(200).position(|byte| *byte == b'>')?;
    let declaration = std::str::from_utf8(body.get(..end)?).ok()?;
    let (_, after) =
        declaration.trim_start_matches('\u{feff}').strip_prefix("<?xml")?.split_once("encoding")?;
    let value = after.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value[1..].split(quote).next().map(str::to_owned)
}

/// What stands below the outermost element: texts, maps, and lists where an element is repeated.
pub fn read(text: &str) -> Result<Value<'static>, String> {
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Open> = Vec::new();
    let mut whole = None;
    loop {
        match reader.read_event().map_err(|error| format!("XML格式错误：{error}"))? {
            Event::Start(start) => {
                if open.len() >= MAX_DEPTH {
                    return Err("XML嵌套过深".into());
                }
                open.push(Open::new(start.local_name().into_inner()));
            }
            Event::Empty(start) => {
                let empty = Open::new(start.local_name().into_inner());
                close(&mut open, &mut whole, empty)?;
            }
            Event::End(_) => {
                let ended = open.pop().ok_or("XML格式错误")?;
                close(&mut open, &mut whole, ended)?;
            }
            Event::Text(text) => add_text(&mut open, &text.xml10_content())?,
            Event::CData(text) => add_text(&mut open, &text.xml10_content())?,
            Event::GeneralRef(reference) => add_text(&mut open, &resolved(&reference)?)?,
            Event::DocType(_) => return Err("不允许使用DTD".into()),
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
            Event::Eof => break,
        }
    }
    if !open.is_empty() {
        return Err("XML没有结束".into());
    }
    whole.ok_or_else(|| "XML为空".into())
}

/// An element whose end has not come.
struct Open {
    name: String,
    text: String,
    members: Map<'static>,
}

impl Open {
    fn new(name: &str) -> Open {
        Open { name: name.into(), text: String::new(), members: Map::new() }
    }
}

fn close(open: &mut [Open], whole: &mut Option<Value<'static>>, ended: Open) -> Result<(), String> {
    let value = match ended.members.is_empty() {
        true => Value::from(ended.text),
        false => Value::Map(ended.members),
    };
    let Some(parent) = open.last_mut() else {
        return match whole.replace(value) {
            None => Ok(()),
            Some(_) => Err("XML有多个根节点".into()),
        };
    };
    match parent.members.get_mut(&ended.name) {
        None => parent.members.push(ended.name, value),
        Some(Value::List(list)) => list.push(value),
        Some(first) => {
            let before = std::mem::take(first);
            *first = Value::List(vec![before, value]);
        }
    }
    Ok(())
}

fn add_text(open: &mut [Open], text: &str) -> Result<(), String> {
    match open.last_mut() {
        Some(element) => element.text.push_str(text),
        None if text.trim().is_empty() => {}
        None => return Err("XML根节点之外有文本".into()),
    }
    Ok(())
}

fn resolved(reference: &BytesRef) -> Result<String, String> {
    match reference.resolve_char_ref() {
        Ok(Some(character)) => Ok(character.into()),
        Ok(None) => {
            let name = reference.xml10_content();
            resolve_xml_entity(&name).map(str::to_owned).ok_or_else(|| format!("未知的实体：{name}"))
        }
        Err(error) => Err(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use model::json;

    use super::*;

    #[test]
    fn what_is_written_is_read_again_as_texts() {
        let value = json::read(r#"{"客户":"无锡<瑞达>&\"甲\"","行":[{"qty":"1.50"},{"qty":"2"}],"备注":""}"#)
            .unwrap();
        let written = write(&value, "response", Lists::Repeated, Charset::Utf8);
        assert!(written.contains("<客户>无锡&lt;瑞达"), "{written}");
        assert_eq!(read(&written).unwrap(), value);
        let wrapped = write(&value, "response", Lists::Wrapped, Charset::Utf8);
        assert!(wrapped.contains("<行><item><qty>1.50</qty></item><item>"), "{wrapped}");
    }

    #[test]
    fn odd_documents_are_refused_or_understood() {
        for (text, found) in [
            ("<a><![CDATA[甲&乙]]></a>", Some("甲&乙")),
            ("<?xml version='1.0'?><a>&#x4E2D;&amp;</a>", Some("中&")),
            ("<a>", None),
            ("<a/><b/>", None),
            ("", None),
            ("<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>", None),
            ("<a>&x;</a>", None),
        ] {
            assert_eq!(read(text).ok(), found.map(Value::from), "{text}");
        }
        assert!(read(&"<a>".repeat(100)).is_err());
    }

    #[test]
    fn the_declared_encoding_is_found() {
        assert_eq!(declared(b"<?xml version=\"1.0\" encoding='GB18030'?><a/>").as_deref(), Some("GB18030"));
        assert_eq!(declared(b"<?xml version=\"1.0\"?><a encoding=\"x\"/>"), None);
        assert_eq!(declared(b"<a/>"), None);
    }
}
