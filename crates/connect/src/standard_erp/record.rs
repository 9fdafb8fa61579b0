//! Records as the system gives them, as the engine takes them: the master's fields and the detail lists in one map.

use contract::connector::{Found, Refusal};
use model::object::{Object, Part};
use model::{AnswerClass, Cause, Map, Path, Value};

use super::moment;
use super::settings::{RecordRules, Settings};

/// What holds the header's fields, in a record that is a line.
const MASTER: &str = "master";

/// The records that one element of an answer holds: one, or each line of the bill where the object is split by them.
///
/// # Errors
/// `erp.no_master` for what is no record, `erp.no_id` for one without a value in the object's id field: nothing is known
/// then of what it is.
pub(super) fn found(rules: &RecordRules, object: &Object, given: &Value<'_>) -> Result<Vec<Found>, Refusal> {
    let Some(Value::Map(master)) = given.get("masterFieldVal") else {
        let cause = Cause::new("erp.no_master").with("object", &object.name);
        return Err(Refusal::new(AnswerClass::Config, cause));
    };
    let lists = given.get("detailFieldVals").and_then(Value::as_map);
    let bodies = match &object.part {
        Part::Bill => vec![bill(object, master, lists)],
        Part::Lines(list) => {
            let rows = lists.and_then(|lists| lists.get(list)).map(rows).unwrap_or_default();
            rows.into_iter().filter_map(|row| line(row, master)).collect()
        }
    };
    bodies.into_iter().map(|body| one(rules, object, body)).collect()
}

fn bill(object: &Object, master: &Map<'_>, lists: Option<&Map<'_>>) -> Map<'static> {
    let mut body = master.borrow().into_owned();
    for detail in &object.details {
        if let Some(list) = lists.and_then(|lists| lists.get(&detail.name)) {
            body.set(detail.name.clone(), rows(list));
        }
    }
    body
}

fn line(row: Value<'static>, master: &Map<'_>) -> Option<Map<'static>> {
    let Value::Map(mut body) = row else { return None };
    body.set(MASTER, master.borrow().into_owned());
    Some(body)
}

/// The rows of a detail list. XML has one alone as a map, and several perhaps below an element of their own.
pub(super) fn rows(list: &Value<'_>) -> Vec<Value<'static>> {
    let owned = |value: &Value<'_>| value.borrow().into_owned();
    match list {
        Value::List(rows) => rows.iter().filter(|row| !row.is_blank()).map(owned).collect(),
        Value::Map(map) if map.len() == 1 => match map.iter().next() {
            Some((_, Value::List(rows))) => rows.iter().map(owned).collect(),
            Some((_, row @ Value::Map(_))) => vec![owned(row)],
            _ => vec![owned(list)],
        },
        Value::Map(map) if !map.is_empty() => vec![owned(list)],
        _ => Vec::new(),
    }
}

fn one(rules: &RecordRules, object: &Object, body: Map<'static>) -> Result<Found, Refusal> {
    let body = Value::Map(body);
    let id = text_at(&body, &object.id).ok_or_else(|| {
        let cause = Cause::new("erp.no_id").with("object", &object.name).with("field", &object.id);
        Refusal::new(AnswerClass::Config, cause)
    })?;
    let text = |field: &Option<String>| field.as_ref().and_then(|field| text_at(&body, field));
    Ok(Found {
        id,
        number: text(&object.number),
        name: text(&object.display),
        version: text(&object.version).and_then(|text| moment::version(&rules.zone, &text)),
        status: None,
        void: is_void(rules, object, &body),
        closed: None,
        body: match body {
            Value::Map(body) => body,
            _ => Map::new(),
        },
    })
}

fn is_void(rules: &RecordRules, object: &Object, body: &Value<'_>) -> bool {
    let Some((field, value)) = rules.void_of(object) else { return false };
    let held = text_at(body, field).or_else(|| text_at(body.get(MASTER)?, field));
    held.as_deref() == Some(value)
}

/// A scalar at a path, that says something.
pub(super) fn text_at(body: &Value<'_>, path: &str) -> Option<String> {
    let text = match body.get(path) {
        Some(value) => value.plain()?,
        None => Path::parse(path)?.find(body)?.plain()?,
    };
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// Keeps what was asked for, and what the engine needs of every record. All is kept where nothing is named.
pub(super) fn keep(settings: &Settings, object: &Object, fields: &[String], found: Found) -> Found {
    if fields.is_empty() {
        return found;
    }
    let first = |path: &str| path.split('.').next().unwrap_or_default().to_owned();
    let mut wanted: Vec<String> = fields.iter().map(|field| first(field)).collect();
    wanted.push(first(&object.id));
    wanted.extend(
        [&object.number, &object.display, &object.version].into_iter().flatten().map(|name| first(name)),
    );
    wanted.extend(settings.records.void_of(object).map(|(field, _)| field.clone()));
    let body =
        found.body.into_iter().filter(|(name, _)| wanted.iter().any(|wanted| wanted == name)).collect();
    Found { body, ..found }
}

/// The records of `dataList`, however the form of the answer holds a list.
///
/// # Errors
/// `erp.no_list` for data that has none.
pub(super) fn listed(data: &Value<'_>, object: &Object) -> Result<Vec<Value<'static>>, Refusal> {
    match data.get("dataList") {
        Some(list) if list.get("masterFieldVal").is_some() => Ok(vec![list.borrow().into_owned()]),
        Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Text(text)) if text.trim().is_empty() => Ok(Vec::new()),
        Some(list @ (Value::List(_) | Value::Map(_))) => Ok(rows(list)),
        // Some leave an empty list out.
        None if data.get("totalNum").and_then(Value::plain).as_deref() == Some("0") => Ok(Vec::new()),
        _ => {
            let cause = Cause::new("erp.no_list").with("object", &object.name);
            Err(Refusal::new(AnswerClass::Config, cause))
        }
    }
}

/// `totalNum`, where it says a number.
pub(super) fn total(data: &Value<'_>) -> Option<u64> {
    data.get("totalNum")?.plain()?.trim().parse().ok()
}
