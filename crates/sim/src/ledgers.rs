//! Both ledgers beside each other, to the cent: what the CRM says was sold, delivered and paid, and what the ERP says.
//!
//! Only the columns that count are read, so that sixty thousand orders can be compared.

mod columns;
mod customers;
mod deliveries;
mod orders;
mod payments;

use std::collections::{BTreeMap, BTreeSet};

use crate::cents::Cents;
use crate::world::World;
use columns::{Row, Table, crm};

/// Differences that are told in words.
const TOLD: usize = 20;

/// What came of the comparison.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Compared {
    pub customers: u64,
    pub orders: u64,
    pub lines: u64,
    pub deliveries: u64,
    pub payments: u64,
    pub sold: Cents,
    pub paid: Cents,
    /// Every difference there is: lost, doubled or not alike.
    pub differences: u64,
    pub examples: Vec<String>,
}

impl Compared {
    fn differs(&mut self, example: impl FnOnce() -> String) {
        self.differences += 1;
        if self.examples.len() < TOLD {
            self.examples.push(example());
        }
    }

    fn alike(&mut self, of: &str, what: &str, crm: &str, erp: &str) {
        if crm != erp {
            self.differs(|| format!("{of} {what}: {crm} ≠ {erp}"));
        }
    }

    /// Each number that one side has stands once on the other.
    fn once_each(&mut self, what: &str, crm: &BTreeMap<String, usize>, erp: &BTreeMap<String, usize>) {
        for number in crm.keys().chain(erp.keys()).collect::<BTreeSet<_>>() {
            let (here, there) =
                (crm.get(number).copied().unwrap_or(0), erp.get(number).copied().unwrap_or(0));
            if (here, there) != (1, 1) {
                self.differs(|| format!("{what} {number}: {here} in the CRM, {there} in the ERP"));
            }
        }
    }
}

/// Compares the business of both sides: customers, orders, deliveries, payments.
pub fn compare(world: &World) -> Compared {
    let mut compared = Compared::default();
    let products = codes(world, "ProductObj", "product_code");
    let accounts = customers::compare(world, &mut compared);
    let orders = orders::compare(world, &products, &accounts, &mut compared);
    deliveries::compare(world, &products, &orders, &mut compared);
    payments::compare(world, &accounts, &mut compared);
    compared
}

/// Numbers of records by their ids.
type Codes = BTreeMap<String, String>;

/// The number behind an id; blank for none.
fn code<'c>(codes: &'c Codes, id: &str) -> &'c str {
    codes.get(id).map_or("", String::as_str)
}

/// The number of each record by its id.
fn codes(world: &World, object: &str, field: &str) -> Codes {
    let table = crm(world, object, &["_id", field]);
    table.rows().map(|row| (row.text("_id"), row.text(field))).collect()
}

fn counted(numbers: impl Iterator<Item = String>) -> BTreeMap<String, usize> {
    let mut counted = BTreeMap::new();
    numbers.for_each(|number| *counted.entry(number).or_default() += 1);
    counted
}

/// What the ERP's letters are in the CRM.
const CLOSED: &[(&str, &str)] = &[("A", "open"), ("B", "closed")];
const WRITTEN_OFF: &[(&str, &str)] = &[("A", "none"), ("B", "partial"), ("C", "full")];

fn word<'w>(words: &[(&str, &'w str)], letter: &str) -> &'w str {
    words.iter().find(|(known, _)| *known == letter).map_or("?", |(_, word)| word)
}

/// The lines of documents as texts, sorted, so that they are equal where the documents are.
struct Lines(BTreeMap<String, Vec<String>>);

impl Lines {
    fn of(table: &Table, document: &str, line: impl Fn(&Row) -> String) -> Lines {
        let mut lines: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for row in table.rows() {
            lines.entry(row.text(document)).or_default().push(line(&row));
        }
        lines.values_mut().for_each(|lines| lines.sort());
        Lines(lines)
    }

    fn count(&self, document: &str) -> u64 {
        self.0.get(document).map_or(0, |lines| lines.len() as u64)
    }

    fn text(&self, document: &str) -> String {
        self.0.get(document).map(|lines| lines.join("; ")).unwrap_or_default()
    }
}

/// Amounts of each customer in all, by the customer's number, on both sides.
#[derive(Default)]
struct Sums {
    crm: BTreeMap<String, Cents>,
    erp: BTreeMap<String, Cents>,
}

impl Sums {
    fn add(&mut self, (here, amount): (&str, Cents), (there, total): (String, Cents)) {
        let crm = self.crm.entry(here.to_owned()).or_default();
        *crm = *crm + amount;
        let erp = self.erp.entry(there).or_default();
        *erp = *erp + total;
    }

    fn alike(&self, what: &str, compared: &mut Compared) {
        for customer in self.crm.keys().chain(self.erp.keys()).collect::<BTreeSet<_>>() {
            let of = |sums: &BTreeMap<String, Cents>| sums.get(customer).copied().unwrap_or_default().text();
            compared.alike(customer, what, &of(&self.crm), &of(&self.erp));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::ground::Ground;
    use crate::run::alone;
    use crate::trace::Trace;
    use crate::world::Setting;

    #[test]
    fn what_only_one_side_has_is_seen() {
        let setting = Setting::as_shipped(5, 10);
        let world = alone(World::new(&Ground::Memory, &setting, Trace::default()));
        let edit = |path: &str, body| world.screens.edit(world.now_ms(), path, &body);
        // One customer of ten stands in the ERP from before.
        let lost = compare(&world);
        assert!(lost.differences >= 9, "{lost:#?}");
        assert!(lost.examples.iter().any(|example| example.ends_with("1 in the CRM, 0 in the ERP")));
        edit("fxiaoke/make_orders", json!({ "count": 3, "most_lines": 2 }));
        let more = compare(&world);
        assert_eq!(more.differences, lost.differences + 3, "three orders that nobody brought over");
    }
}
