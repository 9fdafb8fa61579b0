//! What a caller passed: the five body forms of `protocols/kingdee.md §1`, read into one shape.

use model::json::{self, JsonErrorKind};
use model::{Map, Value};

use super::fault::{Code, Fault};
use super::operation::Operation;
use crate::stand_in::{Request, form_pairs};

/// The named arguments of one call; names are compared without case.
#[derive(Debug, Default)]
pub struct Arguments(Map<'static>);

/// A body that never reaches an operation.
#[derive(Debug, PartialEq, Eq)]
pub enum Malformed {
    /// The JSON reader's own words.
    NotJson(&'static str),
    /// The request filter found markup.
    Suspicious,
}

impl Arguments {
    /// Reads the body. `filter` says whether markup in it is refused.
    pub fn read(operation: Operation, call: &Request, filter: bool) -> Result<Arguments, Malformed> {
        let form = call.header("content-type").is_some_and(|kind| kind.contains("x-www-form-urlencoded"));
        let named = if form {
            form_pairs(&call.body)
                .into_iter()
                .map(|(name, value)| (name.into(), Value::text(value)))
                .collect()
        } else {
            let text = String::from_utf8_lossy(&call.body);
            let body = if text.trim().is_empty() { Value::Map(Map::new()) } else { read_json(&text)? };
            named(operation, body)
        };
        let arguments = Arguments(named);
        match filter && arguments.0.iter().any(|(_, value)| holds_markup(value)) {
            true => Err(Malformed::Suspicious),
            false => Ok(arguments),
        }
    }

    /// An argument as a value.
    pub fn get(&self, name: &str) -> Option<&Value<'static>> {
        member(&self.0, name)
    }

    /// An argument as text; empty when it is absent.
    pub fn text(&self, name: &str) -> String {
        plain(self.get(name))
    }

    /// The form the call is about.
    pub fn form_id(&self) -> Result<String, Fault> {
        match self.text("formid") {
            id if id.trim().is_empty() => Err(Fault::new(Code::NoForm, "业务对象标识不能为空")),
            id => Ok(id),
        }
    }

    /// The `data` of the call: an object, or JSON text of one.
    pub fn packet(&self) -> Result<Map<'static>, Fault> {
        let missing = || Fault::new(Code::Parameter, "接口参数data不能为空");
        match self.get("data") {
            Some(Value::Map(map)) => Ok(map.clone()),
            Some(Value::Text(text)) if !text.trim().is_empty() => match json::read(text) {
                Ok(Value::Map(map)) => Ok(map.into_owned()),
                _ => Err(Fault::new(Code::Exception, "接口参数data不是有效的JSON对象")),
            },
            _ => Err(missing()),
        }
    }
}

fn read_json(text: &str) -> Result<Value<'static>, Malformed> {
    json::read(text).map(Value::into_owned).map_err(|error| match error.kind {
        JsonErrorKind::Unexpected(_) if first_value_ends_before(text, error.offset) => {
            Malformed::NotJson("Additional text found in JSON string after finishing deserializing object.")
        }
        JsonErrorKind::Ended => Malformed::NotJson("Unexpected end when deserializing object."),
        _ => Malformed::NotJson("Unexpected character encountered while parsing value."),
    })
}

/// Whether the text up to there is one whole value, so that what follows is too much.
fn first_value_ends_before(text: &str, offset: usize) -> bool {
    text.get(..offset).is_some_and(|before| json::read(before).is_ok())
}

fn named(operation: Operation, body: Value<'static>) -> Map<'static> {
    match body {
        Value::Map(map) => match member(&map, "parameters") {
            Some(Value::List(list)) => positional(operation, list.clone()),
            // Old clients send the positional list itself as text.
            Some(Value::Text(text)) => match json::read(text) {
                Ok(Value::List(list)) => {
                    positional(operation, list.into_iter().map(Value::into_owned).collect())
                }
                _ => map,
            },
            _ => map,
        },
        Value::List(list) => positional(operation, list),
        _ => Map::new(),
    }
}

fn positional(operation: Operation, list: Vec<Value<'static>>) -> Map<'static> {
    operation.parameters().iter().map(|name| (*name).into()).zip(list).collect()
}

/// `</` or `<` before a letter or `!` is taken for markup; comparisons in filters are not.
fn holds_markup(value: &Value) -> bool {
    match value {
        Value::Text(text) => text
            .as_bytes()
            .windows(2)
            .any(|pair| pair[0] == b'<' && (pair[1].is_ascii_alphabetic() || matches!(pair[1], b'/' | b'!'))),
        Value::List(list) => list.iter().any(holds_markup),
        Value::Map(map) => map.iter().any(|(_, value)| holds_markup(value)),
        _ => false,
    }
}

/// A member of a map by its name without case.
pub fn member<'m, 'a>(map: &'m Map<'a>, name: &str) -> Option<&'m Value<'a>> {
    map.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// The text of a scalar; empty for null, absence and structures.
pub fn plain(value: Option<&Value>) -> String {
    value.and_then(Value::plain).map(|text| text.into_owned()).unwrap_or_default()
}

/// A truth value as callers write it: JSON, `"true"`, `"1"`. Anything else is the default.
pub fn truth(map: &Map, name: &str, default: bool) -> bool {
    match plain(member(map, name)).to_lowercase().as_str() {
        "true" | "1" => true,
        "false" | "0" => false,
        _ => default,
    }
}

/// A whole number, also as text; `None` when absent or none.
pub fn whole(map: &Map, name: &str) -> Option<i64> {
    plain(member(map, name)).trim().parse().ok()
}

/// A list of texts: a JSON list, or a comma-separated text.
pub fn texts(value: Option<&Value>) -> Vec<String> {
    let each: Vec<String> = match value {
        Some(Value::List(list)) => list.iter().map(|one| plain(Some(one))).collect(),
        other => plain(other).split(',').map(str::to_owned).collect(),
    };
    each.into_iter().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()).collect()
}
