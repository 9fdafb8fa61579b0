//! Tokens and operators, in both styles.

use std::time::Duration;

use contract::Wire;
use contract::connector::LookupAsk;
use model::AnswerClass;

use super::crm::{Crm, VoidedRows};
use super::*;

const STALE: &str =
    r#"{"errorCode":20016,"errorMessage":"the cropId,cropAccessToken or authorization is error"}"#;

/// Any call that reads: one query whose operator and token matter.
async fn read(wire: &dyn Wire) -> Result<(), (AnswerClass, String)> {
    let by = strings(&["account_no"]);
    let keys = [strings(&["KH-001"])];
    let ask = LookupAsk { object: "AccountObj", by: &by, keys: &keys, fields: &[] };
    let looked_up = fxiaoke().lookup(wire, &ask).await;
    looked_up.map(|_| ()).map_err(|refusal| (refusal.class, refusal.cause.code.into_owned()))
}

fn token(name: &str, rest: i64) -> String {
    TOKEN.replace("TOKEN-1", name).replace("7200", &rest.to_string())
}

/// Without the second look for voided rows every read is one call.
fn plain(settings: &[(&str, &str)]) -> ScriptedWire {
    let mut all = settings.to_vec();
    all.push(("voided", "shown"));
    wire(&all)
}

#[tokio::test]
async fn a_token_is_used_until_it_has_400_seconds_left() {
    for (rest, used_for) in [(7200, 6800), (7084, 6684), (800, 400), (700, 350), (10, 6), (0, 6)] {
        let wire = plain(&[]).answering(&token("TOKEN-1", rest)).answering(NOTHING).answering(NOTHING);
        let wire = wire.answering(&token("TOKEN-2", 7200)).answering(NOTHING);
        read(&wire).await.unwrap();
        wire.advance(Duration::from_secs(used_for) - Duration::from_millis(1));
        read(&wire).await.unwrap();
        assert_eq!(wire.sent().len(), 3, "still used just before {used_for} s of {rest}");
        wire.advance(Duration::from_millis(1));
        read(&wire).await.unwrap();
        no_problems(&wire);
        assert_eq!(
            body(wire.sent().last().unwrap()).get("corpAccessToken"),
            Some(&"TOKEN-2".into()),
            "{rest}"
        );
    }
}

#[tokio::test]
async fn a_token_with_an_absurd_rest_of_its_life_is_used() {
    for rest in [i64::MAX, i64::MIN] {
        let wire = plain(&[]).answering(&token("TOKEN-1", rest)).answering(NOTHING);
        assert_eq!(read(&wire).await, Ok(()), "{rest}");
    }
}

#[tokio::test]
async fn callers_at_once_sign_in_once() {
    let crm = Crm::new(Vec::new(), VoidedRows::Shown);
    let (one, two, three) = futures_util::future::join3(read(&crm), read(&crm), read(&crm)).await;
    assert_eq!((one, two, three), (Ok(()), Ok(()), Ok(())));
    assert_eq!(crm.sign_ins(), 1);
}

#[tokio::test]
async fn every_call_of_the_old_style_carries_its_credentials_in_the_body() {
    let wire = plain(&[]).answering(TOKEN).answering(NOTHING);
    read(&wire).await.unwrap();
    assert_eq!(paths(&wire), ["/cgi/corpAccessToken/get/V2", "/cgi/crm/v2/data/query"]);
    let sent = wire.sent();
    assert_eq!(
        body(&sent[0]),
        map(r#"{"appId":"FSAID_1","appSecret":"s3cr3t-s3cr3t","permanentCode":"PERMANENT"}"#)
    );
    let query = body(&sent[1]);
    for (name, value) in
        [("corpAccessToken", "TOKEN-1"), ("corpId", "FSCID_1"), ("currentOpenUserId", "FSUID_OP")]
    {
        assert_eq!(query.get(name), Some(&value.into()), "{name}");
    }
}

#[tokio::test]
async fn the_new_style_signs_with_headers_and_a_trace_id() {
    let answer = r#"{"errorCode":0,"traceId":"E-O.1","openUserId":"FSCID_1","accessToken":"TOKEN-1","expiresIn":7084,"ea":"demo188"}"#;
    let wire = plain(&[("style", "oauth"), ("operator", "1000")]).answering(answer).answering(NOTHING);
    read(&wire).await.unwrap();
    no_problems(&wire);
    let sent = wire.sent();
    let trace = sent[0].url.strip_prefix("https://open.fxiaoke.com/oauth2.0/token?thirdTraceId=").unwrap();
    assert!(trace.len() == 32 && trace.bytes().all(|byte| byte.is_ascii_hexdigit()), "{trace}");
    assert_eq!(body(&sent[0]).get("grantType"), Some(&"app_secret".into()));
    let header = |name: &str| sent[1].headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
    assert_eq!(header("authorization"), Some("Bearer TOKEN-1"));
    assert_eq!(header("x-fs-ea"), Some("demo188"));
    assert_eq!(header("x-fs-userid"), Some("1000"));
    assert!(path(&sent[1]).starts_with("/cgi/crm/v2/data/query?thirdTraceId="), "{}", sent[1].url);
    assert_ne!(sent[0].url.rsplit_once('=').unwrap().1, sent[1].url.rsplit_once('=').unwrap().1);
    assert_eq!(body(&sent[1]).iter().map(|(name, _)| name).collect::<Vec<_>>(), ["data"]);
}

#[tokio::test]
async fn a_token_that_is_not_accepted_is_renewed_once_and_the_call_repeated_once() {
    for code in ["20016", "20005"] {
        let wire = plain(&[]).answering(TOKEN).answering(&STALE.replace("20016", code));
        let wire = wire.answering(&token("TOKEN-2", 7200)).answering(NOTHING).answering(NOTHING);
        read(&wire).await.unwrap();
        read(&wire).await.unwrap();
        no_problems(&wire);
        let tokens: Vec<String> = (wire.sent().iter())
            .filter_map(|call| {
                body(call).get("corpAccessToken").and_then(|t| t.plain().map(|t| t.into_owned()))
            })
            .collect();
        assert_eq!(tokens, ["TOKEN-1", "TOKEN-2", "TOKEN-2"], "{code}");
    }
}

#[tokio::test]
async fn a_token_refused_twice_is_remembered_so_that_the_vendor_is_not_asked_again_at_once() {
    let wire =
        plain(&[]).answering(TOKEN).answering(STALE).answering(&token("TOKEN-2", 7200)).answering(STALE);
    let refused = Err((AnswerClass::Auth, "fxiaoke.20016".to_owned()));
    assert_eq!(read(&wire).await, refused);
    wire.advance(Duration::from_secs(14));
    assert_eq!(read(&wire).await, refused, "told from memory");
    assert_eq!(wire.sent().len(), 4);
    wire.advance(Duration::from_secs(1));
    let wire = wire.answering(&token("TOKEN-3", 7200)).answering(NOTHING);
    read(&wire).await.unwrap();
    no_problems(&wire);
}

#[tokio::test]
async fn a_refused_sign_in_is_a_matter_of_settings_and_is_not_tried_again_at_once() {
    let answer = r#"{"errorCode":10006,"errorMessage":"the parameter appSecret is missing or illegal","errorDescription":"缺少参数或参数不合法"}"#;
    let wire = plain(&[]).answering(answer);
    let first = read(&wire).await;
    assert_eq!(first, Err((AnswerClass::Config, "fxiaoke.sign_in".to_owned())));
    assert_eq!(read(&wire).await, first);
    assert_eq!(wire.sent().len(), 1);
    wire.advance(Duration::from_secs(15));
    let wire = wire.answering(TOKEN).answering(NOTHING);
    read(&wire).await.unwrap();
    no_problems(&wire);
}

#[tokio::test]
async fn a_sign_in_that_got_no_answer_may_be_tried_again_at_once() {
    let wire =
        plain(&[]).refusing(AnswerClass::Unknown, "transport.timed_out").answering(TOKEN).answering(NOTHING);
    assert_eq!(read(&wire).await, Err((AnswerClass::Transient, "transport.timed_out".to_owned())));
    read(&wire).await.unwrap();
    no_problems(&wire);
}

#[tokio::test]
async fn the_operator_is_found_by_mobile_number_once_for_each_token() {
    let employees = r#"{"errorCode":0,"empList":[{"openUserId":"FSUID_GONE","status":"STOP"},{"openUserId":"FSUID_ADMIN","name":"王管理","status":"NORMAL"}]}"#;
    let settings = [("admin_mobile", "13800000000"), ("operator", "")];
    let wire = plain(&settings).answering(TOKEN).answering(employees).answering(NOTHING).answering(NOTHING);
    read(&wire).await.unwrap();
    read(&wire).await.unwrap();
    no_problems(&wire);
    let sent = wire.sent();
    assert_eq!(path(&sent[1]), "/cgi/user/getByMobile");
    assert_eq!(
        body(&sent[1]),
        map(r#"{"corpAccessToken":"TOKEN-1","corpId":"FSCID_1","mobile":"13800000000"}"#)
    );
    for call in &sent[2..] {
        assert_eq!(body(call).get("currentOpenUserId"), Some(&"FSUID_ADMIN".into()));
    }
}

#[tokio::test]
async fn an_operator_nobody_knows_is_a_matter_of_settings() {
    for (settings, answers, code) in [
        (vec![("operator", "")], vec![TOKEN], "fxiaoke.operator_missing"),
        (
            vec![("operator", ""), ("admin_mobile", "13800000000")],
            vec![TOKEN, r#"{"errorCode":0,"empList":[]}"#],
            "fxiaoke.operator_not_found",
        ),
    ] {
        let wire = answers.into_iter().fold(plain(&settings), ScriptedWire::answering);
        assert_eq!(read(&wire).await, Err((AnswerClass::Config, code.to_owned())));
        no_problems(&wire);
    }
}

#[tokio::test]
async fn the_new_style_finds_the_operators_number_in_the_staff_list() {
    let token = r#"{"errorCode":0,"accessToken":"TOKEN-1","expiresIn":7200,"ea":"demo188"}"#;
    let staff = r#"{"errorCode":0,"data":{"dataList":[{"_id":"p1","user_id":"1057"}],"limit":1}}"#;
    let settings = [("style", "oauth"), ("operator", ""), ("admin_mobile", "13800000000")];
    let wire = plain(&settings)
        .answering(token)
        .answering(r#"{"errorCode":0,"empList":[{"openUserId":"FSUID_ADMIN","status":"NORMAL"}]}"#)
        .answering(staff)
        .answering(NOTHING);
    read(&wire).await.unwrap();
    no_problems(&wire);
    let user = |n: usize| {
        let sent = wire.sent();
        sent[n]
            .headers
            .iter()
            .find(|(name, _)| name == "x-fs-userid")
            .map(|(_, value)| value.clone())
            .unwrap()
    };
    assert_eq!((user(2), user(3)), ("1000".to_owned(), "1057".to_owned()));
}

#[tokio::test]
async fn whatever_is_secret_in_a_call_is_named_so_that_no_record_shows_it() {
    let employees = r#"{"errorCode":0,"empList":[{"openUserId":"FSUID_ADMIN"}]}"#;
    let wire = plain(&[("operator", ""), ("admin_mobile", "13800000000")]);
    let wire = wire.answering(TOKEN).answering(employees).answering(NOTHING);
    read(&wire).await.unwrap();
    for call in wire.sent() {
        let text = format!("{} {:?} {}", call.url, call.headers, String::from_utf8_lossy(&call.body));
        for secret in ["s3cr3t-s3cr3t", "PERMANENT", "TOKEN-1", "13800000000"] {
            let is_named = call.secrets.iter().any(|named| named == secret);
            assert!(is_named || !text.contains(secret), "{secret} in {}", call.url);
        }
    }
}

#[tokio::test]
async fn a_missing_or_wrong_setting_is_named() {
    for (settings, secrets, code, setting) in [
        (vec![], SECRETS.to_vec(), "fxiaoke.setting_missing", "app_id"),
        (vec![("app_id", "FSAID_1")], SECRETS[..1].to_vec(), "fxiaoke.setting_missing", "permanent_code"),
        (vec![("app_id", "FSAID_1"), ("style", "sso")], SECRETS.to_vec(), "fxiaoke.setting_wrong", "style"),
        (
            vec![("app_id", "FSAID_1"), ("base_url", "open.fxiaoke.com")],
            SECRETS.to_vec(),
            "fxiaoke.setting_wrong",
            "base_url",
        ),
    ] {
        let wire = ScriptedWire::new(connection("fxiaoke", &settings, &secrets));
        let refusal = fxiaoke().describe(&wire, Some("AccountObj")).await.unwrap_err();
        assert_eq!((refusal.class, &*refusal.cause.code), (AnswerClass::Config, code));
        assert_eq!(refusal.cause.param("setting"), Some(setting));
        assert!(wire.sent().is_empty());
    }
}
