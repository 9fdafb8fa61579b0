//! Receipts matched with receivables (核销): what audited bills of both kinds write into each other, and into the
//! orders behind them. Done by SQL as all write-backs are (`protocols/kingdee.md §5.7`).
//!
//! A receipt names in `FRECEIVEBILLSRCENTRY` the receivable or the order it pays. What it pays of an order goes to the
//! order's receivables, oldest first; what is left waits as an advance.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::catalogue::{CATALOGUE, FormMeta};
use super::cell::Cell;
use super::ledger::Document;
use super::turn::Turn;

const ORDER: &str = "SAL_SaleOrder";
const DELIVERY: &str = "SAL_OUTSTOCK";
const RECEIVABLE: &str = "AR_receivable";
const RECEIPT: &str = "AR_RECEIVEBILL";

/// An amount that a receipt pays of one bill, by the place of its row.
struct Payment {
    receipt: i64,
    row: i64,
    amount: Decimal,
}

impl Turn<'_> {
    /// Works out anew what follows from a receipt or a receivable that was audited or un-audited.
    pub fn write_off(&mut self, form: &FormMeta, id: i64) {
        let numbers: BTreeSet<String> = match form.def.id {
            RECEIPT => self.texts(form, id, "FSRCBILLNO"),
            RECEIVABLE => {
                let number = self.number(form, id);
                self.orders_behind(id).into_iter().chain(number).collect()
            }
            _ => return,
        };
        let mut orders = BTreeSet::new();
        for number in &numbers {
            let receivables = CATALOGUE.form(RECEIVABLE);
            let own = self.ledger.table(receivables).ids_of(number).first().copied();
            match own {
                Some(receivable) => {
                    let behind = self.orders_behind(receivable);
                    if behind.is_empty() {
                        self.settle(&[receivable], None);
                    }
                    orders.extend(behind);
                }
                None => {
                    orders.insert(number.clone());
                }
            }
        }
        for order in orders {
            let receivables = self.receivables_of(&order);
            self.settle(&receivables, Some(&order));
        }
        if form.def.id == RECEIPT {
            self.conclude_receipt(id);
        }
    }

    /// Matches the receipts of an order with its receivables, and writes what came of it into all three.
    fn settle(&mut self, receivables: &[i64], order: Option<&str>) {
        let mut advances = order.map(|order| self.payments(order)).unwrap_or_default();
        let mut received: Decimal = advances.iter().map(|payment| payment.amount).sum();
        let mut touched = BTreeSet::new();
        let mut used: Vec<(i64, i64, Decimal)> = Vec::new();
        for id in receivables {
            let form = CATALOGUE.form(RECEIVABLE);
            let Some(document) = self.ledger.table(form).get(*id) else { continue };
            let (number, total) =
                (document.number(form).to_owned(), document.get(form, "FALLAMOUNTFOR").amount());
            let is_effective = document.status(form) == 'C';
            let mut left = if is_effective { total } else { Decimal::ZERO };
            for payment in self.payments(&number) {
                received += payment.amount;
                let part = payment.amount.min(left).max(Decimal::ZERO);
                left -= part;
                used.push((payment.receipt, payment.row, part));
            }
            for advance in &mut advances {
                let part = advance.amount.min(left).max(Decimal::ZERO);
                left -= part;
                advance.amount -= part;
                used.push((advance.receipt, advance.row, part));
            }
            self.write_receivable(*id, total, if is_effective { total - left } else { Decimal::ZERO });
        }
        used.extend(advances.iter().map(|advance| (advance.receipt, advance.row, Decimal::ZERO)));
        self.write_used(&used);
        touched.extend(used.iter().map(|(receipt, ..)| *receipt));
        for receipt in touched {
            self.conclude_receipt(receipt);
        }
        if let Some(order) = order {
            self.write_order(order, received);
        }
    }

    /// What audited receipts pay of the bill with that number, oldest first.
    fn payments(&self, number: &str) -> Vec<Payment> {
        let form = CATALOGUE.form(RECEIPT);
        let table = self.ledger.table(form);
        let Some(place) = form.lookup("FSRCBILLNO") else { return Vec::new() };
        let ids = table.index().ids_with_text(place, number).unwrap_or_default();
        ids.into_iter()
            .filter_map(|id| table.get(id))
            .filter(|receipt| receipt.status(form) == 'C')
            .flat_map(|receipt| {
                let rows = receipt.rows[place.entity].iter();
                rows.filter(|row| row.cells[place.field].as_text().trim_end() == number).map(|row| Payment {
                    receipt: receipt.id,
                    row: row.id,
                    amount: row.get(form, "FREALRECAMOUNT").amount(),
                })
            })
            .collect()
    }

    /// The receivables of an order's deliveries, oldest first.
    fn receivables_of(&self, order: &str) -> Vec<i64> {
        let deliveries = self.found_by(DELIVERY, "FSoorDerno", order);
        let form = CATALOGUE.form(DELIVERY);
        let numbers = deliveries.into_iter().filter_map(|id| self.number(form, id));
        let all: BTreeSet<i64> =
            numbers.flat_map(|number| self.found_by(RECEIVABLE, "FSrcBillNo", &number)).collect();
        all.into_iter().collect()
    }

    /// The numbers of the orders that a receivable came from.
    fn orders_behind(&self, receivable: i64) -> BTreeSet<String> {
        let deliveries = self.texts(CATALOGUE.form(RECEIVABLE), receivable, "FSrcBillNo");
        let form = CATALOGUE.form(DELIVERY);
        let table = self.ledger.table(form);
        let ids = deliveries.iter().flat_map(|number| table.ids_of(number));
        ids.flat_map(|id| self.texts(form, *id, "FSoorDerno")).collect()
    }

    fn found_by(&self, form: &'static str, key: &str, text: &str) -> BTreeSet<i64> {
        let form = CATALOGUE.form(form);
        let found =
            form.lookup(key).and_then(|place| self.ledger.table(form).index().ids_with_text(place, text));
        found.unwrap_or_default()
    }

    /// The texts that a document has in one column of its rows.
    fn texts(&self, form: &FormMeta, id: i64, key: &str) -> BTreeSet<String> {
        let (Some(document), Some(place)) = (self.ledger.table(form).get(id), form.lookup(key)) else {
            return BTreeSet::new();
        };
        let texts = document.rows[place.entity].iter().map(|row| row.cells[place.field].as_text().trim());
        texts.filter(|text| !text.is_empty()).map(String::from).collect()
    }

    fn number(&self, form: &FormMeta, id: i64) -> Option<String> {
        self.ledger.table(form).get(id).map(|document| document.number(form).to_owned())
    }

    fn write_receivable(&mut self, id: i64, total: Decimal, written_off: Decimal) {
        self.write_state(CATALOGUE.form(RECEIVABLE), id, state(written_off, total), |document, form| {
            document.set(form, "FWRITTENOFFAMOUNT", Cell::Amount(written_off));
        });
    }

    fn write_used(&mut self, used: &[(i64, i64, Decimal)]) {
        let form = CATALOGUE.form(RECEIPT);
        let Some(entity) = form.entity("FRECEIVEBILLSRCENTRY") else { return };
        for receipt in used.iter().map(|(receipt, ..)| *receipt).collect::<BTreeSet<i64>>() {
            self.ledger.table_mut(form).change(receipt, |document| {
                for row in &mut document.rows[entity] {
                    let mine = used.iter().filter(|(bill, id, _)| (*bill, *id) == (receipt, row.id));
                    let (count, sum) =
                        mine.fold((0, Decimal::ZERO), |(n, sum), (.., part)| (n + 1, sum + part));
                    if count > 0 {
                        row.set(form, "FWRITTENOFFAMOUNT", Cell::Amount(sum));
                    }
                }
            });
        }
    }

    /// The state of a receipt follows from its rows.
    fn conclude_receipt(&mut self, id: i64) {
        let form = CATALOGUE.form(RECEIPT);
        let Some(entity) = form.entity("FRECEIVEBILLSRCENTRY") else { return };
        let Some(document) = self.ledger.table(form).get(id) else { return };
        let is_effective = document.status(form) == 'C';
        let total = document.get(form, "FRECAMOUNTFOR").amount();
        let rows = document.rows[entity].iter();
        let used: Decimal = rows.map(|row| row.get(form, "FWRITTENOFFAMOUNT").amount()).sum();
        let used = if is_effective { used } else { Decimal::ZERO };
        self.write_state(form, id, state(used, total), |document, form| {
            if !is_effective {
                for row in &mut document.rows[entity] {
                    row.set(form, "FWRITTENOFFAMOUNT", Cell::Amount(Decimal::ZERO));
                }
            }
        });
    }

    fn write_order(&mut self, number: &str, received: Decimal) {
        let form = CATALOGUE.form(ORDER);
        let Some(id) = self.ledger.table(form).ids_of(number).first().copied() else { return };
        let total =
            self.ledger.table(form).get(id).map(|order| order.single(form, "FBillAllAmount").amount());
        self.write_state(form, id, state(received, total.unwrap_or_default()), |document, form| {
            document.set_single(form, "FReceivedAmount", Cell::Amount(received));
        });
    }

    fn write_state(
        &mut self,
        form: &'static FormMeta,
        id: i64,
        state: &'static str,
        also: impl FnOnce(&mut Document, &FormMeta),
    ) {
        let moved = self.is("modified_on_write_back", "moved").then(|| self.now());
        self.ledger.table_mut(form).change(id, |document| {
            document.set_single(form, "FWRITTENOFFSTATUS", Cell::text(state));
            also(document, form);
            if let Some(now) = moved {
                document.set(form, "FModifyDate", Cell::Time(now));
            }
        });
    }
}

/// `A` nothing, `B` a part, `C` all.
fn state(done: Decimal, total: Decimal) -> &'static str {
    if done <= Decimal::ZERO {
        "A"
    } else if done < total {
        "B"
    } else {
        "C"
    }
}
