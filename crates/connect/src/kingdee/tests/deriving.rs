//! Push (下推): what an answer means, and how a document that was made is found.

use contract::connector::Derived;
use model::step::{Action, Step};

use super::writing::check;
use super::*;

fn push() -> Step {
    Step {
        action: Action::Derive,
        object: "SAL_OUTSTOCK".into(),
        id: None,
        number: None,
        document: r#"{"Ids":"100001","RuleId":"SaleOrder-OutStock"}"#.into(),
        options: r#"{"from":"SAL_SaleOrder","of":"XSDD000001","known":[]}"#.into(),
        row_of: None,
    }
}

/// An answer with what was saved, and with what the conversion says where it says anything.
fn answer(saved: &str, converted: Option<&str>) -> String {
    let converted =
        converted.map(|status| format!(r#","ConvertResponseStatus":{status}"#)).unwrap_or_default();
    format!(r#"{{"Result":{{"ResponseStatus":{saved}{converted}}}}}"#)
}

fn good(entities: &str) -> String {
    format!(
        r#"{{"IsSuccess":true,"Errors":[],"SuccessEntitys":[{entities}],"SuccessMessages":[],"MsgCode":0}}"#
    )
}

fn bad(message: &str) -> String {
    format!(
        r#"{{"ErrorCode":500,"IsSuccess":false,"Errors":[{{"FieldName":"","Message":"{message}","DIndex":0}}],"SuccessEntitys":[],"MsgCode":11}}"#
    )
}

const ONE: &str = r#"{"Id":100777,"Number":"XSCKD000001","DIndex":0}"#;
const OTHER: &str = r#"{"Id":100778,"Number":"XSCKD000002","DIndex":1}"#;

#[tokio::test]
async fn one_document_is_made_of_one_parent() {
    let wire = check(&[&answer(&good(ONE), Some(&good("")))], &[push()], &["100777/XSCKD000001"]).await;
    assert_eq!(
        calls(&wire),
        [(
            "Push",
            r#"{"formid":"SAL_SaleOrder","data":{"Ids":"100001","RuleId":"SaleOrder-OutStock"}}"#.to_owned()
        )]
    );
    check(&[&answer(&good(ONE), None)], &[push()], &["100777/XSCKD000001"]).await;
    // A draft has no number.
    let draft = r#"{"Id":100777,"Number":" ","DIndex":0}"#;
    check(&[&answer(&good(draft), None)], &[push()], &["100777/"]).await;
}

#[tokio::test]
async fn the_conversion_and_the_save_are_both_read() {
    let left = bad("销售订单关联数量已等于订单数量，没有可下推的分录");
    check(&[&answer(&good(""), Some(&left))], &[push()], &["rejected kingdee.nothing_left"]).await;
    check(&[&answer(&bad(""), Some(&left))], &[push()], &["rejected kingdee.nothing_left"]).await;
    let stock = bad("单据体实体【明细信息】第【1】行分录，【仓库】字段必录");
    check(&[&answer(&stock, Some(&good("")))], &[push()], &["rejected kingdee.required"]).await;
    check(&[&answer(&bad("单据已关闭"), None)], &[push()], &["rejected kingdee.is_closed"]).await;
}

#[tokio::test]
async fn a_refusal_names_the_document_that_was_to_be_pushed() {
    let left = bad("没有可下推的分录");
    let wire = wire(&[]).answering(&answer(&left, None));
    let refusal = kingdee().step(&wire, &[push()]).await.remove(0).unwrap_err();
    let named = ["object", "number"].map(|name| refusal.cause.param(name));
    assert_eq!(named, [Some("SAL_SaleOrder"), Some("XSDD000001")]);
}

#[tokio::test]
async fn what_cannot_be_told_is_not_pushed_again() {
    let several = answer(&good(&format!("{ONE},{OTHER}")), Some(&good("")));
    check(&[&several], &[push()], &["unknown kingdee.push_several"]).await;
    check(&[&answer(&good(""), Some(&good("")))], &[push()], &["unknown kingdee.silent"]).await;
    check(&["<html>"], &[push()], &["unknown kingdee.not_json"]).await;
}

#[tokio::test]
async fn each_parent_is_pushed_by_itself() {
    let answers = [answer(&good(ONE), None), answer(&good(OTHER), None)];
    let expected = ["100777/XSCKD000001", "100778/XSCKD000002"];
    let wire = check(&[&answers[0], &answers[1]], &[push(), push()], &expected).await;
    assert_eq!(calls(&wire).len(), 2);
    assert_eq!(kingdee().preview(&wire, &[push()]).await.unwrap()[0].0, "Push");
}

#[tokio::test]
async fn the_documents_of_a_parent_are_found_by_their_rows() {
    let parent = Derived {
        object: "SAL_SaleOrder".into(),
        id: "100001".into(),
        number: None,
        rule: None,
        rows: Vec::new(),
        known: Vec::new(),
    };
    let head = r#"[100777,"XSCKD000001","Z","A",null,null,null,"XSDD000001",100001]"#;
    let wire = wire(&[]).answering(r#"[["XSDD000001"]]"#).answering(&format!("[{head},{head}]"));
    let found = kingdee().derived(&wire, "SAL_OUTSTOCK", &parent, &[]).await.unwrap();
    assert_eq!(wire.problems(), []);
    assert_eq!(found.iter().map(|found| &*found.id).collect::<Vec<_>>(), ["100777"]);
    assert_eq!(found[0].status.as_deref(), Some("draft"), "drafts are among them");
    assert_eq!(
        data(&wire, "FilterString"),
        ["FID in (100001)", "((FSrcBillNo = 'XSDD000001' and FEntity_Link_FSBillId = '100001'))"]
    );
    // A server that does not know the links is asked by the number alone.
    let unknown = failure(9, "元数据中标识为FEntity_Link_FSBillId的字段不存在");
    let head = r#"[100777,"XSCKD000001","Z","A",null,null,null,"XSDD000001"]"#;
    let numbered = Derived { number: Some("XSDD000001".into()), ..parent };
    let wire = super::wire(&[]).answering(&unknown).answering(&format!("[{head}]"));
    let found = kingdee().derived(&wire, "SAL_OUTSTOCK", &numbered, &[]).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(data(&wire, "FilterString")[1], "(FSrcBillNo in ('XSDD000001'))");
}

#[tokio::test]
async fn each_row_that_was_pushed_names_the_row_that_it_comes_from() {
    let wire = wire(&[]).answering("[[200001,100102],[200002,100101],[200003,0]]");
    let rows = kingdee().derived_rows(&wire, "SAL_OUTSTOCK", "100777", "FEntity").await.unwrap();
    assert_eq!(wire.problems(), []);
    let told: Vec<String> = rows.iter().map(|row| format!("{} of {}", row.id, row.from)).collect();
    assert_eq!(told, ["200001 of 100102", "200002 of 100101"], "a row that people added comes from none");
    assert_eq!(data(&wire, "FieldKeys"), ["FEntity_FENTRYID,FEntity_Link_FSId"]);
    assert_eq!(data(&wire, "FilterString"), ["FID in (100777)"]);
    // A server that does not know the links leaves it to the order of the rows.
    let wire = super::wire(&[]).answering(&failure(9, "元数据中标识为FEntity_Link_FSId的字段不存在"));
    let refusal = kingdee().derived_rows(&wire, "SAL_OUTSTOCK", "100777", "FEntity").await.unwrap_err();
    assert_eq!(refusal.cause.code, "connector.unsupported");
}
