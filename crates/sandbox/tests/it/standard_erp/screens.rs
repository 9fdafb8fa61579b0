//! The ERP from inside: its dictionary, its screens, its ledger and the business that goes on by itself.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::desk::{Desk, SYSTEM, taken};
use crate::world::World;

#[test]
fn the_connection_tells_all_that_a_form_asks_for() {
    let world = World::new();
    let connection = world.connection(SYSTEM);
    assert_eq!(connection["base_url"], "http://sandbox.example/standard-erp");
    assert_eq!(connection["token"].as_str().unwrap().len(), 32);
    assert_eq!(
        connection["objects"],
        json!(["customer", "material", "saleOrder", "stockOut", "ERP 侧对象的 APIName"])
    );
}

#[test]
fn the_dictionary_describes_every_field_that_records_have() {
    let mut desk = Desk::new();
    desk.order();
    let sample = json!({ "Key1": "1", "Key2": "2", "明细 apiName1": [{ "Key4": "甲" }] });
    desk.control("/ERP%20%E4%BE%A7%E5%AF%B9%E8%B1%A1%E7%9A%84%20APIName", Some(sample));
    for object in desk.control("/objects", None).as_array().unwrap() {
        let name = object["name"].as_str().unwrap();
        let listed = |fields: &Value| -> Vec<String> {
            fields
                .as_array()
                .unwrap()
                .iter()
                .map(|field| field["name"].as_str().unwrap().to_owned())
                .collect()
        };
        let all = desk.control(&format!("/{}", name.replace(' ', "%20")), None);
        for record in all.as_array().unwrap() {
            let id = record["id"].as_str().unwrap();
            let answer = desk.by_id(&name.replace(' ', "%20"), id)["data"].clone();
            let fields: Vec<String> = answer["masterFieldVal"].as_object().unwrap().keys().cloned().collect();
            assert_eq!(fields, listed(&object["fields"]), "{name}");
            for detail in object["details"].as_array().unwrap() {
                let rows = &answer["detailFieldVals"][detail["name"].as_str().unwrap()];
                for row in rows.as_array().unwrap() {
                    assert_eq!(
                        row.as_object().unwrap().keys().cloned().collect::<Vec<_>>(),
                        listed(&detail["fields"])
                    );
                }
            }
        }
    }
}

#[test]
fn the_erp_opens_with_the_goods_and_half_the_customers_of_the_company() {
    let mut world = World::of(7, 60);
    let crm = world.control("/fxiaoke/AccountObj", None);
    let erp = world.control("/standard-erp/customer", None);
    let erp = erp.as_array().unwrap();
    assert!((20..40).contains(&erp.len()), "{}", erp.len());
    let names: BTreeMap<&str, &Value> =
        crm.as_array().unwrap().iter().map(|one| (one["name"].as_str().unwrap(), one)).collect();
    for customer in erp {
        assert!(names.contains_key(customer["custName"].as_str().unwrap()), "{customer}");
        assert!(customer["lastModified"].as_i64().unwrap() < world.now_ms);
    }
    let goods = world.control("/kingdee-k3cloud/BD_MATERIAL", None).as_array().unwrap().len();
    assert_eq!(world.control("/standard-erp/material", None).as_array().unwrap().len(), goods);
    let orders = world.control("/standard-erp/saleOrder", None);
    let delivered = |order: &&Value| {
        order["saleOrderEntry"].as_array().unwrap().iter().any(|row| row["deliveredQty"] != "0.0000")
    };
    let done = orders.as_array().unwrap().iter().filter(delivered).count();
    assert!(done > 0 && done < orders.as_array().unwrap().len(), "{done}");
    let counts = world.control("/standard-erp/counts", None);
    assert_eq!(counts["stockOut"].as_u64().unwrap() as usize, done);
}

#[test]
fn people_edit_by_number_and_rows_by_their_ids() {
    let mut desk = Desk::new();
    desk.control("/customer", Some(json!({ "custNo": "KH-1", "custName": "深圳博远智能装备有限公司" })));
    let filled = json!({ "billNo": "SO-1", "billDate": "2026-11-24", "custNo": "KH-1", "saleOrderEntry": [
        { "matNo": "01.01.0001", "qty": 2, "price": 1860 }, { "matNo": "01.01.0002", "qty": 1, "price": 2450.5 }] });
    let order = desk.control("/saleOrder", Some(filled));
    assert_eq!((&order["totalAmount"], &order["void"]), (&json!("6170.50"), &json!(false)));
    let row = order["saleOrderEntry"][0]["entryId"].as_str().unwrap().to_owned();
    let added = json!({ "saleOrderEntry": [{ "matNo": "02.02.0002", "qty": 10, "price": 8.65 }, { "entryId": row, "qty": 3 }] });
    let order = desk.control("/saleOrder/SO-1", Some(added));
    let quantities: Vec<&str> =
        order["saleOrderEntry"].as_array().unwrap().iter().map(|row| row["qty"].as_str().unwrap()).collect();
    assert_eq!(quantities, ["3.0000", "1.0000", "10.0000"]);
    let order = desk.control(&format!("/saleOrder/SO-1/saleOrderEntry/{row}/delete"), Some(json!({})));
    assert_eq!(
        (order["saleOrderEntry"].as_array().unwrap().len(), &order["totalAmount"]),
        (2, &json!("2537.00"))
    );
    desk.control("/saleOrder/SO-1/void", Some(json!({})));
    for (path, body) in
        [("/saleOrder/SO-1/void", "{}"), ("/saleOrder/SO-1", r#"{"remark":"甲"}"#), ("/customer", "{}")]
    {
        let refused = desk.world.sandbox.control(
            desk.world.now_ms,
            "POST",
            &format!("/_sandbox/{SYSTEM}{path}"),
            body.as_bytes(),
        );
        assert_eq!(refused.status, 400, "{path}");
    }
    for path in ["/vendor", "/customer/nobody", "/customer/KH-1/deliver", "/nothing/at/all"] {
        let missing = desk.world.sandbox.control(
            desk.world.now_ms,
            "POST",
            &format!("/_sandbox/{SYSTEM}{path}"),
            b"{}",
        );
        assert_eq!(missing.status, 404, "{path}");
    }
}

#[test]
fn an_order_is_delivered_in_parts_until_nothing_is_left() {
    let mut desk = Desk::new();
    let id = desk.order()["masterDataId"].as_str().unwrap().to_owned();
    let part = json!({ "lines": [{ "seq": 1, "qty": "0.5" }], "carrierNo": "SF1234567890" });
    let out = desk.control(&format!("/saleOrder/{id}/deliver"), Some(part));
    assert_eq!(
        (&out["carrierNo"], &out["stockOutEntry"][0]["qty"]),
        (&json!("SF1234567890"), &json!("0.5000"))
    );
    let rest = desk.control(&format!("/saleOrder/{id}/deliver"), Some(json!({})));
    let left: Vec<&str> =
        rest["stockOutEntry"].as_array().unwrap().iter().map(|row| row["qty"].as_str().unwrap()).collect();
    assert_eq!(left, ["1.5000", "1.5000"]);
    let path = format!("/_sandbox/{SYSTEM}/saleOrder/{id}/deliver");
    let refused = desk.world.sandbox.control(desk.world.now_ms, "POST", &path, b"{}");
    assert_eq!(refused.status, 400);
}

#[test]
fn the_ledger_names_every_document_with_who_made_it() {
    let mut desk = Desk::new();
    desk.customer("甲");
    desk.control("/customer", Some(json!({ "custNo": "KH-乙", "custName": "乙" })));
    desk.control("/customer/KH-乙/delete", Some(json!({})));
    let all = desk.control("/ledger", None);
    let all = all.as_array().unwrap();
    let last: Vec<&str> = all[all.len() - 2..].iter().map(|made| made["by"].as_str().unwrap()).collect();
    assert_eq!(last, ["interface", "screen"]);
    assert!(all[..all.len() - 2].iter().all(|made| made["by"] == "opening"));
    assert_eq!(all.last().unwrap()["number"], "KH-乙", "also when it is gone");
}

/// What the business of that seed did within an hour, as the outside sees it.
fn hour(seed: u64) -> (Vec<String>, Value) {
    let mut world = World::of(seed, 40);
    let setting = json!({ "url": "http://qiao.example/", "token": "t", "tenant_id": "1" });
    world.control("/standard-erp/push", Some(setting));
    world.control("/standard-erp/business", Some(json!({ "every_ms": 60_000, "left": 40 })));
    let mut pushed = Vec::new();
    while let Some(due_ms) = world.sandbox.next_outgoing() {
        world.now_ms = world.now_ms.max(due_ms);
        for (system, call) in world.sandbox.take_outgoing(world.now_ms) {
            pushed.push(format!(
                "{} {:?} {}",
                world.now_ms,
                call.headers,
                String::from_utf8_lossy(&call.body)
            ));
            world.sandbox.outgoing_answered(system, call.number, world.now_ms, Some(&taken()));
        }
    }
    assert_eq!(world.now_ms, crate::world::START_MS + 40 * 60_000, "and then it rests");
    let ledger = world.control("/standard-erp/ledger", None);
    (pushed, ledger)
}

#[test]
fn the_business_goes_on_by_itself_the_same_for_the_same_seed() {
    let (pushed, ledger) = hour(3);
    assert!(pushed.len() > 25, "{}", pushed.len());
    let by_business = |made: &&Value| made["by"] == "business";
    let made: Vec<&str> = ledger
        .as_array()
        .unwrap()
        .iter()
        .filter(by_business)
        .map(|made| made["object"].as_str().unwrap())
        .collect();
    assert!(made.contains(&"saleOrder") && made.contains(&"stockOut"), "{made:?}");
    for object in ["customer", "material", "saleOrder", "stockOut"] {
        assert!(
            pushed.iter().any(|call| call.contains(&format!("(\"objectApiName\", \"{object}\")"))),
            "{object}"
        );
    }
    assert_eq!(hour(3).0, pushed);
    assert_ne!(hour(4).0, pushed);
}

#[test]
fn work_is_done_at_once_when_asked_for() {
    let mut desk = Desk::new();
    let before = desk.control("/ledger", None).as_array().unwrap().len();
    let done = desk.control("/business/work", Some(json!({ "count": 60 })))["done"].as_u64().unwrap();
    assert!(done > 40, "{done}");
    assert!(desk.control("/ledger", None).as_array().unwrap().len() > before + 10);
    assert_eq!(desk.control("/duplicates", None), json!({}));
}
