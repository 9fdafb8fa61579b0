//! The value of any field of a record, system fields included, in the form it is kept in.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::Crm;
use super::table::{Life, Row};

impl Crm {
    /// The value of a field; `Null` when it has none. Employees are numeric ids.
    pub fn column<'a>(&self, row: &'a Row, field: &str) -> Cow<'a, Value> {
        Cow::Owned(match field {
            "_id" => json!(row.id),
            "owner" => row.owner.as_ref().map_or(Value::Null, |owner| json!([owner])),
            "owner_department" => self.owner_department(row).map_or(Value::Null, |(_, name)| json!(name)),
            "owner_department_id" => self.owner_department(row).map_or(Value::Null, |(id, _)| json!(id)),
            "data_own_department" => self.owner_department(row).map_or(Value::Null, |(id, _)| json!([id])),
            "created_by" => json!([row.created_by]),
            "create_time" => json!(row.create_time),
            "last_modified_by" => json!([row.last_modified_by]),
            "last_modified_time" => json!(row.last_modified_time),
            "life_status" => json!(row.life.name()),
            "lock_status" => json!(if row.locked { "1" } else { "0" }),
            "record_type" => json!(row.record_type),
            "version" => json!(row.version.to_string()),
            "is_deleted" => json!(row.deleted),
            "extend_obj_data_id" => json!(format!("o_t_{}_{}", self.tenant_id, row.id)),
            _ => return row.fields.get(field).map_or(Cow::Owned(Value::Null), Cow::Borrowed),
        })
    }

    fn owner_department(&self, row: &Row) -> Option<(&str, &str)> {
        let owner = self.staff.by_id(row.owner.as_deref()?)?;
        let department = self.staff.department_of(owner);
        Some((&department.id, &department.name))
    }

    /// Whether a row is voided.
    pub fn is_voided(row: &Row) -> bool {
        row.life == Life::Invalid
    }
}
