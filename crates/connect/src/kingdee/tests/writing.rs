//! Steps carried out: bodies, batches and what became of each document.

use contract::connector::{Done, Refusal};
use model::AnswerClass;
use model::step::{Action, Step};

use super::*;

const OPTIONS: &str = r#"{"NeedUpDateFields":[],"NeedReturnFields":["FNumber"],"IsDeleteEntry":"false"}"#;

fn save(action: Action, number: &str, document: &str) -> Step {
    let id = (action == Action::Update).then(|| "100325".to_owned());
    Step {
        action,
        object: "BD_Customer".into(),
        id,
        number: Some(number.into()),
        document: document.into(),
        options: OPTIONS.into(),
        row_of: None,
    }
}

pub(super) fn create(number: &str) -> Step {
    save(Action::Create, number, &format!(r#"{{"FCUSTID":0,"FNumber":"{number}","FName":"客户{number}"}}"#))
}

pub(super) fn transition(operation: &str, id: &str, number: &str) -> Step {
    Step {
        action: Action::Transition(operation.into()),
        object: "BD_Customer".into(),
        id: (!id.is_empty()).then(|| id.to_owned()),
        number: (!number.is_empty()).then(|| number.to_owned()),
        document: String::new(),
        options: String::new(),
        row_of: None,
    }
}

/// Outcomes as `id/number`, or `class code`.
pub(super) fn told(outcomes: Vec<Result<Done, Refusal>>) -> Vec<String> {
    let one = |outcome: Result<Done, Refusal>| match outcome {
        Ok(done) => format!("{}/{}", done.id.unwrap_or_default(), done.number.unwrap_or_default()),
        Err(refusal) => format!("{} {}", refusal.class.name(), refusal.cause.code),
    };
    outcomes.into_iter().map(one).collect()
}

pub(super) async fn check(answers: &[&str], steps: &[Step], expected: &[&str]) -> ScriptedWire {
    let wire = answers.iter().fold(wire(&[]), |wire, answer| wire.answering(answer));
    assert_eq!(told(kingdee().step(&wire, steps).await), expected);
    assert_eq!(wire.problems(), []);
    wire
}

pub(super) const SAVED: &str = r#"{"Result":{"ResponseStatus":{"IsSuccess":true,"Errors":[],"SuccessEntitys":[{"Id":100325,"Number":"CRM-000123","DIndex":0}],"SuccessMessages":[],"MsgCode":0},"Id":100325,"Number":"CRM-000123","NeedReturnData":[{"FNumber":"CRM-000123"}]}}"#;

#[tokio::test]
async fn a_create_sends_its_document_letter_for_letter() {
    let step = save(Action::Create, "CRM-000123", r#"{"FCUSTID":0, "FTaxRate":13.00}"#);
    let wire = check(&[SAVED], &[step], &["100325/CRM-000123"]).await;
    let (operation, body) = calls(&wire).remove(0);
    assert_eq!(operation, "Save");
    assert_eq!(
        body,
        r#"{"formid":"BD_Customer","data":{"NeedUpDateFields":[],"NeedReturnFields":["FNumber"],"IsDeleteEntry":"false","Model":{"FCUSTID":0, "FTaxRate":13.00}}}"#
    );
}

#[tokio::test]
async fn a_number_that_is_taken_is_unknown_for_a_create_and_refused_for_an_update() {
    let taken = failure(11, "违反字段唯一性要求：编码唯一。[C1]在当前系统中已经被使用。");
    check(&[&taken], &[create("C1")], &["unknown kingdee.duplicate"]).await;
    let update = save(Action::Update, "C1", r#"{"FCUSTID":100325,"FNumber":"C1"}"#);
    check(&[&taken], &[update], &["rejected kingdee.duplicate"]).await;
}

#[tokio::test]
async fn an_answer_that_says_nothing_leaves_a_write_unknown() {
    for (answer, expected) in [
        ("<html>", "unknown kingdee.not_json"),
        ("response_error:timeout", "unknown kingdee.server_error"),
        ("{}", "unknown kingdee.silent"),
        (r#"{"Result":{"ResponseStatus":null}}"#, "unknown kingdee.silent"),
    ] {
        check(&[answer], &[create("C1")], &[expected]).await;
        check(&[answer], &[transition("Audit", "100325", "C1")], &[expected]).await;
    }
    let without_id = r#"{"Result":{"ResponseStatus":{"IsSuccess":true,"MsgCode":0}}}"#;
    check(&[without_id], &[create("C1")], &["unknown kingdee.silent"]).await;
    let wire = wire(&[]).refusing(AnswerClass::Unknown, "transport.timed_out");
    assert_eq!(told(kingdee().step(&wire, &[create("C1")]).await), ["unknown transport.timed_out"]);
}

#[tokio::test]
async fn an_edit_lock_passes_and_missing_rights_do_not() {
    let lock = failure(0, "“demo”使用业务单据：“客户”业务操作-“[C1-修改]”冲突，请稍候再使用。");
    check(&[&lock], &[create("C1")], &["transient kingdee.locked"]).await;
    check(&[&failure(2, "您没有该功能的操作权限")], &[create("C1")], &["config kingdee.permission"]).await;
}

#[tokio::test]
async fn each_document_of_a_batch_has_its_own_outcome() {
    let answer = r#"{"Result":{"ResponseStatus":{"ErrorCode":500,"IsSuccess":false,"Errors":[{"FieldName":"FNumber","Message":"违反字段唯一性要求：编码唯一。[C2]在当前系统中已经被使用。","DIndex":1},{"FieldName":"FName","Message":"字段“名称”是必填项","DIndex":3}],"SuccessEntitys":[{"Id":100400,"Number":"C1","DIndex":0}],"SuccessMessages":[],"MsgCode":11},"NeedReturnData":[{},{}]}}"#;
    let steps = [create("C1"), create("C2"), create("C3"), create("C4")];
    let expected =
        ["100400/C1", "unknown kingdee.duplicate", "unknown kingdee.silent", "rejected kingdee.required"];
    let wire = check(&[answer], &steps, &expected).await;
    let (operation, body) = calls(&wire).remove(0);
    assert_eq!(operation, "BatchSave");
    assert!(
        body.contains(r#""BatchCount":5,"Model":[{"FCUSTID":0,"FNumber":"C1","FName":"客户C1"},{"#),
        "{body}"
    );
}

#[tokio::test]
async fn a_batch_that_is_refused_as_a_whole_is_refused_for_everybody() {
    let steps = [create("C1"), create("C2")];
    check(&[&failure(2, "没有权限")], &steps, &["config kingdee.permission"; 2]).await;
    check(&[&failure(14, "调用限制")], &steps, &["throttled kingdee.limited"; 2]).await;
    check(&[&failure(4, "对象为空")], &steps, &["rejected kingdee.exception", "unknown kingdee.silent"])
        .await;
    check(&["<html>"], &steps, &["unknown kingdee.not_json"; 2]).await;
}

#[tokio::test]
async fn documents_with_other_options_and_drafts_go_alone() {
    let draft = r#"{"NeedUpDateFields":[],"operation":"Draft"}"#;
    let steps = [
        create("C1"),
        Step { options: draft.into(), ..create("C2") },
        Step { options: draft.into(), ..create("C3") },
        Step { options: r#"{"NeedUpDateFields":[],"ValidateFlag":"true"}"#.into(), ..create("C4") },
    ];
    let wire = check(&[SAVED; 4], &steps, &["100325/CRM-000123"; 4]).await;
    let operations: Vec<&str> = calls(&wire).iter().map(|(operation, _)| *operation).collect();
    assert_eq!(operations, ["Save", "Draft", "Draft", "Save"]);
    assert!(calls(&wire).iter().all(|(_, body)| !body.contains("operation")));
}

#[tokio::test]
async fn more_than_twenty_documents_are_several_batches() {
    let steps: Vec<Step> = (0..21).map(|n| create(&format!("C{n}"))).collect();
    let entities: Vec<String> =
        (0..20).map(|n| format!(r#"{{"Id":{},"Number":"C{n}","DIndex":{n}}}"#, n + 1)).collect();
    let batch = format!(
        r#"{{"Result":{{"ResponseStatus":{{"IsSuccess":true,"Errors":[],"SuccessEntitys":[{}],"MsgCode":0}}}}}}"#,
        entities.join(",")
    );
    let wire = wire(&[]).answering(&batch).answering(SAVED);
    let outcomes = told(kingdee().step(&wire, &steps).await);
    assert_eq!((&*outcomes[19], &*outcomes[20]), ("20/C19", "100325/CRM-000123"));
}

#[tokio::test]
async fn a_removal_names_every_row_that_is_there_by_then() {
    let options = r#"{"NeedUpDateFields":[],"IsDeleteEntry":"true","gone":{"FT_BD_CUSTCONTACT":["11"]}}"#;
    let step = Step { options: options.into(), ..save(Action::Update, "C1", r#"{"FCUSTID":100325}"#) };
    let described = r#"{"Result":{"ResponseStatus":{"IsSuccess":true,"MsgCode":0},"NeedReturnData":{"Entrys":[
        {"Key":"FBillHead","ParentKey":null,"Fields":[]},
        {"Key":"F_PAEZ_Visits","ParentKey":"FBillHead","EntryPkFieldName":"FEntryID","Fields":[]}]}}}"#;
    let wire = wire(&[])
        .answering(described)
        .answering(r#"[[100325,"C1","甲","A","A",null,null,null]]"#)
        .answering("[]")
        .answering("[[100325,7]]")
        .answering("[[100325,11],[100325,12],[100325,14]]")
        .answering("[]")
        .answering("[[100325,31]]")
        .answering(SAVED);
    assert_eq!(told(kingdee().step(&wire, &[step]).await), ["100325/CRM-000123"]);
    assert_eq!(wire.problems(), []);
    let (operation, body) = calls(&wire).pop().unwrap();
    assert_eq!(operation, "Save");
    assert!(
        body.contains(r#""IsDeleteEntry":"true","Model":{"FCUSTID":100325,"FT_BD_CUSTLOCATION":[],"FT_BD_CUSTBANK":[{"FENTRYID":7}],"FT_BD_CUSTCONTACT":[{"FENTRYID":12},{"FENTRYID":14}],"FT_BD_CUSTORDERORG":[],"F_PAEZ_Visits":[{"FEntryID":31}]}"#),
        "{body}"
    );
}

#[tokio::test]
async fn a_removal_is_not_sent_when_the_rows_cannot_be_read() {
    let options = r#"{"IsDeleteEntry":"true","gone":{"FT_BD_CUSTCONTACT":["11"]}}"#;
    let step = Step { options: options.into(), ..save(Action::Update, "C1", r#"{"FCUSTID":100325}"#) };
    check(&["{"], std::slice::from_ref(&step), &["transient kingdee.not_json"]).await;
    let wire =
        check(&[&failure(2, "没有元数据查看权限"), r#"[]"#], &[step], &["rejected kingdee.not_found"]).await;
    assert!(calls(&wire).iter().all(|(operation, _)| *operation != "Save"));
}

#[tokio::test]
async fn many_documents_are_submitted_in_one_call() {
    let answer = r#"{"Result":{"ResponseStatus":{"IsSuccess":true,"Errors":[],"SuccessEntitys":[{"Id":1,"Number":"C1","DIndex":0},{"Id":2,"Number":"C2","DIndex":1}],"MsgCode":0}}}"#;
    let steps = [transition("Submit", "1", "C1"), transition("Submit", "2", "C2")];
    let wire = check(&[answer], &steps, &["1/C1", "2/C2"]).await;
    assert_eq!(
        calls(&wire),
        [(
            "Submit",
            r#"{"formid":"BD_Customer","data":{"CreateOrgId":0,"Numbers":[],"Ids":"1,2","NetworkCtrl":"","IgnoreInterationFlag":""}}"#.to_owned()
        )]
    );
    let by_number = [transition("Audit", "", "C1")];
    let wire = check(&[answer], &by_number, &["/C1"]).await;
    assert_eq!(
        (data(&wire, "Numbers"), data(&wire, "Ids")),
        (vec![r#"["C1"]"#.to_owned()], vec![String::new()])
    );
    let wire = super::wire(&[]);
    assert_eq!(told(kingdee().step(&wire, &[transition("Audit", "", "")]).await), ["rejected kingdee.no_id"]);
    assert!(wire.sent().is_empty());
}

#[tokio::test]
async fn a_change_that_is_refused_is_believed_only_when_the_document_says_so() {
    let refused = r#"{"Result":{"ResponseStatus":{"ErrorCode":500,"IsSuccess":false,"Errors":[{"FieldName":"","Message":"单据编号为“C1”的客户，单据已经审核！","DIndex":0},{"FieldName":"","Message":"单据编号为“C10”的客户，字段“名称”是必填项","DIndex":1}],"SuccessEntitys":[{"Id":3,"Number":"C3","DIndex":2}],"MsgCode":11}}}"#;
    let rows = r#"[[1,"C1","甲","C","A",null,null,null],[10,"C10","乙","B","A",null,null,null]]"#;
    let steps = [
        transition("Audit", "1", "C1"),
        transition("Audit", "10", "C10"),
        transition("Audit", "3", "C3"),
        transition("Audit", "4", "C4"),
    ];
    let expected = ["1/C1", "rejected kingdee.required", "3/C3", "unknown kingdee.silent"];
    let wire = check(&[refused, rows], &steps, &expected).await;
    assert_eq!(data(&wire, "FilterString")[1], "FCUSTID in (1,10)");
}

#[tokio::test]
async fn a_refusal_that_cannot_be_verified_is_tried_again() {
    let refused = failure(11, "单据编号为“C1”的客户，单据已经审核！");
    let step = transition("Audit", "1", "C1");
    check(&[&refused, "{"], std::slice::from_ref(&step), &["transient kingdee.not_json"]).await;
    let submitted = r#"[[1,"C1","甲","B","A",null,null,null]]"#;
    check(&[&refused, submitted], &[step], &["rejected kingdee.already_audited"]).await;
}

#[tokio::test]
async fn a_document_that_is_gone_is_deleted() {
    let delete = Step { action: Action::Delete, ..transition("", "1", "C1") };
    let wire = check(&[&failure(10, "没有匹配的数据"), "[]"], &[delete], &["1/C1"]).await;
    assert_eq!(calls(&wire)[0].0, "Delete");
}

#[tokio::test]
async fn other_operations_go_by_number_and_the_spelling_falls_back_once() {
    let step = transition("Forbid", "100325", "C1");
    let wire = check(&[SAVED], std::slice::from_ref(&step), &["100325/C1"]).await;
    assert_eq!(
        calls(&wire),
        [(
            "ExcuteOperation",
            r#"{"formid":"BD_Customer","opNumber":"Forbid","data":{"CreateOrgId":0,"Numbers":[],"Ids":"100325","PkEntryIds":[],"NetworkCtrl":"","IgnoreInterationFlag":""}}"#.to_owned()
        )]
    );
    let misspelt = "response_error:{\"ClassName\":\"System.NullReferenceException\"}";
    let wire = check(&[misspelt, SAVED], std::slice::from_ref(&step), &["100325/C1"]).await;
    let operations: Vec<&str> = calls(&wire).iter().map(|(operation, _)| *operation).collect();
    assert_eq!(operations, ["ExcuteOperation", "ExecuteOperation"]);
    check(&[misspelt, misspelt], &[step], &["unknown kingdee.server_error"]).await;
}

#[tokio::test]
async fn a_preview_shows_the_calls_and_sends_nothing() {
    let wire = wire(&[]);
    let steps = [create("C1"), create("C2")];
    let shown = kingdee().preview(&wire, &steps).await.unwrap();
    assert_eq!(shown.len(), 1);
    assert_eq!(shown[0].0, "BatchSave");
    let shown = kingdee().preview(&wire, &[transition("Forbid", "1", "C1")]).await.unwrap();
    assert_eq!(shown[0].0, "ExcuteOperation");
    assert!(shown[0].1.contains(r#""Ids":"1""#));
    let path = [create("C1"), transition("Submit", "1", "C1"), transition("Audit", "1", "C1")];
    let shown = kingdee().preview(&wire, &path).await.unwrap();
    let operations: Vec<String> = shown.into_iter().map(|(operation, _)| operation).collect();
    assert_eq!(operations, ["Save", "Submit", "Audit"]);
    assert!(wire.sent().is_empty());
}
