//! What an expression sees of a record: the fields it names, and nothing else.
//!
//! The engine's values must own what they hold, so a borrowed record cannot be handed over as it is. The names an
//! expression reads are known when it is compiled; only those few fields are copied, when the expression runs
//! (`docs/decisions/0003-expressions-over-a-lazy-view.md` has the figures).

use std::sync::Arc;

use minijinja::value::{Enumerator, Object, Value as Inner, ValueKind};
use model::{Cause, Map, Number, Value};

use super::exact::{is_absent, number, number_text};

/// Named values in their order: a map of the record, or the names an expression reads.
#[derive(Debug)]
pub(crate) struct Named(pub Vec<(Arc<str>, Inner)>);

impl Object for Named {
    fn get_value(self: &Arc<Self>, key: &Inner) -> Option<Inner> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Inner> {
        self.0.iter().find(|(name, _)| **name == *key).map(|(_, value)| value.clone())
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.0.iter().map(|(name, _)| Inner::from(&**name)).collect())
    }
}

/// A value of the record as one of the engine's.
pub(crate) fn inward(value: &Value) -> Inner {
    match value {
        Value::Null => Inner::from(()),
        Value::Bool(truth) => Inner::from(*truth),
        Value::Number(text) => number(text.as_str()),
        Value::Text(text) => Inner::from(&**text),
        Value::List(list) => Inner::from(list.iter().map(inward).collect::<Vec<_>>()),
        Value::Map(map) => {
            Inner::from_object(Named(map.iter().map(|(name, value)| (name.into(), inward(value))).collect()))
        }
    }
}

/// How large a result may become.
const MOST_TEXT: usize = 256 * 1024;
const MOST_MEMBERS: usize = 20_000;

/// A result of the engine as a business value; `None` where it is absent.
pub(crate) fn outward(value: &Inner) -> Result<Option<Value<'static>>, Cause> {
    let mut room = Room { text: MOST_TEXT, members: MOST_MEMBERS };
    match is_absent(value) {
        true => Ok(None),
        false => room.value(value).map(Some),
    }
}

/// What is left of the allowed size.
struct Room {
    text: usize,
    members: usize,
}

impl Room {
    fn value(&mut self, value: &Inner) -> Result<Value<'static>, Cause> {
        self.members = self.members.checked_sub(1).ok_or_else(too_large)?;
        if let Some(text) = number_text(value) {
            return Number::parse(text).map(Value::Number).ok_or_else(|| odd(value));
        }
        match value.kind() {
            ValueKind::Undefined | ValueKind::None => Ok(Value::Null),
            ValueKind::Bool => Ok(Value::Bool(value.is_true())),
            ValueKind::String => {
                let text = value.as_str().unwrap_or_default();
                self.text = self.text.checked_sub(text.len()).ok_or_else(too_large)?;
                Ok(Value::from(text.to_owned()))
            }
            ValueKind::Seq | ValueKind::Iterable => {
                let members = value.try_iter().map_err(|_| odd(value))?;
                members.map(|member| self.value(&member)).collect::<Result<Vec<_>, _>>().map(Value::List)
            }
            ValueKind::Map => self.map(value),
            _ => Err(odd(value)),
        }
    }

    fn map(&mut self, value: &Inner) -> Result<Value<'static>, Cause> {
        let mut map = Map::new();
        for key in value.try_iter().map_err(|_| odd(value))? {
            let name = key.as_str().ok_or_else(|| odd(&key))?.to_owned();
            let member = value.get_item(&key).map_err(|_| odd(value))?;
            map.set(name, self.value(&member)?);
        }
        Ok(Value::Map(map))
    }
}

fn too_large() -> Cause {
    Cause::new("mapping.result_too_large")
}

/// A floating-point number, bytes, a function: nothing a document can hold.
fn odd(value: &Inner) -> Cause {
    Cause::new("mapping.result_no_value").with("kind", value.kind())
}
