//! The rows of one object, as stored and as the query index shows them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::fxiaoke::described::Object;

/// 生命状态.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    UnderReview,
    Normal,
    Invalid,
}

impl Life {
    pub fn name(self) -> &'static str {
        match self {
            Life::UnderReview => "under_review",
            Life::Normal => "normal",
            Life::Invalid => "invalid",
        }
    }
}

/// One record. Employees are kept as numeric ids; a field without a value is absent.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub id: String,
    pub fields: Map<String, Value>,
    /// `None` for people, departments and other things that nobody owns.
    pub owner: Option<String>,
    pub created_by: String,
    pub create_time: i64,
    pub last_modified_by: String,
    pub last_modified_time: i64,
    pub life: Life,
    pub locked: bool,
    /// +1 with each write.
    pub version: u64,
    pub record_type: String,
    pub deleted: bool,
}

impl Row {
    pub fn name(&self) -> &str {
        self.fields.get("name").and_then(Value::as_str).unwrap_or_default()
    }

    /// Notes a write by that author.
    pub fn touch(&mut self, by: &str, now_ms: i64) {
        self.version += 1;
        self.last_modified_by = by.into();
        self.last_modified_time = now_ms;
    }
}

struct Kept {
    row: Row,
    /// Until then queries show this older state; `None` in it: nothing.
    index: Option<(i64, Option<Box<Row>>)>,
}

/// The ids of rows by one of their texts.
type ByText = BTreeMap<String, BTreeSet<String>>;

/// All rows of one object, by id, and by the texts of the fields that are looked up.
pub struct Table {
    rows: BTreeMap<String, Kept>,
    by_text: BTreeMap<&'static str, ByText>,
    numbered: u64,
}

impl Table {
    pub fn new(object: &Object) -> Table {
        let looked_up = object
            .fields
            .iter()
            .filter(|field| field.unique || field.name == "name" || field.kind.target().is_some());
        Table {
            rows: BTreeMap::new(),
            by_text: looked_up.map(|field| (field.name, ByText::new())).collect(),
            numbered: 0,
        }
    }

    /// A row that is not deleted.
    pub fn get(&self, id: &str) -> Option<&Row> {
        self.rows.get(id).map(|kept| &kept.row).filter(|row| !row.deleted)
    }

    /// A row, deleted or not.
    pub fn get_any(&self, id: &str) -> Option<&Row> {
        self.rows.get(id).map(|kept| &kept.row)
    }

    /// All rows that are not deleted, as stored.
    pub fn stored(&self) -> impl Iterator<Item = &Row> {
        self.rows.values().map(|kept| &kept.row).filter(|row| !row.deleted)
    }

    /// The rows whose field has that text, by id. Only for fields that are unique, references, or the name.
    pub fn with_text(&self, field: &str, text: &str) -> impl Iterator<Item = &Row> {
        debug_assert!(self.by_text.contains_key(field), "{field} is not looked up by its text");
        let ids = self.by_text.get(field).and_then(|by_text| by_text.get(text));
        ids.into_iter().flatten().filter_map(|id| self.get(id))
    }

    /// All rows that are not deleted, as the query index shows them at that moment.
    pub fn indexed(&self, now_ms: i64) -> impl Iterator<Item = &Row> {
        self.rows
            .values()
            .filter_map(move |kept| match &kept.index {
                Some((until_ms, before)) if now_ms < *until_ms => before.as_deref(),
                _ => Some(&kept.row),
            })
            .filter(|row| !row.deleted)
    }

    /// Puts a row in place of the one with its id. Queries show what they showed before until `lag_ms` have passed.
    pub fn put(&mut self, row: Row, now_ms: i64, lag_ms: i64) {
        let before = self.rows.remove(&row.id);
        self.note_texts(before.as_ref().map(|kept| &kept.row), &row);
        let index = (lag_ms > 0).then(|| {
            let shown = match before {
                Some(Kept { index: Some((until_ms, shown)), .. }) if now_ms < until_ms => shown,
                Some(kept) => Some(Box::new(kept.row)),
                None => None,
            };
            (now_ms + lag_ms, shown)
        });
        self.rows.insert(row.id.clone(), Kept { row, index });
    }

    fn note_texts(&mut self, before: Option<&Row>, after: &Row) {
        for (field, by_text) in &mut self.by_text {
            let text = |row: &Row| row.fields.get(*field).and_then(Value::as_str).map(String::from);
            let (old, new) = (before.and_then(text), text(after));
            if old == new {
                continue;
            }
            if let Some(ids) = old.and_then(|text| by_text.get_mut(&text)) {
                ids.remove(&after.id);
            }
            if let Some(text) = new {
                by_text.entry(text).or_default().insert(after.id.clone());
            }
        }
    }

    /// The next number of this object's automatic numbering.
    pub fn next_number(&mut self) -> u64 {
        self.numbered += 1;
        self.numbered
    }
}
