//! Values of the language as ours, read member by member.
//!
//! The engine's own JSON writer is not used for them: it makes null of what is no number, leaves out what it cannot
//! write, and neither asks whether it should stop nor ends when the memory does. Forty arrays that each hold the one
//! before twice keep it busy for days.

use std::sync::Arc;

use model::{Cause, Map, Number, Value};
use rquickjs::function::This;
use rquickjs::object::Filter;
use rquickjs::{Array, Function as Callable, Object, Type};

use crate::budget::Budget;
use crate::shared::shortened;

/// Lists in lists, at most; our own JSON reader takes little more.
const DEEPEST: usize = 120;
/// Values between two looks at the budget.
const STRIDE: usize = 512;
/// Digits from which on a fraction must have come from calculating with floats.
const FLOAT_DIGITS: usize = 15;
/// How the prelude marks a number that is kept as text.
const NUMBER: &str = "\0n:";

/// Why a value cannot be taken.
#[derive(Debug)]
pub(crate) enum Unread {
    /// An exception is pending in the engine, or the budget is used up.
    Thrown,
    /// It is longer than allowed.
    TooLarge,
    Refused(Refused),
}

/// What stands where nothing of its kind can.
#[derive(Debug)]
pub(crate) struct Refused {
    /// Innermost first.
    path: Vec<String>,
    why: Why,
}

#[derive(Debug)]
enum Why {
    /// A Map, a set, a number that is none.
    Kind(&'static str),
    /// A number that a float made.
    Float(String),
    /// Half a character.
    Text,
    /// Nested too deep, or within itself.
    Deep,
}

impl Unread {
    fn refused(why: Why) -> Unread {
        Unread::Refused(Refused { path: Vec::new(), why })
    }

    fn within(mut self, name: impl FnOnce() -> String) -> Unread {
        if let Unread::Refused(refused) = &mut self
            && refused.path.len() < 20
        {
            refused.path.push(name());
        }
        self
    }
}

impl Refused {
    pub fn cause(&self) -> Cause {
        let names: Vec<&str> =
            std::iter::once("result").chain(self.path.iter().rev().map(String::as_str)).collect();
        let path = shortened(&names.join("."), 200);
        match &self.why {
            Why::Kind(found) => Cause::new("function.result_kind").with("path", path).with("found", found),
            Why::Float(value) => Cause::new("function.float").with("path", path).with("value", value),
            Why::Text => Cause::new("function.result_text").with("path", path),
            Why::Deep => Cause::new("function.result_deep"),
        }
    }
}

impl From<rquickjs::Error> for Unread {
    fn from(error: rquickjs::Error) -> Unread {
        match error {
            rquickjs::Error::Utf8(_) => Unread::refused(Why::Text),
            _ => Unread::Thrown,
        }
    }
}

/// Reads values, as long as the call may.
pub(crate) struct Reader {
    budget: Arc<Budget>,
    /// Bytes that may still be read.
    left: usize,
    values: usize,
}

impl Reader {
    pub fn new(budget: Arc<Budget>, most: usize) -> Reader {
        Reader { budget, left: most, values: 0 }
    }

    /// The value; `None` is `undefined`, a function or a symbol, which are absence.
    pub fn read(&mut self, value: &rquickjs::Value<'_>) -> Result<Option<Value<'static>>, Unread> {
        self.value(value, 0)
    }

    fn value(&mut self, value: &rquickjs::Value<'_>, depth: usize) -> Result<Option<Value<'static>>, Unread> {
        self.count(8)?;
        Ok(Some(match value.type_of() {
            Type::Undefined | Type::Uninitialized | Type::Symbol | Type::Function | Type::Constructor => {
                return Ok(None);
            }
            Type::Null => Value::Null,
            Type::Bool => Value::Bool(value.as_bool().unwrap_or_default()),
            Type::Int => Value::from(i64::from(value.as_int().unwrap_or_default())),
            Type::Float => Value::Number(exact(value.as_float().unwrap_or(f64::NAN))?),
            Type::String => self.text(value.get::<String>()?)?,
            Type::BigInt => return Err(Unread::refused(Why::Kind("BigInt"))),
            Type::Array => match value.as_array() {
                Some(array) => self.list(array, depth)?,
                None => Value::Null,
            },
            _ => match value.as_object() {
                Some(object) => return self.object(object, depth),
                None => Value::Null,
            },
        }))
    }

    fn count(&mut self, bytes: usize) -> Result<(), Unread> {
        self.values += 1;
        if self.values.is_multiple_of(STRIDE) && self.budget.is_over() {
            return Err(Unread::Thrown);
        }
        self.left = self.left.checked_sub(bytes).ok_or(Unread::TooLarge)?;
        Ok(())
    }

    fn text(&mut self, text: String) -> Result<Value<'static>, Unread> {
        self.count(text.len())?;
        Ok(match text.strip_prefix(NUMBER).and_then(|digits| Number::parse(digits.to_owned())) {
            Some(number) => Value::Number(number),
            None => Value::from(text),
        })
    }

    fn list(&mut self, array: &Array<'_>, depth: usize) -> Result<Value<'static>, Unread> {
        if depth >= DEEPEST {
            return Err(Unread::refused(Why::Deep));
        }
        let mut list = Vec::new();
        for n in 0..array.len() {
            let member: rquickjs::Value = array.get(n)?;
            let member = self.value(&member, depth + 1).map_err(|unread| unread.within(|| n.to_string()))?;
            list.push(member.unwrap_or_default());
        }
        Ok(Value::List(list))
    }

    fn object(&mut self, object: &Object<'_>, depth: usize) -> Result<Option<Value<'static>>, Unread> {
        if depth >= DEEPEST {
            return Err(Unread::refused(Why::Deep));
        }
        // Dates, bytes and exact numbers say themselves what they are.
        let own_writing: rquickjs::Value = object.get("toJSON")?;
        if let Some(writing) = own_writing.as_function() {
            let written: rquickjs::Value = writing.call((This(object.clone()), ""))?;
            return self.value(&written, depth + 1);
        }
        let mut map = Map::with_capacity(8);
        for member in object.own_props::<String, rquickjs::Value>(Filter::default()) {
            let (name, member) = member?;
            let member = self.value(&member, depth + 1).map_err(|unread| unread.within(|| name.clone()))?;
            if let Some(member) = member {
                self.count(name.len())?;
                map.push(name, member);
            }
        }
        if map.is_empty()
            && let Some(kind) = collection(object)?
        {
            return Err(Unread::refused(Why::Kind(kind)));
        }
        Ok(Some(Value::Map(map)))
    }
}

/// What holds values that are no members.
fn collection(object: &Object<'_>) -> rquickjs::Result<Option<&'static str>> {
    let globals = object.ctx().globals();
    for kind in ["Map", "Set", "Promise"] {
        let constructor: Callable = globals.get(kind)?;
        if object.is_instance_of(&constructor) {
            return Ok(Some(kind));
        }
    }
    Ok(None)
}

/// The number, when it can be what the script's writer meant.
fn exact(number: f64) -> Result<Number<'static>, Unread> {
    let kind = if number.is_nan() {
        "NaN"
    } else if number.is_infinite() {
        "Infinity"
    } else {
        ""
    };
    if !kind.is_empty() {
        return Err(Unread::refused(Why::Kind(kind)));
    }
    // The shortest text that means this float; a negative zero is nobody's amount.
    let text = if number == 0.0 { "0".to_owned() } else { number.to_string() };
    let is_exact = match number.fract() == 0.0 {
        true => number.abs() < 9_007_199_254_740_992.0,
        false => {
            let digits = text.trim_start_matches(['-', '0', '.']);
            digits.bytes().filter(u8::is_ascii_digit).count() <= FLOAT_DIGITS
        }
    };
    match Number::parse(text.clone()) {
        Some(number) if is_exact => Ok(number),
        _ => Err(Unread::refused(Why::Float(shortened(&text, 40)))),
    }
}

/// Whether the engine's own JSON writer can be let loose on it: that it ends, and not within itself.
pub(crate) fn is_bounded(value: &rquickjs::Value<'_>, budget: &Budget) -> Result<bool, rquickjs::Error> {
    fn walk(
        value: &rquickjs::Value<'_>,
        depth: usize,
        budget: &Budget,
        values: &mut usize,
    ) -> Result<bool, rquickjs::Error> {
        *values += 1;
        if values.is_multiple_of(STRIDE) && budget.is_over() {
            return Ok(true);
        }
        let Some(object) = value.as_object().filter(|_| !value.is_function()) else { return Ok(true) };
        if depth >= DEEPEST {
            return Ok(false);
        }
        if let Some(array) = value.as_array() {
            for n in 0..array.len() {
                let member: rquickjs::Value = array.get(n)?;
                if !walk(&member, depth + 1, budget, values)? || budget.was_exceeded() {
                    return Ok(false);
                }
            }
            return Ok(true);
        }
        for member in object.own_values::<rquickjs::Value>(Filter::default()) {
            if !walk(&member?, depth + 1, budget, values)? || budget.was_exceeded() {
                return Ok(false);
            }
        }
        Ok(true)
    }
    walk(value, 0, budget, &mut 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_a_float_made_are_refused() {
        for number in
            [0.1 + 0.2, 9_007_199_254_740_992.0, 1e21, 12_345_678_901_234.567, f64::NAN, f64::INFINITY]
        {
            assert!(exact(number).is_err(), "{number}");
        }
        for (number, text) in [
            (-0.0, "0"),
            (-12.5, "-12.5"),
            (9_007_199_254_740_991.0, "9007199254740991"),
            (0.1, "0.1"),
            (1.5e-7, "0.00000015"),
            (99_999_999_999.999_9, "99999999999.9999"),
        ] {
            assert_eq!(exact(number).map(|number| number.to_string()).ok().as_deref(), Some(text));
        }
    }
}
