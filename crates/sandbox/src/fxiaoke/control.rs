//! `/_sandbox/fxiaoke/…`: the tenant from inside.
//!
//! | path | GET | POST |
//! |---|---|---|
//! | `/tenant` | its state | changes the members that are sent |
//! | `/messages` | the messages sent so far | |
//! | `/forget_tokens` | | every token dies |
//! | `/<object>` | all records, voided ones included | creates one: an object of fields |
//! | `/<object>/<id>` | one record | changes the fields that are sent |
//! | `/<object>/<id>/<action>` | | `invalid`, `delete`, `recover`, `lock`, `unlock`, `approve`, `reject` |
//!
//! A POST acts as the administrator at the CRM's own screens, under the rules that hold there: fields are checked,
//! version and modification time move. Employees are numeric ids, and the owner is the administrator unless named. A
//! refusal is `{"error": …, "code": …}`.

use serde_json::{Value, json};

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
                ([id, action], false) => act(system, object, id, action, moment).map(outcome),
                _ => None,
            }
        }
        [] => None,
    }
}

fn change_tenant(system: &mut Fxiaoke, body: &Value) -> Value {
    let answer = state::change(&mut system.tenant, body);
    system.crm.approval_on_create = system.tenant.approval_on_create.clone();
    answer
}

fn create(system: &mut Fxiaoke, object: &Object, fields: &Value, moment: &mut Moment) -> Answer {
    let mut record = fields.as_object().cloned().ok_or_else(|| Refusal::parameter("fields"))?;
    record.insert("dataObjectApiName".into(), json!(object.name));
    let details = record.shift_remove("details").unwrap_or(Value::Null);
    if object.master().is_none() {
        record.entry("owner").or_insert_with(|| json!([ADMINISTRATOR]));
    }
    let body = json!({ "data": { "object_data": record, "details": details } });
    let mut now = Now { ms: moment.now_ms, chance: moment.chance };
    system.crm.create(&body, &Caller::at_screen(ADMINISTRATOR), &mut now)
}

fn change(system: &mut Fxiaoke, object: &Object, id: &str, fields: &Value, moment: &mut Moment) -> Answer {
    let mut record = fields.as_object().cloned().ok_or_else(|| Refusal::parameter("fields"))?;
    record.insert("dataObjectApiName".into(), json!(object.name));
    record.insert("_id".into(), json!(id));
    let details = record.shift_remove("details").unwrap_or(Value::Null);
    let body = json!({ "data": { "object_data": record, "details": details } });
    let mut now = Now { ms: moment.now_ms, chance: moment.chance };
    system.crm.update(&body, &Caller::at_screen(ADMINISTRATOR), &mut now)
}

fn act(
    system: &mut Fxiaoke,
    object: &'static Object,
    id: &str,
    action: &str,
    moment: &mut Moment,
) -> Option<Answer> {
    let caller = Caller::at_screen(ADMINISTRATOR);
    let mut now = Now { ms: moment.now_ms, chance: moment.chance };
    let crm = &mut system.crm;
    let body = json!({ "data": { "dataObjectApiName": object.name, "idList": [id], "dataIds": [id] } });
    Some(match action {
        "invalid" => crm.invalid(&body, &caller, &mut now),
        "delete" => crm.delete(&body, &caller, &mut now),
        "recover" => crm.recover(&body, &caller, &mut now),
        "lock" => crm.set_lock(&body, true, &caller, &mut now),
        "unlock" => crm.set_lock(&body, false, &caller, &mut now),
        "approve" => crm.decide(object, id, true, &caller, &mut now),
        "reject" => crm.decide(object, id, false, &caller, &mut now),
        _ => return None,
    })
}

fn outcome(answer: Answer) -> Value {
    match answer {
        Ok(members) => Value::Object(members),
        Err(refusal) => json!({ "error": refusal.description, "code": refusal.code }),
    }
}
