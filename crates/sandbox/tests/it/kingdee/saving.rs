//! Save, Draft and BatchSave: options, checks, numbers (`protocols/kingdee.md §3.1`).

use sandbox::company::Company;
use sandbox::stand_in::StandIn;
use serde_json::{Value, json};

use super::desk::{Desk, customer, error, order, status};

fn material() -> String {
    Company::new(7, 12).products[0].number.clone()
}

/// A saved customer with two banks; its id and the ids of the banks.
fn with_banks(desk: &mut Desk) -> (i64, i64, i64) {
    let mut model = customer("A1", "甲公司");
    model["FT_BD_CUSTBANK"] = json!([{"FBANKCODE": "6222-1", "FACCOUNTNAME": "甲"}, {"FBANKCODE": "6222-2", "FACCOUNTNAME": "甲二"}]);
    model["FT_BD_CUSTCONTACT"] = json!([{"FNAME1": "李四"}]);
    let id = desk.saved("BD_Customer", model);
    let rows = desk.query("BD_Customer", "FT_BD_CUSTBANK_FENTRYID", "FNumber='A1'");
    (id, rows[0][0].as_i64().unwrap(), rows[1][0].as_i64().unwrap())
}

fn banks(desk: &mut Desk) -> Value {
    desk.query("BD_Customer", "FBANKCODE,FACCOUNTNAME", "FNumber='A1'")
}

fn update(desk: &mut Desk, options: Value, model: Value) -> Value {
    let mut data = options;
    data["Model"] = model;
    desk.call("Save", json!({"formid": "BD_Customer", "data": data}))
}

#[test]
fn rows_that_a_model_leaves_out_are_deleted_unless_told_otherwise() {
    for (options, expected) in [
        (json!({}), json!([["6222-1", "甲"], ["6222-3", " "]])),
        (json!({"IsDeleteEntry": "true"}), json!([["6222-1", "甲"], ["6222-3", " "]])),
        (json!({"IsDeleteEntry": false}), json!([["6222-1", "甲"], ["6222-2", "甲二"], ["6222-3", " "]])),
    ] {
        let mut desk = Desk::open();
        let (id, first, _) = with_banks(&mut desk);
        let rows = json!([{"FENTRYID": first}, {"FENTRYID": 0, "FBANKCODE": "6222-3"}]);
        let reply = update(&mut desk, options.clone(), json!({"FCUSTID": id, "FT_BD_CUSTBANK": rows}));
        assert_eq!(status(&reply)["IsSuccess"], true, "{reply}");
        assert_eq!(banks(&mut desk), expected, "{options}");
    }
}

#[test]
fn whether_absent_entities_are_emptied_is_a_switch() {
    for (value, left) in [("present", 2), ("all", 0)] {
        let mut desk = Desk::open();
        let (id, ..) = with_banks(&mut desk);
        assert!(desk.system.set_switch("delete_entry_scope", value));
        update(&mut desk, json!({}), json!({"FCUSTID": id, "FName": "甲公司"}));
        let stored = &desk.control("/customers/A1", Value::Null);
        assert_eq!(stored["FT_BD_CUSTBANK"].as_array().unwrap().len(), left, "{value}");
    }
    let mut desk = Desk::open();
    let (id, ..) = with_banks(&mut desk);
    assert!(desk.system.set_switch("delete_entry_scope", "all"));
    update(&mut desk, json!({"IsDeleteEntry": false}), json!({"FCUSTID": id, "FName": "甲公司"}));
    update(&mut desk, json!({"NeedUpDateFields": ["FName"]}), json!({"FCUSTID": id, "FName": "甲公司"}));
    assert_eq!(banks(&mut desk).as_array().unwrap().len(), 2);
}

#[test]
fn only_the_named_fields_are_updated() {
    let mut desk = Desk::open();
    let (id, first, _) = with_banks(&mut desk);
    let model = json!({
        "FCUSTID": id, "FName": "新名称", "FTEL": "不该写入",
        "FT_BD_CUSTBANK": [{"FENTRYID": first, "FBANKCODE": "6222-9", "FACCOUNTNAME": "不该写入"}],
    });
    let options =
        json!({"IsDeleteEntry": "false", "NeedUpDateFields": ["fname", "FT_BD_CUSTBANK", "FBANKCODE"]});
    let reply = update(&mut desk, options, model);
    assert_eq!(status(&reply)["IsSuccess"], true, "{reply}");
    assert_eq!(
        desk.query("BD_Customer", "FName,FTEL,FBANKCODE,FACCOUNTNAME", ""),
        json!([["新名称", " ", "6222-9", "甲"], ["新名称", " ", "6222-2", "甲二"],])
    );
}

#[test]
fn unknown_numbers_are_refused_or_silently_left_empty() {
    let mut desk = Desk::open();
    let mut model = customer("A1", "甲公司");
    model["FSELLER"] = json!({"FNumber": "没有的销售员"});
    let refused = update(&mut desk, json!({"IsVerifyBaseDataField": true}), model.clone());
    assert_eq!(status(&refused)["Errors"][0]["FieldName"], "FSELLER");
    let saved = update(&mut desk, json!({}), model);
    assert_eq!(status(&saved)["IsSuccess"], true);
    assert_eq!(desk.value("BD_Customer", "FSELLER", "FNumber='A1'"), 0);
    let mut model = customer("A2", "乙公司");
    model["FTRADINGCURRID"] = json!({"FNumber": "没有的币别"});
    let refused = update(&mut desk, json!({}), model);
    assert_eq!(error(&refused), ("字段“结算币别”是必填项".to_owned(), 11));
}

#[test]
fn what_is_missing_or_misshapen_is_named() {
    let mut desk = Desk::open();
    desk.saved("BD_Customer", customer("C1", "客户"));
    let mut no_rows = order("S1", "C1", &material(), 1);
    no_rows["FSaleOrderEntry"] = json!([]);
    let no_material = order("S2", "C1", "没有的物料", 1);
    let mut wrong_reference = order("S3", "C1", &material(), 1);
    wrong_reference["FBillTypeID"] = json!("XSDD01_SYS");
    let mut wrong_entity = order("S4", "C1", &material(), 1);
    wrong_entity["FSaleOrderEntry"] = json!({"FQty": 1});
    let mut wrong_date = order("S5", "C1", &material(), 1);
    wrong_date["FDate"] = json!("昨天");
    let mut wrong_number = order("S6", "C1", &material(), 1);
    wrong_number["FSaleOrderEntry"][0]["FQty"] = json!("十");
    for (model, message, code) in [
        (no_rows, "单据体“订单明细”是必填项", 11),
        (no_material, "单据体实体【订单明细】第【1】行分录，【物料编码】字段必录", 11),
        (
            wrong_reference,
            "ResolveFiled_InnerEx解析字段(Key:FBillTypeID)失败，实体不存在此属性！[EntityType：FBillHead]",
            4,
        ),
        (
            wrong_entity,
            "ResolveFiled_InnerEx解析字段(Key:FSaleOrderEntry)失败，实体不存在此属性！[EntityType：FSaleOrderEntry]",
            4,
        ),
        (wrong_date, "字段“日期”(FDate)的值不是有效的日期", 4),
        (wrong_number, "字段“销售数量”(FQty)的值不是有效的数值", 4),
    ] {
        assert_eq!(error(&desk.save("SAL_SaleOrder", model)), (message.to_owned(), code));
    }
    let mut unknown = customer("C2", "多余的键");
    unknown["FNope"] = json!({"FNumber": 1});
    assert_eq!(status(&desk.save("BD_Customer", unknown))["IsSuccess"], true);
}

#[test]
fn numbers_are_unique_per_creating_organisation_and_given_when_blank() {
    let mut desk = Desk::open();
    desk.saved("BD_Customer", customer("A1", "甲公司"));
    let mut elsewhere = customer("A1", "同号的另一组织客户");
    elsewhere["FCreateOrgId"] = json!({"FNumber": "603"});
    assert_eq!(status(&desk.save("BD_Customer", elsewhere))["IsSuccess"], true);
    let reply = desk.save("BD_Customer", customer("", "没有编码"));
    assert_eq!(reply["Result"]["Number"], "CUST0001");
    let reply = desk.save("BD_Customer", customer(" ", "没有编码"));
    assert_eq!(reply["Result"]["Number"], "CUST0002");
    let reply = desk.save("SAL_SaleOrder", order("", "CUST0001", &material(), 1));
    assert_eq!(reply["Result"]["Number"], "XSDD2606000001");
    assert_eq!(desk.control("/duplicates", Value::Null), json!({"BD_Customer": {"A1": 2}}));
}

#[test]
fn the_same_body_twice_is_refused_only_when_asked_for() {
    let mut desk = Desk::open();
    let model = |number: &str| json!({"ValidateRepeatJson": "true", "Model": customer(number, "甲")});
    let save = |desk: &mut Desk, number: &str| {
        desk.call("Save", json!({"formid": "BD_Customer", "data": model(number)}))
    };
    assert_eq!(status(&save(&mut desk, ""))["IsSuccess"], true);
    assert!(error(&save(&mut desk, "")).0.contains("重复"));
    desk.now_ms += 11 * 60_000;
    desk.sign_in();
    assert!(desk.system.set_switch("repeat_window_minutes", "10"));
    assert_eq!(status(&save(&mut desk, ""))["IsSuccess"], true);
    assert_eq!(status(&desk.save("BD_Customer", customer("", "甲")))["IsSuccess"], true);
}

#[test]
fn a_save_may_submit_and_audit_and_return_fields() {
    let mut desk = Desk::open();
    assert!(desk.system.set_switch("entry_ids", "present"));
    let mut model = customer("A1", "甲公司");
    model["FT_BD_CUSTBANK"] = json!([{"FBANKCODE": "6222"}]);
    let data = json!({
        "IsAutoSubmitAndAudit": true, "Model": model,
        "NeedReturnFields": ["FName", "FTRADINGCURRID", "FT_BD_CUSTBANK.FENTRYID", "FT_BD_CUSTBANK.FBANKCODE"],
    });
    let reply = desk.call("Save", json!({"formid": "BD_Customer", "data": data}));
    let returned = &reply["Result"]["NeedReturnData"][0];
    assert_eq!(returned["FName"], "甲公司");
    assert_eq!(returned["FTRADINGCURRID"]["Number"], "PRE001");
    let rows = &status(&reply)["SuccessEntitys"][0]["EntryIds"]["FT_BD_CUSTBANK"];
    assert_eq!(returned["FT_BD_CUSTBANK"], json!([{"FENTRYID": rows[0], "FBANKCODE": "6222"}]));
    assert_eq!(desk.value("BD_Customer", "FDocumentStatus", ""), "C");
}

#[test]
fn drafts_need_nothing_and_become_documents_when_saved() {
    for (switch, after) in [("created", "A"), ("draft", "Z")] {
        let mut desk = Desk::open();
        assert!(desk.system.set_switch("save_on_draft", switch));
        let draft = json!({"formid": "BD_Customer", "data": {"Model": {"FNumber": "A1", "FName": "草稿"}}});
        let reply = desk.call("Draft", draft);
        let id = reply["Result"]["Id"].as_i64().unwrap();
        assert_eq!(desk.value("BD_Customer", "FDocumentStatus", ""), "Z");
        let mut model = customer("A1", "草稿");
        model["FCUSTID"] = json!(id.to_string());
        assert_eq!(status(&desk.save("BD_Customer", model))["IsSuccess"], true);
        assert_eq!(desk.value("BD_Customer", "FDocumentStatus", ""), after);
    }
}

#[test]
fn ids_may_come_from_the_blocks_of_a_cluster() {
    for (switch, ascending) in [("ascending", true), ("blocks", false)] {
        let mut desk = Desk::open();
        assert!(desk.system.set_switch("id_order", switch));
        let ids: Vec<i64> =
            (0..60).map(|n| desk.saved("BD_Customer", customer(&format!("A{n}"), "甲"))).collect();
        let distinct: std::collections::BTreeSet<&i64> = ids.iter().collect();
        assert_eq!(distinct.len(), 60);
        assert_eq!(ids.is_sorted(), ascending, "{switch}");
    }
}
