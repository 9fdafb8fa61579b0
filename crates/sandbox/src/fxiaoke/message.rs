//! Messages of the app to employees (`protocols/fxiaoke.md` §6).

use serde::Serialize;
use serde_json::Value;

use super::answer::{Answer, Refusal, nothing};
use super::staff::Staff;

const MOST_RECIPIENTS: usize = 500;
const MOST_ARTICLES: usize = 7;

/// A message as the employees got it.
#[derive(Debug, Clone, Serialize)]
pub struct Message {
    pub at_ms: i64,
    /// Numeric employee ids.
    pub to: Vec<String>,
    pub kind: String,
    /// The block of the message's kind.
    pub content: Value,
}

/// The messages sent so far, in their order.
#[derive(Debug, Clone, Default)]
pub struct Messages {
    pub sent: Vec<Message>,
}

impl Messages {
    /// `message/send`: top level, no `data`.
    pub fn send(&mut self, body: &Value, staff: &Staff, now_ms: i64) -> Answer {
        let to = recipients(body, staff)?;
        let kind = body["msgType"].as_str().unwrap_or_default();
        check(kind, &body[kind])?;
        self.sent.push(Message { at_ms: now_ms, to, kind: kind.into(), content: body[kind].clone() });
        nothing()
    }
}

fn recipients(body: &Value, staff: &Staff) -> Result<Vec<String>, Refusal> {
    let list = body["toUser"].as_array().filter(|list| !list.is_empty());
    let list = list.ok_or_else(|| {
        Refusal::new(10015, "the parameter toUser is missing or illegal", "缺少参数或参数不合法")
    })?;
    if list.len() > MOST_RECIPIENTS {
        return Err(Refusal::new(11016, "the parameter toUser is illegal", "接收人不能超过500"));
    }
    list.iter()
        .map(|id| {
            let employee = id.as_str().and_then(|id| staff.by_open_id(id));
            employee.map(|employee| employee.id.clone()).ok_or_else(|| {
                Refusal::new(11016, "the parameter toUser is illegal", format!("接收人不存在：{id}"))
            })
        })
        .collect()
}

fn check(kind: &str, content: &Value) -> Result<(), Refusal> {
    let filled = |value: &Value| value.as_str().is_some_and(|text| !text.trim().is_empty());
    match kind {
        "text" if filled(&content["content"]) => Ok(()),
        "text" => Err(Refusal::new(12005, "the text is empty", "文本内容为空")),
        "composite" if filled(&content["head"]["title"]) => Ok(()),
        "composite" => Err(Refusal::parameter("composite.head.title")),
        "articles" => articles(content),
        _ => Err(Refusal::new(11017, "the parameter msgType is illegal", "消息类型不合法")),
    }
}

fn articles(content: &Value) -> Result<(), Refusal> {
    let list = content.as_array().or(content["articles"].as_array());
    let list = list.filter(|list| !list.is_empty() && list.len() <= MOST_ARTICLES);
    let limits = [("title", 45), ("author", 8), ("description", 140)];
    for article in list.ok_or_else(|| Refusal::parameter("articles"))? {
        for (name, most) in limits {
            if article[name].as_str().is_some_and(|text| text.chars().count() > most) {
                return Err(Refusal::parameter(&format!("articles.{name}")));
            }
        }
    }
    Ok(())
}
