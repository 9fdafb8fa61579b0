//! What an answer of the server says: data, a refusal in one of its many shapes, or nothing that can be trusted.
//!
//! Business failures come with HTTP 200 (`protocols/kingdee.md §4`). Whatever is no proper answer leaves a read
//! undone, but says nothing about a write: the class depends on what was asked.

use contract::connector::Refusal;
use contract::transport::Answer;
use model::{AnswerClass, Cause, Value, json};

use crate::manifest::Manifest;

/// Longer messages are cut before they are stored.
const LONGEST_MESSAGE: usize = 300;
/// Replies that say that the session is lost are short.
const LONGEST_SESSION_LOSS: usize = 16 << 10;

/// What was asked: whether the lack of a proper answer leaves open if something changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nature {
    Read,
    Write,
}

impl Nature {
    /// The class of an answer that says nothing.
    fn nothing_said(self) -> AnswerClass {
        match self {
            Nature::Read => AnswerClass::Transient,
            Nature::Write => AnswerClass::Unknown,
        }
    }

    /// A refusal of the wire: for a read a lost answer is as good as none.
    pub fn refusal(self, refusal: Refusal) -> Refusal {
        match (self, refusal.class) {
            (Nature::Read, AnswerClass::Unknown) => Refusal::new(AnswerClass::Transient, refusal.cause),
            _ => refusal,
        }
    }
}

/// A `ResponseStatus`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Status {
    pub is_success: bool,
    /// `MsgCode`
    pub code: i64,
    pub errors: Vec<Fault>,
    pub entities: Vec<Entity>,
}

/// One of `Errors`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fault {
    pub field: String,
    pub message: String,
    /// `DIndex`: the place of the document in the request.
    pub index: Option<usize>,
}

/// One of `SuccessEntitys`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entity {
    pub id: Option<String>,
    pub number: Option<String>,
    pub index: Option<usize>,
}

/// The reply as a value, if it is one.
///
/// # Errors
/// Class `config` for what an administrator must mend (a wrong address, a refused passport), else `transient` for
/// reads and `unknown` for writes: `kingdee.http_status`, `kingdee.not_json`, `kingdee.server_error`,
/// `kingdee.show_message`; a request that a filter of the server held back is `rejected` (`kingdee.intercepted`).
pub fn value(answer: &Answer, nature: Nature) -> Result<Value<'_>, Refusal> {
    if !matches!(answer.status, 200 | 206) {
        return Err(http_refusal(answer, nature));
    }
    let text = String::from_utf8_lossy(&answer.body);
    if text.trim_start().starts_with("response_error:") {
        return Err(Refusal::new(nature.nothing_said(), Cause::new("kingdee.server_error")));
    }
    let Ok(value) = json::read_bytes(&answer.body) else {
        return Err(Refusal::new(nature.nothing_said(), Cause::new("kingdee.not_json")));
    };
    match value.get("actionname").or_else(|| unwrapped(&value).get("actionname")) {
        Some(_) => Err(shown_message(unwrapped(&value), nature)),
        None => Ok(value),
    }
}

fn http_refusal(answer: &Answer, nature: Nature) -> Refusal {
    let text = String::from_utf8_lossy(&answer.body);
    let config = |code: &'static str| Refusal::new(AnswerClass::Config, Cause::new(code));
    if text.contains("Fail to verify thirty passport") {
        return config("kingdee.passport");
    }
    let cause = Cause::new("kingdee.http_status").with("status", answer.status);
    match answer.status {
        404 | 405 => config("kingdee.address"),
        429 => Refusal::new(AnswerClass::Throttled(None), cause),
        400..=499 => Refusal::new(AnswerClass::Config, cause),
        _ => Refusal::new(nature.nothing_said(), cause),
    }
}

/// `ShowErrMsg` and `showConfirm`: dialogs that were meant for a person at a screen.
fn shown_message(dialog: &Value, nature: Nature) -> Refusal {
    let first = dialog.get("params").and_then(Value::as_list).and_then(<[Value]>::first);
    let text = |name: &str| first.and_then(|params| params.get(name)?.as_text()).unwrap_or_default();
    let message = [text("errorTitle"), text("errorInfo"), text("msg")];
    let message: Vec<&str> = message.into_iter().filter(|text| !text.trim().is_empty()).collect();
    let message = shortened(&message.join(" "));
    let is_held_back = message.contains("拦截");
    let (class, code) = match is_held_back {
        true => (AnswerClass::Rejected, "kingdee.intercepted"),
        false => (nature.nothing_said(), "kingdee.show_message"),
    };
    Refusal::new(class, Cause::new(code).with("message", message))
}

/// Whether the answer says that there is no session (`protocols/kingdee.md §2.4`): MsgCode 1 in the shape of any
/// operation, or what a gateway in front makes of it. Nothing was carried out then.
pub fn is_session_lost(answer: &Answer) -> bool {
    if matches!(answer.status, 301 | 302 | 401) {
        return true;
    }
    if answer.status != 200 || answer.body.len() > LONGEST_SESSION_LOSS {
        return false;
    }
    let Ok(value) = json::read_bytes(&answer.body) else { return false };
    failed(&value).is_some_and(|status| status.code == 1)
}

/// Whether the answer is a web page with a good status: a wrong address, or a gateway that wants a sign-in.
pub fn is_web_page(answer: &Answer) -> bool {
    answer.status == 200 && answer.body.trim_ascii_start().starts_with(b"<")
}

/// Whether the server does not know the address of the operation, which is called by this name: not found, the null
/// reference into which some versions run instead (`protocols/kingdee.md §3.4`), or an error of the platform that names
/// the operation.
pub fn is_unknown_address(answer: &Answer, operation: &str) -> bool {
    let text = String::from_utf8_lossy(&answer.body[..answer.body.len().min(LONGEST_SESSION_LOSS)]);
    let of_platform = text.trim_start().strip_prefix("response_error:").unwrap_or_default();
    let message = match json::read(of_platform.trim()) {
        Ok(error) => error.get("Message").and_then(Value::as_text).unwrap_or_default().to_owned(),
        Err(_) => of_platform.to_owned(),
    };
    answer.status == 404
        || ["NullReference", "未将对象引用"].iter().any(|sign| text.contains(sign))
        || message.to_ascii_lowercase().contains(&operation.to_ascii_lowercase())
}

/// The status of a reply that failed as a whole or in part; `None` for one that went well, or is data.
pub fn failed(value: &Value) -> Option<Status> {
    status(value).filter(|status| !status.is_success)
}

/// The status of a reply; `None` where it has none (data, or a View of older versions).
pub fn status(value: &Value) -> Option<Status> {
    status_of(value, "ResponseStatus")
}

/// The status of the conversion that a Push begins with (`protocols/kingdee.md §3.5`).
pub fn conversion(value: &Value) -> Option<Status> {
    status_of(value, "ConvertResponseStatus")
}

fn status_of(value: &Value, name: &str) -> Option<Status> {
    let told = unwrapped(value).get("Result")?.get(name).filter(|told| told.as_map().is_some())?;
    Some(Status {
        is_success: is_true(told.get("IsSuccess")),
        code: told.get("MsgCode").and_then(Value::plain).and_then(|code| code.parse().ok()).unwrap_or(0),
        errors: list(told, "Errors").iter().map(fault).collect(),
        entities: list(told, "SuccessEntitys").iter().map(entity).collect(),
    })
}

/// What is inside lists of one member: errors of queries come as `[[{…}]]`.
fn unwrapped<'v, 'a>(value: &'v Value<'a>) -> &'v Value<'a> {
    match value.as_list() {
        Some([only]) => unwrapped(only),
        _ => value,
    }
}

fn list<'v, 'a>(value: &'v Value<'a>, name: &str) -> &'v [Value<'a>] {
    value.get(name).and_then(Value::as_list).unwrap_or_default()
}

fn is_true(value: Option<&Value>) -> bool {
    value.and_then(Value::plain).is_some_and(|text| text.eq_ignore_ascii_case("true"))
}

fn filled(value: &Value, name: &str) -> Option<String> {
    let text = value.get(name)?.plain()?;
    (!text.trim().is_empty()).then(|| text.trim().to_owned())
}

fn index(value: &Value) -> Option<usize> {
    filled(value, "DIndex")?.parse().ok()
}

fn fault(value: &Value) -> Fault {
    Fault {
        field: filled(value, "FieldName").unwrap_or_default(),
        message: filled(value, "Message").unwrap_or_default(),
        index: index(value),
    }
}

fn entity(value: &Value) -> Entity {
    let id = filled(value, "Id").filter(|id| id != "0");
    Entity { id, number: filled(value, "Number"), index: index(value) }
}

/// The refusal that a failed status means: by the words of its message where the manifest's table knows them, else by
/// its `MsgCode` (`protocols/kingdee.md §4`).
pub fn refusal(manifest: &Manifest, status: &Status, fault: Option<&Fault>) -> Refusal {
    let fault = fault.or(status.errors.first());
    let message = fault.map_or("", |fault| &fault.message);
    let known = manifest.error_text(message).or_else(|| manifest.error(&status.code.to_string()));
    let (class, mut cause) = known.unwrap_or_else(|| (AnswerClass::Rejected, Cause::new("kingdee.refused")));
    if cause.param("code").is_none() {
        cause = cause.with("code", status.code);
    }
    let field = fault.map(|fault| fault.field.clone()).filter(|field| !field.is_empty());
    let field = field.or_else(|| named_field(message)).unwrap_or_default();
    Refusal::new(class, cause.with("message", shortened(message)).with("field", field))
}

/// The field that a message names: `元数据中标识为FIssueType的字段不存在`, `字段“客户”是必填项`.
fn named_field(message: &str) -> Option<String> {
    for (before, after) in [("标识为", "的字段"), ("字段“", "”"), ("解析字段(Key:", ")"), ("【", "】字段")]
    {
        let Some(end) = message.find(before).map(|at| at + before.len()) else { continue };
        let Some(length) = message[end..].find(after) else { continue };
        let name = message[end..end + length].rsplit('【').next().unwrap_or_default().trim();
        if !name.is_empty() {
            return Some(name.to_owned());
        }
    }
    None
}

fn shortened(message: &str) -> String {
    match message.char_indices().nth(LONGEST_MESSAGE) {
        Some((end, _)) => format!("{}…", &message[..end]),
        None => message.to_owned(),
    }
}

#[cfg(test)]
mod tests;
