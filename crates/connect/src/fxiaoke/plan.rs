//! From what is wanted and what is there to the steps between (`protocols/fxiaoke.md §4.5`). Pure.
//!
//! A create sends the whole document with its detail rows, an update only the changed fields. Whatever an update does
//! not take goes by itself: owner, team, detail rows, locks. The master's own fields are written last, because that may
//! start an approval, which closes the document for everything else. What cannot be written is told before anything is
//! sent.

pub(super) mod life;

use contract::connector::{Found, PlanAsk, Refusal};
use model::step::{Action, Step};
use model::{Cause, Map, Value, json};

use super::alike::alike;
use super::detail::{self, DETAILS};
use super::options;
use super::record;
use super::team::{self, TEAM};
use life::Wanted;

/// 作废 and its undoing, as transitions.
pub(super) const INVALID: &str = "invalid";
pub(super) const RECOVER: &str = "recover";
pub(super) const LOCK: &str = "lock";
pub(super) const UNLOCK: &str = "unlock";
/// 更换负责人: an update does not change the owner.
pub(super) const CHANGE_OWNER: &str = "changeOwner";

pub(super) const OWNER: &str = "owner";

/// Fields that hold people or departments as lists even when there is one (§4.3), in every object.
const LISTS: [&str; 4] = [OWNER, "out_owner", "data_own_department", "created_by"];

/// What an update of the record itself never sends.
const NOT_IN_UPDATES: [&str; 5] = [OWNER, TEAM, DETAILS, record::ID, "dataObjectApiName"];

/// The record type of a create that names none (§4.3).
pub(super) const RECORD_TYPE: (&str, &str) = ("record_type", "default__c");

/// The steps from what is observed to what is wanted.
pub(super) fn plan(ask: &PlanAsk<'_>) -> Result<Vec<Step>, Refusal> {
    options::check(ask.object, ask.options)?;
    if ask.closed.is_some() {
        return Err(Cause::new("fxiaoke.no_closing").with("object", ask.object).into());
    }
    if ask.derived.is_some() {
        return Err(contract::connector::unsupported("derive"));
    }
    if let Some(transition) = ask.void {
        return life::void(ask, transition);
    }
    let wanted = Wanted::of(ask.status)?;
    match ask.observed {
        None => create(ask, wanted),
        Some(observed) => update(ask, observed, wanted),
    }
}

fn create(ask: &PlanAsk<'_>, wanted: Option<Wanted>) -> Result<Vec<Step>, Refusal> {
    let mut document = Map::with_capacity(ask.create.len() + 1);
    for (name, value) in ask.create.iter().filter(|(name, _)| ![record::ID, TEAM].contains(name)) {
        refuse_read_only(name, ask.options)?;
        let value = if name == DETAILS { new_rows(value, ask.options)? } else { as_written(name, value) };
        document.push(name, value);
    }
    with_record_type(&mut document);
    let mut steps = vec![Step { document: json::write(&Value::Map(document)), ..step(ask, None) }];
    steps.extend(team::steps(ask, None));
    if wanted == Some(Wanted::Locked) {
        steps.push(life::transition(ask, None, LOCK));
    }
    Ok(steps)
}

/// The detail rows of a create, by detail object.
fn new_rows<'v>(details: &'v Value<'_>, options: &Map) -> Result<Value<'v>, Cause> {
    let Value::Map(details) = details else { return Ok(details.borrow()) };
    let mut all = Map::with_capacity(details.len());
    for (object, lines) in details.iter() {
        let mut rows = Vec::new();
        for line in lines.as_list().unwrap_or_default().iter().filter_map(Value::as_map) {
            let mut row = Map::with_capacity(line.len() + 1);
            for (name, value) in line.iter().filter(|(name, _)| *name != record::ID) {
                refuse_read_only(name, options)?;
                row.push(name, as_written(name, value));
            }
            with_record_type(&mut row);
            rows.push(Value::Map(row));
        }
        all.push(object, rows);
    }
    Ok(all.into())
}

fn update(ask: &PlanAsk<'_>, observed: &Found, wanted: Option<Wanted>) -> Result<Vec<Step>, Refusal> {
    let revival = life::revive(ask, observed)?;
    let mut edits: Vec<Step> = owner(ask, observed).into_iter().collect();
    edits.extend(team::steps(ask, Some(observed)));
    if is_changed(ask, DETAILS) {
        edits.extend(detail::plan::steps(ask, observed)?);
    }
    edits.extend(fields(ask, observed)?);
    life::around(ask, observed, wanted, revival, edits)
}

fn is_changed(ask: &PlanAsk<'_>, field: &str) -> bool {
    ask.changed.iter().any(|changed| changed == field)
}

/// Whether a changed field is to be written. Where there is an agreement, the field differs from it and is sent whatever
/// was observed: a search that lags may show what was there before the last write.
fn differs(ask: &PlanAsk<'_>, observed: &Found, name: &str, value: &Value) -> bool {
    ask.agreed.is_some() || !alike(value, observed.body.get(name))
}

/// The record's own fields that changed.
fn fields(ask: &PlanAsk<'_>, observed: &Found) -> Result<Option<Step>, Cause> {
    let mut document = Map::new();
    for (name, value) in ask.mapped.iter() {
        if NOT_IN_UPDATES.contains(&name) || !is_changed(ask, name) {
            continue;
        }
        refuse_read_only(name, ask.options)?;
        let value = as_written(name, value);
        if differs(ask, observed, name, &value) {
            document.push(name, value);
        }
    }
    if document.is_empty() {
        return Ok(None);
    }
    let document = json::write(&Value::Map(document));
    Ok(Some(Step { action: Action::Update, document, ..step(ask, Some(observed)) }))
}

/// A changed owner. A blank one changes nothing: every record has an owner.
fn owner(ask: &PlanAsk<'_>, observed: &Found) -> Option<Step> {
    let value = ask.mapped.get(OWNER).filter(|value| !value.is_blank() && is_changed(ask, OWNER))?;
    let value = as_written(OWNER, value);
    if !differs(ask, observed, OWNER, &value) {
        return None;
    }
    let mut document = Map::with_capacity(1);
    document.push(OWNER, value);
    let document = json::write(&Value::Map(document));
    Some(Step { document, ..life::transition(ask, Some(observed), CHANGE_OWNER) })
}

/// A step on the record itself; a create unless it is made something else.
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

pub(super) fn with_record_type(document: &mut Map<'_>) {
    if document.get(RECORD_TYPE.0).is_none_or(Value::is_blank) {
        document.set(RECORD_TYPE.0, RECORD_TYPE.1);
    }
}

/// Companions are derived by the vendor; one of them can be written, by an option of custom objects (§4.5).
pub(super) fn refuse_read_only(field: &str, options: &Map) -> Result<(), Cause> {
    match record::companion_of(field) {
        Some(_) if field.ends_with("__r") && options::is_set(options, options::CONVERT_LOOKUP) => Ok(()),
        Some(base) => Err(Cause::new("fxiaoke.read_only").with("field", field).with("base", base)),
        None => Ok(()),
    }
}

/// People and departments as lists.
pub(super) fn as_written<'v>(name: &str, value: &'v Value<'_>) -> Value<'v> {
    match value {
        Value::Text(text) if LISTS.contains(&name) && !text.trim().is_empty() => {
            vec![Value::text(&**text)].into()
        }
        value => value.borrow(),
    }
}

/// How people know the record.
pub(super) fn shown(observed: &Found) -> &str {
    observed.number.as_deref().or(observed.name.as_deref()).unwrap_or(&observed.id)
}

/// Whether the observed record is as the step would make it. A record that was found by the key of a create is what
/// that create made.
pub(super) fn accomplished(step: &Step, observed: &Found) -> bool {
    if let Some(accomplished) = detail::plan::accomplished(step, observed) {
        return accomplished;
    }
    match &step.action {
        Action::Create => true,
        Action::Update => has_all(&step.document, observed),
        Action::Delete => observed.status.as_deref() == Some(record::DELETED),
        Action::Transition(name) => match name.as_str() {
            INVALID => observed.void,
            RECOVER => !observed.void,
            LOCK => observed.status.as_deref() == Some(record::LOCKED),
            UNLOCK => observed.status.as_deref() != Some(record::LOCKED),
            CHANGE_OWNER => has_all(&step.document, observed),
            name => team::accomplished(name, &step.document, observed),
        },
        Action::Derive | Action::Notify | Action::Attach => false,
    }
}

fn has_all(document: &str, observed: &Found) -> bool {
    match json::read(document) {
        Ok(Value::Map(document)) => {
            document.iter().all(|(name, value)| alike(value, observed.body.get(name)))
        }
        _ => false,
    }
}
