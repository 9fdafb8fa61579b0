//! Closing and un-closing.

use super::*;

const ORDER: Ask = Ask { object: "SAL_SaleOrder", ..NOTHING };

#[test]
fn a_document_is_closed_and_opened_as_is_wanted() {
    for (is_closed, wanted, expected) in [
        (false, None, ""),
        (true, None, ""),
        (false, Some(true), "YLBillClose"),
        (true, Some(true), ""),
        (false, Some(false), ""),
        (true, Some(false), "YLUnBillClose"),
    ] {
        let observed = Some(("audited", false, "{}"));
        let is_closed = Some(is_closed);
        check(&Ask { observed, is_closed, closed: wanted, status: Some("audited"), ..ORDER }, expected);
    }
    check(&Ask { closed: Some(true), status: Some("audited"), ..ORDER }, "create Submit Audit YLBillClose");
    check(
        &Ask { closed: Some(true), status: Some("audited"), observed: Some(("saved", false, "{}")), ..ORDER },
        "Submit Audit YLBillClose",
    );
}

#[test]
fn every_form_closes_by_its_own_operations() {
    for (object, closing, opening) in [
        ("SAL_DELIVERYNOTICE", "BillClose", "UncloseBill"),
        ("PUR_PurchaseOrder", "BillClose", "BillUnClose"),
    ] {
        let ask = Ask { object, observed: Some(("audited", false, "{}")), ..NOTHING };
        check(&Ask { is_closed: Some(false), closed: Some(true), ..ask.clone() }, closing);
        check(&Ask { is_closed: Some(true), closed: Some(false), ..ask }, opening);
    }
    check(&Ask { closed: Some(true), ..NOTHING }, "kingdee.close_none");
}

#[test]
fn a_closed_document_is_changed_only_where_the_flow_says_so() {
    let ask = Ask {
        mapped: r#"{"FNote":"新"}"#,
        changed: &["FNote"],
        observed: Some(("audited", false, r#"{"FNote":"旧"}"#)),
        is_closed: Some(true),
        ..ORDER
    };
    check(&ask, "kingdee.closed");
    check(
        &Ask { options: r#"{"on_closed":"unclose"}"#, ..ask.clone() },
        "YLUnBillClose UnAudit update Submit Audit YLBillClose",
    );
    check(&Ask { closed: Some(false), ..ask.clone() }, "YLUnBillClose UnAudit update Submit Audit");
    // It was opened for a write that came to nothing.
    let opened = Ask { is_closed: Some(false), closed: Some(true), ..ask.clone() };
    check(&opened, "UnAudit update Submit Audit YLBillClose");
    check(&Ask { closed: Some(true), ..ask }, "kingdee.closed");
}

#[test]
fn a_void_that_closes_is_not_sent_twice() {
    let ask = Ask { void: Some("YLBillClose"), observed: Some(("audited", false, "{}")), ..ORDER };
    check(&Ask { is_closed: Some(false), ..ask.clone() }, "YLBillClose");
    check(&Ask { is_closed: Some(true), ..ask }, "");
}
