//! Payments: each in force once in the ERP, with the same amounts, paying the same orders.

use serde_json::Value;

use super::orders::WRITTEN_OFF;
use super::{equal, number, only};
use crate::order_to_cash::books::Books;
use crate::screens::{is_void, text};

const FLOW: &str = "payments-to-erp";

pub fn check(books: &Books, found: &mut Vec<String>) {
    for payment in books.all("PaymentObj") {
        let name = text(&payment["name"]);
        let of = format!("payment {name}");
        let there = books.with("AR_RECEIVEBILL", "FBillNo", &name);
        if is_void(payment) {
            for receipt in there {
                equal(found, &of, "void", "B", &text(&receipt["FCancelStatus"]));
            }
            continue;
        }
        if books.stuck(FLOW, &text(&payment["_id"])).is_some() {
            continue;
        }
        let Some(receipt) = only(found, &of, &there) else { continue };
        equal(found, &of, "status", "C", &text(&receipt["FDocumentStatus"]));
        equal(found, &of, "void", "A", &text(&receipt["FCancelStatus"]));
        let amount = number(&payment["payment_amount"]);
        equal(found, &of, "amount", &amount, &number(&receipt["FRECAMOUNTFOR"]));
        equal(found, &of, "erp_status__c", "synced", &text(&payment["erp_status__c"]));
        lines(books, payment, receipt, &of, found);
        let done = books.is_done_with("AR_RECEIVEBILL", &name);
        WRITTEN_OFF.check(found, &of, payment, &receipt["FWRITTENOFFSTATUS"], done);
    }
    for receipt in books.all("AR_RECEIVEBILL") {
        let number = text(&receipt["FBillNo"]);
        if !number.starts_with("SKD") && books.with("PaymentObj", "name", &number).is_empty() {
            found.push(format!("nobody's: receipt {number}"));
        }
    }
}

fn lines(books: &Books, payment: &Value, receipt: &Value, of: &str, found: &mut Vec<String>) {
    let lines = books.lines_of("OrderPaymentObj", "payment_id", payment);
    let rows = |entity: &str| receipt[entity].as_array().map(Vec::as_slice).unwrap_or_default();
    let joined = |mut parts: Vec<String>| {
        parts.sort();
        parts.join(", ")
    };
    let amounts = lines.iter().map(|line| number(&line["payment_amount"])).collect();
    let received = rows("FRECEIVEBILLENTRY").iter().map(|row| number(&row["FRECAMOUNTFOR_E"])).collect();
    equal(found, of, "amounts", &joined(amounts), &joined(received));
    let paid = lines.iter().map(|line| {
        let order = books.record("SalesOrderObj", &line["order_id"]);
        let name = order.map_or_else(String::new, |order| text(&order["name"]));
        format!("{name} {}", number(&line["payment_amount"]))
    });
    let sources = rows("FRECEIVEBILLSRCENTRY").iter();
    let sources =
        sources.map(|row| format!("{} {}", text(&row["FSRCBILLNO"]), number(&row["FREALRECAMOUNT"])));
    equal(found, of, "sources", &joined(paid.collect()), &joined(sources.collect()));
}
