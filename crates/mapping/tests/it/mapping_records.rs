//! Records in, documents out.

use super::*;

/// Maps the record with one entry and checks the document.
fn check(entry: &str, record: &str, expected: Result<&str, &str>) {
    let flow = compiled(&flow_text(&format!("map:\n  FNumber: {{ value: N }}\n  F: {entry}\n")));
    let found = mapped(&flow, record).map(|document| document.replacen(r#""FNumber":"N""#, "", 1));
    let found = found.map_err(|problems| problems.join(" "));
    let expected = expected.map(|value| match value {
        "" => "{}".to_owned(),
        value => format!("{{,\"F\":{value}}}"),
    });
    assert_eq!(found, expected.map_err(str::to_owned), "{entry} over {record}");
}

#[test]
fn each_kind_of_entry_gives_its_value() {
    for (entry, record, expected) in [
        ("name", r#"{"name":"上海启明"}"#, r#""上海启明""#),
        ("owner.0", r#"{"owner":["1000","1001"]}"#, r#""1000""#),
        ("address.city", r#"{"address":{"city":"上海"}}"#, r#""上海""#),
        ("$.name", r#"{"name":"上海启明"}"#, r#""上海启明""#),
        ("amount", r#"{"amount":10.10}"#, "10.10"),
        ("{ value: 10.10 }", "{}", "10.10"),
        ("{ value: \"603\" }", "{}", r#""603""#),
        ("{ value: { FNumber: \"1\" } }", "{}", r#"{"FNumber":"1"}"#),
        ("{ value: \"\" }", "{}", r#""""#),
        ("{ expr: \"mul(a, b)\" }", r#"{"a":19.99,"b":3}"#, "59.97"),
        ("{ from: t, values: customer-type }", r#"{"t":"1"}"#, r#""直销""#),
        ("{ from: t, values: customer-type }", r#"{"t":2}"#, r#""渠道""#),
        ("{ from: t, values: customer-type }", r#"{"t":["1","2"]}"#, r#"["直销","渠道"]"#),
        ("{ from: t, values: { a: 1.50 }, otherwise: 0 }", r#"{"t":"a"}"#, "1.50"),
        ("{ from: t, values: customer-type, otherwise: 其他 }", r#"{"t":"9"}"#, r#""其他""#),
        ("{ expr: \"lookup('customer-type', t)\" }", r#"{"t":"2"}"#, r#""渠道""#),
        ("{ expr: \"lookup('customer-type', t, '无')\" }", r#"{"t":"7"}"#, r#""无""#),
        ("{ from: p, reference: AccountObj }", r#"{"p":"a1"}"#, r#""CUST0001""#),
        ("{ from: p, reference: AccountObj, want: id }", r#"{"p":"a1"}"#, r#""id of CUST0001""#),
        ("{ from: p, reference: AccountObj }", r#"{"p":["a1"]}"#, r#"["CUST0001"]"#),
        ("{ from: o, person: erp }", r#"{"o":"1000"}"#, r#""S001""#),
        ("{ from: o, person: erp }", r#"{"o":["1000"]}"#, r#""S001""#),
        ("{ from: o, person: erp }", r#"{"o":["1000","1000"]}"#, r#"["S001","S001"]"#),
        ("{ from: o, person: erp, want: id }", r#"{"o":1000}"#, r#""id of S001""#),
        ("{ from: o, person: erp, otherwise: S099 }", r#"{"o":["1009"]}"#, r#""S099""#),
        ("{ from: o, department: erp }", r#"{"o":["1001"]}"#, r#""BM01""#),
        ("{ from: d, convert: date }", r#"{"d":1780276364000}"#, r#""2026-06-01""#),
        ("{ from: q, convert: decimal(2) }", r#"{"q":"2.345"}"#, "2.35"),
        ("{ from: n, convert: [trim, upper] }", r#"{"n":" ab "}"#, r#""AB""#),
    ] {
        check(entry, record, Ok(expected));
    }
}

#[test]
fn a_source_without_a_value_is_left_out_sent_empty_or_an_error() {
    for (entry, record, expected) in [
        ("name", "{}", Ok("")),
        ("name", r#"{"name":null}"#, Ok("")),
        ("name", r#"{"name":" "}"#, Ok("")),
        ("{ from: name, empty: send }", "{}", Ok("null")),
        ("{ from: name, empty: send }", r#"{"name":""}"#, Ok(r#""""#)),
        ("{ from: name, required: true }", r#"{"name":""}"#, Err("mapping.required F")),
        ("{ expr: \"tel or mobile\", required: true }", "{}", Err("mapping.required F")),
        ("{ from: t, values: customer-type }", r#"{"t":null}"#, Ok("")),
        ("{ from: p, reference: AccountObj }", r#"{"p":""}"#, Ok("")),
        ("{ from: zero, required: true }", r#"{"zero":0}"#, Ok("0")),
        ("{ from: no, required: true }", r#"{"no":false}"#, Ok("false")),
    ] {
        check(entry, record, expected);
    }
}

#[test]
fn what_cannot_be_mapped_is_told_with_its_field() {
    for (entry, record, problem) in [
        ("{ from: t, values: customer-type }", r#"{"t":"9"}"#, "mapping.value_not_in_map F"),
        ("{ from: p, reference: AccountObj }", r#"{"p":"zz"}"#, "mapping.reference_missing F"),
        ("{ from: p, reference: AccountObj }", r#"{"p":{"x":1}}"#, "mapping.reference_no_id F"),
        ("{ from: o, person: erp }", r#"{"o":["1001"]}"#, "mapping.person_not_bound F"),
        ("{ from: o, person: oa }", r#"{"o":["1000"]}"#, "mapping.person_not_bound F"),
        ("{ from: o, department: erp }", r#"{"o":"1000"}"#, "mapping.department_not_bound F"),
        ("{ from: o, person: erp }", r#"{"o":{"id":"1000"}}"#, "mapping.counterpart_no_id F"),
        ("{ from: q, convert: integer }", r#"{"q":"1.5"}"#, "mapping.no_integer F"),
        ("{ expr: \"add(q, 1)\" }", "{}", "mapping.argument_absent F"),
        ("{ lines: list, map: { G: a } }", r#"{"list":"x"}"#, "mapping.not_lines F"),
        ("{ lines: list, map: { G: a } }", r#"{"list":[1]}"#, "mapping.not_lines F"),
    ] {
        check(entry, record, Err(problem));
    }
}

#[test]
fn lines_map_line_by_line_and_reach_their_master() {
    let flow = compiled(&flow_text(
        "map:\n  FNumber: no\n  FEntity:\n    lines: items\n    map:\n      FSeq: line_number\n      FQty: qty\n      \
         FNo: record.no\n      FDept.FNumber: $.dept\n      FAmount: { expr: \"mul(qty, default(price, 0))\" }\n",
    ));
    assert_eq!(
        mapped(&flow, r#"{"no":"SO1","dept":"D1","items":[{"qty":1.50,"price":2},{"qty":3}]}"#).unwrap(),
        r#"{"FNumber":"SO1","FEntity":[{"FSeq":1,"FQty":1.50,"FNo":"SO1","FDept":{"FNumber":"D1"},"FAmount":3.00},{"FSeq":2,"FQty":3,"FNo":"SO1","FDept":{"FNumber":"D1"},"FAmount":0}]}"#
    );
    assert_eq!(
        mapped(&flow, r#"{"no":"SO1"}"#).unwrap(),
        r#"{"FNumber":"SO1"}"#,
        "absent lines are left alone"
    );
    assert_eq!(mapped(&flow, r#"{"no":"SO1","items":[]}"#).unwrap(), r#"{"FNumber":"SO1","FEntity":[]}"#);
}

#[test]
fn a_problem_in_a_line_names_the_line_and_the_others_are_told_too() {
    let flow = compiled(&flow_text(
        "map:\n  FNumber: { from: no, required: true }\n  FEntity: { lines: items, map: { FQty: { from: qty, required: true } } }\n",
    ));
    assert_eq!(
        mapped(&flow, r#"{"items":[{"qty":1},{},{"qty":""}]}"#).unwrap_err(),
        ["mapping.required FNumber", "mapping.required FEntity[2].FQty", "mapping.required FEntity[3].FQty"]
    );
}

#[test]
fn references_are_needed_once_and_those_for_later_do_not_hinder() {
    let flow = compiled(&flow_text(
        "map:\n  FNumber: no\n  FParent.FNumber: { from: parent, reference: AccountObj }\n  \
         FContact.FNumber: { from: contact, reference: ContactObj, later: true }\n  \
         FOwner.FNumber: { from: owner, reference: PersonnelObj, later: true }\n  \
         FEntity: { lines: items, map: { FCust.FNumber: { from: customer, reference: AccountObj } } }\n",
    ));
    let text = r#"{"no":"1","parent":"a1","contact":"c9","owner":"1000","items":[{"customer":"a1"},{"customer":"a2"},{}]}"#;
    let record = json::read(text).unwrap();
    let needs: Vec<_> = flow
        .needs(&record)
        .iter()
        .map(|need| (need.reference.object.to_string(), need.id.clone(), need.later))
        .collect();
    let need = |object: &str, id: &str, later| (object.to_owned(), id.to_owned(), later);
    assert_eq!(
        needs,
        [
            need("AccountObj", "a1", false),
            need("ContactObj", "c9", true),
            need("PersonnelObj", "1000", true),
            need("AccountObj", "a2", false)
        ]
    );
    let mapped = flow.map(&record, &linked());
    assert_eq!(json::write(&Value::Map(mapped.later)), r#"{"FOwner":{"FNumber":"S001"}}"#);
    assert_eq!(mapped.later_missing[0].field, "FContact.FNumber");
    assert_eq!(
        mapped.problems.iter().map(cause_line).collect::<Vec<_>>(),
        ["mapping.reference_missing FEntity[2].FCust.FNumber"]
    );
}

#[test]
fn the_people_of_a_record_and_its_lines_are_met_once_each() {
    let flow = compiled(&flow_text(
        "map:\n  FNumber: no\n  FSalerId.FNumber: { from: owner, person: erp, otherwise: S099 }\n  \
         FDept.FNumber: { from: dept, department: erp }\n  \
         FEntity: { lines: items, map: { FStaff.FNumber: { from: by, person: erp }, FTeam: { from: team, person: erp, want: id } } }\n",
    ));
    let record =
        json::read(r#"{"no":"1","owner":["1000"],"dept":["1001"],"items":[{"by":"1000","team":["1002"," "]},{"by":["1003"]},{}]}"#)
            .unwrap();
    let people = flow.people(&record);
    let people: Vec<_> = people
        .iter()
        .map(|met| (met.counterpart.kind, &*met.id, met.counterpart.want, met.optional))
        .collect();
    assert_eq!(
        people,
        [
            (Kind::Person, "1000", Wanted::Number, false),
            (Kind::Department, "1001", Wanted::Number, false),
            (Kind::Person, "1002", Wanted::Id, false),
            (Kind::Person, "1003", Wanted::Number, false),
        ],
        "1000 may be unbound at the head, but not in a line"
    );
    assert_eq!(flow.source_fields(), ["dept", "items", "no", "owner"].map(str::to_owned).into());
}

#[test]
fn the_scope_tells_records_apart_or_says_why_it_cannot() {
    let flow =
        compiled(&flow_text("scope: life_status == 'normal' and amount > 100\nmap: { FNumber: no }\n"));
    let scope = |record: &str| flow.scope(&json::read(record).unwrap()).map_err(|cause| cause_line(&cause));
    assert_eq!(scope(r#"{"life_status":"normal","amount":100.01}"#), Ok(true));
    assert_eq!(scope(r#"{"life_status":"normal","amount":100.00}"#), Ok(false));
    assert_eq!(scope(r#"{"life_status":"invalid"}"#), Ok(false));
    assert_eq!(scope(r#"{"life_status":"normal"}"#), Err("mapping.compare_absent scope".into()));
}

#[test]
fn a_create_is_the_packet_with_the_mapping_laid_over_it() {
    let flow = compiled(&flow_text(
        "base:\n  FCustId: 0\n  FName: 模板\n  FGroup: { FNumber: \"01\", FId: 7 }\n  FT_CONTACT: [{ FIsDefault: true, FPost: { FNumber: P1 } }]\n  \
         FBanks: [{ FA: 1 }, { FA: 2 }]\n  FOther: [{ FKept: 1 }]\nmap:\n  FNumber: no\n  FName: name\n  FGroup.FNumber: grp\n  \
         FT_CONTACT: { lines: contacts, map: { FN: name, FPost.FName: post } }\n  FBanks: { lines: banks, map: { FB: b } }\n",
    ));
    let create = |record: &str| {
        let record = json::read(record).unwrap();
        let mapped = flow.map(&record, &linked());
        assert_eq!(mapped.problems, []);
        json::write(&Value::Map(flow.create_document(&mapped.document)))
    };
    assert_eq!(
        create(
            r#"{"no":"C1","name":"启明","grp":"02","contacts":[{"name":"张三","post":"经理"},{"name":"李四"}],"banks":[{"b":1}]}"#
        ),
        r#"{"FCustId":0,"FName":"启明","FGroup":{"FNumber":"02","FId":7},"FT_CONTACT":[{"FIsDefault":true,"FPost":{"FNumber":"P1","FName":"经理"},"FN":"张三"},{"FIsDefault":true,"FPost":{"FNumber":"P1"},"FN":"李四"}],"FBanks":[{"FB":1}],"FOther":[{"FKept":1}],"FNumber":"C1"}"#
    );
    assert_eq!(
        create(r#"{"no":"C1","contacts":[]}"#),
        r#"{"FCustId":0,"FName":"模板","FGroup":{"FNumber":"01","FId":7},"FT_CONTACT":[],"FOther":[{"FKept":1}],"FNumber":"C1"}"#
    );
}

#[test]
fn values_that_pass_through_are_borrowed() {
    let flow = compiled(&flow_text("map: { FNumber: no, FName: { value: 启明 } }\n"));
    let record = json::read(r#"{"no":"C1"}"#).unwrap();
    for (name, value) in flow.map(&record, &linked()).document.iter() {
        assert!(matches!(value, Value::Text(std::borrow::Cow::Borrowed(_))), "{name}");
    }
}

#[test]
fn lines_with_an_id_say_which_they_are() {
    let flow = compiled(&flow_text(
        "map:\n  FNumber: no\n  FEntity: { lines: items, id: _id, map: { FQty: qty } }\n  \
         FPlan: { lines: plans, map: { FDay: day } }\n",
    ));
    let told = |record: &str| {
        let record = json::read(record).unwrap();
        let mapped = flow.map(&record, &linked());
        match mapped.problems.is_empty() {
            true => {
                mapped.lines.iter().map(|lines| format!("{}: {}", lines.list, lines.ids.join(" "))).collect()
            }
            false => mapped
                .problems
                .iter()
                .map(|cause| format!("{} {:?}", cause.code, cause.param("line")))
                .collect(),
        }
    };
    let told = |record: &str| -> Vec<String> { told(record) };
    assert_eq!(
        told(r#"{"no":"1","items":[{"_id":"a","qty":1},{"_id":2,"qty":1}],"plans":[{"day":1}]}"#),
        ["FEntity: a 2"]
    );
    assert_eq!(told(r#"{"no":"1","items":[]}"#), ["FEntity: "]);
    assert_eq!(told(r#"{"no":"1"}"#), [""; 0], "absent lines are left alone");
    assert_eq!(
        told(r#"{"no":"1","items":[{"_id":"a"},{"qty":1}]}"#),
        ["mapping.line_without_id Some(\"2\")"]
    );
    assert_eq!(told(r#"{"no":"1","items":[{"_id":"1"},{"_id":1}]}"#), ["mapping.line_id_twice Some(\"2\")"]);
}

#[test]
fn references_say_by_what_they_are_meant() {
    let flow = compiled(&flow_text(
        "map:\n  FNumber: no\n  order: { from: FBillNo, reference: SAL_SaleOrder, by: number, missing: skip, want: id }\n  \
         FEntity: { lines: items, map: { line: { from: FSOEntryId, reference: SAL_SaleOrder, line_of: FSaleOrderEntry } } }\n",
    ));
    let record = json::read(r#"{"no":"1","FBillNo":"XSDD1","items":[{"FSOEntryId":8001}]}"#).unwrap();
    let needs: Vec<_> = flow
        .needs(&record)
        .iter()
        .map(|need| (need.id.clone(), need.reference.by.clone(), need.reference.want, need.reference.missing))
        .collect();
    let line = model::flow::KnownBy::LineOf("FSaleOrderEntry".into());
    assert_eq!(
        needs,
        [
            ("XSDD1".into(), model::flow::KnownBy::Number, Wanted::Id, model::flow::WhenMissing::Skip),
            ("8001".into(), line, Wanted::Id, model::flow::WhenMissing::Wait),
        ]
    );
    let used: Vec<_> = flow.references().iter().map(|used| (used.line_of.as_deref(), used.at)).collect();
    assert_eq!(used, [(None, (7, 3)), (Some("FSaleOrderEntry"), (8, 35))]);
}

#[test]
fn a_flow_says_whether_its_document_is_closed_and_what_it_is_derived_from() {
    let text = flow_text("map:\n  FNumber: no\n  FEntity: { lines: items, id: _id, map: { FQty: qty } }\n");
    let text = text.replace(
        "key: FNumber",
        "key: FNumber, closed: 'state == \"done\"', derive: { from: SAL_SaleOrder, by: order.0, rule: R, lines: { by: of, of: FSaleOrderEntry } }",
    );
    let flow = compiled(&text);
    let read: Vec<String> = flow.source_fields().into_iter().collect();
    assert_eq!(read, ["items", "no", "order", "state"]);
    for (record, closed, parent) in [
        (
            r#"{"state":"done","order":["o1"],"items":[{"_id":1,"of":"l1"},{"_id":2,"of":" l2 "},{"_id":3}]}"#,
            true,
            "o1: l1 l2",
        ),
        (r#"{"state":"open","order":["o1"]}"#, false, "o1: "),
        (r#"{"order":[]}"#, false, "-"),
    ] {
        let record = json::read(record).unwrap();
        assert_eq!(flow.closed(&record), Ok(Some(closed)));
        let told = flow
            .parent(&record)
            .map(|ids| format!("{}: {}", ids.id, ids.taken().collect::<Vec<_>>().join(" ")));
        assert_eq!(told.as_deref().unwrap_or("-"), parent);
    }
    let open = json::read(r#"{"state":"open"}"#).unwrap();
    let explained = flow.explain(&open, &linked()).text(model::Lang::Zh, &catalogue());
    assert!(explained.contains("单据应打开"), "{explained}");
    let silent = compiled(&flow_text("map: { FNumber: no }\n"));
    assert_eq!((silent.closed(&open), silent.parent(&open)), (Ok(None), None));
}
