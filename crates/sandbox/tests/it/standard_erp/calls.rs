//! `create`, `update` and `queryMasterById`: what a strict programmer takes, refuses and gives back
//! (`protocols/standard-erp.md §1, §2`).

use serde_json::{Value, json};

use super::desk::{Desk, document, rows};

#[test]
fn a_create_gives_the_ids_of_the_bill_and_of_its_rows_in_the_order_sent() {
    let mut desk = Desk::new();
    let data = desk.order();
    let id = data["masterDataId"].as_str().unwrap().to_owned();
    let shown = desk.by_id("saleOrder", &id)["data"].clone();
    let master = &shown["masterFieldVal"];
    assert_eq!(master["remark"], "加急，分批发货");
    assert_eq!(master["status"], "1");
    assert_eq!(master["rowVersion"], 1);
    assert_eq!(master["lastModified"], "2026-11-24 15:00:00");
    let entries = shown["detailFieldVals"]["saleOrderEntry"].as_array().unwrap();
    let ids: Vec<&Value> = entries.iter().map(|row| &row["entryId"]).collect();
    assert_eq!(json!(ids), data["detailDataIds"]["saleOrderEntry"]);
    assert_eq!((&entries[0]["matNo"], &entries[0]["rowRemark"]), (&json!("01.01.0001"), &json!("含安装")));
    assert_eq!((&entries[0]["seq"], &entries[1]["seq"]), (&json!(1), &json!(2)));
}

#[test]
fn sums_are_exact_and_no_digit_passes_through_a_float() {
    let mut desk = Desk::new();
    let id = desk.order()["masterDataId"].as_str().unwrap().to_owned();
    let reply = desk.reply("GET", &format!("/queryMasterById?objAPIName=saleOrder&dataId={id}"), "", b"");
    let text = String::from_utf8(reply.body).unwrap();
    for part in [
        r#""totalAmount":4300.76,"#,
        r#""qty":2.0000,"price":1860.505000,"amount":3721.01,"#,
        r#""qty":1.5000,"price":386.500000,"amount":579.75,"#,
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[test]
fn numbers_are_given_by_the_erp_unless_they_are_sent() {
    let mut desk = Desk::new();
    let sent = json!({ "custNo": "KH-甲-01", "custName": "南通华达家具有限公司" });
    let id = desk.create("customer", sent, json!({}))["masterDataId"].as_str().unwrap().to_owned();
    assert_eq!(desk.by_id("customer", &id)["data"]["masterFieldVal"]["custNo"], "KH-甲-01");
    let (_, made) = desk.customer("南京信诚家具有限公司");
    assert_eq!(made, "C900001");
}

#[test]
fn what_the_dictionary_does_not_allow_is_refused_and_nothing_is_made() {
    let mut desk = Desk::new();
    let before = desk.control("/counts", None);
    let customer = |master: Value| document("customer", master, json!({}));
    let order = |master: Value, details: Value| document("saleOrder", master, details);
    let (_, known) = desk.customer("常州德邦模具有限公司");
    let head = json!({ "billDate": "2026-11-24", "custNo": known });
    let row = |row: Value| json!({ "saleOrderEntry": [row] });
    for (body, code, part) in [
        (customer(json!({ "custNo": "1" })), 2001, "[客户名称 custName]不能为空"),
        (customer(json!({ "custName": "  " })), 2001, "custName"),
        (customer(json!({ "custName": "甲", "FName": "乙" })), 2002, "FName"),
        (customer(json!({ "custName": 12 })), 2003, "应为文本"),
        (customer(json!({ "custName": "甲".repeat(101) })), 2003, "最大长度100"),
        (customer(json!({ "custName": "甲", "creditLimit": "一万" })), 2003, "应为数字"),
        (customer(json!({ "custName": "甲", "creditLimit": true })), 2003, "应为数字"),
        (customer(json!({ "custName": "甲", "creditLimit": "1.005" })), 2003, "最多2位小数"),
        (customer(json!({ "custName": "甲", "creditLimit": "1e30" })), 2003, "数字过大"),
        (customer(json!({ "custName": "甲", "custType": "77" })), 2003, "没有选项77"),
        (customer(json!({ "custName": "甲", "isStopped": "true" })), 2003, "应为true或false"),
        (
            document("material", json!({ "matName": "甲", "unit": "个", "leadDays": "1.5" }), json!({})),
            2003,
            "整数",
        ),
        (document("vendor", json!({}), json!({})), 1004, "vendor"),
        (json!({ "masterFieldVal": {} }), 1003, "objAPIName"),
        (json!({ "objAPIName": "customer" }), 1003, "masterFieldVal"),
        (json!({ "objAPIName": "customer", "masterFieldVal": [] }), 1003, "masterFieldVal"),
        (
            json!({ "objAPIName": "customer", "masterFieldVal": { "custName": "甲" }, "extra": 1 }),
            1003,
            "extra",
        ),
        (json!([1]), 1003, "对象"),
        (order(head.clone(), json!({})), 2001, "至少要有一行"),
        (order(head.clone(), json!({ "saleOrderEntry": [] })), 2001, "至少要有一行"),
        (order(head.clone(), json!({ "saleOrderEntry": { "matNo": "01.01.0001" } })), 1003, "数组"),
        (order(head.clone(), json!({ "saleOrderEntry": ["甲"] })), 1003, "数组"),
        (order(head.clone(), json!({ "lines": [] })), 2002, "lines"),
        (order(head.clone(), row(json!({ "matNo": "01.01.0001", "qty": 1 }))), 2001, "price"),
        (
            order(head.clone(), row(json!({ "matNo": "没有", "qty": 1, "price": 1 }))),
            2004,
            "物料[没有]不存在",
        ),
        (order(json!({ "billDate": "2026-11-24", "custNo": "没有" }), rows()), 2004, "客户[没有]不存在"),
        (order(json!({ "billDate": "2026-13-01", "custNo": known }), rows()), 2003, "yyyy-MM-dd"),
    ] {
        let (refused, message) = desk.refused("/create", &body);
        assert_eq!(refused, code, "{body}: {message}");
        assert!(message.contains(part), "{body}: {message}");
    }
    let after = desk.control("/counts", None);
    assert_eq!(after["customer"].as_u64(), before["customer"].as_u64().map(|count| count + 1));
    assert_eq!(after["saleOrder"], before["saleOrder"]);
    let (code, message) = (1003, "不支持的Content-Type");
    for kind in ["", "application/x-www-form-urlencoded"] {
        let reply = desk.reply("POST", "/create", kind, b"a=1");
        let answer = crate::world::json_of(&reply);
        assert_eq!(answer["code"], code);
        assert!(answer["message"].as_str().unwrap().starts_with(message));
    }
    for body in [&b"{\"objAPIName\":"[..], b"", b"\xff", b"{\"a\":1,\"a\":2}"] {
        let reply = desk.reply("POST", "/create", "application/json", body);
        assert_eq!(crate::world::json_of(&reply)["code"], 1003);
    }
}

#[test]
fn callers_without_the_token_learn_nothing_and_change_nothing() {
    let mut desk = Desk::new();
    let before = desk.control("/counts", None);
    let body = document("customer", json!({ "custName": "甲" }), json!({})).to_string();
    for headers in [&[][..], &[("token", "wrong")], &[("token", "")]] {
        let all = [headers, &[("Content-Type", "application/json")]].concat();
        for (method, path) in [("POST", "/create"), ("POST", "/update"), ("GET", "/queryMasterBatch")] {
            let reply = desk.world.reply(method, &format!("/standard-erp{path}"), &all, body.as_bytes());
            assert_eq!(crate::world::json_of(&reply)["code"], 1001, "{headers:?}");
        }
    }
    assert_eq!(desk.control("/counts", None), before);
    desk.control("/account", Some(json!({ "token": "新口令" })));
    assert_eq!(desk.refused("/create", &json!({})).0, 1001, "the old one is no longer good");
}

#[test]
fn each_call_has_its_path_and_method() {
    let mut desk = Desk::new();
    for (method, path) in
        [("GET", "/create"), ("POST", "/queryMasterById"), ("POST", "/delete"), ("GET", "/")]
    {
        let answer = crate::world::json_of(&desk.reply(method, path, "application/json", b"{}"));
        assert_eq!(answer["code"], 1002, "{method} {path}");
    }
}

#[test]
fn an_update_names_its_record_and_changes_what_it_sends() {
    let mut desk = Desk::new();
    let data = desk.order();
    let id = data["masterDataId"].clone();
    desk.world.pass(60_000);
    let sent =
        json!({ "billId": id, "remark": null, "isUrgent": true, "totalAmount": "1", "rowVersion": 77 });
    let answer = desk.update("saleOrder", sent, json!({}));
    assert_eq!(answer["data"], json!({ "masterDataId": id, "detailDataIds": {} }));
    let shown = desk.by_id("saleOrder", id.as_str().unwrap())["data"].clone();
    let master = &shown["masterFieldVal"];
    assert_eq!((&master["remark"], &master["isUrgent"]), (&Value::Null, &json!(true)));
    assert_eq!((&master["rowVersion"], &master["lastModified"]), (&json!(2), &json!("2026-11-24 15:01:00")));
    assert_eq!(master["createTime"], "2026-11-24 15:00:00");
    let amounts: Vec<String> = shown["detailFieldVals"]["saleOrderEntry"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["amount"].to_string())
        .collect();
    assert_eq!(amounts, ["3721.01", "579.75"], "what the ERP works out is not the caller's, rows stay");
    for (master, code) in [
        (json!({ "remark": "甲" }), 2008),
        (json!({ "billId": "", "remark": "甲" }), 2008),
        (json!({ "billId": "没有", "remark": "甲" }), 2006),
        (json!({ "billId": id, "custNo": null }), 2001),
    ] {
        assert_eq!(desk.update("saleOrder", master, json!({}))["code"], code);
    }
    desk.control(&format!("/saleOrder/{}/void", id.as_str().unwrap()), Some(json!({})));
    assert_eq!(desk.update("saleOrder", json!({ "billId": id, "remark": "甲" }), json!({}))["code"], 2007);
}

#[test]
fn further_headers_and_other_paths_are_asked_for_where_the_account_says_so() {
    let mut desk = Desk::new();
    desk.control("/account", Some(json!({ "headers": { "X-App": "crm" }, "create_path": "/api/bill/save" })));
    let body = document("customer", json!({ "custName": "甲" }), json!({}));
    let token = desk.token.clone();
    let mut code = |path: &str, more: &[(&str, &str)]| {
        let headers = [&[("Content-Type", "application/json"), ("token", &*token)][..], more].concat();
        let path = format!("/standard-erp{path}");
        crate::world::json_of(&desk.world.reply("POST", &path, &headers, body.to_string().as_bytes()))["code"]
            .clone()
    };
    assert_eq!(code("/create", &[("X-App", "crm")]), 1002);
    assert_eq!(code("/api/bill/save", &[]), 1001);
    assert_eq!(code("/api/bill/save", &[("X-App", "oa")]), 1001);
    assert_eq!(code("/api/bill/save", &[("x-app", "crm")]), 0);
}
