//! The envelope every answer of the gateway has, and its refusals (`protocols/fxiaoke.md` §1, §3).
//!
//! Business errors come back as HTTP 200. The exact numbers of business rejections are not public (§3, §10): those
//! here beginning with `3200` are made up; the others are of the documented table.

use serde_json::{Map, Value, json};

use crate::stand_in::Reply;

/// Why the gateway or the CRM does not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub code: i64,
    /// `errorMessage`: unstable text, mostly English.
    pub message: String,
    /// `errorDescription`: for people.
    pub description: String,
}

pub const SYSTEM_TIMED_OUT: i64 = 50009;
const DATA_NOT_FOUND: i64 = 320_001_004;
const FIELD_REFUSED: i64 = 320_002_500;
const REQUIRED_MISSING: i64 = 320_002_501;
const DUPLICATE: i64 = 320_002_502;
const LOCKED: i64 = 320_002_503;
const WRONG_STATE: i64 = 320_002_504;
const NO_DATA_RIGHT: i64 = 320_002_505;

impl Refusal {
    pub fn new(code: i64, message: impl Into<String>, description: impl Into<String>) -> Refusal {
        Refusal { code, message: message.into(), description: description.into() }
    }

    /// A parameter is missing or illegal.
    pub fn parameter(what: &str) -> Refusal {
        Refusal::new(32000, format!("parameter error: {what}"), format!("参数错误：{what}"))
    }

    pub fn not_found(object: &str, id: &str) -> Refusal {
        Refusal::new(DATA_NOT_FOUND, format!("data not exist: {object} {id}"), "数据不存在或已被删除")
    }

    /// A field has a value that is not allowed.
    pub fn field(label: &str, why: &str) -> Refusal {
        let text = format!("字段[{label}]{why}");
        Refusal::new(FIELD_REFUSED, text.clone(), text)
    }

    pub fn required(label: &str) -> Refusal {
        let text = format!("必填字段未填写：{label}");
        Refusal::new(REQUIRED_MISSING, text.clone(), text)
    }

    pub fn duplicate(label: &str, value: &str) -> Refusal {
        let text = format!("数据重复(duplicate)：{label}“{value}”已存在");
        Refusal::new(DUPLICATE, text.clone(), text)
    }

    pub fn locked() -> Refusal {
        Refusal::new(LOCKED, "数据已锁定，不可编辑", "数据已锁定，不可编辑")
    }

    /// The record is in a state in which this cannot be done.
    pub fn state(why: &str) -> Refusal {
        Refusal::new(WRONG_STATE, why, why)
    }

    pub fn no_right() -> Refusal {
        Refusal::new(NO_DATA_RIGHT, "无此操作的数据权限", "无此操作的数据权限")
    }

    /// The system's own time-out. What was asked may have been done.
    pub fn timed_out() -> Refusal {
        Refusal::new(SYSTEM_TIMED_OUT, "service exception", "服务异常，请稍后重试")
    }
}

/// What a call gives: the members beside the envelope, or a refusal.
pub type Answer = Result<Map<String, Value>, Refusal>;

/// The members of a `json!({…})`, for [`Answer`].
pub fn members(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

/// An answer that is nothing but the envelope.
pub fn nothing() -> Answer {
    Ok(Map::new())
}

/// How the success of a family of calls is worded: `OK` on CRM calls, `success` on the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wording {
    Crm,
    Plain,
}

/// The reply: envelope first, then the members.
pub fn reply(answer: Answer, wording: Wording, trace_id: &str) -> Reply {
    let mut body = Map::new();
    body.insert("traceId".into(), json!(trace_id));
    match answer {
        Ok(members) => {
            let message = if wording == Wording::Crm { "OK" } else { "success" };
            body.insert("errorCode".into(), json!(0));
            body.insert("errorMessage".into(), json!(message));
            body.insert("errorDescription".into(), json!("success"));
            body.extend(members);
        }
        Err(refusal) => {
            body.insert("errorCode".into(), json!(refusal.code));
            body.insert("errorMessage".into(), json!(refusal.message));
            body.insert("errorDescription".into(), json!(refusal.description));
        }
    }
    Reply::json(200, &Value::Object(body))
}

/// The error code of a reply; `None` for a success.
pub fn refusal_code(reply: &Reply) -> Option<String> {
    if reply.status != 200 {
        return Some(reply.status.to_string());
    }
    let head = String::from_utf8_lossy(&reply.body[..reply.body.len().min(256)]);
    let (_, after) = head.split_once("\"errorCode\":")?;
    let code: String = after.chars().take_while(|c| *c == '-' || c.is_ascii_digit()).collect();
    (code != "0").then_some(code)
}
