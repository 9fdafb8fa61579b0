//! Describing, creating and changing records (`protocols/fxiaoke.md` §4).

use serde_json::{Value, json};

use crate::world::{World, merge};

#[test]
fn objects_are_listed_and_described() {
    let mut world = World::new();
    let list = world.fxiaoke("/cgi/crm/v2/object/list", json!({}));
    assert_eq!(list["errorMessage"], "OK");
    let objects = list["data"]["objects"].as_array().unwrap();
    let of = |name: &str| objects.iter().find(|object| object["describeApiName"] == name).cloned();
    assert_eq!(of("AccountObj").unwrap()["describeDisplayName"], "客户");
    assert_eq!(of("object_7Kd2m__c").unwrap()["defineType"], "custom");

    for body in [
        json!({ "apiName": "ProductObj", "includeDetail": true }),
        json!({ "includeDetail": true, "data": { "apiName": "ProductObj" } }),
    ] {
        let answer = world.fxiaoke("/cgi/crm/v2/object/describe", body);
        let describe = &answer["data"]["describe"];
        assert_eq!((&describe["api_name"], &describe["label"]), (&json!("ProductObj"), &json!("产品")));
        let price = &describe["fields"]["price"];
        assert_eq!((&price["type"], &price["decimal_places"]), (&json!("currency"), &json!(2)));
        assert_eq!(
            describe["fields"]["product_status"]["options"][0],
            json!({ "label": "已上架", "value": "1" })
        );
        assert_eq!(describe["fields"]["last_modified_time"]["type"], "date_time");
    }
}

#[test]
fn a_created_customer_is_read_back_as_it_was_sent() {
    let mut world = World::new();
    let owner = world.administrator();
    let answer = world.fxiaoke(
        "/cgi/crm/v2/data/create",
        json!({ "triggerWorkFlow": true, "triggerApprovalFlow": true, "hasSpecifyTime": false,
            "hasSpecifyCreatedBy": false, "includeDetailIds": true,
            "data": { "object_data": { "dataObjectApiName": "AccountObj", "record_type": "default__c",
                "name": "杭州瑞丰电子科技有限公司", "account_type": "4", "credit_limit__c": 100000.5,
                "owner": [owner], "field_8weB5__c": ["c1jbw8hxa"] },
              "optionInfo": { "skipFuncValidate": false, "useValidationRule": true, "isDuplicateSearch": true } } }),
    );
    assert_eq!((&answer["errorCode"], &answer["errorMessage"]), (&json!(0), &json!("OK")));
    let id = answer["dataId"].as_str().unwrap().to_string();
    assert_eq!(id.len(), 24);
    let record = world.get("AccountObj", &id)["data"].clone();
    for (member, value) in [
        ("name", json!("杭州瑞丰电子科技有限公司")),
        ("account_type", json!("4")),
        ("credit_limit__c", json!("100000.50")),
        ("owner", json!([owner])),
        ("field_8weB5__c", json!(["c1jbw8hxa"])),
        ("life_status", json!("normal")),
        ("lock_status", json!("0")),
        ("version", json!("1")),
        ("create_time", json!(world.now_ms)),
        ("record_type", json!("default__c")),
    ] {
        assert_eq!(record[member], value, "{member}");
    }
    assert_eq!(record["owner__r"]["id"], "1000");
    assert!(record["account_no"].as_str().unwrap().starts_with("KH"), "numbered by the system");
}

#[test]
fn time_and_author_are_taken_from_the_caller_only_when_asked() {
    let mut world = World::new();
    let people = world.fxiaoke("/cgi/user/list", json!({ "departmentId": 999999 }))["userList"].clone();
    let author = people[5]["openUserId"].clone();
    for (asked, time, by) in
        [(true, 1_500_000_000_000, &author), (false, world.now_ms, &world.administrator())]
    {
        let record = json!({ "dataObjectApiName": "AccountObj", "name": "无锡联拓纺织品有限公司",
            "owner": [author], "create_time": 1_500_000_000_000_i64, "created_by": [author] });
        let body = json!({ "hasSpecifyTime": asked, "hasSpecifyCreatedBy": asked, "data": { "object_data": record } });
        let made = world.fxiaoke("/cgi/crm/v2/data/create", body);
        let record = world.get("AccountObj", made["dataId"].as_str().unwrap())["data"].clone();
        assert_eq!((&record["create_time"], &record["created_by"]), (&json!(time), &json!([by])), "{asked}");
        assert_eq!(record["last_modified_time"], world.now_ms);
    }
}

#[test]
fn wrong_values_are_refused_and_nothing_is_kept() {
    let mut world = World::new();
    let before = world.query("AccountObj", json!({})).len();
    for (change, part) in [
        (json!({ "name": null }), "客户名称"),
        (json!({ "owner": null }), "负责人"),
        (json!({ "owner": ["FSUID_0"] }), "员工不存在"),
        (json!({ "owner": ["1000"] }), "员工不存在"),
        (json!({ "account_type": "经销商" }), "选项不存在"),
        (json!({ "field_8weB5__c": "c1jbw8hxa" }), "列表"),
        (json!({ "credit_limit__c": "很多" }), "应为数字"),
        (json!({ "email": "无" }), "邮件格式"),
        (json!({ "name": "甲".repeat(101) }), "长度"),
        (json!({ "name": 12 }), "应为文本"),
        (json!({ "account_no": "KH000001" }), "已存在"),
        (json!({ "record_type": "record_x__c" }), "业务类型"),
    ] {
        let mut fields = json!({ "name": "合肥正达化工有限公司" });
        merge(&mut fields, change.clone());
        let answer = world.try_create("AccountObj", fields);
        assert_ne!(answer["errorCode"], 0, "{change}");
        assert!(answer["errorDescription"].as_str().unwrap().contains(part), "{change}: {answer}");
    }
    assert_eq!(world.query("AccountObj", json!({})).len(), before);
}

#[test]
fn references_must_exist_and_carry_their_name() {
    let mut world = World::new();
    let account = world.create("AccountObj", json!({ "name": "武汉中润轴承有限公司" }));
    let contact = world.create("ContactObj", json!({ "name": "李海燕", "account_id": account }));
    let record = world.get("ContactObj", &contact)["data"].clone();
    assert_eq!(record["account_id__r"], "武汉中润轴承有限公司");
    let refused = world.try_create("ContactObj", json!({ "name": "王伟", "account_id": "0".repeat(24) }));
    assert_ne!(refused["errorCode"], 0);
    let alone = world.create("ContactObj", json!({ "name": "赵敏" }));
    let record = world.get("ContactObj", &alone)["data"].clone();
    assert_eq!((&record["account_id"], &record["account_id__r"]), (&json!(""), &json!("")), "the old style");
}

#[test]
fn an_update_changes_what_is_sent_and_moves_version_and_time() {
    let mut world = World::new();
    let id = world.create(
        "AccountObj",
        json!({ "name": "郑州永兴包装材料有限公司", "tel": "0371-1", "fax": "0371-2" }),
    );
    world.pass(60_000);
    let answer = world.update("AccountObj", &id, json!({ "tel": "0371-88886666", "fax": null }));
    assert_eq!(answer["errorCode"], 0);
    assert!(answer.get("data").is_none() && answer.get("dataId").is_none(), "the envelope only: {answer}");
    let record = world.get("AccountObj", &id)["data"].clone();
    assert_eq!((&record["tel"], record.get("fax")), (&json!("0371-88886666"), None));
    assert_eq!(record["name"], "郑州永兴包装材料有限公司");
    assert_eq!((&record["version"], &record["last_modified_time"]), (&json!("2"), &json!(world.now_ms)));
    let lost = world.crm(
        "update",
        json!({ "object_data": { "dataObjectApiName": "AccountObj", "tel": "1" }, "_id": id }),
    );
    assert!(lost["errorMessage"].as_str().unwrap().contains("NullPointerException"), "{lost}");
    assert_ne!(world.update("AccountObj", &id, json!({ "name": "" }))["errorCode"], 0, "a required field");
}

#[test]
fn a_record_is_voided_deleted_and_recovered_in_this_order_only() {
    let mut world = World::new();
    let id = world.create("AccountObj", json!({ "name": "大连新航仪器仪表有限公司" }));
    let one = json!({ "dataObjectApiName": "AccountObj", "object_data_id": id });
    let list = json!({ "dataObjectApiName": "AccountObj", "idList": [id] });
    let code =
        |world: &mut World, action: &str, data: &Value| world.crm(action, data.clone())["errorCode"].clone();
    assert_ne!(code(&mut world, "delete", &list), 0, "not voided yet");
    assert_ne!(code(&mut world, "recover", &list), 0, "not voided yet");
    assert_eq!(code(&mut world, "invalid", &one), 0);
    assert_ne!(code(&mut world, "invalid", &one), 0, "voided already");
    assert_ne!(world.update("AccountObj", &id, json!({ "tel": "1" }))["errorCode"], 0, "voided");
    assert_eq!(world.get("AccountObj", &id)["data"]["life_status"], "invalid");
    assert_eq!(code(&mut world, "recover", &list), 0);
    assert_eq!(world.get("AccountObj", &id)["data"]["life_status"], "normal");
    let batch = json!({ "data": list });
    assert_eq!(world.fxiaoke("/cgi/crm/custom/data/invalid", batch)["errorCode"], 0);
    assert_eq!(code(&mut world, "delete", &list), 0);
    assert_ne!(world.get("AccountObj", &id)["errorCode"], 0, "gone for good");
}

#[test]
fn a_lock_holds_off_edits_and_voiding() {
    let mut world = World::new();
    let id = world.create("AccountObj", json!({ "name": "厦门海翔家具有限公司" }));
    let lock =
        json!({ "data": { "dataObjectApiName": "AccountObj", "dataIds": [id], "detailObjStrategy": 0 } });
    assert_eq!(world.fxiaoke("/cgi/crm/v2/object/lock", lock.clone())["errorCode"], 0);
    assert_eq!(world.get("AccountObj", &id)["data"]["lock_status"], "1");
    assert_ne!(world.update("AccountObj", &id, json!({ "tel": "1" }))["errorCode"], 0);
    let void = json!({ "dataObjectApiName": "AccountObj", "object_data_id": id });
    assert_ne!(world.crm("invalid", void)["errorCode"], 0);
    let skipping = json!({ "data": { "skipDataStatusValidate": true,
        "object_data": { "dataObjectApiName": "AccountObj", "_id": id, "tel": "0592-1" } } });
    assert_eq!(world.fxiaoke("/cgi/crm/custom/v2/data/update", skipping)["errorCode"], 0);
    assert_eq!(world.fxiaoke("/cgi/crm/v2/object/unlock", lock)["errorCode"], 0);
    assert_eq!(world.update("AccountObj", &id, json!({ "tel": "0592-2" }))["errorCode"], 0);
}

#[test]
fn an_owner_is_changed_by_its_own_call_in_both_spellings() {
    let mut world = World::new();
    let id = world.create("AccountObj", json!({ "name": "西安百胜环保科技有限公司" }));
    let people = world.fxiaoke("/cgi/user/list", json!({ "departmentId": 999999 }))["userList"].clone();
    for (n, spelled) in [
        (3, json!([people[3]["openUserId"]])),
        (4, json!(format!("[{}]", people[4]["openUserId"].as_str().unwrap()))),
    ] {
        let data = json!({ "dataObjectApiName": "AccountObj", "Data": [{ "objectDataId": id, "ownerId": spelled }] });
        assert_eq!(world.crm("changeOwner", data)["errorCode"], 0);
        assert_eq!(world.get("AccountObj", &id)["data"]["owner"], json!([people[n]["openUserId"]]));
    }
}

/// The order of the manual, and the payment of the old wiki.
#[test]
fn masters_come_with_their_details() {
    let mut world = World::new();
    let (owner, account) = (world.administrator(), world.query("AccountObj", json!({}))[0]["_id"].clone());
    let product = world.query("ProductObj", json!({}))[0]["_id"].clone();
    let answer = world.crm("create", json!({
        "object_data": { "dataObjectApiName": "SalesOrderObj", "record_type": "default__c", "name": "SO-001",
            "account_id": account, "order_time": 1_700_000_000_000_i64, "order_amount": "200.00", "owner": [owner],
            "field_lLh0C__c": "j72ob1uu8" },
        "details": { "SalesOrderProductObj": [{ "product_id": product, "product_price": "100", "sales_price": "100",
            "quantity": "2", "discount": "100", "subtotal": "200", "record_type": "default__c" }] } }));
    assert_eq!(answer["errorCode"], 0, "{answer}");
    let order = answer["dataId"].as_str().unwrap().to_string();
    let lines = world.query(
        "SalesOrderProductObj",
        json!({ "filters": [
        { "field_name": "order_id", "operator": "EQ", "field_values": [order] }] }),
    );
    assert_eq!(lines.len(), 1);
    assert_eq!((&lines[0]["order_id__r"], &lines[0]["quantity"]), (&json!("SO-001"), &json!("2.00")));
    let midnight = world.get("SalesOrderObj", &order)["data"]["order_time"].as_i64().unwrap();
    assert_eq!((midnight + 28_800_000) % 86_400_000, 0, "a date is a midnight of GMT+8");

    let answer = world.crm("create", json!({
        "object_data": { "dataObjectApiName": "PaymentObj", "record_type": "default__c", "account_id": account,
            "payment_amount": 1, "payment_time": 1_700_000_000_000_i64, "payment_term": "post",
            "notification_time": 1_700_000_000_000_i64, "owner": [owner], "attachment": [], "remark": "首笔" },
        "details": { "OrderPaymentObj": [{ "order_id": order, "payment_amount": "1", "attachment": [], "remark": "",
            "record_type": "default__c" }] } }));
    assert_eq!(answer["errorCode"], 0, "{answer}");
    let record = world.get("PaymentObj", answer["dataId"].as_str().unwrap())["data"].clone();
    assert_eq!(record["payment_amount"], "1.00");
    let wrapped = &record["details"]["OrderPaymentObj"][0];
    assert_eq!(wrapped["describeApiName"], "OrderPaymentObj");
    assert_eq!(wrapped["containerDocument"]["payment_amount"], "1.00");
}

#[test]
fn a_wrong_detail_leaves_no_master_behind() {
    let mut world = World::new();
    let (owner, account) = (world.administrator(), world.query("AccountObj", json!({}))[0]["_id"].clone());
    let before = world.query("SalesOrderObj", json!({})).len();
    for details in [
        json!({ "SalesOrderProductObj": [{ "quantity": "2" }] }),
        json!({ "OrderPaymentObj": [{ "payment_amount": "2" }] }),
    ] {
        let answer = world.crm(
            "create",
            json!({ "details": details,
            "object_data": { "dataObjectApiName": "SalesOrderObj", "account_id": account, "order_time": 0,
                "order_amount": "1", "owner": [owner] } }),
        );
        assert_ne!(answer["errorCode"], 0, "{details}");
    }
    assert_eq!(world.query("SalesOrderObj", json!({})).len(), before);
}

#[test]
fn custom_objects_have_their_own_path() {
    let mut world = World::new();
    let owner = world.administrator();
    let account = world.query("AccountObj", json!({}))[0]["_id"].clone();
    let record = json!({ "data": { "object_data": { "dataObjectApiName": "object_7Kd2m__c", "name": "三季度回访",
        "account__c": account, "score__c": "4.55", "solved__c": true, "owner": [owner] } } });
    let made = world.fxiaoke("/cgi/crm/custom/v2/data/create", record.clone());
    assert_eq!(made["errorCode"], 0, "{made}");
    let ask = json!({ "data": { "dataObjectApiName": "object_7Kd2m__c", "search_query_info": { "limit": 10,
        "offset": 0, "filters": [{ "field_name": "solved__c", "operator": "EQ", "field_values": [true] }] } } });
    let one = world.fxiaoke("/cgi/crm/custom/v2/data/findOne", ask);
    assert_eq!(one["data"]["objectData"]["score__c"], "4.6");
    assert_ne!(
        world.fxiaoke("/cgi/crm/v2/data/create", record)["errorCode"],
        0,
        "the path of preset objects"
    );
}

#[test]
fn a_salesperson_sees_and_changes_only_what_is_theirs() {
    let mut world = World::new();
    let all = world.query("AccountObj", json!({}));
    let mut owners: Vec<Value> = all.iter().map(|row| row["owner"][0].clone()).collect();
    owners.dedup();
    let mut body = world.fxiaoke_credentials();
    body["currentOpenUserId"] = owners[0].clone();
    body["data"] =
        json!({ "dataObjectApiName": "AccountObj", "search_query_info": { "limit": 100, "offset": 0 } });
    let seen = world.post("/fxiaoke/cgi/crm/v2/data/query", &body);
    let seen = seen["data"]["dataList"].as_array().unwrap();
    assert!(!seen.is_empty() && seen.len() < all.len());
    assert!(seen.iter().all(|row| row["owner"][0] == owners[0]));
    let other = all.iter().find(|row| row["owner"][0] != owners[0]).unwrap();
    body["data"] =
        json!({ "object_data": { "dataObjectApiName": "AccountObj", "_id": other["_id"], "tel": "1" } });
    let answer = world.post("/fxiaoke/cgi/crm/v2/data/update", &body);
    assert_eq!(answer["errorDescription"], "无此操作的数据权限");
}
