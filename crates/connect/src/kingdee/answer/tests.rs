use bytes::Bytes;

use super::*;

fn manifest() -> Manifest {
    Manifest::built_in(super::super::BUILT_IN.manifest)
}

fn answered(status: u16, body: &str) -> Answer {
    Answer { status, headers: Vec::new(), body: Bytes::copy_from_slice(body.as_bytes()) }
}

fn failure(code: i64, field: &str, message: &str) -> String {
    format!(
        r#"{{"Result":{{"ResponseStatus":{{"ErrorCode":500,"IsSuccess":false,"Errors":[{{"FieldName":"{field}","Message":"{message}","DIndex":0}}],"SuccessEntitys":[],"SuccessMessages":[],"MsgCode":{code}}}}}}}"#
    )
}

/// The class and code of a failure, and the field it names.
fn check(code: i64, field: &str, message: &str, class: AnswerClass, cause: &str, named: &str) {
    let text = failure(code, field, message);
    let value = json::read(&text).unwrap();
    let told = refusal(&manifest(), &failed(&value).unwrap(), None);
    let shown = told.cause.param("field").unwrap_or_default();
    assert_eq!((told.class, &*told.cause.code, shown), (class, cause, named), "{message}");
    let known = manifest().sentences().iter().any(|sentence| sentence.code == told.cause.code);
    assert!(known, "{cause} has no words");
}

#[test]
fn every_refusal_of_the_table_has_its_class_and_words() {
    use AnswerClass::{Config, Rejected, Throttled, Transient};
    check(4, "", "标识为“NO_SUCH_FORM”的业务对象不存在，或者被删除", Config, "kingdee.form_unknown", "");
    check(4, "", "GetRealExpress error near and", Config, "kingdee.filter_bad", "");
    check(8, "", "data 数据包中的参数 FieldKeys 的值不能为空", Config, "kingdee.bad_call", "");
    check(9, "", "元数据中标识为FIssueType的字段不存在", Config, "kingdee.field_unknown", "FIssueType");
    check(9, "FGroup", "编码 99 未找到", Rejected, "kingdee.value_unknown", "FGroup");
    check(
        9,
        "FSettleCurrId",
        "币别编码XBT在系统中未找到",
        Rejected,
        "kingdee.value_unknown",
        "FSettleCurrId",
    );
    check(
        11,
        "",
        "单据编号为“XSDD000001”的销售订单，客户“KH000015”未审核，不允许审核！",
        Transient,
        "kingdee.reference_not_audited",
        "",
    );
    check(11, "FQty", "第1行分录，字段“数量”必须大于0", Rejected, "kingdee.not_positive", "FQty");
    check(
        11,
        "",
        "单据编号为“XSDD000001”的销售订单，已下推生成下游单据，不允许反审核！",
        Rejected,
        "kingdee.downstream",
        "",
    );
    check(11, "", "客户[C1]已被引用，不能反审核", Rejected, "kingdee.referenced", "");
    check(12, "", "单据编号为“XSDD000001”的销售订单已关闭", Rejected, "kingdee.is_closed", "");
    check(12, "", "分录已冻结，不能下推", Rejected, "kingdee.frozen", "");
    check(11, "FName", "字段“名称”的长度超过255", Rejected, "kingdee.too_long_there", "FName");
    check(
        11,
        "FNumber",
        "违反字段唯一性要求：编码唯一。[test5]在当前系统中已经被使用。",
        Rejected,
        "kingdee.duplicate",
        "FNumber",
    );
    check(11, "FCustId", "字段“客户”是必填项", Rejected, "kingdee.required", "FCustId");
    check(
        11,
        "",
        "单据体实体【明细信息】第【1】行分录，【仓库】字段必录",
        Rejected,
        "kingdee.required",
        "仓库",
    );
    check(
        11,
        "",
        "单据编号为“TK202504030001”的销售出库单，单据已经审核！",
        Rejected,
        "kingdee.already_audited",
        "",
    );
    check(
        11,
        "",
        "单据编号为“C1”的采购退料单，只有暂存、创建和重新审核的数据才允许提交！",
        Rejected,
        "kingdee.already_submitted",
        "",
    );
    check(11, "", "只能删除创建、暂存、重新审核状态的单据", Rejected, "kingdee.not_deletable", "");
    check(8, "", "编码值或内码值必须传其一", Config, "kingdee.bad_call", "");
    let lock = "“demo”使用业务单据：“销售订单”业务操作-“[销售订单-2021-28-修改]”冲突，请稍候再使用。";
    check(0, "", lock, Transient, "kingdee.locked", "");
    check(13, "", lock, Transient, "kingdee.locked", "");
    check(13, "", "网络控制", Transient, "kingdee.busy", "");
    check(11, "", "该单据已被其他用户修改，请刷新", Transient, "kingdee.changed_meanwhile", "");
    check(
        4,
        "",
        "ResolveFiled_InnerEx解析字段(Key:FX)出错，实体不存在此属性！[EntityType：BillHead]",
        Config,
        "kingdee.structure",
        "FX",
    );
    check(2, "", "您没有该功能的操作权限", Config, "kingdee.permission", "");
    check(11, "", "插件取消了保存操作", Rejected, "kingdee.vetoed", "");
    check(0, "", "别的原因", Rejected, "kingdee.failed", "");
    check(4, "", "对象为空", Rejected, "kingdee.exception", "");
    check(6, "", "数据库操作失败", Transient, "kingdee.database", "");
    check(7, "", "许可不足", Config, "kingdee.licence", "");
    check(10, "", "没有匹配的数据", Rejected, "kingdee.not_found", "");
    check(12, "", "不可操作", Rejected, "kingdee.not_operable", "");
    check(14, "", "调用限制", Throttled(None), "kingdee.limited", "");
    check(15, "", "管理员", Config, "kingdee.administrator", "");
    check(99, "", "新版本的错误", Rejected, "kingdee.refused", "");
}

#[test]
fn an_error_is_found_in_the_shape_of_any_operation() {
    let plain = failure(9, "", "x");
    for text in
        [plain.clone(), format!("[{plain}]"), format!("[[{plain}]]"), plain.replace("false", "\"false\"")]
    {
        assert_eq!(failed(&json::read(&text).unwrap()).map(|status| status.code), Some(9), "{text}");
    }
    for text in
        ["[]", "[[5]]", r#"[["CUST0001"]]"#, r#"{"Result":{"ResponseStatus":null,"Result":{"Id":1}}}"#]
    {
        assert_eq!(failed(&json::read(text).unwrap()), None, "{text}");
    }
}

#[test]
fn a_lost_session_is_known_by_its_code_and_never_by_words() {
    let lost = failure(1, "", "会话信息已丢失，请重新登录");
    let other = failure(11, "", "会话信息已丢失，请重新登录");
    let captions = r#"{"Result":{"ResponseStatus":{"IsSuccess":true,"MsgCode":0},"NeedReturnData":{"Name":"登录会话"}}}"#;
    for (status, body, expected) in [
        (200, &*lost, true),
        (200, &*format!("[[{lost}]]"), true),
        (401, "", true),
        (302, "", true),
        (200, &*other, false),
        (200, captions, false),
        (500, &*lost, false),
        (200, "<html>登录</html>", false),
    ] {
        assert_eq!(is_session_lost(&answered(status, body)), expected, "{status} {body}");
    }
}

#[test]
fn what_says_nothing_leaves_a_read_undone_and_a_write_unknown() {
    use AnswerClass::{Config, Rejected, Transient, Unknown};
    let dialog = r#"{"actionname":"ShowErrMsg","params":[{"errorTitle":"金蝶温馨提示","errorInfo":"Additional text found"}]}"#;
    let held = r#"[{"actionname":"showConfirm","params":[{"title":"","msg":"请求参数存在可疑数据,当前请求已经被拦截规则[caller_in_less_Point_Bracket]阻止!"}]}]"#;
    for (status, body, read, write, code) in [
        (200, "<html><body>K/3 Cloud</body></html>", Transient, Unknown, "kingdee.not_json"),
        (200, r#"{"Result":{"ResponseStatus""#, Transient, Unknown, "kingdee.not_json"),
        (200, "response_error:{\"_httpCode\":500}", Transient, Unknown, "kingdee.server_error"),
        (200, dialog, Transient, Unknown, "kingdee.show_message"),
        (200, held, Rejected, Rejected, "kingdee.intercepted"),
        (500, "<html>", Transient, Unknown, "kingdee.http_status"),
        (502, "", Transient, Unknown, "kingdee.http_status"),
        (519, r#"{"errcode":5001}"#, Transient, Unknown, "kingdee.http_status"),
        (404, "", Config, Config, "kingdee.address"),
        (403, "", Config, Config, "kingdee.http_status"),
        (429, "", AnswerClass::Throttled(None), AnswerClass::Throttled(None), "kingdee.http_status"),
        (500, "Fail to verify thirty passport", Config, Config, "kingdee.passport"),
    ] {
        for (nature, class) in [(Nature::Read, read), (Nature::Write, write)] {
            let told = value(&answered(status, body), nature).unwrap_err();
            assert_eq!((told.class, &*told.cause.code), (class, code), "{status} {body}");
        }
    }
    assert!(value(&answered(206, "[]"), Nature::Read).is_ok());
}

#[test]
fn a_lost_answer_to_a_read_is_as_good_as_none() {
    let lost = Refusal::new(AnswerClass::Unknown, Cause::new("transport.timed_out"));
    assert_eq!(Nature::Read.refusal(lost.clone()).class, AnswerClass::Transient);
    assert_eq!(Nature::Write.refusal(lost).class, AnswerClass::Unknown);
}

#[test]
fn entities_and_errors_keep_their_places() {
    let text = r#"{"Result":{"ResponseStatus":{"IsSuccess":false,"MsgCode":11,"Errors":[{"FieldName":null,"Message":"甲","DIndex":1}],"SuccessEntitys":[{"Id":100400,"Number":"C1","DIndex":0},{"Id":0,"Number":" ","DIndex":2}]}}}"#;
    let status = status(&json::read(text).unwrap()).unwrap();
    assert_eq!(status.errors, [Fault { field: String::new(), message: "甲".into(), index: Some(1) }]);
    assert_eq!(
        status.entities[0],
        Entity { id: Some("100400".into()), number: Some("C1".into()), index: Some(0) }
    );
    assert_eq!(status.entities[1], Entity { id: None, number: None, index: Some(2) });
}

#[test]
fn an_address_that_the_server_does_not_know_is_told_from_a_failure() {
    for (status, body, expected) in [
        (404, "", true),
        (200, "response_error:{\"ClassName\":\"System.NullReferenceException\",\"Message\":\"x\"}", true),
        (200, "response_error:未将对象引用设置到对象的实例。", true),
        (
            200,
            "response_error:{\"Message\":\"服务…dynamicformservice.excuteoperation不存在\",\"StackTraceString\":null}",
            true,
        ),
        (
            200,
            "response_error:{\"Message\":\"数据库超时\",\"StackTraceString\":\"at ExcuteOperation\"}",
            false,
        ),
        (200, &*failure(11, "", "ExcuteOperation 失败"), false),
        (500, "<html>", false),
    ] {
        assert_eq!(
            is_unknown_address(&answered(status, body), "ExcuteOperation"),
            expected,
            "{status} {body}"
        );
    }
}
