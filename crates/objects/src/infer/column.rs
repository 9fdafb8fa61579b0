//! What the records show of each field, and the field that is guessed from it.

use std::collections::BTreeSet;

use model::object::{Choice, Field, FieldKind};
use model::{Cause, Value};

use super::reading::{Source, look};
use super::seen::Seen;
use super::shape::Fields;
use crate::draft;

/// The fields of a master or of a detail list, in the order in which they first came.
#[derive(Debug, Default)]
pub(super) struct Columns {
    columns: Vec<Column>,
    records: usize,
}

#[derive(Debug)]
struct Column {
    name: String,
    /// In how many records it says something.
    filled: usize,
    first: Option<Seen>,
    seen: Option<Seen>,
    /// The first look that was another type.
    other: Option<Seen>,
    /// In characters.
    longest: usize,
    values: BTreeSet<String>,
    is_shared: bool,
    /// The options that lists of it held, in their order.
    options: Vec<String>,
}

/// Texts get the next of these that their longest fits into.
const LENGTHS: &[u32] = &[50, 100, 200, 255, 500, 1000, 2000, 4000, 8000, 20000];

/// How many options may be taken from lists.
const MOST_OPTIONS: usize = 50;

impl Columns {
    pub fn add(&mut self, fields: &Fields, source: Source) {
        self.records += 1;
        for (name, value) in fields {
            let place = self.columns.iter().position(|column| column.name == *name).unwrap_or_else(|| {
                self.columns.push(Column::new(name));
                self.columns.len() - 1
            });
            self.columns[place].add(value, source);
        }
    }

    /// Whether there is a field of that name.
    pub fn has(&self, name: &str) -> bool {
        self.columns.iter().any(|column| column.name == name)
    }

    /// Whether no two records share the value of that field, as far as can be seen.
    pub fn is_unique(&self, name: &str) -> bool {
        let column = self.columns.iter().find(|column| column.name == name);
        column.is_some_and(|column| !column.is_shared && column.filled == self.records)
    }

    /// The fields, each with a note on its type. `before` stands before names in the notes: `明细.`.
    pub fn fields(&self, before: &str, notes: &mut Vec<Cause>) -> Vec<Field> {
        self.columns.iter().map(|column| self.field(column, before, notes)).collect()
    }

    fn field(&self, column: &Column, before: &str, notes: &mut Vec<Cause>) -> Field {
        let told = format!("{before}{}", column.name);
        let note = |code: &'static str| Cause::new(code).with("field", &told);
        if let (Some(first), Some(other), Some(seen)) = (column.first, column.other, column.seen) {
            let both = note("objects.widened").with("one", first.word()).with("other", other.word());
            notes.push(both.with("kind", seen.word()));
        }
        let (kind, max_length) = column.kind(&note, notes);
        // One record cannot tell what is always there.
        let required = self.records > 1 && column.filled == self.records;
        if required {
            notes.push(note("objects.guessed_required").with("count", self.records));
        }
        draft::field(&column.name, kind, required, max_length)
    }
}

impl Column {
    fn new(name: &str) -> Column {
        Column {
            name: name.to_owned(),
            filled: 0,
            first: None,
            seen: None,
            other: None,
            longest: 0,
            values: BTreeSet::new(),
            is_shared: false,
            options: Vec::new(),
        }
    }

    fn add(&mut self, value: &Value, source: Source) {
        let Some(seen) = look(&self.name, value, source) else { return };
        self.filled += 1;
        let first = *self.first.get_or_insert(seen);
        if !first.is_akin(seen) && self.other.is_none() {
            self.other = Some(seen);
        }
        self.seen = Some(self.seen.map_or(seen, |before| before.and(seen)));
        if let Some(text) = value.plain() {
            self.longest = self.longest.max(text.chars().count());
            self.is_shared |= !self.values.insert(text.into_owned());
        }
        let listed = value.as_list().unwrap_or_default().iter().filter_map(Value::plain);
        for option in listed {
            if !self.options.iter().any(|known| *known == option) && self.options.len() < MOST_OPTIONS {
                self.options.push(option.into_owned());
            }
        }
    }

    /// The type, with the reason for it among the notes, and how long a text may be.
    fn kind(&self, note: &dyn Fn(&'static str) -> Cause, notes: &mut Vec<Cause>) -> (FieldKind, Option<u32>) {
        let Some(seen) = self.seen else {
            notes.push(note("objects.never_filled"));
            return (FieldKind::Text, None);
        };
        let mut max_length = None;
        let (cause, kind) = match seen {
            Seen::Boolean => (note("objects.guessed_boolean"), FieldKind::Boolean),
            Seen::YesNo => (note("objects.guessed_yes_no"), FieldKind::Select(self.yes_no())),
            Seen::Whole => (note("objects.guessed_whole"), FieldKind::Number),
            Seen::Seconds => (note("objects.guessed_seconds"), FieldKind::Number),
            Seen::Decimal { scale } => {
                (note("objects.guessed_decimal").with("scale", scale), FieldKind::Decimal { scale })
            }
            Seen::Date { usual: true } => (note("objects.guessed_date"), FieldKind::Date),
            Seen::Date { usual: false } => (note("objects.guessed_other_date"), FieldKind::Date),
            Seen::DateTime { usual: true } => (note("objects.guessed_datetime"), FieldKind::DateTime),
            Seen::DateTime { usual: false } => (note("objects.guessed_other_datetime"), FieldKind::DateTime),
            Seen::Milliseconds => {
                let kind =
                    if crate::words::tells_day(&self.name) { FieldKind::Date } else { FieldKind::DateTime };
                (note("objects.guessed_milliseconds").with("kind", kind.name()), kind)
            }
            Seen::Text => {
                max_length = room(self.longest);
                let room = max_length.map_or_else(|| "-".into(), |length| length.to_string());
                let cause = note("objects.guessed_text").with("longest", self.longest);
                (cause.with("max_length", room), FieldKind::Text)
            }
            Seen::LongText => {
                max_length = room(self.longest);
                (note("objects.guessed_long_text").with("longest", self.longest), FieldKind::LongText)
            }
            Seen::Several if self.options.is_empty() => {
                (note("objects.list_without_options"), FieldKind::Text)
            }
            Seen::Several => {
                (note("objects.guessed_several"), FieldKind::MultiSelect(choices(&self.options)))
            }
        };
        notes.push(cause);
        (kind, max_length)
    }

    fn yes_no(&self) -> Vec<Choice> {
        let is_chinese = self.values.iter().any(|value| matches!(value.trim(), "是" | "否"));
        let is_letters = self.values.iter().any(|value| matches!(value.trim(), "Y" | "N"));
        let mut options = Vec::new();
        if is_chinese {
            options.extend([("是", "是"), ("否", "否")]);
        }
        if is_letters {
            options.extend([("Y", "是"), ("N", "否")]);
        }
        options
            .iter()
            .map(|(value, label)| Choice { value: (*value).into(), label: (*label).into() })
            .collect()
    }
}

fn choices(values: &[String]) -> Vec<Choice> {
    values.iter().map(|value| Choice { value: value.clone(), label: value.clone() }).collect()
}

/// The length to allow where the longest was this one; none where that would be no limit at all.
fn room(longest: usize) -> Option<u32> {
    LENGTHS.iter().copied().find(|length| longest <= *length as usize)
}
