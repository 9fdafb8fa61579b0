//! Input that no client of ours would send: it is refused, and nothing breaks.

use proptest::prelude::*;
use serde_json::json;

use super::desk::{Desk, FORM_SERVICE, customer};

/// Pieces that conditions are made of, in any order.
const PIECES: &[&str] = &[
    "FNumber",
    "FCUSTID",
    "FBANKCODE",
    "FModifyDate",
    "FSELLER.FName",
    "FNope",
    "=",
    "<>",
    ">=",
    "<",
    "like",
    "in",
    "not",
    "and",
    "or",
    "is",
    "null",
    "between",
    "(",
    ")",
    ",",
    "'甲'",
    "'%_'",
    "''",
    "'",
    "1",
    "-5",
    "1.5",
    "-",
    ".",
    "{ts'2026-06-01 08:30:00'}",
    "{",
    "}",
    "GETDATE()",
    "N'乙'",
    "N",
    "，",
    "\0",
    "1=1",
];

fn piece() -> impl Strategy<Value = &'static str> {
    prop::sample::select(PIECES)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_condition_is_answered_with_rows_or_one_error(pieces in prop::collection::vec(piece(), 0..9)) {
        let mut desk = Desk::open();
        desk.saved("BD_Customer", customer("A1", "甲"));
        let reply = desk.query("BD_Customer", "FNumber", &pieces.join(" "));
        let rows = reply.as_array().unwrap();
        let is_error = rows.first().is_some_and(|row| row[0].is_object());
        prop_assert!(is_error || rows.iter().all(|row| row == &json!(["A1"])), "{reply}");
    }

    #[test]
    fn every_body_is_answered(body in "\\PC{0,60}", method in "(Save|BatchSave|View|Push|Audit|ExecuteBillQuery|BillQuery)") {
        let mut desk = Desk::open();
        let call = desk.request(FORM_SERVICE, &method, body);
        let reply = desk.send(&call);
        prop_assert!(reply.status == 200 && !reply.body.is_empty());
    }
}

#[test]
fn values_of_every_shape_in_every_field_are_saved_or_refused() {
    let shapes = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1e300),
        json!("99999999999999999999999999999999"),
        json!(""),
        json!("2026-99-99"),
        json!([]),
        json!([[{}]]),
        json!({}),
        json!({"FNumber": {"FNumber": 1}}),
        json!({"FNumber": null}),
    ];
    let mut desk = Desk::open();
    let info = desk.call("QueryBusinessInfo", json!({"data": {"FormId": "BD_Customer"}}));
    let entities = info["Result"]["NeedReturnData"]["Entrys"].as_array().unwrap().clone();
    for entity in &entities {
        let keys = entity["Fields"].as_array().unwrap().iter().map(|field| field["Key"].as_str().unwrap());
        for key in keys {
            for (n, shape) in shapes.iter().enumerate() {
                let mut model = customer(&format!("{key}-{n}"), "各种形状");
                match entity["Key"].as_str().unwrap() {
                    "FBillHead" => model[key] = shape.clone(),
                    "FT_BD_CUSTOMEREXT" => model["FT_BD_CUSTOMEREXT"] = json!({ key: shape }),
                    rows => model[rows] = json!([{ key: shape }]),
                }
                let reply = desk.save("BD_Customer", model);
                assert!(reply["Result"]["ResponseStatus"]["IsSuccess"].is_boolean(), "{key} {shape}");
            }
        }
    }
}
