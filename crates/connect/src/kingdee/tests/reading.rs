//! Windows, ids and keys.

use contract::connector::{CountAsk, Found, LookupAsk, PageAsk, Refusal};
use model::{AnswerClass, Timestamp};

use super::*;

/// 2026-06-01 00:00:00.250 to 2026-06-01 01:00:00.001 in China.
const FROM: Timestamp = Timestamp(1_780_243_200_250);
const TO: Timestamp = Timestamp(1_780_246_800_001);

fn ask<'a>(
    fields: &'a [String],
    filter: Option<&'a str>,
    after: Option<&'a str>,
    size: usize,
) -> PageAsk<'a> {
    PageAsk { object: "BD_Customer", fields, filter, from: FROM, to: TO, after, size }
}

fn ids(found: &[Found]) -> Vec<&str> {
    found.iter().map(|found| &*found.id).collect()
}

fn told<T: std::fmt::Debug>(refused: Result<T, Refusal>) -> (AnswerClass, String) {
    let refusal = refused.unwrap_err();
    (refusal.class, refusal.cause.code.into_owned())
}

#[tokio::test]
async fn a_page_is_a_closed_window_over_all_dates_under_a_keyset() {
    let fields = texts(&["FTEL"]);
    let rows = r#"[[100321,"C1","甲","C","A","2026-06-01T00:30:00","2026-06-01T00:31:00",null,"0755"],[100322,"C2","乙","A","A","2026-06-01T00:40:00",null,null," "]]"#;
    let wire = wire(&[]).answering(rows).answering("[]");
    let connector = kingdee();
    let page =
        connector.page(&wire, &ask(&fields, Some("FForbidStatus = 'A' or 1=1"), None, 2)).await.unwrap();
    assert_eq!((ids(&page.found), page.next.as_deref()), (vec!["100321", "100322"], Some("100322")));
    let last = connector.page(&wire, &ask(&fields, None, Some("100322"), 2)).await.unwrap();
    assert_eq!((last.found.len(), last.next), (0, None));
    let window = "((FModifyDate >= '2026-06-01 00:00:00' and FModifyDate <= '2026-06-01 01:00:01') or (FApproveDate >= '2026-06-01 00:00:00' and FApproveDate <= '2026-06-01 01:00:01') or (FForbidDate >= '2026-06-01 00:00:00' and FForbidDate <= '2026-06-01 01:00:01'))";
    assert_eq!(
        data(&wire, "FilterString"),
        [format!("(FForbidStatus = 'A' or 1=1) and {window}"), format!("{window} and (FCUSTID > 100322)")]
    );
    assert_eq!(data(&wire, "TopRowCount"), ["0", "0"]);
    assert_eq!(data(&wire, "StartRow"), ["0", "0"]);
    assert_eq!(data(&wire, "OrderString"), ["FCUSTID ASC", "FCUSTID ASC"]);
    assert_eq!(
        data(&wire, "FieldKeys")[0],
        "FCUSTID,FNumber,FName,FDocumentStatus,FForbidStatus,FModifyDate,FApproveDate,FForbidDate,FTEL"
    );
}

#[tokio::test]
async fn a_history_has_no_beginning_and_dates_may_be_written_for_odbc() {
    let wire = wire(&[("filter_style", "odbc")]).answering("[]");
    let fields = [];
    let ask = PageAsk { from: Timestamp(0), ..ask(&fields, None, None, 10_000) };
    kingdee().page(&wire, &ask).await.unwrap();
    assert_eq!(data(&wire, "Limit"), ["2000"], "more than every server gives");
    assert_eq!(
        data(&wire, "FilterString"),
        [
            "((FModifyDate <= {ts'2026-06-01 01:00:01'}) or (FApproveDate <= {ts'2026-06-01 01:00:01'}) or (FForbidDate <= {ts'2026-06-01 01:00:01'}))"
        ]
    );
}

#[tokio::test]
async fn a_connection_may_name_other_dates() {
    let wire =
        wire(&[("date_fields", "bd_customer: FCreateDate ; BD_MATERIAL:")]).answering("[]").answering("[]");
    let connector = kingdee();
    let fields = [];
    for object in ["BD_Customer", "BD_MATERIAL"] {
        connector.page(&wire, &PageAsk { object, ..ask(&fields, None, None, 10) }).await.unwrap();
    }
    let window = "((FCreateDate >= '2026-06-01 00:00:00' and FCreateDate <= '2026-06-01 01:00:01'))";
    assert_eq!(data(&wire, "FilterString"), [window, ""]);
}

#[tokio::test]
async fn a_form_without_dates_is_read_whole() {
    let wire = wire(&[]).answering("[]");
    let fields = [];
    let ask = PageAsk { object: "ORG_Organizations", ..ask(&fields, None, None, 10) };
    kingdee().page(&wire, &ask).await.unwrap();
    assert_eq!(data(&wire, "FilterString"), [""]);
}

#[tokio::test]
async fn a_filter_that_reaches_out_is_refused_before_anything_is_sent() {
    let wire = wire(&[]);
    let refused = kingdee().page(&wire, &ask(&[], Some("1=1) or (1=1"), None, 10)).await;
    assert_eq!(told(refused), (AnswerClass::Config, "kingdee.filter_parenthesis".into()));
    assert!(wire.sent().is_empty());
}

#[tokio::test]
async fn lists_are_read_apart_for_the_ids_on_the_page() {
    let fields = texts(&["FT_BD_CUSTBANK.FBANKCODE", "FT_BD_CUSTCONTACT.FNAME1"]);
    let wire = wire(&[])
        .answering(
            r#"[[100321,"C1","甲","C","A","2026-06-01T00:30:00",null,null],[100322,"C2","乙","A","A",null,null,null]]"#,
        )
        .answering(r#"[[100321,7,"6222 1"],[100321,8,"6222 2"],[100322,0,null]]"#)
        .answering(r#"[[100322,11,"李四"]]"#);
    let page = kingdee().page(&wire, &ask(&fields, None, None, 2000)).await.unwrap();
    let bodies: Vec<String> =
        page.found.iter().map(|found| json::write(&Value::Map(found.body.clone()))).collect();
    assert_eq!(
        bodies,
        [
            r#"{"FT_BD_CUSTBANK":[{"FENTRYID":7,"FBANKCODE":"6222 1"},{"FENTRYID":8,"FBANKCODE":"6222 2"}],"FT_BD_CUSTCONTACT":[]}"#,
            r#"{"FT_BD_CUSTBANK":[],"FT_BD_CUSTCONTACT":[{"FENTRYID":11,"FNAME1":"李四"}]}"#,
        ]
    );
    assert_eq!(
        data(&wire, "FilterString")[1..],
        ["(FCUSTID in (100321,100322))", "(FCUSTID in (100321,100322))"]
    );
    assert_eq!(data(&wire, "FieldKeys")[1], "FCUSTID,FT_BD_CUSTBANK_FENTRYID,FBANKCODE");
    assert_eq!(data(&wire, "OrderString")[1], "FCUSTID ASC,FT_BD_CUSTBANK_FENTRYID ASC");
}

#[tokio::test]
async fn bill_query_answers_by_name_and_means_the_same() {
    let wire = wire(&[("query_operation", "BillQuery"), ("body_style", "text")])
        .answering(r#"[{"FCUSTID":100321,"FNumber":"C1","FName":"甲","FDocumentStatus":"C","FForbidStatus":"A","FModifyDate":null,"FApproveDate":null,"FForbidDate":null,"FCreateOrgId.FNumber":"603"}]"#);
    let fields = texts(&["FCreateOrgId"]);
    let found = kingdee().get(&wire, "BD_Customer", &texts(&["100321"]), &fields).await.unwrap();
    assert_eq!(json::write(&Value::Map(found[0].body.clone())), r#"{"FCreateOrgId":{"FNumber":"603"}}"#);
    let (operation, body) = calls(&wire).remove(0);
    assert_eq!(operation, "BillQuery");
    assert!(body.starts_with(r#"{"data":"{\"FormId\":\"BD_Customer\""#), "{body}");
}

#[tokio::test]
async fn keys_are_looked_up_together_and_told_apart() {
    let rows = r#"[
        [100321,"C'1","甲","C","A",null,null,null,"603"],
        [100322,"c2 ","乙","A","A",null,null,null,"603"],
        [100323,"C2","丙","A","A",null,null,null,"604"]]"#;
    let wire = wire(&[]).answering(rows);
    let by = texts(&["FNumber", "FCreateOrgId"]);
    let keys =
        [texts(&["C'1", "603"]), texts(&["没有", "603"]), texts(&["C2", "603"]), texts(&["C2", "604"])];
    let ask = LookupAsk { object: "BD_Customer", by: &by, keys: &keys, fields: &[] };
    let hits = kingdee().lookup(&wire, &ask).await.unwrap();
    let hits: Vec<Vec<&str>> = hits.iter().map(|found| ids(found)).collect();
    assert_eq!(hits, [vec!["100321"], vec![], vec!["100322"], vec!["100323"]]);
    assert_eq!(
        data(&wire, "FilterString")[0],
        "((FNumber = 'C''1' and FCreateOrgId.FNumber = '603') or (FNumber = '没有' and FCreateOrgId.FNumber = '603') or (FNumber = 'C2' and FCreateOrgId.FNumber = '603') or (FNumber = 'C2' and FCreateOrgId.FNumber = '604'))"
    );
}

#[tokio::test]
async fn a_key_inside_a_list_finds_its_document_once() {
    let rows =
        r#"[[100321,"C1","甲","C","A",null,null,null,"K1"],[100321,"C1","甲","C","A",null,null,null,"K2"]]"#;
    let wire = wire(&[]).answering(rows);
    let by = texts(&["FT_BD_CUSTCONTACT.FNUMBER1"]);
    let keys = [texts(&["K2"]), texts(&["K1"])];
    let ask = LookupAsk { object: "BD_Customer", by: &by, keys: &keys, fields: &[] };
    let hits = kingdee().lookup(&wire, &ask).await.unwrap();
    assert_eq!(hits.iter().map(|found| ids(found)).collect::<Vec<_>>(), [["100321"], ["100321"]]);
    assert_eq!(data(&wire, "FilterString"), ["(FNUMBER1 in ('K2','K1'))"]);
}

#[tokio::test]
async fn a_window_is_counted_by_the_server() {
    let wire = wire(&[]).answering("[[1734]]");
    let (from, to) = (Timestamp(1_780_243_200_000), Timestamp(1_780_246_799_999));
    let counting = CountAsk { object: "BD_Customer", filter: Some("FUseOrgId = 1"), from, to };
    assert_eq!(kingdee().count(&wire, &counting).await.unwrap(), 1734);
    assert_eq!(data(&wire, "FieldKeys"), ["COUNT(1)"]);
    let dates = ["FModifyDate", "FApproveDate", "FForbidDate"];
    let begun = dates.map(|date| format!("({date} >= '2026-06-01 00:00:00')")).join(" or ");
    let over = dates.map(|date| format!("({date} < '2026-06-01 01:00:00' or {date} is null)")).join(" and ");
    assert_eq!(data(&wire, "FilterString"), [format!("(FUseOrgId = 1) and (({begun}) and {over})")]);
}

#[tokio::test]
async fn a_date_that_this_version_does_not_have_is_dropped_by_its_description() {
    let described = r#"{"Result":{"ResponseStatus":{"IsSuccess":true,"MsgCode":0},"NeedReturnData":{"Id":"BD_CommonContact","PkFieldName":"FCONTACTID","Entrys":[
        {"Key":"FBillHead","ParentKey":null,"Fields":[{"Key":"FNumber"},{"Key":"FName"},{"Key":"FMobile"},{"Key":"FModifyDate"},{"Key":"FForbidStatus"}]}]}}}"#;
    let unknown = format!("[[{}]]", failure(9, "元数据中标识为FApproveDate的字段不存在"));
    let wire = wire(&[])
        .answering(&unknown)
        .answering(described)
        .answering(r#"[[200001,"K1","李四","A","2026-06-01T00:30:00","13800000000"]]"#)
        .answering("[]");
    let connector = kingdee();
    let fields = texts(&["FMobile"]);
    let ask = PageAsk { object: "BD_CommonContact", ..ask(&fields, None, None, 10) };
    let page = connector.page(&wire, &ask).await.unwrap();
    assert_eq!(ids(&page.found), ["200001"]);
    connector.page(&wire, &ask).await.unwrap();
    assert_eq!(
        data(&wire, "FieldKeys")[2..],
        ["FCONTACTID,FNumber,FName,FForbidStatus,FModifyDate,FMobile"; 2]
    );
}

#[tokio::test]
async fn a_field_that_only_a_view_shows_is_viewed() {
    let unknown = failure(9, "元数据中标识为F_PAEZ_Hidden的字段不存在");
    let described = failure(2, "没有元数据查看权限");
    let view = r#"{"Result":{"ResponseStatus":null,"Result":{"Id":100321,"F_PAEZ_Hidden":"内部","Name":[{"Key":2052,"Value":"甲"}]}}}"#;
    let wire = wire(&[])
        .answering(&described)
        .answering(&format!("[[{unknown}]]"))
        .answering(&format!("[[{unknown}]]"))
        .answering(r#"[[100321,"C1","甲","C","A",null,null,null,"0755"]]"#)
        .answering(view);
    let fields = texts(&["F_PAEZ_Hidden", "FTEL"]);
    let found = kingdee().get(&wire, "BD_Customer", &texts(&["100321"]), &fields).await.unwrap();
    assert_eq!(json::write(&Value::Map(found[0].body.clone())), r#"{"FTEL":"0755","F_PAEZ_Hidden":"内部"}"#);
    assert_eq!(calls(&wire).last().map(|(operation, _)| *operation), Some("View"));
}

#[tokio::test]
async fn a_refused_query_says_nothing_about_any_key() {
    let by = texts(&["FNumber"]);
    let keys = [texts(&["C1"])];
    let ask = LookupAsk { object: "BD_Customer", by: &by, keys: &keys, fields: &[] };
    for (answer, class, code) in [
        (failure(4, "GetRealExpress error"), AnswerClass::Config, "kingdee.filter_bad"),
        (failure(14, "调用限制"), AnswerClass::Throttled(None), "kingdee.limited"),
        ("{".to_owned(), AnswerClass::Transient, "kingdee.not_json"),
        (r#"[[1]]"#.to_owned(), AnswerClass::Transient, "kingdee.not_rows"),
        (r#"{"x":1}"#.to_owned(), AnswerClass::Transient, "kingdee.not_rows"),
    ] {
        let wire = wire(&[]).answering(&answer);
        assert_eq!(told(kingdee().lookup(&wire, &ask).await), (class, code.into()), "{answer}");
    }
}

#[tokio::test]
async fn people_are_found_by_mobile_or_staff_number() {
    for (rows, expected) in [
        ("[]", Ok(None)),
        (r#"[["001"]]"#, Ok(Some("001".to_owned()))),
        (r#"[["001"],["001"]]"#, Ok(Some("001".to_owned()))),
        (r#"[["001"],["002"]]"#, Err("kingdee.person_ambiguous".to_owned())),
    ] {
        let wire = wire(&[]).answering(rows);
        let told = kingdee().person(&wire, " 13800000000 ").await;
        assert_eq!(told.map_err(|refusal| refusal.cause.code.into_owned()), expected, "{rows}");
        assert_eq!(
            data(&wire, "FilterString"),
            ["((FMobile = '13800000000') or (FStaffNumber = '13800000000')) and (FForbidStatus = 'A')"]
        );
    }
}
