//! What may stay undone: each failure and each wait that the vendors' rules make inevitable, with the fact that does.

use contract::store::TaskLine;
use model::task::State;
use serde_json::{Value, json};

use crate::order_to_cash::books::Books;
use crate::screens::{is_void, text};

/// Whatever is stuck without such a fact breaks the law.
pub fn check(books: &Books, found: &mut Vec<String>) {
    for task in books.all_stuck() {
        if !is_lawful(books, task) {
            let what = if task.task.state == State::Failed { "failed" } else { "restless" };
            found.push(format!("{what}: {} {} {:?}", task.task.flow, task.source_id, task.task.cause));
        }
    }
}

/// Whether the vendors' rules make it inevitable that the task is stuck.
pub fn is_lawful(books: &Books, task: &TaskLine) -> bool {
    let code = task.task.cause.as_ref().map_or("", |cause| cause.code.as_ref());
    let bill = bill_of(books, task);
    match (task.task.flow.as_str(), task.task.state, code) {
        // The ERP lets nobody change an order of which goods are under way, or one that is closed, or whose customer
        // is forbidden.
        ("orders-to-erp", State::Failed, "kingdee.downstream") => {
            bill.is_some_and(|bill| has_downstream(books, bill))
        }
        ("orders-to-erp", State::Failed, "kingdee.is_closed" | "kingdee.closed") => {
            bill.is_some_and(|bill| bill["FCloseStatus"] == "B")
        }
        ("orders-to-erp", State::Failed, "kingdee.invalid" | "kingdee.reference_not_audited") => {
            is_gone_of(books, "SalesOrderObj", &task.source_id, "account_id", "AccountObj")
        }
        ("payments-to-erp", State::Failed, "kingdee.invalid" | "kingdee.reference_not_audited") => {
            is_gone_of(books, "PaymentObj", &task.source_id, "account_id", "AccountObj")
        }
        // The CRM lets nobody deliver an order that is void, or lines of it that are.
        ("deliveries-to-crm", State::Failed, "fxiaoke.refused") => delivers_what_is_gone(books, task),
        // Rows that finance added to an order belong to no line of the CRM.
        ("deliveries-to-crm", State::Waiting, "engine.waits_for_line") => delivery_of(books, task)
            .is_some_and(|delivery| {
                rows_of(delivery).iter().any(|row| books.line_of(&text(&row["FSOEntryId"])).is_none())
            }),
        // What was void before it could be brought over is not there to be paid.
        ("payments-to-erp", State::Waiting, "engine.parent_skipped") => {
            books
                .lines_of("OrderPaymentObj", "payment_id", &json!({ "_id": task.source_id }))
                .iter()
                .any(|line| is_gone(books, "SalesOrderObj", &text(&line["order_id"])))
                || is_gone_of(books, "PaymentObj", &task.source_id, "account_id", "AccountObj")
        }
        // An order that waited, for its salesperson perhaps, until its customer was void.
        ("payments-to-erp", State::Waiting, "engine.parent_failed" | "engine.parent_failed_because") => books
            .lines_of("OrderPaymentObj", "payment_id", &json!({ "_id": task.source_id }))
            .iter()
            .any(|line| {
                is_gone_of(books, "SalesOrderObj", &text(&line["order_id"]), "account_id", "AccountObj")
            }),
        ("orders-to-erp", State::Waiting, "engine.parent_skipped") => {
            is_gone_of(books, "SalesOrderObj", &task.source_id, "account_id", "AccountObj")
        }
        _ => false,
    }
}

/// Whether what a record refers to is out of force.
fn is_gone_of(books: &Books, object: &str, id: &str, field: &str, referred: &str) -> bool {
    let record = books.record(object, &json!(id));
    record.is_some_and(|record| is_gone(books, referred, &text(&record[field])))
}

fn delivery_of<'b>(books: &'b Books, task: &TaskLine) -> Option<&'b Value> {
    books.with("SAL_OUTSTOCK", "id", &task.source_id).first().copied()
}

fn rows_of(delivery: &Value) -> &[Value] {
    delivery["FEntity"].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn delivers_what_is_gone(books: &Books, task: &TaskLine) -> bool {
    delivery_of(books, task).is_some_and(|delivery| {
        rows_of(delivery).iter().any(|row| {
            let order = books.with("SalesOrderObj", "name", &text(&row["FSoorDerno"]));
            let line = books.line_of(&text(&row["FSOEntryId"])).unwrap_or_default();
            order.iter().all(|order| is_void(order)) || is_gone(books, "SalesOrderProductObj", line)
        })
    })
}

fn bill_of<'b>(books: &'b Books, task: &TaskLine) -> Option<&'b Value> {
    let order = books.all("SalesOrderObj").iter().find(|order| text(&order["_id"]) == task.source_id)?;
    books.with("SAL_SaleOrder", "FBillNo", &text(&order["name"])).first().copied()
}

/// Whether a notice or a delivery was made from a bill.
pub fn has_downstream(books: &Books, bill: &Value) -> bool {
    let number = text(&bill["FBillNo"]);
    let names =
        |row: &Value| [&row["FSrcBillNo"], &row["FSoorDerno"]].iter().any(|name| text(name) == number);
    ["SAL_DELIVERYNOTICE", "SAL_OUTSTOCK"].iter().any(|form| {
        books.all(form).iter().any(|one| one["FEntity"].as_array().into_iter().flatten().any(names))
    })
}

/// Whether a CRM record is out of force, or gone.
pub fn is_gone(books: &Books, object: &str, id: &str) -> bool {
    books.all(object).iter().find(|record| text(&record["_id"]) == id).is_none_or(is_void)
}
