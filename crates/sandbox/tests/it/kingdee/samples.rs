//! The sample pairs of `protocols/kingdee.md §9`: request and shape of the reply.

use sandbox::company::Company;
use sandbox::stand_in::StandIn;
use serde_json::{Value, json};

use super::desk::{AUTH_SERVICE, Desk, customer, error, order, read, status};

fn material() -> String {
    Company::new(7, 12).products[0].number.clone()
}

#[test]
fn pair_1_a_login_answers_a_session_in_body_and_cookies() {
    let mut desk = Desk::closed();
    let account = desk.account();
    let body = json!({
        "acctID": account["acct_id"],
        "username": account["username"],
        "password": account["password"],
        "lcid": 2052,
    });
    let call = desk.request(AUTH_SERVICE, "ValidateUser", body.to_string());
    let reply = desk.send(&call);
    let session = read(&reply)["KDSVCSessionId"].as_str().unwrap().to_owned();
    let web = read(&reply)["Context"]["SessionId"].as_str().unwrap().to_owned();
    let cookies: Vec<&str> = reply
        .headers
        .iter()
        .filter(|(name, _)| name == "Set-Cookie")
        .map(|(_, value)| value.as_str())
        .collect();
    assert_eq!(
        cookies,
        [
            format!("kdservice-sessionid={session}; path=/"),
            format!("ASP.NET_SessionId={web}; path=/; HttpOnly"),
        ]
    );
    let body = read(&reply);
    assert_eq!(body["Context"]["STimeZone"]["OffsetTicks"], 288_000_000_000_i64);
    assert_eq!(body["MessageCode"], "CheckPasswordPolicy");
    assert_eq!(body["IsSuccessByAPI"], true);
}

#[test]
fn pairs_2_and_3_a_query_answers_rows_or_a_nested_error() {
    let mut desk = Desk::open();
    let first = desk.saved("BD_Customer", customer("CUST0001", "测试客户一"));
    let second = desk.saved("BD_Customer", customer("CUST0002", "测试客户二"));
    desk.audited("BD_Customer", "CUST0001");
    let filter = "FModifyDate >= '2026-06-01 00:00:00' and FModifyDate < '2026-06-02 00:00:00'";
    let body = json!({ "data": {
        "FormId": "BD_Customer",
        "FieldKeys": "FCUSTID,FNumber,FName,FDocumentStatus,FForbidStatus,FModifyDate",
        "FilterString": filter, "OrderString": "FCUSTID ASC",
        "TopRowCount": 0, "StartRow": 0, "Limit": 2000, "SubSystemId": "",
    }});
    let rows = desk.call("ExecuteBillQuery", body);
    assert_eq!(
        rows,
        json!([
            [first, "CUST0001", "测试客户一", "C", "A", "2026-06-01T09:12:44.72"],
            [second, "CUST0002", "测试客户二", "A", "A", "2026-06-01T09:12:44.72"],
        ])
    );
    let refused = desk.query("BD_Customer", "FIssueType", "");
    let expected = json!([[{"Result": {"ResponseStatus": {
        "ErrorCode": 500,
        "IsSuccess": false,
        "Errors": [{"FieldName": null, "Message": "元数据中标识为FIssueType的字段不存在", "DIndex": 0}],
        "SuccessEntitys": [],
        "SuccessMessages": [],
        "MsgCode": 9,
    }}}]]);
    assert_eq!(refused, expected);
}

#[test]
fn pair_4_saving_a_customer_answers_its_id_and_a_second_one_is_refused() {
    let mut desk = Desk::open();
    let mut model = customer("CRM-000123", "测试客户一");
    model["FTaxType"] = json!({"FNumber": "SFL02_SYS"});
    model["FT_BD_CUSTCONTACT"] =
        json!([{"FENTRYID": 0, "FNUMBER1": "", "FNAME1": "李四", "FMOBILE": "13800000000"}]);
    let body = json!({"formid": "BD_Customer", "data": {
        "NeedUpDateFields": [], "NeedReturnFields": ["FNumber"], "IsDeleteEntry": "true",
        "IsVerifyBaseDataField": "true", "IsEntryBatchFill": "true", "ValidateFlag": "true",
        "NumberSearch": "true", "InterationFlags": "", "IsAutoSubmitAndAudit": "false", "Model": model,
    }});
    let saved = desk.call("Save", body.clone());
    let id = saved["Result"]["Id"].as_i64().unwrap();
    assert_eq!(
        saved,
        json!({"Result": {
            "ResponseStatus": {
                "IsSuccess": true,
                "Errors": [],
                "SuccessEntitys": [{"Id": id, "Number": "CRM-000123", "DIndex": 0}],
                "SuccessMessages": [],
                "MsgCode": 0,
            },
            "Id": id,
            "Number": "CRM-000123",
            "NeedReturnData": [{"FNumber": "CRM-000123"}],
        }})
    );
    let refused = desk.call("Save", body);
    assert_eq!(
        status(&refused)["Errors"],
        json!([{
            "FieldName": "FNumber",
            "Message": "违反字段唯一性要求：编码唯一。[CRM-000123]在当前系统中已经被使用。",
            "DIndex": 0,
        }])
    );
    assert_eq!(status(&refused)["MsgCode"], 11);
}

#[test]
fn pair_5_an_order_is_saved_from_positional_parameters() {
    let mut desk = Desk::open();
    desk.saved("BD_Customer", customer("CRM-000123", "测试客户一"));
    let positional = |desk: &mut Desk, model: Value| {
        let packet = json!({"IsDeleteEntry": "false", "Model": model}).to_string();
        desk.call("Save", json!({"parameters": ["SAL_SaleOrder", packet]}))
    };
    let saved = positional(&mut desk, order("CRM-SO-0001", "CRM-000123", &material(), 10));
    assert_eq!(saved["Result"]["Number"], "CRM-SO-0001", "{saved}");
    let refused = positional(&mut desk, order("CRM-SO-0002", "没有这个客户", &material(), 10));
    assert_eq!(
        status(&refused)["Errors"],
        json!([{"FieldName": "FCustId", "Message": "字段“客户”是必填项", "DIndex": 0}])
    );
    assert_eq!(status(&refused)["MsgCode"], 11);
}

#[test]
fn pair_6_an_audit_says_so_and_a_second_one_says_it_is_done() {
    let mut desk = Desk::open();
    desk.customer("CRM-000123", "测试客户一");
    let id = desk.saved("SAL_SaleOrder", order("CRM-SO-0001", "CRM-000123", &material(), 10));
    let body = json!({"formid": "SAL_SaleOrder", "data": {
        "CreateOrgId": 0, "Numbers": ["CRM-SO-0001"], "Ids": "", "InterationFlags": "", "NetworkCtrl": "",
        "IgnoreInterationFlag": "",
    }});
    desk.call("Submit", body.clone());
    let done = desk.call("Audit", body.clone());
    assert_eq!(
        done,
        json!({"Result": {"ResponseStatus": {
            "IsSuccess": true,
            "Errors": [],
            "SuccessEntitys": [{"Id": id, "Number": "CRM-SO-0001", "DIndex": 0}],
            "SuccessMessages": [{
                "FieldName": null,
                "Message": "单据编号为“CRM-SO-0001”的销售订单，审核成功！",
                "DIndex": 0,
            }],
            "MsgCode": 0,
        }}})
    );
    let again = desk.call("Audit", body);
    assert_eq!(
        status(&again)["Errors"],
        json!([{
            "FieldName": "",
            "Message": "单据编号为“CRM-SO-0001”的销售订单，单据已经审核！",
            "DIndex": 0,
        }])
    );
}

#[test]
fn pair_7_view_names_properties_as_the_server_holds_them() {
    let mut desk = Desk::open();
    let body = json!({"formid": "BD_Empinfo", "data": {"CreateOrgId": 0, "Number": "EMP001", "Id": ""}});
    let reply = desk.call("View", body);
    let staff = &reply["Result"]["Result"];
    assert_eq!(reply["Result"]["ResponseStatus"], Value::Null);
    assert_eq!(staff["DocumentStatus"], "C");
    assert_eq!(staff["ForbidStatus"], "A");
    assert_eq!(staff["FStaffNumber"], "EMP001");
    assert_eq!(staff["Id"], staff["msterID"]);
    assert_eq!(staff["Name"][0]["Key"], 2052);
    assert_eq!(staff["MultiLanguageText"][0]["Name"], staff["Name"][0]["Value"]);
    assert_eq!(staff["CreateOrgId_Id"], staff["CreateOrgId"]["Id"]);
    assert_eq!(staff["CreateOrgId"]["Number"], "100");
    assert_eq!(staff["CreatorId"]["UserAccount"], "integration");
    assert_eq!(staff["ForbidderId_Id"], 0);
    assert_eq!(staff["ForbidderId"], Value::Null);
    assert_eq!(staff["Email"], " ");
    assert!(staff["FModifyDate"].is_string() && staff["AuditDate"].is_string());
    assert_eq!(staff["PostEntity"][0]["Seq"], 1);
    assert_eq!(staff["PostEntity"][0]["IsFirstPost"], true);
    let missing = desk.call("View", json!({"formid": "BD_Empinfo", "data": {"Number": "没有的人"}}));
    assert_eq!(error(&missing).1, 10);
    assert!(desk.system.set_switch("view_absent_code", "4"));
    assert!(desk.system.set_switch("view_status", "object"));
    let missing = desk.call("View", json!({"formid": "BD_Empinfo", "data": {"Number": "没有的人"}}));
    assert_eq!(error(&missing).1, 4);
    let id = staff["Id"].to_string();
    let found = desk.call("View", json!({"formid": "BD_Empinfo", "data": {"Id": id}}));
    assert_eq!(found["Result"]["ResponseStatus"]["IsSuccess"], true);
}

#[test]
fn pair_8_a_batch_is_saved_member_by_member() {
    let mut desk = Desk::open();
    desk.saved("BD_Customer", customer("C2", "已有的客户"));
    let models = [customer("C1", "新客户"), customer("C2", "重复的客户")];
    let body = json!({"formid": "BD_Customer", "data": {"BatchCount": 5, "Model": models}});
    let reply = desk.call("BatchSave", body);
    let status = status(&reply);
    assert_eq!(status["IsSuccess"], false);
    assert_eq!(status["MsgCode"], 11);
    assert_eq!(status["Errors"][0]["DIndex"], 1);
    assert_eq!(status["Errors"].as_array().unwrap().len(), 1);
    assert_eq!(status["SuccessEntitys"][0]["Number"], "C1");
    assert_eq!(status["SuccessEntitys"][0]["DIndex"], 0);
    assert_eq!(reply["Result"]["NeedReturnData"], json!([{}, {}]));
}

#[test]
fn pair_9_a_push_makes_a_linked_bill() {
    let mut desk = Desk::open();
    desk.customer("CRM-000123", "测试客户一");
    desk.saved("SAL_SaleOrder", order("CRM-SO-0001", "CRM-000123", &material(), 10));
    desk.audited("SAL_SaleOrder", "CRM-SO-0001");
    let body = json!({"formid": "SAL_SaleOrder", "data": {
        "Ids": "", "Numbers": ["CRM-SO-0001"], "EntryIds": "", "RuleId": "SaleOrder-DeliveryNotice",
        "TargetBillTypeId": "", "TargetOrgId": 0, "TargetFormId": "", "IsEnableDefaultRule": "false",
        "IsDraftWhenSaveFail": "false", "CustomParams": {},
    }});
    let reply = desk.call("Push", body.clone());
    assert_eq!(status(&reply)["SuccessEntitys"][0]["Number"], "FHTZD000001", "{reply}");
    assert_eq!(reply["Result"]["ConvertResponseStatus"]["IsSuccess"], true);
    let row =
        desk.query("SAL_DELIVERYNOTICE", "FQty,FSrcBillNo,FCustomerID.FNumber", "FBillNo = 'FHTZD000001'");
    assert_eq!(row, json!([[10, "CRM-SO-0001", "CRM-000123"]]));
    let again = desk.call("Push", body);
    assert!(error(&again).0.contains("可关联数量不足"), "{again}");
}

#[test]
fn pair_10_forbidding_has_two_spellings() {
    let mut desk = Desk::open();
    let id = desk.customer("CRM-000123", "测试客户一");
    let body = |number: &str| {
        json!({"formid": "BD_Customer", "opNumber": number, "data": {
            "CreateOrgId": 0, "Numbers": ["CRM-000123"], "Ids": "", "PkEntryIds": [], "NetworkCtrl": "",
            "IgnoreInterationFlag": "",
        }})
    };
    let reply = desk.call("ExcuteOperation", body("Forbid"));
    assert_eq!(status(&reply)["SuccessEntitys"], json!([{"Id": id, "Number": "CRM-000123", "DIndex": 0}]));
    assert_eq!(desk.value("BD_Customer", "FForbidStatus", "FNumber = 'CRM-000123'"), "B");
    desk.call("ExecuteOperation", body("Enable"));
    assert_eq!(desk.value("BD_Customer", "FForbidStatus", "FNumber = 'CRM-000123'"), "A");
    assert!(error(&desk.call("ExcuteOperation", body("没有的操作"))).0.contains("没有的操作"));
    assert_eq!(error(&desk.call("ExcuteOperation", body(""))).1, 3);
}

#[test]
fn pair_11_a_batch_may_run_in_the_background() {
    for (polls, looks) in [("0", 0), ("1", 1), ("3", 3)] {
        let mut desk = Desk::open();
        assert!(desk.system.set_switch("async_polls", polls));
        let models = [customer("C1", "新客户")];
        let mut reply = desk.call(
            "BatchSave",
            json!({"formid": "BD_Customer", "data": {"Model": models},
                   "beginmethod": "BeginQueryImpl", "querymethod": "QueryAsyncResult"}),
        );
        for _ in 0..looks {
            assert_eq!(reply["Status"], 1);
            assert_eq!(reply["Result"], Value::Null);
            let info = json!({"TaskId": reply["TaskId"], "Cancelled": false}).to_string();
            reply = desk.call("QueryAsyncResult", json!({ "queryInfo": info }));
        }
        assert_eq!(reply["Status"], 2, "{polls}");
        assert_eq!(status(&reply["Result"])["SuccessEntitys"][0]["Number"], "C1");
    }
}
