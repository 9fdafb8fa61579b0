//! `/_sandbox/fxiaoke/…`: the tenant from inside.
//!
//! | path | GET | POST |
//! |---|---|---|
//! | `/tenant` | its state | changes the members that are sent |
//! | `/messages` | the messages of the app so far | |
//! | `/notices` | the reminders of the CRM itself so far: of new owners and team members | |
//! | `/callback` | where events go, and what became of them | changes the members that are sent: `url`, `token`, `encoding_aes_key`, `api_writes`, `objects` |
//! | `/files` | the files that fields name by their paths | puts one into the store: `name`, and `content` (text) or `bytes` (how many); answers its `path` |
//! | `/forget_tokens` | | every token dies |
//! | `/<object>` | all records, voided ones included | creates one: an object of fields |
//! | `/<object>/<id>` | one record | changes the fields that are sent |
//! | `/<object>/<id>/<detail object>` | its lines | adds a line: an object of fields |
//! | `/<object>/<id>/<action>` | | `invalid`, `delete`, `recover`, `lock`, `unlock`, `approve`, `reject` |
//! | `/<object>/<id>/change_owner` | | `{"owner": "1005"}`: with the details, and a reminder |
//! | `/rows` | | `{"object": "SalesOrderObj", "fields": ["name", "order_amount"]}`: those fields of all records, for tables that are large |
//! | `/make_orders` | | `{"count": 300, "most_lines": 12}`: salespeople make that many orders of sold products for their customers |
//! | `/LeadsObj/<id>/convert` | | a customer and a contact come of the lead: `{"account_id", "contact_id"}` |
//!
//! A POST acts as a person at the CRM's own screens, under the rules that hold there: fields are checked, version and
//! modification time move, amounts are worked out. Employees are numeric ids; the person is the administrator unless
//! the body names another as `by`, and the owner of a new record is that person unless named. Lines may stand in
//! `details` of their master; a new order line needs no more than product and quantity. A refusal is
//! `{"error": …, "code": …}`.

use serde_json::{Map, Value, json};

use super::Fxiaoke;
use super::answer::{Answer, Refusal};
use super::caller::Caller;
use super::crm::Now;
use super::described::{self, Object};
use crate::stand_in::Moment;
use crate::state;

const ADMINISTRATOR: &str = "1000";

pub fn control(system: &mut Fxiaoke, path: &str, body: &Value, moment: &mut Moment) -> Option<Value> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let reads = body.is_null();
    match parts.as_slice() {
        ["tenant"] if reads => Some(json!(system.tenant)),
        ["tenant"] => Some(change_tenant(system, body)),
        ["messages"] => Some(json!(system.messages.sent)),
        ["callback"] if reads => Some(system.callbacks.show()),
        ["callback"] => {
            let answer = system.callbacks.change(body);
            system.crm.is_watched = system.callbacks.is_wanted();
            Some(answer)
        }
        ["rows"] if !reads => rows(system, body),
        ["make_orders"] if !reads => Some(outcome(make_orders(system, body, moment))),
        ["notices"] => Some(json!(system.crm.notices)),
        ["files"] if reads => Some(system.files.dump()),
        ["files"] => {
            let content = content(body)?;
            let name = body["name"].as_str()?;
            Some(json!({ "path": system.files.put(name, content, moment.chance) }))
        }
        ["forget_tokens"] => {
            system.sign_in.forget();
            Some(json!({}))
        }
        [object, rest @ ..] => {
            let object = described::object(object)?;
            match (rest, reads) {
                ([], true) => Some(system.crm.dump(object)),
                ([id], true) => Some(system.crm.dump_one(object, id)),
                ([], false) => Some(outcome(create(system, object, body, moment))),
                ([id], false) => Some(outcome(change(system, object, id, body, moment))),
                ([id, line], true) => {
                    let line = line_of(object, line)?;
                    Some(system.crm.dump_lines(line, id))
                }
                ([id, action], false) => act(system, object, id, (action, body), moment).map(outcome),
                _ => None,
            }
        }
        [] => None,
    }
}

/// A file's content as a body tells it: a text, or so many bytes.
fn content(body: &Value) -> Option<Vec<u8>> {
    match (&body["content"], body["bytes"].as_u64()) {
        (Value::String(text), _) => Some(text.clone().into_bytes()),
        (_, Some(bytes)) => Some((0..bytes).map(|n| (n % 251) as u8).collect()),
        _ => None,
    }
}

fn change_tenant(system: &mut Fxiaoke, body: &Value) -> Value {
    let answer = state::change(&mut system.tenant, body);
    system.crm.approval_on_create = system.tenant.approval_on_create.clone();
    system.crm.approval_on_update = system.tenant.approval_on_update.clone();
    answer
}

/// The described detail object of that name, if it is one of the master's.
fn line_of(master: &Object, name: &str) -> Option<&'static Object> {
    described::object(name).filter(|line| line.master().is_some_and(|(of, _)| of == master.name))
}

/// The fields that were sent, and who sends them.
fn sent(body: &Value) -> Result<(Map<String, Value>, Caller), Refusal> {
    let mut fields = body.as_object().cloned().ok_or_else(|| Refusal::parameter("fields"))?;
    let by = fields.shift_remove("by");
    let by = by.as_ref().and_then(Value::as_str).unwrap_or(ADMINISTRATOR);
    Ok((fields, Caller::at_screen(by)))
}

fn create(system: &mut Fxiaoke, object: &'static Object, body: &Value, moment: &mut Moment) -> Answer {
    let (fields, caller) = sent(body)?;
    let mut now = Now { ms: moment.now_ms, chance: moment.chance };
    system.crm.create_at_screen(object, fields, &caller, &mut now)
}

/// Some fields of all records.
fn rows(system: &Fxiaoke, body: &Value) -> Option<Value> {
    let object = described::object(body["object"].as_str()?)?;
    let fields = body["fields"].as_array()?.iter().filter_map(Value::as_str).map(String::from);
    Some(system.crm.dump_fields(object, &fields.collect::<Vec<String>>()))
}

fn make_orders(system: &mut Fxiaoke, body: &Value, moment: &mut Moment) -> Answer {
    let whole = |name: &str, otherwise: u64| body[name].as_u64().unwrap_or(otherwise);
    let (count, most_lines) = (whole("count", 1), whole("most_lines", 12).max(1));
    let mut now = Now { ms: moment.now_ms, chance: moment.chance };
    system.crm.make_orders(count, most_lines, &mut now)
}

fn change(
    system: &mut Fxiaoke,
    object: &'static Object,
    id: &str,
    body: &Value,
    moment: &mut Moment,
) -> Answer {
    let (fields, caller) = sent(body)?;
    let mut now = Now { ms: moment.now_ms, chance: moment.chance };
    system.crm.change_at_screen(object, id, fields, &caller, &mut now)
}

fn act(
    system: &mut Fxiaoke,
    object: &'static Object,
    id: &str,
    (action, body): (&str, &Value),
    moment: &mut Moment,
) -> Option<Answer> {
    if let Some(line) = line_of(object, action) {
        let (_, field) = line.master()?;
        let mut body = body.clone();
        body.as_object_mut()?.insert(field.name.into(), json!(id));
        return Some(create(system, line, &body, moment));
    }
    let (_, caller) = sent(body).ok()?;
    let mut now = Now { ms: moment.now_ms, chance: moment.chance };
    let crm = &mut system.crm;
    let named = json!({ "data": { "dataObjectApiName": object.name, "idList": [id], "dataIds": [id],
        "Data": [{ "objectDataId": id, "ownerId": [body["owner"]] }] } });
    Some(match action {
        "invalid" => crm.invalid(&named, &caller, &mut now),
        "delete" => crm.delete(&named, &caller, &mut now),
        "recover" => crm.recover(&named, &caller, &mut now),
        "lock" => crm.set_lock(&named, true, &caller, &mut now),
        "unlock" => crm.set_lock(&named, false, &caller, &mut now),
        "change_owner" => crm.change_owner(&named, &caller, &mut now),
        "approve" => crm.decide(object, id, true, &caller, &mut now),
        "reject" => crm.decide(object, id, false, &caller, &mut now),
        "convert" if object.name == "LeadsObj" => crm.convert_lead(id, &caller, &mut now),
        _ => return None,
    })
}

fn outcome(answer: Answer) -> Value {
    match answer {
        Ok(members) => Value::Object(members),
        Err(refusal) => json!({ "error": refusal.description, "code": refusal.code }),
    }
}
