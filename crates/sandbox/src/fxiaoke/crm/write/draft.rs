//! A record as it would be kept, checked field by field.

use serde_json::{Map, Value};

use crate::fxiaoke::answer::Refusal;
use crate::fxiaoke::caller::Caller;
use crate::fxiaoke::crm::Crm;
use crate::fxiaoke::crm::accept::midnight;
use crate::fxiaoke::crm::table::Row;
use crate::fxiaoke::described::{DEFAULT_RECORD_TYPE, Kind, Object, system_fields};
use crate::fxiaoke::switches;

/// What a create or update would keep.
#[derive(Debug, Default)]
pub struct Draft {
    pub fields: Map<String, Value>,
    pub owner: Option<String>,
    pub record_type: String,
}

/// Members of `object_data` that are no fields of the record.
const NOT_FIELDS: &[&str] = &[
    "dataObjectApiName",
    "object_describe_api_name",
    "object_describe_id",
    "relevant_team",
    "lock_rule",
    "lock_user",
    "out_owner",
    "out_tenant_id",
    "tenant_id",
];

/// Endings of derived members of answers; sent back, they are passed over.
const DERIVED: &[&str] = &["__r", "__l", "__o", "__v", "__p", "__e", "__relation_ids"];

impl Crm {
    /// The record after the sent fields, upon `before` if it exists.
    pub fn draft(
        &self,
        object: &Object,
        sent: &Map<String, Value>,
        caller: &Caller,
        before: Option<&Row>,
    ) -> Result<Draft, Refusal> {
        let mut fields = before.map(|row| row.fields.clone()).unwrap_or_default();
        for (name, value) in sent {
            let Some(field) = object.fields.iter().find(|field| field.name == name) else {
                self.check_other(name)?;
                continue;
            };
            match self.accept(field, value, caller)? {
                Value::Null if field.required => return Err(Refusal::required(field.label)),
                Value::Null => {
                    fields.shift_remove(name);
                }
                kept => {
                    fields.insert(name.clone(), kept);
                }
            }
        }
        self.complete_line(object, &mut fields, caller);
        let owner = match before {
            Some(row) => row.owner.clone(),
            None => self.sent_owner(object, sent, caller)?,
        };
        Ok(Draft { fields, owner, record_type: DEFAULT_RECORD_TYPE.into() })
    }

    fn check_other(&self, name: &str) -> Result<(), Refusal> {
        let is_known = system_fields().iter().any(|field| field.name == name)
            || NOT_FIELDS.contains(&name)
            || DERIVED.iter().any(|ending| name.ends_with(ending));
        match !is_known && self.switches.is(switches::UNKNOWN_FIELDS, "refused") {
            true => Err(Refusal::field(name, "不存在")),
            false => Ok(()),
        }
    }

    fn sent_owner(
        &self,
        object: &Object,
        sent: &Map<String, Value>,
        caller: &Caller,
    ) -> Result<Option<String>, Refusal> {
        let field = object.field("owner").expect("every object has an owner field");
        match sent.get("owner") {
            None | Some(Value::Null) => Ok(None),
            Some(value) => {
                let list = self.employee_list(field, value, caller)?;
                Ok(list[0].as_str().map(String::from))
            }
        }
    }

    /// Every required field has a value, and a record that is no detail has an owner.
    pub fn check_required(&self, object: &Object, draft: &Draft) -> Result<(), Refusal> {
        for field in object.fields {
            if field.required && !draft.fields.contains_key(field.name) {
                return Err(Refusal::required(field.label));
            }
        }
        match draft.owner.is_none() && object.master().is_none() {
            true => Err(Refusal::required("负责人")),
            false => Ok(()),
        }
    }

    /// Unique fields are unique; names of customers by the tenant's 查重 rule, which the caller may ask for or not
    /// (`search`).
    pub fn check_duplicates(
        &self,
        object: &Object,
        draft: &Draft,
        own_id: Option<&str>,
        search: Option<bool>,
    ) -> Result<(), Refusal> {
        let rule = object.name == "AccountObj"
            && search.unwrap_or_else(|| self.switches.is(switches::DUPLICATE_NAMES, "refused"));
        for field in object.fields {
            if !(field.unique || rule && field.name == "name") {
                continue;
            }
            let Some(value) = draft.fields.get(field.name).and_then(Value::as_str) else {
                continue;
            };
            let mut same = self.table(object).with_text(field.name, value);
            let is_taken = same.any(|row| Some(row.id.as_str()) != own_id);
            if is_taken {
                return Err(Refusal::duplicate(field.label, value));
            }
        }
        Ok(())
    }

    /// Fills the automatic numbers that were not sent.
    pub fn number(&mut self, object: &'static Object, fields: &mut Map<String, Value>, now_ms: i64) {
        for field in object.fields.iter().filter(|field| field.kind == Kind::AutoNumber) {
            while !fields.contains_key(field.name) {
                let number = self.table_mut(object).next_number();
                let text = match field.name {
                    "account_no" => format!("KH{number:06}"),
                    _ => format!("{}-{number:06}", compact_date(now_ms)),
                };
                let taken = field.unique && self.table(object).with_text(field.name, &text).next().is_some();
                if !taken {
                    fields.insert(field.name.into(), Value::String(text));
                }
            }
        }
    }
}

/// `20200817`, in GMT+8.
fn compact_date(ms: i64) -> String {
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(8));
    match jiff::Timestamp::from_millisecond(midnight(ms)) {
        Ok(time) => time.to_zoned(zone).strftime("%Y%m%d").to_string(),
        Err(_) => "00000000".into(),
    }
}
