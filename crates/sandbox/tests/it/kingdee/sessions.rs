//! Signing in and staying signed in (`protocols/kingdee.md §2`).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sandbox::stand_in::{Reply, Request, StandIn};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::desk::{AUTH_SERVICE, Desk, FORM_SERVICE, error, read, status};

const MINUTE_MS: i64 = 60_000;

fn text(account: &Value, name: &str) -> String {
    account[name].as_str().unwrap().to_owned()
}

fn login_sign(account: &Value, timestamp: &str) -> String {
    let mut texts = [
        text(account, "acct_id"),
        text(account, "username"),
        text(account, "app_id"),
        text(account, "app_secret"),
        timestamp.to_owned(),
    ];
    texts.sort();
    hex::encode(Sha256::digest(texts.concat()))
}

#[test]
fn every_login_opens_a_session_with_the_right_words_only() {
    let mut desk = Desk::closed();
    let account = desk.account();
    let (acct, user, password) = (&account["acct_id"], &account["username"], &account["password"]);
    let (app, secret) = (&account["app_id"], &account["app_secret"]);
    let sign = login_sign(&account, "1700000000");
    let cases = [
        ("ValidateUser", json!({"acctID": acct, "username": user, "password": password, "lcid": 2052}), 1),
        ("ValidateUser", json!({"parameters": [acct, user, password, 2052]}), 1),
        ("ValidateUser2", json!({"parameters": [acct, user, password, false, 2052]}), 1),
        ("ValidateUser", json!({"parameters": [acct, user, "错", 2052]}), 0),
        ("ValidateUser", json!({"parameters": [acct, "别人", password, 2052]}), 0),
        ("ValidateUser", json!({"parameters": ["别的账套", user, password, 2052]}), -1),
        ("ValidateUser", json!({"parameters": [acct, user, password, 9999]}), -1),
        (
            "LoginByAppSecret",
            json!({"acctID": acct, "username": user, "appId": app, "appSecret": secret, "lcid": 2052}),
            1,
        ),
        ("LoginByAppSecret", json!({"parameters": [acct, user, app, secret, 1033]}), 1),
        ("LoginByAppSecret2", json!({"parameters": [acct, user, app, secret, true, 2052]}), 1),
        ("LoginByAppSecret", json!({"parameters": [acct, user, app, "错", 2052]}), 0),
        ("LoginByAppSecret", json!({"parameters": [acct, user, "1_x", secret, 2052]}), -1),
        ("LoginBySign", json!({"parameters": [acct, user, app, 1_700_000_000, sign, 2052]}), 1),
        ("LoginBySign2", json!({"parameters": [acct, user, app, 1_700_000_000, sign, false, 2052]}), 1),
        ("LoginBySign", json!({"parameters": [acct, user, app, 1_700_000_001, sign, 2052]}), 0),
        ("LoginBySimplePassport", json!({"parameters": ["cGFzc3BvcnQ=", 2052]}), -1),
    ];
    for (method, body, result) in cases {
        let reply = desk.auth(method, body.clone());
        assert_eq!(reply["LoginResultType"], result, "{method} {body}");
        assert_eq!(reply["KDSVCSessionId"].is_string(), result == 1, "{method} {body}");
        assert_eq!(reply["IsSuccessByAPI"], result == 1);
    }
    let unknown = desk.auth("LoginByAppSecret", json!({"parameters": [acct, user, "1_x", secret, 2052]}));
    assert_eq!(unknown["Message"], "第三方应用：1_x 不允许用户integration 登录，请联系系统管理员添加！");
}

#[test]
fn a_lost_session_is_told_in_the_shape_of_the_operation() {
    let mut desk = Desk::closed();
    let lost = |reply: &Value| {
        assert_eq!(error(reply), ("会话信息已丢失，请重新登录".to_owned(), 1), "{reply}");
    };
    let query = json!({"data": {"FormId": "BD_Customer", "FieldKeys": "FNumber"}});
    lost(&desk.call("ExecuteBillQuery", query.clone())[0][0]);
    lost(&desk.call("BillQuery", query.clone())[0]);
    assert!(desk.system.set_switch("bill_query_error", "bare"));
    lost(&desk.call("BillQuery", query));
    lost(&desk.save("BD_Customer", json!({})));
    lost(&desk.call("View", json!({"formid": "BD_Customer", "data": {"Number": "1"}})));
    assert!(desk.system.set_switch("lost_view", "empty"));
    let view = desk.call("View", json!({"formid": "BD_Customer", "data": {"Number": "1"}}));
    assert_eq!(view, json!({"Result": {"ResponseStatus": null, "Result": null}}));
}

#[test]
fn gateways_may_answer_for_a_lost_session() {
    for (switch, code, holds) in [("unauthorized", 401, "401"), ("login-page", 200, "登录")] {
        let mut desk = Desk::closed();
        assert!(desk.system.set_switch("lost_session", switch));
        let call = desk.request(FORM_SERVICE, "Save", "{}");
        let reply = desk.send(&call);
        assert_eq!(reply.status, code);
        assert!(String::from_utf8(reply.body.clone()).unwrap().contains(holds));
        assert!(desk.system.refusal(&reply).is_some());
    }
}

#[test]
fn a_login_may_answer_text_or_a_form_and_still_open_a_session() {
    let mut desk = Desk::closed();
    let account = desk.account();
    let body = json!({"parameters": [account["acct_id"], account["username"], account["password"], 2052]});
    assert!(desk.system.set_switch("login_body", "text"));
    let text = desk.auth("ValidateUser", body.clone());
    let inner: Value = serde_json::from_str(text.as_str().unwrap()).unwrap();
    assert_eq!(inner["LoginResultType"], 1);
    assert!(desk.system.set_switch("login_body", "object"));
    assert!(desk.system.set_switch("login_result", "-5"));
    let reply = desk.auth("ValidateUser", body);
    assert_eq!(reply["LoginResultType"], -5);
    desk.session = Some(reply["KDSVCSessionId"].as_str().unwrap().to_owned());
    assert_eq!(desk.query("BD_Customer", "FNumber", ""), json!([]));
}

#[test]
fn sessions_slide_expire_and_can_be_closed() {
    for (switch, minutes) in [("20", 20), ("60", 60), ("1", 1)] {
        let mut desk = Desk::closed();
        assert!(desk.system.set_switch("session_minutes", switch));
        desk.sign_in();
        for _ in 0..3 {
            desk.now_ms += minutes * MINUTE_MS;
            assert_eq!(desk.query("BD_Customer", "FNumber", ""), json!([]), "{switch}");
        }
        desk.now_ms += minutes * MINUTE_MS + 1;
        assert_eq!(error(&desk.query("BD_Customer", "FNumber", "")[0][0]).1, 1, "{switch}");
    }
    let mut desk = Desk::open();
    assert_eq!(desk.auth("Logout", json!({"parameters": []})), true);
    assert_eq!(desk.auth("Logout", json!({"parameters": []})), false);
    assert_eq!(error(&desk.save("BD_Customer", json!({}))).1, 1);
}

#[test]
fn the_dial_takes_a_session_away_and_throttles() {
    let mut desk = Desk::open();
    desk.conditions.throttled = true;
    assert_eq!(error(&desk.query("BD_Customer", "FNumber", "")[0][0]).1, 14);
    desk.conditions.throttled = false;
    desk.conditions.session_lost = true;
    assert_eq!(error(&desk.query("BD_Customer", "FNumber", "")[0][0]).1, 1);
    desk.conditions.session_lost = false;
    assert_eq!(error(&desk.query("BD_Customer", "FNumber", "")[0][0]).1, 1);
    desk.sign_in();
    desk.control("/forget_sessions", json!({}));
    assert_eq!(error(&desk.query("BD_Customer", "FNumber", "")[0][0]).1, 1);
}

/// A call with signed headers, made as an application would, without any session.
fn signed(desk: &Desk, prefix: &str, account: &Value, org: &str) -> Request {
    let path = format!("/k3cloud/{FORM_SERVICE}.ExecuteBillQuery.common.kdsvc");
    let app_id = text(account, "app_id");
    let (client, key) = app_id.split_once('_').unwrap();
    let mask = b"0054f397c6234378b09ca7d3e5debce7";
    let bytes: Vec<u8> = STANDARD.decode(key).unwrap().iter().zip(mask).map(|(a, b)| a ^ b).collect();
    let hmac = |key: &[u8], message: &str| {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
        mac.update(message.as_bytes());
        STANDARD.encode(hex::encode(mac.finalize().into_bytes()))
    };
    let full_path = format!("{prefix}{path}");
    let encoded = full_path.replace('/', "%2F");
    let to_sign = format!("POST\n{encoded}\n\nx-api-nonce:1700000000\nx-api-timestamp:1700000000\n");
    let identity = format!("{},{},2052,{org}", text(account, "acct_id"), text(account, "username"));
    let headers = [
        ("X-Api-ClientID", client.to_owned()),
        ("x-api-timestamp", "1700000000".into()),
        ("x-api-nonce", "1700000000".into()),
        ("X-Api-Signature", hmac(STANDARD.encode(bytes).as_bytes(), &to_sign)),
        ("X-Kd-Appkey", app_id.clone()),
        ("X-Kd-Appdata", STANDARD.encode(&identity)),
        ("X-Kd-Signature", hmac(text(account, "app_secret").as_bytes(), &format!("{app_id}{identity}"))),
    ];
    let body = json!({"data": {"FormId": "BD_Customer", "FieldKeys": "FNumber"}}).to_string();
    let headers = headers.map(|(name, value)| (name.to_owned(), value)).to_vec();
    let call = Request::new("POST", &full_path, headers, body);
    assert!(desk.session.is_none());
    call.below(prefix).unwrap()
}

fn session_cookie(reply: &Reply) -> Option<String> {
    let (_, cookie) = reply.headers.iter().find(|(_, value)| value.starts_with("kdservice-sessionid="))?;
    cookie.split(['=', ';']).nth(1).map(str::to_owned)
}

#[test]
fn signed_headers_open_a_session_silently_and_a_living_one_needs_no_signature() {
    let mut desk = Desk::closed();
    let account = desk.account();
    // The signature covers the path that the client called, with the prefix of the mount.
    let call = signed(&desk, "/kingdee-k3cloud", &account, "101");
    let reply = desk.send(&call);
    assert_eq!(read(&reply), json!([]));
    let session = session_cookie(&reply).unwrap();
    let mut later = signed(&desk, "", &account, "0");
    later.headers.retain(|(name, _)| !name.starts_with("X-Kd-Signature"));
    assert_eq!(error(&read(&desk.send(&later))[0][0]).1, 1);
    later.headers.push(("kdservice-sessionid".into(), session));
    let reply = desk.send(&later);
    assert_eq!(read(&reply), json!([]));
    assert_eq!(session_cookie(&reply), None);
}

#[test]
fn a_wrong_signature_is_a_lost_session_and_a_wrong_account_set_is_no_protocol_at_all() {
    let mut desk = Desk::closed();
    let account = desk.account();
    let mut wrong = account.clone();
    wrong["app_secret"] = json!("错");
    let call = signed(&desk, "", &wrong, "100");
    let reply = desk.send(&call);
    assert_eq!(error(&read(&reply)[0][0]).1, 1);
    assert!(session_cookie(&reply).is_some(), "an empty session comes along all the same");
    let mut elsewhere = account;
    elsewhere["acct_id"] = json!("000000");
    let call = signed(&desk, "", &elsewhere, "100");
    let reply = desk.send(&call);
    assert_eq!((reply.status, reply.body.as_slice()), (500, b"Fail to verify thirty passport".as_slice()));
}

#[test]
fn data_centres_are_listed_to_anybody() {
    let mut desk = Desk::closed();
    let service = "Kingdee.BOS.ServiceFacade.ServicesStub.Account.AccountService";
    let call = desk.request(service, "GetDataCenterList", "{}");
    let list = read(&desk.send(&call));
    assert_eq!(list[0]["Id"], desk.account()["acct_id"]);
    assert_eq!(list[0]["AuthenticationMethods"][0]["AuthenticationMethodType"], 1);
    let call = desk.request(AUTH_SERVICE, "LoginByMobileCard", "{}");
    assert!(desk.send(&call).body.starts_with(b"response_error:"));
}

#[test]
fn a_session_can_change_its_organisation() {
    let mut desk = Desk::open();
    let reply = desk.call("SwitchOrg", json!({"data": {"OrgNumber": "603"}}));
    assert_eq!(status(&reply)["IsSuccess"], true);
    assert_eq!(error(&desk.call("SwitchOrg", json!({"data": {"OrgNumber": "没有"}}))).1, 10);
}
