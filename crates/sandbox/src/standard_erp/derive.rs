//! What follows from a bill: its sums, and the quantities that deliveries write back to their order.

use std::collections::BTreeMap;

use model::Map;
use rust_decimal::Decimal;

use super::answer::{Code, Refusal};
use super::check::{amount, kept_decimal};
use super::dictionary::{Object, lookup};
use super::ledger::{Document, Origin, Row};
use super::switches as s;
use super::turn::Turn;

const ORDER: &str = "saleOrder";
const ORDER_ROWS: &str = "saleOrderEntry";
const DELIVERY: &str = "stockOut";
const DELIVERY_ROWS: &str = "stockOutEntry";

/// Works out the amounts of an order.
pub fn sums(object: &Object, document: &mut Document) -> Result<(), Refusal> {
    if object.name != ORDER {
        return Ok(());
    }
    let mut total = Decimal::ZERO;
    for row in document.details.get_mut(ORDER_ROWS).into_iter().flatten() {
        let product = amount(&row.fields, "qty").checked_mul(amount(&row.fields, "price"));
        let product = product.ok_or_else(too_large)?.round_dp(12);
        set(&mut row.fields, "amount", product, 2)?;
        let delivered = amount(&row.fields, "deliveredQty");
        set(&mut row.fields, "deliveredQty", delivered, 4)?;
        total += amount(&row.fields, "amount");
    }
    set(&mut document.fields, "totalAmount", total, 2)
}

fn set(fields: &mut Map<'static>, name: &'static str, value: Decimal, places: u32) -> Result<(), Refusal> {
    fields.set(name, kept_decimal(value, places).ok_or_else(too_large)?);
    Ok(())
}

fn too_large() -> Refusal {
    Refusal::new(Code::BadValue, "金额过大")
}

/// Adds what a delivery newly takes out of the warehouse to the rows of its order, and takes off what it no longer
/// does. Rows that name no row of the order write nothing back.
pub fn write_back(turn: &mut Turn, object: &Object, before: Option<&Document>, after: &Document) {
    if object.name != DELIVERY {
        return;
    }
    let mut moved: BTreeMap<(String, String), Decimal> = BTreeMap::new();
    for (document, sign) in
        before.map(|before| (before, -Decimal::ONE)).into_iter().chain([(after, Decimal::ONE)])
    {
        for (place, quantity) in taken_out(document) {
            *moved.entry(place).or_default() += sign * quantity;
        }
    }
    let orders = lookup(ORDER).expect("the dictionary has orders");
    let numbers: Vec<String> = moved.keys().map(|(number, _)| number.clone()).collect();
    for number in numbers.into_iter().collect::<std::collections::BTreeSet<_>>() {
        let Some(order) = turn.ledger.table(orders).numbered(&number).cloned() else { continue };
        let mut changed = order.clone();
        for row in changed.details.get_mut(ORDER_ROWS).into_iter().flatten() {
            let by = moved.get(&(number.clone(), row.id.clone())).copied().unwrap_or_default();
            let delivered = amount(&row.fields, "deliveredQty") + by;
            row.fields.set("deliveredQty", kept_decimal(delivered, 4).unwrap_or_default());
        }
        if changed != order {
            let moves = turn.switches.is(s::MODIFIED_ON_WRITE_BACK, "moved");
            // The ERP changes the order by itself, whoever wrote the delivery.
            let writer = std::mem::replace(&mut turn.origin, Origin::Business);
            turn.store(orders, order, changed, moves);
            turn.origin = writer;
        }
    }
}

/// What a delivery in force takes out, by order and its row.
fn taken_out(delivery: &Document) -> Vec<((String, String), Decimal)> {
    let text =
        |fields: &Map, name: &str| fields.get(name).and_then(|value| value.as_text()).map(str::to_owned);
    let Some(order) = text(&delivery.fields, "orderNo").filter(|_| !delivery.is_void) else {
        return Vec::new();
    };
    let place =
        |row: &Row| Some(((order.clone(), text(&row.fields, "orderEntryId")?), amount(&row.fields, "qty")));
    delivery.rows(DELIVERY_ROWS).iter().filter_map(place).collect()
}
