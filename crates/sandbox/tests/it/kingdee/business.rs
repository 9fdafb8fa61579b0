//! From an order to its money, as the people of the company do it (`protocols/kingdee.md §3.5, §7`).

use sandbox::company::Company;
use sandbox::stand_in::StandIn;
use serde_json::{Value, json};

use super::desk::{Desk, error, order, status};

/// The numbers of the first materials.
fn materials() -> Vec<String> {
    Company::new(7, 12).products.iter().map(|product| product.number.clone()).collect()
}

/// An order line with its own key.
fn line(material: &str, quantity: u32, key: &str) -> Value {
    json!({ "FMaterialId": { "FNumber": material }, "FUnitID": { "FNumber": "Pcs" }, "FQty": quantity,
        "FTaxPrice": 113, "FEntryTaxRate": 13, "FDeliveryDate": "2026-06-10", "F_QIAO_LINE": key })
}

/// An audited order of ten and four pieces for an audited customer.
fn desk_with_order() -> Desk {
    let mut desk = Desk::open();
    desk.customer("C1", "苏州恒瑞精密机械有限公司");
    let mut model = order("S1", "C1", &materials()[0], 10);
    model["FSaleOrderEntry"] = json!([line(&materials()[0], 10, "甲"), line(&materials()[1], 4, "乙")]);
    desk.saved("SAL_SaleOrder", model);
    desk.audited("SAL_SaleOrder", "S1");
    desk
}

#[test]
fn a_clerk_delivers_a_part_and_then_the_rest() {
    let mut desk = desk_with_order();
    let modified = desk.value("SAL_SaleOrder", "FModifyDate", "");
    desk.now_ms += 60_000;
    let first = desk.control(
        "/SAL_SaleOrder/S1/deliver",
        json!({ "lines": [{ "row": 1, "quantity": "3" }], "stock": "CK002", "carriage_no": "SF1234567890" }),
    );
    assert_eq!((&first["FDocumentStatus"], &first["FCarriageNO"]), (&json!("C"), &json!("SF1234567890")));
    assert_eq!(first["FEntity"][0]["FStockID"], "CK002");
    let keys = "F_QIAO_LINE,FStockOutQty,FRemainOutQty,FMrpCloseStatus,FCloseStatus";
    assert_eq!(
        desk.query("SAL_SaleOrder", keys, ""),
        json!([["甲", 3, 7, "A", "A"], ["乙", 0, 4, "A", "A"]])
    );
    let too_much = json!({ "lines": [{ "row": 1, "quantity": 8 }] });
    let refused = desk.control("/SAL_SaleOrder/S1/deliver", too_much);
    assert!(refused["error"].as_str().unwrap().contains("可关联数量不足"), "{refused}");
    desk.control("/SAL_SaleOrder/S1/deliver", json!({}));
    assert_eq!(
        desk.query("SAL_SaleOrder", keys, ""),
        json!([["甲", 10, 0, "B", "B"], ["乙", 4, 0, "B", "B"]])
    );
    assert_eq!(desk.value("SAL_SaleOrder", "FModifyDate", ""), modified);
    let none = desk.control("/SAL_SaleOrder/S1/deliver", json!({}));
    assert!(none["error"].as_str().unwrap().contains("关闭"), "{none}");
}

#[test]
fn a_delivery_names_the_rows_it_came_from_in_every_way() {
    let mut desk = desk_with_order();
    let order = desk.value("SAL_SaleOrder", "FID", "").as_i64().unwrap();
    let rows = desk.query("SAL_SaleOrder", "FSaleOrderEntry_FEntryID", "");
    let made = desk.control("/SAL_SaleOrder/S1/deliver", json!({}));
    let keys = "FSrcBillNo,FSoorDerno,FSOEntryId,FEntity_Link_FRuleId,FEntity_Link_FSTableName,FEntity_Link_FSBillId,FEntity_Link_FSId";
    let linked =
        |row: &Value| json!(["S1", "S1", row[0], "SaleOrder-OutStock", "T_SAL_ORDERENTRY", order, row[0]]);
    let expected = json!([linked(&rows[0]), linked(&rows[1])]);
    let by_row = format!("FEntity_Link_FSId = {}", rows[1][0]);
    for filter in ["FSoorDerno = 'S1'", "FSrcBillNo in ('S1', 'S2')", "FEntity_Link_FSBillId > 0"] {
        assert_eq!(desk.query("SAL_OUTSTOCK", keys, filter), expected, "{filter}");
    }
    assert_eq!(desk.query("SAL_OUTSTOCK", keys, &by_row), json!([expected[1]]));
    let number = made["FBillNo"].as_str().unwrap();
    let view = desk.call("View", json!({ "formid": "SAL_OUTSTOCK", "data": { "Number": number } }));
    let link = &view["Result"]["Result"]["SAL_OUTSTOCKENTRY"][0]["FEntity_Link"][0];
    assert_eq!(
        (&link["RuleId"], &link["SBillId"]),
        (&json!("SaleOrder-OutStock"), &json!(order.to_string()))
    );
}

#[test]
fn a_delivery_through_a_notice_still_names_its_order() {
    let mut desk = desk_with_order();
    let notice = desk.control("/SAL_SaleOrder/S1/notify", json!({}));
    let number = notice["FBillNo"].as_str().unwrap().to_owned();
    desk.control(&format!("/SAL_DELIVERYNOTICE/{number}/deliver"), json!({}));
    let found = desk.query("SAL_OUTSTOCK", "FSrcBillNo,FSoorDerno,FEntity_Link_FRuleId", "FSoorDerno = 'S1'");
    assert_eq!(found[0], json!([number, "S1", "DeliveryNotice-OutStock"]));
    assert_eq!(desk.value("SAL_SaleOrder", "FCloseStatus", ""), "B");
}

#[test]
fn money_that_comes_in_is_written_off_and_moves_no_modification_date() {
    for (switch, moved) in [("unchanged", false), ("moved", true)] {
        let mut desk = desk_with_order();
        assert!(desk.system.set_switch("modified_on_write_back", switch));
        let delivery = desk.control("/SAL_SaleOrder/S1/deliver", json!({}));
        let number = delivery["FBillNo"].as_str().unwrap().to_owned();
        desk.control("/SAL_SaleOrder/S1/receive_payment", json!({ "amount": "582" }));
        let order = "FBillAllAmount,FReceivedAmount,FSaleOrderFinance_FEntryId,FWRITTENOFFSTATUS";
        let order = order.replace("FSaleOrderFinance_FEntryId,", "");
        let head = "FID = 0 or FBillNo = 'S1'";
        assert_eq!(desk.query("SAL_SaleOrder", &order, head)[0], json!([1582, 582, "B"]));
        assert_eq!(desk.value("AR_RECEIVEBILL", "FWRITTENOFFSTATUS", ""), "A", "an advance waits");
        let before = desk.value("SAL_SaleOrder", "FModifyDate", "");
        desk.now_ms += 60_000;
        desk.control(&format!("/SAL_OUTSTOCK/{number}/invoice"), json!({}));
        let receivable = "FALLAMOUNTFOR,FWRITTENOFFAMOUNT,FWRITTENOFFSTATUS";
        assert_eq!(desk.query("AR_receivable", receivable, "")[0], json!([1582, 582, "B"]));
        assert_eq!(desk.value("AR_RECEIVEBILL", "FWRITTENOFFSTATUS", ""), "C");
        let invoice = desk.value("AR_receivable", "FBillNo", "").as_str().unwrap().to_owned();
        desk.control(&format!("/AR_receivable/{invoice}/receive_payment"), json!({}));
        assert_eq!(desk.query("AR_receivable", receivable, "")[0], json!([1582, 1582, "C"]));
        assert_eq!(desk.query("SAL_SaleOrder", &order, head)[0], json!([1582, 1582, "C"]));
        assert_eq!(desk.value("SAL_SaleOrder", "FModifyDate", "") != before, moved, "{switch}");
        let receipt = desk.value("AR_RECEIVEBILL", "FBillNo", "FRECAMOUNTFOR = 1000");
        desk.step("UnAudit", "AR_RECEIVEBILL", receipt.as_str().unwrap());
        assert_eq!(desk.query("AR_receivable", receivable, "")[0], json!([1582, 582, "B"]));
        assert_eq!(desk.query("SAL_SaleOrder", &order, head)[0], json!([1582, 582, "B"]));
    }
}

#[test]
fn a_receipt_saved_by_a_client_is_written_off_like_one_of_the_screens() {
    let mut desk = desk_with_order();
    desk.saved(
        "AR_RECEIVEBILL",
        json!({ "FID": 0, "FBillNo": "HK20260601", "FCONTACTUNIT": { "FNumber": "C1" },
            "FPAYORGID": { "FNumber": "100" }, "FTHIRDBILLNO": "回款-0001",
            "FRECEIVEBILLENTRY": [{ "FSETTLETYPEID": { "FNumber": "JSFS04_SYS" }, "FRECTOTALAMOUNTFOR": "1582.00" }],
            "FRECEIVEBILLSRCENTRY": [{ "FSRCBILLNO": "S1", "FSRCBILLTYPEID": "SAL_SaleOrder", "FREALRECAMOUNT": "1582.00" }] }),
    );
    desk.audited("AR_RECEIVEBILL", "HK20260601");
    assert_eq!(desk.value("AR_RECEIVEBILL", "FRECAMOUNTFOR", "FTHIRDBILLNO = '回款-0001'"), 1582);
    assert_eq!(desk.value("SAL_SaleOrder", "FWRITTENOFFSTATUS", ""), "C");
}

#[test]
fn rows_are_edited_added_and_removed_by_their_ids() {
    let mut desk = desk_with_order();
    desk.step("UnAudit", "SAL_SaleOrder", "S1");
    let id = desk.value("SAL_SaleOrder", "FID", "");
    let rows = desk.query("SAL_SaleOrder", "FSaleOrderEntry_FEntryID", "");
    let save = |desk: &mut Desk, keeps: &str, rows: Value| {
        let data = json!({ "IsDeleteEntry": keeps, "Model": { "FID": id, "FSaleOrderEntry": rows } });
        let reply = desk.call("Save", json!({ "formid": "SAL_SaleOrder", "data": data }));
        assert_eq!(status(&reply)["IsSuccess"], true, "{reply}");
        desk.query("SAL_SaleOrder", "F_QIAO_LINE,FQty,FBillAllAmount", "")
    };
    let second = json!({ "FENTRYID": rows[1][0], "FQty": 5 });
    assert_eq!(save(&mut desk, "false", json!([second])), json!([["甲", 10, 1695], ["乙", 5, 1695]]));
    let third = line(&materials()[2], 1, "丙");
    assert_eq!(save(&mut desk, "false", json!([third]))[2], json!(["丙", 1, 1808]));
    assert_eq!(save(&mut desk, "true", json!([{ "FENTRYID": rows[0][0] }])), json!([["甲", 10, 1130]]));
    assert_eq!(desk.query("SAL_SaleOrder", "FSaleOrderEntry_FEntryID", ""), json!([rows[0]]));
    desk.control(
        "/SAL_SaleOrder/S1/FSaleOrderEntry",
        json!({ "FMaterialId": materials()[1], "FUnitID": "Pcs", "FQty": 2, "FTaxPrice": 113 }),
    );
    let row = desk.query("SAL_SaleOrder", "FSaleOrderEntry_FEntryID", "FQty = 2")[0][0].clone();
    desk.control(&format!("/SAL_SaleOrder/S1/FSaleOrderEntry/{row}/delete"), json!({}));
    assert_eq!(desk.query("SAL_SaleOrder", "FQty,FBillAllAmount", ""), json!([[10, 1130]]));
}

#[test]
fn what_was_pushed_is_neither_taken_back_nor_deleted() {
    let mut desk = desk_with_order();
    let delivery =
        desk.control("/SAL_SaleOrder/S1/deliver", json!({ "lines": [{ "row": 2, "quantity": 1 }] }));
    let refused = desk.step("UnAudit", "SAL_SaleOrder", "S1");
    assert_eq!(error(&refused), ("单据编号为“S1”的销售订单，单据存在下游单据，不允许反审核！".into(), 11));
    let number = delivery["FBillNo"].as_str().unwrap();
    desk.step("UnAudit", "SAL_OUTSTOCK", number);
    let deleted = desk.step("Delete", "SAL_OUTSTOCK", number);
    assert_eq!(status(&deleted)["IsSuccess"], true, "{deleted}");
    assert_eq!(status(&desk.step("UnAudit", "SAL_SaleOrder", "S1"))["IsSuccess"], true);
    assert_eq!(status(&desk.step("Delete", "SAL_SaleOrder", "S1"))["IsSuccess"], true);
}

#[test]
fn rows_are_closed_frozen_and_opened_again() {
    let mut desk = desk_with_order();
    let id = desk.value("SAL_SaleOrder", "FID", "");
    let row = desk.query("SAL_SaleOrder", "FSaleOrderEntry_FEntryID", "FQty = 4")[0][0].clone();
    for (close, open, field) in [
        ("MRPClose", "UnMRPClose", "FMrpCloseStatus"),
        ("YLFreeze", "YLUnFreeze", "FMrpFreezeStatus"),
        ("Terminate", "UnTerminate", "FMrpTerminateStatus"),
    ] {
        for (operation, after) in [(close, "B"), (open, "A")] {
            let data = json!({ "PkEntryIds": [{ "Id": id, "EntryIds": row.to_string() }] });
            let body = json!({ "formid": "SAL_SaleOrder", "opNumber": operation, "data": data });
            let reply = desk.call("ExcuteOperation", body);
            assert_eq!(status(&reply)["IsSuccess"], true, "{reply}");
            assert_eq!(desk.query("SAL_SaleOrder", field, ""), json!([["A"], [after]]), "{operation}");
        }
    }
}

#[test]
fn stock_that_is_counted_is_there_and_goes_with_deliveries() {
    let mut desk = desk_with_order();
    let material = materials()[0].clone();
    let counted =
        desk.control(&format!("/BD_MATERIAL/{material}/count_stock"), json!({ "quantity": "120.5" }));
    assert_eq!((&counted["FQty"], &counted["FMaterialId"]), (&json!("120.5"), &json!(material)));
    let since = desk.value("STK_Inventory", "FUPDATETIME", &format!("FMaterialId.FNumber = '{material}'"));
    desk.now_ms += 60_000;
    desk.control("/SAL_SaleOrder/S1/deliver", json!({ "lines": [{ "row": 1, "quantity": 10 }] }));
    let changed = format!("FUPDATETIME > '{}'", since.as_str().unwrap());
    assert_eq!(desk.query("STK_Inventory", "FMaterialId.FNumber,FQty", &changed), json!([[material, 110.5]]));
}
