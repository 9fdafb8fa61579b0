//! Between a document and its standard form: the master's fields apart from the detail lists.
//!
//! A list stands under its name from the document's top, as a mapping names it: `FSaleOrderEntry`, or
//! `details.SalesOrderProductObj` for one that stands a level deeper.

use contract::Connector;
use model::object::Object;
use model::{Map, Value};

use super::form::Asked;

/// A record as it is told.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    pub master: Map<'static>,
    pub details: Vec<(String, Value<'static>)>,
    /// Voided or deleted at its system.
    pub void: bool,
}

/// The document that is to be written.
pub(super) fn document(asked: &Asked) -> Map<'static> {
    let mut document = asked.master.clone();
    for (name, lines) in &asked.details {
        put(&mut document, name, Value::List(lines.clone()));
    }
    document
}

fn put(document: &mut Map<'static>, name: &str, list: Value<'static>) {
    let Some((first, rest)) = name.split_once('.') else { return document.set(name.to_owned(), list) };
    let mut below = match document.remove(first) {
        Some(Value::Map(below)) => below,
        _ => Map::new(),
    };
    put(&mut below, rest, list);
    document.set(first.to_owned(), below);
}

/// A stored document, told apart. Of an object that people described they said which lists it has; else every list of
/// maps is one, but for the files of a field.
pub(super) fn shown(
    connector: &dyn Connector,
    object: Option<&Object>,
    body: Map<'static>,
    void: bool,
) -> Shown {
    let is_rows = |value: &Value<'_>| match value.as_list() {
        Some(rows) => {
            !rows.is_empty()
                && rows.iter().all(|row| row.as_map().is_some())
                && connector.held_files(value).is_empty()
        }
        None => false,
    };
    let (mut master, mut details) = (Map::with_capacity(body.len()), Vec::new());
    for (name, value) in body {
        let is_detail = match object {
            Some(object) => object.detail(&name).is_some(),
            None => is_rows(&value),
        };
        match value {
            value if is_detail => details.push((name.into_owned(), value)),
            Value::Map(below)
                if object.is_none() && !below.is_empty() && below.iter().all(|(_, v)| is_rows(v)) =>
            {
                let lists = below.into_iter().map(|(list, rows)| (format!("{name}.{list}"), rows));
                details.extend(lists);
            }
            value => master.push(name, value),
        }
    }
    Shown { master, details, void }
}
