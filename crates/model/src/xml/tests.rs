use encoding_rs::GB18030;
use proptest::prelude::*;

use super::*;
use crate::{Map, Value, json};

fn value(text: &str) -> String {
    json::write(&read(text.as_bytes(), None).unwrap())
}

fn refused(text: &str) -> String {
    refused_bytes(text.as_bytes(), None)
}

fn refused_bytes(bytes: &[u8], label: Option<&str>) -> String {
    read(bytes, label).unwrap_err().code.into_owned()
}

#[test]
fn elements_are_maps_and_those_of_one_name_lists() {
    for (text, expected) in [
        ("<a>桥</a>", r#"{"a":"桥"}"#),
        ("<a/>", r#"{"a":""}"#),
        ("<a> 有空格 </a>", r#"{"a":" 有空格 "}"#),
        ("<a><b>1</b><c>0603</c></a>", r#"{"a":{"b":"1","c":"0603"}}"#),
        ("<a><b>1</b><c/><b>2</b><b>3</b></a>", r#"{"a":{"b":["1","2","3"],"c":""}}"#),
        ("<a 号=\"1\"><b x='2'>3</b></a>", r##"{"a":{"@号":"1","b":{"@x":"2","#text":"3"}}}"##),
        ("<a>前<b>中</b>后</a>", r##"{"a":{"b":"中","#text":"前后"}}"##),
        ("<a>\n  <b>1</b>\n</a>\n<!-- 完 -->", r#"{"a":{"b":"1"}}"#),
        ("<a>&lt;桥&gt; &amp; &#26725;&#x6881;</a>", r#"{"a":"<桥> & 桥梁"}"#),
        ("<a><![CDATA[<桥> & ]]>梁</a>", r#"{"a":"<桥> & 梁"}"#),
        ("<s:a xmlns:s=\"urn:x\"><s:b>1</s:b></s:a>", r#"{"s:a":{"@xmlns:s":"urn:x","s:b":"1"}}"#),
        ("<a><b xsi:nil=\"true\"/></a>", r#"{"a":{"b":null}}"#),
        ("<?xml version=\"1.0\"?><?处理 指令?><a/>", r#"{"a":""}"#),
    ] {
        assert_eq!(value(text), expected, "{text}");
    }
}

#[test]
fn a_document_is_read_in_the_charset_it_declares() {
    let text = "<?xml version=\"1.0\" encoding=\"GB18030\"?><客户><名称>杭州桥梁</名称></客户>";
    let expected = r#"{"客户":{"名称":"杭州桥梁"}}"#;
    let gb = GB18030.encode(text).0;
    assert_eq!(json::write(&read(&gb, None).unwrap()), expected);
    assert_eq!(json::write(&read(&gb, Some("gbk")).unwrap()), expected);
    let wide = text.replace("GB18030", "UTF-16");
    let wide: Vec<u8> = wide.encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(json::write(&read(&wide, None).unwrap()), expected);
    let plain = "<客户><名称>杭州桥梁</名称></客户>";
    assert_eq!(json::write(&read(&GB18030.encode(plain).0, Some("gb2312")).unwrap()), expected);
    assert_eq!(refused_bytes(&gb, Some("utf-8")), "charset.differs");
    assert_eq!(refused_bytes(text.as_bytes(), Some("utf-8")), "charset.differs");
    assert_eq!(refused_bytes(&GB18030.encode(plain).0, None), "charset.wrong");
    assert_eq!(refused(&text.replace("GB18030", "EUC-TW")), "charset.unknown");
}

#[test]
fn what_would_harm_its_reader_is_refused() {
    let laughs =
        "<?xml version=\"1.0\"?><!DOCTYPE lolz [<!ENTITY a \"哈哈\"><!ENTITY b \"&a;&a;&a;&a;\">]><l>&b;</l>";
    let outside = "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><x>&e;</x>";
    let remote = "<!DOCTYPE x SYSTEM \"http://example.com/x.dtd\"><x/>";
    for text in [laughs, outside, remote] {
        assert_eq!(refused(text), "xml.dtd", "{text}");
    }
    for (text, code) in [
        ("<a>&nbsp;</a>", "xml.entity"),
        ("<a b=\"&e;\"/>", "xml.entity"),
        ("<a>&#0;</a>", "xml.character"),
        ("<a>&#27;</a>", "xml.character"),
        ("<a>\u{0}</a>", "xml.character"),
        ("<a b=\"\u{1}\"/>", "xml.character"),
    ] {
        assert_eq!(refused(text), code, "{text}");
    }
}

#[test]
fn nesting_without_end_is_refused_and_as_much_as_is_taken_is_read() {
    let nested = |levels: usize| "<a>".repeat(levels) + &"</a>".repeat(levels);
    assert!(read(nested(MAX_DEPTH).as_bytes(), None).is_ok());
    assert_eq!(refused(&nested(MAX_DEPTH + 1)), "xml.deep");
    assert_eq!(refused(&nested(10_000)), "xml.deep");
    assert_eq!(refused(&"<a>".repeat(10_000)), "xml.deep");
}

#[test]
fn sizes_without_end_are_refused() {
    let attributes: String = (0..300).map(|n| format!(" a{n}=\"1\"")).collect();
    assert_eq!(refused(&format!("<a{attributes}/>")), "xml.large");
    assert_eq!(refused(&format!("<a>{}</a>", "<b/>".repeat(MAX_NODES))), "xml.large");
    assert_eq!(refused(&format!("<a>{}</a>", "桥".repeat(MAX_BYTES / 3))), "xml.large");
    let wide: String = (0..100_000).map(|n| format!("<b{n}/>")).collect();
    let read = read(format!("<a>{wide}<b7>1</b7></a>").as_bytes(), None).unwrap();
    let map = read.get("a").unwrap().as_map().unwrap();
    assert_eq!((map.len(), map.get("b7").unwrap().as_list().unwrap().len()), (100_000, 2));
}

#[test]
fn what_is_no_document_is_refused_with_its_place() {
    for text in [
        "",
        "桥",
        "<a>",
        "</a>",
        "<a></b>",
        "<a/><b/>",
        "<a/>桥",
        "<a b/>",
        "<a b=1/>",
        "<a b=\"1\" b=\"2\"/>",
        "<1a/>",
        "<a><",
        "<a",
        "{}",
    ] {
        assert_eq!(refused(text), "xml.broken", "{text}");
    }
    let cause = read("<客户>\n  <名称>&名;</名称></客户>".as_bytes(), None).unwrap_err();
    assert_eq!((cause.param("line"), cause.param("column")), (Some("2"), Some("7")));
}

#[test]
fn a_value_is_written_as_a_document_that_reads_the_same() {
    let text = r##"{"@号":"1<2","名称":"桥 & \"梁\"","行":[{"数":"1.50"},{"数":"2"}],"空":"","#text":"注"}"##;
    let value = json::read(text).unwrap();
    let written = write("客户", &value).unwrap();
    assert!(
        written.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?><客户 号=\"1&lt;2\">"),
        "{written}"
    );
    assert_eq!(read(written.as_bytes(), None).unwrap().get("客户"), Some(&value));
    let numbers = json::read(r#"{"数":1.50,"真":true,"空":null,"无":[]}"#).unwrap();
    assert!(write("a", &numbers).unwrap().ends_with("<a><数>1.50</数><真>true</真><空></空></a>"));
}

#[test]
fn what_no_document_can_hold_is_not_written() {
    let named = |name: &str| Value::Map(Map::from_iter([(name.to_owned().into(), Value::from("1"))]));
    for (name, value, code) in [
        ("1a", Value::from("x"), "xml.name"),
        ("a", named("x y"), "xml.name"),
        ("a", named("x><script"), "xml.name"),
        ("a", named("@x=\"1\" y"), "xml.name"),
        ("a", Value::from("\u{0}"), "xml.unwritable"),
    ] {
        assert_eq!(write(name, &value).unwrap_err().code, code, "{value:?}");
    }
    let deep = (0..200).fold(Value::Null, |inner, _| Value::Map(Map::from_iter([("a".into(), inner)])));
    assert_eq!(write("a", &deep).unwrap_err().code, "xml.too_deep");
}

fn documents() -> impl Strategy<Value = Value<'static>> {
    let leaf = "[^\u{0}-\u{8}\u{b}-\u{1f}\u{fffe}\u{ffff}]{0,8}".prop_map(Value::from);
    leaf.prop_recursive(4, 32, 5, |inner| {
        prop::collection::vec(("[a-z桥]{1,3}", inner), 1..5).prop_map(|members| {
            let mut map = Map::new();
            members.into_iter().for_each(|(name, value)| map.set(name, value));
            Value::Map(map)
        })
    })
}

proptest! {
    #[test]
    fn any_document_is_read_as_it_was_written(value in documents()) {
        let written = write("根", &value).unwrap();
        let read = read(written.as_bytes(), None).unwrap();
        prop_assert_eq!(read.get("根"), Some(&value));
    }

    #[test]
    fn no_bytes_bring_it_down(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(&bytes, None);
        let _ = read(&[b"<?xml version=\"1.0\" encoding=\"gbk\"?><a>", &*bytes].concat(), None);
    }
}
