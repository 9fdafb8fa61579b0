//! Rows into documents: what a query answers line by line becomes one document per id, in the shape in which a write
//! would have it.
//!
//! The head's rows and the rows of each list may come in any number of pages; a list whose rows are cut by the end of a
//! page goes on with the next one (`protocols/kingdee.md §5.3`).

use std::collections::{BTreeMap, BTreeSet};

use contract::connector::Found;
use model::{Map, Path, Value};

use super::super::form::Form;
use super::super::zone::{Zone, written};
use super::columns::{Column, Selection};

/// The name of the status that a letter stands for (`protocols/kingdee.md §6`).
pub fn status_word(letter: &str) -> Option<&'static str> {
    Some(match letter {
        "Z" => "draft",
        "A" => "saved",
        "B" => "submitted",
        "C" => "audited",
        "D" => "reaudit",
        _ => return None,
    })
}

/// Documents in the making.
pub struct Fold<'f> {
    form: &'f Form,
    selection: &'f Selection,
    zone: &'f Zone,
    documents: Vec<Found>,
    places: BTreeMap<String, usize>,
    /// (document, list, row id) of the rows taken, so that a row that comes twice is taken once.
    rows: BTreeSet<(usize, usize, String)>,
}

impl<'f> Fold<'f> {
    pub fn new(form: &'f Form, selection: &'f Selection, zone: &'f Zone) -> Fold<'f> {
        Fold { form, selection, zone, documents: Vec::new(), places: BTreeMap::new(), rows: BTreeSet::new() }
    }

    /// Takes one row of the head's query; its columns are those of [`Selection::head`]. A document that is there
    /// already is left as it is: the user's filter may name a field of a list, which repeats the head.
    pub fn head(&mut self, row: &[Value]) {
        let Some(id) = row.first().and_then(id_text) else { return };
        if self.places.contains_key(&id) {
            return;
        }
        let mut body = placed(&self.selection.head, row);
        for list in &self.selection.lists {
            body.set(list.key.clone(), Vec::new());
        }
        let found = self.found(id.clone(), row, body);
        self.places.insert(id, self.documents.len());
        self.documents.push(found);
    }

    /// Takes one row of a list's query: the document's id, the row's id, then the columns of the list. Rows of other
    /// documents, and the empty row of a document without rows, are passed over.
    pub fn row(&mut self, list: usize, row: &[Value]) {
        let [id, row_id, values @ ..] = row else { return };
        let selected = &self.selection.lists[list];
        let place = id_text(id).and_then(|id| self.places.get(&id).copied());
        let (Some(place), Some(row_id)) = (place, id_text(row_id)) else { return };
        if !self.rows.insert((place, list, row_id.clone())) {
            return;
        }
        let mut line = Map::with_capacity(values.len() + 1);
        for name in std::iter::once(&selected.id).chain(&selected.id_as) {
            line.push(name.clone(), id_value(&row_id));
        }
        for (name, value) in placed(&selected.columns, values) {
            line.set(name, value);
        }
        if let Some(Value::List(lines)) = self.documents[place].body.get_mut(&selected.key) {
            lines.push(Value::Map(line));
        }
    }

    /// The ids of the documents so far, in the order in which they came.
    pub fn ids(&self) -> Vec<String> {
        self.documents.iter().map(|found| found.id.clone()).collect()
    }

    pub fn finish(self) -> Vec<Found> {
        self.documents
    }

    fn found(&self, id: String, row: &[Value], body: Map<'static>) -> Found {
        let text = |field: &Option<String>| {
            let value = self.cell(row, field.as_deref()?)?;
            value.plain().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
        };
        let is_marked = |field: &Option<String>| text(field).as_deref() == Some("B");
        let dates = self.form.changed_by.iter().filter_map(|date| self.cell(row, date)?.as_text());
        Found {
            id,
            number: text(&self.form.number),
            name: text(&self.form.name),
            version: dates.filter_map(|date| self.zone.read(date)).map(|at| at.0).max(),
            status: text(&self.form.status).map(|letter| status_word(&letter).map_or(letter, str::to_owned)),
            void: is_marked(&self.form.forbidden) || is_marked(&self.form.cancelled),
            body,
            closed: self.form.close.as_ref().and_then(|close| {
                let told = self.cell(row, &close.field)?.plain()?;
                Some(told.trim() == close.closed)
            }),
        }
    }

    fn cell<'r, 'v>(&self, row: &'r [Value<'v>], key: &str) -> Option<&'r Value<'v>> {
        let at = self.selection.head.iter().position(|column| column.key.eq_ignore_ascii_case(key))?;
        row.get(at)
    }
}

/// The values of a row at their places.
fn placed(columns: &[Column], row: &[Value]) -> Map<'static> {
    let mut body = Map::with_capacity(columns.len());
    for (column, value) in columns.iter().zip(row) {
        for place in &column.places {
            // An underscore name may hold no dot; every other place is a dotted path of keys.
            let path = Path::parse(place).expect("the places of columns have no empty segments");
            path.set(&mut body, in_write_shape(value));
        }
    }
    body
}

/// A value as a write would have it: blank texts empty, times with a blank between date and time.
fn in_write_shape(value: &Value) -> Value<'static> {
    match value {
        Value::Text(text) if text.trim().is_empty() => Value::text(""),
        Value::Text(text) => Value::from(written(text).unwrap_or_else(|| text.clone().into_owned())),
        other => other.borrow().into_owned(),
    }
}

/// An id as text; `None` for null, blank and 0, which stand for "none".
fn id_text(value: &Value) -> Option<String> {
    let text = value.plain()?;
    let text = text.trim();
    (!text.is_empty() && text != "0").then(|| text.to_owned())
}

/// An id as a value: a number when it is one.
pub fn id_value(id: &str) -> Value<'static> {
    match model::Number::parse(id.to_owned()) {
        Some(number) => Value::Number(number),
        None => Value::from(id.to_owned()),
    }
}

#[cfg(test)]
mod tests;
