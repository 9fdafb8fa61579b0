//! Work notices (`protocols/dingtalk.md` §4).

use serde_json::{Value, json};

use crate::world::{World, json_of, merge};

const SEND: &str = "message/corpconversation/asyncsend_v2";
const RESULT: &str = "message/corpconversation/getsendresult";

fn users(world: &mut World) -> Vec<String> {
    let users = world.control("/dingtalk/users", None);
    users.as_array().unwrap().iter().map(|user| user["userid"].as_str().unwrap().to_string()).collect()
}

fn text(content: &str) -> Value {
    json!({ "msgtype": "text", "text": { "content": content } })
}

/// Sends one notice to some users; the answer.
fn send(world: &mut World, users: &str, message: Value) -> Value {
    let agent_id = world.agent_id();
    world.topapi(
        SEND,
        json!({ "agent_id": agent_id, "userid_list": users, "to_all_user": false, "msg": message }),
    )
}

fn result(world: &mut World, sent: &Value) -> Value {
    let agent_id = world.agent_id();
    let answer = world.topapi(RESULT, json!({ "agent_id": agent_id, "task_id": sent["task_id"] }));
    assert_eq!(answer["errcode"], 0, "{answer}");
    answer["send_result"].clone()
}

#[test]
fn a_notice_is_accepted_delivered_and_read() {
    let mut world = World::new();
    let users = users(&mut world);
    let sent = send(&mut world, &format!("{},{}", users[0], users[1]), text("客户 CUST0001 已同步"));
    assert_eq!((&sent["errcode"], &sent["errmsg"]), (&json!(0), &json!("ok")));
    assert!(sent["task_id"].as_i64().unwrap() >= 100_000_000_000, "twelve digits or more");
    let result = result(&mut world, &sent);
    let mut reached: Vec<&Value> = result["read_user_id_list"].as_array().unwrap().iter().collect();
    reached.extend(result["unread_user_id_list"].as_array().unwrap());
    assert_eq!(reached.len(), 2, "{result}");
    let messages = world.control("/dingtalk/messages", None);
    assert_eq!(messages[0]["message"]["text"]["content"], "客户 CUST0001 已同步");
    assert_eq!(messages[0]["recipients"][0][0], users[0]);
}

#[test]
fn a_form_encoded_notice_is_the_same_notice() {
    let mut world = World::new();
    let (user, agent_id) = (users(&mut world)[0].clone(), world.agent_id());
    let token = world.dingtalk_token();
    let body = format!(
        "agent_id={agent_id}&userid_list={user}&to_all_user=false&msg=%7B%22msgtype%22%3A%22text%22%2C%22text%22%3A\
         %7B%22content%22%3A%22%E5%AE%A2%E6%88%B7+KH000001%22%7D%7D"
    );
    let path = format!("/dingtalk/topapi/{SEND}?access_token={token}");
    let headers = [("Content-Type", "application/x-www-form-urlencoded;charset=utf-8")];
    let reply = world.reply("POST", &path, &headers, body.as_bytes());
    assert_eq!(json_of(&reply)["errcode"], 0);
    let messages = world.control("/dingtalk/messages", None);
    assert_eq!(messages[0]["message"]["text"]["content"], "客户 KH000001");
}

/// The form of the seed article names the agent inside `msg` and the text without its block; the interface wants
/// neither.
#[test]
fn the_seed_articles_form_is_taken_only_in_the_interfaces_own_places() {
    let mut world = World::new();
    let (user, agent_id) = (users(&mut world)[0].clone(), world.agent_id().to_string());
    let seed = json!({ "userid_list": user, "to_all_user": "false",
        "msg": { "msgtype": "text", "text": "客户 CUST0001 已同步", "agent_id": agent_id } });
    assert_eq!(world.topapi(SEND, seed.clone())["errcode"], 41011, "the agent belongs to the top level");
    let mut moved = seed.clone();
    moved["agent_id"] = json!(agent_id);
    assert_eq!(world.topapi(SEND, moved.clone())["errcode"], 44004, "the text belongs into its block");
    moved["msg"]["text"] = json!({ "content": "客户 CUST0001 已同步" });
    assert_eq!(world.topapi(SEND, moved)["errcode"], 0);
}

#[test]
fn the_same_content_reaches_a_user_once_a_day() {
    let mut world = World::new();
    let users = users(&mut world);
    send(&mut world, &users[0], text("新客户 KH000009"));
    let both = format!("{},{}", users[0], users[1]);
    let again = send(&mut world, &both, text("新客户 KH000009"));
    assert_eq!(again["errcode"], 0, "accepted all the same");
    let dropped = result(&mut world, &again);
    assert_eq!(dropped["forbidden_list"], json!([{ "code": "143106", "count": 1, "userid": users[0] }]));
    assert_eq!(dropped["forbidden_user_id_list"], json!([users[0]]));
    let other = send(&mut world, &users[0], text("新客户 KH000010"));
    assert_eq!(result(&mut world, &other)["forbidden_list"], json!([]));
    world.pass(86_400_000);
    let tomorrow = send(&mut world, &users[0], text("新客户 KH000009"));
    assert_eq!(result(&mut world, &tomorrow)["forbidden_list"], json!([]));
}

#[test]
fn who_cannot_be_reached_is_listed_afterwards() {
    let mut world = World::with("dingtalk", &[("visible_range", "without_management")]);
    let all = world.control("/dingtalk/users", None);
    let of = |visible: bool| {
        all.as_array()
            .unwrap()
            .iter()
            .filter(|u| u["visible"] == visible)
            .nth(1)
            .or_else(|| all.as_array().unwrap().iter().find(|u| u["visible"] == visible))
    };
    let (seen, hidden) = (of(true).unwrap(), of(false).unwrap());
    world.control("/dingtalk/organisation", Some(json!({ "refusing_mobiles": [seen["mobile"]] })));
    let named = format!("{},{},ghost", seen["userid"].as_str().unwrap(), hidden["userid"].as_str().unwrap());
    let sent = send(&mut world, &named, text("甲"));
    assert_eq!(sent["errcode"], 0);
    let result = result(&mut world, &sent);
    assert_eq!(result["invalid_user_id_list"], json!([hidden["userid"], "ghost"]));
    assert_eq!(result["failed_user_id_list"], json!([seen["userid"]]));
}

#[test]
fn more_notices_than_a_user_may_have_in_a_day_are_dropped() {
    let mut world = World::new();
    let user = users(&mut world)[0].clone();
    world.control("/dingtalk/organisation", Some(json!({ "notices_per_user": 2 })));
    let sent: Vec<Value> = ["甲", "乙", "丙"].map(|word| send(&mut world, &user, text(word))).into();
    let dropped = |world: &mut World, sent: &Value| result(world, sent)["forbidden_list"].clone();
    assert_eq!(dropped(&mut world, &sent[1]), json!([]));
    assert_eq!(dropped(&mut world, &sent[2]), json!([{ "code": "143105", "count": 1, "userid": user }]));
}

#[test]
fn every_kind_of_message_of_the_manual_is_accepted() {
    let mut world = World::new();
    let user = users(&mut world)[0].clone();
    for message in [
        text("…"),
        json!({ "msgtype": "image", "image": { "media_id": "@lADOADmaWMzazQKA" } }),
        json!({ "msgtype": "voice", "voice": { "media_id": "MEDIA_ID", "duration": "10" } }),
        json!({ "msgtype": "file", "file": { "media_id": "MEDIA_ID" } }),
        json!({ "msgtype": "link", "link": { "messageUrl": "http://s.dingtalk.com/market/x", "picUrl": "@lALOACZwe2Rk",
            "title": "测试", "text": "测试" } }),
        json!({ "msgtype": "markdown", "markdown": { "title": "首屏会话透出的展示内容", "text": "# 标题\n* 列表" } }),
        json!({ "msgtype": "oa", "oa": { "message_url": "http://dingtalk.com", "pc_message_url": "http://dingtalk.com",
            "head": { "bgcolor": "FFBBBBBB", "text": "头部标题" },
            "status_bar": { "status_value": "进行中", "status_bg": "0xFFF65E5E" },
            "body": { "title": "正文标题", "form": [{ "key": "姓名:", "value": "张三" }],
                "rich": { "num": "15.6", "unit": "元" }, "content": "…", "image": "@lADOADmaWMzazQKA",
                "file_count": "3", "author": "李四" } } }),
        json!({ "msgtype": "action_card", "action_card": { "title": "…", "markdown": "…", "single_title": "查看详情",
            "single_url": "https://open.dingtalk.com" } }),
        json!({ "msgtype": "action_card", "action_card": { "title": "…", "markdown": "…", "btn_orientation": "1",
            "btn_json_list": [{ "title": "一个按钮", "action_url": "https://www.taobao.com" }] } }),
    ] {
        assert_eq!(send(&mut world, &user, message.clone())["errcode"], 0, "{message}");
    }
}

#[test]
fn wrong_notices_are_refused_and_nobody_hears_of_them() {
    let mut world = World::new();
    let (user, agent_id) = (users(&mut world)[0].clone(), world.agent_id());
    let many = vec!["u"; 101].join(",");
    let bar = json!({ "msgtype": "oa", "oa": { "message_url": "http://a.example", "head": {}, "body": {},
        "status_bar": { "status_value": "进行中" } } });
    for (change, code) in [
        (json!({ "agent_id": null }), 41011),
        (json!({ "agent_id": agent_id + 1 }), 40056),
        (json!({ "agent_id": "甲" }), 40035),
        (json!({ "userid_list": null }), 40035),
        (json!({ "userid_list": [user] }), 40035),
        (json!({ "userid_list": many }), 40032),
        (json!({ "userid_list": null, "dept_id_list": "x" }), 40009),
        (json!({ "msg": null }), 40035),
        (json!({ "msg": { "text": { "content": "甲" } } }), 40003),
        (json!({ "msg": { "msgtype": "fax", "fax": {} } }), 40008),
        (json!({ "msg": { "msgtype": "text", "text": { "content": "" } } }), 44004),
        (json!({ "msg": { "msgtype": "text", "content": "甲" } }), 44004),
        (json!({ "msg": text(&"客".repeat(700)) }), 34016),
        (json!({ "userid_list": "a,b,c,d,e,f", "msg": bar }), 34014),
        (json!({ "msg": { "msgtype": "link", "link": { "title": "甲" } } }), 34014),
        (
            json!({ "msg": { "msgtype": "action_card", "action_card": { "title": "甲", "markdown": "乙",
            "single_title": "二十一个字符的标题太长了所以不被接受的标题", "single_url": "https://a.example" } } }),
            45002,
        ),
    ] {
        let mut body = json!({ "agent_id": agent_id, "userid_list": user, "msg": text("甲") });
        merge(&mut body, change.clone());
        assert_eq!(world.topapi(SEND, body)["errcode"], code, "{change}");
        world.pass(100);
    }
    assert_eq!(world.control("/dingtalk/messages", None), json!([]));
}

#[test]
fn departments_and_everybody_can_be_named() {
    let mut world = World::new();
    let (all, agent_id) = (users(&mut world), world.agent_id());
    let departments = world.control("/dingtalk/departments", None);
    let id = departments[1]["dept_id"].clone();
    let sent = world.topapi(
        SEND,
        json!({ "agent_id": agent_id.to_string(), "dept_id_list": format!("{id},9"), "msg": text("甲") }),
    );
    let lists = result(&mut world, &sent);
    assert_eq!(lists["invalid_dept_id_list"], json!([9]));
    let everybody = json!({ "agent_id": agent_id, "to_all_user": true, "msg": text("乙") });
    for _ in 0..3 {
        assert_eq!(world.topapi(SEND, everybody.clone())["errcode"], 0);
    }
    assert_eq!(world.topapi(SEND, everybody)["errcode"], 41045, "three times a day");
    let messages = world.control("/dingtalk/messages", None);
    assert_eq!(messages[1]["recipients"].as_array().unwrap().len(), all.len());
}

#[test]
fn delivery_may_take_its_time() {
    let mut world = World::with("dingtalk", &[("delivery", "within_5s"), ("reading", "nobody_reads")]);
    let (user, agent_id) = (users(&mut world)[0].clone(), world.agent_id());
    let sent = send(&mut world, &user, text("甲"));
    let ask = json!({ "agent_id": agent_id, "task_id": sent["task_id"] });
    let progress = |world: &mut World| {
        world.topapi("message/corpconversation/getsendprogress", ask.clone())["progress"].clone()
    };
    assert_eq!(progress(&mut world), json!({ "progress_in_percent": 0, "status": 0 }));
    assert_eq!(result(&mut world, &sent)["unread_user_id_list"], json!([]));
    world.pass(5_000);
    assert_eq!(progress(&mut world), json!({ "progress_in_percent": 100, "status": 2 }));
    assert_eq!(result(&mut world, &sent)["unread_user_id_list"], json!([user]));
    world.pass(3_600_000);
    assert_eq!(result(&mut world, &sent)["read_user_id_list"], json!([]), "nobody reads");
}

#[test]
fn a_result_is_kept_for_a_day() {
    for (value, code) in [("400002", 400002), ("empty_lists", 0)] {
        let mut world = World::with("dingtalk", &[("expired_task", value)]);
        let (user, agent_id) = (users(&mut world)[0].clone(), world.agent_id());
        let sent = send(&mut world, &user, text("甲"));
        world.pass(86_400_001);
        let answer = world.topapi(RESULT, json!({ "agent_id": agent_id, "task_id": sent["task_id"] }));
        assert_eq!(answer["errcode"], code, "{value}");
    }
}

#[test]
fn a_notice_is_recalled_and_its_bar_changed() {
    let mut world = World::new();
    let (user, agent_id) = (users(&mut world)[0].clone(), world.agent_id());
    let oa = json!({ "msgtype": "oa", "oa": { "message_url": "http://a.example", "head": { "bgcolor": "FFBBBBBB", "text": "甲" },
        "body": { "title": "乙" } } });
    let sent = send(&mut world, &user, oa);
    let bar = json!({ "agent_id": agent_id, "task_id": sent["task_id"], "status_value": "已完成", "status_bg": "0xFF78C06E" });
    assert_eq!(world.topapi("message/corpconversation/status_bar/update", bar)["errcode"], 0);
    let recall = json!({ "agent_id": agent_id, "msg_task_id": sent["task_id"] });
    assert_eq!(world.topapi("message/corpconversation/recall", recall)["errcode"], 0);
    let wrong = json!({ "agent_id": agent_id, "msg_task_id": 1 });
    assert_eq!(world.topapi("message/corpconversation/recall", wrong)["errcode"], 400002);
    let message = &world.control("/dingtalk/messages", None)[0];
    assert_eq!(message["recalled"], true);
    assert_eq!(message["message"]["oa"]["status_bar"]["status_value"], "已完成");
}

#[test]
fn a_wrong_agent_has_the_code_of_the_switch() {
    for value in ["40056", "400002", "70004"] {
        let mut world = World::with("dingtalk", &[("wrong_agent", value)]);
        let answer = world.topapi(SEND, json!({ "agent_id": 1, "userid_list": "a", "msg": text("甲") }));
        assert_eq!(answer["errcode"].to_string(), value);
    }
}
