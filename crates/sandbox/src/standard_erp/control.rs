//! `/_sandbox/standard-erp/…`: the ERP from inside, and what people do at its screens.
//!
//! | path | GET | POST |
//! |---|---|---|
//! | `/objects` | the data dictionary: objects, fields, details | |
//! | `/account` | the token and further headers that callers send, and the paths of the four calls | changes them |
//! | `/<object>` | all records with all fields, rows and what the ERP knows of them | makes one: fields, and rows under the names of details |
//! | `/<object>/<id or number>` | one record | changes the fields that are sent; rows that name their `entryId` are changed, others added |
//! | `/<object>/<id or number>/void`, `…/restore`, `…/delete` | | out of force, back, gone for good |
//! | `/<object>/<id or number>/<detail>/<entryId>/delete` | | deletes a row |
//! | `/saleOrder/<id or number>/deliver` | | makes a stockOut of what is left, or of `lines`: `[{"seq": 1, "qty": "3"}]`; further fields go into it |
//! | `/counts` | how many records each object has | |
//! | `/duplicates` | per object the numbers that more than one record has | |
//! | `/ledger` | every document that was ever made: object, id, number, by whom, when | |
//! | `/push` | where the ERP pushes to, with counts | changes it |
//! | `/push/outbox` | what waits, is under way or was given up | |
//! | `/push/resend` | | lets what was given up be sent again |
//! | `/push/all` | | pushes every record of `objects`, as a first load |
//! | `/business` | the timer of the business | changes it: `{"every_ms": 1000, "left": 50}` |
//! | `/business/work` | | does `count` pieces of work now |
//!
//! Parts of a path are percent-decoded. A POST to a record acts as a person at the ERP's own screens. Decimals are shown as text, times as milliseconds
//! since 1970. A refusal is `{"error": …}`.

use model::{Map, json};
use serde_json::{Value, json};

use super::answer::Refusal;
use super::business;
use super::dictionary::{OBJECTS, Object, lookup};
use super::ledger::{Document, Ledger, Origin};
use super::render::{Style, record};
use super::turn::{Change, Turn, Wanted};
use super::{StandardErp, write};
use crate::stand_in::path_text;
use crate::state;

/// Answers one control call; `None` when there is no such path. A `body` of null is a GET.
pub fn control(erp: &mut StandardErp, path: &str, body: &Value, now_ms: i64) -> Option<Value> {
    let decoded: Vec<String> = path.split('/').filter(|part| !part.is_empty()).map(path_text).collect();
    let parts: Vec<&str> = decoded.iter().map(String::as_str).collect();
    let reads = body.is_null();
    Some(match (parts.as_slice(), reads) {
        (["objects"], true) => OBJECTS.iter().map(|object| object.describe()).collect(),
        (["account"], true) => json!(erp.account),
        (["account"], false) => state::change(&mut erp.account, body),
        (["counts"], true) => counts(&erp.ledger),
        (["duplicates"], true) => duplicates(&erp.ledger),
        (["ledger"], true) => journal(&erp.ledger),
        (["push"], true) => erp.outbox.show(),
        (["push"], false) => erp.outbox.change(body),
        (["push", "outbox"], true) => erp.outbox.list(),
        (["push", "resend"], false) => json!({ "waiting": erp.outbox.resend(now_ms) }),
        (["push", "all"], false) => push_all(erp, body, now_ms),
        (["business"], true) => json!(erp.timer),
        (["business"], false) => {
            let answer = state::change(&mut erp.timer, body);
            erp.wind(now_ms);
            answer
        }
        (["business", "work"], false) => {
            let count = body["count"].as_u64().unwrap_or(1);
            let done = (0..count).filter(|_| erp.work(now_ms)).count();
            json!({ "done": done })
        }
        ([name], true) => {
            let object = lookup(name)?;
            erp.ledger.table(object).iter().map(|document| show(object, document)).collect()
        }
        ([name], false) => {
            let object = lookup(name)?;
            outcome(erp.turn(now_ms, Origin::Screen, |turn| {
                let wanted = Wanted::filled(turn, object, filled(body))?;
                let written = write::create(turn, &wanted)?;
                Ok(shown(turn.ledger, object, &written.id))
            }))
        }
        ([name, which], true) => {
            let object = lookup(name)?;
            show(object, erp.ledger.table(object).find(which)?)
        }
        ([name, which, rest @ ..], false) => {
            let object = lookup(name)?;
            let document = erp.ledger.table(object).find(which)?.clone();
            outcome(erp.turn(now_ms, Origin::Screen, |turn| act(turn, object, &document, rest, body))?)
        }
        _ => return None,
    })
}

fn act(
    turn: &mut Turn,
    object: &'static Object,
    document: &Document,
    action: &[&str],
    body: &Value,
) -> Option<Result<Value, Refusal>> {
    let id = &document.id;
    let changed = |turn: &Turn| shown(turn.ledger, object, id);
    Some(match action {
        [] => edit(turn, object, id, body).map(|()| changed(turn)),
        ["void"] => write::set_void(turn, object, id, true).map(|()| changed(turn)),
        ["restore"] => write::set_void(turn, object, id, false).map(|()| changed(turn)),
        ["delete"] => write::delete(turn, object, id).map(|()| json!({ "deleted": id })),
        ["deliver"] if object.name == "saleOrder" => {
            let model::Value::Map(what) = filled(body) else { return None };
            let made = business::deliver(turn, document, &what);
            made.map(|made| lookup("stockOut").map_or(Value::Null, |out| shown(turn.ledger, out, &made.id)))
        }
        [detail, row, "delete"] => {
            let detail = object.detail(detail)?;
            document.rows(detail.name).iter().find(|known| known.id == *row)?;
            write::delete_row(turn, object, document, (detail, row)).map(|()| changed(turn))
        }
        _ => return None,
    })
}

fn edit(turn: &mut Turn, object: &'static Object, id: &str, body: &Value) -> Result<(), Refusal> {
    let mut wanted = Wanted::filled(turn, object, filled(body))?;
    wanted.master.set(object.id, id.to_owned());
    write::update(turn, &wanted).map(drop)
}

/// A body as the screens take it: what the control interface read as text of a number is one.
fn filled(body: &Value) -> model::Value<'static> {
    let text = body.to_string();
    json::read(&text).map(model::Value::into_owned).unwrap_or_default()
}

fn shown(ledger: &Ledger, object: &Object, id: &str) -> Value {
    ledger.table(object).get(id).map_or(Value::Null, |document| show(object, document))
}

/// A record: its fields, its rows under the names of the details, and what the ERP knows of it.
fn show(object: &Object, document: &Document) -> Value {
    let mut whole = Map::new();
    for (_, part) in record(Style::SCREEN, object, document, true) {
        if let model::Value::Map(part) = part {
            part.into_iter().for_each(|(name, value)| whole.push(name, value));
        }
    }
    let mut shown: Value = serde_json::from_str(&json::write(&whole.into())).unwrap_or_default();
    shown["id"] = json!(document.id);
    shown["number"] = json!(document.number);
    shown["void"] = json!(document.is_void);
    shown
}

fn outcome(result: Result<Value, Refusal>) -> Value {
    result.unwrap_or_else(|refusal| json!({ "error": refusal.message, "code": refusal.code as u32 }))
}

fn counts(ledger: &Ledger) -> Value {
    let count = |table: &super::ledger::Table| (table.object.name.to_owned(), json!(table.len()));
    ledger.tables().iter().map(count).collect::<serde_json::Map<_, _>>().into()
}

fn duplicates(ledger: &Ledger) -> Value {
    let mut out = serde_json::Map::new();
    for table in ledger.tables() {
        let doubled: serde_json::Map<String, Value> =
            table.doubled().map(|(number, count)| (number.to_owned(), json!(count))).collect();
        if !doubled.is_empty() {
            out.insert(table.object.name.into(), doubled.into());
        }
    }
    out.into()
}

fn journal(ledger: &Ledger) -> Value {
    ledger
        .journal()
        .iter()
        .map(|made| {
            json!({ "object": made.object, "id": made.id, "number": made.number, "by": made.origin.name(),
                "at_ms": made.at_ms })
        })
        .collect()
}

/// Queues every record of the named objects, in the order of their ids, as if each had just been made.
fn push_all(erp: &mut StandardErp, body: &Value, now_ms: i64) -> Value {
    let names = body["objects"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let objects: Option<Vec<&'static Object>> = names.map(lookup).collect();
    let Some(objects) = objects else { return json!({ "error": "there is no such object" }) };
    let mut changes = Vec::new();
    for object in objects {
        for document in erp.ledger.table(object).iter() {
            changes.push(Change { object, before: None, after: document.clone(), origin: Origin::Screen });
        }
    }
    let count = changes.len();
    erp.report(changes, now_ms);
    json!({ "queued": count })
}
