//! What each answer means, to a call that reads and to one that writes.

use contract::transport::Answer;
use model::step::{Action, Step};
use model::{AnswerClass, Catalogue, Lang, Timestamp};

use super::*;
use crate::exchanges::{Exchange, Reply};

/// 2026-06-01T00:00:00Z, when the script begins: eight in the morning in China.
const NOW: i64 = 1_780_272_000_000;
const FIVE_SECONDS_LATER: AnswerClass = AnswerClass::Throttled(Some(Timestamp(NOW + 5_000)));

fn update() -> Step {
    Step {
        action: Action::Update,
        object: "AccountObj".into(),
        id: Some("5f3a".into()),
        number: None,
        document: r#"{"tel":"0755"}"#.into(),
        options: String::new(),
        row_of: None,
    }
}

fn counting(from: i64, to: i64) -> contract::connector::CountAsk<'static> {
    let (from, to) = (Timestamp(from), Timestamp(to));
    contract::connector::CountAsk { object: "AccountObj", filter: None, from, to }
}

async fn read(reply: Reply) -> (AnswerClass, String) {
    let wire = signed_in(&[]).expect(Exchange::any(reply));
    let counted = fxiaoke().count(&wire, &counting(0, 1)).await;
    let refusal = counted.unwrap_err();
    (refusal.class, refusal.cause.code.into_owned())
}

async fn write(reply: Reply) -> (AnswerClass, String) {
    let wire = signed_in(&[]).expect(Exchange::any(reply));
    let refusal = fxiaoke().step(&wire, &[update()]).await.remove(0).unwrap_err();
    (refusal.class, refusal.cause.code.into_owned())
}

#[tokio::test]
async fn every_code_has_its_class_and_its_words() {
    use AnswerClass::{Config, Rejected, Transient, Unknown};
    let midnight_in_china = AnswerClass::Throttled(Some(Timestamp(NOW + 16 * 3_600_000)));
    let mut catalogue = Catalogue::default();
    catalogue.add(super::super::sentences());
    catalogue.add(manifest().sentences());
    for (codes, writing, reading) in [
        (vec![-1, -2, 50009], Unknown, Transient),
        ((10001..=10015).chain(11001..=11018).chain(12002..=12005).collect(), Rejected, Rejected),
        (vec![15002, 20010, 30007, 30027, 32000], Rejected, Rejected),
        (vec![14001, 30004], FIVE_SECONDS_LATER, FIVE_SECONDS_LATER),
        (vec![15003, 20006, 20012, 20014, 20015, 20017], Config, Config),
        (vec![20020, 20021, 20022, 20023, 30003], Config, Config),
        (vec![30002], midnight_in_china, midnight_in_china),
        (vec![1, 99999], Rejected, Rejected),
    ] {
        for code in codes {
            let answer = format!(
                r#"{{"errorCode":{code},"errorMessage":"m","errorDescription":"说明","traceId":"E-O.1"}}"#
            );
            let (class, cause_code) = write(Reply::ok(&answer)).await;
            assert_eq!(class, writing, "writing, {code}");
            assert_eq!(read(Reply::ok(&answer)).await.0, reading, "reading, {code}");
            assert!(catalogue.contains(&cause_code), "{cause_code} has no sentence");
        }
    }
}

#[tokio::test]
async fn what_is_not_from_the_gateway_is_told_apart_from_what_may_have_been_done() {
    use AnswerClass::{Config, Transient, Unknown};
    // Once signed in, a page with status 200 is no wrong address.
    let html = "<!DOCTYPE html><html><body>纷享销客</body></html>";
    for (reply, writing, reading, code) in [
        (Reply::status(302, html), Config, Config, "fxiaoke.wrong_host"),
        (Reply::status(302, ""), Config, Config, "fxiaoke.wrong_host"),
        (Reply::status(200, html), Unknown, Transient, "fxiaoke.wrong_host"),
        (Reply::status(404, r#"{"status":404,"error":"Not Found"}"#), Config, Config, "fxiaoke.wrong_host"),
        (Reply::status(502, html), Unknown, Transient, "fxiaoke.gateway"),
        (Reply::status(200, "OK"), Unknown, Transient, "fxiaoke.not_json"),
        (Reply::status(200, r#"{"errorCode":0"#), Unknown, Transient, "fxiaoke.not_json"),
        (Reply::status(200, r#"{"dataId":"5f3a"}"#), Unknown, Transient, "fxiaoke.not_json"),
        (Reply::status(429, "slow down"), FIVE_SECONDS_LATER, FIVE_SECONDS_LATER, "fxiaoke.gateway"),
    ] {
        assert_eq!(write(reply.clone()).await, (writing, code.to_owned()), "writing, {reply:?}");
        assert_eq!(read(reply.clone()).await, (reading, code.to_owned()), "reading, {reply:?}");
    }
}

#[tokio::test]
async fn a_lost_answer_is_unknown_for_a_write_and_passes_for_a_read() {
    for (lost, writing, reading) in [
        (AnswerClass::Unknown, AnswerClass::Unknown, AnswerClass::Transient),
        (AnswerClass::Transient, AnswerClass::Transient, AnswerClass::Transient),
        (AnswerClass::Config, AnswerClass::Config, AnswerClass::Config),
    ] {
        let reply =
            Reply::Refused(contract::connector::Refusal::new(lost, model::Cause::new("transport.broken")));
        assert_eq!(write(reply.clone()).await.0, writing);
        assert_eq!(read(reply).await.0, reading);
    }
}

#[tokio::test]
async fn a_business_refusal_passes_on_all_the_vendor_said() {
    let answer = r#"{"traceId":"E-O.fktest188.1000-545f","errorCode":320001400,"errorMessage":"validate error","errorDescription":"必填字段未填写：客户级别"}"#;
    let wire = signed_in(&[]).answering(answer);
    let refusal = fxiaoke().step(&wire, &[update()]).await.remove(0).unwrap_err();
    assert_eq!(refusal.class, AnswerClass::Rejected);
    let mut catalogue = Catalogue::default();
    catalogue.add(super::super::sentences());
    let text = catalogue.text(&refusal.cause, Lang::Zh);
    for part in ["必填字段未填写：客户级别", "320001400", "validate error", "E-O.fktest188.1000-545f"]
    {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[test]
fn a_code_written_as_text_counts_as_well() {
    let answer =
        Answer { status: 200, headers: Vec::new(), body: r#"{"errorCode":"0","dataId":"5f3a"}"#.into() };
    let read = super::super::answer::read(&manifest(), "open.fxiaoke.com", &answer, Timestamp(NOW));
    assert_eq!(read.unwrap().get("dataId"), Some(&"5f3a".into()));
}

#[tokio::test]
async fn a_check_goes_as_far_as_it_can_and_says_what_to_do() {
    let employees = r#"{"errorCode":0,"empList":[{"openUserId":"FSUID_ADMIN"}]}"#;
    for (answers, codes) in [
        (
            vec![TOKEN, employees, NOTHING],
            vec!["fxiaoke.check_token", "fxiaoke.check_operator", "fxiaoke.check_data"],
        ),
        (vec![r#"{"errorCode":20015}"#], vec!["fxiaoke.20015"]),
        (
            vec![TOKEN, r#"{"errorCode":30003,"errorMessage":"xxxx has no openapi quote currently!"}"#],
            vec!["fxiaoke.check_token", "fxiaoke.30003"],
        ),
        (
            vec![TOKEN, employees, r#"{"errorCode":20020}"#],
            vec!["fxiaoke.check_token", "fxiaoke.check_operator", "fxiaoke.20020"],
        ),
        (
            vec![TOKEN, employees, r#"{"errorCode":20014}"#],
            vec!["fxiaoke.check_token", "fxiaoke.check_operator", "fxiaoke.20014"],
        ),
    ] {
        let wire = wire(&[("operator", ""), ("admin_mobile", "13800000000")]);
        let wire = answers.into_iter().fold(wire, ScriptedWire::answering);
        let findings = fxiaoke().check(&wire).await;
        no_problems(&wire);
        assert_eq!(findings.iter().map(|finding| &*finding.cause.code).collect::<Vec<_>>(), codes);
        let well = findings.iter().filter(|finding| finding.ok).count();
        let expected = codes.iter().filter(|code| code.starts_with("fxiaoke.check_")).count();
        assert_eq!(well, expected);
    }
}
