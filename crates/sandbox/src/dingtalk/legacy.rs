//! The first generation of the address book, by GET, as published clients still call it.
//!
//! The shapes are those that the clients read; the protocol page has only their successors (§5). A wrong token is a
//! bare `40014` here, not the wrapper of `/topapi`.

use serde_json::{Value, json};

use super::DingTalk;
use super::answer::{Answer, Refusal, members};
use super::parameters::Parameters;
use super::staff::{Member, ROOT};
use crate::limits::Verdict;
use crate::stand_in::{Moment, Request};

/// Whether a path is one of this generation's.
pub fn serves(path: &str) -> bool {
    matches!(
        path,
        "/user/get" | "/user/get_by_mobile" | "/user/simplelist" | "/user/list" | "/department/list"
    )
}

impl DingTalk {
    /// One call of this generation.
    pub fn legacy(&mut self, call: &Request, moment: &mut Moment) -> Answer {
        let parameters = Parameters::of_form(call);
        let token = parameters.text("access_token")?.unwrap_or_default();
        if !self.token.is_valid(token, moment.now_ms) {
            return Err(Refusal::business(40014, "不合法的access_token"));
        }
        if self.verdict(&call.path, moment) != Verdict::Admitted {
            return Err(Refusal::business(90018, "应用调用该接口次数过多"));
        }
        match call.path.as_str() {
            "/user/get" => self.legacy_user(&parameters),
            "/user/get_by_mobile" => {
                let found = self.user_by_mobile(&parameters)?;
                Ok(members(json!({ "userid": found["result"]["userid"] })))
            }
            "/department/list" => Ok(members(json!({ "department": self.legacy_departments() }))),
            path => self.legacy_users(&parameters, path == "/user/list"),
        }
    }

    fn legacy_user(&self, parameters: &Parameters) -> Answer {
        let user_id = parameters.text("userid")?.ok_or_else(|| Refusal::missing("userid"))?;
        let found = self.staff.by_user_id(user_id).filter(|member| self.is_visible(member));
        Ok(members(full(found.ok_or_else(Refusal::no_such_user)?)))
    }

    fn legacy_users(&self, parameters: &Parameters, whole: bool) -> Answer {
        let id = parameters.whole("department_id")?.ok_or_else(|| Refusal::missing("department_id"))?;
        let offset = parameters.whole("offset")?.unwrap_or(0).max(0) as usize;
        let size = parameters.whole("size")?.unwrap_or(100).clamp(1, 100) as usize;
        let is_in = |member: &&Member| member.department_id == id && self.is_visible(member);
        let all: Vec<&Member> = self.staff.members.iter().filter(is_in).collect();
        let page: Vec<Value> = all
            .iter()
            .skip(offset)
            .take(size)
            .map(|member| match whole {
                true => full(member),
                false => json!({ "userid": member.user_id, "name": member.name }),
            })
            .collect();
        Ok(members(json!({ "hasMore": offset + size < all.len(), "userlist": page })))
    }

    fn legacy_departments(&self) -> Vec<Value> {
        self.staff
            .departments
            .iter()
            .map(|department| {
                json!({ "id": department.id, "name": department.name, "parentid": ROOT,
                    "createDeptGroup": true, "autoAddUser": true })
            })
            .collect()
    }
}

fn full(member: &Member) -> Value {
    json!({
        "userid": member.user_id,
        "unionid": member.union_id,
        "name": member.name,
        "mobile": member.mobile,
        "email": member.email,
        "jobnumber": member.job_number,
        "active": true,
        "isAdmin": member.is_administrator,
        "isBoss": false,
        "isHide": false,
        "position": "",
        "avatar": "",
        "department": [member.department_id],
    })
}
