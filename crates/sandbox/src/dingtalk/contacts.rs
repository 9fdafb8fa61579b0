//! Users and departments (`protocols/dingtalk.md` §5).

use serde_json::{Value, json};

use super::DingTalk;
use super::answer::{Answer, Refusal, members};
use super::parameters::Parameters;
use super::staff::{Member, ROOT};
use super::switches;

impl DingTalk {
    /// Whether the app may see a member.
    pub fn is_visible(&self, member: &Member) -> bool {
        let is_hidden = self.organisation.hidden_mobiles.contains(&member.mobile)
            || member.is_management && self.switches.is(switches::VISIBLE_RANGE, "without_management");
        !is_hidden
    }

    /// `topapi/v2/user/getbymobile`.
    pub fn user_by_mobile(&self, parameters: &Parameters) -> Answer {
        let mobile = parameters.text("mobile")?.ok_or_else(|| Refusal::missing("mobile"))?;
        let digits = mobile.trim_start_matches('+').replace('-', "");
        if digits.len() < 5 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Refusal::business(40104, "无效的手机号"));
        }
        let found = self.staff.members.iter().find(|member| member.mobile == mobile);
        let member = self.visible(found)?;
        Ok(members(json!({ "result": { "userid": member.user_id } })))
    }

    /// `topapi/v2/user/get`.
    pub fn user(&self, parameters: &Parameters) -> Answer {
        let user_id = parameters.text("userid")?;
        let user_id = user_id.ok_or_else(|| Refusal::business(41009, "缺少参数 userid"))?;
        let member = self.visible(self.staff.by_user_id(user_id))?;
        Ok(members(json!({ "result": self.full(member) })))
    }

    /// `topapi/user/getbyunionid`.
    pub fn user_by_union_id(&self, parameters: &Parameters) -> Answer {
        let union_id = parameters.text("unionid")?.ok_or_else(|| Refusal::missing("unionid"))?;
        let member = self.visible(self.staff.members.iter().find(|member| member.union_id == union_id))?;
        Ok(members(json!({ "result": { "contact_type": 0, "userid": member.user_id } })))
    }

    /// `topapi/v2/user/list`: direct members of one department, by pages.
    pub fn users(&self, parameters: &Parameters) -> Answer {
        let cursor = parameters.whole("cursor")?.ok_or_else(|| Refusal::missing("cursor"))?;
        let size = parameters.whole("size")?.ok_or_else(|| Refusal::missing("size"))?;
        if !(1..=100).contains(&size) || cursor < 0 {
            return Err(Refusal::illegal("size"));
        }
        let all = self.in_department(parameters)?;
        let (cursor, size) = (cursor as usize, size as usize);
        let page: Vec<Value> = all.iter().skip(cursor).take(size).map(|member| self.listed(member)).collect();
        let has_more = cursor + size < all.len();
        let mut result = members(json!({ "has_more": has_more, "list": page }));
        if has_more {
            result.insert("next_cursor".into(), json!(cursor + size));
        }
        Ok(members(json!({ "result": result })))
    }

    /// `topapi/user/listid`.
    pub fn user_ids(&self, parameters: &Parameters) -> Answer {
        let all = self.in_department(parameters)?;
        let ids: Vec<&str> = all.iter().map(|member| member.user_id.as_str()).collect();
        Ok(members(json!({ "result": { "userid_list": ids } })))
    }

    /// `topapi/v2/department/listsub`: direct children; the root when nothing is named.
    pub fn departments(&self, parameters: &Parameters) -> Answer {
        let id = parameters.whole("dept_id")?.unwrap_or(ROOT);
        self.check_department(id)?;
        let list: Vec<Value> = self
            .staff
            .departments
            .iter()
            .filter(|_| id == ROOT)
            .map(|department| {
                json!({ "dept_id": department.id, "name": department.name, "parent_id": ROOT,
                    "create_dept_group": true, "auto_add_user": true })
            })
            .collect();
        Ok(members(json!({ "result": list })))
    }

    /// `POST /v1.0/contact/users/search`.
    pub fn search(&self, body: &Value) -> Answer {
        let word = body["queryWord"].as_str().filter(|word| !word.is_empty());
        let word = word.ok_or_else(|| Refusal::modern(400, "MissingqueryWord", "缺少参数：queryWord"))?;
        let offset = body["offset"].as_i64().unwrap_or(0).max(0) as usize;
        let size = body["size"].as_i64().unwrap_or(10).clamp(1, 100) as usize;
        let found: Vec<&str> = self
            .staff
            .members
            .iter()
            .filter(|member| self.is_visible(member) && member.name.contains(word))
            .map(|member| member.user_id.as_str())
            .collect();
        let page: Vec<&&str> = found.iter().skip(offset).take(size).collect();
        Ok(members(json!({
            "hasMore": offset + size < found.len(),
            "totalCount": found.len(),
            "list": page,
        })))
    }

    fn visible<'a>(&self, found: Option<&'a Member>) -> Result<&'a Member, Refusal> {
        let member = found.ok_or_else(Refusal::no_such_user)?;
        if self.is_visible(member) {
            return Ok(member);
        }
        Err(match self.switches.is(switches::HIDDEN_USER, "50002") {
            true => Refusal::business(50002, "请求的员工userid不在授权范围内"),
            false => Refusal::no_such_user(),
        })
    }

    fn check_department(&self, id: i64) -> Result<(), Refusal> {
        match id == ROOT || self.staff.departments.iter().any(|department| department.id == id) {
            true => Ok(()),
            false => Err(Refusal::business(60003, "部门不存在")),
        }
    }

    fn in_department(&self, parameters: &Parameters) -> Result<Vec<&Member>, Refusal> {
        let id = parameters.whole("dept_id")?.ok_or_else(|| Refusal::missing("dept_id"))?;
        self.check_department(id)?;
        let is_in = |member: &&Member| member.department_id == id && self.is_visible(member);
        Ok(self.staff.members.iter().filter(is_in).collect())
    }

    fn full(&self, member: &Member) -> Value {
        json!({
            "userid": member.user_id,
            "unionid": member.union_id,
            "name": member.name,
            "avatar": "",
            "state_code": "86",
            "manager_userid": self.staff.members[0].user_id,
            "mobile": member.mobile,
            "hide_mobile": false,
            "telephone": "",
            "job_number": member.job_number,
            "title": "",
            "email": member.email,
            "org_email": member.email,
            "work_place": "",
            "remark": "",
            "dept_id_list": [member.department_id],
            "dept_order_list": [{ "dept_id": member.department_id, "order": 1 }],
            "extension": "{}",
            "hired_date": member.hired_ms,
            "active": true,
            "real_authed": true,
            "senior": false,
            "admin": member.is_administrator,
            "boss": false,
            "leader_in_dept": [{ "dept_id": member.department_id, "leader": member.is_administrator }],
            "role_list": [],
        })
    }

    fn listed(&self, member: &Member) -> Value {
        let mut fields = members(self.full(member));
        for name in
            ["dept_order_list", "leader_in_dept", "manager_userid", "real_authed", "senior", "role_list"]
        {
            fields.shift_remove(name);
        }
        fields.insert("dept_order".into(), json!(1));
        fields.insert("leader".into(), json!(member.is_administrator));
        Value::Object(fields)
    }
}
