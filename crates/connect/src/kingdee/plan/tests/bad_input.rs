//! What people type: it is passed on as it is where the system may judge, and never spreads.

use super::*;

#[test]
fn quantities_prices_and_names_are_sent_as_they_were_mapped() {
    let create = r#"{"FBillNo":"SO-😀-1","FNote":"加急 🚚 “尽快”","FSaleOrderEntry":[{"FQty":0,"FTaxPrice":0.123456789}]}"#;
    let ask = Ask { object: "SAL_SaleOrder", create, ..NOTHING };
    assert_eq!(documents(&ask), [create]);
    assert_eq!(planned(&ask).unwrap()[0].number.as_deref(), Some("SO-😀-1"));
}

#[test]
fn what_finance_changed_meanwhile_is_left_alone() {
    // Sales changed the telephone; finance changed the tax number, which the flow maps too.
    let ask = Ask {
        mapped: r#"{"FName":"启明商贸","FTEL":"0755-2","FTAXREGISTERCODE":"旧税号"}"#,
        changed: &["FTEL"],
        agreed: Some(r#"{"FName":"启明商贸","FTEL":"0755-1","FTAXREGISTERCODE":"旧税号"}"#),
        observed: Some((
            "audited",
            false,
            r#"{"FName":"启明商贸","FTEL":"0755-1","FTAXREGISTERCODE":"新税号"}"#,
        )),
        ..NOTHING
    };
    check(&ask, "UnAudit update Submit Audit");
    assert_eq!(documents(&ask)[1], r#"{"FCUSTID":100325,"FTEL":"0755-2"}"#);
}

#[test]
fn an_emoji_is_a_difference_like_any_other() {
    let ask = Ask {
        mapped: r#"{"FName":"桥🌉公司"}"#,
        changed: &["FName"],
        observed: Some(("saved", false, r#"{"FName":"桥公司"}"#)),
        ..NOTHING
    };
    assert_eq!(documents(&ask), [r#"{"FCUSTID":100325,"FName":"桥🌉公司"}"#]);
    check(&Ask { observed: Some(("saved", false, r#"{"FName":"桥🌉公司"}"#)), ..ask }, "");
}
