//! Amounts that the CRM works out: of a line from its quantity and price, of a record from its lines.
//!
//! The screens always do. Whether a write through the interface is worked out, too, or kept as it was sent is the
//! switch `amounts`. A total that follows from its lines never moves `last_modified_time` by itself.

use rust_decimal::Decimal;
use serde_json::{Map, Value};

use super::table::Life;
use super::{Crm, Now, decimal, find};
use crate::fxiaoke::caller::Caller;
use crate::fxiaoke::described::Object;
use crate::fxiaoke::switches;

/// How the amounts of one kind of line are worked out.
struct Total {
    line: &'static str,
    /// Quantity and price, where the amount follows from them.
    factors: Option<(&'static str, &'static str)>,
    amount: &'static str,
    /// The field of the master that is the sum.
    sum: &'static str,
    /// A percentage of the master that the sum is reduced to.
    discount: Option<&'static str>,
}

const TOTALS: &[Total] = &[
    Total {
        line: "SalesOrderProductObj",
        factors: Some(("quantity", "sales_price")),
        amount: "subtotal",
        sum: "order_amount",
        discount: Some("discount"),
    },
    Total {
        line: "DeliveryNoteProductObj",
        factors: Some(("delivery_num", "avg_price")),
        amount: "delivery_money",
        sum: "total_delivery_money",
        discount: None,
    },
    Total {
        line: "OrderPaymentObj",
        factors: None,
        amount: "payment_amount",
        sum: "payment_amount",
        discount: None,
    },
];

impl Crm {
    /// Works out the amount of a line that is about to be kept.
    pub fn complete_line(&self, object: &Object, fields: &mut Map<String, Value>, caller: &Caller) {
        let Some(total) = TOTALS.iter().find(|total| total.line == object.name) else { return };
        let Some((quantity, price)) = total.factors.filter(|_| self.works_out(caller)) else { return };
        if let (Some(quantity), Some(price)) = (number(fields, quantity), number(fields, price))
            && let Some(amount) = quantity.checked_mul(price)
            && let Some((text, _)) = decimal::with_places(&amount.to_string(), 2)
        {
            fields.insert(total.amount.into(), Value::String(text));
        }
    }

    /// Works out the sums of the masters of lines that were written.
    pub fn sum_lines(&mut self, line: &'static Object, masters: &[String], caller: &Caller, now: &mut Now) {
        let (Some(total), Some((master, field))) =
            (TOTALS.iter().find(|total| total.line == line.name), line.master())
        else {
            return;
        };
        if !self.works_out(caller) {
            return;
        }
        let master = find(master).expect("masters are described objects");
        for id in masters {
            let Some(row) = self.table(master).get(id) else { continue };
            let lines = self.table(line).with_text(field.name, id).filter(|row| row.life != Life::Invalid);
            let sum: Decimal = lines.filter_map(|row| number(&row.fields, total.amount)).sum();
            let share = total.discount.and_then(|name| number(&row.fields, name));
            let sum = share
                .and_then(|percent| sum.checked_mul(percent)?.checked_div(Decimal::ONE_HUNDRED))
                .unwrap_or(sum);
            let Some((text, _)) = decimal::with_places(&sum.to_string(), 2) else { continue };
            if row.fields.get(total.sum).and_then(Value::as_str) != Some(text.as_str()) {
                let mut row = row.clone();
                row.fields.insert(total.sum.into(), Value::String(text));
                self.put(master, row, now);
            }
        }
    }

    fn works_out(&self, caller: &Caller) -> bool {
        caller.at_screen || self.switches.is(switches::AMOUNTS, "worked_out")
    }
}

fn number(fields: &Map<String, Value>, name: &str) -> Option<Decimal> {
    Decimal::from_str_exact(fields.get(name)?.as_str()?).ok()
}
