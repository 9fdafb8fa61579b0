//! What the columns can hold: lengths, characters, decimal places (`protocols/kingdee.md §3.1`, `IsControlPrecision`).

use rust_decimal::{Decimal, RoundingStrategy};

use super::options::Options;
use crate::kingdee::catalogue::{EntityMeta, FormMeta};
use crate::kingdee::cell::Cell;
use crate::kingdee::fault::Fault;
use crate::kingdee::ledger::Document;
use crate::kingdee::meta::{Field, Kind};
use crate::kingdee::turn::Turn;

/// The most characters of a number and of any other text; notes and descriptions may be longer.
const NUMBER: usize = 80;
const TEXT: usize = 255;
const NOTE: usize = 2_000;

/// The decimal places of a price.
const PRICE_PLACES: u32 = 6;

/// Brings what was written into the form in which the columns hold it; everything that they cannot hold.
pub fn hold(
    turn: &Turn,
    form: &FormMeta,
    document: &mut Document,
    options: &Options,
) -> Result<(), Vec<Fault>> {
    let rules = Rules {
        refuses_four_bytes: turn.is("four_byte_text", "refused"),
        marks_four_bytes: turn.is("four_byte_text", "question_mark"),
        refuses_places: options.control_precision || turn.is("price_decimals", "refused"),
        number: form.def.number,
    };
    let mut faults = Vec::new();
    for (meta, rows) in form.entities.iter().zip(&mut document.rows) {
        for (index, row) in rows.iter_mut().enumerate() {
            for (field, cell) in meta.fields.iter().zip(&mut row.cells) {
                if let Err(end) = rules.hold(field, cell) {
                    faults.push(Fault::on(field.key, format!("{}{end}", place(meta, field, index))));
                }
            }
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

struct Rules<'f> {
    refuses_four_bytes: bool,
    marks_four_bytes: bool,
    refuses_places: bool,
    /// Key of the form's number.
    number: &'f str,
}

impl Rules<'_> {
    /// The end of the server's sentence when the column cannot hold it.
    fn hold(&self, field: &Field, cell: &mut Cell) -> Result<(), String> {
        match cell {
            Cell::Text(text) => {
                let most = self.most(field);
                if text.chars().count() > most {
                    return Err(format!("的值超过最大长度{most}！"));
                }
                let is_four_bytes = |c: char| c.len_utf8() == 4;
                if self.refuses_four_bytes && text.chars().any(is_four_bytes) {
                    return Err("的值含有数据库不支持的字符！".into());
                }
                if self.marks_four_bytes && text.chars().any(is_four_bytes) {
                    *text = text.chars().map(|c| if is_four_bytes(c) { '?' } else { c }).collect();
                }
                Ok(())
            }
            Cell::Amount(amount) if is_price(field) => self.price(amount),
            _ => Ok(()),
        }
    }

    fn most(&self, field: &Field) -> usize {
        let key = field.key.to_lowercase();
        match field.kind {
            _ if field.key == self.number => NUMBER,
            Kind::Words if ["note", "remark", "description"].iter().any(|part| key.contains(part)) => NOTE,
            _ => TEXT,
        }
    }

    fn price(&self, amount: &mut Decimal) -> Result<(), String> {
        let rounded = amount.round_dp_with_strategy(PRICE_PLACES, RoundingStrategy::MidpointAwayFromZero);
        if rounded != *amount && self.refuses_places {
            return Err(format!("的小数位数超过单价精度{PRICE_PLACES}！"));
        }
        *amount = rounded;
        Ok(())
    }
}

fn is_price(field: &Field) -> bool {
    matches!(field.key, "FPrice" | "FTaxPrice")
}

/// The beginning of the sentence: which field, and of which row.
fn place(meta: &EntityMeta, field: &Field, index: usize) -> String {
    match meta.def.shape.is_single() {
        true => format!("字段“{}”", field.name),
        false => format!("单据体实体【{}】第【{}】行分录，【{}】", meta.def.name, index + 1, field.name),
    }
}
