use model::object::{CallHooks, Detail, ObjectHooks};

use super::*;
use crate::draft::field;
use crate::yaml;

fn object() -> Object {
    let choice = |value: &str, label: &str| Choice { value: value.into(), label: label.into() };
    let mut status =
        field("status", FieldKind::Select(vec![choice("1", "正常"), choice("no", "停 用")]), false, None);
    status.label_en = "Status".into();
    Object {
        connection: "u8".into(),
        name: "SaleOrder".into(),
        code: "SO01".into(),
        title_zh: "销售订单".into(),
        title_en: "Sales order".into(),
        part: Part::Bill,
        id: "id".into(),
        number: Some("单据编号".into()),
        display: None,
        version: Some("updateTime".into()),
        push: Push::Partial,
        void: None,
        fields: vec![
            field("id", FieldKind::Text, true, Some(50)),
            field("单据编号", FieldKind::Text, true, None),
            status,
            field("金额", FieldKind::Decimal { scale: 2 }, false, None),
            field("customer", FieldKind::Reference("Customer".into()), false, None),
            field("updateTime", FieldKind::DateTime, false, None),
        ],
        details: vec![Detail {
            name: "Items".into(),
            title_zh: "明细".into(),
            title_en: "Items".into(),
            id: Some("lineId".into()),
            fields: vec![field("lineId", FieldKind::Number, true, None)],
        }],
        hooks: ObjectHooks { parse: Some("functions/parse.js".into()), ..ObjectHooks::default() },
    }
}

#[test]
fn what_an_object_says_beside_its_fields_is_written() {
    let mut object = object();
    object.void = Some(("status".into(), "no".into()));
    object.details[0].fields[0].personal = true;
    object.hooks.request = CallHooks::every("functions/sign.js");
    object.hooks.answer.set("create", "functions/read.js".into());
    let text = write(&object);
    for part in [
        "\nvoid: { field: status, value: \"no\" }\n",
        "{ name: lineId, label: lineId, type: number, required: true, personal: true }",
        "\n  request: functions/sign.js\n  answer:\n    create: functions/read.js\n",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[test]
fn an_object_is_written_as_people_would() {
    let expected = r#"kind: object
connection: u8
name: SaleOrder
code: SO01
title: { zh: 销售订单, en: "Sales order" }
id: id
number: 单据编号
version: updateTime
push: partial
fields:
  - { name: id, label: id, type: text, required: true, max_length: 50 }
  - { name: 单据编号, label: 单据编号, type: text, required: true }
  - name: status
    label: { zh: status, en: Status }
    type: select
    options:
      "1": 正常
      "no": "停 用"
  - { name: 金额, label: 金额, type: decimal, scale: 2 }
  - { name: customer, label: customer, type: reference, object: Customer }
  - { name: updateTime, label: updateTime, type: datetime }
details:
  - name: Items
    title: { zh: 明细, en: Items }
    id: lineId
    fields:
      - { name: lineId, label: lineId, type: number, required: true }
functions:
  parse: functions/parse.js
"#;
    assert_eq!(write(&object()), expected);
}

#[test]
fn the_code_is_left_out_where_it_is_the_name_and_a_part_is_named() {
    let object = Object { code: "SaleOrder".into(), part: Part::Lines("Items".into()), ..object() };
    let text = write(&object);
    assert!(!text.contains("code:"), "{text}");
    assert!(text.contains("\nsplit: Items\n"), "{text}");
}

#[test]
fn whatever_a_name_holds_comes_back_from_the_text() {
    for name in [
        "字段",
        "a b",
        "true",
        "No",
        "12",
        "1e3",
        "-",
        "- x",
        "a: b",
        "#",
        "a #b",
        "'",
        "\"",
        "\\",
        "\n",
        "a\r\nb",
        "\t",
        "{ x }",
        "[x]",
        "*a",
        "&a",
        "!t",
        "%",
        "@",
        "`",
        "|",
        ">",
        "~",
        "null",
        "",
        " ",
        "<script>",
        "${env}",
        "?",
        ",",
        "\u{0}",
        "\u{85}",
        "\u{2028}",
        "\u{feff}",
        "😀",
        "é",
        "ⅷ",
        "2026-11-30",
        "0x1f",
        "_",
        "a.b.c",
        "=",
        "<<",
    ] {
        let mut object = object();
        object.fields[1].name = name.into();
        object.fields[2].label_en = name.into();
        object.title_zh = name.into();
        let FieldKind::Select(choices) = &mut object.fields[2].kind else { panic!("a select") };
        choices[0].label = name.into();
        choices[1].value = name.into();
        let text = write(&object);
        let read = yaml::read(&text).unwrap_or_else(|cause| panic!("{name:?}: {cause:?}\n{text}"));
        let at = |path: &[&str]| {
            let found = path.iter().try_fold(&read, |value, part| match part.parse::<usize>() {
                Ok(n) if value.as_list().is_some() => value.as_list()?.get(n),
                _ => value.get(part),
            });
            found.and_then(model::Value::as_text).map(|text| text.replace("$${", "${"))
        };
        for path in [&["fields", "1", "name"][..], &["fields", "2", "label", "en"], &["title", "zh"]] {
            assert_eq!(at(path).as_deref(), Some(name), "{path:?}\n{text}");
        }
        // A label of spaces is none: the option is its own.
        let label = if name.trim().is_empty() { "1" } else { name };
        assert_eq!(at(&["fields", "2", "options", "1"]).as_deref(), Some(label), "{text}");
        assert_eq!(at(&["fields", "2", "options", name]).as_deref(), Some("停 用"), "{text}");
    }
}
