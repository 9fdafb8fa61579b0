//! From what is wanted and what is there to the one step between. Pure.
//!
//! A create sends the whole document; an update the fields that changed, and a detail list that changed as a whole: the
//! protocol does not say whether a list replaces or joins what is there, and a whole list with the ids of its rows is
//! right either way.

use contract::connector::{Found, PlanAsk, Refusal, unsupported};
use model::object::{FieldKind, Object, Part};
use model::step::{Action, Step};
use model::{AnswerClass, Cause, Map, Number, Value, json};

use super::alike::alike;
use super::rows::Sides;
use super::settings::{self, IdBy};

/// The steps from what is observed to what is wanted.
pub(super) fn plan(ask: &PlanAsk<'_>) -> Result<Vec<Step>, Refusal> {
    let Some(object) = ask.connection.object(ask.object) else {
        let cause = Cause::new("erp.object_unknown").with("object", ask.object);
        return Err(config(cause.with("connection", &ask.connection.name)));
    };
    if object.part != Part::Bill {
        return Err(config(Cause::new("erp.lines_are_read").with("object", ask.object)));
    }
    refuse_foreign(ask)?;
    if ask.void.is_some() {
        return void(ask, object);
    }
    match ask.observed {
        None => create(ask, object),
        Some(observed) => update(ask, object, observed),
    }
}

/// What the protocol has no word for.
fn refuse_foreign(ask: &PlanAsk<'_>) -> Result<(), Refusal> {
    if ask.derived.is_some() {
        return Err(unsupported("derive"));
    }
    let foreign = [
        (ask.status.is_some(), "status"),
        (ask.closed.is_some(), "closed"),
        (!ask.options.is_empty(), "options"),
    ];
    match foreign.iter().find(|(is_asked, _)| *is_asked) {
        Some((_, key)) => Err(config(Cause::new("erp.no_such_key").with("key", key))),
        None => Ok(()),
    }
}

fn config(cause: Cause) -> Refusal {
    Refusal::new(AnswerClass::Config, cause)
}

fn create(ask: &PlanAsk<'_>, object: &Object) -> Result<Vec<Step>, Refusal> {
    let id = ask.create.get(&object.id).filter(|id| !id.is_blank());
    let cause = |code: &'static str| Cause::new(code).with("object", ask.object).with("field", &object.id);
    match (id_by(ask), id) {
        (IdBy::Erp, Some(_)) => return Err(config(cause("erp.id_is_theirs"))),
        (IdBy::Caller, None) => return Err(cause("erp.id_missing").into()),
        _ => {}
    }
    Ok(vec![step(ask, Action::Create, &ask.create.borrow())])
}

fn id_by(ask: &PlanAsk<'_>) -> IdBy {
    if ask.connection.setting("id_by") == Some("caller") { IdBy::Caller } else { IdBy::Erp }
}

fn update(ask: &PlanAsk<'_>, object: &Object, observed: &Found) -> Result<Vec<Step>, Refusal> {
    let mut document = Map::new();
    for (name, value) in ask.mapped.iter().filter(|(name, _)| *name != object.id) {
        if !ask.changed.iter().any(|changed| changed == name) {
            continue;
        }
        let written = match object.detail(name) {
            Some(_) => list(ask, object, name, value, observed),
            None => value.borrow().into_owned(),
        };
        // Where there is an agreement the field differs from it, and is sent whatever was observed: the system may show
        // what was there before the last write.
        if ask.agreed.is_some() || !alike(&written, observed.body.get(name)) {
            document.push(name.to_owned(), written);
        }
    }
    Ok(match document.is_empty() {
        true => Vec::new(),
        false => vec![step(ask, Action::Update, &document)],
    })
}

/// A detail list as it is sent whole.
fn list(
    ask: &PlanAsk<'_>,
    object: &Object,
    name: &str,
    value: &Value<'_>,
    observed: &Found,
) -> Value<'static> {
    let lines = ask.lines.iter().find(|lines| lines.list == name);
    let mapped = value.as_list().unwrap_or_default();
    match lines.and_then(|lines| Sides::of(object, lines, mapped, Some(observed))) {
        Some(sides) => Value::List(sides.written()),
        None => value.borrow().into_owned(),
    }
}

/// A record is voided by an update, where the connection says which.
fn void(ask: &PlanAsk<'_>, object: &Object) -> Result<Vec<Step>, Refusal> {
    let Some((field, value)) = settings::void_of(ask.connection, object)? else {
        return Err(config(
            Cause::new("erp.no_void").with("connection", &ask.connection.name).with("object", &object.name),
        ));
    };
    if ask.observed.is_none_or(|observed| observed.void) {
        return Ok(Vec::new());
    }
    let value = typed(object, &field, value);
    let mut document = Map::with_capacity(1);
    document.push(field, value);
    Ok(vec![step(ask, Action::Update, &document)])
}

/// The value as its field holds it: a setting is a text, and in JSON `"true"` is no truth and `"9"` no number.
fn typed(object: &Object, field: &str, text: String) -> Value<'static> {
    match (object.field(field).map(|field| &field.kind), text.as_str()) {
        (Some(FieldKind::Boolean), "true") => Value::Bool(true),
        (Some(FieldKind::Boolean), "false") => Value::Bool(false),
        (Some(FieldKind::Number | FieldKind::Decimal { .. }), _) => match Number::parse(text.clone()) {
            Some(number) => Value::Number(number),
            None => Value::text(text),
        },
        _ => Value::text(text),
    }
}

fn step(ask: &PlanAsk<'_>, action: Action, document: &Map<'_>) -> Step {
    Step {
        action,
        object: ask.object.into(),
        id: ask.observed.map(|found| found.id.clone()),
        number: ask.observed.and_then(|found| found.number.clone()),
        document: json::write(&Value::Map(document.borrow())),
        options: String::new(),
        row_of: None,
    }
}

/// Whether the observed record is as the step would make it. A record that was found by the key of a create is what that
/// create made.
pub(super) fn accomplished(step: &Step, observed: &Found) -> bool {
    match (&step.action, json::read(&step.document)) {
        (Action::Create, _) => true,
        (Action::Update, Ok(Value::Map(document))) => {
            document.iter().all(|(name, value)| alike(value, observed.body.get(name)))
        }
        _ => false,
    }
}
