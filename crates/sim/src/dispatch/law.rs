//! The law of dispatching: each note has one outbound document, made of its order's rows; nothing was pushed twice, and
//! nothing of the warehouse's own was taken.

use std::collections::BTreeMap;

use contract::store::{Linked, TaskLine};
use model::link::{KnownBy, Referent};
use model::record::RecordKey;
use model::{ConnectionName, ObjectName};
use serde_json::Value;

use super::edits::BY_HAND;
use crate::order_to_cash::books::Books;
use crate::order_to_cash::law::lawful::{is_gone, is_lawful};
use crate::order_to_cash::law::{equal, number, orders, twice};
use crate::screens::{is_void, list, text};
use crate::world::World;

const FLOW: &str = "outbound";

/// Everything by which the two sides break the law.
pub async fn violations(world: &World, found: &mut Vec<String>) {
    let books = Books::read(world).await;
    let documents = documents_of(world, &books).await;
    for task in books.all_stuck().filter(|task| task.task.flow.as_str() != FLOW) {
        if !is_lawful(&books, task) {
            found.push(format!("stuck: {} {} {:?}", task.task.flow, task.source_id, task.task.cause));
        }
    }
    orders::carried_over(&books, found);
    for note in books.all("DeliveryNoteObj") {
        check(&books, &documents, note, found);
    }
    nobodys(&books, &documents, found);
    twice(world, found);
}

/// The outbound documents that stand for the notes, as Qiao knows them, by the notes' ids.
async fn documents_of(world: &World, books: &Books) -> BTreeMap<String, String> {
    let (crm, erp) = (ConnectionName::new("crm"), ConnectionName::new("erp"));
    let object = ObjectName::new("DeliveryNoteObj");
    let ids: Vec<String> = books.all("DeliveryNoteObj").iter().map(|note| text(&note["_id"])).collect();
    let asked: Vec<Referent> = ids
        .iter()
        .map(|id| Referent {
            of: RecordKey::new(&crm, &object, id.as_str()),
            by: KnownBy::Id,
            connection: erp.clone(),
            object: Some(ObjectName::new("SAL_OUTSTOCK")),
        })
        .collect();
    let linked = world.facts().other_sides(&asked).await.expect("the store answers");
    let known = |(id, linked)| match linked {
        Linked::One { id: document, .. } => Some((id, document)),
        Linked::Nothing | Linked::Several => None,
    };
    ids.into_iter().zip(linked).filter_map(known).collect()
}

fn check(books: &Books, documents: &BTreeMap<String, String>, note: &Value, found: &mut Vec<String>) {
    let id = text(&note["_id"]);
    let of = format!("note {} {id}", text(&note["express_order_id"]));
    let document = documents.get(&id).and_then(|id| books.with("SAL_OUTSTOCK", "id", id).first().copied());
    if let Some(task) = books.stuck(FLOW, &id) {
        if !names_no_warehouse(task) && !is_inevitable(books, note, document) {
            found.push(format!("stuck: {of} {:?}", task.task.cause));
        }
        return;
    }
    match (is_void(note), document) {
        (true, Some(document)) => equal(found, &of, "void", "B", &text(&document["FCancelStatus"])),
        (true, None) => {}
        (false, None) => found.push(format!("lost: {of}")),
        (false, Some(document)) => {
            equal(found, &of, "status", "C", &text(&document["FDocumentStatus"]));
            equal(
                found,
                &of,
                "consignment",
                &text(&note["express_order_id"]),
                &text(&document["FCarriageNO"]),
            );
            lines(books, note, document, &of, found);
        }
    }
}

/// The note's lines beside the document's rows. A line of the order that is gone is nobody's to compare.
fn lines(books: &Books, note: &Value, document: &Value, of: &str, found: &mut Vec<String>) {
    let shown = |line: &str, quantity: &Value| match is_gone(books, "SalesOrderProductObj", line) {
        true => format!("- {}", number(quantity)),
        false => format!("{line} {}", number(quantity)),
    };
    let notes = books.lines_of("DeliveryNoteProductObj", "delivery_note_id", note).into_iter();
    let mut here: Vec<String> =
        notes.map(|line| shown(&text(&line["order_product_id__c"]), &line["delivery_num"])).collect();
    let there =
        |row: &Value| shown(books.line_of(&text(&row["FSOEntryId"])).unwrap_or_default(), &row["FRealQty"]);
    let mut there: Vec<String> = list(document["FEntity"].clone()).iter().map(there).collect();
    here.sort();
    there.sort();
    equal(found, of, "lines", &here.join(", "), &there.join(", "));
}

/// Whether the ERP's rules let nobody push or change it: more is to go than is left, or the order is closed, void,
/// un-audited, not there, or without the line; or the CRM holds it back for its customer.
fn is_inevitable(books: &Books, note: &Value, document: Option<&Value>) -> bool {
    let order = books.record("SalesOrderObj", &note["sales_order_id"]);
    let Some(order) = order.filter(|order| !is_void(order)) else { return true };
    if books.stuck("orders-to-erp", &text(&order["_id"])).is_some() {
        return true;
    }
    let Some(bill) = books.with("SAL_SaleOrder", "FBillNo", &text(&order["name"])).first().copied() else {
        return false;
    };
    if bill["FCloseStatus"] == "B" || bill["FDocumentStatus"] != "C" {
        return true;
    }
    let rows = list(bill["FSaleOrderEntry"].clone());
    books.lines_of("DeliveryNoteProductObj", "delivery_note_id", note).iter().any(|line| {
        let row = books.row_by_line(&text(&line["order_product_id__c"]));
        let Some(row) = row.and_then(|id| rows.iter().find(|row| text(&row["id"]) == id)) else {
            return true;
        };
        let left = amount(&row["FQty"]) - taken(books, row, document);
        left <= 0.0 || amount(&line["delivery_num"]) > left
    })
}

/// How much of an order's row other documents hold, drafts among them.
fn taken(books: &Books, row: &Value, except: Option<&Value>) -> f64 {
    let is_other =
        |one: &&Value| one["FCancelStatus"] != "B" && except.is_none_or(|except| one["id"] != except["id"]);
    let others = books.all("SAL_OUTSTOCK").iter().filter(is_other);
    let rows = others.flat_map(|one| one["FEntity"].as_array().into_iter().flatten());
    let of_row = rows.filter(|made| text(&made["FSOEntryId"]) == text(&row["id"]));
    of_row.map(|made| amount(&made["FRealQty"])).sum()
}

/// A product without a warehouse of its own: the ERP saves no document that it pushed without one.
fn names_no_warehouse(task: &TaskLine) -> bool {
    let cause = task.task.cause.as_ref();
    cause.is_some_and(|cause| cause.code == "kingdee.required" && cause.param("field") == Some("FStockID"))
}

/// What is compared with a margin of its own, and never shown.
fn amount(value: &Value) -> f64 {
    text(value).parse().unwrap_or_default()
}

/// Whatever was pushed is a note's or the warehouse's, and stands for one note.
fn nobodys(books: &Books, documents: &BTreeMap<String, String>, found: &mut Vec<String>) {
    let mut by_document: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (note, document) in documents {
        by_document.entry(document).or_default().push(note);
    }
    for (document, notes) in by_document.iter().filter(|(_, notes)| notes.len() > 1) {
        found.push(format!("doubled: {document} stands for {notes:?}"));
    }
    for document in books.all("SAL_OUTSTOCK") {
        let (id, consignment) = (text(&document["id"]), text(&document["FCarriageNO"]));
        let is_ours = by_document.contains_key(id.as_str());
        match (is_ours, consignment.starts_with(BY_HAND)) {
            (true, true) => {
                found.push(format!("taken: {} {consignment} was the warehouse's", text(&document["FBillNo"])))
            }
            (false, false) => found.push(format!("nobody's: {} {consignment:?}", text(&document["FBillNo"]))),
            _ => {}
        }
    }
}
