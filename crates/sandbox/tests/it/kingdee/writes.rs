//! Saving and what follows: options, checks, the life of a document, operations (`protocols/kingdee.md §3, §6`).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
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

/// A customer brought to a status.
fn at_status(wanted: &str) -> Desk {
    let mut desk = Desk::open();
    let method = if wanted == "Z" { "Draft" } else { "Save" };
    desk.call(method, json!({"formid": "BD_Customer", "data": {"Model": customer("A1", "甲公司")}}));
    let path: &[&str] = match wanted {
        "B" => &["Submit"],
        "C" => &["Submit", "Audit"],
        "D" => &["Submit", "Audit", "UnAudit"],
        _ => &[],
    };
    for step in path {
        desk.step(step, "BD_Customer", "A1");
    }
    assert_eq!(desk.value("BD_Customer", "FDocumentStatus", ""), wanted);
    desk
}

#[test]
fn every_step_from_every_status() {
    let submit = "单据编号为“A1”的客户，只有暂存、创建和重新审核的数据才允许提交！";
    let audit = "单据编号为“A1”的客户，只有审核中的数据才允许审核！";
    let unaudit = "单据编号为“A1”的客户，只有已审核的数据才允许反审核！";
    let cancel = "单据编号为“A1”的客户，只有审核中的数据才允许撤销！";
    let delete = "单据编号为“A1”的客户，只能删除创建/暂存/重新审核状态的数据！";
    let edit = "单据编号为“A1”的客户，已审核的数据不允许修改！";
    let editing = "单据编号为“A1”的客户，审核中的数据不允许修改！";
    for (status_before, step, outcome) in [
        ("Z", "Submit", Ok("B")),
        ("A", "Submit", Ok("B")),
        ("D", "Submit", Ok("B")),
        ("B", "Submit", Err(submit)),
        ("C", "Submit", Err(submit)),
        ("B", "Audit", Ok("C")),
        ("Z", "Audit", Err(audit)),
        ("A", "Audit", Err(audit)),
        ("D", "Audit", Err(audit)),
        ("C", "Audit", Err("单据编号为“A1”的客户，单据已经审核！")),
        ("C", "UnAudit", Ok("D")),
        ("Z", "UnAudit", Err(unaudit)),
        ("A", "UnAudit", Err(unaudit)),
        ("B", "UnAudit", Err(unaudit)),
        ("D", "UnAudit", Err(unaudit)),
        ("B", "CancelAssign", Ok("D")),
        ("Z", "CancelAssign", Err(cancel)),
        ("A", "CancelAssign", Err(cancel)),
        ("C", "CancelAssign", Err(cancel)),
        ("D", "CancelAssign", Err(cancel)),
        ("Z", "Delete", Ok("")),
        ("A", "Delete", Ok("")),
        ("D", "Delete", Ok("")),
        ("B", "Delete", Err(delete)),
        ("C", "Delete", Err(delete)),
        ("Z", "Save", Ok("A")),
        ("A", "Save", Ok("A")),
        ("D", "Save", Ok("D")),
        ("B", "Save", Err(editing)),
        ("C", "Save", Err(edit)),
    ] {
        let mut desk = at_status(status_before);
        let id = desk.value("BD_Customer", "FCUSTID", "");
        let reply = match step {
            "Save" => desk.save("BD_Customer", json!({"FCUSTID": id, "FName": "改名"})),
            _ => desk.step(step, "BD_Customer", "A1"),
        };
        match outcome {
            Ok("") => assert_eq!(desk.query("BD_Customer", "FNumber", ""), json!([])),
            Ok(after) => {
                assert_eq!(status(&reply)["IsSuccess"], true, "{status_before} {step}: {reply}");
                assert_eq!(desk.value("BD_Customer", "FDocumentStatus", ""), after);
            }
            Err(message) => {
                assert_eq!(error(&reply), (message.to_owned(), 11), "{status_before} {step}");
                assert_eq!(desk.value("BD_Customer", "FDocumentStatus", ""), status_before);
            }
        }
    }
}

#[test]
fn ids_win_over_numbers_and_each_document_is_answered_for_itself() {
    let mut desk = Desk::open();
    let first = desk.saved("BD_Customer", customer("A1", "甲"));
    desk.saved("BD_Customer", customer("A2", "乙"));
    let data = json!({"Ids": format!("{first},999"), "Numbers": ["A2"]});
    let reply = desk.call("Submit", json!({"formid": "BD_Customer", "data": data}));
    assert_eq!(status(&reply)["IsSuccess"], false);
    assert_eq!(status(&reply)["SuccessEntitys"], json!([{"Id": first, "Number": "A1", "DIndex": 0}]));
    assert_eq!(status(&reply)["Errors"][0]["DIndex"], 1);
    assert_eq!(desk.value("BD_Customer", "FDocumentStatus", "FNumber='A2'"), "A");
}

#[test]
fn an_audit_sets_its_own_date_and_moves_the_other_only_by_switch() {
    for (switch, moved) in [("unchanged", false), ("moved", true)] {
        let mut desk = Desk::open();
        assert!(desk.system.set_switch("modified_on_audit", switch));
        assert!(desk.system.set_switch("modified_on_forbid", switch));
        desk.saved("BD_Customer", customer("A1", "甲"));
        let saved = desk.value("BD_Customer", "FModifyDate", "");
        desk.now_ms += 4_000;
        desk.audited("BD_Customer", "A1");
        assert_eq!(desk.value("BD_Customer", "FApproveDate", ""), "2026-06-01T09:12:48.72");
        assert_eq!(desk.value("BD_Customer", "FModifyDate", "") != saved, moved, "{switch}");
        let audited = desk.value("BD_Customer", "FModifyDate", "");
        desk.now_ms += 4_000;
        let forbid = json!({"formid": "BD_Customer", "opNumber": "Forbid", "data": {"Numbers": ["A1"]}});
        desk.call("ExcuteOperation", forbid);
        assert_eq!(desk.value("BD_Customer", "FModifyDate", "") != audited, moved, "{switch}");
        assert_eq!(desk.value("BD_Customer", "FForbidDate", ""), "2026-06-01T09:12:52.72");
        desk.step("UnAudit", "BD_Customer", "A1");
        assert_eq!(desk.value("BD_Customer", "FApproveDate", ""), Value::Null);
    }
}

#[test]
fn the_switches_of_the_life_of_a_document() {
    let mut desk = at_status("A");
    assert!(desk.system.set_switch("audit_from_created", "accepted"));
    desk.step("Audit", "BD_Customer", "A1");
    assert_eq!(desk.value("BD_Customer", "FDocumentStatus", ""), "C");
    let forbid = json!({"formid": "BD_Customer", "opNumber": "Forbid", "data": {"Numbers": ["A1"]}});
    for (switch, again) in [("accepted", true), ("refused", false)] {
        assert!(desk.system.set_switch("repeated_forbid", switch));
        desk.call("ExcuteOperation", forbid.clone());
        assert_eq!(status(&desk.call("ExcuteOperation", forbid.clone()))["IsSuccess"], again);
    }
}

#[test]
fn the_dial_locks_documents_and_spoils_one_member_of_a_batch() {
    let mut desk = Desk::open();
    let id = desk.saved("BD_Customer", customer("A1", "甲"));
    desk.conditions.locked = true;
    let lock = "“demo”使用业务单据：“客户”业务操作-“[客户-A1-修改]”冲突，请稍候再使用。";
    let save = desk.save("BD_Customer", json!({"FCUSTID": id, "FName": "改名"}));
    assert_eq!(error(&save), (lock.to_owned(), 0));
    assert_eq!(error(&desk.step("Submit", "BD_Customer", "A1")), (lock.to_owned(), 0));
    assert!(desk.system.set_switch("lock_code", "13"));
    assert_eq!(error(&desk.step("Submit", "BD_Customer", "A1")), (lock.to_owned(), 13));
    assert_eq!(status(&desk.save("BD_Customer", customer("A2", "新的没有人占用")))["IsSuccess"], true);
    desk.conditions.locked = false;
    desk.conditions.partial = true;
    let models = [customer("P1", "一"), customer("P2", "二")];
    let reply = desk.call("BatchSave", json!({"formid": "BD_Customer", "data": {"Model": models}}));
    assert_eq!(status(&reply)["SuccessEntitys"].as_array().unwrap().len(), 1);
    assert_eq!(status(&reply)["Errors"].as_array().unwrap().len(), 1);
    assert_eq!(reply["Result"]["NeedReturnData"], json!([{}, {}]));
    assert!(desk.system.set_switch("batch_return", "successes"));
    let models = [customer("P3", "三"), customer("P4", "四")];
    let reply = desk.call("BatchSave", json!({"formid": "BD_Customer", "data": {"Model": models}}));
    assert_eq!(reply["Result"]["NeedReturnData"], json!([{}]));
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

#[test]
fn deliveries_write_their_quantities_back_to_the_order() {
    let mut desk = Desk::open();
    desk.saved("BD_Customer", customer("C1", "客户"));
    desk.saved("SAL_SaleOrder", order("S1", "C1", &material(), 10));
    desk.audited("SAL_SaleOrder", "S1");
    let modified = desk.value("SAL_SaleOrder", "FModifyDate", "");
    let push = |form: &str, number: &str, target: &str| json!({"formid": form, "data": {"Numbers": [number], "IsEnableDefaultRule": "true", "TargetFormId": target}});
    let reply = desk.call("Push", push("SAL_SaleOrder", "S1", "SAL_OUTSTOCK"));
    let number = status(&reply)["SuccessEntitys"][0]["Number"].as_str().unwrap().to_owned();
    desk.now_ms += 5_000;
    desk.audited("SAL_OUTSTOCK", &number);
    assert_eq!(
        desk.query(
            "SAL_SaleOrder",
            "FQty,FStockOutQty,FRemainOutQty,FMrpCloseStatus,FCloseStatus,FModifyDate",
            ""
        ),
        json!([[10, 10, 0, "B", "B", modified]])
    );
    let refused = desk.step("UnAudit", "SAL_SaleOrder", "S1");
    assert!(error(&refused).0.contains("关闭"), "{refused}");
    desk.step("UnAudit", "SAL_OUTSTOCK", &number);
    assert_eq!(desk.query("SAL_SaleOrder", "FStockOutQty,FCloseStatus", ""), json!([[0, "A"]]));
    let refused = desk.step("UnAudit", "SAL_SaleOrder", "S1");
    assert!(error(&refused).0.contains("下游"), "{refused}");
    let refused = desk.call("Push", push("SAL_SaleOrder", "S1", "BD_Customer"));
    assert_eq!(error(&refused).1, 4);
}

#[test]
fn a_delivery_through_a_notice_reaches_the_order_too() {
    for (switch, notice_status) in [("no", "A"), ("yes", "B")] {
        let mut desk = Desk::open();
        assert!(desk.system.set_switch("notice_auto_close", switch));
        desk.saved("BD_Customer", customer("C1", "客户"));
        desk.saved("SAL_SaleOrder", order("S1", "C1", &material(), 10));
        desk.audited("SAL_SaleOrder", "S1");
        let rule = |form: &str, number: &str, rule: &str| json!({"formid": form, "data": {"Numbers": [number], "RuleId": rule}});
        desk.call("Push", rule("SAL_SaleOrder", "S1", "SaleOrder-DeliveryNotice"));
        desk.audited("SAL_DELIVERYNOTICE", "FHTZD000001");
        assert_eq!(desk.value("SAL_DELIVERYNOTICE", "FCLOSESTATUS", ""), notice_status);
        if switch == "yes" {
            assert!(error(&desk.step("UnAudit", "SAL_DELIVERYNOTICE", "FHTZD000001")).0.contains("关闭"));
            continue;
        }
        let reply = desk.call("Push", rule("SAL_DELIVERYNOTICE", "FHTZD000001", "DeliveryNotice-OutStock"));
        let number = status(&reply)["SuccessEntitys"][0]["Number"].as_str().unwrap().to_owned();
        desk.audited("SAL_OUTSTOCK", &number);
        assert_eq!(desk.value("SAL_SaleOrder", "FStockOutQty", ""), 10);
        let reply = desk.call("Push", rule("SAL_OUTSTOCK", &number, "AR_OutStockToReceivableMap"));
        assert_eq!(status(&reply)["IsSuccess"], true, "{reply}");
        assert_eq!(desk.value("AR_receivable", "FALLAMOUNTFOR", ""), 1130);
    }
}

#[test]
fn amounts_of_an_order_follow_from_quantity_price_and_rate() {
    let mut desk = Desk::open();
    desk.saved("BD_Customer", customer("C1", "客户"));
    desk.saved("SAL_SaleOrder", order("S1", "C1", &material(), 3));
    assert_eq!(
        desk.query(
            "SAL_SaleOrder",
            "FPrice,FTaxPrice,FAmount,FAllAmount,FUnitID.FNumber,FReceiveId.FNumber",
            ""
        ),
        json!([[100, 113, 300, 339, "Pcs", "C1"]])
    );
    assert_eq!(desk.value("SAL_SaleOrder", "FSaleOrderEntry_FSEQ", ""), 1);
}

#[test]
fn master_data_is_allocated_to_other_organisations_and_taken_back() {
    let mut desk = Desk::open();
    let id = desk.saved("BD_Customer", customer("A1", "甲"));
    let org = desk.value("ORG_Organizations", "FOrgID", "FNumber='603'");
    let body = |audit: bool| {
        let data =
            json!({"PkIds": id.to_string(), "TOrgIds": org.to_string(), "IsAutoSubmitAndAudit": audit});
        json!({"formid": "BD_Customer", "data": data})
    };
    assert!(error(&desk.call("Allocate", body(true))).0.contains("只有已审核"));
    desk.audited("BD_Customer", "A1");
    assert_eq!(status(&desk.call("Allocate", body(true)))["IsSuccess"], true);
    assert!(error(&desk.call("Allocate", body(true))).0.contains("已经分配"));
    let rows = desk.query("BD_Customer", "FNumber,FUseOrgId.FNumber,FDocumentStatus,FMasterId", "");
    assert_eq!(rows, json!([["A1", "100", "C", id], ["A1", "603", "C", id]]));
    assert_eq!(desk.control("/duplicates", Value::Null), json!({}), "copies are not duplicates");
    assert_eq!(status(&desk.call("CancelAllocate", body(true)))["IsSuccess"], true);
    assert_eq!(desk.query("BD_Customer", "COUNT(1)", ""), json!([[1]]));
}

#[test]
fn groups_are_saved_listed_and_deleted_when_empty() {
    let mut desk = Desk::open();
    let data = json!({"GroupFieldKey": "", "GroupPkId": 0, "FParentId": 0, "FNumber": "03", "FName": "华东"});
    let reply = desk.call("GroupSave", json!({"formid": "BD_Customer", "data": data}));
    let group = reply["Result"]["Id"].as_i64().unwrap();
    let mut model = customer("A1", "甲");
    model["FGroup"] = json!({"FNumber": "03"});
    desk.saved("BD_Customer", model);
    assert_eq!(desk.value("BD_Customer", "FGROUP.FName", ""), "华东");
    let ask = json!({"data": {"FormId": "BD_Customer", "GroupPkIds": group.to_string()}});
    let found = desk.call("QueryGroupInfo", ask.clone());
    assert_eq!(found["Result"]["NeedReturnData"][0]["FNAME"], "华东");
    assert!(error(&desk.call("GroupDelete", ask.clone())).0.contains("存在数据"));
    desk.step("Delete", "BD_Customer", "A1");
    assert_eq!(status(&desk.call("GroupDelete", ask))["IsSuccess"], true);
}

#[test]
fn files_go_up_and_down_in_chunks() {
    let mut desk = Desk::open();
    let id = desk.saved("BD_Customer", customer("A1", "甲"));
    let chunk = |file: &str, bytes: &[u8], last: bool| {
        json!({"data": {"FileName": "合同.pdf", "FormId": "BD_Customer", "IsLast": last, "InterId": id.to_string(),
                        "BillNO": "A1", "FileId": file, "SendByte": STANDARD.encode(bytes)}})
    };
    let big = vec![7_u8; 4 * 1024 * 1024];
    let first = desk.call("AttachmentUpload", chunk("", &big, false));
    let file = first["Result"]["FileId"].as_str().unwrap().to_owned();
    let down = |start: usize| json!({"data": {"FileId": file, "StartIndex": start}});
    assert_eq!(error(&desk.call("AttachmentDownLoad", down(0))).1, 10, "not whole yet");
    desk.call("AttachmentUpload", chunk(&file, b"end", true));
    let part = desk.call("AttachmentDownLoad", down(0));
    assert_eq!(part["Result"]["IsLast"], false);
    assert_eq!(part["Result"]["FileSize"], big.len() + 3);
    let part = desk.call("AttachmentDownLoad", down(big.len()));
    assert_eq!(part["Result"]["IsLast"], true);
    assert_eq!(part["Result"]["FilePart"], STANDARD.encode(b"end"));
}

#[test]
fn people_at_the_screens_move_the_modification_date() {
    let mut desk = Desk::open();
    desk.saved("BD_Customer", customer("A1", "甲"));
    desk.audited("BD_Customer", "A1");
    desk.now_ms += 60_000;
    let changed = desk.control("/customers/A1", json!({"FTEL": "0512-1", "FSELLER": ""}));
    assert_eq!(changed["FTEL"], "0512-1");
    assert_eq!(changed["FDocumentStatus"], "C");
    assert_eq!(changed["FModifyDate"], "2026-06-01T09:13:44.72");
    let with_bank =
        desk.control("/customers/A1/FT_BD_CUSTBANK", json!({"FBANKCODE": "6222", "FCURRENCYID": "PRE001"}));
    assert_eq!(with_bank["FT_BD_CUSTBANK"][0]["FCURRENCYID"], "PRE001");
    assert_eq!(desk.control("/customers/A1/Forbid", json!({}))["FForbidStatus"], "B");
    assert_eq!(desk.control("/customers/A1/unaudit", json!({}))["FDocumentStatus"], "D");
    assert!(desk.control("/customers/A1", json!({"FSELLER": "没有"}))["error"].is_string());
    let created = desk.control("/BD_CommonContact", json!({"FName": "王芳", "FCompany": "A1"}));
    assert_eq!(created["FCompany"], "A1");
    assert_eq!(desk.control("/counts", Value::Null)["BD_Customer"], 1);
}

#[test]
fn the_company_is_there_when_the_account_set_is_opened() {
    let company = Company::new(7, 40);
    let mut desk = Desk::with(&company, 50);
    desk.sign_in();
    let count =
        |desk: &mut Desk, form: &str| desk.query(form, "COUNT(1)", "")[0][0].as_u64().unwrap() as usize;
    assert_eq!(count(&mut desk, "BD_Empinfo"), company.people.len());
    assert_eq!(count(&mut desk, "BD_MATERIAL"), company.products.len());
    assert_eq!(count(&mut desk, "STK_Inventory"), company.products.len());
    assert_eq!(count(&mut desk, "BD_Department"), company.departments.len());
    let customers = count(&mut desk, "BD_Customer");
    assert!((1..40).contains(&customers), "{customers}");
    let known = desk.value("BD_Customer", "FNumber", "FDocumentStatus='C'");
    let known = known.as_str().unwrap();
    let before = company.customers.iter().find(|customer| customer.number == known).unwrap();
    let banks = desk.query("BD_Customer", "FBANKCODE", &format!("FNumber='{known}'"));
    assert_eq!(banks.as_array().unwrap().len(), before.banks.len());
    let orders = count(&mut desk, "SAL_SaleOrder");
    assert!(orders > 0);
    let dangling =
        desk.query("SAL_SaleOrder", "COUNT(1)", "FCustId.FNumber is null or FMaterialId.FNumber is null");
    assert_eq!(dangling, json!([[0]]));
}
