//! Reading XML as values: elements become maps, repeated ones lists, attributes members beside the child elements.
//!
//! A DTD is refused, and with it every entity but XML's own five, so that a small text cannot become a large one and
//! nothing outside of it is fetched. Names lose their namespace prefix.

use encoding_rs::{Encoding, GB18030, UTF_8};
use model::{Cause, Map, Value};
use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesStart, Event};

/// Nesting deeper than this is refused.
pub(crate) const MAX_DEPTH: usize = 64;

/// The root element's name and content.
///
/// # Errors
/// `objects.bad_text` for bytes that their encoding does not allow, `objects.xml_dtd`, `objects.xml_deep`,
/// `objects.bad_xml` with the reader's reason.
pub(crate) fn read(bytes: &[u8]) -> Result<(String, Value<'static>), Cause> {
    let text = decode(bytes)?;
    let mut reader = Reader::from_str(&text);
    let mut open: Vec<Element> = Vec::new();
    let mut root = None;
    loop {
        let event = reader.read_event().map_err(broken)?;
        match event {
            Event::Start(start) => {
                if open.len() >= MAX_DEPTH {
                    return Err(Cause::new("objects.xml_deep").with("levels", MAX_DEPTH));
                }
                open.push(Element::open(&start)?);
            }
            Event::Empty(start) => close(Element::open(&start)?, &mut open, &mut root)?,
            Event::End(_) => {
                let element = open.pop().ok_or_else(|| reason("an end tag without its start"))?;
                close(element, &mut open, &mut root)?;
            }
            Event::Text(text) => say(&mut open, &text.xml10_content())?,
            Event::CData(text) => say(&mut open, &text.xml10_content())?,
            Event::GeneralRef(reference) => {
                let named = resolve_xml_entity(&reference).map(str::to_owned);
                let character = reference.resolve_char_ref().map_err(broken)?;
                let text = named.or_else(|| character.map(String::from));
                say(&mut open, &text.ok_or_else(|| reason("an entity that XML does not know"))?)?;
            }
            Event::DocType(_) => return Err(Cause::new("objects.xml_dtd")),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::Eof => break,
        }
    }
    match root {
        Some(root) if open.is_empty() => Ok(root),
        _ => Err(reason("the text ends before its root element does")),
    }
}

/// The text of bytes: by their mark, by what the declaration says, as UTF-8 otherwise.
fn decode(bytes: &[u8]) -> Result<String, Cause> {
    let (encoding, rest) = match Encoding::for_bom(bytes) {
        Some((encoding, length)) => (encoding, &bytes[length..]),
        None => (declared(bytes).unwrap_or(UTF_8), bytes),
    };
    let not_text = || Cause::new("objects.bad_text").with("encoding", encoding.name());
    let text = encoding.decode_without_bom_handling_and_without_replacement(rest);
    Ok(text.ok_or_else(not_text)?.into_owned())
}

/// GBK and GB2312 are parts of GB18030, and often declared where it is meant.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).into_owned();
    let declaration = head.trim_start().strip_prefix("<?xml")?.split("?>").next()?.to_owned();
    let named = declaration.split("encoding").nth(1)?.trim_start_matches(['=', ' ', '"', '\'']).to_owned();
    let name: String =
        named.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-' || *c == '_').collect();
    match name.to_ascii_lowercase().as_str() {
        "gbk" | "gb2312" | "gb18030" => Some(GB18030),
        _ => Encoding::for_label(name.as_bytes()),
    }
}

struct Element {
    name: String,
    members: Map<'static>,
    text: String,
}

impl Element {
    fn open(start: &BytesStart) -> Result<Element, Cause> {
        let name = start.local_name().into_inner().to_owned();
        let mut members = Map::new();
        for attribute in start.attributes() {
            let attribute = attribute.map_err(broken)?;
            let key = attribute.key.into_inner();
            if key == "xmlns" || key.starts_with("xmlns:") || key.starts_with("xsi:") {
                continue;
            }
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(broken)?;
            let key = attribute.key.local_name().into_inner().to_owned();
            members.set(key, value.into_owned());
        }
        Ok(Element { name, members, text: String::new() })
    }

    fn value(self) -> Value<'static> {
        match self.members.is_empty() {
            true => Value::from(self.text.trim().to_owned()),
            false => Value::Map(self.members),
        }
    }
}

fn say(open: &mut [Element], text: &str) -> Result<(), Cause> {
    match open.last_mut() {
        Some(element) => element.text.push_str(text),
        None if text.trim().is_empty() => {}
        None => return Err(reason("text outside of the root element")),
    }
    Ok(())
}

fn close(
    element: Element,
    open: &mut [Element],
    root: &mut Option<(String, Value<'static>)>,
) -> Result<(), Cause> {
    let name = element.name.clone();
    let value = element.value();
    let Some(parent) = open.last_mut() else {
        if root.replace((name, value)).is_some() {
            return Err(reason("two root elements"));
        }
        return Ok(());
    };
    match parent.members.get_mut(&name) {
        None => parent.members.push(name, value),
        Some(Value::List(list)) => list.push(value),
        Some(place) => {
            let first = std::mem::take(place);
            *place = Value::List(vec![first, value]);
        }
    }
    Ok(())
}

fn broken(error: impl std::fmt::Display) -> Cause {
    Cause::new("objects.bad_xml").with("reason", error)
}

fn reason(reason: &str) -> Cause {
    broken(reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(bytes: &[u8]) -> String {
        match read(bytes) {
            Ok((name, value)) => format!("{name} {}", model::json::write(&value)),
            Err(cause) => cause.code.into_owned(),
        }
    }

    #[test]
    fn elements_become_maps_and_repeated_ones_lists() {
        for (text, expected) in [
            (
                "<订单 编号='XS1'><客户>华桥&amp;电子</客户><行><数量>2</数量></行><行><数量>3</数量></行></订单>",
                r#"订单 {"编号":"XS1","客户":"华桥&电子","行":[{"数量":"2"},{"数量":"3"}]}"#,
            ),
            (
                "<a xmlns='urn:x' xmlns:s='urn:y'><s:b>1</s:b><c/><d><![CDATA[<x>]]></d><e>&#20013;</e></a>",
                r#"a {"b":"1","c":"","d":"<x>","e":"中"}"#,
            ),
            ("\u{feff}<?xml version=\"1.0\" encoding=\"UTF-8\"?><!-- 注 -->\n<a>  </a>\n", "a \"\""),
        ] {
            assert_eq!(told(text.as_bytes()), expected);
        }
    }

    #[test]
    fn gb18030_is_read_under_any_of_its_names() {
        for label in ["GBK", "gb2312", "GB18030"] {
            let text =
                format!("<?xml version='1.0' encoding='{label}'?><客户><名称>深圳市华桥</名称></客户>");
            let (bytes, ..) = GB18030.encode(&text);
            assert_eq!(told(&bytes), r#"客户 {"名称":"深圳市华桥"}"#, "{label}");
        }
        assert_eq!(told(b"<a>\xff\xfe\xff</a>"), "objects.bad_text");
    }

    #[test]
    fn what_could_grow_or_reach_out_is_refused() {
        let bomb = "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>";
        let outside = "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>";
        let deep = "<a>".repeat(100) + &"</a>".repeat(100);
        for (text, code) in [
            (bomb, "objects.xml_dtd"),
            (outside, "objects.xml_dtd"),
            (deep.as_str(), "objects.xml_deep"),
            ("<a>&x;</a>", "objects.bad_xml"),
            ("<a><b></a>", "objects.bad_xml"),
            ("<a>", "objects.bad_xml"),
            ("", "objects.bad_xml"),
            ("<a/><b/>", "objects.bad_xml"),
            ("文字", "objects.bad_xml"),
        ] {
            assert_eq!(told(text.as_bytes()), code, "{text}");
        }
    }
}
