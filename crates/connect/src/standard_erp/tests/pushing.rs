//! What the system pushes: the records of a bill, and who may push.

use contract::connector::{PushedBill, PushedRecord};
use model::{Cause, json};

use super::{LINE, OBJECT, connected, erp, object};

fn pushed(code: &str, id: Option<&str>, void: bool, body: &str) -> Result<Vec<PushedRecord>, Cause> {
    let content = (!body.is_empty()).then(|| json::read(body).unwrap());
    erp().pushed(&connected(&[]), PushedBill { code, id, void, content })
}

fn told(records: &[PushedRecord]) -> Vec<String> {
    let told = |record: &PushedRecord| {
        let found = &record.found;
        let body = json::write(&model::Value::Map(found.body.borrow()));
        format!("{} {} {:?} {:?} {} {body}", record.object, found.id, found.number, found.version, found.void)
    };
    records.iter().map(told).collect()
}

#[test]
fn a_bill_is_a_record_and_each_of_its_lines_where_the_object_is_split() {
    let body = r#"{"objAPIName":"Order","masterFieldVal":{"no":"销-1","changed":"2026-11-30 08:00:00","金额":10.10},
        "detailFieldVals":{"lines":[{"lineId":"甲","qty":2}],"其他":[]}}"#;
    assert_eq!(
        told(&pushed("Order", Some("7"), false, body).unwrap()),
        [
            r#"Order 7 Some("销-1") Some(1795996800000) false {"no":"销-1","changed":"2026-11-30 08:00:00","金额":10.10,"id":"7","lines":[{"lineId":"甲","qty":2}]}"#,
            r#"Line 甲 None None false {"lineId":"甲","qty":2,"master":{"no":"销-1","changed":"2026-11-30 08:00:00","金额":10.10}}"#,
        ]
    );
}

#[test]
fn a_void_says_which_record_is_void_and_may_say_no_more() {
    assert_eq!(
        told(&pushed("Order", Some("7"), true, "").unwrap()),
        [r#"Order 7 None None true {"id":"7"}"#],
        "lines cannot be told without their bill"
    );
    let body = r#"{"masterFieldVal":{"id":7,"no":"销-1"}}"#;
    assert_eq!(
        told(&pushed("Order", Some("7"), true, body).unwrap()),
        [r#"Order 7 Some("销-1") None true {"id":"7","no":"销-1"}"#]
    );
}

#[test]
fn an_object_may_be_voided_by_a_field_of_its_own() {
    let mut connection = connected(&[("void_field", "state"), ("void_value", "9")]);
    let text = format!("{OBJECT}void: {{ field: changed, value: \"作废\" }}\n");
    connection.objects = vec![object(&text), object(LINE)];
    let voids = |body: &str| {
        let content = Some(json::read(body).unwrap());
        let bill = PushedBill { code: "Order", id: Some("7"), void: false, content };
        let records = erp().pushed(&connection, bill).unwrap();
        records.into_iter().map(|record| record.found.void).collect::<Vec<_>>()
    };
    let body = |field: &str, value: &str| {
        format!(
            r#"{{"masterFieldVal":{{"{field}":"{value}"}},"detailFieldVals":{{"lines":[{{"lineId":"甲"}}]}}}}"#
        )
    };
    assert_eq!(voids(&body("state", "9")), [false, true], "the line follows the connection");
    assert_eq!(voids(&body("changed", "作废")), [true, false]);
}

#[test]
fn what_is_no_bill_says_why() {
    for (code, id, body, wanted) in [
        ("Other", Some("7"), r#"{"masterFieldVal":{}}"#, "erp.push_unknown_object"),
        ("Order", Some("7"), r#"{"master":{}}"#, "erp.push_not_standard"),
        (
            "Order",
            Some("7"),
            r#"{"masterFieldVal":{},"detailFieldVals":{"lines":[1]}}"#,
            "erp.push_not_standard",
        ),
        ("Order", Some("7"), r#"{"masterFieldVal":{"id":"8"}}"#, "erp.push_other_id"),
        ("Order", None, r#"{"masterFieldVal":{"no":"销-1"}}"#, "erp.no_id"),
    ] {
        assert_eq!(pushed(code, id, false, body).unwrap_err().code, wanted, "{body}");
    }
    let check = |body: &[u8]| erp().check_push(body).map_err(|cause| cause.code.to_string());
    assert_eq!(check(br#"{"masterFieldVal":{},"detailFieldVals":null}"#), Ok(()));
    assert_eq!(check(b"<x/>"), Err("erp.push_not_json".into()));
    assert_eq!(check(b"{\"masterFieldVal\":{\"a\":\"\xb6\xa9\"}}"), Err("erp.push_not_json".into()));
    assert_eq!(check(b"[]"), Err("erp.push_not_standard".into()));
    let deep = format!("{{\"masterFieldVal\":{{\"a\":{}1{}}}}}", "[".repeat(10_000), "]".repeat(10_000));
    assert_eq!(check(deep.as_bytes()), Err("erp.push_not_json".into()));
}

#[test]
fn the_settings_say_who_may_push() {
    let rules = erp().push_rules(&connected(&[])).unwrap();
    assert_eq!((rules.tenants, rules.data_center, rules.a_minute), (vec!["default".to_owned()], None, None));
    assert!(rules.can_be_asked);
    let set = [
        ("tenant_ids", "82313, 590035"),
        ("data_center_id", "账套二"),
        ("push_networks", "10.20.0.0/16; 192.168.1.9"),
        ("pushes_a_minute", "600"),
    ];
    let rules = erp().push_rules(&connected(&set)).unwrap();
    assert_eq!((rules.tenants.len(), rules.a_minute), (2, Some(600)));
    assert!(
        rules.takes_from("10.20.9.9".parse().unwrap()) && !rules.takes_from("10.21.0.1".parse().unwrap())
    );
    for wrong in [("push_networks", "10.20.0.0/33"), ("push_networks", "仓库"), ("pushes_a_minute", "0")] {
        assert_eq!(erp().push_rules(&connected(&[wrong])), None, "nobody may push: {wrong:?}");
    }
}
