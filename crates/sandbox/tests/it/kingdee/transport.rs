//! The web server in front: body forms, paths, and what it refuses itself (`protocols/kingdee.md §1`).

use sandbox::stand_in::{Request, StandIn};
use serde_json::{Value, json};

use super::desk::{Desk, FORM_SERVICE, customer, read, status};

#[test]
fn every_form_of_a_body_is_read() {
    let model = |number: &str| json!({ "Model": customer(number, "表单客户") });
    let form = |number: &str| format!("formid=BD_Customer&data={}", percent(&model(number).to_string()));
    let envelope = |number: &str| {
        json!({"format": 1, "useragent": "ApiClient", "rid": "1", "timestamp": "2026-06-01 09:00:00", "v": "1.0",
               "parameters": ["BD_Customer", model(number).to_string()]})
    };
    for (number, kind, body) in [
        (
            "A-OBJECT",
            "application/json",
            json!({"formid": "BD_Customer", "data": model("A-OBJECT")}).to_string(),
        ),
        (
            "B-TEXT",
            "application/json",
            json!({"FormId": "bd_customer", "Data": model("B-TEXT").to_string(), "无关": 1}).to_string(),
        ),
        ("C-FORM", "application/x-www-form-urlencoded; charset=utf-8", form("C-FORM")),
        (
            "D-LIST",
            "application/json",
            json!({"parameters": ["BD_Customer", model("D-LIST").to_string()]}).to_string(),
        ),
        ("E-ENVELOPE", "application/json", envelope("E-ENVELOPE").to_string()),
    ] {
        let mut desk = Desk::open();
        let mut call = desk.request(FORM_SERVICE, "save", body);
        call.headers[0].1 = kind.into();
        let reply = read(&desk.send(&call));
        assert_eq!(reply["Result"]["Number"], number, "{reply}");
    }
}

fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[test]
fn positional_queries_take_one_parameter_and_operations_three() {
    let mut desk = Desk::open();
    desk.saved("BD_Customer", customer("C1", "位置参数"));
    let packet = json!({"FormId": "BD_Customer", "FieldKeys": "FNumber"}).to_string();
    assert_eq!(desk.call("ExecuteBillQuery", json!({ "parameters": [packet] })), json!([["C1"]]));
    let packet = json!({"Numbers": ["C1"]}).to_string();
    let reply = desk.call("ExcuteOperation", json!({"parameters": ["BD_Customer", "Forbid", packet]}));
    assert_eq!(status(&reply)["IsSuccess"], true);
}

#[test]
fn the_web_server_answers_what_never_reaches_an_operation() {
    let mut desk = Desk::open();
    let base = desk.request(FORM_SERVICE, "Save", "");
    let with = |path: &str, method: &str, body: &str| Request {
        method: method.into(),
        body: body.into(),
        ..Request::new("POST", path, base.headers.clone(), "")
    };
    let save = base.full_path.clone();
    let html = "{\"formid\":\"BD_Customer\",\"data\":{\"Model\":{\"FDescription\":\"<b>重要</b>\"}}}";
    for (call, code, holds) in [
        (with(&save, "GET", ""), 405, "405"),
        (with("/别处/index.html", "POST", "{}"), 404, "404"),
        (with("/k3cloud/Some.Custom.Service,Assembly.common.kdsvc", "POST", "{}"), 200, "response_error:"),
        (with(&save, "POST", "{} {}"), 200, "Additional text found in JSON string"),
        (with(&save, "POST", "{\"formid\":"), 200, "ShowErrMsg"),
        (with(&save, "POST", html), 200, "showConfirm"),
    ] {
        let reply = desk.send(&call);
        let text = String::from_utf8(reply.body.clone()).unwrap();
        assert_eq!(reply.status, code, "{text}");
        assert!(text.contains(holds), "{text}");
        assert!(desk.system.refusal(&reply).is_some(), "{text}");
    }
    assert!(desk.system.set_switch("request_filter", "off"));
    let reply = desk.send(&with(&save, "POST", html));
    assert!(read(&reply)["Result"].is_object());
}

#[test]
fn comparisons_in_a_filter_are_not_taken_for_markup() {
    let mut desk = Desk::open();
    let rows =
        desk.query("BD_Customer", "FNumber", "FCUSTID<5 and FModifyDate <'2026-01-01' and FCUSTID < FSELLER");
    assert_eq!(rows, json!([]));
}

#[test]
fn what_is_missing_is_named_by_its_code() {
    let mut desk = Desk::open();
    for (method, body, code) in [
        ("Save", json!({"formid": "BD_Customer"}), 8),
        ("Save", json!({"data": {"Model": {}}}), 5),
        ("Save", json!({"formid": "NO_SUCH_FORM", "data": {"Model": {}}}), 4),
        ("Save", json!({"formid": "BD_Customer", "data": {}}), 8),
        ("Submit", json!({"formid": "BD_Customer", "data": {}}), 8),
        ("View", json!({"formid": "BD_Customer", "data": {}}), 8),
        ("AttachmentUpload", json!({"FileName": "合同.pdf"}), 8),
        ("Submit", json!({"formid": "BD_Customer", "data": {"Numbers": ["没有"]}}), 10),
    ] {
        let reply = desk.call(method, body);
        assert_eq!(status(&reply)["MsgCode"], code, "{method}: {reply}");
        assert_eq!(status(&reply)["ErrorCode"], 500);
    }
}

#[test]
fn calls_are_counted_by_operation_and_only_writes_change() {
    let desk = Desk::open();
    for (method, name, changes) in [
        ("ExecuteBillQuery", "ExecuteBillQuery", false),
        ("save", "Save", true),
        ("ExcuteOperation", "ExecuteOperation", true),
        ("QueryBusinessInfo", "QueryBusinessInfo", false),
        ("Push", "Push", true),
    ] {
        let call = desk.request(FORM_SERVICE, method, "{}");
        assert_eq!(desk.system.operation(&call), name);
        assert_eq!(desk.system.changes(&call), changes, "{method}");
    }
}

#[test]
fn metadata_describes_every_field_of_a_form() {
    let mut desk = Desk::open();
    let reply = desk.call("QueryBusinessInfo", json!({"data": {"FormId": "SAL_SaleOrder"}}));
    let info = &reply["Result"]["NeedReturnData"];
    assert_eq!(info["PkFieldName"], "FID");
    assert_eq!(info["Name"], json!([{"Key": 2052, "Value": "销售订单"}]));
    let find = |list: &Value, key: &str| {
        list.as_array().unwrap().iter().find(|one| one["Key"] == key).unwrap_or(&Value::Null).clone()
    };
    let head = find(&info["Entrys"], "FBillHead");
    let customer = find(&head["Fields"], "FCustId");
    assert_eq!(customer["LookUpObjectFormId"], "BD_Customer");
    assert_eq!(customer["MustInput"], 1);
    assert_eq!(find(&head["Fields"], "FBillNo")["ElementType"], 12);
    let entry = find(&info["Entrys"], "FSaleOrderEntry");
    assert_eq!(entry["TableName"], "T_SAL_ORDERENTRY");
    assert_eq!(entry["EntryPkFieldName"], "FENTRYID");
    assert!(find(&entry["Fields"], "FRowType")["Extends"].as_array().unwrap().len() > 1);
    let operations = info["Operations"].as_array().unwrap();
    assert!(operations.iter().any(|one| one["OperationNumber"] == "YLBillClose"));
}

#[test]
fn whether_the_metadata_name_the_head_as_parent_is_a_switch() {
    for (value, parent) in [("none", Value::Null), ("head", json!("FBillHead"))] {
        let mut desk = Desk::open();
        assert!(desk.system.set_switch("entry_parent", value));
        let reply = desk.call("QueryBusinessInfo", json!({"data": {"FormId": "SAL_SaleOrder"}}));
        let entities = reply["Result"]["NeedReturnData"]["Entrys"].as_array().unwrap();
        assert_eq!(entities[0]["ParentKey"], Value::Null, "the head has none");
        assert!(entities[1..].iter().all(|entity| entity["ParentKey"] == parent), "{value}: {reply}");
    }
}
