//! Creating and updating, as callers of the interface and people at the screens do it alike.

use std::collections::BTreeMap;

use model::{Map, Value};

use super::answer::{Code, Refusal};
use super::check;
use super::derive;
use super::dictionary::{Detail, Field, Kind, Mark, Object};
use super::ledger::{Document, Origin, Row};
use super::rows;
use super::switches as s;
use super::turn::{Change, Turn, Wanted};

/// The longest id that a caller may choose.
const ID_LENGTH: usize = 36;

/// The ids of what was written: of each detail that was sent, those of its rows in the order sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    pub id: String,
    pub rows: Vec<(&'static str, Vec<String>)>,
}

/// Makes a document.
pub fn create(turn: &mut Turn, wanted: &Wanted) -> Result<Written, Refusal> {
    let object = wanted.object;
    let chosen = chosen_id(turn, wanted)?;
    let mut fields = master_fields(wanted)?;
    let number = fields.get(object.number).and_then(Value::as_text).map(str::to_owned);
    let table = turn.ledger.table(object);
    let existing = chosen
        .as_deref()
        .and_then(|id| table.get(id))
        .or_else(|| number.as_deref().and_then(|number| table.numbered(number)));
    if let Some(existing) = existing {
        let is_same_id = chosen.as_ref() == Some(&existing.id);
        match turn.switches.value(s::REPEATED_NUMBER) {
            Some("same_document") => return Ok(all_ids(object, existing)),
            Some("second_document") if !is_same_id => {}
            _ => {
                return Err(Refusal::new(
                    Code::Repeated,
                    format!("{}[{}]已存在", object.label, existing.number),
                ));
            }
        }
    }
    check::required(object.fields, &fields)?;
    let mut details = BTreeMap::new();
    for (detail, sent) in &wanted.details {
        details.insert(detail.name, rows::added(turn, wanted.rules, detail, sent)?);
    }
    rows::require(object, &details)?;
    check_references(turn, object, &fields, &details)?;
    let table = turn.ledger.table_mut(object);
    let id = chosen.unwrap_or_else(|| table.new_id());
    let number = number.unwrap_or_else(|| table.new_number());
    fields.set(object.number, number.clone());
    if object.field(object.id).is_some() {
        fields.set(object.id, id.clone());
    }
    let lag_ms = match turn.origin {
        Origin::Opening => 0,
        _ => {
            turn.switches.value(s::VISIBLE_AFTER).and_then(|seconds| seconds.parse().ok()).unwrap_or(0)
                * 1_000
        }
    };
    let mut document = Document {
        id,
        number,
        fields: without_nulls(fields),
        details,
        created_ms: turn.now_ms,
        modified_ms: turn.now_ms,
        version: 1,
        visible_from_ms: turn.now_ms + lag_ms,
        is_void: false,
    };
    derive::sums(object, &mut document)?;
    let written = all_ids(object, &document);
    turn.ledger.add(object, document.clone(), turn.origin);
    turn.changes.push(Change { object, before: None, after: document.clone(), origin: turn.origin });
    derive::write_back(turn, object, None, &document);
    Ok(written)
}

/// Changes a document; its id is among the master fields.
pub fn update(turn: &mut Turn, wanted: &Wanted) -> Result<Written, Refusal> {
    let object = wanted.object;
    let id =
        wanted.id().ok_or_else(|| Refusal::new(Code::BadId, format!("修改时必须传入内码{}", object.id)))?;
    let found = turn.ledger.table(object).get(&id);
    let before = found.cloned().ok_or_else(|| absent(object, &id))?;
    if before.is_void {
        return Err(Refusal::new(Code::Voided, format!("{}[{}]已作废", object.label, before.number)));
    }
    let mut after = before.clone();
    let sent = master_fields(wanted)?;
    if turn.switches.is(s::UPDATE_FIELDS, "whole") && turn.origin == Origin::Interface {
        let kept =
            |field: &&Field| field.mark == Mark::System || [object.number, object.id].contains(&field.name);
        let old = std::mem::take(&mut after.fields);
        for field in object.fields.iter().filter(kept) {
            old.get(field.name).into_iter().for_each(|value| after.fields.push(field.name, value.clone()));
        }
    }
    for (name, value) in sent {
        after.fields.set(name, value);
    }
    check::required(object.fields, &after.fields)?;
    after.fields = without_nulls(after.fields);
    if let Some(number) = after.fields.get(object.number).and_then(Value::as_text) {
        let taken = turn.ledger.table(object).numbered(number).is_some_and(|other| other.id != before.id);
        if taken && number != before.number && !turn.switches.is(s::REPEATED_NUMBER, "second_document") {
            return Err(Refusal::new(Code::Repeated, format!("{}[{number}]已存在", object.label)));
        }
        after.number = number.to_owned();
    }
    after.fields.set(object.number, after.number.clone());
    let mut written = Written { id, rows: Vec::new() };
    for (detail, sent) in &wanted.details {
        let (rows, ids) = rows::changed(turn, wanted.rules, detail, before.rows(detail.name), sent)?;
        written.rows.push((detail.name, ids));
        after.details.insert(detail.name, rows);
    }
    rows::require(object, &after.details)?;
    check_references(turn, object, &after.fields, &after.details)?;
    derive::sums(object, &mut after)?;
    if after != before || turn.switches.is(s::UNCHANGED_UPDATE, "moves") {
        turn.store(object, before.clone(), after.clone(), true);
        derive::write_back(turn, object, Some(&before), &after);
    }
    Ok(written)
}

/// Takes a document out of force, or back.
pub fn set_void(turn: &mut Turn, object: &'static Object, id: &str, is_void: bool) -> Result<(), Refusal> {
    let found = turn.ledger.table(object).get(id);
    let before = found.cloned().ok_or_else(|| absent(object, id))?;
    if before.is_void == is_void {
        let what = if is_void { "已作废" } else { "没有作废" };
        return Err(Refusal::new(Code::Voided, format!("{}[{}]{what}", object.label, before.number)));
    }
    let mut after = before.clone();
    after.is_void = is_void;
    turn.store(object, before.clone(), after.clone(), turn.switches.is(s::MODIFIED_ON_VOID, "moved"));
    derive::write_back(turn, object, Some(&before), &after);
    Ok(())
}

/// Takes a document away for good, as only people can.
pub fn delete(turn: &mut Turn, object: &'static Object, id: &str) -> Result<(), Refusal> {
    let before = turn.ledger.table_mut(object).remove(id).ok_or_else(|| absent(object, id))?;
    let mut after = before.clone();
    after.is_void = true;
    derive::write_back(turn, object, Some(&before), &after);
    turn.changes.push(Change { object, before: Some(before), after, origin: turn.origin });
    Ok(())
}

pub fn absent(object: &Object, id: &str) -> Refusal {
    Refusal::new(Code::NoRecord, format!("{}[{id}]不存在", object.label))
}

fn all_ids(object: &Object, document: &Document) -> Written {
    let ids = |name: &str| document.rows(name).iter().map(|row| row.id.clone()).collect();
    let rows = object.details.iter().filter(|detail| document.details.contains_key(detail.name));
    Written { id: document.id.clone(), rows: rows.map(|detail| (detail.name, ids(detail.name))).collect() }
}

/// The id that the caller of a create chose, where that is allowed; people at the screens never choose one.
fn chosen_id(turn: &Turn, wanted: &Wanted) -> Result<Option<String>, Refusal> {
    let object = wanted.object;
    let bad = |what: String| Refusal::new(Code::BadId, what);
    let Some(id) = wanted.id() else {
        return match object.named_by_caller {
            true => Err(bad(format!("新增时必须传入内码{}", object.id))),
            false => Ok(None),
        };
    };
    if object.named_by_caller || turn.switches.is(s::CHOSEN_ID, "taken") {
        return match id.chars().count() <= ID_LENGTH {
            true => Ok(Some(id)),
            false => Err(bad(format!("内码{}超过最大长度{ID_LENGTH}", object.id))),
        };
    }
    match turn.switches.is(s::CHOSEN_ID, "refused") {
        true => Err(bad(format!("新增时不允许传入内码{}", object.id))),
        false => Ok(None),
    }
}

fn master_fields(wanted: &Wanted) -> Result<Map<'static>, Refusal> {
    let object = wanted.object;
    let passed_over = |name: &str| name == object.id || object.keeps(name);
    check::fields(object.fields, &wanted.master, passed_over, wanted.rules)
}

/// The fields that have a value.
pub fn without_nulls(fields: Map<'static>) -> Map<'static> {
    fields.into_iter().filter(|(_, value)| *value != Value::Null).collect()
}

fn check_references(
    turn: &Turn,
    object: &Object,
    fields: &Map,
    details: &BTreeMap<&'static str, Vec<Row>>,
) -> Result<(), Refusal> {
    check_reference(turn, object.fields, fields)?;
    for detail in object.details {
        for row in details.get(detail.name).into_iter().flatten() {
            check_reference(turn, detail.fields, &row.fields)?;
        }
    }
    Ok(())
}

fn check_reference(turn: &Turn, known: &[Field], kept: &Map) -> Result<(), Refusal> {
    for field in known {
        let Kind::Reference(target) = field.kind else { continue };
        let Some(number) = kept.get(field.name).and_then(Value::as_text) else { continue };
        let target = super::turn::object(Some(target))?;
        if turn.ledger.table(target).numbered(number).is_none_or(|found| found.is_void) {
            let message = format!("字段[{} {}]：{}[{number}]不存在", field.label, field.name, target.label);
            return Err(Refusal::new(Code::UnknownReference, message));
        }
    }
    Ok(())
}

/// Takes a row out of a bill.
pub fn delete_row(
    turn: &mut Turn,
    object: &'static Object,
    before: &Document,
    (detail, id): (&'static Detail, &str),
) -> Result<(), Refusal> {
    let mut after = before.clone();
    if let Some(rows) = after.details.get_mut(detail.name) {
        rows.retain(|row| row.id != id);
    }
    rows::require(object, &after.details)?;
    derive::sums(object, &mut after)?;
    turn.store(object, before.clone(), after.clone(), true);
    derive::write_back(turn, object, Some(before), &after);
    Ok(())
}
