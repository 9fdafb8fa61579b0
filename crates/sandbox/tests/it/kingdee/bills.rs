//! Bills made from bills, and what they write back (`protocols/kingdee.md §3.5`).

use sandbox::company::Company;
use sandbox::stand_in::StandIn;
use serde_json::json;

use super::desk::{Desk, customer, error, order, status};

fn material() -> String {
    Company::new(7, 12).products[0].number.clone()
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
