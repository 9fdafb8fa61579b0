//! The records in a body, as the pointers of the flow find them.

use model::hook::{Condition, Hook, Pointer, Spot, Whence};
use model::{Cause, Map, Value};

/// A record in a body.
#[derive(Debug, Clone, PartialEq)]
pub struct Pick<'b> {
    /// Its fields, and lists of lines, as they came.
    pub fields: Map<'b>,
    pub id: String,
    /// What goes into the object's number field, and its version field, where the flow says where that is.
    pub number: Option<String>,
    pub version: Option<String>,
    /// Whether the body says that it is void.
    pub void: bool,
}

/// The records of a body that are meant, in order. `id_field` is where their object has the id.
///
/// # Errors
/// `hook.no_records` where there are none at the pointer, `hook.not_record` for what is no map, `hook.no_id` for a record
/// without an id.
pub fn picked<'v>(hook: &Hook, id_field: &str, body: &'v Value<'_>) -> Result<Vec<Pick<'v>>, Cause> {
    let at_id = hook.id.clone().unwrap_or_else(|| Pointer::to_field(id_field));
    let mut picks = Vec::new();
    for (n, record) in records(hook, body)?.iter().enumerate() {
        let said = |condition: &Condition| match &condition.at {
            Whence::Body(pointer) => Some(condition.holds(pointer.text(record, body).as_deref())),
            Whence::Header(_) => None,
        };
        if hook.only.as_ref().and_then(said) == Some(false) {
            continue;
        }
        let number = n + 1;
        let Value::Map(fields) = record else {
            return Err(Cause::new("hook.not_record").with("number", number));
        };
        let id = at_id
            .text(record, body)
            .ok_or_else(|| Cause::new("hook.no_id").with("number", number).with("pointer", &at_id))?;
        let text = |pointer: &Option<Pointer>| pointer.as_ref().and_then(|at| at.text(record, body));
        picks.push(Pick {
            fields: fields.borrow(),
            id,
            number: text(&hook.number),
            version: text(&hook.version),
            void: hook.void.as_ref().and_then(said) == Some(true),
        });
    }
    Ok(picks)
}

/// What stands where the records are: each of a list, or the one.
fn records<'v, 'b>(hook: &Hook, body: &'v Value<'b>) -> Result<&'v [Value<'b>], Cause> {
    let at = match &hook.records {
        None => Some(body),
        Some(pointer) => pointer.find(body, body),
    };
    match at {
        Some(Value::List(list)) => Ok(list),
        Some(one @ Value::Map(_)) => Ok(std::slice::from_ref(one)),
        _ => {
            let pointer = hook.records.as_ref().map_or_else(|| "$".to_owned(), Pointer::to_string);
            // A call that is none of those that are meant may have no records at all.
            match is_passed_over(hook, body) {
                true => Ok(&[]),
                false => Err(Cause::new("hook.no_records").with("pointer", pointer)),
            }
        }
    }
}

/// Whether the body as a whole says that nothing in it is meant.
fn is_passed_over(hook: &Hook, body: &Value<'_>) -> bool {
    hook.only.as_ref().is_some_and(|only| match &only.at {
        Whence::Body(pointer) if pointer.from() == Spot::Body => {
            !only.holds(pointer.text(body, body).as_deref())
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests;
