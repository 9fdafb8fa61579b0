use std::time::Duration;

use super::super::BUILT_IN;
use super::super::answer::Nature;
use super::super::call::Request;
use super::*;
use crate::exchanges::{Exchange, Reply, ScriptedWire, connection};
use crate::manifest::Manifest;

const SUCCESS: &str = r#"{"LoginResultType":1,"KDSVCSessionId":"2c6dfa6c-039b","Context":{"SessionId":"n3xfizba4et0","STimeZone":{"OffsetTicks":0}}}"#;
const LOST: &str = r#"[[{"Result":{"ResponseStatus":{"ErrorCode":500,"IsSuccess":false,"Errors":[{"Message":"会话信息已丢失，请重新登录"}],"MsgCode":1}}}]]"#;
const WRONG: &str =
    r#"{"Message":"用户名或密码错误","LoginResultType":0,"Context":null,"KDSVCSessionId":null}"#;

fn wire(sign_in: &str) -> ScriptedWire {
    let settings = [
        ("base_url", "https://erp.example.com/k3cloud/"),
        ("acct_id", "6501f2c7a2b0a1"),
        ("username", "zhangsan"),
        ("app_id", "225649_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcY"),
        ("sign_in", sign_in),
    ];
    let secrets = [("password", "p@ss"), ("app_secret", "0123456789abcdef0123456789abcdef")];
    ScriptedWire::new(connection("kingdee-k3cloud", &settings, &secrets))
}

/// One query; its answer or the class and code of its refusal.
async fn ask(wire: &ScriptedWire) -> Result<String, (AnswerClass, String)> {
    let manifest = Manifest::built_in(BUILT_IN.manifest);
    let api = Api::open(wire, &manifest).unwrap();
    let request =
        Request { operation: "ExecuteBillQuery", body: "{\"data\":{}}".into(), nature: Nature::Read };
    let told = |refusal: Refusal| (refusal.class, refusal.cause.code.into_owned());
    let reply = api.call(&request).await.map_err(told)?;
    Ok(json::write(&reply.value().map_err(told)?))
}

fn operations(wire: &ScriptedWire) -> Vec<&'static str> {
    wire.sent().iter().map(|call| call.operation).collect()
}

#[tokio::test]
async fn a_session_is_sent_as_header_and_cookies_and_hidden() {
    let wire = wire("password").answering(SUCCESS).answering("[]").answering("[]");
    assert_eq!(ask(&wire).await, Ok("[]".into()));
    assert_eq!(ask(&wire).await, Ok("[]".into()));
    assert_eq!(operations(&wire), ["ValidateUser", "ExecuteBillQuery", "ExecuteBillQuery"]);
    let sent = wire.sent();
    let header = |name: &str| sent[2].headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
    assert_eq!(header("kdservice-sessionid"), Some("2c6dfa6c-039b"));
    assert_eq!(header("Cookie"), Some("kdservice-sessionid=2c6dfa6c-039b; ASP.NET_SessionId=n3xfizba4et0"));
    assert!(sent[2].secrets.contains(&"2c6dfa6c-039b".to_owned()));
    assert_eq!(sent[0].secrets, ["p@ss"]);
    assert_eq!(
        sent[2].url,
        "https://erp.example.com/k3cloud/Kingdee.BOS.WebApi.ServicesStub.DynamicFormService.ExecuteBillQuery.common.kdsvc"
    );
}

#[tokio::test]
async fn a_lost_session_is_renewed_once_and_the_call_repeated() {
    let wire = wire("password").answering(SUCCESS).answering(LOST).answering(SUCCESS).answering("[[1]]");
    assert_eq!(ask(&wire).await, Ok("[[1]]".into()));
    assert_eq!(operations(&wire), ["ValidateUser", "ExecuteBillQuery", "ValidateUser", "ExecuteBillQuery"]);
}

#[tokio::test]
async fn a_session_that_is_lost_twice_is_a_matter_of_settings() {
    let wire = wire("password").answering(SUCCESS).answering(LOST).answering(SUCCESS).answering(LOST);
    assert_eq!(ask(&wire).await, Err((AnswerClass::Config, "kingdee.session_refused".into())));
    assert_eq!(wire.problems(), []);
}

#[tokio::test]
async fn a_page_that_may_be_a_sign_in_page_ends_the_session_too() {
    let wire =
        wire("password").answering(SUCCESS).answering("<html>登录</html>").answering(SUCCESS).answering("[]");
    assert_eq!(ask(&wire).await, Ok("[]".into()));
    let wire = wire.answering("<html>").answering(SUCCESS).answering("<html>");
    assert_eq!(ask(&wire).await.map_err(|(class, _)| class), Err(AnswerClass::Transient));
    assert_eq!(wire.problems(), []);
}

#[tokio::test]
async fn a_write_that_met_a_page_is_not_repeated() {
    let manifest = Manifest::built_in(BUILT_IN.manifest);
    let wire = wire("password").answering(SUCCESS).answering("<html>").answering(SUCCESS).answering("[]");
    let api = Api::open(&wire, &manifest).unwrap();
    let request = Request { operation: "Save", body: "{}".into(), nature: Nature::Write };
    let reply = api.call(&request).await.unwrap();
    assert_eq!(reply.value().unwrap_err().class, AnswerClass::Unknown);
    assert_eq!(ask(&wire).await, Ok("[]".into()), "the next call signs in again");
}

#[tokio::test]
async fn a_session_is_used_until_its_time_and_lives_on_with_each_use() {
    let mut wire = wire("password").answering(SUCCESS);
    for _ in 0..4 {
        wire = wire.answering("[]");
    }
    for _ in 0..4 {
        assert_eq!(ask(&wire).await, Ok("[]".into()));
        wire.advance(Duration::from_secs(12 * 60));
    }
    assert_eq!(operations(&wire).iter().filter(|operation| **operation == "ValidateUser").count(), 1);
    wire.advance(Duration::from_secs(20 * 60));
    let wire = wire.answering(SUCCESS).answering("[]");
    assert_eq!(ask(&wire).await, Ok("[]".into()));
    assert_eq!(operations(&wire).last_chunk(), Some(&["ValidateUser", "ExecuteBillQuery"]));
}

#[tokio::test]
async fn a_wrong_password_is_not_sent_again_before_somebody_checks() {
    let wire = wire("password").answering(WRONG);
    let refused = Err((AnswerClass::Config, "kingdee.credentials".into()));
    assert_eq!(ask(&wire).await, refused);
    assert_eq!(ask(&wire).await, refused);
    assert_eq!(operations(&wire), ["ValidateUser"]);
    let manifest = Manifest::built_in(BUILT_IN.manifest);
    try_again(&Api::open(&wire, &manifest).unwrap()).await;
    let wire = wire.answering(SUCCESS).answering("[]");
    assert_eq!(ask(&wire).await, Ok("[]".into()));
}

#[tokio::test]
async fn a_wrong_password_is_tried_again_after_half_an_hour() {
    let wire = wire("password").answering(WRONG).answering(SUCCESS).answering("[]");
    assert!(ask(&wire).await.is_err());
    wire.advance(Duration::from_secs(31 * 60));
    assert_eq!(ask(&wire).await, Ok("[]".into()));
}

#[tokio::test]
async fn signed_requests_need_no_session_and_are_not_repeated() {
    let wire = wire("signed_headers").answering("[]").answering(LOST);
    assert_eq!(ask(&wire).await, Ok("[]".into()));
    assert_eq!(ask(&wire).await, Err((AnswerClass::Config, "kingdee.session_refused".into())));
    let sent = wire.sent();
    let header = |name: &str| sent[0].headers.iter().any(|(n, _)| n == name);
    assert!(header("X-Api-Signature") && header("X-Kd-Appdata") && !header("Cookie"));
    assert_eq!(sent[0].secrets.len(), 2, "both signatures are hidden");
    assert_eq!(sent.len(), 2);
}

#[tokio::test]
async fn the_zone_is_the_sessions_where_it_is_known() {
    let manifest = Manifest::built_in(BUILT_IN.manifest);
    let wire = wire("sign").answering(SUCCESS).answering("[]");
    let api = Api::open(&wire, &manifest).unwrap();
    let midnight = model::Timestamp(1_780_243_200_000);
    assert_eq!(api.zone().await.second(midnight), "2026-06-01 00:00:00");
    ask(&wire).await.unwrap();
    assert_eq!(api.zone().await.second(midnight), "2026-05-31 16:00:00");
}

#[tokio::test]
async fn a_sign_in_that_is_not_answered_may_be_tried_again() {
    let wire = wire("app_secret").refusing(AnswerClass::Unknown, "transport.timed_out");
    assert_eq!(ask(&wire).await, Err((AnswerClass::Transient, "transport.timed_out".into())));
    let wire = wire.expect(Exchange::any(Reply::status(502, "<html>")));
    assert_eq!(ask(&wire).await, Err((AnswerClass::Transient, "kingdee.http_status".into())));
}

#[tokio::test]
async fn a_reply_that_is_json_inside_json_is_read() {
    let inside = json::write(&model::Value::text(SUCCESS));
    let wire = wire("password").answering(&inside).answering("[]");
    assert_eq!(ask(&wire).await, Ok("[]".into()));
}

#[tokio::test]
async fn two_callers_sign_in_once() {
    let wire = wire("password").answering(SUCCESS).answering("[]").answering("[]");
    let both = futures_util::future::join(ask(&wire), ask(&wire)).await;
    assert_eq!(both, (Ok("[]".into()), Ok("[]".into())));
    assert_eq!(operations(&wire), ["ValidateUser", "ExecuteBillQuery", "ExecuteBillQuery"]);
}
