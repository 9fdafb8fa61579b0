//! A draft of an object from samples of its records: what people paste because it is all they have.
//!
//! Everything found this way is a guess, and told with its reason. No note holds a value of a sample.

mod column;
mod reading;
mod seen;
mod shape;

use model::{Cause, json};

use crate::draft::{self, Drafted, Naming, Parts};
use crate::{words, xml};
use column::Columns;
pub(crate) use reading::Source;

/// One or several records as a system shows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sample<'s> {
    /// The standard form (`protocols/standard-erp.md §1`), one record, a list of them, or an answer that holds them.
    Json(&'s [u8]),
    /// In the encoding that it declares. A DTD is refused.
    Xml(&'s [u8]),
}

/// Drafts an object from all the records of all samples together.
///
/// # Errors
/// What is wrong with the first sample that cannot be read, with its position in `sample`, from 1; `objects.no_record`
/// when there is nothing that could be a record.
pub fn infer(naming: &Naming, samples: &[Sample]) -> Result<Drafted, Cause> {
    let mut found = Found::default();
    for (n, sample) in samples.iter().enumerate() {
        let at = |cause: Cause| cause.with("sample", n + 1);
        let count = found.count;
        match sample {
            Sample::Json(bytes) => {
                let value = json::read_bytes(bytes).map_err(|error| {
                    at(Cause::new("objects.bad_json").with("line", error.line).with("column", error.column))
                        .with("reason", &error.kind)
                })?;
                found.take(&value, Source::Json);
            }
            Sample::Xml(bytes) => {
                let value = xml::read(bytes).map_err(at)?;
                found.take(&value, Source::Xml);
            }
        }
        if found.count == count {
            let is_empty = found.notes.iter().any(|note| note.code == shape::NONE_HELD);
            return Err(at(Cause::new(if is_empty { shape::NONE_HELD } else { "objects.no_record" })));
        }
    }
    if found.count == 0 {
        return Err(Cause::new("objects.no_record").with("sample", 1));
    }
    found.draft(naming)
}

/// What all records so far have shown.
#[derive(Debug, Default)]
struct Found {
    count: usize,
    code: Option<String>,
    master: Columns,
    details: Vec<(String, Columns)>,
    notes: Vec<Cause>,
}

impl Found {
    fn take(&mut self, value: &model::Value, source: Source) {
        for record in shape::records(value, source, &mut self.notes) {
            self.count += 1;
            self.code = self.code.take().or(record.code);
            self.master.add(&record.fields, source);
            for (name, lines) in record.details {
                let place = self.details.iter().position(|(known, _)| *known == name).unwrap_or_else(|| {
                    self.details.push((name, Columns::default()));
                    self.details.len() - 1
                });
                let columns = &mut self.details[place].1;
                lines.iter().for_each(|line| columns.add(line, source));
            }
        }
    }

    fn draft(self, naming: &Naming) -> Result<Drafted, Cause> {
        let mut notes = self.notes;
        if self.count == 1 {
            notes.push(Cause::new("objects.one_record"));
        }
        let fields = self.master.fields("", &mut notes);
        let mut details = Vec::new();
        for (name, columns) in &self.details {
            let fields = columns.fields(&format!("{name}."), &mut notes);
            let is_field = self.master.has(name);
            match fields.is_empty() {
                true => notes.push(Cause::new("objects.empty_list").with("list", name)),
                // What is a list in one record and a value in another is told as the value.
                false if is_field => notes.push(Cause::new("objects.left_out").with("field", name)),
                false => details.push(draft::detail(name, None, fields, &mut notes)),
            }
        }
        let is_unique = |name: &str| self.master.is_unique(name);
        let shared =
            fields.iter().filter(|field| words::plain(&field.name) == "id" && !is_unique(&field.name));
        notes.extend(shared.map(|field| Cause::new("objects.id_not_unique").with("field", &field.name)));
        naming.object(self.code, Parts { fields, details, ..Parts::default() }, &is_unique, notes)
    }
}

#[cfg(test)]
mod tests;
