//! Whether a document already is as a step would make it: what decides about a step whose answer was lost.

use contract::connector::Found;
use model::step::{Action, Step};
use model::{Map, Value, json};

use super::alike::{alike, member, part_alike};
use super::form::Form;
use super::plan::{GONE, KNOWN, Level};
use super::rows::row_id;

/// Pure. A create is accomplished as soon as its document is found by its key, a derivation as soon as there is a
/// document of the same parent that was not there before; what differs in them is for the next plan. Whether other
/// organisations have a record does not show in it: an allocation is repeated, which gives nobody anything twice.
pub fn accomplished(form: &Form, step: &Step, observed: &Found) -> bool {
    let level = Level::observed(observed);
    match &step.action {
        Action::Create => true,
        Action::Derive => !known(step, None).contains(&observed.id),
        Action::Update => is_updated(step, observed, level),
        Action::Transition(operation) => match operation.as_str() {
            "Submit" => level >= Some(Level::Submitted),
            "Audit" => level == Some(Level::Audited),
            "UnAudit" => level.is_some_and(|level| level < Level::Audited),
            "CancelAssign" => level.is_some_and(|level| level < Level::Submitted),
            "Forbid" | "Cancel" => observed.void,
            "Enable" | "UnCancel" | "Uncancel" => !observed.void,
            other => {
                form.close.as_ref().and_then(|close| close.is_done(other, observed.closed)).unwrap_or(false)
            }
        },
        Action::Delete | Action::Notify | Action::Attach => false,
    }
}

fn is_updated(step: &Step, observed: &Found, level: Option<Level>) -> bool {
    let options = json::read(&step.options).unwrap_or_default();
    if let Some(gone) = options.get(GONE).and_then(Value::as_map) {
        return gone.iter().all(|(list, ids)| are_gone(observed.body.get(list), ids));
    }
    let Ok(Value::Map(document)) = json::read(&step.document) else { return false };
    let mut fields =
        document.iter().filter(|(_, value)| value.plain().as_deref() != Some(&*observed.id)).peekable();
    if fields.peek().is_none() {
        // A save of nothing but the id is there to make a draft a saved document.
        return level != Some(Level::Draft);
    }
    fields.all(|(name, value)| field_is_there(value, member(&observed.body, name), &known(step, Some(name))))
}

/// The ids of the rows of a list, or of the documents, that were there before the step.
fn known(step: &Step, list: Option<&str>) -> Vec<String> {
    let options = json::read(&step.options).unwrap_or_default();
    let known = options.get(KNOWN);
    let known = match list {
        Some(list) => known.and_then(|known| known.get(list)),
        None => known,
    };
    known.and_then(Value::as_list).unwrap_or_default().iter().filter_map(row_id).collect()
}

fn field_is_there(written: &Value, read: Option<&Value>, known: &[String]) -> bool {
    match (written, read) {
        (Value::List(lines), Some(Value::List(rows))) if lines.iter().any(|line| line.as_map().is_some()) => {
            lines_are_there(lines, rows, known)
        }
        (written, read) => alike(written, read),
    }
}

/// Whether each line has a row of its own: one with an id the row of that id, a new one a row that was not there
/// before.
fn lines_are_there(lines: &[Value], rows: &[Value], known: &[String]) -> bool {
    let first_id =
        |row: &Value| row.as_map().and_then(|row| row.iter().next().and_then(|(_, id)| row_id(id)));
    let mut taken = vec![false; rows.len()];
    let id_name = rows.iter().find_map(|row| row.as_map()?.iter().next().map(|(name, _)| name.to_owned()));
    lines.iter().filter_map(Value::as_map).all(|line| {
        let has_id = id_name.as_deref().is_some_and(|name| line.get(name).and_then(row_id).is_some());
        let is_old = |row: &Value| first_id(row).is_some_and(|id| known.contains(&id));
        let place = rows
            .iter()
            .enumerate()
            .position(|(at, row)| !taken[at] && (has_id || !is_old(row)) && line_is_there(line, row));
        place.is_some_and(|at| !std::mem::replace(&mut taken[at], true))
    })
}

fn line_is_there(line: &Map, row: &Value) -> bool {
    row.as_map().is_some_and(|row| part_alike(line, row))
}

fn are_gone(rows: Option<&Value>, ids: &Value) -> bool {
    let Some(rows) = rows.and_then(Value::as_list) else { return false };
    let is_there = |id: &str| {
        // The row's id is its first member (see the fold).
        let first =
            |row: &Value| row.as_map().and_then(|row| row.iter().next().and_then(|(_, id)| row_id(id)));
        rows.iter().any(|row| first(row).as_deref() == Some(id))
    };
    ids.as_list().unwrap_or_default().iter().filter_map(Value::as_text).all(|id| !is_there(id))
}

#[cfg(test)]
mod tests;
