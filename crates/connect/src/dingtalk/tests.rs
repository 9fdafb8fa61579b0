//! What the recorded exchanges do not show: tokens over several calls, limits at their edges, secrets in calls.

use std::time::Duration;

use contract::connector::Notice;
use contract::wire::Wire;
use model::{Map, Value, json};

use super::*;
use crate::exchanges::{ScriptedWire, connection};

const SENT: &str = r#"{"errcode":0,"task_id":1}"#;

fn dingtalk() -> DingTalk {
    DingTalk { manifest: Arc::new(Manifest::built_in(BUILT_IN.manifest)) }
}

fn wire() -> ScriptedWire {
    let settings = [("app_key", "dingkey"), ("agent_id", "7")];
    ScriptedWire::new(connection("dingtalk", &settings, &[("app_secret", "s3cret")]))
}

fn token(token: &str) -> String {
    format!(r#"{{"errcode":0,"access_token":"{token}","expires_in":7200}}"#)
}

fn document(text: &str) -> Map<'_> {
    match json::read(text).unwrap() {
        Value::Map(map) => map,
        other => panic!("{other:?}"),
    }
}

/// What comes of sending this document.
async fn notified(wire: &ScriptedWire, object: &str, text: &str) -> Result<String, Refusal> {
    dingtalk().notify(wire, &Notice { object, document: &document(text) }).await
}

/// The code of the refusal of a document that is never sent.
async fn refused(object: &str, text: &str) -> String {
    let wire = wire();
    let refusal = notified(&wire, object, text).await.unwrap_err();
    assert!(wire.sent().is_empty(), "{object} {text}");
    assert_eq!(refusal.class, AnswerClass::Rejected, "{object} {text}");
    refusal.cause.code.into_owned()
}

#[tokio::test]
async fn one_token_serves_until_shortly_before_it_expires() {
    let text = r#"{"userid_list":"a","text":"一"}"#;
    let wire = wire()
        .answering(&token("t1"))
        .answering(SENT)
        .answering(SENT)
        .answering(&token("t2"))
        .answering(SENT);
    notified(&wire, "text", text).await.unwrap();
    wire.advance(Duration::from_secs(6899));
    notified(&wire, "text", text).await.unwrap();
    wire.advance(Duration::from_secs(1));
    notified(&wire, "text", text).await.unwrap();
    let operations: Vec<&str> = wire.sent().iter().map(|call| call.operation).collect();
    assert_eq!(operations, ["gettoken", "asyncsend_v2", "asyncsend_v2", "gettoken", "asyncsend_v2"]);
    assert!(wire.problems().is_empty());
}

#[tokio::test]
async fn a_check_tries_the_secret_even_while_a_token_is_good() {
    let wire = wire().answering(&token("t1")).answering(SENT);
    notified(&wire, "text", r#"{"userid_list":"a","text":"一"}"#).await.unwrap();
    let wire = wire.answering(r#"{"errcode":40096,"errmsg":"不合法的appKey或appSecret"}"#);
    let findings = dingtalk().check(&wire).await;
    assert_eq!((findings.len(), &*findings[0].cause.code), (1, "dingtalk.40096"));
}

#[tokio::test]
async fn connections_of_one_app_share_a_token_and_others_do_not() {
    let (one, mut other) = (wire(), wire());
    let scope = |wire: &ScriptedWire| {
        let dingtalk = dingtalk();
        let account = dingtalk.account(wire).unwrap();
        token::scope(&account)
    };
    assert_eq!(scope(&one), scope(&other));
    let settings = [("app_key", "dingkey"), ("agent_id", "7"), ("base_url", "https://oapi.dingtalk.io")];
    other = ScriptedWire::new(connection("dingtalk", &settings, &[("app_secret", "s3cret")]));
    assert_ne!(scope(&one), scope(&other));
}

#[tokio::test]
async fn secrets_and_mobile_numbers_are_named_as_such() {
    let found = r#"{"errcode":0,"result":{"userid":"zhangsan"}}"#;
    let wire = wire().answering(&token("t1")).answering(found).answering(SENT);
    notified(&wire, "text", r#"{"mobiles":"13800001111","text":"一"}"#).await.unwrap();
    let sent = wire.sent();
    assert!(sent[0].secrets.contains(&"s3cret".to_owned()));
    assert!(
        sent[1].secrets.contains(&"t1".to_owned()) && sent[1].secrets.contains(&"13800001111".to_owned())
    );
    assert!(sent[2].secrets.contains(&"t1".to_owned()));
    let scope = token::scope(&dingtalk().account(&wire).unwrap());
    assert!(!scope.contains("s3cret") && wire.tokens().recall(&scope).await.is_some());
}

#[tokio::test]
async fn what_is_too_long_or_too_many_is_told_before_it_is_sent() {
    let users = |count: usize| (0..count).map(|n| format!("u{n}")).collect::<Vec<String>>().join(",");
    let of = |field: &str, value: &str| format!(r#"{{"userid_list":"a","{field}":{value}}}"#);
    let card = |buttons: &str| {
        format!(r##"{{"userid_list":"a","title":"标题","markdown":"# 正文","btn_json_list":{buttons}}}"##)
    };
    let row = r#"{"key":"姓名","value":"张三"}"#;
    let form = [row; 7].join(",");
    for (object, text, code) in [
        ("text", of("text", &format!("\"{}\"", "桥".repeat(700))), "too_large"),
        (
            "markdown",
            format!(r#"{{"userid_list":"a","title":"t","markdown":"{}"}}"#, "桥".repeat(5001)),
            "too_long",
        ),
        (
            "oa",
            of("oa", &format!(r#"{{"message_url":"https://a","body":{{"form":[{form}]}}}}"#)),
            "too_many_rows",
        ),
        ("oa", of("oa", r#"{"message_url":"https://a"}"#), "field_missing"),
        ("oa", of("oa", r#"{"message_url":"https://a","body":{"form":"x"}}"#), "field_shape"),
        ("action_card", card("[]"), "button_missing"),
        ("action_card", card(r#"[{"title":"看"}]"#), "button_missing"),
        (
            "action_card",
            card(&format!(r#"[{{"title":"看","action_url":"{}"}}]"#, "u".repeat(701))),
            "too_long",
        ),
        (
            "action_card",
            card(&format!(r#"[{{"title":"看","action_url":"{}"}}]"#, "u".repeat(1001))),
            "too_long",
        ),
        ("text", format!(r#"{{"userid_list":"{}","text":"一"}}"#, users(101)), "too_many_receivers"),
        ("text", format!(r#"{{"dept_id_list":"{}","text":"一"}}"#, users(21)), "too_many_departments"),
        ("text", r#"{"userid_list":"a","msg":{"msgtype":"oa","oa":{}}}"#.into(), "field_unknown"),
        ("text", r#"{"userid_list":"a","msg":{"msgtype":"oa"}}"#.into(), "kind_other"),
        ("text", r#"{"userid_list":"a","msg":"你好"}"#.into(), "field_shape"),
        ("text", r#"{"userid_list":"a","text":"一","agent_id":"x"}"#.into(), "bad_agent_id"),
        ("text", r#"{"userid_list":"a","text":"一","to_all_user":"maybe"}"#.into(), "field_shape"),
        ("text", r#"{"userid_list":{"a":1},"text":"一"}"#.into(), "field_shape"),
        (
            "link",
            r#"{"userid_list":"a","title":"一","text":"二","messageUrl":"https://a"}"#.into(),
            "field_missing",
        ),
        ("voice", r#"{"userid_list":"a","media_id":"@l"}"#.into(), "field_missing"),
    ] {
        assert_eq!(refused(object, &text).await, format!("dingtalk.{code}"), "{object} {text}");
    }
}

#[tokio::test]
async fn what_is_just_within_the_limits_is_sent() {
    let users = (0..100).map(|n| format!("u{n}")).collect::<Vec<String>>().join(",");
    for (object, text) in [
        ("text", format!(r#"{{"userid_list":"{users}","text":"一"}}"#)),
        ("text", format!(r#"{{"userid_list":"a","text":"{}"}}"#, "桥".repeat(660))),
        ("markdown", format!(r#"{{"userid_list":"a","title":"t","markdown":"{}"}}"#, "桥".repeat(5000))),
        ("image", r#"{"userid_list":"a","image":"@lADO"}"#.into()),
        ("file", r#"{"userid_list":"a","file":{"media_id":"@lADO"}}"#.into()),
        ("voice", r#"{"userid_list":"a","media_id":"@l","duration":10}"#.into()),
        (
            "link",
            r#"{"userid_list":"a","link":{"title":"一","text":"二","messageUrl":"https://a","picUrl":"@l"}}"#
                .into(),
        ),
    ] {
        let wire = wire().answering(&token("t1")).answering(SENT);
        assert_eq!(notified(&wire, object, &text).await.as_deref(), Ok("1"), "{object} {text}");
    }
}

#[tokio::test]
async fn a_preview_shows_the_call_without_looking_anybody_up() {
    let step = Step {
        action: model::step::Action::Notify,
        object: "text".into(),
        id: None,
        number: None,
        document: r#"{"userid_list":"a","mobiles":"13800001111","text":"一"}"#.into(),
        options: String::new(),
        row_of: None,
    };
    let wire = wire();
    let calls = dingtalk().preview(&wire, &[step]).await.unwrap();
    let body = r#"{"agent_id":7,"userid_list":"a,(…1111)","to_all_user":false,"msg":{"msgtype":"text","text":{"content":"一"}}}"#;
    assert_eq!(calls, [("topapi/message/corpconversation/asyncsend_v2".to_owned(), body.to_owned())]);
    assert!(wire.sent().is_empty());
}

#[test]
fn every_code_of_the_vendors_table_has_a_class_and_words() {
    let manifest = Manifest::built_in(BUILT_IN.manifest);
    let known: Vec<String> = manifest.sentences().iter().map(|sentence| sentence.code.to_string()).collect();
    for (codes, class) in [
        ("-1 400001", "transient"),
        (
            "22 404 40056 40089 40096 41028 43001 43002 43004 43005 43007 43009 47001 50002 50004 50003",
            "config",
        ),
        ("60011 60020 70003 70004 71006 71007 71009 90020 853001 900001 900004 900010", "config"),
        ("33001 40001 40014 41001 42001", "auth"),
        ("33012 34014 34016 40003 40008 40009 40029 40031 40032 40035 40048 40078 40104 41009", "rejected"),
        ("41029 41045 41049 44004 45002 60003 60111 60121 400002 854001 854002", "rejected"),
        ("41047 45009 90001 90002 90014 90018", "throttled"),
    ] {
        for code in codes.split(' ') {
            let (found, cause) = manifest.error(code).unwrap_or_else(|| panic!("{code}"));
            assert_eq!(found.name(), class, "{code}");
            assert!(known.contains(&cause.code.to_string()), "{code}");
        }
    }
}

proptest::proptest! {
    /// Whatever comes back, a notice counts as sent only when DingTalk says so.
    #[test]
    fn no_answer_breaks_the_connector(
        status in 200u16..600,
        body in r#"(\{("errcode"|"task_id"|"sub_code"|"punish"):("?[0-9-]{1,6}"?|"deny"|null|\{\})(,"task_id":[0-9]{1,15})?\}|[\x00-\x7f桥]{0,40})"#,
    ) {
        use crate::exchanges::{Exchange, Reply};
        let wire = wire().answering(&token("t1")).expect(Exchange::any(Reply::status(status, &body)));
        // One answer may ask for a fresh token and a second try.
        let wire = wire.answering(&token("t2")).answering("<html></html>");
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let outcome = runtime.block_on(notified(&wire, "text", r#"{"userid_list":"a","text":"一"}"#));
        let is_ok = |errcode: &Value| errcode.plain().as_deref() == Some("0");
        let says_ok = json::read(&body).is_ok_and(|body| body.get("errcode").is_some_and(is_ok));
        proptest::prop_assert!(outcome.is_err() || says_ok, "{body} {outcome:?}");
    }
}
