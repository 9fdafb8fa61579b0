//! Detail lines of an update: which rows are changed, which are new and which have to go.
//!
//! Mapped lines are matched to the rows of the document by the field that identifies a line, so that a row keeps its
//! id. A row goes only when the last agreement had its line and the mapping no longer has it; rows that people added
//! stay.

use model::{Cause, Map, Path, Value};

use super::super::alike::part_alike;
use super::super::form::Form;

/// What an update does to one list.
#[derive(Debug, Default)]
pub struct ListEdit {
    /// The mapped lines, each with the id of its row where it has one; empty when nothing changes.
    pub rows: Vec<Value<'static>>,
    /// The fields that the lines set.
    pub fields: Vec<String>,
    /// The ids of the rows that have to go.
    pub gone: Vec<String>,
}

/// One list of a document as all sides have it.
pub struct List<'l> {
    pub form: &'l Form,
    pub name: &'l str,
    /// The field that identifies a line.
    pub key: Option<&'l str>,
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
        let unread = || Cause::new("kingdee.lines_unread").with("list", self.name);
        let observed = self.observed.ok_or_else(unread)?;
        let id_name = row_id_name(self.form, self.name, observed);
        let mut used = vec![false; observed.len()];
        let mut keys = Vec::with_capacity(self.mapped.len());
        let mut edit = ListEdit::default();
        let mut is_changed = false;
        for (place, line) in self.mapped.iter().enumerate() {
            let Some(line) = line.as_map() else { continue };
            let at = self.row_of(line, place, observed, &used, &id_name)?;
            let row = at.and_then(|at| observed[at].as_map());
            is_changed |= !row.is_some_and(|row| part_alike(&without(line, &id_name), row));
            if let Some(at) = at {
                used[at] = true;
            }
            edit.rows.push(Value::Map(with_id(line, &id_name, row)));
            note_fields(&mut edit.fields, line, &id_name);
            keys.extend(self.key_of(line));
        }
        edit.gone = self.gone(observed, &used, &id_name, &keys);
        if !is_changed {
            edit.rows.clear();
            edit.fields.clear();
        }
        Ok(edit)
    }

    /// Where the row of a line is: by the line's own row id, else by its key, among the rows that are not taken.
    fn row_of(
        &self,
        line: &Map,
        place: usize,
        observed: &[Value],
        used: &[bool],
        id_name: &str,
    ) -> Result<Option<usize>, Cause> {
        let key = self.key_of(line);
        let own_id = line.get(id_name).and_then(row_id);
        if key.is_none() && own_id.is_none() && !observed.is_empty() {
            return Err(match self.key {
                Some(field) => Cause::new("kingdee.line_key_blank")
                    .with("list", self.name)
                    .with("field", field)
                    .with("line", place + 1),
                None => Cause::new("kingdee.lines_without_key").with("list", self.name),
            });
        }
        let is_its = |row: &Value| {
            row.as_map().is_some_and(|row| self.is_row_of(row, id_name, own_id.as_deref(), key.as_deref()))
        };
        Ok(observed.iter().zip(used).position(|(row, used)| !used && is_its(row)))
    }

    fn is_row_of(&self, row: &Map, id_name: &str, own_id: Option<&str>, key: Option<&str>) -> bool {
        match (own_id, key) {
            (Some(id), _) => row.get(id_name).and_then(row_id).as_deref() == Some(id),
            (None, Some(key)) => self.key_of(row).as_deref() == Some(key),
            (None, None) => false,
        }
    }

    /// The rows whose line was agreed on and is mapped no more.
    fn gone(&self, observed: &[Value], used: &[bool], id_name: &str, mapped_keys: &[String]) -> Vec<String> {
        let agreed: Vec<String> =
            self.agreed.iter().filter_map(Value::as_map).filter_map(|line| self.key_of(line)).collect();
        let rows = observed.iter().zip(used).filter(|(_, used)| !**used).filter_map(|(row, _)| row.as_map());
        rows.filter(|row| {
            self.key_of(row).is_some_and(|key| agreed.contains(&key) && !mapped_keys.contains(&key))
        })
        .filter_map(|row| row.get(id_name).and_then(row_id))
        .collect()
    }

    fn key_of(&self, line: &Map) -> Option<String> {
        let path = Path::parse(self.key?)?;
        let line = Value::Map(line.borrow());
        let found = path.find(&line)?;
        // A reference that identifies a line is compared by its member.
        let plain = match found {
            Value::Map(reference) => reference.iter().next().and_then(|(_, value)| value.plain()),
            other => other.plain(),
        };
        let plain = plain?;
        let text = plain.trim();
        let number = model::Number::parse(text.to_owned()).map(|number| number.canonical());
        (!text.is_empty()).then(|| number.unwrap_or_else(|| text.to_owned()))
    }
}

/// The name of the member with a row's id: the first of a row as it was read, else the form's.
pub fn row_id_name(form: &Form, list: &str, observed: &[Value]) -> String {
    let first = observed.iter().filter_map(Value::as_map).find_map(|row| row.iter().next());
    match (first, form.entity(list)) {
        (Some((name, _)), _) => name.to_owned(),
        (None, Some(entity)) => entity.id.clone(),
        (None, None) => "FEntryID".to_owned(),
    }
}

/// A row's id as text; `None` for blank and 0, which stand for a new row.
pub fn row_id(value: &Value) -> Option<String> {
    let text = value.plain()?;
    (!text.trim().is_empty() && text.trim() != "0").then(|| text.trim().to_owned())
}

fn with_id(line: &Map, id_name: &str, row: Option<&Map>) -> Map<'static> {
    let mut out = Map::with_capacity(line.len() + 1);
    if let Some(id) = row.and_then(|row| row.get(id_name)).or_else(|| line.get(id_name)) {
        out.push(id_name.to_owned(), id.borrow().into_owned());
    }
    for (name, value) in line.iter().filter(|(name, _)| *name != id_name) {
        out.push(name.to_owned(), value.borrow().into_owned());
    }
    out
}

/// The line or part without its id.
pub fn without<'m>(line: &'m Map, id_name: &str) -> Map<'m> {
    line.iter()
        .filter(|(name, _)| *name != id_name)
        .map(|(name, value)| (name.into(), value.borrow()))
        .collect()
}

fn note_fields(fields: &mut Vec<String>, line: &Map, id_name: &str) {
    for (name, _) in line.iter() {
        if name != id_name && !fields.iter().any(|field| field == name) {
            fields.push(name.to_owned());
        }
    }
}
