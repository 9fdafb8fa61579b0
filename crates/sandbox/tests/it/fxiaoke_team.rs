//! Owners, teams, record types, and approvals of edits (`protocols/fxiaoke.md` §4.3, §4.5).

use serde_json::{Value, json};

use crate::world::{START_MS, World};

fn open_id(world: &mut World, mobile_of: &str) -> String {
    let people = world.control("/fxiaoke/PersonnelObj", None);
    let person = people.as_array().unwrap().iter().find(|one| one["user_id"] == mobile_of).unwrap();
    let found = world.fxiaoke("/cgi/user/getByMobile", json!({ "mobile": person["phone"] }));
    found["empList"][0]["openUserId"].as_str().unwrap().to_owned()
}

#[test]
fn a_new_owner_gets_the_record_with_its_lines_and_a_reminder() {
    let mut world = World::new();
    let account = world.control("/fxiaoke/AccountObj", None)[0]["_id"].clone();
    let product = world.control("/fxiaoke/ProductObj", None)[0]["_id"].clone();
    let order = json!({ "account_id": account, "order_time": START_MS, "name": "XSDD-甲",
        "details": { "SalesOrderProductObj": [{ "product_id": product, "quantity": "1" }] } });
    let order = world.control("/fxiaoke/SalesOrderObj", Some(order))["dataId"].as_str().unwrap().to_owned();
    let owner = open_id(&mut world, "1004");
    let data = json!({ "dataObjectApiName": "SalesOrderObj",
        "Data": [{ "objectDataId": order, "ownerId": [owner] }] });
    assert_eq!(world.crm("changeOwner", data.clone())["errorCode"], 0);
    let read = world.control(&format!("/fxiaoke/SalesOrderObj/{order}"), None);
    assert_eq!((&read["owner"], &read["version"]), (&json!(["1004"]), &json!("2")));
    let lines = world.control(&format!("/fxiaoke/SalesOrderObj/{order}/SalesOrderProductObj"), None);
    assert_eq!(lines[0]["owner"], json!(["1004"]));
    let notices = world.control("/fxiaoke/notices", None);
    assert_eq!(
        notices,
        json!([{ "at_ms": START_MS, "to": "1004", "object": "SalesOrderObj", "record": order,
        "text": "您已成为销售订单“XSDD-甲”的负责人" }])
    );
    assert_eq!(world.crm("changeOwner", data)["errorCode"], 0);
    assert_eq!(world.control("/fxiaoke/notices", None), notices, "nothing changed, so nobody is told");
    world.control(&format!("/fxiaoke/SalesOrderObj/{order}/change_owner"), Some(json!({ "owner": "1005" })));
    assert_eq!(world.control(&format!("/fxiaoke/SalesOrderObj/{order}"), None)["owner"], json!(["1005"]));
}

#[test]
fn whoever_is_in_the_team_sees_the_record() {
    let mut world = World::new();
    let id = world.create("AccountObj", json!({ "name": "无锡瑞达" }));
    let (admin, member) = (world.administrator(), open_id(&mut world, "1005"));
    let see = |world: &mut World| {
        let mut body = world.fxiaoke_credentials();
        body["currentOpenUserId"] = json!(member);
        body["data"] = json!({ "dataObjectApiName": "AccountObj", "objectDataId": id });
        world.post("/fxiaoke/cgi/crm/v2/data/get", &body)["errorCode"] == 0
    };
    assert!(!see(&mut world));
    let team = |data: Value| json!({ "apiName": "AccountObj", "data": data });
    let add = team(json!({ "dataIDs": [id], "teamMemberEmployee": [member], "teamMemberRole": "2",
        "teamMemberPermissionType": "2" }));
    assert_eq!(world.fxiaoke("/cgi/crm/team/add", add)["errorCode"], 0);
    assert!(see(&mut world));
    assert_eq!(world.control("/fxiaoke/notices", None)[0]["to"], "1005");
    let read = world.fxiaoke("/cgi/crm/team/get", team(json!({ "dataID": id })));
    let shown = |id: &Value, role: &str| {
        json!({ "teamMemberEmployee": [id], "teamMemberRole": role,
        "teamMemberRoleList": [role], "teamMemberPermissionType": "2" })
    };
    let expected = json!([shown(&admin, "1"), shown(&json!(member), "2")]);
    assert_eq!(read["data"]["teamMemberInfos"], expected);
    assert_eq!(world.get("AccountObj", &id)["data"]["relevant_team"], expected);
    let leave = team(json!({ "dataID": id, "teamMemberEmployee": [member] }));
    assert_eq!(world.fxiaoke("/cgi/crm/team/delete", leave)["errorCode"], 0);
    assert!(!see(&mut world));
    let nobody = team(json!({ "dataIDs": [id], "teamMemberEmployee": ["FSUID_没有"] }));
    assert_ne!(world.fxiaoke("/cgi/crm/team/add", nobody)["errorCode"], 0);
}

#[test]
fn a_record_is_of_one_of_the_types_of_its_object() {
    let mut world = World::new();
    let id = world.create("AccountObj", json!({ "name": "经销商甲", "record_type": "record_Dm3k9__c" }));
    assert_eq!(world.get("AccountObj", &id)["data"]["record_type"], "record_Dm3k9__c");
    let refused = world.try_create("ContactObj", json!({ "name": "乙", "record_type": "record_Dm3k9__c" }));
    assert!(refused["errorDescription"].as_str().unwrap().contains("业务类型"), "{refused}");
    let about = world.fxiaoke("/cgi/crm/v2/object/describe", json!({ "apiName": "AccountObj" }));
    let options = about["data"]["describe"]["fields"]["record_type"]["options"].clone();
    assert_eq!(options[1], json!({ "label": "经销商", "value": "record_Dm3k9__c" }));
}

#[test]
fn an_edit_waits_for_its_approval_and_holds_off_every_other() {
    for (action, name) in [("approve", "新名称"), ("reject", "旧名称")] {
        let mut world = World::new();
        let id = world.create("AccountObj", json!({ "name": "旧名称" }));
        world.control("/fxiaoke/tenant", Some(json!({ "approval_on_update": ["AccountObj"] })));
        assert_eq!(world.update("AccountObj", &id, json!({ "name": "新名称" }))["errorCode"], 0);
        let waiting = world.get("AccountObj", &id)["data"].clone();
        assert_eq!((&waiting["name"], &waiting["life_status"]), (&json!("旧名称"), &json!("in_change")));
        let refused = world.update("AccountObj", &id, json!({ "tel": "1" }));
        assert!(refused["errorDescription"].as_str().unwrap().contains("审批"), "{refused}");
        let data = json!({ "dataObjectApiName": "AccountObj", "object_data_id": id });
        assert!(world.crm("invalid", data)["errorDescription"].as_str().unwrap().contains("审批"));
        world.pass(1_000);
        world.control(&format!("/fxiaoke/AccountObj/{id}/{action}"), Some(json!({})));
        let after = world.get("AccountObj", &id)["data"].clone();
        assert_eq!((&after["name"], &after["life_status"]), (&json!(name), &json!("normal")), "{action}");
        let skipped = json!({ "triggerApprovalFlow": false, "data": { "object_data": {
            "dataObjectApiName": "AccountObj", "_id": id, "tel": "0512-1" } } });
        assert_eq!(world.fxiaoke("/cgi/crm/v2/data/update", skipped)["errorCode"], 0);
        assert_eq!(world.get("AccountObj", &id)["data"]["tel"], "0512-1");
    }
}

#[test]
fn lines_of_a_master_in_approval_are_not_edited() {
    let mut world = World::new();
    world.control("/fxiaoke/tenant", Some(json!({ "approval_on_create": ["SalesOrderObj"] })));
    let account = world.control("/fxiaoke/AccountObj", None)[0]["_id"].clone();
    let product = world.control("/fxiaoke/ProductObj", None)[0]["_id"].clone();
    let order = json!({ "account_id": account, "order_time": START_MS,
        "details": { "SalesOrderProductObj": [{ "product_id": product, "quantity": "1" }] } });
    let order = world.control("/fxiaoke/SalesOrderObj", Some(order))["dataId"].as_str().unwrap().to_owned();
    let lines = format!("/fxiaoke/SalesOrderObj/{order}/SalesOrderProductObj");
    let line = world.control(&lines, None)[0]["_id"].as_str().unwrap().to_owned();
    let refused = world.update("SalesOrderProductObj", &line, json!({ "quantity": "2" }));
    assert!(refused["errorDescription"].as_str().unwrap().contains("审批"), "{refused}");
    world.control(&format!("/fxiaoke/SalesOrderObj/{order}/approve"), Some(json!({})));
    assert_eq!(world.update("SalesOrderProductObj", &line, json!({ "quantity": "2" }))["errorCode"], 0);
    world.control(&lines, Some(json!({ "product_id": product, "quantity": "5" })));
    assert_eq!(world.control(&lines, None).as_array().unwrap().len(), 2);
}
