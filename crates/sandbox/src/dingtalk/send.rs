//! `asyncsend_v2` and what follows it: the parameters, checked (`protocols/dingtalk.md` §4).

use serde_json::Value;

use super::DingTalk;
use super::answer::{Answer, Refusal};
use super::kinds;
use super::notice::{Manner, Notice, Reach};
use super::parameters::Parameters;
use super::staff::ROOT;
use super::switches;
use crate::stand_in::Moment;

const MOST_USERS: usize = 100;
const MOST_DEPARTMENTS: usize = 20;

impl DingTalk {
    /// `asyncsend_v2`. A user who does not exist is no error here.
    pub fn send(&mut self, parameters: &Parameters, moment: &mut Moment) -> Answer {
        self.check_agent(parameters)?;
        let users = self.named_users(parameters)?;
        let departments = named_departments(parameters)?;
        let to_all = parameters.flag("to_all_user")?;
        if users.is_empty() && departments.is_empty() && !to_all {
            return Err(Refusal::missing("userid_list,dept_id_list or to_all_user"));
        }
        let message = parameters.object("msg")?.ok_or_else(|| Refusal::missing("msg"))?;
        let kind = kinds::check(&message, users.len())?;
        let (recipients, invalid_departments) = self.recipients(users, &departments, to_all);
        let notice =
            Notice { kind, message: delivered_form(message), recipients, invalid_departments, to_all };
        self.notices.accept(notice, self.manner(), moment.now_ms, moment.chance)
    }

    /// `getsendprogress`.
    pub fn progress(&self, parameters: &Parameters, now_ms: i64) -> Answer {
        self.check_agent(parameters)?;
        self.notices.progress(task_id(parameters, "task_id")?, now_ms)
    }

    /// `getsendresult`.
    pub fn result(&self, parameters: &Parameters, now_ms: i64) -> Answer {
        self.check_agent(parameters)?;
        self.notices.result(task_id(parameters, "task_id")?, self.manner(), now_ms)
    }

    /// `recall`.
    pub fn recall(&mut self, parameters: &Parameters, now_ms: i64) -> Answer {
        self.check_agent(parameters)?;
        self.notices.recall(task_id(parameters, "msg_task_id")?, now_ms)
    }

    /// `status_bar/update`.
    pub fn update_status_bar(&mut self, parameters: &Parameters) -> Answer {
        self.check_agent(parameters)?;
        let value = parameters.text("status_value")?.ok_or_else(|| Refusal::missing("status_value"))?;
        self.notices.set_status_bar(task_id(parameters, "task_id")?, value, parameters.text("status_bg")?)
    }

    /// 41011 without an agent id; a wrong one by the switch.
    fn check_agent(&self, parameters: &Parameters) -> Result<(), Refusal> {
        let sent = parameters.whole("agent_id")?;
        let sent = sent.ok_or_else(|| Refusal::business(41011, "缺少参数 agentid"))?;
        if sent == self.app.agent_id {
            return Ok(());
        }
        Err(match self.switches.value(switches::WRONG_AGENT) {
            Some("400002") => Refusal::business(400002, "无效的参数 agent_id"),
            Some("70004") => Refusal::business(70004, "agentid不匹配"),
            _ => Refusal::business(40056, "不合法的agentid"),
        })
    }

    fn named_users(&self, parameters: &Parameters) -> Result<Vec<String>, Refusal> {
        let users = comma_list(parameters, "userid_list")?;
        match users.len() > MOST_USERS {
            true => Err(Refusal::business(40032, "不合法的userid列表长度")),
            false => Ok(users),
        }
    }

    /// Every recipient once, in order, and the departments that do not exist.
    fn recipients(
        &self,
        users: Vec<String>,
        departments: &[i64],
        to_all: bool,
    ) -> (Vec<(String, Reach)>, Vec<i64>) {
        let mut named = users;
        let in_departments = self.staff.members.iter().filter(|member| {
            let is_in = |id: &i64| *id == ROOT || *id == member.department_id;
            self.is_visible(member) && (to_all || departments.iter().any(is_in))
        });
        named.extend(in_departments.map(|member| member.user_id.clone()));
        let mut recipients: Vec<(String, Reach)> = Vec::with_capacity(named.len());
        for user_id in named {
            if !recipients.iter().any(|(known, _)| *known == user_id) {
                let reach = self.reach(&user_id);
                recipients.push((user_id, reach));
            }
        }
        let is_unknown = |id: &i64| *id != ROOT && self.staff.departments.iter().all(|known| known.id != *id);
        (recipients, departments.iter().copied().filter(|id| is_unknown(id)).collect())
    }

    fn reach(&self, user_id: &str) -> Reach {
        match self.staff.by_user_id(user_id).filter(|member| self.is_visible(member)) {
            None => Reach::Unknown,
            Some(member) if self.organisation.refusing_mobiles.contains(&member.mobile) => Reach::Refusing,
            Some(_) => Reach::Reachable,
        }
    }

    fn manner(&self) -> Manner {
        Manner {
            delays: self.switches.is(switches::DELIVERY, "within_5s"),
            are_read: self.switches.is(switches::READING, "some_read"),
            empty_when_expired: self.switches.is(switches::EXPIRED_TASK, "empty_lists"),
            most_per_user: self.organisation.notices_per_user,
        }
    }
}

fn task_id(parameters: &Parameters, name: &str) -> Result<i64, Refusal> {
    parameters.whole(name)?.ok_or_else(|| Refusal::missing(name))
}

fn named_departments(parameters: &Parameters) -> Result<Vec<i64>, Refusal> {
    let list = match parameters.sent("dept_id_list") {
        Some(Value::Number(number)) => vec![number.to_string()],
        _ => comma_list(parameters, "dept_id_list")?,
    };
    if list.len() > MOST_DEPARTMENTS {
        return Err(Refusal::illegal("dept_id_list"));
    }
    list.iter().map(|id| id.parse().map_err(|_| Refusal::business(40009, "不合法的部门id"))).collect()
}

fn comma_list(parameters: &Parameters, name: &str) -> Result<Vec<String>, Refusal> {
    let text = parameters.text(name)?.unwrap_or_default();
    Ok(text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(String::from).collect())
}

/// As people get it: the head of an `oa` notice shows the app's name, whatever was sent.
fn delivered_form(mut message: Value) -> Value {
    if message["msgtype"].as_str() == Some("oa") {
        message["oa"]["head"]["text"] = Value::String("桥".into());
    }
    message
}
