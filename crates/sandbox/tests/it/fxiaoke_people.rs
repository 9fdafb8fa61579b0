//! The address book and messages (`protocols/fxiaoke.md` §5, §6).

use serde_json::{Value, json};

use crate::world::World;

#[test]
fn the_administrator_is_found_by_the_mobile_number() {
    let mut world = World::new();
    let mobile = world.connection("fxiaoke")["admin_mobile"].clone();
    let answer = world.fxiaoke("/cgi/user/getByMobile", json!({ "mobile": mobile }));
    assert_eq!((&answer["errorCode"], &answer["errorMessage"]), (&json!(0), &json!("success")));
    let found = &answer["empList"][0];
    assert!(found["openUserId"].as_str().unwrap().starts_with("FSUID_"));
    assert_eq!((&found["mobile"], &found["status"]), (&mobile, &json!("NORMAL")));
}

#[test]
fn an_unknown_mobile_number_gives_nobody_or_a_refusal() {
    let ask = json!({ "mobile": "19900000000" });
    let mut world = World::new();
    let answer = world.fxiaoke("/cgi/user/getByMobile", ask.clone());
    assert_eq!((&answer["errorCode"], &answer["empList"]), (&json!(0), &json!([])));
    let mut world = World::with("fxiaoke", &[("unknown_mobile", "refused")]);
    assert_eq!(world.fxiaoke("/cgi/user/getByMobile", ask)["errorCode"], 30027);
}

#[test]
fn the_whole_company_is_listed_with_departments_and_mobiles() {
    let mut world = World::new();
    let answer = world.fxiaoke("/cgi/user/list", json!({ "departmentId": 999999, "fetchChild": true }));
    let users = answer["userList"].as_array().unwrap();
    assert!(users.len() > 30);
    let departments = world.fxiaoke("/cgi/department/list", json!({}))["departments"].clone();
    for user in users {
        assert_eq!(user["mobile"].as_str().unwrap().len(), 11);
        let is_known = |department: &Value| department["id"] == user["mainDepartmentId"];
        assert!(departments.as_array().unwrap().iter().any(is_known), "{user}");
    }
    let id = departments[1]["id"].clone();
    let some = world.fxiaoke("/cgi/user/simpleList", json!({ "departmentId": id }));
    assert_eq!(some["userList"].as_array().unwrap().len(), 6);
    let open_id = users[3]["openUserId"].clone();
    assert_eq!(
        world.fxiaoke("/cgi/user/get", json!({ "openUserId": open_id }))["mobile"],
        users[3]["mobile"]
    );
}

#[test]
fn the_same_people_are_records_and_are_on_dingtalk() {
    let mut world = World::new();
    let people = world.query("PersonnelObj", json!({}));
    let users = world.control("/dingtalk/users", None);
    let users = users.as_array().unwrap();
    assert!(users.len() < people.len(), "some have not joined");
    for user in users {
        assert!(people.iter().any(|person| person["phone"] == user["mobile"]), "{user}");
    }
}

#[test]
fn a_message_is_delivered_and_a_wrong_one_refused() {
    let mut world = World::new();
    let me = world.administrator();
    let path = "/cgi/message/send";
    let text = json!({ "toUser": [me], "msgType": "text", "text": { "content": "客户 KH000001 同步失败" } });
    assert_eq!(world.fxiaoke(path, text)["errorCode"], 0);
    let composite = json!({ "toUser": [me], "msgType": "composite", "composite": {
        "head": { "title": "同步提醒" }, "first": { "content": "1 条失败" },
        "form": [{ "label": "客户", "value": "KH000001" }], "link": { "title": "查看", "url": "https://qiao.example" } } });
    assert_eq!(world.fxiaoke(path, composite)["errorCode"], 0);
    for (body, code) in [
        (json!({ "msgType": "text", "text": { "content": "甲" } }), 10015),
        (json!({ "toUser": ["FSUID_0"], "msgType": "text", "text": { "content": "甲" } }), 11016),
        (json!({ "toUser": [me], "msgType": "carrier_pigeon" }), 11017),
        (json!({ "toUser": [me], "msgType": "text", "text": { "content": " " } }), 12005),
    ] {
        assert_eq!(world.fxiaoke(path, body.clone())["errorCode"], code, "{body}");
    }
    let sent = world.control("/fxiaoke/messages", None);
    assert_eq!(sent.as_array().unwrap().len(), 2);
    assert_eq!(sent[0]["to"], json!(["1000"]));
    assert_eq!(sent[0]["content"]["content"], "客户 KH000001 同步失败");
}
