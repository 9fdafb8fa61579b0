//! Calls of DingTalk as a published Python client (`dingtalk-sdk`) sends them.

use serde_json::{Value, json};

use crate::world::{World, json_of};

/// Percent-encodes what a query must not hold.
fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'.' | b'-' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

/// A POST of nothing but a query to the old platform door.
fn rest(world: &mut World, method: &str, session: &str, parameters: &[(&str, String)]) -> Value {
    let mut query = format!("method={method}&session={session}&format=json&v=2.0&simplify=false");
    for (name, value) in parameters {
        query.push_str(&format!("&{name}={}", encoded(value)));
    }
    json_of(&world.reply("POST", &format!("/dingtalk/router/rest?{query}"), &[], b""))
}

#[test]
fn a_notice_goes_through_the_old_platform_door() {
    let mut world = World::new();
    let (session, agent) = (world.dingtalk_token(), world.agent_id().to_string());
    let user = world.control("/dingtalk/users", None)[0]["userid"].as_str().unwrap().to_string();
    let message = r#"{"msgtype": "text", "text": {"content": "\u5ba2\u6237 KH000001"}}"#.to_string();
    let parameters = [
        ("msg", message),
        ("agent_id", agent.clone()),
        ("userid_list", user.clone()),
        ("to_all_user", "false".into()),
    ];
    let answer =
        rest(&mut world, "dingtalk.oapi.message.corpconversation.asyncsend_v2", &session, &parameters);
    let sent = &answer["dingtalk_oapi_message_corpconversation_asyncsend_v2_response"];
    assert_eq!(sent["errcode"], 0, "{answer}");
    let task = [("agent_id", agent), ("task_id", sent["task_id"].to_string())];
    let answer = rest(&mut world, "dingtalk.corp.message.corpconversation.getsendresult", &session, &task);
    let result = &answer["dingtalk_corp_message_corpconversation_getsendresult_response"]["result"];
    assert_eq!(result["success"], true, "{answer}");
    assert!(result["send_result"]["unread_user_id_list"].is_array());
    assert_eq!(world.control("/dingtalk/messages", None)[0]["message"]["text"]["content"], "客户 KH000001");
}

#[test]
fn the_older_call_carries_kind_and_content_apart() {
    let mut world = World::new();
    let (session, agent) = (world.dingtalk_token(), world.agent_id().to_string());
    let send = |world: &mut World, content: &str| {
        let parameters = [
            ("msgtype", "markdown".to_string()),
            ("msgcontent", content.into()),
            ("agent_id", agent.clone()),
            ("userid_list", "ghost".into()),
            ("to_all_user", "False".into()),
        ];
        let answer = rest(world, "dingtalk.corp.message.corpconversation.asyncsend", &session, &parameters);
        answer["dingtalk_corp_message_corpconversation_asyncsend_response"]["result"].clone()
    };
    let sent = send(&mut world, r##"{"title": "标题", "text": "# 正文"}"##);
    assert_eq!((&sent["success"], &sent["ding_open_errcode"]), (&json!(true), &json!(0)));
    let refused = send(&mut world, r#"{"title": "标题"}"#);
    assert_eq!((&refused["success"], &refused["ding_open_errcode"]), (&json!(false), &json!(34014)));
}

#[test]
fn a_wrong_session_or_method_is_the_platforms_own_error() {
    let mut world = World::new();
    let session = world.dingtalk_token();
    let method = "dingtalk.oapi.v2.department.listsub";
    assert_eq!(rest(&mut world, method, "no", &[])["error_response"]["code"], 27);
    assert_eq!(rest(&mut world, "taobao.items.get", &session, &[])["error_response"]["code"], 22);
    let answer = rest(&mut world, method, &session, &[("dept_id", "1".into())]);
    assert_eq!(answer["dingtalk_oapi_v2_department_listsub_response"]["errcode"], 0);
}

#[test]
fn the_first_generation_of_the_address_book_is_read_by_get() {
    let mut world = World::new();
    let token = world.dingtalk_token();
    let user = world.control("/dingtalk/users", None)[3].clone();
    let mut get = |path: &str| {
        let path = format!("/dingtalk{path}&access_token={token}");
        json_of(&world.reply("GET", &path, &[], b""))
    };
    let text = |name: &str| user[name].as_str().unwrap().to_string();
    let found = get(&format!("/user/get_by_mobile?mobile={}", text("mobile")));
    assert_eq!((&found["errcode"], &found["userid"]), (&json!(0), &user["userid"]));
    let whole = get(&format!("/user/get?lang=zh_CN&userid={}", text("userid")));
    assert_eq!((&whole["name"], &whole["jobnumber"]), (&user["name"], &user["job_number"]));
    let department = whole["department"][0].clone();
    let departments = get("/department/list?id=1");
    assert!(departments["department"].as_array().unwrap().iter().any(|known| known["id"] == department));
    let people = get(&format!("/user/simplelist?department_id={department}&offset=0&size=100"));
    assert!(people["userlist"].as_array().unwrap().iter().any(|person| person["userid"] == user["userid"]));
    assert_eq!(get("/user/get?userid=nobody")["errcode"], 60121);
    let reply = world.reply("GET", "/dingtalk/user/get?userid=x&access_token=no", &[], b"");
    assert_eq!(json_of(&reply)["errcode"], 40014, "not wrapped in 88 in this generation");
}
