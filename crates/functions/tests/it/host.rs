//! What a script may ask for, and what becomes of refusals.

use std::sync::Arc;

use model::AnswerClass;

use crate::ground::{Ground, Tables};

fn answering() -> Ground {
    let mut ground = Ground::inline();
    ground.host = Arc::new(Tables {
        replies: [
            ("/stock?item=M-1".into(), (200, r#"{"现存":12.50,"仓":"杭州"}"#.into())),
            ("/slow".into(), (503, "忙".into())),
        ]
        .into(),
        links: [("K1".into(), "C1".into()), ("D".into(), "several".into())].into(),
        ..Tables::default()
    });
    ground
}

#[tokio::test]
async fn http_goes_out_and_comes_back_exactly() {
    let ground = answering();
    let text = r#"async function main(input, qiao) {
        const reply = await qiao.http("/stock?" + qiao.url.query({ item: "M-1" }));
        const other = await qiao.http({ url: "/slow", json: { 额: qiao.number("1.50") }, headers: { "X-A": 7 } });
        return { ok: reply.ok, stock: reply.json().现存, type: reply.headers["content-type"],
                 busy: other.status, text: other.text, hex: other.bytes.hex() };
    }"#;
    let expected = r#"{"ok":true,"stock":"12.50","type":"application/json; charset=utf-8","busy":503,"text":"忙","hex":"e5bf99"}"#;
    assert_eq!(ground.record(text, "{}").await.as_deref(), Ok(expected));
    let requests = ground.host.requests.lock().unwrap();
    assert_eq!((requests[0].method.as_str(), requests[0].body.len()), ("GET", 0));
    assert_eq!((requests[1].method.as_str(), &requests[1].body[..]), ("POST", "{\"额\":1.50}".as_bytes()));
    let headers =
        [("X-A".to_owned(), "7".to_owned()), ("Content-Type".to_owned(), "application/json".to_owned())];
    assert_eq!(requests[1].headers, headers);
}

#[tokio::test]
async fn several_questions_may_be_under_way_at_once() {
    let ground = answering();
    let text = r#"async function main(input, qiao) {
        const all = await Promise.all([qiao.http("/slow"), qiao.link("Account", "K1"), qiao.linked("BD_Customer", "K1",
            { by: "number", target: "AccountObj" }), qiao.link("Account", "无")]);
        return { status: all[0].status, id: all[1].id, number: all[2].number, none: all[3] };
    }"#;
    let expected = r#"{"status":503,"id":"C1","number":"K1","none":null}"#;
    assert_eq!(ground.record(text, "{}").await.as_deref(), Ok(expected));
}

#[tokio::test]
async fn a_refusal_keeps_its_cause_and_class_and_has_a_line() {
    let ground = answering();
    let text =
        "async function main(input, qiao) {\n  const a = 1;\n  await qiao.http('https://evil.example/');\n}";
    let fault = ground.record(text, "{}").await.unwrap_err();
    assert_eq!(fault.cause.code, "function.failed");
    assert_eq!(
        fault.cause.inner().map(|cause| cause.code.into_owned()).as_deref(),
        Some("transport.forbidden")
    );
    assert_eq!((fault.class, fault.place.map(|place| place.line)), (AnswerClass::Config, Some(3)));

    let caught = "async function main(input, qiao) {\n try { await qiao.http('/nowhere'); } catch (e) { return { code: e.code }; }\n}";
    assert_eq!(ground.record(caught, "{}").await.as_deref(), Ok(r#"{"code":"transport.forbidden"}"#));
    let several = ground.value("qiao.link('Account', 'D', { by: 'number' })").await.unwrap_err();
    assert_eq!(
        several.cause.inner().map(|cause| cause.code.into_owned()).as_deref(),
        Some("function.several_linked")
    );
}

#[tokio::test]
async fn value_maps_answer_at_once() {
    let ground = answering();
    assert_eq!(ground.value("qiao.valueMap('unit', '件')").await.as_deref(), Ok("\"Pcs\""));
    assert_eq!(ground.value("qiao.valueMap('unit', '吨') === undefined").await.as_deref(), Ok("true"));
    let fault = ground.value("qiao.valueMap('none', '吨')").await.unwrap_err();
    assert_eq!((fault.class, fault.place.map(|place| place.line)), (AnswerClass::Config, Some(2)));
}

#[tokio::test]
async fn a_question_that_nobody_awaits_is_answered_before_the_call_ends() {
    let ground = answering();
    let text =
        "function main(input, qiao) { qiao.http('/slow').then(() => qiao.log('后')); return { v: 1 }; }";
    assert_eq!(ground.record(text, "{}").await.as_deref(), Ok(r#"{"v":1}"#));
    assert_eq!(*ground.host.log.lock().unwrap(), ["info 后"]);
}

#[tokio::test]
async fn questions_are_counted() {
    let ground = answering();
    let text = "async function main(input, qiao) { for (;;) await qiao.link('Account', 'K1'); }";
    let fault = ground.record(text, "{}").await.unwrap_err();
    let inner = fault.cause.inner().unwrap();
    assert_eq!((&*inner.code, inner.param("limit")), ("function.too_many_asks", Some("20")));
}

#[tokio::test]
async fn the_log_is_bounded() {
    let ground = answering();
    let text = "function main(input, qiao) { for (let n = 0; n < 500; n++) console.warn('x'.repeat(5000), { n }); return {}; }";
    ground.record(text, "{}").await.unwrap();
    let log = ground.host.log.lock().unwrap();
    assert_eq!((log.len(), log[0].chars().count()), (100, 2000 + "warn …".chars().count()));
}
