//! Whether a document already is as a step would make it: what decides about a step whose answer was lost.

use contract::connector::Found;
use model::step::{Action, Step};
use model::{Map, Value, json};

use super::alike::{alike, member, part_alike};
use super::plan::{GONE, Level, row_id};

/// Pure. A create is accomplished as soon as its document is found by its key; what differs in it is for the next plan.
pub fn accomplished(step: &Step, observed: &Found) -> bool {
    let level = Level::observed(observed);
    match &step.action {
        Action::Create | Action::Derive => true,
        Action::Update => is_updated(step, observed, level),
        Action::Transition(operation) => match operation.as_str() {
            "Submit" => level >= Some(Level::Submitted),
            "Audit" => level == Some(Level::Audited),
            "UnAudit" => level.is_some_and(|level| level < Level::Audited),
            "CancelAssign" => level.is_some_and(|level| level < Level::Submitted),
            "Forbid" | "Cancel" => observed.void,
            "Enable" | "UnCancel" | "Uncancel" => !observed.void,
            _ => false,
        },
        Action::Delete | Action::Notify => false,
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
    fields.all(|(name, value)| field_is_there(value, member(&observed.body, name)))
}

fn field_is_there(written: &Value, read: Option<&Value>) -> bool {
    match (written, read) {
        (Value::List(lines), Some(Value::List(rows))) if lines.iter().any(|line| line.as_map().is_some()) => {
            lines.iter().filter_map(Value::as_map).all(|line| rows.iter().any(|row| line_is_there(line, row)))
        }
        (written, read) => alike(written, read),
    }
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
