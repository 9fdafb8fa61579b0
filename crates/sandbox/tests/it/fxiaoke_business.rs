//! Orders, deliveries, payments and leads in the CRM, with lines that are records of their own
//! (`protocols/fxiaoke.md` §4.5, §4.7).

use serde_json::{Value, json};

use crate::world::{START_MS, World, each};

/// The ids of a customer, two products, and an order of 3 and 2 pieces made at the screen.
struct Scene {
    account: String,
    products: [String; 2],
    order: String,
}

fn scene(world: &mut World) -> Scene {
    let first = |list: &Value, n: usize| list[n]["_id"].as_str().unwrap().to_owned();
    let account = first(&world.control("/fxiaoke/AccountObj", None), 0);
    let products = world.control("/fxiaoke/ProductObj", None);
    let products = [first(&products, 0), first(&products, 1)];
    let order = world.control(
        "/fxiaoke/SalesOrderObj",
        Some(json!({ "by": "1003", "account_id": account, "order_time": START_MS, "remark": "月底前发货",
            "details": { "SalesOrderProductObj": [
                { "product_id": products[0], "quantity": "3", "sales_price": "100" },
                { "product_id": products[1], "quantity": "2", "sales_price": "0.55" }] } })),
    );
    Scene { account, products, order: order["dataId"].as_str().unwrap().into() }
}

fn lines(world: &mut World, order: &str) -> Vec<Value> {
    let filter = json!([{ "field_name": "order_id", "operator": "EQ", "field_values": [order] }]);
    let orders = json!([{ "fieldName": "_id", "isAsc": true }]);
    world.query("SalesOrderProductObj", json!({ "filters": filter, "orders": orders }))
}

#[test]
fn a_salesperson_makes_an_order_and_the_screen_works_out_its_amounts() {
    let mut world = World::new();
    let scene = scene(&mut world);
    let order = world.control(&format!("/fxiaoke/SalesOrderObj/{}", scene.order), None);
    assert_eq!((&order["order_amount"], &order["owner"]), (&json!("301.10"), &json!(["1003"])));
    let lines = world.control(&format!("/fxiaoke/SalesOrderObj/{}/SalesOrderProductObj", scene.order), None);
    let lines = lines.as_array().unwrap();
    assert_eq!(each(lines, "subtotal"), ["300.00", "1.10"]);
    assert_eq!(
        lines[0]["product_price"],
        world.control(&format!("/fxiaoke/ProductObj/{}", scene.products[0]), None)["price"]
    );
}

#[test]
fn writing_a_line_moves_its_master_or_does_not() {
    for (switch, moves) in [("leaves_master", false), ("touches_master", true)] {
        let mut world = World::with("fxiaoke", &[("detail_edit", switch)]);
        let scene = scene(&mut world);
        let add = json!({ "order_id": scene.order, "product_id": scene.products[1], "quantity": "1" });
        let line = lines(&mut world, &scene.order)[0]["_id"].as_str().unwrap().to_owned();
        let one = json!({ "dataObjectApiName": "SalesOrderProductObj", "object_data_id": line });
        let many = json!({ "dataObjectApiName": "SalesOrderProductObj", "idList": [line] });
        for step in ["add", "change", "void", "recover", "void", "delete"] {
            let before = world.get("SalesOrderObj", &scene.order)["data"]["last_modified_time"].clone();
            world.pass(1_000);
            let answer = match step {
                "add" => world.try_create("SalesOrderProductObj", add.clone()),
                "change" => world.update("SalesOrderProductObj", &line, json!({ "quantity": "4" })),
                "void" => world.crm("invalid", one.clone()),
                "recover" => world.crm("recover", many.clone()),
                _ => world.crm("delete", many.clone()),
            };
            assert_eq!(answer["errorCode"], 0, "{step}: {answer}");
            let after = world.get("SalesOrderObj", &scene.order)["data"]["last_modified_time"].clone();
            assert_eq!(before != after, moves, "{switch}: {step}");
        }
        assert_eq!(lines(&mut world, &scene.order).len(), 2);
    }
}

#[test]
fn amounts_are_kept_as_sent_or_worked_out() {
    for (switch, subtotal, total) in [("as_sent", "9.99", "301.10"), ("worked_out", "500.00", "501.10")] {
        let mut world = World::with("fxiaoke", &[("amounts", switch)]);
        let scene = scene(&mut world);
        let before = world.get("SalesOrderObj", &scene.order)["data"]["last_modified_time"].clone();
        world.pass(1_000);
        let line = lines(&mut world, &scene.order)[0]["_id"].as_str().unwrap().to_owned();
        world.update("SalesOrderProductObj", &line, json!({ "quantity": 5, "subtotal": "9.99" }));
        assert_eq!(world.get("SalesOrderProductObj", &line)["data"]["subtotal"], subtotal, "{switch}");
        let order = world.get("SalesOrderObj", &scene.order)["data"].clone();
        assert_eq!(order["order_amount"], total, "{switch}");
        assert_eq!(order["last_modified_time"], before, "a sum that follows is no edit");
    }
}

#[test]
fn deliveries_and_payments_come_back_with_lines_that_name_the_order() {
    let mut world = World::new();
    let scene = scene(&mut world);
    let warehouse = world.create("WarehouseObj", json!({ "name": "成品仓", "number": "CK009" }));
    let line = lines(&mut world, &scene.order)[0]["_id"].clone();
    let owner = world.administrator();
    let sent = json!({ "data": { "object_data": { "dataObjectApiName": "DeliveryNoteObj", "owner": [owner],
        "sales_order_id": scene.order, "delivery_date": START_MS, "status": "has_delivered",
        "delivery_warehouse_id": warehouse, "erp_no__c": "XSCKD000001" },
        "details": { "DeliveryNoteProductObj": [{ "product_id": scene.products[0], "delivery_num": "3",
            "sales_order_id": scene.order, "order_product_id__c": line, "erp_entry_id__c": "100321" }] } } });
    let note = world.fxiaoke("/cgi/crm/v2/data/create", sent.clone());
    assert_eq!(note["errorCode"], 0, "{note}");
    let filter = json!([{ "field_name": "order_product_id__c", "operator": "EQ", "field_values": [line] }]);
    let found = world.query("DeliveryNoteProductObj", json!({ "filters": filter }));
    assert_eq!((found.len(), &found[0]["delivery_note_id"]), (1, &note["dataId"]));
    let again = world.fxiaoke("/cgi/crm/v2/data/create", sent);
    assert!(again["errorDescription"].as_str().unwrap().contains("重复"), "{again}");
    let payment = world.control(
        "/fxiaoke/PaymentObj",
        Some(json!({ "account_id": scene.account, "payment_time": START_MS,
            "details": { "OrderPaymentObj": [
                { "order_id": scene.order, "payment_amount": "200.10" },
                { "order_id": scene.order, "payment_amount": "101" }] } })),
    );
    let id = payment["dataId"].as_str().unwrap();
    assert_eq!(world.get("PaymentObj", id)["data"]["payment_amount"], "301.10");
    assert_eq!(world.update("PaymentObj", id, json!({ "erp_writeoff__c": "full" }))["errorCode"], 0);
}

#[test]
fn stock_is_written_to_records_and_to_products() {
    let mut world = World::new();
    let scene = scene(&mut world);
    let warehouse = world.create("WarehouseObj", json!({ "name": "成品仓", "number": "CK009" }));
    let stock = json!({ "product_id": scene.products[0], "warehouse_id": warehouse, "real_stock": "120.5",
        "erp_key__c": "01.01.0001/CK001/100" });
    let id = world.create("StockObj", stock.clone());
    assert_eq!(world.get("StockObj", &id)["data"]["real_stock"], "120.5000");
    assert!(world.try_create("StockObj", stock)["errorDescription"].as_str().unwrap().contains("重复"));
    world.update(
        "ProductObj",
        &scene.products[0],
        json!({ "erp_stock__c": 120, "erp_stock_time__c": START_MS }),
    );
    assert_eq!(world.get("ProductObj", &scene.products[0])["data"]["erp_stock__c"], "120.0000");
}

#[test]
fn a_lead_becomes_a_customer_with_a_contact_once() {
    let mut world = World::new();
    let lead = json!({ "name": "王敏", "company": "无锡瑞达自动化设备有限公司", "mobile": "13912345678",
        "biz_status": "un_processed", "external_no__c": "官网-20260601-01", "source__c": "官网留言" });
    let id = world.create("LeadsObj", lead.clone());
    assert!(world.try_create("LeadsObj", lead)["errorDescription"].as_str().unwrap().contains("重复"));
    let made = world.control(&format!("/fxiaoke/LeadsObj/{id}/convert"), Some(json!({})));
    let account = made["account_id"].as_str().unwrap();
    assert_eq!(world.get("AccountObj", account)["data"]["name"], "无锡瑞达自动化设备有限公司");
    let contact = world.get("ContactObj", made["contact_id"].as_str().unwrap())["data"].clone();
    assert_eq!((&contact["mobile1"], &contact["account_id"]), (&json!("13912345678"), &json!(account)));
    let lead = world.get("LeadsObj", &id)["data"].clone();
    assert_eq!((&lead["biz_status"], &lead["account_id"]), (&json!("transformed"), &json!(account)));
    let path = format!("/_sandbox/fxiaoke/LeadsObj/{id}/convert");
    assert_eq!(world.sandbox.control(world.now_ms, "POST", &path, b"{}").status, 400);
}

#[test]
fn queries_by_change_key_and_id_find_what_a_scan_would() {
    let mut world = World::new();
    let mut ids = Vec::new();
    for n in 0..9 {
        world.pass(1_000);
        ids.push(
            world.create("AccountObj", json!({ "name": format!("客户{}", n % 3), "tel": format!("{n}") })),
        );
    }
    let from = START_MS + 3_000;
    let until = START_MS + 6_000;
    let times = |operator: &str, values: Value| json!({ "field_name": "last_modified_time", "operator": operator, "field_values": values });
    let by_change = json!([{ "fieldName": "last_modified_time", "isAsc": true }]);
    let by_id = json!([{ "fieldName": "_id", "isAsc": true }]);
    for total in [true, false] {
        for (filters, expected) in [
            (json!([times("BETWEEN", json!([from, until]))]), vec!["2", "3", "4", "5"]),
            (json!([times("GT", json!([from])), times("LTE", json!([until]))]), vec!["3", "4", "5"]),
            (json!([times("EQ", json!([until]))]), vec!["5"]),
            (
                json!([times("GTE", json!([from])), { "field_name": "name", "operator": "EQ", "field_values": ["客户1"] }]),
                vec!["4", "7"],
            ),
            (
                json!([{ "field_name": "name", "operator": "IN", "field_values": ["客户0", "客户9"] }, times("GTE", json!([START_MS]))]),
                vec!["0", "3", "6"],
            ),
            (
                json!([{ "field_name": "_id", "operator": "IN", "field_values": [ids[8], ids[1], "没有"] }]),
                vec!["1", "8"],
            ),
            (
                json!([{ "field_name": "_id", "operator": "GT", "field_values": [ids[6]] }, times("GTE", json!([from]))]),
                vec!["7", "8"],
            ),
        ] {
            for orders in [&by_change, &by_id] {
                let info = json!({ "limit": 100, "offset": 0, "filters": filters, "orders": orders });
                let data = json!({ "dataObjectApiName": "AccountObj", "find_explicit_total_num": total, "search_query_info": info });
                let found = world.crm("query", data)["data"]["dataList"].clone();
                assert_eq!(each(found.as_array().unwrap(), "tel"), expected, "{filters} {orders}");
            }
        }
    }
    let info =
        json!({ "limit": 2, "offset": 2, "filters": [times("GTE", json!([from]))], "orders": by_change });
    let page = json!({ "dataObjectApiName": "AccountObj", "find_explicit_total_num": false, "search_query_info": info });
    let found = world.crm("query", page)["data"]["dataList"].clone();
    assert_eq!(each(found.as_array().unwrap(), "tel"), ["4", "5"]);
}

#[test]
fn a_lagging_index_is_the_same_for_every_way_of_asking() {
    let mut world = World::with("fxiaoke", &[("query_lag", "up_to_10s")]);
    let id = world.create("AccountObj", json!({ "name": "旧名称" }));
    world.pass(20_000);
    world.update("AccountObj", &id, json!({ "name": "新名称" }));
    let by_name = |name: &str| json!({ "filters": [{ "field_name": "name", "operator": "EQ", "field_values": [name] }] });
    let by_time = json!({ "filters": [{ "field_name": "last_modified_time", "operator": "GTE", "field_values": [START_MS] }] });
    let by_id = json!({ "filters": [{ "field_name": "_id", "operator": "EQ", "field_values": [id] }] });
    let seen = |world: &mut World| {
        let old = world.query("AccountObj", by_name("旧名称")).len();
        let new = world.query("AccountObj", by_name("新名称")).len();
        let timed = world.query("AccountObj", by_time.clone());
        (
            old,
            new,
            each(&timed, "name").join(""),
            each(&world.query("AccountObj", by_id.clone()), "name").join(""),
        )
    };
    assert_eq!(seen(&mut world), (1, 0, "旧名称".into(), "旧名称".into()));
    world.pass(10_000);
    assert_eq!(seen(&mut world), (0, 1, "新名称".into(), "新名称".into()));
}
