//! Queries: the grammar of conditions, joins, paging, and how values are written (`protocols/kingdee.md §5`).

use proptest::prelude::*;
use sandbox::company::Company;
use sandbox::stand_in::StandIn;
use serde_json::{Value, json};

use super::desk::{Desk, customer, error};

/// Three customers: 甲 with two banks and one contact, 乙 forbidden, 丙 with a quote in its name.
fn three() -> Desk {
    let mut desk = Desk::open();
    let mut first = customer("A1", "甲公司");
    first["FTEL"] = json!("0512-88886666");
    first["FT_BD_CUSTBANK"] = json!([
        {"FBANKCODE": "6222000000000000001", "FACCOUNTNAME": "甲"},
        {"FBANKCODE": "6222000000000000002", "FACCOUNTNAME": "甲二"},
    ]);
    first["FT_BD_CUSTCONTACT"] = json!([{"FNAME1": "李四", "FMOBILE": "13800000000"}]);
    desk.saved("BD_Customer", first);
    desk.audited("BD_Customer", "A1");
    desk.now_ms += 60_000;
    desk.saved("BD_Customer", customer("A2", "乙公司"));
    desk.call(
        "ExcuteOperation",
        json!({"formid": "BD_Customer", "opNumber": "Forbid", "data": {"Numbers": "A2"}}),
    );
    desk.now_ms += 60_000;
    desk.saved("BD_Customer", customer("B1", "丙'氏"));
    desk
}

fn numbers(desk: &mut Desk, filter: &str) -> Vec<String> {
    let rows = desk.query("BD_Customer", "FNumber", filter);
    let rows = rows.as_array().unwrap_or_else(|| panic!("{filter}"));
    rows.iter().map(|row| row[0].as_str().unwrap_or_else(|| panic!("{filter}: {row}")).to_owned()).collect()
}

#[test]
fn the_grammar_of_conditions() {
    let mut desk = three();
    let ids: Vec<i64> = ["A1", "A2", "B1"]
        .iter()
        .map(|number| {
            desk.value("BD_Customer", "FCUSTID", &format!("FNumber = '{number}'")).as_i64().unwrap()
        })
        .collect();
    let (a1, a2, b1) = (ids[0], ids[1], ids[2]);
    let keyset = format!("(FForbidStatus = 'A') AND (FCUSTID > {a1} OR (FCUSTID = {a1} AND FCUSTID > {b1}))");
    let listed = format!("FCUSTID in ({a1}, '{b1}', 77)");
    let between = format!("FCUSTID between {a1} and {a2}");
    for (filter, expected) in [
        ("", vec!["A1", "A2", "B1"]),
        ("1=1", vec!["A1", "A2", "B1"]),
        ("1 = 2 or FNumber='A2'", vec!["A2"]),
        ("FNumber = 'A1'", vec!["A1"]),
        ("fnumber = N'A1'", vec!["A1"]),
        ("'A1' = FNumber", vec!["A1"]),
        ("FNumber <> 'A1'", vec!["A2", "B1"]),
        ("FNumber != 'A1'", vec!["A2", "B1"]),
        ("FName = '丙''氏'", vec!["B1"]),
        ("FNumber like 'A%'", vec!["A1", "A2"]),
        ("FName like '%公司'", vec!["A1", "A2"]),
        ("FName like '_公司'", vec!["A1", "A2"]),
        ("FNumber not like 'A%'", vec!["B1"]),
        ("FNumber in ('A1','B1')", vec!["A1", "B1"]),
        ("FNumber not in ('A1','B1')", vec!["A2"]),
        ("not (FNumber = 'A1' or FNumber = 'B1')", vec!["A2"]),
        ("FNumber='A1' or FNumber='B1' and FForbidStatus='B'", vec!["A1"]),
        ("(FNumber='A1' or FNumber='B1') and FForbidStatus='A'", vec!["A1", "B1"]),
        ("FApproveDate is null", vec!["A2", "B1"]),
        ("FApproveDate is not null", vec!["A1"]),
        ("not FApproveDate > '2020-01-01'", vec![]),
        ("FTEL <> '' and FTEL <> ' '", vec!["A1"]),
        ("FTEL = ''", vec!["A2", "B1"]),
        ("FModifyDate >= '2026-06-01 09:13:00'", vec!["A2", "B1"]),
        ("FModifyDate >= {ts'2026-06-01 09:14:00'}", vec!["B1"]),
        ("FModifyDate < '2026-06-01T09:13:00'", vec!["A1"]),
        ("FModifyDate < '2026-06-02' AND FModifyDate <= GETDATE()", vec!["A1", "A2", "B1"]),
        ("FModifyDate > FCreateDate", vec![]),
        ("FModifyDate = FCreateDate", vec!["A1", "A2", "B1"]),
        ("FIsTrade = '1'", vec!["A1", "A2", "B1"]),
        ("FIsTrade = 0", vec![]),
        ("FPriority >= 1 and FPriority < 1.5", vec!["A1", "A2", "B1"]),
        ("FSELLER = 0", vec!["A1", "A2", "B1"]),
        ("FCreateOrgId.FNumber = '100' and FTRADINGCURRID.FName = '人民币'", vec!["A1", "A2", "B1"]),
        ("FTRADINGCURRID.FNumber = 'PRE007'", vec![]),
        (keyset.as_str(), vec!["B1"]),
        (listed.as_str(), vec!["A1", "B1"]),
        (between.as_str(), vec!["A1", "A2"]),
    ] {
        assert_eq!(numbers(&mut desk, filter), expected, "{filter}");
    }
}

#[test]
fn what_is_no_condition_is_refused() {
    let mut desk = three();
    for (filter, code) in [
        ("FNumber = 'A1", 4),
        ("FNumber = ", 4),
        ("(FNumber = 'A1'", 4),
        ("FNumber = 'A1')", 4),
        ("FNumber 'A1'", 4),
        ("FNumber in ()", 4),
        ("FNumber = 'A1' and", 4),
        ("and FNumber = 'A1'", 4),
        ("FNumber = 'A1'; drop table T_BD_CUSTOMER", 4),
        ("SUBSTRING() = 'x'", 4),
        ("FNope = 'A1'", 9),
        ("FID = 1", 9),
        ("FNumber.FName = 'x'", 9),
        ("FModifyDate > '昨天'", 6),
        ("FCUSTID = 'abc'", 6),
    ] {
        let reply = desk.query("BD_Customer", "FNumber", filter);
        let (message, found) = error(&reply[0][0]);
        assert_eq!(found, code, "{filter}: {message}");
        assert!(code != 4 || message.starts_with("GetRealExpress error"), "{message}");
    }
}

#[test]
fn conditions_may_come_as_a_list() {
    let mut desk = three();
    let one = |left: &str, field: &str, compare: &str, value: &str, right: &str, logic: &str| json!({"Left": left, "FieldName": field, "Compare": compare, "Value": value, "Right": right, "Logic": logic});
    for (list, expected) in [
        (json!([one("(", "FNumber", "67", "A1", ")", "0")]), json!([["A1"]])),
        (
            json!([one("(", "FNumber", "67", "A1", "", "1"), one("", "FName", "=", "丙'氏", ")", "0")]),
            json!([["A1"], ["B1"]]),
        ),
        (
            json!([one("", "FNumber", "like", "A%", "", "0"), one("", "FForbidStatus", "=", "B", "", "0")]),
            json!([["A2"]]),
        ),
        (json!([]), json!([["A1"], ["A2"], ["B1"]])),
    ] {
        let data = json!({"FormId": "BD_Customer", "FieldKeys": "FNumber", "FilterString": list});
        assert_eq!(desk.call("ExecuteBillQuery", json!({ "data": data })), expected);
        let data = json!({"FormId": "BD_Customer", "FieldKeys": "FNumber", "FilterString": list.to_string()});
        assert_eq!(desk.call("ExecuteBillQuery", json!({ "data": data })), expected);
    }
    let unknown = json!([one("", "FNumber", "没有的比较符", "A1", "", "0")]);
    let data = json!({"FormId": "BD_Customer", "FieldKeys": "FNumber", "FilterString": unknown});
    assert_eq!(error(&desk.call("ExecuteBillQuery", json!({ "data": data }))[0][0]).1, 4);
}

#[test]
fn a_joined_entity_gives_a_row_per_row_and_a_document_without_rows_one() {
    let mut desk = three();
    let rows = desk.query("BD_Customer", "FNumber,FT_BD_CUSTBANK_FENTRYID,FBANKCODE,FT_BD_CUSTBANK_FSEQ", "");
    assert_eq!(rows.as_array().unwrap().len(), 4);
    assert_eq!(rows[1][2], "6222000000000000002");
    assert_eq!(rows[1][3], 2);
    assert_eq!(rows[2], json!(["A2", 0, null, null]));
    let filtered = desk.query("BD_Customer", "FNumber", "FBANKCODE like '6222%'");
    assert_eq!(filtered, json!([["A1"], ["A1"]]), "a key in the filter joins, too");
    let ordered =
        desk.query_with("BD_Customer", "FNumber", "FNumber='A1'", json!({"OrderString": "FBANKCODE DESC"}));
    assert_eq!(ordered, json!([["A1"], ["A1"]]));
    assert_eq!(desk.query("BD_Customer", "COUNT(1)", "FBANKCODE <> 'x'"), json!([[2]]));
    assert_eq!(desk.query("BD_Customer", "count(1)", ""), json!([[3]]));
}

#[test]
fn bill_query_answers_objects_by_the_keys_as_asked() {
    let mut desk = three();
    let data = json!({"FormId": "BD_Customer", "FieldKeys": "FNUMBER,fcreateorgid.fnumber", "FilterString": "FNumber='A1'"});
    assert_eq!(
        desk.call("BillQuery", json!({ "data": data })),
        json!([{"FNUMBER": "A1", "fcreateorgid.fnumber": "100"}])
    );
    let data = json!({"FormId": "BD_Customer", "FieldKeys": "FNope"});
    assert_eq!(error(&desk.call("BillQuery", json!({ "data": data }))[0]).1, 9);
    let data = json!({"FormId": "BD_Customer", "FieldKeys": ""});
    assert_eq!(error(&desk.call("BillQuery", json!({ "data": data }))[0]).1, 8);
}

#[test]
fn pages_are_cut_from_the_whole() {
    let mut desk = three();
    let order = "FNumber DESC";
    for (more, expected) in [
        (json!({"OrderString": order}), json!([["B1"], ["A2"], ["A1"]])),
        (json!({"OrderString": order, "Limit": 2}), json!([["B1"], ["A2"]])),
        (json!({"OrderString": order, "StartRow": 2, "Limit": 2}), json!([["A1"]])),
        (json!({"OrderString": order, "StartRow": 3, "Limit": 2}), json!([])),
        (json!({"OrderString": order, "TopRowCount": 1, "Limit": 2}), json!([["B1"]])),
        (json!({"OrderString": order, "TopRowCount": 2, "StartRow": 2, "Limit": 2}), json!([])),
        (
            json!({"OrderString": "FForbidStatus desc, FCUSTID", "Limit": "0"}),
            json!([["A2"], ["A1"], ["B1"]]),
        ),
    ] {
        assert_eq!(desk.query_with("BD_Customer", "FNumber", "", more.clone()), expected, "{more}");
    }
}

#[test]
fn the_switches_of_queries_change_order_limits_and_writing() {
    let mut desk = three();
    for (switch, value, keys, filter, expected) in [
        ("row_order", "newest-first", "FNumber", "", json!([["B1"], ["A2"], ["A1"]])),
        ("row_order", "by-number", "FNumber", "", json!([["A1"], ["A2"], ["B1"]])),
        ("row_order", "by-id", "FNumber", "FNumber > 'A1'", json!([["A2"], ["B1"]])),
        ("booleans", "char", "FIsTrade,FIsGroup", "FNumber='A1'", json!([["1", "0"]])),
        ("booleans", "json", "FIsTrade,FIsGroup", "FNumber='A1'", json!([[true, false]])),
        ("absent_row_id", "null", "FT_BD_CUSTBANK_FENTRYID", "FNumber='A2'", json!([[null]])),
        ("absent_row_id", "0", "FT_BD_CUSTBANK_FENTRYID", "FNumber='A2'", json!([[0]])),
        ("blank_text", "empty", "FFAX", "FNumber='A1'", json!([[""]])),
        ("blank_text", "space", "FFAX", "FNumber='A1'", json!([[" "]])),
    ] {
        assert!(desk.system.set_switch(switch, value));
        assert_eq!(desk.query("BD_Customer", keys, filter), expected, "{switch} {value}");
    }
    assert!(desk.system.set_switch("page_limit", "2000"));
    assert!(desk.system.set_switch("over_limit", "error"));
    let reply = desk.query_with("BD_Customer", "FNumber", "", json!({"Limit": 2001}));
    assert_eq!(error(&reply[0][0]).1, 8);
    let reply = desk.query_with("BD_Customer", "FNumber", "", json!({"Limit": 2000}));
    assert_eq!(reply.as_array().unwrap().len(), 3);
}

#[test]
fn decimals_are_exact_in_both_ways_of_writing() {
    let mut desk = Desk::open();
    let mut model = customer("A1", "甲");
    model["FT_BD_CUSTOMEREXT"] = json!({"FMarginLevel": "12.3400000001"});
    desk.saved("BD_Customer", model);
    for (value, written) in [("trimmed", "[[12.3400000001]]"), ("ten", "[[12.3400000001]]")] {
        assert!(desk.system.set_switch("decimal_places", value));
        let body = json!({"data": {"FormId": "BD_Customer", "FieldKeys": "FMarginLevel"}});
        let call = desk.request(super::desk::FORM_SERVICE, "ExecuteBillQuery", body.to_string());
        let reply = desk.send(&call);
        assert_eq!(String::from_utf8(reply.body).unwrap(), written);
    }
    let body = json!({"data": {"FormId": "BD_TaxRate", "FieldKeys": "FTaxRate", "FilterString": "FNumber='SL02_SYS'"}});
    let call = desk.request(super::desk::FORM_SERVICE, "ExecuteBillQuery", body.to_string());
    assert_eq!(String::from_utf8(desk.send(&call).body).unwrap(), "[[13.0000000000]]");
}

#[test]
fn a_new_document_may_be_seen_late_by_queries_but_never_by_the_uniqueness_of_numbers() {
    let mut desk = Desk::open();
    assert!(desk.system.set_switch("visible_after_seconds", "10"));
    desk.saved("BD_Customer", customer("A1", "甲"));
    assert_eq!(desk.query("BD_Customer", "FNumber", "FNumber='A1'"), json!([]));
    assert_eq!(error(&desk.save("BD_Customer", customer("A1", "甲"))).1, 11);
    desk.now_ms += 10_000;
    assert_eq!(desk.query("BD_Customer", "FNumber", "FNumber='A1'"), json!([["A1"]]));
}

#[test]
fn a_clock_that_is_set_back_hides_nothing() {
    let mut desk = Desk::open();
    desk.saved("BD_Customer", customer("A1", "甲"));
    desk.now_ms -= 60_000;
    assert_eq!(desk.query("BD_Customer", "FNumber", ""), json!([["A1"]]));
}

#[test]
fn ten_thousand_customers_are_found_by_key_without_reading_them_all() {
    let mut desk = Desk::with(&Company::new(7, 10_000), 100);
    desk.sign_in();
    assert_eq!(desk.query("BD_Customer", "COUNT(1)", ""), json!([[10_000]]));
    let rows = desk.query_with(
        "BD_Customer",
        "FCUSTID,FNumber",
        "",
        json!({"Limit": 2000, "OrderString": "FCUSTID"}),
    );
    assert_eq!(rows.as_array().unwrap().len(), 2000);
    let last = rows[1999][0].as_i64().unwrap();
    for (switch, most) in [("10000", 10_000), ("2000", 2_000)] {
        assert!(desk.system.set_switch("page_limit", switch));
        let page = desk.query_with("BD_Customer", "FNumber", "", json!({"Limit": 20_000}));
        assert_eq!(page.as_array().unwrap().len(), most, "a page is clipped");
    }
    let next = desk.query_with(
        "BD_Customer",
        "FCUSTID",
        &format!("(FForbidStatus = 'A') and (FCUSTID > {last})"),
        json!({"Limit": 2000, "OrderString": "FCUSTID ASC"}),
    );
    assert_eq!(next.as_array().unwrap().len(), 2000);
    assert!(next[0][0].as_i64().unwrap() > last);
    let numbers: Vec<String> =
        rows.as_array().unwrap()[..500].iter().map(|row| format!("'{}'", row[1].as_str().unwrap())).collect();
    let found = desk.query("BD_Customer", "FNumber", &format!("FNumber in ({})", numbers.join(",")));
    assert_eq!(found.as_array().unwrap().len(), 500);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn parallel_entities_multiply_rows(banks in 0_usize..4, contacts in 0_usize..4, organisations in 0_usize..3) {
        let mut desk = Desk::open();
        let mut model = customer("A1", "甲公司");
        model["FT_BD_CUSTBANK"] =
            (0..banks).map(|n| json!({"FBANKCODE": format!("622{n}"), "FACCOUNTNAME": "甲"})).collect::<Value>();
        model["FT_BD_CUSTCONTACT"] = (0..contacts).map(|n| json!({"FNAME1": format!("联系人{n}")})).collect::<Value>();
        model["FT_BD_CUSTORDERORG"] =
            ["100", "101"][..organisations].iter().map(|org| json!({"FOrderOrgId": {"FNumber": org}})).collect::<Value>();
        desk.saved("BD_Customer", model);
        let rows = desk.query("BD_Customer", "FNumber,FBANKCODE,FNAME1,FOrderOrgId.FNumber", "");
        let expected = banks.max(1) * contacts.max(1) * organisations.max(1);
        prop_assert_eq!(rows.as_array().unwrap().len(), expected);
        let distinct: std::collections::BTreeSet<String> =
            rows.as_array().unwrap().iter().map(Value::to_string).collect();
        prop_assert_eq!(distinct.len(), expected);
    }
}
