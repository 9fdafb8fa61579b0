//! The CRM's records and what can be done to them.

pub mod table;

mod accept;
mod amounts;
mod approval;
mod decimal;
mod filling;
mod filter;
mod life;
mod query;
mod render;
mod screen;
mod shown;
mod team;
mod write;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::answer::{Answer, Refusal, members};
use super::callback::Change;
use super::caller::Caller;
use super::described::{self, Object};
use super::staff::Staff;
use super::switches;
use crate::company::Company;
use crate::stand_in::Chance;
use crate::switchboard::Switchboard;
use table::{Row, Table};
use team::Notice;

/// The records of one tenant.
pub struct Crm {
    pub staff: Staff,
    pub switches: Switchboard,
    pub tenant_id: u64,
    /// Objects whose new records wait for an approval.
    pub approval_on_create: Vec<String>,
    /// Objects whose edits wait for an approval.
    pub approval_on_update: Vec<String>,
    /// What the CRM itself told people, in order.
    pub notices: Vec<Notice>,
    /// Whether somebody takes the changes.
    pub is_watched: bool,
    /// What was written since somebody took it.
    pub changes: Vec<Change>,
    tables: BTreeMap<&'static str, Table>,
    created_ms: i64,
}

/// The time and the chance of one write.
pub struct Now<'a> {
    pub ms: i64,
    pub chance: &'a mut Chance,
}

impl Crm {
    pub fn new(company: &Company, tenant_id: u64, chance: &mut Chance, now_ms: i64) -> Crm {
        let created_ms = now_ms - 500 * 86_400_000;
        let mut crm = Crm {
            staff: Staff::new(company, chance, created_ms),
            switches: Switchboard::new(switches::SWITCHES),
            tenant_id,
            approval_on_create: Vec::new(),
            approval_on_update: Vec::new(),
            notices: Vec::new(),
            is_watched: false,
            changes: Vec::new(),
            tables: described::all().iter().map(|object| (object.name, Table::new(object))).collect(),
            created_ms,
        };
        filling::fill(&mut crm, company, chance, now_ms);
        crm
    }

    /// `object/list`.
    pub fn list(&self) -> Answer {
        Ok(members(json!({ "data": { "objects": described::list() } })))
    }

    /// `object/describe`; `apiName` at either level.
    pub fn describe(&self, body: &Value) -> Answer {
        let name = body["apiName"].as_str().or(body["data"]["apiName"].as_str()).unwrap_or_default();
        let object = find(name)?;
        let describe = described::describe(object, self.created_ms);
        Ok(members(json!({ "data": { "describe": describe } })))
    }

    /// By the switch, custom objects are not served under the prefix of the preset ones.
    pub fn check_path(&self, body: &Value, custom_path: bool) -> Result<(), Refusal> {
        let data = &body["data"];
        let name = data["object_data"]["dataObjectApiName"].as_str().or(data["dataObjectApiName"].as_str());
        let is_custom = name.is_some_and(|name| name.ends_with("__c"));
        match is_custom && !custom_path && self.switches.is(switches::CUSTOM_BY_PRESET_PATH, "refused") {
            true => Err(Refusal::parameter("dataObjectApiName")),
            false => Ok(()),
        }
    }

    /// Every record of an object as stored, voided ones included, with nulls and numeric employee ids.
    pub fn dump(&self, object: &Object) -> Value {
        let caller = Caller::at_screen("");
        self.table(object).stored().map(|row| self.render(object, row, &caller, None)).collect()
    }

    /// Some fields of every record as stored, with `_id`.
    pub fn dump_fields(&self, object: &Object, fields: &[String]) -> Value {
        let caller = Caller::at_screen("");
        self.table(object).stored().map(|row| self.render(object, row, &caller, Some(fields))).collect()
    }

    /// The lines of a record as stored, voided ones included.
    pub fn dump_lines(&self, line: &'static Object, master_id: &str) -> Value {
        let caller = Caller::at_screen("");
        self.details_of(line, master_id).map(|row| self.render(line, row, &caller, None)).collect()
    }

    /// One record as stored; an `error` when there is none.
    pub fn dump_one(&self, object: &Object, id: &str) -> Value {
        match self.table(object).get(id) {
            Some(row) => self.render(object, row, &Caller::at_screen(""), None),
            None => json!({ "error": format!("{} has no record {id}", object.name) }),
        }
    }

    fn table(&self, object: &Object) -> &Table {
        self.tables.get(object.name).expect("every described object has a table")
    }

    fn table_mut(&mut self, object: &Object) -> &mut Table {
        self.tables.get_mut(object.name).expect("every described object has a table")
    }

    /// A record the caller may touch, voided ones included.
    fn owned_row(&self, object: &Object, id: &str, caller: &Caller) -> Result<&Row, Refusal> {
        let row = self.table(object).get(id).ok_or_else(|| Refusal::not_found(object.name, id))?;
        match self.may_see(row, caller) {
            true => Ok(row),
            false => Err(Refusal::no_right()),
        }
    }

    /// Administrators see everything; others what they own or work on, and what nobody owns.
    fn may_see(&self, row: &Row, caller: &Caller) -> bool {
        let Some(owner) = &row.owner else { return true };
        *owner == caller.operator
            || row.team.iter().any(|member| member.employee == caller.operator)
            || self.staff.is_administrator(&caller.operator)
    }

    /// Puts a changed or new row, shown to queries at once or later by the switch.
    fn put(&mut self, object: &'static Object, row: Row, now: &mut Now) {
        let lag_ms = match self.switches.is(switches::QUERY_LAG, "up_to_10s") {
            true => 1 + now.chance.below(10_000) as i64,
            false => 0,
        };
        if self.is_watched {
            self.note_change(object, &row, now.ms);
        }
        self.table_mut(object).put(row, now.ms, lag_ms);
    }

    /// Notes what happens to a record, once per call.
    fn note_change(&mut self, object: &'static Object, row: &Row, at_ms: i64) {
        let before = self.table(object).get(&row.id);
        let was_voided = before.is_some_and(Crm::is_voided);
        let operation = match before {
            None => "create",
            Some(_) if row.deleted => "delete",
            Some(_) if !was_voided && Crm::is_voided(row) => "invalid",
            Some(_) if was_voided && !Crm::is_voided(row) => "recover",
            Some(_) => "update",
        };
        let is_noted = |one: &Change| one.object == object.name && one.id == row.id;
        if operation != "update" || !self.changes.iter().any(is_noted) {
            let (id, operator) = (row.id.clone(), row.last_modified_by.clone());
            self.changes.push(Change { object: object.name, id, operation, operator, at_ms });
        }
    }
}

/// The object of that name, or the refusal for none.
fn find(name: &str) -> Result<&'static Object, Refusal> {
    described::object(name).ok_or_else(|| {
        Refusal::new(32000, format!("the object {name} is not exist"), format!("对象{name}不存在"))
    })
}

/// The object that a `data` names, in the member every CRM call has.
fn named_in(data: &Value) -> Result<&'static Object, Refusal> {
    match data["dataObjectApiName"].as_str() {
        None | Some("") => Err(Refusal::parameter("dataObjectApiName")),
        Some(name) => find(name),
    }
}
