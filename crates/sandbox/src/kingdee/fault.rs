//! The errors of the interface: message codes, one error, and the outcome of an operation on several documents
//! (`protocols/kingdee.md §4`).

use model::{Map, Value};

/// `MsgCode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    Default = 0,
    SessionLost = 1,
    NoOperation = 3,
    Exception = 4,
    NoForm = 5,
    Database = 6,
    Parameter = 8,
    FieldNotFound = 9,
    NoData = 10,
    Invalid = 11,
    Locked = 13,
    Throttled = 14,
}

/// One error of a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub code: Code,
    /// The field it is about; `null` on the wire when nobody knows.
    pub field: Option<String>,
    pub message: String,
}

impl Fault {
    pub fn new(code: Code, message: impl Into<String>) -> Fault {
        Fault { code, field: None, message: message.into() }
    }

    pub fn on(field: &str, message: impl Into<String>) -> Fault {
        Fault { code: Code::Invalid, field: Some(field.to_owned()), message: message.into() }
    }

    /// A refusal by the rules of a document, without a field.
    pub fn rule(message: impl Into<String>) -> Fault {
        Fault { code: Code::Invalid, field: Some(String::new()), message: message.into() }
    }

    /// The caller has no session, or none any more.
    pub fn session_lost() -> Fault {
        Fault::new(Code::SessionLost, "会话信息已丢失，请重新登录")
    }

    /// The whole body of a reply that says only this.
    pub fn body(&self) -> Value<'static> {
        let mut outcome = Outcome::default();
        outcome.refuse(0, self.clone());
        outcome.body([])
    }
}

/// What became of the documents of one call.
#[derive(Debug, Default)]
pub struct Outcome {
    errors: Vec<(usize, Fault)>,
    entities: Vec<Value<'static>>,
    messages: Vec<Value<'static>>,
}

/// A document that an operation touched.
#[derive(Debug, Clone)]
pub struct Touched {
    pub id: i64,
    pub number: String,
    /// Row ids by entity key, where the reply lists them.
    pub rows: Vec<(&'static str, Vec<i64>)>,
}

impl Outcome {
    /// A reply without documents that says yes.
    pub fn fine() -> Outcome {
        Outcome::default()
    }

    /// The document at that place of the request was refused.
    pub fn refuse(&mut self, index: usize, fault: Fault) {
        self.errors.push((index, fault));
    }

    /// The document at that place of the request was done.
    pub fn done(&mut self, index: usize, touched: &Touched) {
        let mut entity = object([
            ("Id", touched.id.into()),
            ("Number", touched.number.clone().into()),
            ("DIndex", (index as i64).into()),
        ]);
        if !touched.rows.is_empty() {
            let rows = touched
                .rows
                .iter()
                .map(|(key, ids)| (*key, Value::List(ids.iter().map(|id| Value::from(*id)).collect())));
            entity.push("EntryIds", object(rows));
        }
        self.entities.push(entity.into());
    }

    pub fn say(&mut self, index: usize, message: String) {
        self.messages.push(note(None, &message, index));
    }

    pub fn is_success(&self) -> bool {
        self.errors.is_empty()
    }

    /// The `ResponseStatus`.
    pub fn status(&self) -> Value<'static> {
        let mut status = Map::with_capacity(6);
        if !self.is_success() {
            status.push("ErrorCode", 500);
        }
        status.push("IsSuccess", self.is_success());
        let errors = self.errors.iter().map(|(n, fault)| note(fault.field.as_deref(), &fault.message, *n));
        status.push("Errors", Value::List(errors.collect()));
        status.push("SuccessEntitys", Value::List(self.entities.clone()));
        status.push("SuccessMessages", Value::List(self.messages.clone()));
        let code = self.errors.first().map_or(Code::Default, |(_, fault)| fault.code);
        status.push("MsgCode", code as i64);
        status.into()
    }

    /// The whole body: the status and what else stands under `Result`.
    pub fn body(&self, extras: impl IntoIterator<Item = (&'static str, Value<'static>)>) -> Value<'static> {
        let result = object([("ResponseStatus", self.status())].into_iter().chain(extras));
        object([("Result", result.into())]).into()
    }
}

fn note(field: Option<&str>, message: &str, index: usize) -> Value<'static> {
    let field = field.map_or(Value::Null, |field| field.to_owned().into());
    object([("FieldName", field), ("Message", message.to_owned().into()), ("DIndex", (index as i64).into())])
        .into()
}

/// A JSON object of those members.
pub fn object(members: impl IntoIterator<Item = (&'static str, Value<'static>)>) -> Map<'static> {
    members.into_iter().map(|(name, value)| (name.into(), value)).collect()
}
