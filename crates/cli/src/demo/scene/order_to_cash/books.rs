//! Both books beside each other: what the CRM holds of orders, deliveries, payments, products and stock, and what the
//! ERP holds of them.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::demo::asking::Asking;
use crate::demo::scene::lines::{Lines, number};
use crate::demo::scene::verdict::{Verdict, list, only, plain};
use crate::exit::Failure;

const CRM: &str = "/_sandbox/fxiaoke";
const ERP: &str = "/_sandbox/kingdee-k3cloud";

/// What the ERP's letters are in the CRM.
const CLOSED: &[(&str, &str)] = &[("A", "open"), ("B", "closed")];
const WRITTEN_OFF: &[(&str, &str)] = &[("A", "none"), ("B", "partial"), ("C", "full")];

/// Everything of both sides, the CRM's objects under their names, the ERP's forms under theirs.
pub struct Books(BTreeMap<&'static str, Vec<Value>>);

const OBJECTS: &[&str] = &[
    "AccountObj",
    "ProductObj",
    "SalesOrderObj",
    "SalesOrderProductObj",
    "DeliveryNoteObj",
    "DeliveryNoteProductObj",
    "PaymentObj",
    "StockObj",
];
const FORMS: &[&str] = &["BD_MATERIAL", "SAL_SaleOrder", "SAL_OUTSTOCK", "AR_RECEIVEBILL", "STK_Inventory"];

impl Books {
    /// Reads both sides whole.
    pub async fn read(asking: &Asking) -> Result<Books, Failure> {
        let mut books = BTreeMap::new();
        for (base, names) in [(CRM, OBJECTS), (ERP, FORMS)] {
            for name in names {
                books.insert(*name, list(asking.get(&format!("{base}/{name}")).await?));
            }
        }
        Ok(Books(books))
    }

    /// The number of an order that goods have left for: the longest story there is.
    pub fn example(&self) -> Option<String> {
        let rows = self.all("SAL_OUTSTOCK").iter().filter_map(|bill| bill["FEntity"].as_array()).flatten();
        rows.map(|row| plain(&row["FSoorDerno"])).find(|order| !order.is_empty())
    }

    pub fn compare(&self, verdict: &mut Verdict) {
        self.products(verdict);
        self.orders(verdict);
        self.deliveries(verdict);
        self.payments(verdict);
        self.stock(verdict);
    }

    fn all(&self, name: &str) -> &[Value] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }

    /// Those of an object that are in force.
    fn in_force(&self, name: &str) -> impl Iterator<Item = &Value> {
        self.all(name).iter().filter(|record| record["life_status"] == "normal")
    }

    /// Records and documents by a field of theirs.
    fn by<'a>(&'a self, name: &str, field: &str) -> BTreeMap<String, Vec<&'a Value>> {
        let mut by: BTreeMap<String, Vec<&Value>> = BTreeMap::new();
        for record in self.all(name) {
            by.entry(plain(&record[field])).or_default().push(record);
        }
        by
    }

    fn products(&self, verdict: &mut Verdict) {
        let products = self.by("ProductObj", "product_code");
        for material in self.all("BD_MATERIAL").iter().filter(|material| material["FDocumentStatus"] == "C") {
            let number = plain(&material["FNumber"]);
            if let Some(product) = only(&products, &number, verdict) {
                verdict.equal(&number, "name", &plain(&material["FName"]), &plain(&product["name"]));
            }
        }
    }

    fn orders(&self, verdict: &mut Verdict) {
        let bills = self.by("SAL_SaleOrder", "FBillNo");
        let accounts = self.by("AccountObj", "_id");
        for order in self.all("SalesOrderObj") {
            let name = plain(&order["name"]);
            match order["life_status"].as_str() {
                Some("normal") => {
                    let Some(bill) = only(&bills, &name, verdict) else { continue };
                    let account = accounts.get(&plain(&order["account_id"])).and_then(|list| list.first());
                    let account = account.map_or_else(String::new, |account| plain(&account["account_no"]));
                    verdict.equal(&name, "FCustId", &account, &plain(&bill["FCustId"]));
                    verdict.equal(&name, "FSalerId", &salesperson(order), &plain(&bill["FSalerId"]));
                    self.order(&name, order, bill, verdict);
                }
                // One that was voided after it had come over must be cancelled; one that never came over stays away.
                Some("invalid") => {
                    for bill in bills.get(&name).into_iter().flatten() {
                        verdict.equal(&name, "FCancelStatus", "B", &plain(&bill["FCancelStatus"]));
                    }
                }
                _ => {}
            }
        }
    }

    fn order(&self, name: &str, order: &Value, bill: &Value, verdict: &mut Verdict) {
        verdict.equal(name, "FDocumentStatus", "C", &plain(&bill["FDocumentStatus"]));
        verdict.equal(name, "erp_no__c", name, &plain(&order["erp_no__c"]));
        verdict.equal(name, "erp_status__c", "synced", &plain(&order["erp_status__c"]));
        let finance = &bill["FSaleOrderFinance"];
        let (amount, total) = (number(&order["order_amount"]), number(&finance["FBillAllAmount"]));
        verdict.equal(name, "order_amount", &amount, &total);
        self.lines_of(order).equal(&rows(bill, "FSaleOrderEntry", ROW), name, verdict);
        said(name, "erp_close_status__c", order, CLOSED, &bill["FCloseStatus"], verdict);
        said(name, "erp_writeoff__c", order, WRITTEN_OFF, &finance["FWRITTENOFFSTATUS"], verdict);
    }

    /// What is sold, how many, for how much in all.
    fn lines_of(&self, order: &Value) -> Lines {
        let lines = self.in_force("SalesOrderProductObj").filter(|line| line["order_id"] == order["_id"]);
        Lines::of(
            lines.map(|line| vec![self.code(&line["product_id"]), &line["quantity"], &line["subtotal"]]),
        )
    }

    /// The code of a product.
    fn code(&self, id: &Value) -> &Value {
        let product = self.all("ProductObj").iter().find(|product| product["_id"] == *id);
        product.map_or(&Value::Null, |product| &product["product_code"])
    }

    /// What left the warehouse for orders of the CRM stands there as a delivery note, line by line.
    fn deliveries(&self, verdict: &mut Verdict) {
        let notes = self.by("DeliveryNoteObj", "erp_no__c");
        let orders = self.by("SalesOrderObj", "name");
        for bill in self.all("SAL_OUTSTOCK").iter().filter(|bill| bill["FDocumentStatus"] == "C") {
            let number = plain(&bill["FBillNo"]);
            let order = orders.get(&plain(&bill["FEntity"][0]["FSoorDerno"])).and_then(|list| list.first());
            let Some(order) = order else { continue };
            let Some(note) = only(&notes, &number, verdict) else { continue };
            verdict.equal(&number, "sales_order_id", &plain(&order["_id"]), &plain(&note["sales_order_id"]));
            let lines = self.in_force("DeliveryNoteProductObj");
            let lines: Vec<&Value> = lines.filter(|line| line["delivery_note_id"] == note["_id"]).collect();
            let there = lines.iter().copied();
            let there = there.map(|line| vec![self.code(&line["product_id"]), &line["delivery_num"]]);
            let there = Lines::of(there);
            rows(bill, "FEntity", &["FMaterialID", "FRealQty"]).equal(&there, &number, verdict);
            self.joined(&number, order, &lines, verdict);
        }
    }

    /// Each line of a delivery note names a line of its own order, of the same product.
    fn joined(&self, number: &str, order: &Value, lines: &[&Value], verdict: &mut Verdict) {
        let of_order = |sold: &&Value| sold["order_id"] == order["_id"];
        let sold: Vec<&Value> = self.all("SalesOrderProductObj").iter().filter(of_order).collect();
        for line in lines {
            let named = sold.iter().find(|sold| sold["_id"] == line["order_product_id__c"]);
            let product = named.map_or(&Value::Null, |named| &named["product_id"]);
            verdict.equal(number, "order_product_id__c", &plain(&line["product_id"]), &plain(product));
        }
    }

    fn payments(&self, verdict: &mut Verdict) {
        let receipts = self.by("AR_RECEIVEBILL", "FBillNo");
        for payment in self.in_force("PaymentObj") {
            let name = plain(&payment["name"]);
            let Some(receipt) = only(&receipts, &name, verdict) else { continue };
            verdict.equal(&name, "FDocumentStatus", "C", &plain(&receipt["FDocumentStatus"]));
            let (paid, received) = (number(&payment["payment_amount"]), number(&receipt["FRECAMOUNTFOR"]));
            verdict.equal(&name, "FRECAMOUNTFOR", &paid, &received);
            said(&name, "erp_writeoff__c", payment, WRITTEN_OFF, &receipt["FWRITTENOFFSTATUS"], verdict);
        }
    }

    fn stock(&self, verdict: &mut Verdict) {
        let stocks = self.by("StockObj", "erp_key__c");
        for there in self.all("STK_Inventory") {
            let key = plain(&there["id"]);
            if let Some(stock) = only(&stocks, &key, verdict) {
                verdict.equal(&key, "real_stock", &number(&there["FQty"]), &number(&stock["real_stock"]));
            }
        }
    }
}

/// What is compared of a row of an order.
const ROW: &[&str] = &["FMaterialId", "FQty", "FAllAmount"];

/// The number in the ERP of who owns an order: the company's staff have ids of the CRM from 1000 on, in the order of
/// their employee numbers.
fn salesperson(order: &Value) -> String {
    let id = plain(&order["owner"][0]).parse::<u32>().unwrap_or_default();
    format!("EMP{:03}", id.saturating_sub(999))
}

fn rows(bill: &Value, entity: &str, fields: &[&str]) -> Lines {
    let rows = bill[entity].as_array().map(Vec::as_slice).unwrap_or_default();
    Lines::of(rows.iter().map(|row| fields.iter().map(|field| &row[*field]).collect()))
}

/// A state of the ERP as the CRM says it; one that was never said is the first.
fn said(
    name: &str,
    field: &str,
    record: &Value,
    words: &[(&str, &str)],
    letter: &Value,
    verdict: &mut Verdict,
) {
    let first = words.first().map_or("", |(_, word)| *word);
    let letter = plain(letter);
    let there = words.iter().find(|(known, _)| *known == letter).map_or(first, |(_, word)| *word);
    let here = plain(&record[field]);
    verdict.equal(name, field, if here.is_empty() { first } else { &here }, there);
}

#[cfg(test)]
mod tests;
