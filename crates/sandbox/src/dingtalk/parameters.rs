//! The parameters of a call: a JSON body, or a form with objects as JSON text (`protocols/dingtalk.md` §1).

use serde_json::{Map, Value};

use super::answer::Refusal;
use crate::exact;
use crate::stand_in::{Request, form_pairs};

/// The parameters of one call.
#[derive(Debug, Clone)]
pub struct Parameters {
    pub members: Map<String, Value>,
}

impl Parameters {
    /// Reads the body by its content type; an unnamed type is guessed by the first character. 47001 when it is no
    /// JSON object.
    pub fn read(call: &Request) -> Result<Parameters, Refusal> {
        let content_type = call.header("content-type").unwrap_or_default();
        let looks_like_json = call.body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
        if content_type.contains("x-www-form-urlencoded") && !looks_like_json {
            let pairs = form_pairs(&call.body).into_iter();
            return Ok(Parameters {
                members: pairs.map(|(name, text)| (name, Value::String(text))).collect(),
            });
        }
        match exact::read(&call.body) {
            Some(Value::Object(members)) => Ok(Parameters { members }),
            Some(Value::Null) => Ok(Parameters { members: Map::new() }),
            _ => Err(Refusal::business(47001, "解析JSON/XML内容错误")),
        }
    }

    /// The parameters of the query and of a form body together.
    pub fn of_form(call: &Request) -> Parameters {
        let mut pairs = form_pairs(call.query.as_bytes());
        pairs.extend(form_pairs(&call.body));
        Parameters { members: pairs.into_iter().map(|(name, text)| (name, Value::String(text))).collect() }
    }

    /// A parameter that was sent and is neither null nor an empty text.
    pub fn sent(&self, name: &str) -> Option<&Value> {
        self.members.get(name).filter(|value| !value.is_null() && value.as_str() != Some(""))
    }

    pub fn text(&self, name: &str) -> Result<Option<&str>, Refusal> {
        match self.sent(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Refusal::illegal(name)),
        }
    }

    /// A whole number, or its text.
    pub fn whole(&self, name: &str) -> Result<Option<i64>, Refusal> {
        let number = match self.sent(name) {
            None => return Ok(None),
            Some(Value::Number(number)) => number.as_i64(),
            Some(Value::String(text)) => text.trim().parse().ok(),
            Some(_) => None,
        };
        number.map(Some).ok_or_else(|| Refusal::illegal(name))
    }

    /// A truth, or its text in any case; absent is `false`.
    pub fn flag(&self, name: &str) -> Result<bool, Refusal> {
        match self.sent(name) {
            None => Ok(false),
            Some(Value::Bool(truth)) => Ok(*truth),
            Some(Value::String(text)) if text.eq_ignore_ascii_case("true") => Ok(true),
            Some(Value::String(text)) if text.eq_ignore_ascii_case("false") => Ok(false),
            Some(_) => Err(Refusal::illegal(name)),
        }
    }

    /// An object, or its JSON text.
    pub fn object(&self, name: &str) -> Result<Option<Value>, Refusal> {
        let value = match self.sent(name) {
            None => return Ok(None),
            Some(Value::String(text)) => exact::read(text.as_bytes()).unwrap_or(Value::Null),
            Some(value) => value.clone(),
        };
        match value.is_object() {
            true => Ok(Some(value)),
            false => Err(Refusal::business(34014, format!("{name} 格式不正确"))),
        }
    }
}
