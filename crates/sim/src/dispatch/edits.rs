//! What salespeople and the warehouse do while delivery notes are pushed.

use serde_json::{Value, json};

use crate::order_to_cash::edits::{Act, Desk};
use crate::order_to_cash::{erp, sales};
use crate::screens::{is_void, text};
use crate::world::World;

const NOTES: &str = "fxiaoke/DeliveryNoteObj";
const NOTE_LINES: &str = "fxiaoke/DeliveryNoteProductObj";
const ORDERS: &str = "fxiaoke/SalesOrderObj";
const BILLS: &str = "kingdee-k3cloud/SAL_SaleOrder";
const OUTBOUND: &str = "kingdee-k3cloud/SAL_OUTSTOCK";

/// How the numbers of consignments begin that the warehouse hands over without any note.
pub const BY_HAND: &str = "手工";

const ACTS: &[(u64, Act)] = &[
    (3, sales::new_customer),
    (2, sales::change_customer),
    (12, sales::new_order),
    (6, sales::change_line),
    (3, sales::add_line),
    (2, sales::remove_line),
    (3, sales::change_order),
    (2, sales::hand_over_order),
    (2, sales::void_order),
    (1, sales::recover_order),
    (18, new_note),
    (6, change_note),
    (5, change_note_line),
    (3, void_note),
    (5, push_by_hand),
    (2, erp::close_order),
    (2, erp::open_order),
    (2, erp::finance_edits_order),
    (5, erp::finish),
];

/// One random act.
pub fn edit(world: &World, number: u64) {
    Desk { world, number }.one_of(ACTS);
}

fn in_force(record: &Value) -> bool {
    !is_void(record)
}

fn consignment(desk: &Desk) -> String {
    format!("SF{:010}", desk.number)
}

/// A note of some of an order's lines, a part of each or all of it.
fn new_note(desk: &Desk) -> Option<Value> {
    let order = desk.any(ORDERS, in_force)?;
    let lines = desk.list(&format!("{ORDERS}/{}/SalesOrderProductObj", text(&order["_id"])));
    let taken: Vec<Value> = lines
        .iter()
        .filter(|line| in_force(line) && desk.percent(70))
        .map(|line| {
            let quantity = if desk.percent(40) { line["quantity"].clone() } else { json!((1 + desk.below(6)).to_string()) };
            json!({ "product_id": line["product_id"], "order_product_id__c": line["_id"], "delivery_num": quantity,
                "sales_order_id": order["_id"] })
        })
        .collect();
    if taken.is_empty() {
        return None;
    }
    let note = json!({ "sales_order_id": order["_id"], "delivery_date": desk.world.now_ms(),
        "express_order_id": consignment(desk), "details": { "DeliveryNoteProductObj": taken } });
    desk.post(NOTES, &note)
}

fn change_note(desk: &Desk) -> Option<Value> {
    let note = desk.any(NOTES, in_force)?;
    desk.post(&format!("{NOTES}/{}", text(&note["_id"])), &json!({ "express_order_id": consignment(desk) }))
}

fn change_note_line(desk: &Desk) -> Option<Value> {
    let line = desk.any(NOTE_LINES, in_force)?;
    let quantity = json!({ "delivery_num": (1 + desk.below(4)).to_string() });
    desk.post(&format!("{NOTE_LINES}/{}", text(&line["_id"])), &quantity)
}

fn void_note(desk: &Desk) -> Option<Value> {
    if !desk.world.shows_voided {
        return None;
    }
    let note = desk.any(NOTES, in_force)?;
    desk.post(&format!("{NOTES}/{}/invalid", text(&note["_id"])), &json!({}))
}

/// The warehouse pushes from an order of which no note is under way. While one is, nobody could tell afterwards whose a
/// document is that was made in the same seconds (`docs/decisions/0006-what-a-lost-derivation-made.md`).
fn push_by_hand(desk: &Desk) -> Option<Value> {
    let made = desk.list(OUTBOUND);
    let is_made = |note: &Value| made.iter().any(|one| one["FCarriageNO"] == note["express_order_id"]);
    let notes = desk.list(NOTES);
    let is_quiet = |bill: &Value| {
        let orders = desk.list(ORDERS).into_iter().filter(|order| order["name"] == bill["FBillNo"]);
        let ids: Vec<Value> = orders.map(|order| order["_id"].clone()).collect();
        notes.iter().all(|note| !ids.contains(&note["sales_order_id"]) || is_made(note))
    };
    let bill = desk.any(BILLS, |bill| bill["FDocumentStatus"] == "C" && is_quiet(bill))?;
    let body = json!({ "lines": [{ "row": 1, "quantity": "1" }], "carriage_no": format!("{BY_HAND}{}", desk.number) });
    desk.post(&format!("{BILLS}/{}/deliver", text(&bill["id"])), &body)
}
