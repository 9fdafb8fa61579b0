//! What the ERP answers, and how its answers look: names, codes, form and charset are its programmer's choice.

use model::{Map, Value};

use super::form::{Form, Lists};
use super::switches as s;
use crate::stand_in::{Chance, Reply};
use crate::switchboard::Switchboard;

/// Why the ERP does not do what it is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub code: Code,
    pub message: String,
}

/// The ERP's error codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    BadToken = 1001,
    UnknownPath = 1002,
    BadRequest = 1003,
    UnknownObject = 1004,
    Missing = 2001,
    UnknownField = 2002,
    BadValue = 2003,
    UnknownReference = 2004,
    Repeated = 2005,
    NoRecord = 2006,
    Voided = 2007,
    BadId = 2008,
    Busy = 3001,
    TimedOut = 3002,
    Locked = 3003,
}

impl Code {
    /// The HTTP status where refusals have one of their own.
    fn status(self) -> u16 {
        match self {
            Code::BadToken => 401,
            Code::UnknownPath | Code::UnknownObject | Code::NoRecord => 404,
            Code::Repeated | Code::Locked | Code::Voided => 409,
            Code::Busy => 429,
            Code::TimedOut => 408,
            _ => 400,
        }
    }
}

impl Refusal {
    pub fn new(code: Code, message: impl Into<String>) -> Refusal {
        Refusal { code, message: message.into() }
    }
}

/// Data to answer with, or a refusal.
pub type Answer = Result<Value<'static>, Refusal>;

/// The reply to an answer.
pub fn reply(switches: &Switchboard, answer: Answer) -> Reply {
    let names = match switches.value(s::ANSWER_NAMES) {
        Some("errcode_errmsg_result") => ["errcode", "errmsg", "result"],
        Some("status_info_content") => ["status", "info", "content"],
        _ => ["code", "message", "data"],
    };
    let refusal = answer.as_ref().err().map(|refusal| refusal.code);
    let (message, content) = match answer {
        Ok(content) => ("成功".to_owned(), content),
        Err(refusal) => (refusal.message, Value::Null),
    };
    let mut whole = Map::new();
    whole.push(names[0], code(switches, refusal));
    whole.push(names[1], message);
    whole.push(names[2], content);
    let form = form(switches);
    let status = match refusal {
        Some(code) if switches.is(s::REFUSAL_STATUS, "4xx") => code.status(),
        _ => 200,
    };
    Reply {
        status,
        headers: vec![("Content-Type".into(), form.content_type())],
        body: form.write(&Value::Map(whole), "response", lists(switches)),
    }
}

fn code(switches: &Switchboard, refusal: Option<Code>) -> Value<'static> {
    let number = refusal.map(|code| code as i64);
    match switches.value(s::SUCCESS_CODE) {
        Some("text_0") => Value::from(number.unwrap_or(0).to_string()),
        Some("text_200") => Value::from(number.unwrap_or(200).to_string()),
        Some("text_success") => Value::from(number.map_or("success".to_owned(), |code| format!("E{code}"))),
        _ => Value::from(number.unwrap_or(0)),
    }
}

fn form(switches: &Switchboard) -> Form {
    Form::of(switches.value(s::ANSWER_FORM).unwrap_or_default())
}

pub fn lists(switches: &Switchboard) -> Lists {
    match switches.is(s::XML_LISTS, "wrapped") {
        true => Lists::Wrapped,
        false => Lists::Repeated,
    }
}

/// The fault of a content type that is not that of the body: another media type, or another charset.
pub fn mislabel(reply: &mut Reply, chance: &mut Chance) {
    let Some((_, label)) = reply.headers.iter_mut().find(|(name, _)| name == "Content-Type") else { return };
    let wrong = match label.contains("GB18030") && label.contains("xml") {
        true => ["application/xml; charset=UTF-8", "text/html", "application/octet-stream"],
        false => ["text/html", "text/html; charset=ISO-8859-1", "application/octet-stream"],
    };
    *label = (*chance.pick(&wrong)).into();
}
