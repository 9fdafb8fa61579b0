//! Who works on a record besides its owner (相关团队), and what people are told about it
//! (`protocols/fxiaoke.md` §4.5).

use serde::Serialize;
use serde_json::{Value, json};

use super::life::{id_list, writable};
use super::table::{Member, Row};
use super::{Crm, Now};
use crate::fxiaoke::answer::{Answer, Refusal, members, nothing};
use crate::fxiaoke::caller::Caller;
use crate::fxiaoke::described::Object;

/// A reminder (CRM提醒) that the CRM itself sent to an employee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notice {
    pub at_ms: i64,
    /// Numeric employee id.
    pub to: String,
    pub object: &'static str,
    pub record: String,
    pub text: String,
}

/// What the owner is called in a team.
const OWNER: &str = "1";

impl Crm {
    /// `team/add` and `team/edit`: `teamMemberEmployee` with one role and right, or `teamMemberInfos`. Whoever is in
    /// the team already gets the new role.
    pub fn set_team(&mut self, body: &Value, caller: &Caller, now: &mut Now) -> Answer {
        let (object, rows) = self.team_rows(body, caller)?;
        let wanted = self.sent_members(&body["data"], caller)?;
        let silent = body["data"]["ignoreSendingRemind"].as_bool().unwrap_or(false);
        for mut row in rows {
            for member in &wanted {
                row.team.retain(|other| other.employee != member.employee);
                row.team.push(member.clone());
                if !silent {
                    let text = format!("您已成为{}“{}”的团队成员", object.label, row.name());
                    self.remind(object, &row, &member.employee, text, now.ms);
                }
            }
            row.touch(&caller.operator, now.ms);
            self.put(object, row, now);
        }
        nothing()
    }

    /// `team/delete`: the members named leave.
    pub fn leave_team(&mut self, body: &Value, caller: &Caller, now: &mut Now) -> Answer {
        let (object, rows) = self.team_rows(body, caller)?;
        let leaving = self.employees(&body["data"]["teamMemberEmployee"], caller)?;
        for mut row in rows {
            row.team.retain(|member| !leaving.contains(&member.employee));
            row.touch(&caller.operator, now.ms);
            self.put(object, row, now);
        }
        nothing()
    }

    /// `team/get`: the owner first.
    pub fn team(&self, body: &Value, caller: &Caller) -> Answer {
        let (_, rows) = self.team_rows(body, caller)?;
        let team = rows.first().map_or(Value::Null, |row| self.shown_team(row, caller));
        Ok(members(json!({ "data": { "teamMemberInfos": team } })))
    }

    /// `relevant_team` of a record.
    pub fn shown_team(&self, row: &Row, caller: &Caller) -> Value {
        let show = |employee: &str, role: &str, may_write: bool| {
            json!({
                "teamMemberEmployee": [self.shown_id(employee, caller)],
                "teamMemberRole": role,
                "teamMemberRoleList": [role],
                "teamMemberPermissionType": if may_write { "2" } else { "1" },
            })
        };
        let owner = row.owner.iter().map(|owner| show(owner, OWNER, true));
        let others = row.team.iter().map(|member| show(&member.employee, &member.role, member.may_write));
        owner.chain(others).collect()
    }

    /// Sends a reminder of the CRM.
    pub(super) fn remind(&mut self, object: &'static Object, row: &Row, to: &str, text: String, at_ms: i64) {
        let notice = Notice { at_ms, to: to.into(), object: object.name, record: row.id.clone(), text };
        self.notices.push(notice);
    }

    /// `apiName` stands at the top level; the records in `dataIDs` or `dataID`.
    fn team_rows(&self, body: &Value, caller: &Caller) -> Result<(&'static Object, Vec<Row>), Refusal> {
        let name = body["apiName"].as_str().or(body["data"]["apiName"].as_str()).unwrap_or_default();
        let object = writable(&json!({ "dataObjectApiName": name }))?;
        let data = &body["data"];
        let ids = match data["dataID"].as_str() {
            Some(id) => vec![id.to_string()],
            None => id_list(data, "dataIDs")?,
        };
        Ok((object, self.rows(object, &ids, caller)?))
    }

    fn sent_members(&self, data: &Value, caller: &Caller) -> Result<Vec<Member>, Refusal> {
        let infos = match data["teamMemberInfos"].as_array() {
            Some(infos) => infos.as_slice(),
            None => std::slice::from_ref(data),
        };
        let mut team = Vec::new();
        for info in infos {
            let role = plain(&info["teamMemberRole"]).unwrap_or_else(|| "4".into());
            if !["2", "3", "4"].contains(&role.as_str()) {
                return Err(Refusal::parameter("teamMemberRole"));
            }
            let may_write = plain(&info["teamMemberPermissionType"]).as_deref() == Some("2");
            for employee in self.employees(&info["teamMemberEmployee"], caller)? {
                team.push(Member { employee, role: role.clone(), may_write });
            }
        }
        Ok(team)
    }

    /// The numeric ids of a list of employees, or of one.
    fn employees(&self, sent: &Value, caller: &Caller) -> Result<Vec<String>, Refusal> {
        let list: Vec<&str> = match sent {
            Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
            Value::String(id) => vec![id],
            _ => Vec::new(),
        };
        if list.is_empty() {
            return Err(Refusal::parameter("teamMemberEmployee"));
        }
        let known = |id: &str| {
            self.employee_id(id, caller)
                .ok_or_else(|| Refusal::field("团队成员", &format!("员工不存在：{id}")))
        };
        list.into_iter().map(known).collect()
    }
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
