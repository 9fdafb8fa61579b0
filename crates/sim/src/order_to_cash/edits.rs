//! What people do at both sides while it runs. The vendor may refuse any of it; then nothing happened.

use contract::Chance;
use serde_json::{Value, json};

use super::{erp, sales};
use crate::world::World;

/// One thing that somebody does.
pub type Act = fn(&Desk) -> Option<Value>;

/// How often each is done, in parts of a hundred and some more.
const ACTS: &[(u64, Act)] = &[
    (5, sales::new_customer),
    (4, sales::change_customer),
    (2, sales::add_contact),
    (1, sales::void_customer),
    (16, sales::new_order),
    (14, sales::change_line),
    (8, sales::add_line),
    (7, sales::remove_line),
    (3, sales::swap_lines),
    (4, sales::change_order),
    (2, sales::hand_over_order),
    (5, sales::void_order),
    (3, sales::recover_order),
    (9, sales::pay),
    (2, sales::change_payment),
    (1, sales::void_payment),
    (4, erp::notify),
    (12, erp::deliver),
    (4, erp::deliver_notice),
    (4, erp::invoice),
    (3, erp::receive_payment),
    (5, erp::count_stock),
    (3, erp::close_order),
    (3, erp::open_order),
    (4, erp::finance_edits_order),
    (3, erp::take_back_delivery),
    (5, erp::finish),
    (4, erp::change_product),
    (2, erp::new_product),
    (1, erp::new_warehouse),
    (1, erp::rename_warehouse),
    (3, erp::new_lead),
    (2, erp::change_lead),
];

/// One random act.
pub fn edit(world: &World, number: u64) {
    Desk { world, number }.one_of(ACTS);
}

/// What was begun is finished, as far as the ERP lets it: no document stays un-audited in somebody's drawer. Whether
/// anything was.
pub fn close_books(world: &World) -> bool {
    erp::finish_all(&Desk { world, number: 0 })
}

/// Where somebody sits who does the act of that number.
pub struct Desk<'w> {
    pub world: &'w World,
    pub number: u64,
}

impl Desk<'_> {
    /// Does one of these acts, each as often as its weight says.
    pub fn one_of(&self, acts: &[(u64, Act)]) {
        let all = acts.iter().map(|(weight, _)| weight).sum();
        let mut drawn = self.below(all);
        for (weight, act) in acts {
            if drawn < *weight {
                act(self);
                return;
            }
            drawn -= weight;
        }
    }

    pub fn read(&self, path: &str) -> Value {
        self.world.screens.read(self.world.now_ms(), path)
    }

    pub fn list(&self, path: &str) -> Vec<Value> {
        crate::screens::list(self.read(path))
    }

    /// Edits; what came of it, or nothing where the vendor refused.
    pub fn post(&self, path: &str, body: &Value) -> Option<Value> {
        let answer = self.world.screens.edit(self.world.now_ms(), path, body);
        self.world.trace.note(&format!("{} screen {path} {body} → {answer}", self.world.now_ms()));
        (!answer.is_null() && answer["error"].is_null()).then_some(answer)
    }

    pub fn below(&self, bound: u64) -> u64 {
        self.world.dice.below(bound)
    }

    pub fn percent(&self, percent: u64) -> bool {
        self.world.dice.percent(percent)
    }

    /// One of a table.
    pub fn any(&self, path: &str, is_fit: impl Fn(&Value) -> bool) -> Option<Value> {
        let mut fit: Vec<Value> = self.list(path).into_iter().filter(|record| is_fit(record)).collect();
        (!fit.is_empty()).then(|| fit.swap_remove(self.below(fit.len() as u64) as usize))
    }

    /// A quantity with up to two decimals, most of them whole.
    pub fn quantity(&self) -> Value {
        match self.below(4) {
            0 => json!(format!("{}.{:02}", self.below(40), 1 + self.below(99))),
            _ => json!((1 + self.below(60)).to_string()),
        }
    }

    /// An amount of money.
    pub fn amount(&self) -> String {
        format!("{}.{:02}", 1 + self.below(3_000), self.below(100))
    }
}
