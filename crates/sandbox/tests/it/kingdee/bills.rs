//! Bills made from bills, and what they write back (`protocols/kingdee.md §3.5`).

use sandbox::company::Company;
use sandbox::stand_in::StandIn;
use serde_json::{Value, json};

use super::desk::{Desk, error, order, status};

fn material() -> String {
    Company::new(7, 12).products[0].number.clone()
}

#[test]
fn deliveries_write_their_quantities_back_to_the_order() {
    let mut desk = Desk::open();
    desk.customer("C1", "客户");
    desk.saved("SAL_SaleOrder", order("S1", "C1", &material(), 10));
    desk.audited("SAL_SaleOrder", "S1");
    let modified = desk.value("SAL_SaleOrder", "FModifyDate", "");
    let push = |form: &str, number: &str, target: &str| json!({"formid": form, "data": {"Numbers": [number], "IsEnableDefaultRule": "true", "TargetFormId": target}});
    let reply = desk.call("Push", push("SAL_SaleOrder", "S1", "SAL_OUTSTOCK"));
    let number = status(&reply)["SuccessEntitys"][0]["Number"].as_str().unwrap().to_owned();
    desk.now_ms += 5_000;
    let in_stock = format!("FMaterialId.FNumber = '{}'", material());
    let before = desk.value("STK_Inventory", "FQty", &in_stock).as_i64().unwrap();
    desk.audited("SAL_OUTSTOCK", &number);
    assert_eq!(desk.value("STK_Inventory", "FQty", &in_stock), before - 10);
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
    assert_eq!(desk.value("STK_Inventory", "FQty", &in_stock), before);
    assert_eq!(desk.query("SAL_SaleOrder", "FStockOutQty,FCloseStatus", ""), json!([[0, "A"]]));
    let refused = desk.step("UnAudit", "SAL_SaleOrder", "S1");
    assert!(error(&refused).0.contains("下游"), "{refused}");
    let refused = desk.call("Push", push("SAL_SaleOrder", "S1", "BD_Customer"));
    assert_eq!(error(&refused).1, 4);
}

#[test]
fn whether_a_write_back_moves_the_modification_date_is_a_switch() {
    for (switch, moved) in [("unchanged", false), ("moved", true)] {
        let mut desk = with_order();
        assert!(desk.system.set_switch("modified_on_write_back", switch));
        let before = desk.value("SAL_SaleOrder", "FModifyDate", "");
        let push =
            json!({"formid": "SAL_SaleOrder", "data": {"Numbers": ["S1"], "RuleId": "SaleOrder-OutStock"}});
        let reply = desk.call("Push", push);
        let number = status(&reply)["SuccessEntitys"][0]["Number"].as_str().unwrap().to_owned();
        desk.now_ms += 5_000;
        desk.audited("SAL_OUTSTOCK", &number);
        assert_eq!(desk.value("SAL_SaleOrder", "FModifyDate", "") != before, moved, "{switch}");
    }
}

#[test]
fn a_delivery_through_a_notice_reaches_the_order_too() {
    for (switch, notice_status) in [("no", "A"), ("yes", "B")] {
        let mut desk = Desk::open();
        assert!(desk.system.set_switch("notice_auto_close", switch));
        desk.customer("C1", "客户");
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
    desk.customer("C1", "客户");
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

/// An audited order of ten pieces.
fn with_order() -> Desk {
    let mut desk = Desk::open();
    desk.customer("C1", "客户");
    desk.saved("SAL_SaleOrder", order("S1", "C1", &material(), 10));
    desk.audited("SAL_SaleOrder", "S1");
    desk
}

fn operate(desk: &mut Desk, operation: &str, data: Value) -> Value {
    desk.call("ExcuteOperation", json!({"formid": "SAL_SaleOrder", "opNumber": operation, "data": data}))
}

#[test]
fn orders_are_closed_opened_voided_and_restored() {
    let mut desk = with_order();
    desk.saved("SAL_SaleOrder", order("S2", "C1", &material(), 1));
    for (operation, number, field, after) in [
        ("BillClose", "S1", "FCloseStatus", Some("B")),
        ("BillClose", "S1", "FCloseStatus", None),
        ("BillUnClose", "S1", "FCloseStatus", Some("A")),
        ("ylbillclose", "S1", "FCloseStatus", Some("B")),
        ("YLUnBillClose", "S1", "FCloseStatus", Some("A")),
        ("Cancel", "S1", "FCancelStatus", None),
        ("Cancel", "S2", "FCancelStatus", Some("B")),
        ("Cancel", "S2", "FCancelStatus", None),
        ("UnCancel", "S2", "FCancelStatus", Some("A")),
        ("BillClose", "S2", "FCloseStatus", None),
    ] {
        let reply = operate(&mut desk, operation, json!({ "Numbers": [number] }));
        assert_eq!(status(&reply)["IsSuccess"], after.is_some(), "{operation} {number}: {reply}");
        if let Some(after) = after {
            let filter = format!("FBillNo = '{number}'");
            assert_eq!(desk.value("SAL_SaleOrder", field, &filter), after, "{operation} {number}");
        }
    }
}

#[test]
fn closed_rows_are_not_pushed() {
    let push =
        json!({"formid": "SAL_SaleOrder", "data": {"Numbers": ["S1"], "RuleId": "SaleOrder-OutStock"}});
    for operation in ["MRPClose", "Freeze", "Terminate"] {
        let mut desk = with_order();
        let ids = desk.query("SAL_SaleOrder", "FID,FSaleOrderEntry_FEntryID", "");
        let pair = json!({"Id": ids[0][0].to_string(), "EntryIds": ids[0][1].to_string()});
        let reply = operate(&mut desk, operation, json!({"Numbers": [], "Ids": "", "PkEntryIds": [pair]}));
        assert_eq!(status(&reply)["IsSuccess"], true, "{reply}");
        assert_eq!(status(&desk.call("Push", push.clone()))["IsSuccess"], false, "{operation}");
    }
}

#[test]
fn a_push_may_name_rows_and_a_row_may_name_its_source_by_hand() {
    let mut desk = with_order();
    let row = desk.value("SAL_SaleOrder", "FSaleOrderEntry_FEntryID", "");
    let id = desk.value("SAL_SaleOrder", "FID", "");
    let by_row = json!({"formid": "SAL_SaleOrder", "data": {
        "EntryIds": row.to_string(), "RuleId": "SaleOrder-DeliveryNotice",
    }});
    let notice = json!({
        "FBillNo": "N1", "FSaleOrgId": {"FNumber": "100"}, "FCustomerID": {"FNumber": "C1"},
        "FEntity": [{
            "FMaterialID": {"FNumber": material()}, "FQty": 10,
            "FEntity_Link": [{
                "FEntity_Link_FRuleId": "SaleOrder-DeliveryNotice",
                "FEntity_Link_FSTableName": "T_SAL_ORDERENTRY",
                "FEntity_Link_FSBillId": id.to_string(),
                "FEntity_Link_FSId": row.to_string(),
            }],
        }],
    });
    desk.saved("SAL_DELIVERYNOTICE", notice);
    assert_eq!(status(&desk.call("Push", by_row.clone()))["IsSuccess"], false, "all is taken by hand");
    desk.step("Delete", "SAL_DELIVERYNOTICE", "N1");
    assert_eq!(status(&desk.call("Push", by_row))["IsSuccess"], true);
}

#[test]
fn receivables_and_receipts_are_saved_with_what_production_clients_send() {
    let mut desk = Desk::open();
    desk.customer("C1", "客户");
    let receivable = json!({
        "FDATE": "2026-06-01", "FCUSTOMERID": {"FNumber": "C1"}, "FSETTLEORGID": {"FNumber": "100"},
        "FEntityDetail": [
            {"FMATERIALID": {"FNumber": material()}, "FPriceQty": "2", "FTaxPrice": "0.1"},
            {"FMATERIALID": {"FNumber": material()}, "FPriceQty": 1, "FTaxPrice": 0.2},
        ],
    });
    let reply = desk.save("AR_receivable", receivable);
    assert_eq!(reply["Result"]["Number"], "AR00000001", "{reply}");
    assert_eq!(
        desk.query(
            "AR_receivable",
            "FALLAMOUNTFOR,FORDERID.FNumber,FCURRENCYID.FNumber,FWRITTENOFFSTATUS,FALLAMOUNTFOR_D",
            ""
        ),
        json!([[0.4, "C1", "PRE001", "A", 0.2], [0.4, "C1", "PRE001", "A", 0.2]])
    );
    let receipt = json!({
        "FCONTACTUNIT": {"FNumber": "C1"}, "FPAYORGID": {"FNumber": "100"}, "FTHIRDBILLNO": "HK-1",
        "FRECEIVEBILLENTRY": [{"FSETTLETYPEID": {"FNumber": "JSFS04_SYS"}, "FRECTOTALAMOUNTFOR": 1000.5}],
    });
    desk.saved("AR_RECEIVEBILL", receipt);
    assert_eq!(
        desk.query(
            "AR_RECEIVEBILL",
            "FRECAMOUNTFOR,FPAYUNIT.FNumber,FCONTACTUNITTYPE",
            "FTHIRDBILLNO='HK-1'"
        ),
        json!([[1000.5, "C1", "BD_Customer"]])
    );
}
