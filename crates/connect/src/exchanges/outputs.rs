//! Results as values, so that a test can name the members it cares for.

use contract::connector::{
    Description, Done, Field, File, FileEntry, Finding, Found, Page, Person, Receipt, Refusal,
};
use model::step::Step;
use model::{Map, Value, json};

use super::refused;
use super::wire::fits;

/// Whether a result is as expected: of a map only the named members count, lists have the same length, numbers are
/// compared by value, and `*` in a text stands for any text.
pub(super) fn holds(expected: &Value, got: &Value) -> bool {
    match (expected, got) {
        (Value::Map(expected), Value::Map(got)) => expected
            .iter()
            .all(|(name, value)| got.get(name).map_or(matches!(value, Value::Null), |got| holds(value, got))),
        (Value::List(expected), Value::List(got)) => {
            expected.len() == got.len() && expected.iter().zip(got).all(|(one, other)| holds(one, other))
        }
        (Value::Text(pattern), Value::Text(text)) => fits(pattern, text),
        (Value::Number(one), Value::Number(other)) => one.canonical() == other.canonical(),
        (expected, got) => expected == got,
    }
}

/// A body: a text as it is, anything else as JSON.
pub(super) fn text_of(value: &Value) -> String {
    value.as_text().map_or_else(|| json::write(value), str::to_owned)
}

pub(super) fn list<T>(items: &[T], value: impl Fn(&T) -> Value<'static>) -> Value<'static> {
    Value::List(items.iter().map(value).collect())
}

pub(super) fn number(number: impl TryInto<i64>) -> Value<'static> {
    Value::from(number.try_into().unwrap_or(i64::MAX))
}

pub(super) fn optional(text: &Option<String>) -> Value<'static> {
    text.clone().map_or(Value::Null, Value::from)
}

fn map<const N: usize>(members: [(&'static str, Value<'static>); N]) -> Value<'static> {
    Value::Map(members.into_iter().map(|(name, value)| (name.into(), value)).collect())
}

fn json_value(text: &str) -> Value<'static> {
    json::read(text).map_or_else(|_| Value::from(text.to_owned()), Value::into_owned)
}

pub(super) fn found(found: &Found) -> Value<'static> {
    map([
        ("id", found.id.clone().into()),
        ("number", optional(&found.number)),
        ("name", optional(&found.name)),
        ("version", found.version.map_or(Value::Null, Value::from)),
        ("status", optional(&found.status)),
        ("void", found.void.into()),
        ("closed", found.closed.map_or(Value::Null, Value::from)),
        ("body", Value::Map(found.body.clone())),
    ])
}

pub(super) fn file_entry(file: &FileEntry) -> Value<'static> {
    map([
        ("handle", file.handle.clone().into()),
        ("name", file.name.clone().into()),
        ("size", file.size.map_or(Value::Null, number)),
    ])
}

/// A file; its content as the text it is.
pub(super) fn file(file: &File<'_>, content: &[u8]) -> Value<'static> {
    map([
        ("name", file.name.clone().into()),
        ("media_type", optional(&file.media_type)),
        ("content", String::from_utf8_lossy(content).into_owned().into()),
    ])
}

pub(super) fn page(page: &Page) -> Value<'static> {
    map([("found", list(&page.found, found)), ("next", optional(&page.next))])
}

pub(super) fn step(step: &Step) -> Value<'static> {
    let part = |text: &str| if text.is_empty() { Map::new().into() } else { json_value(text) };
    map([
        ("action", step.action.name().to_owned().into()),
        ("object", step.object.clone().into()),
        ("id", optional(&step.id)),
        ("number", optional(&step.number)),
        ("document", part(&step.document)),
        ("options", part(&step.options)),
    ])
}

pub(super) fn done(outcome: &Result<Done, Refusal>) -> Value<'static> {
    match outcome {
        Ok(done) => map([("id", optional(&done.id)), ("number", optional(&done.number))]),
        Err(refusal) => map([("refused", refused(Some(refusal.class.name()), &refusal.cause))]),
    }
}

/// Operation and body; a body that is JSON as its value.
pub(super) fn previewed((operation, body): &(String, String)) -> Value<'static> {
    Value::List(vec![operation.clone().into(), json_value(body)])
}

pub(super) fn finding(finding: &Finding) -> Value<'static> {
    let mut value = Map::new();
    value.set("ok", finding.ok);
    if let Value::Map(cause) = refused(None, &finding.cause) {
        cause.into_iter().for_each(|(name, part)| value.set(name, part));
    }
    Value::Map(value)
}

pub(super) fn description(description: &Description) -> Value<'static> {
    map([
        ("object", description.object.clone().into()),
        ("title", description.title.clone().into()),
        ("fields", list(&description.fields, field)),
        ("details", list(&description.details, self::description)),
    ])
}

fn field(field: &Field) -> Value<'static> {
    let option =
        |(value, label): &(String, String)| Value::List(vec![value.clone().into(), label.clone().into()]);
    map([
        ("name", field.name.clone().into()),
        ("title", field.title.clone().into()),
        ("kind", field.kind.clone().into()),
        ("required", field.required.into()),
        ("read_only", field.read_only.into()),
        ("options", list(&field.options, option)),
        ("refers_to", optional(&field.refers_to)),
    ])
}

pub(super) fn person(person: &Person) -> Value<'static> {
    let mobile = person.mobile.as_ref().map(|mobile| mobile.reveal().to_owned());
    map([
        ("id", person.id.clone().into()),
        ("number", optional(&person.number)),
        ("name", person.name.clone().into()),
        ("mobile", optional(&mobile)),
        ("employee_number", optional(&person.employee_number)),
        ("active", person.active.into()),
    ])
}

pub(super) fn receipt(receipt: &Receipt) -> Value<'static> {
    match receipt {
        Receipt::Pending => map([("state", "pending".into())]),
        Receipt::Received => map([("state", "received".into())]),
        Receipt::Missed(cause) => {
            let mut value = Map::new();
            value.set("state", "missed");
            if let Value::Map(cause) = refused(None, cause) {
                cause.into_iter().for_each(|(name, part)| value.set(name, part));
            }
            Value::Map(value)
        }
    }
}
