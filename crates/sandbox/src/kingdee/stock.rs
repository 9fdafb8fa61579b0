//! What audited deliveries take out of stock, and their opposites bring back (即时库存).

use rust_decimal::Decimal;

use super::catalogue::{CATALOGUE, FormMeta};
use super::cell::Cell;
use super::ledger::Document;
use super::save::begin;
use super::turn::Turn;

const INVENTORY: &str = "STK_Inventory";

/// Which way goods go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Out,
    Back,
}

/// Where goods lie: material, warehouse and organisation by internal id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Bin {
    material: i64,
    stock: i64,
    org: i64,
}

impl Turn<'_> {
    /// Moves the goods of a delivery. Stock may fall below zero, as it does when the check for it is answered
    /// beforehand (`STK_InvCheckResult`, `protocols/kingdee.md §3.1`).
    pub fn move_stock(&mut self, form: &FormMeta, id: i64, direction: Direction) {
        if form.def.id != "SAL_OUTSTOCK" {
            return;
        }
        let Some(document) = self.ledger.table(form).get(id) else { return };
        let org = document.get(form, "FStockOrgId").reference();
        let Some(entity) = form.entity("FEntity") else { return };
        let moves: Vec<(Bin, Decimal)> = document.rows[entity]
            .iter()
            .map(|row| {
                let material = row.get(form, "FMaterialID").reference();
                let stock = row.get(form, "FStockID").reference();
                (Bin { material, stock, org }, row.get(form, "FRealQty").amount())
            })
            .collect();
        for (bin, quantity) in moves {
            self.add_to(bin, if direction == Direction::Out { -quantity } else { quantity });
        }
    }

    /// Counts what there is of a material in a warehouse (盘点): from now on it is that much. The id of its stock.
    pub fn count_stock(&mut self, material: i64, stock: i64, org: i64, quantity: Decimal) -> i64 {
        let bin = Bin { material, stock, org };
        let form = CATALOGUE.form(INVENTORY);
        let there = self.bin(form, bin).and_then(|id| self.ledger.table(form).get(id));
        let there = there.map(|one| one.get(form, "FQty").amount()).unwrap_or_default();
        self.add_to(bin, quantity - there)
    }

    fn bin(&self, form: &FormMeta, bin: Bin) -> Option<i64> {
        let lies_here = |one: &&Document| {
            let id = |key: &str| one.get(form, key).reference();
            Bin { material: id("FMaterialId"), stock: id("FStockId"), org: id("FStockOrgId") } == bin
        };
        self.ledger.table(form).iter().find(lies_here).map(|one| one.id)
    }

    fn add_to(&mut self, bin: Bin, quantity: Decimal) -> i64 {
        let form = CATALOGUE.form(INVENTORY);
        let found = self.bin(form, bin);
        let id = found.unwrap_or_else(|| self.open_bin(form, bin));
        let now = Cell::Time(self.now());
        self.ledger.table_mut(form).change(id, |one| {
            for key in ["FQty", "FBaseQty"] {
                let there = one.get(form, key).amount();
                one.set(form, key, Cell::Amount(there + quantity));
            }
            one.set(form, "FUPDATETIME", now);
        });
        id
    }

    fn open_bin(&mut self, form: &'static FormMeta, bin: Bin) -> i64 {
        let id = self.ledger.next_id(form);
        let mut document = begin(self, form, id);
        document.set(form, "FMaterialId", Cell::Ref(bin.material));
        document.set(form, "FStockId", Cell::Ref(bin.stock));
        document.set(form, "FStockOrgId", Cell::Ref(bin.org));
        self.ledger.table_mut(form).put(form, document);
        id
    }
}
