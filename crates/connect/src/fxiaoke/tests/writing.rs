//! The calls of steps, and what becomes of them.

use contract::connector::Done;
use model::AnswerClass;
use model::step::{Action, Step};

use super::*;

const MADE: &str = r#"{"traceId":"E-O.1","errorCode":0,"errorMessage":"OK","errorDescription":"success","dataId":"5f3a3de57c604a00017dc5ee"}"#;
const OK: &str = r#"{"errorCode":0,"errorMessage":"OK"}"#;

fn step(action: Action, object: &str, id: Option<&str>, document: &str, options: &str) -> Step {
    Step {
        action,
        object: object.into(),
        id: id.map(str::to_owned),
        number: None,
        document: document.into(),
        options: options.into(),
        row_of: None,
    }
}

fn create(document: &str) -> Step {
    step(Action::Create, "AccountObj", None, document, "")
}

#[tokio::test]
async fn each_step_is_one_call_to_the_path_of_its_object() {
    let transition = |name: &str| Action::Transition(name.into());
    for (step, path_wanted, body_wanted) in [
        (
            create(r#"{"name":"桥梁公司","owner":["FSUID_A"],"order_amount":200.10}"#),
            "/cgi/crm/v2/data/create",
            r#"{"object_data":{"dataObjectApiName":"AccountObj","name":"桥梁公司","owner":["FSUID_A"],"order_amount":200.10}}"#,
        ),
        (
            create(r#"{"name":"没有负责人"}"#),
            "/cgi/crm/v2/data/create",
            r#"{"object_data":{"dataObjectApiName":"AccountObj","name":"没有负责人","owner":["FSUID_OP"]}}"#,
        ),
        (
            step(
                Action::Create,
                "SalesOrderObj",
                None,
                r#"{"owner":["FSUID_A"],"details":{"SalesOrderProductObj":[{"quantity":"2"}]}}"#,
                "",
            ),
            "/cgi/crm/v2/data/create",
            r#"{"object_data":{"dataObjectApiName":"SalesOrderObj","owner":["FSUID_A"]},"details":{"SalesOrderProductObj":[{"quantity":"2"}]}}"#,
        ),
        (
            step(Action::Update, "object_8Kx2a__c", Some("5f3a"), r#"{"field_IdOci__c":"01"}"#, ""),
            "/cgi/crm/custom/v2/data/update",
            r#"{"object_data":{"dataObjectApiName":"object_8Kx2a__c","_id":"5f3a","field_IdOci__c":"01"}}"#,
        ),
        (
            step(transition("invalid"), "AccountObj", Some("5f3a"), "", ""),
            "/cgi/crm/v2/data/invalid",
            r#"{"object_data_id":"5f3a","dataObjectApiName":"AccountObj"}"#,
        ),
        (
            step(transition("recover"), "object_8Kx2a__c", Some("5f3a"), "", ""),
            "/cgi/crm/custom/v2/data/recover",
            r#"{"idList":["5f3a"],"dataObjectApiName":"object_8Kx2a__c"}"#,
        ),
    ] {
        let wire = signed_in(&[]).answering(MADE);
        let outcome = fxiaoke().step(&wire, std::slice::from_ref(&step)).await.remove(0).unwrap();
        no_problems(&wire);
        let sent = wire.sent();
        assert_eq!((path(&sent[1]), sent[1].operation), (path_wanted, path_wanted));
        assert_eq!(inner(&sent[1]), body_wanted);
        let id =
            if step.action == Action::Create { Some("5f3a3de57c604a00017dc5ee".to_owned()) } else { step.id };
        assert_eq!(outcome, Done { id, number: None });
    }
}

#[tokio::test]
async fn options_stand_where_the_vendor_looks_for_them() {
    let options = r#"{"triggerApprovalFlow":false,"skipDataStatusValidate":true,"useValidationRule":true}"#;
    let step = step(Action::Update, "object_8Kx2a__c", Some("5f3a"), r#"{"a__c":"1"}"#, options);
    let wire = signed_in(&[]).answering(OK);
    fxiaoke().step(&wire, std::slice::from_ref(&step)).await.remove(0).unwrap();
    let sent = wire.sent();
    assert_eq!(body(&sent[1]).get("triggerApprovalFlow"), Some(&false.into()));
    assert_eq!(
        inner(&sent[1]),
        r#"{"skipDataStatusValidate":true,"optionInfo":{"useValidationRule":true},"object_data":{"dataObjectApiName":"object_8Kx2a__c","_id":"5f3a","a__c":"1"}}"#
    );
    let preview = fxiaoke().preview(&wire, &[step]).await.unwrap();
    assert_eq!(preview[0].0, "/cgi/crm/custom/v2/data/update");
    assert!(preview[0].1.starts_with(r#"{"triggerApprovalFlow":false,"data":{"#), "{}", preview[0].1);
    assert_eq!(wire.sent().len(), 2, "a preview sends nothing");
}

#[tokio::test]
async fn a_write_that_may_have_been_done_is_unknown_and_one_that_was_refused_is_not() {
    let made_nothing = r#"{"errorCode":0,"errorMessage":"OK"}"#;
    for (answer, class, code) in [
        (r#"{"errorCode":50009}"#, AnswerClass::Unknown, "fxiaoke.50009"),
        (r#"{"errorCode":-1}"#, AnswerClass::Unknown, "fxiaoke.-1"),
        (made_nothing, AnswerClass::Unknown, "fxiaoke.no_id"),
        (
            r#"{"errorCode":320001400,"errorDescription":"必填字段未填写"}"#,
            AnswerClass::Rejected,
            "fxiaoke.refused",
        ),
        (
            r#"{"errorCode":320001401,"errorDescription":"客户名称重复"}"#,
            AnswerClass::Unknown,
            "fxiaoke.duplicate",
        ),
        (
            r#"{"errorCode":320001401,"errorMessage":"Duplicate record"}"#,
            AnswerClass::Unknown,
            "fxiaoke.duplicate",
        ),
        (r#"{"errorCode":20020}"#, AnswerClass::Config, "fxiaoke.20020"),
    ] {
        let wire = signed_in(&[]).answering(answer);
        let refusal = fxiaoke().step(&wire, &[create(r#"{"owner":["A"]}"#)]).await.remove(0).unwrap_err();
        assert_eq!((refusal.class, &*refusal.cause.code), (class, code), "{answer}");
    }
    let wire = signed_in(&[]).answering(r#"{"errorCode":320001401,"errorDescription":"客户名称重复"}"#);
    let update = step(Action::Update, "AccountObj", Some("5f3a"), r#"{"name":"x"}"#, "");
    let refusal = fxiaoke().step(&wire, &[update]).await.remove(0).unwrap_err();
    assert_eq!((refusal.class, &*refusal.cause.code), (AnswerClass::Rejected, "fxiaoke.refused"));
}

#[tokio::test]
async fn a_write_whose_sign_in_got_no_answer_was_not_done() {
    let wire = wire(&[]).refusing(AnswerClass::Unknown, "transport.timed_out");
    let refusal = fxiaoke().step(&wire, &[create(r#"{"owner":["A"]}"#)]).await.remove(0).unwrap_err();
    assert_eq!(refusal.class, AnswerClass::Transient);
}

#[tokio::test]
async fn one_refused_step_does_not_stop_the_next() {
    let wire = signed_in(&[]).answering(r#"{"errorCode":32000}"#).answering(MADE);
    let steps = [create(r#"{"owner":["A"]}"#), create(r#"{"owner":["B"]}"#)];
    let outcomes = fxiaoke().step(&wire, &steps).await;
    assert!(outcomes[0].is_err() && outcomes[1].is_ok(), "{outcomes:?}");
}
