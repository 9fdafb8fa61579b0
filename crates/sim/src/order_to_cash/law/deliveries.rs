//! Deliveries: each that is audited in the ERP stands once in the CRM, its lines joined to the order's lines.

use serde_json::{Value, json};

use super::{equal, number, only};
use crate::order_to_cash::books::Books;
use crate::screens::{is_void, text};

const FLOW: &str = "deliveries-to-crm";

pub fn check(books: &Books, found: &mut Vec<String>) {
    for delivery in books.audited("SAL_OUTSTOCK") {
        let code = text(&delivery["FBillNo"]);
        let of = format!("delivery {code}");
        if books.stuck(FLOW, &text(&delivery["id"])).is_some() {
            continue;
        }
        let order = books.with("SalesOrderObj", "name", &text(&delivery["FEntity"][0]["FSoorDerno"]));
        let Some(order) = order.first() else {
            found.push(format!("lost: the order of {of}"));
            continue;
        };
        let Some(note) = only(found, &of, &books.with("DeliveryNoteObj", "erp_no__c", &code)) else {
            continue;
        };
        equal(found, &of, "order", &text(&order["_id"]), &text(&note["sales_order_id"]));
        equal(found, &of, "express", &text(&delivery["FCarriageNO"]), &text(&note["express_order_id"]));
        lines(books, delivery, note, &of, found);
    }
    for note in books.in_force("DeliveryNoteObj").filter(|note| !text(&note["erp_no__c"]).is_empty()) {
        let code = text(&note["erp_no__c"]);
        if books.with("SAL_OUTSTOCK", "FBillNo", &code).is_empty() {
            found.push(format!("nobody's: delivery {code}"));
        }
    }
}

/// The lines of a note beside the rows of its delivery. A row whose order line is gone from the CRM stands there joined
/// to what it was joined to; a row that finance added to the order belongs to no line.
fn lines(books: &Books, delivery: &Value, note: &Value, of: &str, found: &mut Vec<String>) {
    let gone = |joined: &str| books.record("SalesOrderProductObj", &json!(joined)).is_none_or(is_void);
    let shown = |line: &str, rest: String| match gone(line) {
        true => format!("- {rest}"),
        false => format!("{line} {rest}"),
    };
    let here = books.lines_of("DeliveryNoteProductObj", "delivery_note_id", note);
    let mut here: Vec<String> = here
        .iter()
        .map(|line| {
            let product = books.record("ProductObj", &line["product_id"]);
            let code = product.map_or_else(String::new, |product| text(&product["product_code"]));
            let (quantity, money) = (number(&line["delivery_num"]), number(&line["delivery_money"]));
            shown(&text(&line["order_product_id__c"]), format!("{code} {quantity} {money}"))
        })
        .collect();
    let rows = delivery["FEntity"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut there: Vec<String> = rows
        .iter()
        .map(|row| {
            let line = books.line_of(&text(&row["FSOEntryId"])).unwrap_or_default();
            let (quantity, money) = (number(&row["FRealQty"]), number(&row["FAllAmount"]));
            shown(line, format!("{} {quantity} {money}", text(&row["FMaterialID"])))
        })
        .collect();
    here.sort();
    there.sort();
    equal(found, of, "lines", &here.join(", "), &there.join(", "));
}
