//! Samples in XML, in the shape of samples in JSON: attributes are members like elements, and prefixes are gone.

use model::{Cause, Map, Value, xml};

/// The content of the root element. `model::xml` says what is refused.
pub(crate) fn read(bytes: &[u8]) -> Result<Value<'static>, Cause> {
    let Value::Map(document) = xml::read(bytes, None)? else { return Ok(Value::Null) };
    let root = document.into_iter().next().map(|(_, root)| root);
    Ok(plain(root.unwrap_or_default()))
}

fn plain(value: Value<'static>) -> Value<'static> {
    match value {
        Value::List(list) => Value::List(list.into_iter().map(plain).collect()),
        Value::Map(map) => Value::Map(members(map)),
        scalar => scalar,
    }
}

/// Namespaces say nothing of the record, and neither does text between its elements.
fn members(map: Map<'static>) -> Map<'static> {
    let mut plain_map = Map::new();
    for (name, value) in map {
        let is_attribute = name.starts_with(xml::ATTRIBUTE);
        let bare = name.trim_start_matches(xml::ATTRIBUTE);
        let says_nothing =
            is_attribute && (bare == "xmlns" || bare.starts_with("xmlns:") || bare.starts_with("xsi:"));
        if says_nothing || name == xml::TEXT {
            continue;
        }
        let local = bare.rsplit(':').next().unwrap_or(bare);
        // Where an attribute and an element have one name, the element is what people see.
        if !(is_attribute && plain_map.get(local).is_some()) {
            plain_map.set(local.to_owned(), plain(value));
        }
    }
    plain_map
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_and_prefixes_make_no_difference() {
        for (text, expected) in [
            (
                "<订单 编号='XS1'><客户>华桥&amp;电子</客户><行><数量>2</数量></行><行><数量>3</数量></行></订单>",
                r#"{"编号":"XS1","客户":"华桥&电子","行":[{"数量":"2"},{"数量":"3"}]}"#,
            ),
            ("<a xmlns='urn:x' xmlns:s='urn:y'>x<s:b>1</s:b><c/></a>", r#"{"b":"1","c":""}"#),
            ("<a id='1'><id>2</id></a>", r#"{"id":"2"}"#),
            ("<a>文字</a>", r#""文字""#),
        ] {
            assert_eq!(model::json::write(&read(text.as_bytes()).unwrap()), expected);
        }
    }
}
