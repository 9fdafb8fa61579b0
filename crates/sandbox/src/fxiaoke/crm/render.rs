//! A record as the answer of a query or a get carries it (`protocols/fxiaoke.md` §4.3).

use serde_json::{Map, Value, json};

use super::Crm;
use super::table::Row;
use crate::fxiaoke::caller::Caller;
use crate::fxiaoke::described::{Field, Kind, Object, object, system_fields};
use crate::fxiaoke::staff::{Employee, SYSTEM};

impl Crm {
    /// The record with all its fields, or those of the projection and `_id`.
    ///
    /// Fields without a value are left out, unless the caller asked for nulls; the old style gives `""` for an empty
    /// reference and `[]` for empty attachments. References get their name as `…__r`, employees their person.
    pub fn render(
        &self,
        object: &Object,
        row: &Row,
        caller: &Caller,
        projection: Option<&[String]>,
    ) -> Value {
        let mut shown = Map::new();
        for field in system_fields().iter().chain(object.fields) {
            let wanted = match projection {
                None => true,
                Some(names) => field.name == "_id" || names.iter().any(|name| name == field.name),
            };
            if wanted {
                self.show(field, self.column(row, field.name).into_owned(), caller, &mut shown);
            }
        }
        if projection.is_none() {
            shown.insert("object_describe_api_name".into(), json!(object.name));
            shown.insert("relevant_team".into(), self.shown_team(row, caller));
        }
        Value::Object(shown)
    }

    fn show(&self, field: &Field, value: Value, caller: &Caller, shown: &mut Map<String, Value>) {
        if value.is_null() {
            self.show_empty(field, caller, shown);
            return;
        }
        match field.kind {
            Kind::Employee => self.show_employee(field, &value, caller, shown),
            Kind::Department => {
                shown.insert(format!("{}__r", field.name), self.department_person(&value));
                shown.insert(field.name.into(), value);
            }
            Kind::Reference(target) | Kind::MasterDetail(target) => {
                let id = value.as_str().unwrap_or_default();
                let name = object(target)
                    .and_then(|target| self.table(target).get_any(id))
                    .map(|row| row.name().to_string());
                shown.insert(format!("{}__r", field.name), json!(name.unwrap_or_default()));
                shown.insert(field.name.into(), value);
            }
            _ => {
                shown.insert(field.name.into(), value);
            }
        }
    }

    fn show_empty(&self, field: &Field, caller: &Caller, shown: &mut Map<String, Value>) {
        let is_reference = field.kind.target().is_some();
        if caller.old_style && is_reference {
            shown.insert(field.name.into(), json!(""));
            shown.insert(format!("{}__r", field.name), json!(""));
        } else if caller.old_style && matches!(field.kind, Kind::Attachment | Kind::Image) {
            shown.insert(field.name.into(), json!([]));
        } else if caller.include_null {
            shown.insert(field.name.into(), Value::Null);
        }
    }

    fn show_employee(&self, field: &Field, ids: &Value, caller: &Caller, shown: &mut Map<String, Value>) {
        let ids: Vec<&str> = ids.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let people: Vec<Value> = ids.iter().map(|id| self.person(id)).collect();
        let sent: Vec<&str> = ids.iter().map(|id| self.shown_id(id, caller)).collect();
        shown.insert(field.name.into(), json!(sent));
        shown.insert(format!("{}__r", field.name), people.first().cloned().unwrap_or(Value::Null));
        if field.name == "owner" {
            shown.insert("owner__l".into(), Value::Array(people));
        }
    }

    /// An employee id in the kind of id the caller reads. The system user has one id in both.
    pub fn shown_id<'a>(&'a self, id: &'a str, caller: &Caller) -> &'a str {
        match self.staff.by_id(id) {
            Some(employee) if caller.open_ids => &employee.open_id,
            _ => id,
        }
    }

    fn person(&self, id: &str) -> Value {
        if id == SYSTEM {
            return json!({ "id": SYSTEM, "name": "系统" });
        }
        self.staff.by_id(id).map_or(Value::Null, |employee| self.employee_person(employee))
    }

    fn employee_person(&self, employee: &Employee) -> Value {
        json!({
            "id": employee.id,
            "tenantId": self.tenant_id.to_string(),
            "name": employee.name,
            "nickname": employee.name,
            "email": employee.email,
            "phone": "",
            "post": "",
            "dept": self.staff.department_of(employee).id,
            "supervisorId": "1000",
            "status": 0,
            "createTime": employee.created_ms,
            "modifyTime": employee.created_ms,
            "picAddr": "",
            "description": "",
        })
    }

    fn department_person(&self, ids: &Value) -> Value {
        let id = ids[0].as_str().unwrap_or_default();
        let name = self.staff.departments.iter().find(|department| department.id == id);
        json!({
            "deptName": name.map_or("", |department| &department.name),
            "deptId": id,
            "parentId": "999999",
            "status": 0,
        })
    }
}
