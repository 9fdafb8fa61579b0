//! Numbers that the server gives by its rules.

use crate::kingdee::catalogue::FormMeta;
use crate::kingdee::cell::Cell;
use crate::kingdee::ledger::Document;
use crate::kingdee::turn::Turn;

/// Gives a document without a number the next one of its form.
pub fn give(turn: &mut Turn, form: &FormMeta, document: &mut Document) {
    if form.number().is_some() && document.number(form).is_empty() {
        let number = next_number(turn, form);
        document.set(form, form.def.number, Cell::text(number));
    }
}

/// The next number that nobody has.
pub fn next_number(turn: &mut Turn, form: &FormMeta) -> String {
    let rule = &form.def.numbering;
    let prefix = match rule.dated {
        true => format!("{}{}", rule.prefix, turn.now().year_month()),
        false => rule.prefix.to_owned(),
    };
    let table = turn.ledger.table_mut(form);
    let mut next = table.sequences.get(&prefix).copied().unwrap_or(1);
    let number = loop {
        let number = format!("{prefix}{next:0width$}", width = rule.digits);
        next += 1;
        if table.ids_of(&number).is_empty() {
            break number;
        }
    };
    table.sequences.insert(prefix, next);
    number
}
