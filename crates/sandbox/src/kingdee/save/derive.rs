//! What the server works out from other fields: amounts, remaining quantities, units.

use rust_decimal::{Decimal, RoundingStrategy};

use crate::kingdee::catalogue::{CATALOGUE, FormMeta};
use crate::kingdee::cell::Cell;
use crate::kingdee::ledger::{Document, Ledger, Row};

/// 四舍五入, as every amount of the vendor's is rounded.
const HALF_UP: RoundingStrategy = RoundingStrategy::MidpointAwayFromZero;

/// Works out the derived fields of a document.
pub fn derive(ledger: &Ledger, form: &FormMeta, document: &mut Document) {
    match form.def.id {
        "SAL_SaleOrder" => {
            order(ledger, form, rows(form, document, "FSaleOrderEntry"));
            total(form, document, "FSaleOrderEntry");
        }
        "SAL_DELIVERYNOTICE" => {
            rows(form, document, "FEntity").iter_mut().for_each(|row| unit(ledger, form, row, "FMaterialID"));
        }
        "SAL_OUTSTOCK" => {
            delivery(ledger, form, rows(form, document, "FEntity"));
            total(form, document, "FEntity");
        }
        "AR_receivable" => {
            let total = receivable(form, rows(form, document, "FEntityDetail"));
            document.set(form, "FALLAMOUNTFOR", Cell::Amount(total));
        }
        "AR_RECEIVEBILL" => {
            let amounts = rows(form, document, "FRECEIVEBILLENTRY");
            amounts.iter_mut().for_each(|row| same_amount(form, row));
            let received = amounts.iter().map(|row| row.get(form, "FRECTOTALAMOUNTFOR").amount()).sum();
            document.set(form, "FRECAMOUNTFOR", Cell::Amount(received));
        }
        _ => {}
    }
}

/// What the head says of all rows: the amounts with and without tax.
fn total(form: &FormMeta, document: &mut Document, entity: &str) {
    for (all, each) in [("FBillAmount", "FAmount"), ("FBillAllAmount", "FAllAmount")] {
        let sum: Decimal = rows(form, document, entity).iter().map(|row| row.get(form, each).amount()).sum();
        document.set_single(form, all, Cell::Amount(sum));
    }
}

/// Of the amount due and the amount received, one that is not filled in is the other.
fn same_amount(form: &FormMeta, row: &mut Row) {
    let (due, received) = ("FRECTOTALAMOUNTFOR", "FRECAMOUNTFOR_E");
    for (from, to) in [(due, received), (received, due)] {
        if row.get(form, to).amount().is_zero() {
            let amount = row.get(form, from).clone();
            row.set(form, to, amount);
        }
    }
}

fn order(ledger: &Ledger, form: &FormMeta, rows: &mut [Row]) {
    for row in rows {
        unit(ledger, form, row, "FMaterialId");
        prices(form, row, "FQty");
        let left = row.get(form, "FQty").amount() - row.get(form, "FStockOutQty").amount();
        row.set(form, "FRemainOutQty", Cell::Amount(left));
    }
}

fn delivery(ledger: &Ledger, form: &FormMeta, rows: &mut [Row]) {
    for row in rows {
        unit(ledger, form, row, "FMaterialID");
        prices(form, row, "FRealQty");
        let quantity = row.get(form, "FRealQty").clone();
        row.set(form, "FSALUNITQTY", quantity.clone());
        row.set(form, "FARNOTJOINQTY", quantity);
    }
}

/// The amounts of the rows; their sum.
fn receivable(form: &FormMeta, rows: &mut [Row]) -> Decimal {
    let mut total = Decimal::ZERO;
    for row in rows {
        let amount = product(row.get(form, "FPriceQty"), row.get(form, "FTaxPrice"));
        row.set(form, "FALLAMOUNTFOR_D", Cell::Amount(amount));
        total += amount;
    }
    total
}

fn rows<'d>(form: &FormMeta, document: &'d mut Document, entity: &str) -> &'d mut [Row] {
    match form.entity(entity) {
        Some(entity) => &mut document.rows[entity],
        None => &mut [],
    }
}

fn product(quantity: &Cell, price: &Cell) -> Decimal {
    quantity.amount().checked_mul(price.amount()).unwrap_or_default().round_dp_with_strategy(2, HALF_UP)
}

/// The price without tax follows from the one with tax, or the other way round; amounts follow from both.
fn prices(form: &FormMeta, row: &mut Row, quantity: &str) {
    let factor = Decimal::ONE + row.get(form, "FEntryTaxRate").amount() / Decimal::ONE_HUNDRED;
    let (price, tax_price) = (row.get(form, "FPrice").amount(), row.get(form, "FTaxPrice").amount());
    if !tax_price.is_zero() {
        row.set(
            form,
            "FPrice",
            Cell::Amount(
                tax_price.checked_div(factor).unwrap_or_default().round_dp_with_strategy(6, HALF_UP),
            ),
        );
    } else if !price.is_zero() {
        row.set(form, "FTaxPrice", Cell::Amount((price * factor).round_dp_with_strategy(6, HALF_UP)));
    }
    let amount = product(row.get(form, quantity), row.get(form, "FPrice"));
    let all = product(row.get(form, quantity), row.get(form, "FTaxPrice"));
    row.set(form, "FAmount", Cell::Amount(amount));
    row.set(form, "FAllAmount", Cell::Amount(all));
}

/// The unit of a row without one is the base unit of its material.
fn unit(ledger: &Ledger, form: &FormMeta, row: &mut Row, material: &str) {
    if !row.get(form, "FUnitID").is_blank() {
        return;
    }
    let materials = CATALOGUE.form("BD_MATERIAL");
    let unit = ledger
        .table(materials)
        .get(row.get(form, material).reference())
        .and_then(|material| material.cell(materials.lookup("FBaseUnitId")?, 0))
        .map_or(0, Cell::reference);
    row.set(form, "FUnitID", Cell::Ref(unit));
}
