//! From what is wanted and what is there to the steps between (`protocols/fxiaoke.md §4.5`).
//!
//! A create sends the whole document, an update only the changed fields. The owner is not changed by an update (the
//! vendor ignores it there), so it is left out of one. What cannot be written is told as a cause that a person
//! understands, before anything is sent.

use contract::connector::{Found, PlanAsk};
use model::step::{Action, Step};
use model::{Cause, Map, Value, json};

use super::alike::alike;
use super::options;
use super::record::{self, LOCKED};

/// 作废 and its undoing, as transitions.
pub(super) const INVALID: &str = "invalid";
pub(super) const RECOVER: &str = "recover";

/// The document's member with its detail rows by detail object.
pub(super) const DETAILS: &str = "details";

/// Fields that hold people or departments as lists even when there is one (§4.3), in every object.
const LISTS: [&str; 4] = ["owner", "out_owner", "data_own_department", "created_by"];

/// What an update never sends.
const NOT_IN_UPDATES: [&str; 3] = ["owner", record::ID, "dataObjectApiName"];

/// The record type of a create that names none (§4.3).
const RECORD_TYPE: (&str, &str) = ("record_type", "default__c");

/// The steps from what is observed to what is wanted.
pub(super) fn plan(ask: &PlanAsk<'_>) -> Result<Vec<Step>, Cause> {
    options::check(ask.object, ask.options)?;
    if let Some(transition) = ask.void {
        return plan_void(ask, transition);
    }
    if let Some(status) = ask.status {
        return Err(Cause::new("fxiaoke.status_unknown").with("status", status));
    }
    match ask.observed {
        None => plan_create(ask),
        Some(observed) => plan_update(ask, observed),
    }
}

fn plan_void(ask: &PlanAsk<'_>, transition: &str) -> Result<Vec<Step>, Cause> {
    if !matches!(transition, INVALID | "作废") {
        return Err(Cause::new("fxiaoke.transition_unknown").with("transition", transition));
    }
    match ask.observed {
        Some(observed) if !observed.void => {
            refuse_locked(observed, ask.options)?;
            Ok(vec![Step { action: Action::Transition(INVALID.into()), ..step(ask, Some(observed)) }])
        }
        _ => Ok(Vec::new()),
    }
}

fn plan_create(ask: &PlanAsk<'_>) -> Result<Vec<Step>, Cause> {
    let mut document = Map::with_capacity(ask.create.len() + 1);
    for (name, value) in ask.create.iter().filter(|(name, _)| *name != record::ID) {
        refuse_read_only(name, ask.options)?;
        document.push(name, as_written(name, value));
    }
    if document.get(RECORD_TYPE.0).is_none_or(Value::is_blank) {
        document.set(RECORD_TYPE.0, RECORD_TYPE.1);
    }
    Ok(vec![Step { document: json::write(&Value::Map(document)), ..step(ask, None) }])
}

/// A record that is alive at its source and voided here is never passed over, even when no field differs: who voided
/// it must decide.
fn plan_update(ask: &PlanAsk<'_>, observed: &Found) -> Result<Vec<Step>, Cause> {
    if observed.void {
        return Err(Cause::new("fxiaoke.voided").with("record", shown(observed)));
    }
    let mut document = Map::new();
    for (name, value) in
        ask.mapped.iter().filter(|(name, _)| ask.changed.iter().any(|changed| changed == name))
    {
        if NOT_IN_UPDATES.contains(&name) {
            continue;
        }
        if name == DETAILS {
            return Err(Cause::new("fxiaoke.details_update").with("object", ask.object));
        }
        refuse_read_only(name, ask.options)?;
        let value = as_written(name, value);
        // Where there is an agreement, the field differs from it and is sent whatever was observed: a search that lags
        // may show what was there before the last write.
        if ask.agreed.is_some() || !alike(&value, observed.body.get(name)) {
            document.push(name, value);
        }
    }
    if document.is_empty() {
        return Ok(Vec::new());
    }
    refuse_locked(observed, ask.options)?;
    let document = json::write(&Value::Map(document));
    Ok(vec![Step { action: Action::Update, document, ..step(ask, Some(observed)) }])
}

fn step(ask: &PlanAsk<'_>, observed: Option<&Found>) -> Step {
    Step {
        action: Action::Create,
        object: ask.object.into(),
        id: observed.map(|found| found.id.clone()),
        number: observed.and_then(|found| found.number.clone()),
        document: String::new(),
        options: match ask.options.is_empty() {
            true => String::new(),
            false => json::write(&Value::Map(ask.options.borrow())),
        },
        row_of: None,
    }
}

fn refuse_locked(observed: &Found, options: &Map) -> Result<(), Cause> {
    let is_locked = observed.status.as_deref() == Some(LOCKED);
    if is_locked && !options::is_set(options, options::SKIP_STATUS) {
        return Err(Cause::new("fxiaoke.locked").with("record", shown(observed)));
    }
    Ok(())
}

/// Companions are derived by the vendor; one of them can be written, by an option of custom objects (§4.5).
fn refuse_read_only(field: &str, options: &Map) -> Result<(), Cause> {
    match record::companion_of(field) {
        Some(_) if field.ends_with("__r") && options::is_set(options, options::CONVERT_LOOKUP) => Ok(()),
        Some(base) => Err(Cause::new("fxiaoke.read_only").with("field", field).with("base", base)),
        None => Ok(()),
    }
}

/// People and departments as lists.
fn as_written<'v>(name: &str, value: &'v Value<'_>) -> Value<'v> {
    match value {
        Value::Text(text) if LISTS.contains(&name) && !text.trim().is_empty() => {
            vec![Value::text(&**text)].into()
        }
        value => value.borrow(),
    }
}

/// How people know the record.
fn shown(observed: &Found) -> &str {
    observed.number.as_deref().or(observed.name.as_deref()).unwrap_or(&observed.id)
}

/// Whether the observed record is as the step would make it. A record that was found by the key of a create is what
/// that create made.
pub(super) fn accomplished(step: &Step, observed: &Found) -> bool {
    match &step.action {
        Action::Create => true,
        Action::Update => match json::read(&step.document) {
            Ok(Value::Map(document)) => {
                document.iter().all(|(name, value)| alike(value, observed.body.get(name)))
            }
            _ => false,
        },
        Action::Transition(name) if name == INVALID => observed.void,
        Action::Transition(name) if name == RECOVER => !observed.void,
        Action::Transition(_) | Action::Derive | Action::Delete | Action::Notify => false,
    }
}
