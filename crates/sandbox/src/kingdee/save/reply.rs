//! What the reply of Save says about a document (`protocols/kingdee.md §3.1`).

use model::{Map, Value};

use crate::kingdee::catalogue::FormMeta;
use crate::kingdee::cell::Cell;
use crate::kingdee::fault::{Touched, object};
use crate::kingdee::ledger::{Document, Row};
use crate::kingdee::meta::{Field, Kind};
use crate::kingdee::query::print::Print;
use crate::kingdee::turn::Turn;

/// Id and number, and the row ids where this version lists them.
pub fn touched(turn: &Turn, form: &FormMeta, document: &Document) -> Touched {
    let rows = form
        .entities
        .iter()
        .zip(&document.rows)
        .filter(|(meta, rows)| !meta.def.shape.is_single() && !rows.is_empty())
        .map(|(meta, rows)| (meta.def.key, rows.iter().map(|row| row.id).collect()));
    Touched {
        id: document.id,
        number: document.number(form).to_owned(),
        rows: if turn.is("entry_ids", "present") { rows.collect() } else { Vec::new() },
    }
}

/// The `NeedReturnData` of one document: the fields that were asked for as `key` or `entitykey.key`.
pub fn returned(turn: &Turn, form: &FormMeta, document: &Document, asked: &[String]) -> Value<'static> {
    let print = Print::new(turn.switches);
    let mut out = Map::new();
    for key in asked {
        match key.split_once('.') {
            None if form.is_pk(key) => out.set(key.clone(), document.id),
            None => {
                if let Some(place) = form.lookup(key).filter(|place| place.entity == 0) {
                    out.set(key.clone(), printed(turn, print, form.field(place), document.head(place.field)));
                }
            }
            Some((entity, key)) => {
                if let Some(at) = form.entity(entity) {
                    add_rows(turn, print, form, at, document, (entity, key), &mut out);
                }
            }
        }
    }
    out.into()
}

fn add_rows(
    turn: &Turn,
    print: Print,
    form: &FormMeta,
    entity: usize,
    document: &Document,
    (name, key): (&str, &str),
    out: &mut Map<'static>,
) {
    let meta = &form.entities[entity];
    let content = |row: &Row| {
        if meta.def.pk.eq_ignore_ascii_case(key) {
            return Some(row.id.into());
        }
        let place = form.lookup(key).filter(|place| place.entity == entity)?;
        Some(printed(turn, print, form.field(place), &row.cells[place.field]))
    };
    let mut list = match out.remove(name) {
        Some(Value::List(list)) => list,
        _ => vec![Map::new().into(); document.rows[entity].len()],
    };
    for (each, row) in list.iter_mut().zip(&document.rows[entity]) {
        if let (Value::Map(map), Some(value)) = (each, content(row)) {
            map.set(key.to_owned(), value);
        }
    }
    out.set(name.to_owned(), Value::List(list));
}

/// A content; a reference shows what it refers to.
fn printed(turn: &Turn, print: Print, field: &Field, cell: &Cell) -> Value<'static> {
    match field.kind {
        Kind::Base(_) | Kind::Assistant(_) => {
            let target = field.kind.target().unwrap_or_default();
            match turn.ledger.referred(target, cell.reference()) {
                Some((form, document)) => {
                    object([("Id", document.id.into()), ("Number", document.number(form).to_owned().into())])
                        .into()
                }
                None => Value::Null,
            }
        }
        kind => print.cell(cell, kind),
    }
}
