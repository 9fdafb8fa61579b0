//! What audited bills write into the bills they came from: quantities, and the closing of rows and orders. It is done
//! by SQL, so whether it moves FModifyDate is a switch (`protocols/kingdee.md §5.7`).

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::rules::{RULES, Rule};
use crate::kingdee::catalogue::{CATALOGUE, FormMeta};
use crate::kingdee::cell::Cell;
use crate::kingdee::ledger::{Document, Row, Source};
use crate::kingdee::stock::Direction;
use crate::kingdee::turn::Turn;

/// Which downstream bills count.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Counting {
    /// All that are not void: their quantity may not be pushed again.
    Linked,
    /// Audited ones only: their quantity has happened.
    Audited,
}

impl Turn<'_> {
    /// By row of a source document, the quantity that bills of a rule took.
    pub(super) fn taken(&self, form: &FormMeta, rule: &Rule, document: i64) -> BTreeMap<i64, Decimal> {
        self.quantities(form, rule, document, Counting::Linked)
    }

    fn quantities(
        &self,
        form: &FormMeta,
        rule: &Rule,
        document: i64,
        counting: Counting,
    ) -> BTreeMap<i64, Decimal> {
        let target = CATALOGUE.form(rule.target);
        let quantity = rule.target_quantities.last().copied().unwrap_or_default();
        let mut taken = BTreeMap::new();
        for (bill, row, source) in self.links(target, form.index, document) {
            let counts = match counting {
                Counting::Linked => bill.get(target, "FCancelStatus").as_text() != "B",
                Counting::Audited => bill.status(target) == 'C',
            };
            if counts {
                *taken.entry(source.row).or_insert(Decimal::ZERO) += row.get(target, quantity).amount();
            }
        }
        taken
    }

    /// The rows of the bills of a form that were made from a document.
    fn links<'l>(
        &'l self,
        form: &'l FormMeta,
        source_form: usize,
        document: i64,
    ) -> impl Iterator<Item = (&'l Document, &'l Row, &'l Source)> + 'l {
        let table = self.ledger.table(form);
        let bills = table.index().ids_from(source_form, document).filter_map(|id| table.get(id));
        bills.flat_map(move |bill| {
            let rows = bill.rows.iter().flatten();
            rows.filter_map(move |row| {
                let source = row.source.as_ref()?;
                let is_one = source.form == source_form && source.document == document;
                is_one.then_some((bill, row, source))
            })
        })
    }

    /// Whether some bill was made from a document.
    pub fn has_downstream(&self, form: &FormMeta, document: i64) -> bool {
        RULES
            .iter()
            .filter(|rule| rule.source == form.def.id)
            .any(|rule| self.links(CATALOGUE.form(rule.target), form.index, document).next().is_some())
    }

    /// What follows from an audit: stock, write-backs, and the notice that closes itself.
    pub fn audited(&mut self, form: &'static FormMeta, id: i64) {
        self.move_stock(form, id, Direction::Out);
        self.write_back(form, id);
        self.write_off(form, id);
        if form.def.id == "SAL_DELIVERYNOTICE" && self.is("notice_auto_close", "yes") {
            let now = self.now();
            self.ledger.table_mut(form).change(id, |document| {
                document.set(form, "FCloseStatus", Cell::text("B"));
                document.set(form, "FCloseDate", Cell::Time(now));
            });
        }
    }

    /// What follows from the opposite of an audit.
    pub fn unaudited(&mut self, form: &'static FormMeta, id: i64) {
        self.move_stock(form, id, Direction::Back);
        self.write_back(form, id);
        self.write_off(form, id);
    }

    /// Works out anew what the sources of a bill hold of it.
    fn write_back(&mut self, form: &FormMeta, id: i64) {
        let Some(document) = self.ledger.table(form).get(id) else { return };
        let mut sources: Vec<(usize, i64)> = document
            .rows
            .iter()
            .flatten()
            .filter_map(|row| row.source.as_ref())
            .map(|source| (source.form, source.document))
            .collect();
        sources.dedup();
        for (source, document) in sources {
            let source = CATALOGUE.at(source);
            let rule = RULES.iter().find(|rule| {
                rule.source == source.def.id && rule.target == form.def.id && !rule.write_back.is_empty()
            });
            if let Some(rule) = rule {
                let done = self.quantities(source, rule, document, Counting::Audited);
                self.write(source, rule, document, &done);
                // A delivery notice stands between an order and its deliveries.
                if source.def.id == "SAL_DELIVERYNOTICE" {
                    self.pass_on(source, document);
                }
            }
        }
    }

    /// The orders behind a notice hold what was delivered through it.
    fn pass_on(&mut self, notice: &FormMeta, id: i64) {
        let Some(document) = self.ledger.table(notice).get(id) else { return };
        let mut delivered: BTreeMap<(usize, i64), BTreeMap<i64, Decimal>> = BTreeMap::new();
        for row in document.rows.iter().flatten() {
            if let Some(source) = &row.source {
                let rows = delivered.entry((source.form, source.document)).or_default();
                *rows.entry(source.row).or_default() += row.get(notice, "FSumOutQty").amount();
            }
        }
        for ((form, document), rows) in delivered {
            let form = CATALOGUE.at(form);
            let rule =
                RULES.iter().find(|rule| rule.source == form.def.id && rule.write_back == "FStockOutQty");
            if let Some(rule) = rule {
                self.write(form, rule, document, &rows);
            }
        }
    }

    fn write(&mut self, form: &FormMeta, rule: &Rule, document: i64, done: &BTreeMap<i64, Decimal>) {
        let Some(entity) = form.entity(rule.source_entity) else { return };
        let moved = self.is("modified_on_write_back", "moved").then(|| self.now());
        let now = self.now();
        self.ledger.table_mut(form).change(document, |document| {
            for row in &mut document.rows[entity] {
                let out = done.get(&row.id).copied().unwrap_or_default();
                let left = row.get(form, rule.source_quantity).amount() - out;
                row.set(form, rule.write_back, Cell::Amount(out));
                row.set(form, "FRemainOutQty", Cell::Amount(left));
                let closed = Cell::text(if left > Decimal::ZERO { "A" } else { "B" });
                row.set(form, "FMrpCloseStatus", closed.clone());
                row.set(form, "FCLOSESTATUS_MX", closed);
            }
            let all_done = document.rows[entity].iter().all(|row| {
                row.get(form, rule.source_quantity).amount() <= row.get(form, rule.write_back).amount()
            });
            document.set(form, "FCloseStatus", Cell::text(if all_done { "B" } else { "A" }));
            document.set(form, "FCloseDate", if all_done { Cell::Time(now) } else { Cell::Empty });
            if let Some(now) = moved {
                document.set(form, "FModifyDate", Cell::Time(now));
            }
        });
    }
}
