//! What a document must have before it is stored (`protocols/kingdee.md §3.1, §4`).

use super::Intent;
use super::options::Options;
use crate::kingdee::catalogue::FormMeta;
use crate::kingdee::cell::Cell;
use crate::kingdee::fault::Fault;
use crate::kingdee::ledger::Document;
use crate::kingdee::meta::{Field, Kind, Shape};
use crate::kingdee::turn::Turn;

/// Everything that is wrong with a document; drafts need only a number that nobody else has.
pub fn check(
    turn: &Turn,
    form: &FormMeta,
    document: &Document,
    options: &Options,
    intent: Intent,
) -> Result<(), Vec<Fault>> {
    let mut faults = Vec::new();
    if intent == Intent::Save && options.validate {
        mandatory(form, document, &mut faults);
        positive(form, document, &mut faults);
        if turn.is("unusable_base_data", "refused_at_save")
            && let Some(what) = turn.unusable(form, document)
        {
            faults.push(Fault::rule(format!("{what}，不允许保存！")));
        }
    }
    faults.extend(unique(turn, form, document));
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

fn mandatory(form: &FormMeta, document: &Document, faults: &mut Vec<Fault>) {
    for (meta, rows) in form.entities.iter().zip(&document.rows) {
        if meta.def.shape == Shape::SomeRows && rows.is_empty() {
            faults.push(Fault::on(meta.def.key, format!("单据体“{}”是必填项", meta.def.name)));
        }
        for (index, row) in rows.iter().enumerate() {
            for (field, cell) in meta.fields.iter().zip(&row.cells) {
                if field.must && is_missing(field, cell) {
                    let message = match meta.def.shape.is_single() {
                        true => format!("字段“{}”是必填项", field.name),
                        false => format!(
                            "单据体实体【{}】第【{}】行分录，【{}】字段必录",
                            meta.def.name,
                            index + 1,
                            field.name
                        ),
                    };
                    faults.push(Fault::on(field.key, message));
                }
            }
        }
    }
}

/// Quantities that must be above zero.
const QUANTITIES: &[&str] = &["FQty", "FRealQty"];

fn positive(form: &FormMeta, document: &Document, faults: &mut Vec<Fault>) {
    for key in QUANTITIES.iter().filter(|_| form.is_bill()) {
        let Some(place) = form.lookup(key) else { continue };
        for (index, row) in document.rows[place.entity].iter().enumerate() {
            if row.cells[place.field].amount().is_sign_negative() {
                let (entity, field) = (form.entities[place.entity].def.name, form.field(place));
                let message = format!(
                    "单据体实体【{entity}】第【{}】行分录，【{}】必须大于零！",
                    index + 1,
                    field.name
                );
                faults.push(Fault::on(field.key, message));
            }
        }
    }
}

fn is_missing(field: &Field, cell: &Cell) -> bool {
    match field.kind {
        Kind::Amount => cell.amount().is_zero(),
        _ => cell.is_blank(),
    }
}

/// The number must be new: per creating organisation for master data, per form for bills.
fn unique(turn: &Turn, form: &FormMeta, document: &Document) -> Option<Fault> {
    let number = document.number(form);
    if number.is_empty() {
        return None;
    }
    let table = turn.ledger.table(form);
    let clashes = table.ids_of(number).iter().filter(|id| **id != document.id).any(|id| {
        let Some(other) = table.get(*id) else { return false };
        let same_org = ["FCreateOrgId"]
            .iter()
            .all(|key| other.get(form, key).reference() == document.get(form, key).reference());
        // Copies allocated to other organisations share the number of their master record.
        let allocated = !form.is_bill() && other.get(form, "FMasterId") == document.get(form, "FMasterId");
        form.is_bill() || (same_org && !allocated)
    });
    let message = format!("违反字段唯一性要求：编码唯一。[{number}]在当前系统中已经被使用。");
    clashes.then(|| Fault::on(form.def.number, message))
}
