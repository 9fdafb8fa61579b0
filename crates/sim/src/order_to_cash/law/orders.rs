//! Orders: each in force once in the ERP, audited, with the same lines in the rows that stand for them.

use std::collections::BTreeSet;

use model::reconciliation::{FieldDifference, Found, Kind};
use serde_json::{Value, json};

use super::lawful::is_gone;
use super::{equal, number, only};
use crate::order_to_cash::books::Books;
use crate::screens::{is_void, text};

pub const FLOW: &str = "orders-to-erp";

/// A field of the CRM that says a state of the ERP, and the words for its letters, from the first state to the last.
pub struct Said {
    field: &'static str,
    words: &'static [(&'static str, &'static str)],
}

const CLOSED: Said = Said { field: "erp_close_status__c", words: &[("A", "open"), ("B", "closed")] };
pub const WRITTEN_OFF: Said =
    Said { field: "erp_writeoff__c", words: &[("A", "none"), ("B", "partial"), ("C", "full")] };

/// That orders stand in the ERP as in the CRM, and the states that the ERP says of them in the CRM.
pub fn check(books: &Books, found: &mut Vec<String>) {
    carried_over(books, found);
    for order in
        books.in_force("SalesOrderObj").filter(|order| books.stuck(FLOW, &text(&order["_id"])).is_none())
    {
        let name = text(&order["name"]);
        let of = format!("order {name}");
        let Some(bill) = books.with("SAL_SaleOrder", "FBillNo", &name).first().copied() else { continue };
        let done = books.is_done_with("SAL_SaleOrder", &name);
        CLOSED.check(found, &of, order, &bill["FCloseStatus"], done);
        let written_off = &bill["FSaleOrderFinance"]["FWRITTENOFFSTATUS"];
        WRITTEN_OFF.check(found, &of, order, written_off, done);
    }
}

/// That each order in force stands once in the ERP, as it is in the CRM.
pub fn carried_over(books: &Books, found: &mut Vec<String>) {
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
    if !is_of_nobody(books, order) {
        equal(found, of, "status", "C", &text(&bill["FDocumentStatus"]));
    }
    equal(found, of, "void", "A", &text(&bill["FCancelStatus"]));
    let account = books.record("AccountObj", &order["account_id"]);
    let account = account.map_or_else(String::new, |account| text(&account["account_no"]));
    equal(found, of, "customer", &account, &text(&bill["FCustId"]));
    equal(found, of, "salesperson", &salesperson(order), &text(&bill["FSalerId"]));
    equal(found, of, "note", &text(&order["remark"]), &text(&bill["FNote"]));
    equal(found, of, "erp_no__c", &text(&order["name"]), &text(&order["erp_no__c"]));
    equal(found, of, "erp_status__c", "synced", &text(&order["erp_status__c"]));
}

/// The number in the ERP of who owns an order: the company's staff have ids of the CRM from 1000 on in the order of their
/// employee numbers, and are salespeople by those.
fn salesperson(order: &Value) -> String {
    let id = text(&order["owner"][0]).parse::<u32>().unwrap_or_default();
    format!("EMP{:03}", id.saturating_sub(999))
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
    // Rows that finance made stay, and those of lines that were gone before the order was ever brought over: nothing
    // tells then that they were ours.
    for row in rows.iter().filter(|row| !ours.contains(&text(&row["id"]))) {
        if !text(&row["FEntryNote"]).starts_with("财务") && !books.was_there(row) {
            found.push(format!("doubled: {of} has row {} of nobody", row["id"]));
        }
    }
}

/// Whether the order's customer is forbidden: what a person un-audited is not audited again then.
fn is_of_nobody(books: &Books, order: &Value) -> bool {
    is_gone(books, "AccountObj", &text(&order["account_id"]))
}

/// Whether a reconciliation found an order that may not be audited again: a true difference, and for people.
pub fn is_left_unaudited(books: &Books, found: &Found) -> bool {
    let order = found.source.as_ref().and_then(|source| books.record("SalesOrderObj", &json!(source.id)));
    found.kind == Kind::Differs
        && !found.fields.is_empty()
        && found.fields.iter().all(|field| field.field == "status")
        && order.is_some_and(|order| is_of_nobody(books, order))
}

/// Whether a reconciliation found what polling cannot see: an order that was read as done with, and that another document
/// has undone without moving its date (`protocols/kingdee.md §5.7`). The nightly sweep brings it over.
pub fn is_undone_unseen(found: &Found) -> bool {
    let is_unread = found.cause.as_ref().is_some_and(|cause| cause.code == "reconcile.change_not_read");
    is_unread
        && !found.fields.is_empty()
        && found.fields.iter().all(|field| [&CLOSED, &WRITTEN_OFF].iter().any(|said| said.is_undone(field)))
}

impl Said {
    fn is_undone(&self, field: &FieldDifference) -> bool {
        let last = self.words.last().map(|(_, word)| json!(word).to_string());
        field.field == self.field && field.there == last
    }

    /// A state that was never said is the first. What was read as done with is read again only when its date moves, so
    /// it may still be said to be in its last state when another document has undone that without moving the date
    /// (`protocols/kingdee.md §5.7`).
    pub fn check(&self, found: &mut Vec<String>, of: &str, record: &Value, letter: &Value, done: bool) {
        let word = |at: Option<&(&str, &'static str)>| at.map_or("", |(_, word)| *word);
        let letter = text(letter);
        let there = self.words.iter().find(|(known, _)| *known == letter).or(self.words.first());
        let here = text(&record[self.field]);
        let here = if here.is_empty() { word(self.words.first()) } else { &here };
        if !(done && here == word(self.words.last())) {
            equal(found, of, self.field, here, word(there));
        }
    }
}
