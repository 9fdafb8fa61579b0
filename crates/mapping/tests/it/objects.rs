//! Objects that people describe, and flows held against them.

use model::object::{CallHooks, FieldKind, Object, Part, Push};

use super::*;

const OBJECT: &str = "kind: object
connection: erp
name: Customer
code: BD_CUST
title: { zh: 客户, en: Customer }
id: custId
number: custNo
display: name
version: changedAt
push: partial
fields:
  - { name: custId, label: 客户内码, type: text, required: true, max_length: 80 }
  - { name: custNo, label: { zh: 编码, en: Number }, type: text }
  - { name: name, type: long_text }
  - { name: credit, type: decimal, scale: 2 }
  - { name: kind, type: select, options: { \"1\": 零售, \"2\": 批发 } }
  - { name: tags, type: multi_select, options: [甲, 乙] }
  - { name: parent, type: reference, object: Customer }
  - { name: changedAt, type: datetime }
details:
  - name: contacts
    title: 联系人
    id: contactId
    fields: [{ name: contactId, type: text }, { name: mobile, type: text }]
functions: { parse: functions/customer.js }
";

fn shelf() -> Shelf {
    Shelf(BTreeMap::from([("functions/customer.js", "export default body => [body]")]))
}

fn read(text: &str) -> Result<Object, Vec<Finding>> {
    match mapping::read(text, &shelf())? {
        Text::Object(object) => Ok(object),
        other => panic!("no object: {other:?}"),
    }
}

/// Place and code of everything that is wrong.
fn wrong(findings: &[Finding]) -> Vec<String> {
    let line = |finding: &Finding| format!("{}:{} {}", finding.at.0, finding.at.1, finding.cause.code);
    findings.iter().map(line).collect()
}

#[test]
fn an_object_is_read_with_all_that_it_says() {
    let object = read(OBJECT).unwrap();
    assert_eq!(
        (object.connection.as_str(), object.name.as_str(), &*object.code),
        ("erp", "Customer", "BD_CUST")
    );
    assert_eq!((&*object.title_zh, &*object.title_en), ("客户", "Customer"));
    assert_eq!((&object.part, object.push), (&Part::Bill, Push::Partial));
    assert_eq!(object.version.as_deref(), Some("changedAt"));
    let kinds: Vec<&str> = object.fields.iter().map(|field| field.kind.name()).collect();
    assert_eq!(
        kinds,
        ["text", "text", "long_text", "decimal", "select", "multi_select", "reference", "datetime"]
    );
    let id = object.field("custId").unwrap();
    assert_eq!((&*id.label_zh, id.required, id.max_length), ("客户内码", true, Some(80)));
    assert_eq!(object.field("custNo").unwrap().label_en, "Number");
    assert_eq!(object.field("credit").unwrap().kind, FieldKind::Decimal { scale: 2 });
    let FieldKind::Select(choices) = &object.field("kind").unwrap().kind else { panic!("a select") };
    assert_eq!((&*choices[0].value, &*choices[0].label), ("1", "零售"));
    assert_eq!(object.detail("contacts").unwrap().id.as_deref(), Some("contactId"));
    assert_eq!(object.hooks.parse.as_deref(), Some("functions/customer.js"));
}

#[test]
fn an_object_says_how_it_is_voided_what_is_personal_and_which_functions_make_its_calls() {
    let text = OBJECT.replace(
        "functions: { parse: functions/customer.js }",
        "void: { field: kind, value: \"9\" }\nfunctions: { request: functions/customer.js, \
         answer: { create: functions/customer.js, queryMasterById: functions/customer.js } }",
    );
    let text = text.replace("{ name: mobile, type: text }", "{ name: 身份证, type: text, personal: true }");
    let object = read(&text).unwrap();
    assert_eq!(object.void, Some(("kind".to_owned(), "9".to_owned())));
    assert_eq!(object.personal().collect::<Vec<_>>(), ["身份证"]);
    let calls = |hooks: &CallHooks| hooks.iter().map(|(call, _)| call).collect::<Vec<_>>();
    assert_eq!(calls(&object.hooks.request), CallHooks::CALLS);
    assert_eq!(calls(&object.hooks.answer), ["create", "queryMasterById"]);
    assert_eq!(object.hooks.answer.of("update"), None);
}

#[test]
fn what_is_not_said_has_a_usual_meaning() {
    let object =
        read("kind: object\nconnection: erp\nname: 仓库\nid: id\nfields: [{ name: id, type: text }]\n")
            .unwrap();
    assert_eq!((&*object.code, &*object.title_en, object.push), ("仓库", "仓库", Push::Full));
    assert_eq!((object.number, object.version, object.details.len()), (None, None, 0));
}

#[test]
fn each_line_of_a_bill_may_be_a_record() {
    let lines = "kind: object\nconnection: erp\nname: OrderLine\ncode: ORDER\nsplit: lines\nid: lineId\n\
                 version: master.changedAt\nfields:\n  - { name: lineId, type: text }\n  \
                 - { name: master.changedAt, type: datetime }\n";
    assert_eq!(read(lines).unwrap().part, Part::Lines("lines".into()));
}

#[test]
fn each_mistake_is_told_with_its_place() {
    for (from, to, expected) in [
        ("name: Customer\n", "name: a/b\n", "3:7 mapping.object_name"),
        ("id: custId\n", "", "1:1 mapping.key_missing"),
        ("id: custId\n", "id: custID\n", "6:5 mapping.not_a_field_near"),
        ("number: custNo", "number: 号码", "7:9 mapping.not_a_field"),
        ("push: partial", "push: half", "10:7 mapping.unknown_word"),
        ("push: partial", "void: { field: state, value: 1 }", "10:16 mapping.not_a_field"),
        ("push: partial", "void: { field: kind }", "10:7 mapping.key_missing"),
        ("{ parse: functions", "{ request: functions/no.js, parse: functions", "25:23 mapping.file_missing"),
        (
            "{ parse: functions",
            "{ answer: { insert: functions/customer.js }, parse: functions",
            "25:24 mapping.unknown_key",
        ),
        ("push: partial", "split: contacts", "20:1 mapping.split_with_details"),
        ("type: text, required", "type: txet, required", "12:40 mapping.unknown_word_near"),
        ("max_length: 80", "max_length: 0", "12:74 mapping.not_whole"),
        ("scale: 2", "scale: 2.5", "15:43 mapping.not_whole"),
        (", scale: 2", "", "15:5 mapping.key_missing"),
        ("type: long_text", "type: long_text, scale: 2", "14:36 mapping.key_of_other_type"),
        ("[甲, 乙]", "[甲, 甲]", "17:52 mapping.option_twice"),
        ("[甲, 乙]", "[]", "17:48 mapping.options_empty"),
        (", object: Customer", "", "18:5 mapping.key_missing"),
        ("name: custNo, l", "name: custId, l", "13:13 mapping.name_twice"),
        ("name: custNo, l", "name: a.custNo, l", "13:13 mapping.field_name"),
        ("name: contacts", "name: kind", "21:11 mapping.detail_is_field"),
        ("id: contactId", "id: contact", "23:9 mapping.not_a_field_near"),
        ("functions/customer.js", "functions/nothing.js", "25:21 mapping.file_missing"),
        ("functions/customer.js", "functions/customer.py", "25:21 mapping.function_not_js"),
    ] {
        assert!(OBJECT.contains(from), "{from}");
        let found = wrong(&read(&OBJECT.replacen(from, to, 1)).unwrap_err());
        assert!(found.iter().any(|line| line == expected), "{from} → {to}: {found:?}");
    }
}

/// A flow between two described objects, and what is wrong with it.
fn misfits(map: &str, rest: &str) -> Vec<String> {
    let flow = format!(
        "kind: flow\nname: f\nsource: {{ connection: erp, object: Customer }}\n\
         target: {{ connection: erp, object: Customer, key: custNo }}\n{rest}map:\n  custNo: custNo\n{map}"
    );
    let object = read(OBJECT).unwrap();
    wrong(&compiled(&flow).misfits(Some(&object), Some(&object)))
}

#[test]
fn a_flow_names_only_what_its_objects_have() {
    let lines =
        "  contacts: { lines: contacts, id: contactId, map: { mobile: { expr: mobile or record.name } } }\n";
    assert_eq!(misfits("  name: { from: name, required: true }\n  credit: { value: 1 }\n", ""), [""; 0]);
    assert_eq!(misfits(lines, "scope: kind == \"1\" and contacts\n"), [""; 0]);
    for (map, rest, expected) in [
        ("  nane: name\n", "", "7:3 mapping.object_field_near"),
        ("  name: nane\n", "", "7:3 mapping.object_field_near"),
        ("  name: 全称\n", "", "7:3 mapping.object_field"),
        ("  name: { expr: upper(nane) }\n", "", "7:3 mapping.object_field_near"),
        ("  name: { from: nane, reference: Customer }\n", "", "7:3 mapping.object_field_near"),
        ("  contacts: name\n", "", "7:3 mapping.object_is_list"),
        ("  tags: { lines: contacts, map: { mobile: mobile } }\n", "", "7:3 mapping.object_list"),
        ("  contacts: { lines: tags, map: { mobile: mobile } }\n", "", "7:3 mapping.object_list"),
        ("  contacts: { lines: contacts, map: { mobil: mobile } }\n", "", "7:39 mapping.object_field_near"),
        ("  contacts: { lines: contacts, map: { mobile: mobil } }\n", "", "7:39 mapping.object_field_near"),
        ("  contacts: { lines: contacts, map: { mobile: $.nane } }\n", "", "7:39 mapping.object_field_near"),
        ("  name: name\n", "scope: kindd == \"1\"\n", "5:8 mapping.object_field_near"),
        ("  name: name\n", "write_back: { erpNo: target.number }\n", "1:1 mapping.object_field"),
    ] {
        assert_eq!(misfits(map, rest), [expected], "{map}{rest}");
    }
}

#[test]
fn lines_are_read_with_their_header_and_never_written() {
    let lines = read(
        "kind: object\nconnection: erp\nname: Line\nsplit: lines\nid: lineId\nfields:\n  - { name: lineId, type: text }\n  \
         - { name: master.no, type: text }\n",
    )
    .unwrap();
    let flow = |from: &str| {
        compiled(&flow_text(&format!("map:\n  FNumber: lineId\n  FNo: {from}\n"))).misfits(Some(&lines), None)
    };
    assert_eq!(wrong(&flow("master.no")), [""; 0]);
    assert_eq!(wrong(&flow("{ expr: master.no }")), [""; 0]);
    assert_eq!(wrong(&flow("master.on")), ["7:3 mapping.object_field_near"]);
    let written = compiled(&flow_text("map:\n  FNumber: lineId\n")).misfits(None, Some(&lines));
    assert_eq!(wrong(&written), ["1:1 mapping.object_read_only"]);
}
