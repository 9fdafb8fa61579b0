//! Notices, and the people they go to.

use contract::connector::{Notice, Receipt};
use model::AnswerClass;

use super::*;

const SENT: &str = r#"{"traceId":"E-O.demo.1000-7","errorCode":0,"errorMessage":"success"}"#;

fn employee(id: &str) -> String {
    format!(r#"{{"errorCode":0,"empList":[{{"openUserId":"{id}","status":"NORMAL"}}]}}"#)
}

async fn notify(wire: &ScriptedWire, object: &str, document: &str) -> Result<String, (AnswerClass, String)> {
    let document = map(document);
    let sent = fxiaoke().notify(wire, &Notice { object, document: &document }).await;
    sent.map_err(|refusal| (refusal.class, refusal.cause.code.into_owned()))
}

#[tokio::test]
async fn a_text_reaches_people_by_id_and_by_mobile_number_once_each() {
    let wire = signed_in(&[]).answering(&employee("FSUID_B")).answering(&employee("FSUID_A")).answering(SENT);
    let document =
        r#"{"users":"FSUID_A","mobiles":["13800000001","13800000002"],"content":"客户 桥梁公司 已同步"}"#;
    assert_eq!(notify(&wire, "text", document).await, Ok("E-O.demo.1000-7".to_owned()));
    no_problems(&wire);
    let sent = wire.sent();
    assert_eq!(
        body(&sent[3]),
        map(
            r#"{"corpAccessToken":"TOKEN-1","corpId":"FSCID_1","toUser":["FSUID_A","FSUID_B"],"msgType":"text","text":{"content":"客户 桥梁公司 已同步"}}"#
        )
    );
    assert!(sent.iter().skip(1).all(|call| call.secrets.contains(&"13800000002".to_owned())));
    assert_eq!(fxiaoke().receipt(&wire, "E-O.demo.1000-7").await, Ok(Receipt::Received));
}

#[tokio::test]
async fn a_card_has_the_parts_that_are_mapped() {
    let wire = signed_in(&[]).answering(SENT);
    let document = r#"{"users":["FSUID_A"],"title":"新客户","content":"请完善资料","form":[{"label":"编号","value":"KH-001"}],"remark":"","link":{"title":"打开","url":"fs://CRM/udobj"}}"#;
    notify(&wire, "composite", document).await.unwrap();
    let card = json::write(body(&wire.sent()[1]).get("composite").unwrap());
    assert_eq!(
        card,
        r#"{"head":{"title":"新客户"},"first":{"content":"请完善资料"},"form":[{"label":"编号","value":"KH-001"}],"link":{"title":"打开","url":"fs://CRM/udobj"}}"#
    );
}

#[tokio::test]
async fn a_notice_that_cannot_be_sent_says_what_it_lacks() {
    let too_many: Vec<String> = (0..501).map(|n| format!("\"FSUID_{n}\"")).collect();
    let too_many = format!(r#"{{"users":[{}],"content":"x"}}"#, too_many.join(","));
    for (object, document, class, code) in [
        ("text", r#"{"users":["A"]}"#, AnswerClass::Rejected, "fxiaoke.message_part"),
        ("composite", r#"{"users":["A"],"content":"x"}"#, AnswerClass::Rejected, "fxiaoke.message_part"),
        ("text", r#"{"content":"x","users":[]}"#, AnswerClass::Rejected, "fxiaoke.no_receivers"),
        ("text", too_many.as_str(), AnswerClass::Rejected, "fxiaoke.too_many_receivers"),
        ("articles", r#"{"users":["A"],"content":"x"}"#, AnswerClass::Config, "fxiaoke.message_kind"),
    ] {
        let wire = wire(&[]);
        assert_eq!(notify(&wire, object, document).await, Err((class, code.to_owned())));
        assert!(wire.sent().is_empty());
    }
    let wire = signed_in(&[]).answering(r#"{"errorCode":0,"empList":[]}"#);
    let document = map(r#"{"mobiles":"13800001234","content":"x"}"#);
    let refusal = fxiaoke().notify(&wire, &Notice { object: "text", document: &document }).await.unwrap_err();
    assert_eq!(refusal.cause.params, [("ending".to_owned(), "1234".to_owned())]);
}

#[tokio::test]
async fn a_message_whose_answer_was_lost_is_unknown() {
    let wire = signed_in(&[]).refusing(AnswerClass::Unknown, "transport.timed_out");
    let lost = notify(&wire, "text", r#"{"users":["A"],"content":"x"}"#).await;
    assert_eq!(lost, Err((AnswerClass::Unknown, "transport.timed_out".to_owned())));
}

#[tokio::test]
async fn people_are_found_by_mobile_number_and_by_employee_number() {
    let staff = r#"{"errorCode":0,"data":{"dataList":[{"_id":"p","user_id":["FSUID_C"]}],"limit":1}}"#;
    for (by, answers, id) in [
        ("13800000001", vec![employee("FSUID_A")], Some("FSUID_A")),
        ("E0007", vec![staff.to_owned()], Some("FSUID_C")),
        ("13800000009", vec![r#"{"errorCode":0,"empList":[]}"#.to_owned(), NOTHING.to_owned()], None),
        ("13800000009", vec![r#"{"errorCode":30027}"#.to_owned(), NOTHING.to_owned()], None),
        ("13800000009", vec![r#"{"errorCode":20012}"#.to_owned(), NOTHING.to_owned()], None),
    ] {
        let wire = answers.iter().fold(signed_in(&[]), |wire, answer| wire.answering(answer));
        assert_eq!(fxiaoke().person(&wire, by).await.unwrap().as_deref(), id, "{by}");
        no_problems(&wire);
        assert!(wire.sent().iter().skip(1).all(|call| call.secrets.contains(&by.to_owned())));
        let operated = |call: &&Call| body(call).get("currentOpenUserId") == Some(&"FSUID_OP".into());
        let queries = wire.sent().iter().filter(|call| path(call).ends_with("/data/query")).count();
        assert_eq!(
            wire.sent().iter().filter(operated).count(),
            queries,
            "the CRM is asked on behalf of the operator"
        );
    }
}

#[tokio::test]
async fn in_the_new_style_people_are_employee_numbers() {
    let token = r#"{"errorCode":0,"accessToken":"TOKEN-1","expiresIn":7200,"ea":"demo188"}"#;
    let staff = r#"{"errorCode":0,"data":{"dataList":[{"_id":"p","user_id":"1057"}],"limit":1}}"#;
    let wire = wire(&[("style", "oauth"), ("operator", "1000")]).answering(token).answering(staff);
    assert_eq!(fxiaoke().person(&wire, "13800000001").await.unwrap().as_deref(), Some("1057"));
    no_problems(&wire);
    assert!(
        inner(&wire.sent()[1])
            .contains(r#"{"field_name":"phone","field_values":["13800000001"],"operator":"EQ"}"#)
    );
}
