//! How contents are written in answers (`protocols/kingdee.md §5.6`).

use model::{Number, Value};

use super::column::Seen;
use crate::kingdee::cell::Cell;
use crate::kingdee::meta::Kind;
use crate::switchboard::Switchboard;

/// The ways of writing that the switches choose between, read once per answer.
#[derive(Debug, Clone, Copy)]
pub struct Print {
    flags_as_text: bool,
    ten_places: bool,
    zero_for_no_row: bool,
    blank: &'static str,
}

impl Print {
    pub fn new(switches: &Switchboard) -> Print {
        Print {
            flags_as_text: switches.is("booleans", "char"),
            ten_places: switches.is("decimal_places", "ten"),
            zero_for_no_row: switches.is("absent_row_id", "0"),
            blank: if switches.is("blank_text", "space") { " " } else { "" },
        }
    }

    /// What a query column holds.
    pub fn seen(&self, seen: Seen, kind: Kind) -> Value<'static> {
        match seen {
            Seen::NoRow if self.zero_for_no_row => 0.into(),
            Seen::Null | Seen::NoRow => Value::Null,
            Seen::Int(whole) => whole.into(),
            Seen::Text(text) => self.text(text).into(),
            Seen::Cell(cell) => self.cell(cell, kind),
        }
    }

    /// What a field holds. References are written as the id they hold.
    pub fn cell(&self, cell: &Cell, kind: Kind) -> Value<'static> {
        match kind {
            Kind::Text | Kind::Words | Kind::Choice(_) => self.text(cell.as_text()).into(),
            Kind::Flag => self.flag(*cell == Cell::Flag(true)),
            Kind::Int => match cell {
                Cell::Int(whole) => (*whole).into(),
                _ => 0.into(),
            },
            Kind::Amount => self.amount(cell),
            Kind::Date | Kind::Time => match cell {
                Cell::Time(time) => time.to_string().into(),
                _ => Value::Null,
            },
            Kind::Base(_) | Kind::Assistant(_) => cell.reference().into(),
        }
    }

    /// A text; one that nobody filled in is a space or nothing.
    pub fn text(&self, text: &str) -> String {
        if text.is_empty() { self.blank.to_owned() } else { text.to_owned() }
    }

    fn flag(&self, truth: bool) -> Value<'static> {
        match (self.flags_as_text, truth) {
            (false, truth) => truth.into(),
            (true, true) => "1".into(),
            (true, false) => "0".into(),
        }
    }

    fn amount(&self, cell: &Cell) -> Value<'static> {
        let amount = cell.amount();
        let text = match self.ten_places {
            true => format!("{amount:.10}"),
            false => amount.normalize().to_string(),
        };
        Value::Number(Number::parse(text).expect("a decimal prints as a JSON number"))
    }
}
