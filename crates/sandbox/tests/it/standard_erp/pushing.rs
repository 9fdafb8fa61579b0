//! What the ERP pushes by itself, in the standard form, and what becomes of it (`protocols/standard-erp.md §3`).

use sandbox::stand_in::{Outgoing, Reply};
use serde_json::{Value, json};

use super::desk::{Desk, SYSTEM, header, taken};

fn body(call: &Outgoing) -> Value {
    serde_json::from_slice(&call.body).unwrap()
}

/// Makes a customer as a person at the ERP does; its id.
fn made(desk: &mut Desk, number: &str) -> String {
    let made =
        desk.control("/customer", Some(json!({ "custNo": number, "custName": "烟台诚益食品有限公司" })));
    made["id"].as_str().unwrap().to_owned()
}

fn edit(desk: &mut Desk, id: &str, tel: &str) {
    desk.control(&format!("/customer/{id}"), Some(json!({ "tel": tel })));
}

#[test]
fn a_change_is_pushed_with_the_headers_and_the_body_of_the_document() {
    let mut desk = Desk::new();
    desk.subscribe(json!({}));
    let id = made(&mut desk, "KH-1");
    let [call] = &desk.pushed()[..] else { panic!("one call") };
    assert_eq!(call.url, "http://qiao.example/erp/syncdata/open/objdata/syncpush");
    let names: Vec<&str> = call.headers.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["Content-Type", "token", "tenantId", "objectApiName", "version", "id"]);
    for (name, value) in [
        ("Content-Type", "application/json; charset=utf-8"),
        ("token", "口令"),
        ("tenantId", "736231"),
        ("objectApiName", "customer"),
        ("version", "v1"),
        ("id", &*id),
    ] {
        assert_eq!(header(call, name), Some(value));
    }
    let body = body(call);
    assert_eq!(
        body.as_object().unwrap().keys().collect::<Vec<_>>(),
        ["objAPIName", "masterFieldVal", "detailFieldVals"]
    );
    assert_eq!(body["objAPIName"], "customer");
    assert_eq!(
        (&body["masterFieldVal"]["custId"], &body["masterFieldVal"]["custName"]),
        (&json!(id), &json!("烟台诚益食品有限公司"))
    );
    assert_eq!(body["detailFieldVals"]["custContact"], json!([]));
    assert_eq!(call.patience_ms, 30_000);
    assert!(desk.pushed().is_empty(), "once, until it is answered");
}

#[test]
fn a_void_says_so_with_or_without_a_body_and_so_does_what_is_gone() {
    for (way, has_body) in [("record", true), ("empty", false)] {
        let mut desk = Desk::with(&[("void_body", way)]);
        let ids = [made(&mut desk, "KH-1"), made(&mut desk, "KH-2")];
        desk.subscribe(json!({ "data_center_id": "账套一" }));
        desk.control(&format!("/customer/{}/void", ids[0]), Some(json!({})));
        desk.control(&format!("/customer/{}/delete", ids[1]), Some(json!({})));
        let calls = desk.pushed();
        assert_eq!(calls.len(), 2);
        for (call, id) in calls.iter().zip(&ids) {
            assert_eq!(header(call, "operationType"), Some("3"));
            assert_eq!((header(call, "id"), header(call, "dataCenterId")), (Some(&**id), Some("账套一")));
            assert_eq!(call.body.is_empty(), !has_body, "{way}");
        }
        desk.control(&format!("/customer/{}/restore", ids[0]), Some(json!({})));
        desk.answer(&calls[0], Some(&taken()));
        let [restored] = &desk.pushed()[..] else { panic!("one call") };
        assert_eq!(header(restored, "operationType"), None);
        assert_eq!(body(restored)["masterFieldVal"]["status"], "1");
    }
}

#[test]
fn a_push_tells_all_what_changed_or_the_id_alone() {
    for way in ["whole", "changed", "id_only"] {
        let mut desk = Desk::with(&[("push_content", way)]);
        let data = desk.order();
        let id = data["masterDataId"].as_str().unwrap().to_owned();
        desk.subscribe(json!({}));
        desk.world.pass(1_000);
        desk.control(&format!("/saleOrder/{id}"), Some(json!({ "remark": "改期" })));
        let entry = data["detailDataIds"]["saleOrderEntry"][0].clone();
        let first = desk.pushed();
        desk.answer(&first[0], Some(&taken()));
        desk.control(
            &format!("/saleOrder/{id}"),
            Some(json!({ "saleOrderEntry": [{ "entryId": entry, "qty": 3 }] })),
        );
        let second = desk.pushed();
        let (head, rows) = (body(&first[0]), body(&second[0]));
        let names = |part: &Value| part.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        match way {
            "whole" => {
                assert_eq!(names(&head["masterFieldVal"]).len(), 15);
                assert_eq!(head["detailFieldVals"]["saleOrderEntry"].as_array().unwrap().len(), 2);
            }
            "changed" => {
                assert_eq!(
                    names(&head["masterFieldVal"]),
                    ["billId", "remark", "lastModified", "rowVersion"]
                );
                assert_eq!(head["detailFieldVals"], json!({}));
                assert_eq!(names(&rows["masterFieldVal"]), ["billId", "totalAmount", "rowVersion"]);
                assert_eq!(rows["detailFieldVals"]["saleOrderEntry"].as_array().unwrap().len(), 2);
            }
            _ => {
                assert_eq!(head["masterFieldVal"], json!({ "billId": id }));
                assert_eq!(rows["detailFieldVals"], json!({}));
            }
        }
    }
}

#[test]
fn what_callers_write_is_pushed_where_the_switch_says_so_and_what_follows_from_it_always() {
    for (way, count) in [("no", 0), ("yes", 3)] {
        let mut desk = Desk::with(&[("push_own_writes", way)]);
        let order = desk.order();
        let id = order["masterDataId"].as_str().unwrap().to_owned();
        let shown = desk.control(&format!("/saleOrder/{id}"), None);
        desk.subscribe(json!({ "at_once": 50 }));
        desk.customer("甲");
        desk.update("saleOrder", json!({ "billId": id, "remark": "乙" }), json!({}));
        let row =
            json!({ "matNo": "01.01.0001", "qty": 1, "orderEntryId": shown["saleOrderEntry"][0]["entryId"] });
        let head = json!({ "billDate": "2026-11-24", "custNo": shown["custNo"], "orderNo": shown["billNo"] });
        desk.create("stockOut", head, json!({ "stockOutEntry": [row] }));
        let mut pushed = Vec::new();
        loop {
            let calls = desk.pushed();
            if calls.is_empty() {
                break;
            }
            calls.iter().for_each(|call| desk.answer(call, Some(&taken())));
            pushed.extend(calls);
        }
        let of_interface = pushed.len() - 1;
        assert_eq!(of_interface, count, "{way}");
        let last = pushed.iter().rfind(|call| header(call, "objectApiName") == Some("saleOrder")).unwrap();
        assert_eq!(body(last)["detailFieldVals"]["saleOrderEntry"][0]["deliveredQty"].to_string(), "1.0");
    }
}

#[test]
fn the_changes_of_one_record_go_one_after_the_other_and_do_not_hold_up_others() {
    let mut desk = Desk::new();
    let ids = [made(&mut desk, "KH-1"), made(&mut desk, "KH-2")];
    desk.subscribe(json!({}));
    edit(&mut desk, &ids[0], "1");
    edit(&mut desk, &ids[0], "2");
    edit(&mut desk, &ids[1], "3");
    let told = |call: &Outgoing| body(call)["masterFieldVal"]["tel"].as_str().unwrap().to_owned();
    let first = desk.pushed();
    assert_eq!(first.iter().map(told).collect::<Vec<_>>(), ["1", "3"]);
    desk.answer(&first[0], None);
    desk.answer(&first[1], Some(&taken()));
    assert!(desk.pushed().is_empty(), "the second waits for the first, which waits for its next try");
    assert_eq!(desk.world.sandbox.next_outgoing(), Some(desk.world.now_ms + 2_000));
    desk.world.pass(2_000);
    let again = desk.pushed();
    assert_eq!(again.iter().map(told).collect::<Vec<_>>(), ["1"]);
    desk.answer(&again[0], Some(&taken()));
    assert_eq!(desk.pushed().iter().map(told).collect::<Vec<_>>(), ["2"]);
}

#[test]
fn only_one_answer_takes_a_push_and_any_other_repeats_it_until_the_erp_gives_up() {
    let refused = json!({ "errCode": "s306240004", "errMsg": "未知对象" });
    for (answer, accepted) in [
        (Some(taken()), 1),
        (Some(Reply::json(200, &refused)), 0),
        (Some(Reply::json(503, &json!({ "errCode": "s106240000" }))), 0),
        (Some(Reply::text(200, "text/html", "<html>s106240000</html>")), 0),
        (None, 0),
    ] {
        let mut desk = Desk::new();
        desk.subscribe(json!({ "tries": 3, "retry_ms": 1_000 }));
        let id = made(&mut desk, "KH-1");
        let mut times = Vec::new();
        let start = desk.world.now_ms;
        while let Some(due_ms) = desk.world.sandbox.next_outgoing() {
            desk.world.now_ms = due_ms;
            for call in desk.pushed() {
                times.push(desk.world.now_ms - start);
                desk.answer(&call, answer.as_ref());
            }
        }
        let shown = desk.control("/push", None);
        match accepted {
            1 => {
                assert_eq!((&times[..], &shown["accepted"]["customer"]), (&[0][..], &json!(1)));
                assert_eq!((&shown["waiting"], &shown["given_up"]), (&json!(0), &json!(0)));
            }
            _ => {
                assert_eq!(times, [0, 1_000, 3_000], "{answer:?}");
                assert_eq!((&shown["given_up"], &shown["repeated"]), (&json!(1), &json!(2)));
                let list = desk.control("/push/outbox", None);
                assert_eq!((&list[0]["state"], &list[0]["id"]), (&json!("given_up"), &json!(id)));
                assert!(!list[0]["last_answer"].as_str().unwrap().is_empty());
                desk.control("/push/resend", Some(json!({})));
                let [again] = &desk.pushed()[..] else { panic!("one call") };
                desk.answer(again, Some(&taken()));
                assert_eq!(desk.control("/push", None)["accepted"]["customer"], 1);
            }
        }
    }
}

#[test]
fn no_more_calls_are_under_way_than_the_setting_says() {
    let mut desk = Desk::new();
    desk.subscribe(json!({ "at_once": 3 }));
    for n in 0..10 {
        made(&mut desk, &format!("KH-{n}"));
    }
    let mut rounds = Vec::new();
    loop {
        let calls = desk.pushed();
        if calls.is_empty() {
            break;
        }
        assert_eq!(desk.world.sandbox.next_outgoing().is_none(), calls.len() == 3 || rounds.len() == 3);
        rounds.push(calls.len());
        calls.iter().for_each(|call| desk.answer(call, Some(&taken())));
    }
    assert_eq!(rounds, [3, 3, 3, 1]);
}

#[test]
fn only_the_objects_of_the_setting_are_pushed_and_nothing_without_an_address() {
    let mut desk = Desk::new();
    made(&mut desk, "KH-0");
    assert_eq!(desk.world.sandbox.next_outgoing(), None);
    desk.subscribe(json!({ "objects": ["material"] }));
    made(&mut desk, "KH-1");
    desk.control("/material/01.01.0001", Some(json!({ "price": "1999.99" })));
    let [call] = &desk.pushed()[..] else { panic!("one call") };
    assert_eq!(header(call, "objectApiName"), Some("material"));
    assert_eq!(
        desk.control("/push/all", Some(json!({ "objects": ["customer", "material"] })))["queued"].as_u64(),
        desk.control("/counts", None)["customer"]
            .as_u64()
            .zip(desk.control("/counts", None)["material"].as_u64())
            .map(|(one, other)| one + other)
    );
    let waiting = desk.control("/push", None)["waiting"].as_u64();
    assert_eq!(waiting, desk.control("/counts", None)["material"].as_u64().map(|count| count + 1));
}

#[test]
fn a_setting_that_is_none_is_refused() {
    let mut desk = Desk::new();
    for body in
        [r#"{"urls":"x"}"#, r#"{"records":0}"#, r#"{"at_once":0}"#, r#"{"tries":0}"#, r#"{"retry_ms":0}"#]
    {
        let path = format!("/_sandbox/{SYSTEM}/push");
        assert_eq!(
            desk.world.sandbox.control(desk.world.now_ms, "POST", &path, body.as_bytes()).status,
            400,
            "{body}"
        );
    }
    assert_eq!(desk.control("/push", None)["url"], "");
}

#[test]
fn what_is_no_void_says_what_it_is_or_nothing() {
    for (way, told) in
        [("voids_only", [None, None, Some("3")]), ("always", [Some("1"), Some("2"), Some("3")])]
    {
        for form in ["standard", "json"] {
            let mut desk = Desk::with(&[("operation_type", way), ("push_form", form)]);
            let [changed, gone] = ["KH-1", "KH-2"].map(|number| made(&mut desk, number));
            desk.subscribe(json!({ "records": 10 }));
            made(&mut desk, "KH-3");
            edit(&mut desk, &changed, "1");
            desk.control(&format!("/customer/{gone}/void"), Some(json!({})));
            let calls = desk.pushed();
            let said: Vec<Option<&str>> = calls.iter().map(|call| header(call, "operationType")).collect();
            match (way, form) {
                ("voids_only", "json") => assert_eq!(said, told[1..], "two records in one body"),
                _ => assert_eq!(said, told, "{way} {form}"),
            }
        }
    }
}
