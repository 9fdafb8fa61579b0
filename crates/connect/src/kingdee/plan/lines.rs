//! Detail lines of an update: which rows are changed, which are new and which have to go.
//!
//! Each mapped line is matched to its row ([`super::super::rows`]); of a row that differs only what differs is sent,
//! with the row's id. A row goes only when its line was linked, or agreed on with its key, and is mapped no more; rows
//! that people added stay.

use std::collections::BTreeSet;

use contract::connector::DetailLines;
use model::{Cause, Map, Value};

use super::super::alike::{alike, member};
use super::super::form::Form;
use super::super::rows::{Sides, Unlinked, key_of, places, row_id, row_id_name};

/// What an update does to one list.
#[derive(Debug, Default)]
pub struct ListEdit {
    /// The rows that change, each with its id and what differs, and the new ones whole and without an id.
    pub rows: Vec<Value<'static>>,
    /// The fields that the rows set.
    pub fields: Vec<String>,
    /// The ids of the rows that have to go.
    pub gone: Vec<String>,
    /// Where rows are new: the ids of all rows there were before, by which the new ones are told afterwards.
    pub known: Vec<String>,
}

/// One list of a document as all sides have it.
pub struct List<'l> {
    pub form: &'l Form,
    pub lines: &'l DetailLines,
    pub mapped: &'l [Value<'l>],
    /// The rows of the document; `None` where they have not been read.
    pub observed: Option<&'l [Value<'l>]>,
    pub agreed: &'l [Value<'l>],
}

impl List<'_> {
    /// # Errors
    /// `kingdee.lines_unread`, `kingdee.lines_without_key` and `kingdee.line_key_blank`: in each case rows could be
    /// doubled or lost.
    pub fn edit(&self) -> Result<ListEdit, Cause> {
        let unread = || Cause::new("kingdee.lines_unread").with("list", &self.lines.list);
        let observed = self.observed.ok_or_else(unread)?;
        let id_name = row_id_name(self.form, &self.lines.list, observed);
        let sides = Sides { lines: self.lines, id_name: &id_name, mapped: self.mapped, observed };
        let unlinked = if self.keeps_links() { Unlinked::Alike } else { Unlinked::Alone };
        let places = places(&sides, unlinked);
        self.can_all_be_told(&sides, &places)?;
        let mut edit = ListEdit { gone: self.gone(&sides, &places), ..ListEdit::default() };
        for (line, place) in self.mapped.iter().zip(&places) {
            if let Some(line) = line.as_map() {
                edit.line(line, place.and_then(|place| observed[place].as_map()), &id_name);
            }
        }
        if edit.rows.iter().any(|row| row.get(&id_name).is_none()) {
            edit.known = observed.iter().filter_map(|row| row.get(&id_name).and_then(row_id)).collect();
        }
        Ok(edit)
    }

    fn keeps_links(&self) -> bool {
        !self.lines.rows.is_empty()
    }

    /// A line without a row is new only where something would tell its row if there were one.
    fn can_all_be_told(&self, sides: &Sides<'_>, places: &[Option<usize>]) -> Result<(), Cause> {
        if sides.observed.is_empty() || self.keeps_links() {
            return Ok(());
        }
        let list = &self.lines.list;
        for (at, (line, place)) in self.mapped.iter().zip(places).enumerate() {
            let has_id = place.is_some() || line.get(sides.id_name).and_then(row_id).is_some();
            match &self.lines.key {
                _ if has_id => {}
                None => return Err(Cause::new("kingdee.lines_without_key").with("list", list)),
                Some(key) if key_of(key, line).is_none() => {
                    let cause = Cause::new("kingdee.line_key_blank").with("list", list);
                    return Err(cause.with("field", key).with("line", at + 1));
                }
                Some(_) => {}
            }
        }
        Ok(())
    }

    /// The rows that no mapped line has and that were ours: by their link, or by a key that was agreed on.
    fn gone(&self, sides: &Sides<'_>, places: &[Option<usize>]) -> Vec<String> {
        let key = |line: &Value| self.lines.key.as_deref().and_then(|key| key_of(key, line));
        let mapped: BTreeSet<String> = self.mapped.iter().filter_map(key).collect();
        let agreed: BTreeSet<String> =
            self.agreed.iter().filter_map(key).filter(|key| !mapped.contains(key)).collect();
        let used: BTreeSet<usize> = places.iter().copied().flatten().collect();
        let rows = sides.observed.iter().enumerate().filter(|(place, _)| !used.contains(place));
        rows.filter_map(|(_, row)| Some((row, row.get(sides.id_name).and_then(row_id)?)))
            .filter(|(row, id)| {
                self.lines.gone.contains(id) || key(row).is_some_and(|key| agreed.contains(&key))
            })
            .map(|(_, id)| id)
            .collect()
    }
}

impl ListEdit {
    /// Adds what a line changes in its row, or the whole line where it has none.
    fn line(&mut self, line: &Map, row: Option<&Map>, id_name: &str) {
        let differs = |name: &str, value: &Value| row.is_none_or(|row| !alike(value, member(row, name)));
        let sent: Vec<(&str, &Value)> =
            line.iter().filter(|(name, value)| *name != id_name && differs(name, value)).collect();
        if row.is_some() && sent.is_empty() {
            return;
        }
        let mut out = Map::with_capacity(sent.len() + 1);
        if let Some(id) = row.and_then(|row| row.get(id_name)) {
            out.push(id_name.to_owned(), id.borrow().into_owned());
        }
        for (name, value) in sent {
            if !self.fields.iter().any(|field| field == name) {
                self.fields.push(name.to_owned());
            }
            out.push(name.to_owned(), value.borrow().into_owned());
        }
        self.rows.push(Value::Map(out));
    }
}
