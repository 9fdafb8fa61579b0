//! Answers: in every form and charset, harmful ones, and what their status says.

use contract::functions::ReadAnswer;
use contract::transport::Answer;
use encoding_rs::GB18030;
use model::{AnswerClass, Value};

use super::super::answer::Judge;
use super::super::settings::Settings;
use super::*;
use crate::exchanges::{Exchange, Reply};

fn answering(settings: &[(&str, &str)], status: u16, content_type: &str, body: &[u8]) -> ScriptedWire {
    let headers =
        vec![("Content-Type".to_owned(), content_type.to_owned()), ("Retry-After".into(), "9".into())];
    let answer = Answer { status, headers, body: bytes::Bytes::copy_from_slice(body) };
    wire(settings).expect(Exchange::any(Reply::Answer(answer)))
}

#[tokio::test]
async fn an_answer_is_read_whatever_it_is_called() {
    let json = r#"{"code":0,"data":{"masterDataId":"客户1"}}"#;
    let xml = "<?xml version=\"1.0\" encoding=\"GB18030\"?><r><code>0</code><data><masterDataId>客户1</masterDataId></data></r>";
    let plain = "<r><code>0</code><data><masterDataId>客户1</masterDataId></data></r>";
    let text = "code=0\ndata.masterDataId=客户1";
    let (gb_xml, gb_plain, gb_json) =
        (GB18030.encode(xml).0, GB18030.encode(plain).0, GB18030.encode(json).0);
    for (content_type, body) in [
        ("application/json", json.as_bytes()),
        ("text/html", json.as_bytes()),
        ("text/xml", json.as_bytes()),
        ("application/json; charset=gbk", &gb_json),
        ("text/xml", &gb_xml),
        ("text/xml; charset=gb2312", &gb_plain),
        ("application/json", plain.as_bytes()),
        ("text/plain", text.as_bytes()),
    ] {
        let done = created(&answering(&[], 200, content_type, body)).await;
        assert_eq!(done.unwrap().id.as_deref(), Some("客户1"), "{content_type}");
    }
}

#[tokio::test]
async fn an_answer_that_harms_or_lies_says_nothing_of_a_write() {
    let bomb =
        "<!DOCTYPE r [<!ENTITY a \"哈\">]><r><code>0</code><data><masterDataId>&a;</masterDataId></data></r>";
    let deep = "[".repeat(10_000);
    let gb = GB18030.encode("{\"code\":0,\"message\":\"好\"}").0;
    for (content_type, body, inner) in [
        ("text/xml", bomb.as_bytes(), "xml.dtd"),
        ("application/json", deep.as_bytes(), "erp.not_json"),
        ("application/json; charset=utf-8", &gb, "charset.wrong"),
        ("application/json; charset=gbk", "{\"code\":0,\"message\":\"好的呀\"}".as_bytes(), ""),
        ("application/json; charset=utf-77", b"{}", "charset.unknown"),
        ("application/json", b"[1]", "erp.not_map"),
        ("application/json", b"", "erp.not_text"),
    ] {
        let refusal = created(&answering(&[], 200, content_type, body)).await.unwrap_err();
        assert_eq!(refusal.class, AnswerClass::Unknown, "{content_type} {inner}");
        if !inner.is_empty() {
            assert_eq!(refusal.cause.param("cause"), Some(inner), "{content_type}");
        }
    }
}

#[tokio::test]
async fn a_status_of_http_decides_where_no_known_code_does() {
    for (settings, status, body, class, code) in [
        ("", 401, "{}", "config", "erp.token_refused"),
        ("", 404, "没有", "config", "erp.no_such_call"),
        ("", 302, "", "config", "erp.wrong_address"),
        ("", 429, "", "throttled", "erp.too_many"),
        ("", 500, "{\"code\":1,\"message\":\"空指针\"}", "unknown", "erp.failing"),
        ("1=rejected", 500, "{\"code\":1,\"message\":\"金额不对\"}", "rejected", "erp.refused"),
        ("", 400, "{\"code\":1,\"message\":\"金额不对\"}", "rejected", "erp.refused"),
        ("", 400, "{\"code\":0,\"message\":\"好\"}", "unknown", "erp.refused"),
        ("", 200, "{\"message\":\"好\"}", "unknown", "erp.no_code"),
    ] {
        let wire = answering(&[("codes", settings)], status, "application/json", body.as_bytes());
        let refusal = created(&wire).await.unwrap_err();
        assert_eq!((refusal.class.name(), &*refusal.cause.code), (class, code), "{status} {body}");
        if let AnswerClass::Throttled(until) = refusal.class {
            assert_eq!(until, Some(contract::Wire::clock(&wire).now() + std::time::Duration::from_secs(9)));
        }
    }
}

#[test]
fn what_a_function_read_counts_only_where_it_says_something() {
    let connection = connected(&[("codes", "1=rejected"), ("absent_code", "404")]);
    let (settings, manifest) =
        (Settings::of(&connection).unwrap(), Manifest::built_in(super::super::BUILT_IN.manifest));
    for (status, ok, code, is_write, expected) in [
        (200, None, "0", true, "done"),
        (200, None, "", true, "unknown erp.no_code"),
        (200, None, " ", false, "transient erp.no_code"),
        (500, None, "", true, "unknown erp.failing"),
        (500, None, "0", true, "unknown erp.failing"),
        (400, None, "0", true, "unknown erp.refused"),
        (400, None, "1", true, "rejected erp.refused"),
        (200, None, "7", true, "rejected erp.refused"),
        (200, None, "404", false, "done"),
        (500, Some(true), "", true, "done"),
        (500, Some(false), "", true, "rejected erp.refused"),
        (200, Some(false), "0", true, "rejected erp.refused"),
    ] {
        let now = contract::Wire::clock(&wire(&[])).now();
        let judge = Judge { settings: &settings, manifest: &manifest, is_write, now };
        let read = ReadAnswer { ok, code: Some(code.into()), message: None, data: Value::Null };
        let answer = Answer { status, headers: Vec::new(), body: bytes::Bytes::new() };
        let told = match judge.told(read, &answer) {
            Ok(_) => "done".to_owned(),
            Err(refusal) => format!("{} {}", refusal.class.name(), refusal.cause.code),
        };
        assert_eq!(told, expected, "{status} {ok:?} {code:?} {is_write}");
    }
}

#[tokio::test]
async fn an_id_that_we_chose_needs_no_answer_to_be_known() {
    let wire = wire(&[("id_by", "caller")]).answering(r#"{"code":"0"}"#);
    let done = erp().step(&wire, &[step(Action::Create, r#"{"id":"K1","no":"XSDD-1"}"#)]).await.remove(0);
    assert_eq!(done.unwrap(), Done { id: Some("K1".into()), number: Some("XSDD-1".into()) });
}

#[tokio::test]
async fn settings_that_are_missing_or_wrong_are_named_before_anything_is_sent() {
    for (name, value) in [
        ("base_url", "erp.example.com"),
        ("format", "yaml"),
        ("answers", "yaml"),
        ("codes", "1001"),
        ("codes", "1001=rainy"),
        ("id_by", "nobody"),
        ("time_zone", "Asia/Nowhere"),
        ("lookup_days", "0"),
        ("void_field", "state"),
        ("headers", "X-Company"),
        ("headers", "X Company: 1"),
    ] {
        let mut connection = connected(&[]);
        connection.settings.retain(|(known, _)| known != name);
        connection.settings.push((name.into(), value.into()));
        let wire = ScriptedWire::new(connection);
        let refusal = created(&wire).await.unwrap_err();
        assert_eq!(refusal.class, AnswerClass::Config, "{name}");
        assert!(
            refusal.cause.param("setting").is_some_and(|setting| setting.starts_with(&name[..4])),
            "{name}"
        );
        assert!(wire.sent().is_empty());
    }
}

#[tokio::test]
async fn tokens_and_secret_headers_are_hidden_wherever_the_call_is_shown() {
    let mut connection = connected(&[("headers", "X-Company: 603; X-Env: 测试")]);
    connection.secrets.push(("secret_headers".into(), model::Secret::new("Authorization: Basic geheim")));
    let wire = ScriptedWire::new(connection).answering(r#"{"code":0,"data":{"masterDataId":"1"}}"#);
    created(&wire).await.unwrap();
    let call = wire.sent().remove(0);
    let header =
        |name: &str| call.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    assert_eq!((header("token"), header("X-Env")), (Some("t0ken-t0ken"), Some("测试")));
    assert_eq!(header("Authorization"), Some("Basic geheim"));
    assert_eq!(call.secrets, ["t0ken-t0ken", "Basic geheim"]);
}
