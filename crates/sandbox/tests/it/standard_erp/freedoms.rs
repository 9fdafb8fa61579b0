//! What the protocol leaves to the ERP's programmer: each value of each switch, over a call.

use serde_json::{Value, json};

use super::desk::{Desk, document, rows};
use crate::world::json_of;

#[test]
fn names_and_codes_of_answers_are_the_programmers() {
    for (names, [code, message, data]) in [
        ("code_message_data", ["code", "message", "data"]),
        ("errcode_errmsg_result", ["errcode", "errmsg", "result"]),
        ("status_info_content", ["status", "info", "content"]),
    ] {
        for (codes, fine, refused) in [
            ("number_0", json!(0), json!(2001)),
            ("text_0", json!("0"), json!("2001")),
            ("text_200", json!("200"), json!("2001")),
            ("text_success", json!("success"), json!("E2001")),
        ] {
            let mut desk = Desk::with(&[("answer_names", names), ("success_code", codes)]);
            let answer = desk.post("/create", &document("customer", json!({ "custName": "甲" }), json!({})));
            assert_eq!(answer.as_object().unwrap().keys().collect::<Vec<_>>(), [code, message, data]);
            assert_eq!((&answer[code], &answer[message]), (&fine, &json!("成功")));
            assert!(answer[data]["masterDataId"].is_string());
            let answer = desk.post("/create", &document("customer", json!({ "custName": "" }), json!({})));
            assert_eq!((&answer[code], &answer[data]), (&refused, &Value::Null));
        }
    }
}

#[test]
fn refusals_have_a_status_of_their_own_or_not() {
    for (way, statuses) in [("200", [200, 200, 200]), ("4xx", [400, 404, 401])] {
        let mut desk = Desk::with(&[("refusal_status", way)]);
        let empty = document("customer", json!({}), json!({})).to_string();
        let unknown = document("vendor", json!({}), json!({})).to_string();
        let mut status =
            |body: &str| desk.reply("POST", "/create", "application/json", body.as_bytes()).status;
        assert_eq!([status(&empty), status(&unknown)], statuses[..2]);
        desk.token = "wrong".into();
        assert_eq!(desk.reply("POST", "/create", "application/json", b"{}").status, statuses[2]);
    }
}

#[test]
fn the_ids_of_rows_are_told_in_one_of_four_ways() {
    for way in ["lists", "scalars", "numbered", "absent"] {
        let mut desk = Desk::with(&[("detail_ids", way)]);
        let data = desk.order();
        let id = data["masterDataId"].as_str().unwrap();
        let shown = desk.control(&format!("/saleOrder/{id}"), None);
        let (first, last) = (&shown["saleOrderEntry"][0]["entryId"], &shown["saleOrderEntry"][1]["entryId"]);
        let expected = match way {
            "lists" => json!({ "saleOrderEntry": [first, last] }),
            "scalars" => json!({ "saleOrderEntry": last }),
            "numbered" => json!({ "saleOrderEntry1": first, "saleOrderEntry2": last }),
            _ => Value::Null,
        };
        assert_eq!(data["detailDataIds"], expected, "{way}");
        assert_eq!(data.as_object().unwrap().contains_key("detailDataIds"), way != "absent");
    }
}

#[test]
fn nothing_found_is_said_in_many_ways() {
    for (empty, data) in [
        ("empty_list", json!({ "totalNum": 0, "dataList": [] })),
        ("null_list", json!({ "totalNum": 0, "dataList": null })),
        ("null_data", Value::Null),
    ] {
        let mut desk = Desk::with(&[("empty", empty)]);
        let answer = desk.window("customer", "&offset=0&limit=10");
        assert_eq!((&answer["code"], &answer["data"]), (&json!(0), &data), "{empty}");
    }
    for (absent, code, data) in
        [("null_data", 0, Value::Null), ("refused", 2006, Value::Null), ("empty_map", 0, json!({}))]
    {
        let mut desk = Desk::with(&[("absent_record", absent)]);
        let answer = desk.by_id("customer", "404");
        assert_eq!((&answer["code"], &answer["data"]), (&json!(code), &data), "{absent}");
    }
}

#[test]
fn the_number_of_records_is_told_or_not() {
    for (way, told) in [("present", true), ("absent", false)] {
        let mut desk = Desk::with(&[("total", way)]);
        desk.customer("甲");
        let answer = desk.window("customer", "&offset=0&limit=10");
        assert_eq!(answer["data"].as_object().unwrap().contains_key("totalNum"), told);
    }
}

#[test]
fn values_are_written_by_the_programmers_taste() {
    let raw = |switches: &[(&str, &str)]| {
        let mut desk = Desk::with(switches);
        desk.world.pass(7);
        let id = desk.order()["masterDataId"].to_string().trim_matches('"').to_owned();
        let reply = desk.reply("GET", &format!("/queryMasterById?objAPIName=saleOrder&dataId={id}"), "", b"");
        (id, String::from_utf8(reply.body).unwrap())
    };
    for (name, value, part) in [
        ("decimals", "number", r#""qty":1.5000,"#),
        ("decimals", "text", r#""qty":"1.5000","#),
        ("blanks", "null", r#""sourceNo":null,"#),
        ("blanks", "empty", r#""sourceNo":"","#),
        ("times", "text_seconds", r#""lastModified":"2026-11-24 15:00:00","#),
        ("times", "text_millis", r#""lastModified":"2026-11-24 15:00:00.007","#),
        ("times", "epoch_millis", r#""lastModified":1795503600007,"#),
    ] {
        let (_, text) = raw(&[(name, value)]);
        assert!(text.contains(part), "{name} {value}: {text}");
    }
    let (_, text) = raw(&[("blanks", "omitted")]);
    assert!(!text.contains("sourceNo"), "{text}");
    let (id, text) = raw(&[("id_form", "number")]);
    assert!(text.contains(&format!(r#""billId":{id},"#)) && text.contains(r#""entryId":5"#), "{text}");
    let (id, text) = raw(&[("id_form", "text")]);
    assert!(text.contains(&format!(r#""billId":"{id}""#)), "{text}");
}

#[test]
fn a_chosen_id_is_taken_ignored_or_refused() {
    for way in ["taken", "ignored", "refused"] {
        let mut desk = Desk::with(&[("chosen_id", way)]);
        let body = document("customer", json!({ "custId": "crm-5f3a", "custName": "甲" }), json!({}));
        let answer = desk.post("/create", &body);
        let id = answer["data"]["masterDataId"].clone();
        match way {
            "taken" => assert_eq!(id, "crm-5f3a"),
            "ignored" => assert_eq!((id.is_string(), id == "crm-5f3a"), (true, false)),
            _ => assert_eq!(answer["code"], 2008),
        }
    }
    let mut desk = Desk::new();
    let long = document("customer", json!({ "custId": "x".repeat(37), "custName": "甲" }), json!({}));
    assert_eq!(desk.refused("/create", &long).0, 2008);
}

#[test]
fn a_number_that_exists_is_refused_doubled_or_recognised() {
    for way in ["refused", "second_document", "same_document"] {
        let mut desk = Desk::with(&[("repeated_number", way)]);
        let body = document("customer", json!({ "custNo": "KH-1", "custName": "甲" }), json!({}));
        let first = desk.post("/create", &body)["data"]["masterDataId"].clone();
        let second = desk.post("/create", &body);
        let made = desk.control("/ledger", None);
        let made = made.as_array().unwrap().iter().filter(|made| made["number"] == "KH-1").count();
        let duplicates = desk.control("/duplicates", None);
        match way {
            "refused" => assert_eq!((&second["code"], made), (&json!(2005), 1)),
            "same_document" => assert_eq!((&second["data"]["masterDataId"], made), (&first, 1)),
            _ => assert_eq!((second["data"]["masterDataId"] == first, made), (false, 2)),
        }
        let doubled = if made == 2 { json!({ "customer": { "KH-1": 2 } }) } else { json!({}) };
        assert_eq!(duplicates, doubled, "{way}");
        let renamed =
            document("customer", json!({ "custId": first, "custNo": "KH-1", "tel": "1" }), json!({}));
        assert_eq!(desk.post("/update", &renamed)["code"], 0, "its own number is nobody else's");
    }
}

#[test]
fn a_repeated_create_with_its_own_id_is_never_a_second_document() {
    for way in ["refused", "second_document", "same_document"] {
        let mut desk = Desk::with(&[("repeated_number", way)]);
        let body =
            document("customer", json!({ "custId": "crm-1", "custNo": "KH-1", "custName": "甲" }), json!({}));
        desk.post("/create", &body);
        let second = desk.post("/create", &body);
        assert_eq!(second["code"], if way == "same_document" { 0 } else { 2005 });
        assert_eq!(desk.control("/duplicates", None), json!({}));
    }
}

#[test]
fn rows_in_an_update_replace_merge_or_append() {
    for way in ["replace", "merge", "append"] {
        let mut desk = Desk::with(&[("update_details", way)]);
        let data = desk.order();
        let id = data["masterDataId"].clone();
        let second = data["detailDataIds"]["saleOrderEntry"][1].clone();
        let sent = json!({ "saleOrderEntry": [
            { "matNo": "02.02.0002", "qty": 100, "price": "8.65" },
            { "entryId": second, "matNo": "02.01.0001", "qty": 9, "price": "386.5" },
        ] });
        let answer = desk.update("saleOrder", json!({ "billId": id }), sent);
        let told = answer["data"]["detailDataIds"]["saleOrderEntry"].clone();
        let order = desk.control(&format!("/saleOrder/{}", id.as_str().unwrap()), None);
        let lines = order["saleOrderEntry"].as_array().unwrap();
        let quantities: Vec<&str> = lines.iter().map(|line| line["qty"].as_str().unwrap()).collect();
        let place = |id: &Value| lines.iter().position(|line| line["entryId"] == *id).unwrap();
        let (expected, places): (&[&str], [usize; 2]) = match way {
            "replace" => (&["100.0000", "9.0000"], [0, 1]),
            "merge" => (&["2.0000", "9.0000", "100.0000"], [2, 1]),
            _ => (&["2.0000", "1.5000", "100.0000", "9.0000"], [2, 3]),
        };
        assert_eq!(quantities, expected, "{way}");
        assert_eq!([place(&told[0]), place(&told[1])], places, "{way}: the ids are told in the order sent");
        assert_eq!(told[1] == second, way != "append", "{way}");
        let unknown =
            json!({ "saleOrderEntry": [{ "entryId": "404", "matNo": "01.01.0001", "qty": 1, "price": 1 }] });
        let refused = desk.update("saleOrder", json!({ "billId": id }), unknown)["code"] == 2006;
        assert_eq!(refused, way != "append");
    }
}

#[test]
fn an_update_leaves_what_it_does_not_name_or_blanks_it() {
    for (way, kept) in [("sent_only", json!("加急，分批发货")), ("whole", Value::Null)] {
        let mut desk = Desk::with(&[("update_fields", way)]);
        let data = desk.order();
        let id = data["masterDataId"].as_str().unwrap().to_owned();
        let before = desk.control(&format!("/saleOrder/{id}"), None);
        let sent = json!({ "billId": id, "billDate": "2026-11-25", "custNo": before["custNo"] });
        assert_eq!(desk.update("saleOrder", sent, rows())["code"], 0);
        let after = desk.control(&format!("/saleOrder/{id}"), None);
        assert_eq!((&after["remark"], &after["billNo"]), (&kept, &before["billNo"]), "{way}");
        let bare = desk.update("saleOrder", json!({ "billId": id, "remark": "甲" }), json!({}));
        assert_eq!(bare["code"], if way == "whole" { 2001 } else { 0 }, "{bare}");
    }
}

#[test]
fn unknown_fields_and_extra_places_are_refused_or_borne() {
    let mut desk = Desk::with(&[("unknown_fields", "ignored"), ("extra_decimals", "rounded")]);
    let body = json!({ "objAPIName": "customer", "extra": 1, "detailFieldVals": { "nothing": [] },
        "masterFieldVal": { "custNo": "KH-1", "custName": "甲", "FName": "乙", "creditLimit": "0.125" } });
    assert_eq!(desk.post("/create", &body)["code"], 0);
    assert_eq!(desk.control("/customer/KH-1", None)["creditLimit"], "0.13");
}

#[test]
fn an_update_that_changes_nothing_moves_the_record_or_not() {
    for (way, version) in [("moves", 2), ("keeps", 1)] {
        let mut desk = Desk::with(&[("unchanged_update", way)]);
        let (id, _) = desk.customer("甲");
        desk.world.pass(1_000);
        desk.update("customer", json!({ "custId": id, "custName": "甲" }), json!({}));
        assert_eq!(desk.control(&format!("/customer/{id}"), None)["rowVersion"], version, "{way}");
    }
}

#[test]
fn a_delivery_written_back_moves_its_order_or_not() {
    for (way, moved) in [("moved", 5_000), ("unchanged", 0)] {
        let mut desk = Desk::with(&[("modified_on_write_back", way)]);
        let data = desk.order();
        let id = data["masterDataId"].as_str().unwrap().to_owned();
        let order = desk.control(&format!("/saleOrder/{id}"), None);
        desk.world.pass(5_000);
        let row =
            json!({ "matNo": "01.01.0001", "qty": 1, "orderEntryId": order["saleOrderEntry"][0]["entryId"] });
        let head = json!({ "billDate": "2026-11-24", "custNo": order["custNo"], "orderNo": order["billNo"] });
        let out = desk.create("stockOut", head, json!({ "stockOutEntry": [row] }));
        let after = desk.control(&format!("/saleOrder/{id}"), None);
        assert_eq!(after["saleOrderEntry"][0]["deliveredQty"], "1.0000");
        let was = order["lastModified"].as_i64().unwrap();
        assert_eq!(after["lastModified"].as_i64().unwrap() - was, moved, "{way}");
        desk.control(&format!("/stockOut/{}/void", out["masterDataId"].as_str().unwrap()), Some(json!({})));
        let undone = desk.control(&format!("/saleOrder/{id}"), None);
        assert_eq!(undone["saleOrderEntry"][0]["deliveredQty"], "0.0000");
    }
}

#[test]
fn no_switch_lets_a_wrong_json_type_pass() {
    let mut desk = Desk::with(&[("unknown_fields", "ignored"), ("extra_decimals", "rounded")]);
    let body = br#"{"objAPIName":"customer","masterFieldVal":{"custName":["\u7532"]}}"#;
    assert_eq!(json_of(&desk.reply("POST", "/create", "application/json", body))["code"], 2003);
}
