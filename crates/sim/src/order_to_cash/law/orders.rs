//! Orders: each in force once in the ERP, audited, with the same lines in the rows that stand for them.

use std::collections::BTreeSet;

use serde_json::Value;

use super::lawful::is_gone;
use super::{equal, number, only};
use crate::order_to_cash::books::Books;
use crate::screens::{is_void, text};

const FLOW: &str = "orders-to-erp";
const CLOSED: &[(&str, &str)] = &[("A", "open"), ("B", "closed")];
pub const WRITTEN_OFF: &[(&str, &str)] = &[("A", "none"), ("B", "partial"), ("C", "full")];

pub fn check(books: &Books, found: &mut Vec<String>) {
    for order in books.all("SalesOrderObj") {
        let name = text(&order["name"]);
        let of = format!("order {name}");
        let there = books.with("SAL_SaleOrder", "FBillNo", &name);
        let stuck = books.stuck(FLOW, &text(&order["_id"]));
        if stuck.is_some() {
            match is_gone(books, "AccountObj", &text(&order["account_id"])) {
                true if there.len() > 1 => found.push(format!("doubled: {of} × {}", there.len())),
                // The ERP takes nothing for a customer that is forbidden, not even back.
                true => {}
                false => told(order, &there, &of, found),
            }
            continue;
        }
        if is_void(order) {
            for bill in there {
                equal(found, &of, "void", "B", &text(&bill["FCancelStatus"]));
            }
            continue;
        }
        let Some(bill) = only(found, &of, &there) else { continue };
        head(books, order, bill, &of, found);
        lines(books, order, bill, &of, found);
        said(found, &of, "erp_close_status__c", order, CLOSED, &bill["FCloseStatus"]);
        let written_off = &bill["FSaleOrderFinance"]["FWRITTENOFFSTATUS"];
        said(found, &of, "erp_writeoff__c", order, WRITTEN_OFF, written_off);
    }
    for bill in books.all("SAL_SaleOrder") {
        let number = text(&bill["FBillNo"]);
        if books.with("SalesOrderObj", "name", &number).is_empty() {
            found.push(format!("nobody's: order {number}"));
        }
    }
}

/// An order that may not be changed stands as it stood, audited, and the CRM says why.
fn told(order: &Value, there: &[&Value], of: &str, found: &mut Vec<String>) {
    if let Some(bill) = only(found, of, there) {
        equal(found, of, "status", "C", &text(&bill["FDocumentStatus"]));
    }
    if !is_void(order) {
        equal(found, of, "erp_status__c", "failed", &text(&order["erp_status__c"]));
        if text(&order["erp_message__c"]).is_empty() {
            found.push(format!("differs: {of} is not said to have failed"));
        }
    }
}

fn head(books: &Books, order: &Value, bill: &Value, of: &str, found: &mut Vec<String>) {
    // What a person un-audited is not audited again for a customer that is forbidden.
    if !is_gone(books, "AccountObj", &text(&order["account_id"])) {
        equal(found, of, "status", "C", &text(&bill["FDocumentStatus"]));
    }
    equal(found, of, "void", "A", &text(&bill["FCancelStatus"]));
    let account = books.record("AccountObj", &order["account_id"]);
    let account = account.map_or_else(String::new, |account| text(&account["account_no"]));
    equal(found, of, "customer", &account, &text(&bill["FCustId"]));
    equal(found, of, "note", &text(&order["remark"]), &text(&bill["FNote"]));
    equal(found, of, "erp_no__c", &text(&order["name"]), &text(&order["erp_no__c"]));
    equal(found, of, "erp_status__c", "synced", &text(&order["erp_status__c"]));
}

fn lines(books: &Books, order: &Value, bill: &Value, of: &str, found: &mut Vec<String>) {
    let rows = bill["FSaleOrderEntry"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut ours = BTreeSet::new();
    for line in books.lines_of("SalesOrderProductObj", "order_id", order) {
        let of = format!("{of} line {}", text(&line["_id"]));
        let id = books.row_of(line);
        let Some(row) = id.and_then(|id| rows.iter().find(|row| text(&row["id"]) == id)) else {
            found.push(format!("lost: {of}"));
            continue;
        };
        if !ours.insert(text(&row["id"])) {
            found.push(format!("doubled: {of} shares its row with another"));
        }
        let product = books.record("ProductObj", &line["product_id"]);
        let code = product.map_or_else(String::new, |product| text(&product["product_code"]));
        equal(found, &of, "product", &code, &text(&row["FMaterialId"]));
        for (here, there) in [("quantity", "FQty"), ("sales_price", "FTaxPrice"), ("subtotal", "FAllAmount")]
        {
            equal(found, &of, there, &number(&line[here]), &number(&row[there]));
        }
        equal(found, &of, "remark", &text(&line["remark"]), &text(&row["FEntryNote"]));
    }
    // Rows that finance made stay, and only those.
    for row in rows.iter().filter(|row| !ours.contains(&text(&row["id"]))) {
        if !text(&row["FEntryNote"]).starts_with("财务") {
            found.push(format!("doubled: {of} has row {} of nobody", row["id"]));
        }
    }
}

/// A state of the ERP as the CRM says it; one that was never said is the first.
pub fn said(
    found: &mut Vec<String>,
    of: &str,
    field: &str,
    record: &Value,
    words: &[(&str, &str)],
    letter: &Value,
) {
    let first = words.first().map_or("", |(_, word)| *word);
    let letter = text(letter);
    let there = words.iter().find(|(known, _)| *known == letter).map_or(first, |(_, word)| *word);
    let here = text(&record[field]);
    equal(found, of, field, if here.is_empty() { first } else { &here }, there);
}
