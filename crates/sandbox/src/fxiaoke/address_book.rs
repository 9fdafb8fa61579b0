//! The address book: departments and employees (`protocols/fxiaoke.md` §5). All parameters are top level.

use serde_json::{Value, json};

use super::answer::{Answer, Refusal, members};
use super::caller::{Caller, is_whole_company, out_of_range};
use super::staff::{Employee, Staff, WHOLE_COMPANY};
use super::tenant::Tenant;

/// The address book as the app sees it.
pub struct AddressBook<'a> {
    pub staff: &'a Staff,
    pub tenant: &'a Tenant,
    /// An unknown mobile number is refused instead of answered with an empty list.
    pub refuses_unknown_mobile: bool,
}

impl AddressBook<'_> {
    /// `department/list`.
    pub fn departments(&self) -> Answer {
        let departments: Value = self
            .staff
            .departments
            .iter()
            .enumerate()
            .map(|(n, department)| {
                json!({
                    "id": number(&department.id),
                    "name": department.name,
                    "parentId": 0,
                    "isStop": false,
                    "order": n + 1,
                })
            })
            .collect();
        Ok(members(json!({ "departments": departments })))
    }

    /// `department/detail`.
    pub fn department(&self, body: &Value) -> Answer {
        let id = text(&body["departmentId"]);
        let found = self.staff.departments.iter().find(|department| department.id == id);
        let department =
            found.ok_or_else(|| Refusal::new(30007, "the department is not exist", "部门不存在"))?;
        Ok(members(
            json!({ "department": { "id": number(&department.id), "name": department.name, "parentId": 0 } }),
        ))
    }

    /// `user/list`.
    pub fn users(&self, body: &Value, caller: &Caller) -> Answer {
        let list: Vec<Value> =
            self.in_department(body)?.map(|employee| self.full(employee, caller)).collect();
        Ok(members(json!({ "userList": list })))
    }

    /// `user/simpleList`.
    pub fn names(&self, body: &Value) -> Answer {
        let list: Vec<Value> = self
            .in_department(body)?
            .map(|employee| {
                json!({ "openUserId": employee.open_id, "name": employee.name, "nickName": employee.name })
            })
            .collect();
        Ok(members(json!({ "userList": list })))
    }

    /// `user/get`: the fields at the root.
    pub fn user(&self, body: &Value, caller: &Caller) -> Answer {
        let open_id = body["openUserId"].as_str().ok_or_else(|| {
            Refusal::new(10010, "the parameter openUserId is missing or illegal", "缺少参数或参数不合法")
        })?;
        let employee = self
            .staff
            .by_open_id(open_id)
            .ok_or_else(|| Refusal::new(20012, "the openUserId is not exist", "openUserId不存在"))?;
        match self.is_visible(employee) {
            true => Ok(members(self.full(employee, caller))),
            false => Err(out_of_range()),
        }
    }

    /// `user/getByMobile`.
    pub fn by_mobile(&self, body: &Value) -> Answer {
        let mobile = body["mobile"].as_str().ok_or_else(|| Refusal::parameter("mobile"))?;
        let found = self.staff.by_mobile(mobile).filter(|employee| self.is_visible(employee));
        if found.is_none() && self.refuses_unknown_mobile {
            return Err(Refusal::new(30027, "the employee is not exist", "员工不存在"));
        }
        let list: Vec<Value> = found
            .map(|employee| {
                let department = number(&self.staff.department_of(employee).id);
                json!({
                    "openUserId": employee.open_id,
                    "name": employee.name,
                    "fullName": employee.name,
                    "mobile": employee.mobile,
                    "email": employee.email,
                    "status": "NORMAL",
                    "departmentIds": [department],
                    "mainDepartmentIds": [department],
                })
            })
            .into_iter()
            .collect();
        Ok(members(json!({ "empList": list })))
    }

    /// `user/get/batchByUpdTime`.
    pub fn changed(&self, body: &Value, caller: &Caller) -> Answer {
        let start = body["startTime"].as_i64().ok_or_else(|| Refusal::parameter("startTime"))?;
        let end = body["endTime"].as_i64().ok_or_else(|| Refusal::parameter("endTime"))?;
        let size = body["pageSize"].as_i64().unwrap_or(20).clamp(1, 1000) as usize;
        let page = body["pageNumber"].as_i64().unwrap_or(1).max(1) as usize;
        let all: Vec<&Employee> =
            self.visible().filter(|employee| (start..=end).contains(&employee.created_ms)).collect();
        let shown: Vec<Value> = all
            .iter()
            .skip((page - 1).saturating_mul(size))
            .take(size)
            .map(|employee| self.full(employee, caller))
            .collect();
        Ok(members(json!({
            "pageNumber": page,
            "pageCount": all.len().div_ceil(size),
            "totalCount": all.len(),
            "lastChangedTime": all.iter().map(|employee| employee.created_ms).max().unwrap_or(0),
            "employees": shown,
        })))
    }

    fn visible(&self) -> impl Iterator<Item = &Employee> {
        self.staff.employees.iter().filter(|employee| self.is_visible(employee))
    }

    fn is_visible(&self, employee: &Employee) -> bool {
        !self.tenant.hidden_mobiles.contains(&employee.mobile)
    }

    fn in_department<'a>(&'a self, body: &Value) -> Result<impl Iterator<Item = &'a Employee>, Refusal> {
        let sent = &body["departmentId"];
        let whole = is_whole_company(sent);
        let id = text(sent);
        let at = self.staff.departments.iter().position(|department| department.id == id);
        if !whole && at.is_none() {
            return Err(Refusal::new(30007, "the department is not exist", "部门不存在"));
        }
        // Only the children of the whole company have employees.
        let all = whole && body["fetchChild"].as_bool().unwrap_or(false) || id == WHOLE_COMPANY;
        Ok(self.visible().filter(move |employee| all || Some(employee.department) == at))
    }

    fn full(&self, employee: &Employee, caller: &Caller) -> Value {
        let department = number(&self.staff.department_of(employee).id);
        json!({
            "openUserId": employee.open_id,
            "account": employee.number.to_lowercase(),
            "name": employee.name,
            "nickName": employee.name,
            "isStop": false,
            "email": employee.email,
            "mobile": employee.mobile,
            "gender": "M",
            "position": "",
            "profileImageUrl": "",
            "departmentIds": [department],
            "mainDepartmentId": department,
            "attachingDepartmentIds": [],
            "employeeNumber": employee.number,
            "hireDate": "",
            "birthDate": "",
            "createTime": employee.created_ms,
            "leaderId": if caller.open_ids { &self.staff.employees[0].open_id } else { &self.staff.employees[0].id },
        })
    }
}

fn text(id: &Value) -> String {
    match id {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Department ids are numbers in the address book.
fn number(id: &str) -> i64 {
    id.parse().unwrap_or_default()
}
