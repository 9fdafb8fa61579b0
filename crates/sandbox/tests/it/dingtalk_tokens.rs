//! Tokens, paths and the gateway of DingTalk (`protocols/dingtalk.md` §1–§3).

use sandbox::faults::Faults;
use serde_json::{Value, json};

use crate::world::{World, json_of};

fn get(world: &mut World, path: &str) -> Value {
    json_of(&world.reply("GET", path, &[], b""))
}

fn keys(world: &World) -> (String, String) {
    let connection = world.connection("dingtalk");
    let text = |name: &str| connection[name].as_str().unwrap().to_string();
    (text("app_key"), text("app_secret"))
}

#[test]
fn the_token_is_the_same_until_it_expires() {
    for (value, expected) in [("extends", 7200), ("keeps", 3600)] {
        let mut world = World::with("dingtalk", &[("token_renewal", value)]);
        let (key, secret) = keys(&world);
        let path = format!("/dingtalk/gettoken?appkey={key}&appsecret={secret}");
        let first = get(&mut world, &path);
        assert_eq!(
            (&first["errcode"], &first["errmsg"], &first["expires_in"]),
            (&json!(0), &json!("ok"), &json!(7200))
        );
        world.pass(3_600_000);
        let again = get(&mut world, &path);
        assert_eq!(
            (&again["access_token"], &again["expires_in"]),
            (&first["access_token"], &json!(expected))
        );
        world.pass(7_200_000);
        assert_ne!(get(&mut world, &path)["access_token"], first["access_token"]);
    }
}

#[test]
fn wrong_credentials_have_the_probed_bodies() {
    let mut world = World::new();
    let (key, _) = keys(&world);
    assert_eq!(
        get(&mut world, &format!("/dingtalk/gettoken?appkey={key}&appsecret=no")),
        json!({ "errcode": 40096, "errmsg": "不合法的appKey或appSecret" })
    );
    assert_eq!(
        get(&mut world, "/dingtalk/gettoken"),
        json!({ "errcode": 40035, "errmsg": "缺少参数 corpid or appkey" })
    );
    let body = json!({ "appKey": key, "appSecret": "no" }).to_string();
    let reply = world.reply("POST", "/dingtalk/v1.0/oauth2/accessToken", &[], body.as_bytes());
    assert_eq!(reply.status, 400);
    let answer = json_of(&reply);
    assert_eq!(
        (&answer["code"], &answer["message"]),
        (&json!("invalidClientIdOrSecret"), &json!("无效的clientId或者clientSecret"))
    );
    assert!(answer["requestid"].is_string());
}

#[test]
fn one_token_serves_both_families() {
    let mut world = World::new();
    let (key, secret) = keys(&world);
    let old = world.dingtalk_token();
    let answer =
        world.post("/dingtalk/v1.0/oauth2/accessToken", &json!({ "appKey": key, "appSecret": secret }));
    assert_eq!((&answer["accessToken"], &answer["expireIn"]), (&json!(old), &json!(7200)));
    let body = json!({ "queryWord": "王", "offset": 0, "size": 10 }).to_string();
    let path = "/dingtalk/v1.0/contact/users/search";
    let reply = world.reply("POST", path, &[("x-acs-dingtalk-access-token", &old)], body.as_bytes());
    assert_eq!(reply.status, 200);
    assert!(json_of(&reply)["list"].is_array());
    for (headers, code) in [
        (&[][..], "AuthenticationFailed.MissingParameter"),
        (&[("x-acs-dingtalk-access-token", "no")], "InvalidAuthentication"),
        (&[("Authorization", "Bearer no")], "AuthenticationFailed.MissingParameter"),
    ] {
        let reply = world.reply("POST", path, headers, body.as_bytes());
        assert_eq!((reply.status, &json_of(&reply)["code"]), (400, &json!(code)));
    }
}

#[test]
fn wrong_tokens_of_the_old_family_are_wrapped() {
    let mut world = World::new();
    let mut answer = world.post("/dingtalk/topapi/v2/user/get?access_token=no", &json!({}));
    assert!(answer.as_object_mut().unwrap().shift_remove("request_id").is_some());
    assert_eq!(
        answer,
        json!({ "errcode": 88, "sub_code": "40014", "sub_msg": "不合法的access_token",
        "errmsg": "ding talk error[subcode=40014,submsg=不合法的access_token]" })
    );
    let answer = world.post("/dingtalk/topapi/v2/user/get", &json!({}));
    assert_eq!((&answer["sub_code"], &answer["sub_msg"]), (&json!("40000"), &json!("access_token is blank")));
    let token = world.dingtalk_token();
    let reply = world.reply(
        "POST",
        "/dingtalk/topapi/v2/user/get",
        &[("x-acs-dingtalk-access-token", &token)],
        b"{}",
    );
    assert_eq!(json_of(&reply)["sub_code"], "40000", "a header is not accepted");
    let form = format!("access_token={token}&dept_id=1");
    let headers = [("Content-Type", "application/x-www-form-urlencoded")];
    let reply = world.reply("POST", "/dingtalk/topapi/v2/department/listsub", &headers, form.as_bytes());
    assert_eq!(json_of(&reply)["errcode"], 0, "a form field is");
}

#[test]
fn unknown_paths_have_their_own_shapes() {
    let mut world = World::new();
    let mut answer = world.topapi("v2/user/notexist", json!({}));
    answer.as_object_mut().unwrap().shift_remove("request_id");
    assert_eq!(
        answer,
        json!({ "errcode": 22, "sub_msg": "不合法ApiName，ApiName = dingtalk.oapi.v2.user.notexist",
        "errmsg": "Invalid method[submsg=不合法ApiName，ApiName = dingtalk.oapi.v2.user.notexist]" })
    );
    assert_eq!(
        get(&mut world, "/dingtalk/user/nothing"),
        json!({ "errcode": 404, "errmsg": "请求的URI地址不存在" })
    );
    assert_eq!(world.reply("POST", "/dingtalk/v1.0/nothing", &[], b"{}").status, 404);
}

#[test]
fn states_of_the_organisation_have_their_codes() {
    for (state, code, sub_code) in [
        (json!({ "address_allowed": false }), 88, Some("60020")),
        (json!({ "missing_scopes": ["qyapi_get_department_list"] }), 88, Some("60011")),
        (json!({ "app_stopped": true }), 50003, None),
        (json!({ "calls_per_second": 0 }), 88, Some("90018")),
    ] {
        let mut world = World::new();
        world.control("/dingtalk/organisation", Some(state.clone()));
        let answer = world.topapi("v2/department/listsub", json!({}));
        assert_eq!((&answer["errcode"], answer["sub_code"].as_str()), (&json!(code), sub_code), "{state}");
    }
}

#[test]
fn twenty_calls_of_an_interface_fit_into_a_second() {
    let mut world = World::new();
    let token = world.dingtalk_token();
    let path = format!("/dingtalk/topapi/v2/department/listsub?access_token={token}");
    for _ in 0..20 {
        assert_eq!(world.post(&path, &json!({}))["errcode"], 0);
    }
    let answer = world.post(&path, &json!({}));
    assert_eq!(answer["sub_code"], "90018");
    assert!(answer["sub_msg"].as_str().unwrap().contains("dingtalk.oapi.v2.department.listsub"));
    world.pass(1_000);
    assert_eq!(world.post(&path, &json!({}))["errcode"], 0);
}

#[test]
fn the_dial_throttles_forgets_and_counts() {
    for (faults, sub_code) in [
        (Faults { throttled: 1_000_000, ..Faults::default() }, "90002"),
        (Faults { session_lost: 1_000_000, ..Faults::default() }, "40014"),
        (Faults { quota: 1, ..Faults::default() }, "90020"),
    ] {
        let mut world = World::with("dingtalk", &[("throttle_code", "90002")]);
        let token = world.dingtalk_token();
        let path = format!("/dingtalk/topapi/v2/department/listsub?access_token={token}");
        world.post(&path, &json!({}));
        world.sandbox.set_faults(Some("dingtalk"), faults);
        assert_eq!(world.post(&path, &json!({}))["sub_code"], sub_code);
    }
}

#[test]
fn a_broken_body_is_47001() {
    let mut world = World::new();
    let token = world.dingtalk_token();
    let path = format!("/dingtalk/topapi/v2/user/get?access_token={token}");
    let reply = world.reply("POST", &path, &[("Content-Type", "application/json")], b"{\"userid\":");
    assert_eq!(json_of(&reply)["errcode"], 47001);
}
