//! Base data: allocation to organisations, groups, batches that are carried out later.

use model::step::{Action, Step};

use super::writing::{SAVED, check, create, told, transition};
use super::*;

const GOOD: &str = r#"{"Result":{"ResponseStatus":{"IsSuccess":true,"Errors":[],"SuccessEntitys":[],"SuccessMessages":[],"MsgCode":0}}}"#;

fn allocate(to: &str) -> Step {
    Step {
        options: format!(r#"{{"to":{to},"IsAutoSubmitAndAudit":"false"}}"#),
        ..transition("Allocate", "100325", "C1")
    }
}

#[tokio::test]
async fn only_organisations_without_the_record_get_it() {
    let has = r#"[[100325,"100"],[100990,"101"]]"#;
    let organisations = r#"[[103,"102"]]"#;
    let steps = [allocate(r#"["101","102"]"#)];
    let wire = check(&[has, organisations, GOOD], &steps, &["100325/C1"]).await;
    assert_eq!(data(&wire, "FilterString")[..2], ["FNumber in ('C1')", "FNumber in ('102')"]);
    assert_eq!(
        calls(&wire)[2],
        (
            "Allocate",
            r#"{"formid":"BD_Customer","data":{"PkIds":"100325","TOrgIds":"103","IsAutoSubmitAndAudit":"false"}}"#
                .to_owned()
        )
    );
    let wire = check(&[has], &[allocate(r#"["101"]"#)], &["100325/C1"]).await;
    assert_eq!(calls(&wire).len(), 1, "nothing is given twice");
}

#[tokio::test]
async fn an_allocation_that_fails_says_why() {
    let has = r#"[[100325,"100"]]"#;
    let to = [allocate(r#"["102"]"#)];
    check(&[has, "[]"], &to, &["config kingdee.organisation_unknown"]).await;
    check(&[has, r#"[[103,"102"]]"#, &failure(2, "没有分配权限")], &to, &["config kingdee.permission"]).await;
    check(&[has, r#"[[103,"102"]]"#, "<html>"], &to, &["unknown kingdee.not_json"]).await;
}

fn grouped(number: &str, group: &str) -> Step {
    let document = format!(r#"{{"FCUSTID":0,"FNumber":"{number}","FGroup":{{"FNumber":"{group}"}}}}"#);
    Step { document, options: r#"{"IsDeleteEntry":"false","groups":true}"#.into(), ..create(number) }
}

#[tokio::test]
async fn a_group_that_does_not_exist_is_made_once_before_the_save() {
    let groups = r#"{"Result":{"ResponseStatus":{"IsSuccess":true,"MsgCode":0},"NeedReturnData":[{"FID":1,"FNumber":"01","FName":"华东"}]}}"#;
    let made = r#"{"Result":{"ResponseStatus":{"IsSuccess":true,"MsgCode":0},"Id":2}}"#;
    let wire = check(&[groups, made, SAVED], &[grouped("C1", "02")], &["100325/CRM-000123"]).await;
    let sent = calls(&wire);
    let operations: Vec<&str> = sent.iter().map(|(operation, _)| *operation).collect();
    assert_eq!(operations, ["QueryGroupInfo", "GroupSave", "Save"]);
    assert_eq!(
        sent[1].1,
        r#"{"formid":"BD_Customer","data":{"GroupFieldKey":"FGroup","GroupPkId":0,"FParentId":0,"FNumber":"02","FName":"02","FDescription":""}}"#
    );
    assert!(!sent[2].1.contains("groups"), "{}", sent[2].1);
    let wire = check(&[groups, SAVED], &[grouped("C1", "01")], &["100325/CRM-000123"]).await;
    assert_eq!(calls(&wire).len(), 2, "a group that exists is left alone");
}

#[tokio::test]
async fn a_group_that_was_made_meanwhile_is_no_fault_and_one_that_cannot_be_made_is() {
    let groups = r#"{"Result":{"ResponseStatus":{"IsSuccess":true,"MsgCode":0},"NeedReturnData":[]}}"#;
    let taken = failure(11, "违反字段唯一性要求：编码唯一。[02]在当前系统中已经被使用。");
    check(&[groups, &taken, SAVED], &[grouped("C1", "02")], &["100325/CRM-000123"]).await;
    let refused = failure(2, "没有新增分组的权限");
    let wire = check(&[groups, &refused], &[grouped("C1", "02")], &["config kingdee.permission"]).await;
    assert!(calls(&wire).iter().all(|(operation, _)| *operation != "Save"));
}

#[tokio::test]
async fn a_group_that_cannot_be_made_keeps_no_document_of_another() {
    let groups = r#"{"Result":{"ResponseStatus":{"IsSuccess":true,"MsgCode":0},"NeedReturnData":[{"FID":1,"FNUMBER":"01","FNAME":"华东"}]}}"#;
    let refused = failure(11, "分组的编码过长");
    let batch = r#"{"Result":{"ResponseStatus":{"IsSuccess":true,"Errors":[],"SuccessEntitys":[{"Id":1,"Number":"C1","DIndex":0},{"Id":3,"Number":"C3","DIndex":1}],"MsgCode":0}}}"#;
    let steps = [grouped("C1", "01"), grouped("C2", "九九"), grouped("C3", "01")];
    let wire = check(&[groups, &refused, batch], &steps, &["1/C1", "rejected kingdee.invalid", "3/C3"]).await;
    assert_eq!(calls(&wire).iter().filter(|(operation, _)| *operation == "BatchSave").count(), 1);
}

#[tokio::test]
async fn a_group_whose_making_was_not_answered_leaves_nothing_unknown() {
    let groups = r#"{"Result":{"ResponseStatus":{"IsSuccess":true,"MsgCode":0},"NeedReturnData":[]}}"#;
    let wire = check(&[groups, "<html>"], &[grouped("C1", "02")], &["transient kingdee.not_json"]).await;
    assert!(calls(&wire).iter().all(|(operation, _)| *operation != "Save"), "nothing can have been saved");
}

fn later(number: &str) -> Step {
    Step { options: r#"{"IsDeleteEntry":"false","async":true}"#.into(), ..create(number) }
}

const RUNNING: &str = r#"{"TaskId":"5f1","Status":1,"Result":null}"#;

#[tokio::test]
async fn a_batch_is_begun_and_asked_after_until_it_is_through() {
    let through = r#"{"TaskId":"5f1","Status":2,"Result":{"Result":{"ResponseStatus":{"ErrorCode":500,"IsSuccess":false,"Errors":[{"FieldName":"FName","Message":"字段“名称”是必填项","DIndex":1}],"SuccessEntitys":[{"Id":100400,"Number":"C1","DIndex":0}],"MsgCode":11}}}}"#;
    let answers = [RUNNING, RUNNING, "{", through];
    let wire =
        check(&answers, &[later("C1"), later("C2")], &["100400/C1", "rejected kingdee.required"]).await;
    let sent = calls(&wire);
    assert_eq!(sent[0].0, "BatchSave");
    assert!(
        sent[0].1.ends_with(r#"},"beginmethod":"BeginQueryImpl","querymethod":"QueryAsyncResult"}"#),
        "{}",
        sent[0].1
    );
    assert_eq!(
        (sent[1].0, sent[1].1.as_str()),
        ("QueryAsyncResult", r#"{"queryInfo":"{\"TaskId\":\"5f1\",\"Cancelled\":false}"}"#)
    );
}

#[tokio::test]
async fn a_batch_that_is_never_through_is_unknown() {
    let wire = (0..200).fold(wire(&[]), |wire, _| wire.answering(RUNNING));
    let outcomes = told(kingdee().step(&wire, &[later("C1"), later("C2")]).await);
    assert_eq!(outcomes, ["unknown kingdee.later"; 2]);
    let lost = ["{"; 6];
    let answers: Vec<&str> = std::iter::once(RUNNING).chain(lost).collect();
    check(&answers, &[later("C1"), later("C2")], &["unknown kingdee.not_json"; 2]).await;
    let refused = failure(10, "任务不存在");
    let answers: Vec<&str> = std::iter::once(RUNNING).chain([refused.as_str(); 6]).collect();
    check(&answers, &[later("C1"), later("C2")], &["unknown kingdee.later"; 2]).await;
}

#[tokio::test]
async fn a_single_document_and_a_server_without_tasks_answer_at_once() {
    check(&[SAVED], &[later("C1")], &["100325/CRM-000123"]).await;
    let batch = r#"{"Result":{"ResponseStatus":{"IsSuccess":true,"Errors":[],"SuccessEntitys":[{"Id":1,"Number":"C1","DIndex":0},{"Id":2,"Number":"C2","DIndex":1}],"MsgCode":0}}}"#;
    check(&[batch], &[later("C1"), later("C2")], &["1/C1", "2/C2"]).await;
}

#[tokio::test]
async fn documents_that_add_rows_share_a_batch_although_they_know_different_rows() {
    let update = |number: &str, known: &str| Step {
        action: Action::Update,
        id: Some(number.to_owned()),
        options: format!(r#"{{"IsDeleteEntry":"false","known":{{"FT_BD_CUSTCONTACT":["{known}"]}}}}"#),
        ..create(number)
    };
    let batch = r#"{"Result":{"ResponseStatus":{"IsSuccess":true,"Errors":[],"SuccessEntitys":[{"Id":1,"Number":"1","DIndex":0},{"Id":2,"Number":"2","DIndex":1}],"MsgCode":0}}}"#;
    let wire = check(&[batch], &[update("1", "11"), update("2", "21")], &["1/1", "2/2"]).await;
    let sent = calls(&wire);
    assert_eq!(sent[0].0, "BatchSave");
    assert!(!sent[0].1.contains("known"), "{}", sent[0].1);
}
