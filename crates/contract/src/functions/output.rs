//! What the hooks give back, checked.

use std::time::Duration;

use bytes::Bytes;
use model::{Map, Value};

use super::{Fault, Hook};

/// How a call ended.
#[derive(Debug, Clone)]
pub struct Ran {
    /// The variant is the one of the hook.
    pub output: Result<Output, Fault>,
    pub spent: Spent,
}

/// What a call took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Spent {
    /// Processor time of the script, as far as the system measures it.
    pub processor: Duration,
    /// Bytes on the script's heap when it ended; absent unless asked for.
    pub memory: Option<u64>,
    /// Questions to the host.
    pub asks: usize,
}

/// What a hook gave back.
#[derive(Debug, Clone, PartialEq)]
pub enum Output {
    /// [`Hook::Parse`]; may be empty.
    Records(Vec<StandardRecord>),
    /// [`Hook::BeforeMapping`].
    Record(Map<'static>),
    /// [`Hook::AfterMapping`].
    Document(Map<'static>),
    /// [`Hook::Request`].
    Request(BuiltRequest),
    /// [`Hook::Answer`].
    Answer(ReadAnswer),
    /// [`Hook::AfterSuccess`].
    Nothing,
}

impl Output {
    pub fn hook(&self) -> Hook {
        match self {
            Output::Records(_) => Hook::Parse,
            Output::Record(_) => Hook::BeforeMapping,
            Output::Document(_) => Hook::AfterMapping,
            Output::Request(_) => Hook::Request,
            Output::Answer(_) => Hook::Answer,
            Output::Nothing => Hook::AfterSuccess,
        }
    }

    /// The record or document.
    pub fn into_map(self) -> Option<Map<'static>> {
        match self {
            Output::Record(map) | Output::Document(map) => Some(map),
            _ => None,
        }
    }

    pub fn into_records(self) -> Option<Vec<StandardRecord>> {
        match self {
            Output::Records(records) => Some(records),
            _ => None,
        }
    }

    pub fn into_request(self) -> Option<BuiltRequest> {
        match self {
            Output::Request(request) => Some(request),
            _ => None,
        }
    }

    pub fn into_answer(self) -> Option<ReadAnswer> {
        match self {
            Output::Answer(answer) => Some(answer),
            _ => None,
        }
    }
}

/// A record in the standard form (`protocols/standard-erp.md §3`).
#[derive(Debug, Clone, PartialEq)]
pub struct StandardRecord {
    /// Never blank.
    pub id: String,
    /// The record was voided (作废) at its source; the fields may then be empty.
    pub void: bool,
    /// The object, where one body holds records of several.
    pub object: Option<String>,
    pub master: Map<'static>,
    /// By api name of the detail; a detail that is absent here says nothing about its lines.
    pub details: Vec<(String, Vec<Map<'static>>)>,
}

/// A request that a function built. What it did not say is as planned.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BuiltRequest {
    /// In upper case; POST where the function gave a body and did not say.
    pub method: Option<String>,
    /// A path below the connection's address, with its query, or a whole address.
    pub path: Option<String>,
    /// In place of planned ones of the same names, beside the others. A `Content-Type` is among them where the body is an
    /// object, which goes as JSON.
    pub headers: Vec<(String, String)>,
    /// Names of planned headers that are not to be sent.
    pub without: Vec<String>,
    pub body: Option<Bytes>,
}

/// An answer that a function read, in the terms of the standard protocol (`protocols/standard-erp.md §1, §2`). `ok` or
/// `code` is there, or both. The data of a create is `{ masterDataId, masterDataNumber?, detailDataIds? }`, of a batch
/// `{ totalNum?, dataList }`, of a query by id the record, or nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadAnswer {
    /// What the function itself says of success; where absent, the connection's rule on `code` decides.
    pub ok: Option<bool>,
    pub code: Option<String>,
    pub message: Option<String>,
    pub data: Value<'static>,
}

/// As a person would read it: the members that the function gave.
impl From<&Output> for Value<'static> {
    fn from(output: &Output) -> Value<'static> {
        match output {
            Output::Records(records) => Value::List(records.iter().map(Value::from).collect()),
            Output::Record(map) | Output::Document(map) => Value::Map(map.clone()),
            Output::Request(request) => {
                let mut map = Map::with_capacity(4);
                for (name, said) in [("method", &request.method), ("path", &request.path)] {
                    said.iter().for_each(|text| map.push(name, text.clone()));
                }
                let headers = request.headers.iter();
                let headers = headers.map(|(name, value)| (name.clone().into(), Value::from(value.clone())));
                let without = request.without.iter().map(|name| (name.clone().into(), Value::Null));
                map.push("headers", Value::Map(headers.chain(without).collect()));
                if let Some(body) = &request.body {
                    map.push("body", String::from_utf8_lossy(body).into_owned());
                }
                Value::Map(map)
            }
            Output::Answer(answer) => {
                let mut map = Map::with_capacity(4);
                map.push("ok", answer.ok.map_or(Value::Null, Value::from));
                map.push("code", answer.code.clone().map_or(Value::Null, Value::from));
                map.push("message", answer.message.clone().map_or(Value::Null, Value::from));
                map.push("data", answer.data.clone());
                Value::Map(map)
            }
            Output::Nothing => Value::Null,
        }
    }
}

impl From<&StandardRecord> for Value<'static> {
    fn from(record: &StandardRecord) -> Value<'static> {
        let mut map = Map::with_capacity(5);
        map.push("id", record.id.clone());
        map.push("void", record.void);
        if let Some(object) = &record.object {
            map.push("objAPIName", object.clone());
        }
        map.push("masterFieldVal", record.master.clone());
        let lines = |lines: &Vec<Map<'static>>| Value::List(lines.iter().cloned().map(Value::Map).collect());
        let details = record.details.iter().map(|(name, list)| (name.clone().into(), lines(list)));
        map.push("detailFieldVals", Value::Map(details.collect()));
        Value::Map(map)
    }
}
