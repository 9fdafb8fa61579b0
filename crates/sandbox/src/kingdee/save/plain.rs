//! Saving as a person at the screens: plain values instead of packets, no options to choose.

use model::{Map, Value, json};

use super::options::Options;
use super::{Intent, one};
use crate::kingdee::catalogue::FormMeta;
use crate::kingdee::cell::Cell;
use crate::kingdee::fault::{Code, Fault};
use crate::kingdee::meta::USER;
use crate::kingdee::turn::Turn;

/// A Model of a JSON object in which references are plain numbers: `{"FCustTypeId": "KHLB01"}`.
pub fn plain_model(form: &'static FormMeta, body: &serde_json::Value) -> Map<'static> {
    let text = body.to_string();
    match json::read(&text) {
        Ok(Value::Map(map)) => with_references(form, map.into_owned()),
        _ => Map::new(),
    }
}

fn with_references(form: &'static FormMeta, map: Map<'static>) -> Map<'static> {
    let wrap = |key: &str, value: Value<'static>| match value {
        Value::List(rows) => Value::List(rows.into_iter().map(|row| inner(form, row)).collect()),
        Value::Map(_) if form.entity(key).is_some() => inner(form, value),
        Value::Text(_) => match form.lookup(key).and_then(|place| form.field(place).kind.target()) {
            Some(target) => {
                let mut reference = Map::new();
                reference.push(if target == USER { "FUserID" } else { "FNumber" }, value);
                Value::Map(reference)
            }
            None => value,
        },
        other => other,
    };
    map.into_iter()
        .map(|(key, value)| {
            let value = wrap(&key, value);
            (key, value)
        })
        .collect()
}

fn inner(form: &'static FormMeta, row: Value<'static>) -> Value<'static> {
    match row {
        Value::Map(map) => Value::Map(with_references(form, map)),
        other => other,
    }
}

/// Saves a new document; its id.
pub fn save_plain(turn: &mut Turn, form: &'static FormMeta, model: &Map<'static>) -> Result<i64, Fault> {
    turn.conditions = Default::default();
    let saved = one(turn, form, model, &Options::of_screen(), Intent::Save);
    saved.map(|saved| saved.touched.id).map_err(first)
}

/// Changes a document whatever its status, which it keeps; rows are added, none is removed.
pub fn edit_plain(
    turn: &mut Turn,
    form: &'static FormMeta,
    id: i64,
    model: &Map<'static>,
) -> Result<(), Fault> {
    let gone = || Fault::new(Code::NoData, format!("内码为{id}的{}不存在", form.def.name));
    let before =
        turn.ledger.table(form).get(id).map(|document| document.get(form, "FDocumentStatus").clone());
    let before = before.ok_or_else(gone)?;
    turn.conditions = Default::default();
    set_status(turn, form, id, Cell::text("A"));
    let mut model = model.clone();
    model.set(form.def.pk, id);
    let saved = one(turn, form, &model, &Options::of_screen(), Intent::Save);
    set_status(turn, form, id, before);
    saved.map(|_| ()).map_err(first)
}

/// Deletes a row of a document whatever its status.
pub fn delete_row(
    turn: &mut Turn,
    form: &'static FormMeta,
    id: i64,
    (entity, row): (usize, i64),
) -> Result<(), Fault> {
    let gone = || Fault::rule(format!("分录内码{row}在单据中不存在"));
    let mut document = turn.ledger.table(form).get(id).cloned().ok_or_else(gone)?;
    let before = document.rows[entity].len();
    document.rows[entity].retain(|each| each.id != row);
    if document.rows[entity].len() == before {
        return Err(gone());
    }
    super::derive(turn.ledger, form, &mut document);
    document.set(form, "FModifyDate", Cell::Time(turn.now()));
    turn.ledger.table_mut(form).put(form, document);
    Ok(())
}

fn set_status(turn: &mut Turn, form: &FormMeta, id: i64, status: Cell) {
    turn.ledger.table_mut(form).change(id, |document| document.set(form, "FDocumentStatus", status));
}

fn first(faults: Vec<Fault>) -> Fault {
    faults.into_iter().next().unwrap_or_else(|| Fault::new(Code::Exception, "保存失败"))
}
