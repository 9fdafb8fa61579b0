//! Both books beside each other: customers, products, orders and deliveries of the CRM and of the ERP, and what the ERP
//! says of its pushes.

use std::collections::BTreeMap;

use serde_json::Value;

use super::ERP;
use crate::demo::asking::Asking;
use crate::demo::scene::lines::{Lines, number};
use crate::demo::scene::verdict::{Verdict, list, only, plain};
use crate::exit::Failure;

const CRM: &str = "/_sandbox/fxiaoke";

/// What the ERP pushes by itself.
pub const PUSHED: &[&str] = &["saleOrder", "stockOut"];

const OBJECTS: &[&str] = &[
    "AccountObj",
    "ContactObj",
    "ProductObj",
    "SalesOrderObj",
    "SalesOrderProductObj",
    "DeliveryNoteObj",
    "DeliveryNoteProductObj",
];
const FORMS: &[&str] = &["customer", "material", "saleOrder", "stockOut"];

/// The CRM's fields of a customer and the ERP's that must be equal.
const CUSTOMER: &[(&str, &str)] =
    &[("name", "custName"), ("tel", "tel"), ("address", "address"), ("tax_no__c", "taxNo")];

/// Everything of both sides by its names there, and what the ERP knows of itself.
pub struct Books {
    all: BTreeMap<&'static str, Vec<Value>>,
    /// Documents that were ever made, with who made them.
    ledger: Vec<Value>,
    duplicates: Value,
    push: Value,
}

impl Books {
    /// Reads both sides whole.
    pub async fn read(asking: &Asking) -> Result<Books, Failure> {
        let mut all = BTreeMap::new();
        for (base, names) in [(CRM, OBJECTS), (ERP, FORMS)] {
            for name in names {
                all.insert(*name, list(asking.get(&format!("{base}/{name}")).await?));
            }
        }
        Ok(Books {
            all,
            ledger: list(asking.get(&format!("{ERP}/ledger")).await?),
            duplicates: asking.get(&format!("{ERP}/duplicates")).await?,
            push: asking.get(&format!("{ERP}/push")).await?,
        })
    }

    /// How many customers the CRM has in force.
    pub fn customers_in_force(&self) -> usize {
        self.in_force("AccountObj").count()
    }

    /// The number of an order that goods have left for: the longest story there is.
    pub fn example(&self) -> Option<String> {
        self.all("stockOut")
            .iter()
            .map(|delivery| plain(&delivery["orderNo"]))
            .find(|order| !order.is_empty())
    }

    pub fn verdict(&self) -> Verdict {
        let mut verdict = Verdict::default();
        self.customers(&mut verdict);
        self.products(&mut verdict);
        self.orders(&mut verdict);
        self.deliveries(&mut verdict);
        self.once_each(&mut verdict);
        verdict
    }

    /// Notes what the ERP pushed and nobody took, once it has pushed all it has.
    pub fn told(&self, verdict: &mut Verdict) {
        for count in ["waiting", "given_up"] {
            verdict.equal("push", count, "0", &plain(&self.push[count]));
        }
        for object in PUSHED {
            let taken = self.push["accepted"][object].as_u64().unwrap_or_default();
            if taken < self.all(object).len() as u64 {
                verdict.lacks(&format!("push {object}"));
            }
        }
    }

    fn all(&self, name: &str) -> &[Value] {
        self.all.get(name).map_or(&[], Vec::as_slice)
    }

    /// Those of the CRM's that are in force.
    fn in_force(&self, name: &str) -> impl Iterator<Item = &Value> {
        self.all(name).iter().filter(|record| record["life_status"] == "normal")
    }

    fn by<'a>(&'a self, name: &str, field: &str) -> BTreeMap<String, Vec<&'a Value>> {
        let mut by: BTreeMap<String, Vec<&Value>> = BTreeMap::new();
        for record in self.all(name) {
            by.entry(plain(&record[field])).or_default().push(record);
        }
        by
    }

    /// The code of a product.
    fn code(&self, id: &Value) -> &Value {
        let product = self.all("ProductObj").iter().find(|product| product["_id"] == *id);
        product.map_or(&Value::Null, |product| &product["product_code"])
    }

    fn customers(&self, verdict: &mut Verdict) {
        let customers = self.by("customer", "custNo");
        for account in self.all("AccountObj") {
            let number = plain(&account["account_no"]);
            if account["life_status"] == "normal" {
                let Some(customer) = only(&customers, &number, verdict) else { continue };
                for (here, there) in CUSTOMER {
                    verdict.equal(&number, there, &plain(&account[*here]), &plain(&customer[*there]));
                }
                said_back(&number, account, verdict);
                let contacts =
                    self.in_force("ContactObj").filter(|contact| contact["account_id"] == account["_id"]);
                let contacts = Lines::of(contacts.map(|contact| vec![&contact["name"], &contact["mobile1"]]));
                contacts.equal(&rows(customer, "custContact", &["contactName", "mobile"]), &number, verdict);
            } else if account["life_status"] == "invalid" {
                // One that was voided after it had come over must be stopped; one that never came over stays away.
                for customer in customers.get(&number).into_iter().flatten() {
                    verdict.equal(&number, "isStopped", "true", &plain(&customer["isStopped"]));
                }
            }
        }
    }

    fn products(&self, verdict: &mut Verdict) {
        let products = self.by("ProductObj", "product_code");
        for material in self.all("material") {
            let code = plain(&material["matNo"]);
            if material["isStopped"] == true {
                for product in products.get(&code).into_iter().flatten() {
                    verdict.equal(&code, "life_status", "invalid", &plain(&product["life_status"]));
                }
                continue;
            }
            let Some(product) = only(&products, &code, verdict) else { continue };
            for (there, here) in [("matName", "name"), ("spec", "product_spec"), ("price", "price")] {
                verdict.equal(&code, there, &number(&product[here]), &number(&material[there]));
            }
        }
    }

    fn orders(&self, verdict: &mut Verdict) {
        let bills = self.by("saleOrder", "billNo");
        let accounts = self.by("AccountObj", "_id");
        for order in self.in_force("SalesOrderObj") {
            let name = plain(&order["name"]);
            let Some(bill) = only(&bills, &name, verdict) else { continue };
            let account = accounts.get(&plain(&order["account_id"])).and_then(|list| list.first());
            let account = account.map_or_else(String::new, |account| plain(&account["account_no"]));
            verdict.equal(&name, "custNo", &account, &plain(&bill["custNo"]));
            verdict.equal(
                &name,
                "totalAmount",
                &number(&order["order_amount"]),
                &number(&bill["totalAmount"]),
            );
            said_back(&name, order, verdict);
            let lines = self.in_force("SalesOrderProductObj").filter(|line| line["order_id"] == order["_id"]);
            let lines =
                lines.map(|line| vec![self.code(&line["product_id"]), &line["quantity"], &line["subtotal"]]);
            let there = rows(bill, "saleOrderEntry", &["matNo", "qty", "amount"]);
            Lines::of(lines).equal(&there, &name, verdict);
            let here = plain(&order["erp_close_status__c"]);
            let here = if here.is_empty() { "open" } else { &here };
            verdict.equal(&name, "erp_close_status__c", here, close_status(bill));
        }
    }

    /// What left the warehouse for orders of the CRM stands there as a delivery note, line by line.
    fn deliveries(&self, verdict: &mut Verdict) {
        let notes = self.by("DeliveryNoteObj", "erp_no__c");
        let orders = self.by("SalesOrderObj", "name");
        for delivery in self.all("stockOut") {
            let number = plain(&delivery["billNo"]);
            let Some(order) = orders.get(&plain(&delivery["orderNo"])).and_then(|list| list.first()) else {
                continue;
            };
            if delivery["void"] == true {
                for note in notes.get(&number).into_iter().flatten() {
                    verdict.equal(&number, "life_status", "invalid", &plain(&note["life_status"]));
                }
                continue;
            }
            let Some(note) = only(&notes, &number, verdict) else { continue };
            verdict.equal(&number, "sales_order_id", &plain(&order["_id"]), &plain(&note["sales_order_id"]));
            let carrier = plain(&delivery["carrierNo"]);
            verdict.equal(&number, "express_order_id", &plain(&note["express_order_id"]), &carrier);
            let lines = self.in_force("DeliveryNoteProductObj");
            let lines: Vec<&Value> = lines.filter(|line| line["delivery_note_id"] == note["_id"]).collect();
            let here = lines.iter().map(|line| vec![self.code(&line["product_id"]), &line["delivery_num"]]);
            let there = rows(delivery, "stockOutEntry", &["matNo", "qty"]);
            Lines::of(here).equal(&there, &number, verdict);
            self.joined(&number, order, &lines, verdict);
        }
    }

    /// Each line of a delivery note names a line of its own order, of the same product.
    fn joined(&self, number: &str, order: &Value, lines: &[&Value], verdict: &mut Verdict) {
        for line in lines {
            let is_named = |sold: &&Value| {
                sold["order_id"] == order["_id"] && sold["_id"] == line["order_product_id__c"]
            };
            let named = self.all("SalesOrderProductObj").iter().find(is_named);
            let product = named.map_or(&Value::Null, |named| &named["product_id"]);
            verdict.equal(number, "order_product_id__c", &plain(&line["product_id"]), &plain(product));
        }
    }

    /// Nothing stands twice in the ERP, and nothing that is gone again was made twice by us.
    fn once_each(&self, verdict: &mut Verdict) {
        for (object, numbers) in self.duplicates.as_object().into_iter().flatten() {
            for (number, count) in numbers.as_object().into_iter().flatten() {
                let count = count.as_u64().unwrap_or_default();
                verdict.counts(&format!("{object} {number}"), count as usize);
            }
        }
        let mut made: BTreeMap<String, usize> = BTreeMap::new();
        for document in self.ledger.iter().filter(|document| document["by"] == "interface") {
            *made
                .entry(format!("{} {}", plain(&document["object"]), plain(&document["number"])))
                .or_default() += 1;
        }
        made.iter().for_each(|(number, count)| verdict.counts(number, *count));
    }
}

/// What the CRM was told of a record that is in the ERP.
fn said_back(number: &str, record: &Value, verdict: &mut Verdict) {
    verdict.equal(number, "erp_no__c", number, &plain(&record["erp_no__c"]));
    verdict.equal(number, "erp_status__c", "synced", &plain(&record["erp_status__c"]));
}

/// An order is closed when all of it has left: what is delivered is written there with the places of what is ordered.
fn close_status(bill: &Value) -> &'static str {
    let rows = bill["saleOrderEntry"].as_array().map(Vec::as_slice).unwrap_or_default();
    let sum = |field: &str| -> i64 { rows.iter().map(|row| ten_thousandths(&row[field])).sum() };
    if sum("deliveredQty") < sum("qty") { "open" } else { "closed" }
}

/// A quantity with its four places as a whole number.
fn ten_thousandths(value: &Value) -> i64 {
    plain(value).replace('.', "").parse().unwrap_or_default()
}

fn rows(bill: &Value, detail: &str, fields: &[&str]) -> Lines {
    let rows = bill[detail].as_array().map(Vec::as_slice).unwrap_or_default();
    Lines::of(rows.iter().map(|row| fields.iter().map(|field| &row[*field]).collect()))
}

#[cfg(test)]
mod tests;
