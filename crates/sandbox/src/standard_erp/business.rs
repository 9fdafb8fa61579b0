//! What the people of the company do at the ERP all day, by hand of a control call or of a timer.

use model::{Map, Value};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::answer::{Code, Refusal};
use super::check::{amount, kept_decimal};
use super::dictionary::{ENTRY_ID, OBJECTS, Object, lookup};
use super::ledger::{Document, Row};
use super::render::clock;
use super::turn::{Turn, Wanted};
use super::write::{self, Written};
use crate::stand_in::Chance;

/// The timer of the business. Read and changed at `/_sandbox/standard-erp/business`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Timer {
    /// How long after one piece of work the next is done; 0: the business rests.
    pub every_ms: i64,
    /// How many pieces are left to do.
    pub left: u64,
}

/// The object of that name, which the dictionary has.
fn object(name: &str) -> &'static Object {
    lookup(name).unwrap_or(OBJECTS[0])
}

/// One piece of work, drawn by chance: an order is taken, changed, delivered or voided, a customer moves, a price
/// changes. What the ERP refuses is not done.
pub fn work(turn: &mut Turn, chance: &mut Chance) -> Result<(), Refusal> {
    match chance.below(7) {
        0 | 1 => take_order(turn, chance).map(drop),
        2 => change_order(turn, chance),
        3 | 4 => match drawn(turn, object("saleOrder"), chance) {
            Some(order) => deliver(turn, &order, &Map::new()).map(drop),
            None => Ok(()),
        },
        5 => match drawn(turn, object("customer"), chance) {
            Some(customer) => {
                let tel = format!("0512-{}", 60_000_000 + chance.below(9_000_000));
                edit(turn, object("customer"), &customer.id, [("tel", Value::from(tel))])
            }
            None => Ok(()),
        },
        _ => match drawn(turn, object("material"), chance) {
            Some(material) => {
                let price = Decimal::new(1_000 + chance.below(500_000) as i64, 2);
                let price = kept_decimal(price, 2).unwrap_or_default();
                edit(turn, object("material"), &material.id, [("price", price)])
            }
            None => Ok(()),
        },
    }
}

/// One record in force, drawn by chance.
fn drawn(turn: &Turn, object: &Object, chance: &mut Chance) -> Option<Document> {
    let table = turn.ledger.table(object);
    let count = table.len() as u64;
    let document = (count > 0).then(|| table.iter().nth(chance.below(count) as usize))??;
    (!document.is_void).then(|| document.clone())
}

fn edit<const N: usize>(
    turn: &mut Turn,
    object: &'static Object,
    id: &str,
    fields: [(&'static str, Value<'static>); N],
) -> Result<(), Refusal> {
    let mut filled: Map = fields.into_iter().map(|(name, value)| (name.into(), value)).collect();
    filled.push(object.id, id.to_owned());
    let wanted = Wanted::filled(turn, object, filled.into())?;
    write::update(turn, &wanted).map(drop)
}

fn take_order(turn: &mut Turn, chance: &mut Chance) -> Result<Option<Written>, Refusal> {
    let Some(customer) = drawn(turn, object("customer"), chance) else { return Ok(None) };
    let mut rows = Vec::new();
    for _ in 0..=chance.below(3) {
        let Some(material) = drawn(turn, object("material"), chance) else { continue };
        let mut row = Map::new();
        row.push("matNo", material.number);
        row.push("qty", 1 + chance.below(50) as i64);
        row.push("price", material.fields.get("price").cloned().unwrap_or_else(|| Value::from(1)));
        rows.push(Value::Map(row));
    }
    let mut filled = Map::new();
    filled.push("billDate", day(turn.now_ms));
    filled.push("custNo", customer.number);
    filled.push("saleOrderEntry", rows);
    let wanted = Wanted::filled(turn, object("saleOrder"), filled.into())?;
    write::create(turn, &wanted).map(Some)
}

/// The first row of an order gets one more, or an order without deliveries is voided.
fn change_order(turn: &mut Turn, chance: &mut Chance) -> Result<(), Refusal> {
    let Some(order) = drawn(turn, object("saleOrder"), chance) else { return Ok(()) };
    let rows = order.rows("saleOrderEntry");
    let is_untouched = rows.iter().all(|row| amount(&row.fields, "deliveredQty").is_zero());
    if is_untouched && chance.below(4) == 0 {
        return write::set_void(turn, object("saleOrder"), &order.id, true);
    }
    let Some(row) = rows.first() else { return Ok(()) };
    let mut changed = Map::new();
    changed.push(ENTRY_ID, row.id.clone());
    changed.push("qty", kept_decimal(amount(&row.fields, "qty") + Decimal::ONE, 4).unwrap_or_default());
    edit(turn, object("saleOrder"), &order.id, [("saleOrderEntry", vec![Value::Map(changed)].into())])
}

/// Makes the delivery of an order: all that is left, or the quantities of the `lines` that are named by their `seq`
/// (from 1) in `what`. The other fields of `what` go into the delivery.
pub fn deliver(turn: &mut Turn, order: &Document, what: &Map<'static>) -> Result<Written, Refusal> {
    let lines = what.get("lines").and_then(Value::as_list);
    let mut rows = Vec::new();
    for (row, seq) in order.rows("saleOrderEntry").iter().zip(1_i64..) {
        let quantity = match lines {
            None => kept_decimal(left(row), 4).filter(|_| left(row) > Decimal::ZERO),
            Some(lines) => {
                let line = lines.iter().find(|line| named(line, seq));
                line.and_then(|line| line.get("qty").cloned())
            }
        };
        let Some(quantity) = quantity else { continue };
        let mut delivered = Map::new();
        delivered.push("matNo", row.fields.get("matNo").cloned().unwrap_or_default());
        delivered.push("qty", quantity);
        delivered.push("orderEntryId", row.id.clone());
        rows.push(Value::Map(delivered));
    }
    if rows.is_empty() {
        return Err(Refusal::new(Code::Missing, format!("销售订单[{}]没有可出库的分录", order.number)));
    }
    let mut filled: Map = what.clone().into_iter().filter(|(name, _)| name != "lines").collect();
    filled.set("billDate", day(turn.now_ms));
    filled.set("custNo", order.fields.get("custNo").cloned().unwrap_or_default());
    filled.set("orderNo", order.number.clone());
    filled.set("stockOutEntry", rows);
    let wanted = Wanted::filled(turn, object("stockOut"), filled.into())?;
    write::create(turn, &wanted)
}

fn named(line: &Value, seq: i64) -> bool {
    line.get("seq").and_then(Value::plain).is_some_and(|text| text == seq.to_string())
}

fn left(row: &Row) -> Decimal {
    amount(&row.fields, "qty") - amount(&row.fields, "deliveredQty")
}

fn day(at_ms: i64) -> String {
    clock(at_ms).chars().take(10).collect()
}
