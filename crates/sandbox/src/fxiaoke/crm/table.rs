//! The rows of one object, as stored and as the query index shows them.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use serde_json::{Map, Value};

use crate::fxiaoke::caller::Caller;
use crate::fxiaoke::described::Object;

/// 生命状态.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    /// Made, and waiting for an approval.
    UnderReview,
    Normal,
    /// An edit waits for its approval; until then the record keeps its old values.
    InChange,
    Invalid,
}

impl Life {
    pub fn name(self) -> &'static str {
        match self {
            Life::UnderReview => "under_review",
            Life::Normal => "normal",
            Life::InChange => "in_change",
            Life::Invalid => "invalid",
        }
    }
}

/// Somebody besides the owner who works on a record (相关团队).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Numeric employee id.
    pub employee: String,
    /// `2` 联合跟进人, `3` 售后, `4` 普通; `1` is the owner alone.
    pub role: String,
    /// Reads and writes, or reads only.
    pub may_write: bool,
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
    pub team: Vec<Member>,
    /// The update that waits for its approval.
    pub pending: Option<Box<Pending>>,
}

/// An update as it was sent, and by whom.
#[derive(Debug, Clone, PartialEq)]
pub struct Pending {
    pub body: Value,
    pub caller: Caller,
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

impl Kept {
    fn shown(&self, now_ms: i64) -> Option<&Row> {
        let row = match &self.index {
            Some((until_ms, before)) if now_ms < *until_ms => before.as_deref(),
            _ => Some(&self.row),
        };
        row.filter(|row| !row.deleted)
    }
}

/// The ids of rows by one of their texts.
type ByText = BTreeMap<String, BTreeSet<String>>;

/// All rows of one object, by id, by the texts of the fields that are looked up, and by their last change.
pub struct Table {
    rows: BTreeMap<String, Kept>,
    by_text: BTreeMap<&'static str, ByText>,
    /// The last change of every row as stored, with its id.
    by_change: BTreeSet<(i64, String)>,
    /// The rows of which queries show an older state, with when they stop to.
    lagging: BTreeSet<(i64, String)>,
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
            by_change: BTreeSet::new(),
            lagging: BTreeSet::new(),
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
        assert!(self.by_text.contains_key(field), "{field} is not looked up by its text");
        self.ids_with_text(field, text).into_iter().flatten().filter_map(|id| self.get(id))
    }

    /// The ids of the stored rows whose field has that text; `None` when the field is not looked up by its text.
    pub fn ids_with_text(&self, field: &str, text: &str) -> Option<impl Iterator<Item = &String>> {
        let by_text = self.by_text.get(field)?;
        Some(by_text.get(text).into_iter().flatten())
    }

    /// The ids of the stored rows that were last changed between the two moments, both included, in that order.
    pub fn ids_changed(&self, from_ms: i64, to_ms: i64) -> impl Iterator<Item = &String> {
        let from = (from_ms, String::new());
        let range = self.by_change.range(from..);
        range.take_while(move |(changed, _)| *changed <= to_ms).map(|(_, id)| id)
    }

    /// The ids of the rows of which queries show an older state at that moment.
    pub fn ids_lagging(&self, now_ms: i64) -> impl Iterator<Item = &String> {
        self.lagging.range((now_ms + 1, String::new())..).map(|(_, id)| id)
    }

    /// The rows from an id on, as the query index shows them at that moment, in the order of their ids.
    pub fn shown_from<'t>(&'t self, id: &str, now_ms: i64) -> impl Iterator<Item = &'t Row> + use<'t> {
        let range = (Bound::Included(id), Bound::Unbounded);
        self.rows.range::<str, _>(range).filter_map(move |(_, kept)| kept.shown(now_ms))
    }

    /// One row as the query index shows it at that moment.
    pub fn shown(&self, id: &str, now_ms: i64) -> Option<&Row> {
        self.rows.get(id)?.shown(now_ms)
    }

    /// Puts a row in place of the one with its id. Queries show what they showed before until `lag_ms` have passed.
    pub fn put(&mut self, row: Row, now_ms: i64, lag_ms: i64) {
        let before = self.rows.remove(&row.id);
        self.note_texts(before.as_ref().map(|kept| &kept.row), &row);
        self.note_change(before.as_ref(), &row, now_ms);
        let index = (lag_ms > 0).then(|| {
            let shown = match before {
                Some(Kept { index: Some((until_ms, shown)), .. }) if now_ms < until_ms => shown,
                Some(kept) => Some(Box::new(kept.row)),
                None => None,
            };
            self.lagging.insert((now_ms + lag_ms, row.id.clone()));
            (now_ms + lag_ms, shown)
        });
        self.rows.insert(row.id.clone(), Kept { row, index });
    }

    fn note_change(&mut self, before: Option<&Kept>, after: &Row, now_ms: i64) {
        if let Some(before) = before {
            self.by_change.remove(&(before.row.last_modified_time, after.id.clone()));
            if let Some((until_ms, _)) = before.index {
                self.lagging.remove(&(until_ms, after.id.clone()));
            }
        }
        self.by_change.insert((after.last_modified_time, after.id.clone()));
        while self.lagging.first().is_some_and(|(until_ms, _)| *until_ms <= now_ms) {
            self.lagging.pop_first();
        }
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
