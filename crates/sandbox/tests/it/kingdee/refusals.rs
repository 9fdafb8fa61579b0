//! What the server does not take: bad quantities, texts, references, numbers (`protocols/kingdee.md §3.1, §4`).

use sandbox::company::Company;
use sandbox::stand_in::StandIn;
use serde_json::{Value, json};

use super::desk::{Desk, customer, error, order, status};

fn material() -> String {
    Company::new(7, 12).products[0].number.clone()
}

/// An order of one line with one key of the line changed.
fn order_with(key: &str, value: Value) -> Value {
    let mut model = order("S1", "C1", &material(), 10);
    model["FSaleOrderEntry"][0][key] = value;
    model
}

#[test]
fn a_line_of_no_quantity_is_refused() {
    let mut desk = Desk::open();
    desk.customer("C1", "客户");
    for (quantity, sentence) in [
        (json!(0), "单据体实体【订单明细】第【1】行分录，【销售数量】字段必录"),
        (json!("-3"), "单据体实体【订单明细】第【1】行分录，【销售数量】必须大于零！"),
    ] {
        let refused = desk.save("SAL_SaleOrder", order_with("FQty", quantity));
        assert_eq!(error(&refused), (sentence.into(), 11));
    }
}

#[test]
fn a_currency_that_nobody_knows_is_not_taken_for_the_usual_one() {
    let mut desk = Desk::open();
    desk.customer("C1", "客户");
    let mut model = order("S1", "C1", &material(), 1);
    model["FSaleOrderFinance"]["FSettleCurrId"]["FNumber"] = json!("EUR");
    let refused = desk.save("SAL_SaleOrder", model.clone());
    assert_eq!(error(&refused), ("字段“结算币别”是必填项".into(), 11));
    let data = json!({ "IsVerifyBaseDataField": true, "Model": model });
    let refused = desk.call("Save", json!({ "formid": "SAL_SaleOrder", "data": data }));
    assert_eq!(error(&refused), ("字段“结算币别”的值“EUR”在基础资料“币别”中不存在".into(), 9));
    model["FSaleOrderFinance"]["FSettleCurrId"]["FNumber"] = json!("PRE007");
    desk.saved("SAL_SaleOrder", model);
    assert_eq!(desk.value("SAL_SaleOrder", "FSettleCurrId.FCODE", ""), "USD");
}

#[test]
fn a_price_with_nine_decimals_is_rounded_or_refused() {
    let price = json!("12.123456789");
    let sentence = "单据体实体【订单明细】第【1】行分录，【含税单价】的小数位数超过单价精度6！";
    for (switch, controlled, taken) in
        [("rounded", false, true), ("rounded", true, false), ("refused", false, false)]
    {
        let mut desk = Desk::open();
        assert!(desk.system.set_switch("price_decimals", switch));
        desk.customer("C1", "客户");
        let data =
            json!({ "IsControlPrecision": controlled, "Model": order_with("FTaxPrice", price.clone()) });
        let reply = desk.call("Save", json!({ "formid": "SAL_SaleOrder", "data": data }));
        match taken {
            true => assert_eq!(desk.query("SAL_SaleOrder", "FTaxPrice", ""), json!([[12.123457]])),
            false => assert_eq!(error(&reply), (sentence.into(), 11)),
        }
    }
}

#[test]
fn a_name_of_300_characters_and_a_number_of_81_are_refused() {
    let mut desk = Desk::open();
    for (number, name, sentence) in [
        ("C1", "名".repeat(300), "字段“客户名称”的值超过最大长度255！"),
        (&*"C".repeat(81), "客户".into(), "字段“客户编码”的值超过最大长度80！"),
    ] {
        let refused = desk.save("BD_Customer", customer(number, &name));
        assert_eq!(error(&refused), (sentence.into(), 11));
    }
    desk.saved("BD_Customer", customer(&"C".repeat(80), &"名".repeat(255)));
}

#[test]
fn an_emoji_is_kept_marked_or_refused() {
    for (switch, kept) in [("stored", Some("甲🚀乙")), ("question_mark", Some("甲?乙")), ("refused", None)]
    {
        let mut desk = Desk::open();
        assert!(desk.system.set_switch("four_byte_text", switch));
        let reply = desk.save("BD_Customer", customer("C1", "甲🚀乙"));
        match kept {
            Some(name) => assert_eq!(desk.value("BD_Customer", "FName", ""), name, "{switch}"),
            None => assert!(error(&reply).0.contains("数据库不支持的字符"), "{reply}"),
        }
    }
}

#[test]
fn a_second_order_of_one_number_is_refused_and_500_lines_are_not() {
    let mut desk = Desk::open();
    desk.customer("C1", "客户");
    let mut model = order("S1", "C1", &material(), 1);
    let row = model["FSaleOrderEntry"][0].clone();
    model["FSaleOrderEntry"] = vec![row; 500].into();
    desk.saved("SAL_SaleOrder", model.clone());
    assert_eq!(desk.query("SAL_SaleOrder", "FSaleOrderEntry_FSEQ", "").as_array().unwrap().len(), 500);
    let refused = desk.save("SAL_SaleOrder", model);
    assert_eq!(error(&refused), ("违反字段唯一性要求：编码唯一。[S1]在当前系统中已经被使用。".into(), 11));
}

#[test]
fn an_order_is_audited_only_with_base_data_that_may_be_used_there() {
    for (switch, at_save) in [("refused_at_audit", false), ("refused_at_save", true)] {
        let mut desk = Desk::open();
        assert!(desk.system.set_switch("unusable_base_data", switch));
        desk.saved("BD_Customer", customer("C1", "未审核的客户"));
        let reply = desk.save("SAL_SaleOrder", order("S1", "C1", &material(), 1));
        if at_save {
            assert_eq!(error(&reply), ("客户“C1”未审核，不允许保存！".into(), 11));
            continue;
        }
        desk.step("Submit", "SAL_SaleOrder", "S1");
        let refused = desk.step("Audit", "SAL_SaleOrder", "S1");
        let sentence = "单据编号为“S1”的销售订单，客户“C1”未审核，不允许审核！";
        assert_eq!(error(&refused), (sentence.into(), 11));
        desk.audited("BD_Customer", "C1");
        desk.control("/BD_Customer/C1/Forbid", json!({}));
        let refused = desk.step("Audit", "SAL_SaleOrder", "S1");
        assert!(error(&refused).0.contains("客户“C1”已经禁用"), "{refused}");
        desk.control("/BD_Customer/C1/Enable", json!({}));
        assert_eq!(status(&desk.step("Audit", "SAL_SaleOrder", "S1"))["IsSuccess"], true);
    }
}

#[test]
fn a_customer_of_another_organisation_is_allocated_first() {
    let mut desk = Desk::open();
    let id = desk.customer("C1", "客户");
    let mut model = order("S1", "C1", &material(), 1);
    model["FSaleOrgId"]["FNumber"] = json!("603");
    desk.saved("SAL_SaleOrder", model);
    desk.step("Submit", "SAL_SaleOrder", "S1");
    let refused = desk.step("Audit", "SAL_SaleOrder", "S1");
    assert!(error(&refused).0.contains("客户“C1”没有分配到组织“苏州桥林销售有限公司”"), "{refused}");
    let org = desk.value("ORG_Organizations", "FOrgID", "FNumber = '603'");
    let data = json!({ "PkIds": id.to_string(), "TOrgIds": org.to_string(), "IsAutoSubmitAndAudit": "true" });
    let reply = desk.call("Allocate", json!({ "formid": "BD_Customer", "data": data }));
    assert_eq!(status(&reply)["IsSuccess"], true, "{reply}");
    assert_eq!(desk.query("BD_Customer", "FNumber", "FUseOrgId.FNumber = '603'"), json!([["C1"]]));
}

#[test]
fn queries_by_moments_and_keys_find_what_a_scan_would() {
    let mut desk = Desk::open();
    desk.customer("C1", "客户");
    for n in 1..=9 {
        desk.now_ms += 60_000;
        let mut model = order(&format!("S{n}"), "C1", &material(), n);
        model["F_QIAO_ExtId"] = json!(format!("外部-{}", n % 3));
        model["FSaleOrderEntry"][0]["F_QIAO_LINE"] = json!(format!("行-{n}"));
        desk.saved("SAL_SaleOrder", model);
    }
    let at = |desk: &mut Desk, n: u32| {
        let at = desk.value("SAL_SaleOrder", "FModifyDate", &format!("FBillNo = 'S{n}'"));
        at.as_str().unwrap().to_owned()
    };
    let (third, fifth) = (at(&mut desk, 3), at(&mut desk, 5));
    let row = desk.value("SAL_SaleOrder", "FSaleOrderEntry_FEntryID", "FBillNo = 'S4'");
    desk.now_ms += 60_000;
    desk.audited("SAL_SaleOrder", "S2");
    for (filter, expected) in [
        (format!("FModifyDate >= '{third}' and FModifyDate < '{fifth}'"), vec!["S3", "S4"]),
        (format!("FModifyDate >= '{third}' and FModifyDate <= '{third}'"), vec!["S3"]),
        (format!("FModifyDate > '{fifth}' and FModifyDate < '{third}'"), vec![]),
        (format!("(FModifyDate <= '{third}' or FApproveDate > '{fifth}') and FQty > 1"), vec!["S2", "S3"]),
        ("F_QIAO_ExtId = '外部-1'".into(), vec!["S1", "S4", "S7"]),
        ("F_QIAO_ExtId in ('外部-0', '没有')".into(), vec!["S3", "S6", "S9"]),
        ("F_QIAO_LINE = '行-8'".into(), vec!["S8"]),
        ("F_QIAO_LINE = '行-8' or FBillNo = 'S1'".into(), vec!["S1", "S8"]),
        (format!("FSaleOrderEntry_FEntryID = {row}"), vec!["S4"]),
        (format!("FSaleOrderEntry_FEntryID in ({row}, 1)"), vec!["S4"]),
        ("F_QIAO_LINE = ' '".into(), vec![]),
    ] {
        let expected: Vec<Value> = expected.into_iter().map(|number| json!([number])).collect();
        assert_eq!(desk.query("SAL_SaleOrder", "FBillNo", &filter), json!(expected), "{filter}");
    }
    desk.control("/SAL_SaleOrder/S4", json!({ "F_QIAO_ExtId": "外部-2" }));
    assert_eq!(desk.query("SAL_SaleOrder", "FBillNo", "F_QIAO_ExtId = '外部-1'"), json!([["S1"], ["S7"]]));
    desk.control("/SAL_SaleOrder/S7/delete", json!({}));
    assert_eq!(desk.query("SAL_SaleOrder", "FBillNo", "F_QIAO_ExtId = '外部-1'"), json!([["S1"]]));
}
