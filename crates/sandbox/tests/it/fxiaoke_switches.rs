//! What each switch of Fxiaoke changes.

use serde_json::{Value, json};

use crate::world::{World, merge};

fn with(name: &str, value: &str) -> World {
    World::with("fxiaoke", &[(name, value)])
}

/// An order with two lines; (order, ids of its lines).
fn order(world: &mut World) -> (String, Vec<Value>) {
    let (owner, account) = (world.administrator(), world.query("AccountObj", json!({}))[0]["_id"].clone());
    let product = world.query("ProductObj", json!({}))[0]["_id"].clone();
    let line = json!({ "product_id": product, "quantity": "1" });
    let answer = world.fxiaoke(
        "/cgi/crm/v2/data/create",
        json!({ "includeDetailIds": true, "data": {
        "object_data": { "dataObjectApiName": "SalesOrderObj", "account_id": account, "order_time": 0,
            "order_amount": "1", "owner": [owner] },
        "details": { "SalesOrderProductObj": [line, line] } } }),
    );
    let order = answer["dataId"].as_str().unwrap().to_string();
    let ids = lines(world, &order).iter().map(|line| line["_id"].clone()).collect();
    (order, ids)
}

fn lines(world: &mut World, order: &str) -> Vec<Value> {
    world.query(
        "SalesOrderProductObj",
        json!({ "orders": [{ "fieldName": "name", "isAsc": true }],
        "filters": [{ "field_name": "order_id", "operator": "EQ", "field_values": [order] }] }),
    )
}

#[test]
fn details_of_an_update_replace_merge_or_append() {
    for (value, quantities) in [
        ("replace", vec!["7.00", "9.00"]),
        ("merge", vec!["7.00", "1.00", "9.00"]),
        ("append", vec!["1.00", "1.00", "7.00", "9.00"]),
    ] {
        let mut world = with("update_details", value);
        let (order, ids) = order(&mut world);
        let product = world.query("ProductObj", json!({}))[0]["_id"].clone();
        let answer = world.crm(
            "update",
            json!({
            "object_data": { "dataObjectApiName": "SalesOrderObj", "_id": order },
            "details": { "SalesOrderProductObj": [
                { "_id": ids[0], "product_id": product, "quantity": "7" },
                { "product_id": product, "quantity": "9" }] } }),
        );
        assert_eq!(answer["errorCode"], 0, "{answer}");
        let rows = lines(&mut world, &order);
        let found: Vec<&str> = rows.iter().map(|row| row["quantity"].as_str().unwrap()).collect();
        assert_eq!(found, quantities, "{value}");
    }
}

#[test]
fn voided_rows_are_seen_as_the_switch_says() {
    for (value, plain, asked) in [("when_asked", 0, 1), ("always", 1, 1), ("never", 0, 0)] {
        let mut world = with("voided_rows", value);
        let id = world.create("AccountObj", json!({ "name": "重庆金辉模具有限公司" }));
        world.crm("invalid", json!({ "dataObjectApiName": "AccountObj", "object_data_id": id }));
        let by_id = json!({ "field_name": "_id", "operator": "EQ", "field_values": [id] });
        let by_life = json!({ "field_name": "life_status", "operator": "EQ", "field_values": ["invalid"] });
        assert_eq!(world.query("AccountObj", json!({ "filters": [by_id] })).len(), plain, "{value}");
        assert_eq!(world.query("AccountObj", json!({ "filters": [by_id, by_life] })).len(), asked, "{value}");
    }
}

#[test]
fn a_lagging_index_shows_the_old_state_for_up_to_ten_seconds() {
    let mut world = with("query_lag", "up_to_10s");
    let id = world.create("AccountObj", json!({ "name": "长沙立新光电科技有限公司" }));
    let by_id = json!({ "filters": [{ "field_name": "_id", "operator": "EQ", "field_values": [id] }] });
    assert!(world.query("AccountObj", by_id.clone()).is_empty());
    assert_eq!(world.get("AccountObj", &id)["errorCode"], 0, "get reads the record itself");
    world.pass(10_000);
    assert_eq!(world.query("AccountObj", by_id.clone()).len(), 1);
    world.update("AccountObj", &id, json!({ "tel": "0731-9" }));
    assert_eq!(world.query("AccountObj", by_id.clone())[0].get("tel"), None);
    world.pass(10_000);
    assert_eq!(world.query("AccountObj", by_id)[0]["tel"], "0731-9");
}

#[test]
fn switches_of_creating() {
    let name = "佛山泰隆塑料制品有限公司";
    for (switch, value, fields, accepted) in [
        ("unknown_fields", "ignored", json!({ "nothing__c": "1", "owner__r": "x" }), true),
        ("unknown_fields", "refused", json!({ "nothing__c": "1" }), false),
        ("unknown_fields", "refused", json!({ "owner__r": "x", "version": "9" }), true),
        ("extra_decimals", "rounded", json!({ "credit_limit__c": "1.005" }), true),
        ("extra_decimals", "refused", json!({ "credit_limit__c": "1.005" }), false),
        ("foreign_employee_ids", "refused", json!({ "owner": ["1000"] }), false),
        ("foreign_employee_ids", "accepted", json!({ "owner": ["1000"] }), true),
    ] {
        let mut world = with(switch, value);
        let mut record = json!({ "name": name });
        merge(&mut record, fields.clone());
        let answer = world.try_create("AccountObj", record);
        assert_eq!(answer["errorCode"] == 0, accepted, "{switch} {value} {fields}: {answer}");
    }
}

#[test]
fn a_second_customer_of_the_same_name_is_refused_by_rule_or_when_asked() {
    let fields = json!({ "name": "惠州瑞康医疗器械有限公司" });
    for (value, second) in [("accepted", true), ("refused", false)] {
        let mut world = with("duplicate_names", value);
        world.create("AccountObj", fields.clone());
        assert_eq!(world.try_create("AccountObj", fields.clone())["errorCode"] == 0, second, "{value}");
        let mut record = json!({ "dataObjectApiName": "AccountObj", "owner": [world.administrator()] });
        merge(&mut record, fields.clone());
        let asked = json!({ "object_data": record, "optionInfo": { "isDuplicateSearch": true } });
        let answer = world.crm("create", asked);
        assert!(answer["errorMessage"].as_str().unwrap().contains("duplicate"), "{value}: {answer}");
    }
}

#[test]
fn a_detail_moves_its_master_or_leaves_it() {
    for (value, version) in [("leaves_master", "1"), ("touches_master", "2")] {
        let mut world = with("detail_edit", value);
        let (order, ids) = order(&mut world);
        world.update("SalesOrderProductObj", ids[0].as_str().unwrap(), json!({ "quantity": "5" }));
        assert_eq!(world.get("SalesOrderObj", &order)["data"]["version"], version, "{value}");
    }
}

#[test]
fn detail_ids_are_listed_or_absent() {
    for (value, count) in [("absent", None), ("listed", Some(2))] {
        let mut world = with("detail_ids", value);
        let (owner, account) =
            (world.administrator(), world.query("AccountObj", json!({}))[0]["_id"].clone());
        let product = world.query("ProductObj", json!({}))[0]["_id"].clone();
        let line = json!({ "product_id": product, "quantity": "1" });
        let answer = world.fxiaoke(
            "/cgi/crm/v2/data/create",
            json!({ "includeDetailIds": true, "data": {
            "object_data": { "dataObjectApiName": "SalesOrderObj", "account_id": account, "order_time": 0,
                "order_amount": "1", "owner": [owner] },
            "details": { "SalesOrderProductObj": [line, line] } } }),
        );
        let listed = answer["detailIds"]["SalesOrderProductObj"].as_array().map(Vec::len);
        assert_eq!(listed, count, "{value}: {answer}");
    }
}

#[test]
fn switches_of_updating() {
    for (switch, value, fields, accepted, version) in [
        ("owner_in_update", "ignored", json!({ "owner": ["FSUID_0"] }), true, "2"),
        ("owner_in_update", "refused", json!({ "owner": ["FSUID_0"] }), false, "1"),
        ("unchanged_update", "bumps", json!({ "tel": "0769-1" }), true, "2"),
        ("unchanged_update", "keeps", json!({ "tel": "0769-1" }), true, "1"),
    ] {
        let mut world = with(switch, value);
        let id = world.create("AccountObj", json!({ "name": "东莞嘉通模具有限公司", "tel": "0769-1" }));
        let answer = world.update("AccountObj", &id, fields);
        assert_eq!(answer["errorCode"] == 0, accepted, "{switch} {value}: {answer}");
        assert_eq!(world.get("AccountObj", &id)["data"]["version"], version, "{switch} {value}");
    }
}

#[test]
fn switches_of_querying() {
    let unknown = json!({ "limit": 10, "filters": [{ "field_name": "x__c", "operator": "EQ", "field_values": ["1"] }] });
    for (switch, value, object, search, expected) in [
        ("limit_over_100", "refused", "AccountObj", json!({ "limit": 500 }), None),
        ("limit_over_100", "capped", "AccountObj", json!({ "limit": 500 }), Some(12)),
        ("unknown_filter_field", "refused", "AccountObj", unknown.clone(), None),
        ("unknown_filter_field", "matches_nothing", "AccountObj", unknown.clone(), Some(0)),
        ("personnel_records", "not_shared", "PersonnelObj", json!({ "limit": 10 }), Some(0)),
        ("personnel_records", "shared", "PersonnelObj", json!({ "limit": 10 }), Some(10)),
    ] {
        let mut world = with(switch, value);
        let data = json!({ "dataObjectApiName": object, "search_query_info": search });
        let answer = world.crm("query", data);
        let rows = answer["data"]["dataList"].as_array().map(Vec::len);
        assert_eq!(rows, expected, "{switch} {value}: {}", answer["errorMessage"]);
    }
    for (value, expected) in [("inclusive", 1), ("end_exclusive", 0)] {
        let mut world = with("between", value);
        world.create("AccountObj", json!({ "name": "广州华创物流设备有限公司" }));
        let at = world.now_ms.to_string();
        let rows = world.query(
            "AccountObj",
            json!({ "filters": [
            { "field_name": "create_time", "operator": "BETWEEN", "field_values": [at, at] }] }),
        );
        assert_eq!(rows.len(), expected, "{value}");
    }
    for (value, expected) in [("zero", Some(0)), ("absent", None)] {
        let mut world = with("total_when_not_asked", value);
        let answer = world.crm(
            "query",
            json!({ "dataObjectApiName": "AccountObj",
            "find_explicit_total_num": false, "search_query_info": { "limit": 1 } }),
        );
        assert_eq!(answer["data"]["total"].as_i64(), expected, "{value}");
    }
}

#[test]
fn switches_of_paths_and_details() {
    for (value, accepted) in [("refused", false), ("accepted", true)] {
        let mut world = with("custom_by_preset_path", value);
        let answer = world.crm(
            "query",
            json!({ "dataObjectApiName": "object_7Kd2m__c",
            "search_query_info": { "limit": 1 } }),
        );
        assert_eq!(answer["errorCode"] == 0, accepted, "{value}");
    }
    for (value, carries) in [("payments_only", true), ("never", false)] {
        let mut world = with("details_in_get", value);
        let account = world.query("AccountObj", json!({}))[0]["_id"].clone();
        let id = world
            .create("PaymentObj", json!({ "account_id": account, "payment_amount": "5", "payment_time": 0 }));
        assert_eq!(world.get("PaymentObj", &id)["data"].get("details").is_some(), carries, "{value}");
    }
}
