//! Whom an event means, by JSON pointers that the connection names (`protocols/fxiaoke.md §8.2`).

use contract::connector::Event;
use model::{Cause, Value, json};

/// Where an event says what (RFC 6901).
#[derive(Debug, Clone)]
pub(super) struct Places {
    pub(super) object: String,
    /// One id or a list of them.
    pub(super) id: String,
    pub(super) operation: String,
}

/// The records that the text means: one event, or a list of them; none for messages of the app platform.
///
/// # Errors
/// `fxiaoke.event_shape` with the pointer that finds nothing.
pub(super) fn events(text: &str, places: &Places) -> Result<Vec<Event>, Cause> {
    let shape = |pointer: &str| Cause::new("fxiaoke.event_shape").with("pointer", pointer);
    let value = json::read(text).map_err(|_| shape("/"))?;
    // The app platform wraps what it sends: `{"type":"Message","content":"…"}`; other types tell of the app itself
    // (`§8.1`).
    let wrapped =
        value.get("type").and_then(Value::as_text).zip(value.get("content").and_then(Value::as_text));
    let inner = match wrapped {
        None => None,
        Some(("Message", content)) => Some(json::read(content).map_err(|_| shape("/content"))?),
        Some(_) => return Ok(Vec::new()),
    };
    let value = inner.as_ref().unwrap_or(&value);
    let said = match value {
        Value::List(list) => &list[..],
        single => std::slice::from_ref(single),
    };
    let mut events = Vec::new();
    for event in said {
        let text = |pointer: &str| pointed(event, pointer).and_then(Value::plain);
        let object = text(&places.object).filter(|object| !object.trim().is_empty());
        let object = object.ok_or_else(|| shape(&places.object))?;
        let ids = match pointed(event, &places.id) {
            Some(Value::List(ids)) => &ids[..],
            Some(id) => std::slice::from_ref(id),
            None => &[],
        };
        let ids: Vec<String> = ids.iter().filter_map(Value::plain).map(|id| id.trim().to_owned()).collect();
        let ids: Vec<String> = ids.into_iter().filter(|id| !id.is_empty()).collect();
        if ids.is_empty() {
            return Err(shape(&places.id));
        }
        let operation = text(&places.operation).unwrap_or_default();
        events.extend(ids.into_iter().map(|id| Event {
            object: object.trim().to_owned(),
            id,
            operation: operation.clone().into_owned(),
        }));
    }
    Ok(events)
}

/// The value that a JSON pointer means.
fn pointed<'v, 'a>(value: &'v Value<'a>, pointer: &str) -> Option<&'v Value<'a>> {
    pointer.strip_prefix('/')?.split('/').try_fold(value, |value, step| {
        let name = step.replace("~1", "/").replace("~0", "~");
        match value {
            Value::Map(map) => map.get(&name),
            Value::List(list) => list.get(name.parse::<usize>().ok()?),
            _ => None,
        }
    })
}
