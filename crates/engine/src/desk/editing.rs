//! Editing the stored copy of a record by hand, with a reason: a new revision of it, made here and not at its source.
//!
//! It holds until the source says something newer; whoever reads the record again by hand discards it. The source itself is
//! not touched, so that what is wrong there comes back with its next change.

use contract::store::{Incoming, Ingest, Reading, StoreError, TaskLine};
use model::audit::AuditEntry;
use model::record::{Record, RecordKey};
use model::{Cause, Path, Value, json};

use crate::connection::masked_value;
use crate::reading::{ObjectReading, content_hash};
use crate::seams::Seams;
use crate::setup::Setup;

/// A field and what it is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Set {
    /// `receiver.city`, or with the number of a row from 0: `products.0.quantity`.
    pub path: String,
    pub to: To,
}

/// A value as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum To {
    /// JSON text, exactly.
    Json(String),
    /// As a person typed it: JSON, else a text; and a text in any case where the field holds one.
    Typed(String),
}

/// What became of an edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    /// The revision that was made.
    pub revision: i64,
    /// The fields with their values before and after, as JSON, masked like recorded calls.
    pub changes: Vec<(String, Option<String>, String)>,
}

/// Edits the stored copy of the task's record and lets all flows run for it. Who did it, and why, is noted first.
///
/// # Errors
/// Of the store. What is wrong with the edit is a cause: a field that is not there (the nearest is named), a value that cannot
/// be read, an edit that changes nothing, no reason.
pub async fn edit(
    seams: &Seams,
    setup: &Setup,
    line: &TaskLine,
    sets: &[Set],
    reason: &str,
    by: &str,
) -> Result<Result<Edited, Cause>, StoreError> {
    let flow = &line.task.flow;
    let reading = setup.flows.get(flow).and_then(|active| {
        let source = &active.flow().source;
        ObjectReading::of(setup, &source.connection, &source.object)
    });
    let Some(reading) = reading else {
        return Ok(Err(Cause::new("engine.flow_not_in_force").with("flow", flow)));
    };
    if reason.trim().is_empty() {
        return Ok(Err(Cause::new("desk.no_reason")));
    }
    let key = RecordKey::new(reading.line.name(), &reading.object, line.source_id.as_str());
    let Some(record) = seams.store.find(std::slice::from_ref(&key)).await?.pop().flatten() else {
        return Ok(Err(Cause::new("desk.missing").with("text", &key)));
    };
    let personal = reading.line.object(reading.object.as_str()).personal;
    let (body, changes) = match changed(&record, sets, &reading.fields, &personal) {
        Ok(changed) => changed,
        Err(cause) => return Ok(Err(cause)),
    };
    note(seams, &key, &changes, reason, by).await?;
    let revision = record.revision + 1;
    match seams.store.ingest(ingest(seams, &reading, record, body)).await {
        Ok(_) => Ok(Ok(Edited { revision, changes })),
        Err(StoreError::Outdated { .. }) => Ok(Err(Cause::new("desk.changed_meanwhile").with("text", &key))),
        Err(error) => Err(error),
    }
}

type Changes = Vec<(String, Option<String>, String)>;

fn changed(
    record: &Record,
    sets: &[Set],
    fields: &[String],
    personal: &[String],
) -> Result<(Value<'static>, Changes), Cause> {
    let unreadable = |error| Cause::new("engine.unreadable_record").with("reason", error);
    let before = json::read(&record.body).map_err(unreadable)?.into_owned();
    let (mut body, mut changes) = (before.clone(), Vec::new());
    for set in sets {
        let path =
            Path::parse(&set.path).ok_or_else(|| Cause::new("desk.no_path").with("path", &set.path))?;
        let value = value_of(set, path.find(&before))?;
        let name = path.segments().last().unwrap_or_default().to_owned();
        let masked = |value: &Value| masked_value(&name, value, personal);
        changes.push((set.path.clone(), path.find(&before).map(masked), masked(&value)));
        put(&mut body, &path, value, fields)?;
    }
    match body == before {
        true => Err(Cause::new("desk.edit_changes_nothing")),
        false => Ok((body, changes)),
    }
}

/// The value that is meant, given what the field holds now.
fn value_of(set: &Set, now: Option<&Value>) -> Result<Value<'static>, Cause> {
    match &set.to {
        To::Json(text) => {
            let wrong = |error| Cause::new("desk.no_json").with("path", &set.path).with("reason", error);
            Ok(json::read(text).map_err(wrong)?.into_owned())
        }
        To::Typed(typed) => Ok(match (json::read(typed), now) {
            (Ok(Value::Number(_) | Value::Bool(_)), Some(Value::Text(_))) | (Err(_), _) => {
                Value::text(typed.clone())
            }
            (Ok(value), _) => value.into_owned(),
        }),
    }
}

/// Puts the value where the path leads. The last field may be missing where it is known otherwise: it is read from the
/// source, or other rows have it.
fn put(
    body: &mut Value<'static>,
    path: &Path,
    value: Value<'static>,
    fields: &[String],
) -> Result<(), Cause> {
    let segments: Vec<&str> = path.segments().collect();
    let (last, above) = segments.split_last().ok_or_else(|| Cause::new("desk.no_path").with("path", path))?;
    let (mut at, mut row_fields) = (body, fields.to_vec());
    for (n, segment) in above.iter().enumerate() {
        let below = match at {
            Value::Map(map) => {
                let known: Vec<String> = map.iter().map(|(name, _)| name.to_owned()).collect();
                map.get_mut(segment).ok_or_else(|| not_there(path, segment, &known))?
            }
            Value::List(rows) => {
                row_fields = names_of(rows);
                let (count, place) = (rows.len(), segment.parse::<usize>().ok());
                let row = place.and_then(|place| rows.get_mut(place));
                row.ok_or_else(|| no_row(path, segment, count))?
            }
            _ => return Err(not_there(path, segment, &[])),
        };
        // What is below a field that is no row has only the names that it has.
        if n + 1 == above.len() && segment.parse::<usize>().is_err() {
            row_fields = Vec::new();
        }
        at = below;
    }
    match at {
        Value::Map(map) if map.get(last).is_some() || row_fields.iter().any(|name| name == last) => {
            map.set((*last).to_owned(), value);
            Ok(())
        }
        Value::Map(map) => {
            let known: Vec<String> = map.iter().map(|(name, _)| name.to_owned()).chain(row_fields).collect();
            Err(not_there(path, last, &known))
        }
        Value::List(rows) => {
            let (count, place) = (rows.len(), last.parse::<usize>().ok());
            let row = place.and_then(|place| rows.get_mut(place));
            *row.ok_or_else(|| no_row(path, last, count))? = value;
            Ok(())
        }
        _ => Err(not_there(path, last, &[])),
    }
}

fn names_of(rows: &[Value]) -> Vec<String> {
    let names = rows.iter().filter_map(Value::as_map).flat_map(|row| row.iter().map(|(name, _)| name));
    let mut names: Vec<String> = names.map(str::to_owned).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn not_there(path: &Path, segment: &str, known: &[String]) -> Cause {
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    match mapping::nearest(segment, &known) {
        Some(nearest) => Cause::new("desk.no_field_near").with("path", path).with("nearest", nearest),
        None => Cause::new("desk.no_field").with("path", path).with("field", segment),
    }
}

fn no_row(path: &Path, segment: &str, rows: usize) -> Cause {
    Cause::new("desk.no_row").with("path", path).with("row", segment).with("rows", rows)
}

async fn note(
    seams: &Seams,
    key: &RecordKey,
    changes: &Changes,
    reason: &str,
    by: &str,
) -> Result<(), StoreError> {
    let entry = |(path, before, after): &(String, Option<String>, String)| AuditEntry {
        at: seams.clock.now(),
        by: by.to_owned(),
        what: Cause::new("audit.edited")
            .with("path", path)
            .with("before", before.as_deref().unwrap_or("–"))
            .with("after", after)
            .with("reason", reason),
        about: AuditEntry::about_record(key),
    };
    seams.store.note(&changes.iter().map(entry).collect::<Vec<_>>()).await
}

fn ingest(seams: &Seams, reading: &ObjectReading, record: Record, body: Value) -> Ingest {
    let version_field = reading.line.object(reading.object.as_str()).version;
    let incoming = Incoming {
        hash: content_hash(&body, version_field.as_deref()),
        body: json::write(&body),
        id: record.key.id,
        number: record.number,
        name: record.name,
        version: None,
        void: record.void,
        part_of: None,
        open: None,
        receipt: None,
        merged_onto: Some(record.revision),
    };
    Ingest {
        connection: reading.line.name().clone(),
        object: reading.object.clone(),
        reading: Reading::Edit,
        at: seams.clock.now(),
        incoming: vec![incoming],
        absent: Vec::new(),
        raise: reading.raise_for(Reading::Edit),
        cursor: None,
        based_on: Some(reading.generation),
        under: None,
        calls: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use model::{Hash, RecordId};

    use super::*;

    const ORDER: &str = r#"{"_id":"5f1","total":"120.50","note":null,"receiver":{"city":"深圳","tel":"13800138000"},"products":[{"sku":"M-1","quantity":2},{"sku":"M-2","price":9.90}]}"#;

    fn order() -> Record {
        Record {
            id: RecordId(1),
            key: RecordKey::new(&"crm".into(), &"SalesOrderObj".into(), "5f1"),
            number: None,
            name: None,
            version: Some(1),
            revision: 1,
            hash: Hash(0),
            void: false,
            body: ORDER.into(),
        }
    }

    fn edited(path: &str, to: To) -> Result<(String, Changes), Cause> {
        let sets = [Set { path: path.into(), to }];
        let fields = ["owner".to_owned(), "total".to_owned()];
        changed(&order(), &sets, &fields, &["city".to_owned()])
            .map(|(body, changes)| (json::write(&body), changes))
    }

    fn typed(path: &str, text: &str) -> Result<(String, Changes), Cause> {
        edited(path, To::Typed(text.into()))
    }

    #[test]
    fn a_value_takes_the_place_of_another_exactly() {
        for (path, text, written) in [
            ("total", "130.00", r#""total":"130.00""#),
            ("note", "加急", r#""note":"加急""#),
            ("receiver.city", "广州", r#""city":"广州""#),
            ("products.0.quantity", "3.000000000000000001", r#""quantity":3.000000000000000001"#),
            ("products.0.price", "1.10", r#""sku":"M-1","quantity":2,"price":1.10}"#),
            ("owner", "[\"1001\"]", r#""owner":["1001"]"#),
        ] {
            let (body, _) = typed(path, text).unwrap();
            assert!(body.contains(written), "{path}: {body}");
        }
        let (body, _) = edited("total", To::Json("130.00".into())).unwrap();
        assert!(body.contains(r#""total":130.00"#), "JSON is taken as it is: {body}");
    }

    #[test]
    fn a_field_that_is_not_there_is_refused_with_the_nearest() {
        for (path, code, param) in [
            ("totl", "desk.no_field_near", ("nearest", "total")),
            ("receiver.cty", "desk.no_field_near", ("nearest", "city")),
            ("receiver.owner", "desk.no_field", ("field", "owner")),
            ("products.0.quantty", "desk.no_field_near", ("nearest", "quantity")),
            ("product.0.sku", "desk.no_field_near", ("nearest", "products")),
            ("products.2.sku", "desk.no_row", ("rows", "2")),
            ("products.first.sku", "desk.no_row", ("row", "first")),
            ("a..b", "desk.no_path", ("path", "a..b")),
        ] {
            let cause = typed(path, "1").unwrap_err();
            assert_eq!((&*cause.code, cause.param(param.0)), (code, Some(param.1)), "{path}");
        }
        let cause = edited("total", To::Json("深圳".into())).unwrap_err();
        assert_eq!((&*cause.code, cause.param("path")), ("desk.no_json", Some("total")));
        assert_eq!(typed("total", "120.50").unwrap_err().code, "desk.edit_changes_nothing");
    }

    #[test]
    fn what_is_noted_hides_personal_fields() {
        let told = |path: &str, text: &str| typed(path, text).unwrap().1.remove(0);
        assert_eq!(told("note", "加急"), ("note".into(), Some("null".into()), "\"加急\"".into()));
        for (path, text) in [("receiver.city", "广州天河区"), ("receiver.tel", "13900139000")] {
            let (_, before, after) = told(path, text);
            assert!(!after.contains(text) && before.is_some_and(|before| !before.contains("13800138000")));
            assert!(after.contains('*'), "{after}");
        }
        let (_, _, row) = told("products.0", r#"{"sku":"M-1","mobile":"13900139000"}"#);
        assert!(row.contains("M-1") && !row.contains("13900139000"), "{row}");
    }
}
