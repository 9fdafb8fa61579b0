//! Work notices: accepted at once, delivered or dropped afterwards (`protocols/dingtalk.md` §4).

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Value, json};

use super::answer::{Answer, Refusal, members};
use crate::limits::day;
use crate::stand_in::Chance;

const DAY_MS: i64 = 86_400_000;
const MINUTE_MS: i64 = 60_000;
/// Recipients of the app per minute.
const MOST_PER_MINUTE: usize = 5000;
/// Results list people only for up to so many recipients.
const MOST_LISTED: usize = 100;

/// What became of a notice for one recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum Delivery {
    /// Read at that moment, if ever.
    Delivered { read_ms: Option<i64> },
    /// Dropped, with the code of `forbidden_list`.
    Forbidden { code: &'static str },
    /// No such user, or outside the visible range.
    Invalid,
    /// The user's device refuses messages.
    Failed,
}

/// One accepted notice.
#[derive(Debug, Clone, Serialize)]
pub struct Task {
    pub task_id: i64,
    pub accepted_ms: i64,
    /// When all recipients have it.
    pub delivered_ms: i64,
    pub kind: String,
    pub message: Value,
    pub recipients: Vec<(String, Delivery)>,
    pub invalid_departments: Vec<i64>,
    pub recalled: bool,
}

/// A notice as checked, before it is accepted.
pub struct Notice {
    pub kind: String,
    pub message: Value,
    /// Every recipient named, and whether a message can reach them.
    pub recipients: Vec<(String, Reach)>,
    pub invalid_departments: Vec<i64>,
    pub to_all: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    Reachable,
    Unknown,
    Refusing,
}

/// How notices are delivered, by the switches and the organisation.
#[derive(Debug, Clone, Copy)]
pub struct Manner {
    pub delays: bool,
    pub are_read: bool,
    pub empty_when_expired: bool,
    /// Notices of the app per user and day.
    pub most_per_user: usize,
}

/// All notices accepted so far.
#[derive(Debug, Default)]
pub struct Notices {
    pub tasks: Vec<Task>,
    /// (user, content) of the day.
    seen: BTreeSet<(String, String)>,
    per_user: BTreeMap<String, usize>,
    day: i64,
    to_all_today: usize,
    /// (moment, recipients) of the last minute.
    recent: Vec<(i64, usize)>,
}

impl Notices {
    /// Accepts a notice; its recipients get it, or it is silently dropped for some.
    pub fn accept(&mut self, notice: Notice, manner: Manner, now_ms: i64, chance: &mut Chance) -> Answer {
        self.turn_day(now_ms);
        if notice.to_all && self.to_all_today >= 3 {
            return Err(Refusal::business(41045, "发送给所有人的消息超过每日限制"));
        }
        self.to_all_today += usize::from(notice.to_all);
        let content = notice.message.to_string();
        let delivered_ms = now_ms + if manner.delays { 1 + chance.below(5_000) as i64 } else { 0 };
        let mut recipients = Vec::with_capacity(notice.recipients.len());
        for (user_id, reach) in notice.recipients {
            let delivery = match reach {
                Reach::Unknown => Delivery::Invalid,
                Reach::Refusing => Delivery::Failed,
                Reach::Reachable => match self.drop_code(&user_id, &content, manner, now_ms) {
                    Some(code) => Delivery::Forbidden { code },
                    None => Delivery::Delivered { read_ms: reading(manner, delivered_ms, chance) },
                },
            };
            recipients.push((user_id, delivery));
        }
        let task_id = 256_271_000_000 + self.tasks.len() as i64 * 1_000 + chance.below(1_000) as i64;
        self.tasks.push(Task {
            task_id,
            accepted_ms: now_ms,
            delivered_ms,
            kind: notice.kind,
            message: notice.message,
            recipients,
            invalid_departments: notice.invalid_departments,
            recalled: false,
        });
        Ok(members(json!({ "task_id": task_id })))
    }

    /// `getsendprogress`.
    pub fn progress(&self, task_id: i64, now_ms: i64) -> Answer {
        let task = self.living(task_id, now_ms).ok_or_else(no_such_task)?;
        let (percent, status) = match now_ms >= task.delivered_ms {
            true => (100, 2),
            false => (0, i64::from(now_ms > task.accepted_ms)),
        };
        Ok(members(json!({ "progress": { "progress_in_percent": percent, "status": status } })))
    }

    /// `getsendresult`.
    pub fn result(&self, task_id: i64, manner: Manner, now_ms: i64) -> Answer {
        let task = match self.living(task_id, now_ms) {
            Some(task) => Some(task),
            None if manner.empty_when_expired => None,
            None => return Err(no_such_task()),
        };
        let listed = task
            .filter(|task| now_ms >= task.delivered_ms && task.recipients.len() <= MOST_LISTED)
            .map(|task| task.recipients.as_slice())
            .unwrap_or_default();
        let users = |passes: &dyn Fn(&Delivery) -> bool| -> Vec<&str> {
            listed.iter().filter(|(_, d)| passes(d)).map(|(user, _)| user.as_str()).collect()
        };
        let is_read = |d: &Delivery| matches!(d, Delivery::Delivered { read_ms: Some(at) } if *at <= now_ms);
        let forbidden: Vec<Value> = listed
            .iter()
            .filter_map(|(user, delivery)| match delivery {
                Delivery::Forbidden { code } => Some(json!({ "code": code, "count": 1, "userid": user })),
                _ => None,
            })
            .collect();
        Ok(members(json!({ "send_result": {
            "invalid_user_id_list": users(&|d| *d == Delivery::Invalid),
            "forbidden_user_id_list": users(&|d| matches!(d, Delivery::Forbidden { .. })),
            "failed_user_id_list": users(&|d| *d == Delivery::Failed),
            "read_user_id_list": users(&is_read),
            "unread_user_id_list": users(&|d| matches!(d, Delivery::Delivered { .. }) && !is_read(d)),
            "invalid_dept_id_list": task.map(|task| task.invalid_departments.as_slice()).unwrap_or_default(),
            "forbidden_list": forbidden,
        }})))
    }

    /// `recall`.
    pub fn recall(&mut self, task_id: i64, now_ms: i64) -> Answer {
        self.living(task_id, now_ms).ok_or_else(no_such_task)?;
        for task in self.tasks.iter_mut().filter(|task| task.task_id == task_id) {
            task.recalled = true;
        }
        Ok(members(json!({})))
    }

    /// `status_bar/update`: the bar of a notice of the kind `oa`.
    pub fn set_status_bar(&mut self, task_id: i64, value: &str, background: Option<&str>) -> Answer {
        let task = self.tasks.iter_mut().find(|task| task.task_id == task_id && task.kind == "oa");
        let task = task.ok_or_else(no_such_task)?;
        task.message["oa"]["status_bar"] = json!({ "status_value": value, "status_bg": background });
        Ok(members(json!({})))
    }

    /// A task of the last 24 hours.
    fn living(&self, task_id: i64, now_ms: i64) -> Option<&Task> {
        self.tasks.iter().find(|task| task.task_id == task_id && now_ms - task.accepted_ms <= DAY_MS)
    }

    fn turn_day(&mut self, now_ms: i64) {
        if self.day != day(now_ms) {
            self.day = day(now_ms);
            self.seen.clear();
            self.per_user.clear();
            self.to_all_today = 0;
        }
        self.recent.retain(|(at, _)| now_ms - at < MINUTE_MS);
    }

    /// Why a message is silently dropped for a user; `None` when it is delivered, and then it counts.
    fn drop_code(
        &mut self,
        user_id: &str,
        content: &str,
        manner: Manner,
        now_ms: i64,
    ) -> Option<&'static str> {
        let in_minute: usize = self.recent.iter().map(|(_, count)| count).sum();
        if in_minute >= MOST_PER_MINUTE {
            return Some("143103");
        }
        if self.per_user.get(user_id).is_some_and(|count| *count >= manner.most_per_user) {
            return Some("143105");
        }
        if !self.seen.insert((user_id.into(), content.into())) {
            return Some("143106");
        }
        *self.per_user.entry(user_id.into()).or_default() += 1;
        self.recent.push((now_ms, 1));
        None
    }
}

fn no_such_task() -> Refusal {
    Refusal::business(400002, "无效的参数 task_id")
}

/// Half of the recipients read within ten minutes.
fn reading(manner: Manner, delivered_ms: i64, chance: &mut Chance) -> Option<i64> {
    let reads = chance.below(2) == 0;
    let after_ms = chance.below(600_000) as i64;
    (reads && manner.are_read).then_some(delivered_ms + after_ms)
}
