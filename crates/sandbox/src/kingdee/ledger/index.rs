//! What a table finds its documents by, besides id and number: moments in the head, keys that callers stamp, rows, and
//! the bills that rows were made from.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Document, Source};
use crate::kingdee::catalogue::{FormMeta, Place};
use crate::kingdee::cell::Cell;
use crate::kingdee::local_time::LocalTime;
use crate::kingdee::meta::Kind;

/// Texts by which integrations look documents up (§8): our keys, and the bills that bills came from.
const KEYS: &[&str] =
    &["f_qiao_extid", "f_qiao_line", "fthirdbillno", "fsrcbillno", "fsoorderno", "finterid"];

/// The index of one table.
pub struct Index {
    times: Vec<Times>,
    texts: Vec<Texts>,
    by_row: HashMap<i64, i64>,
    by_source: HashMap<(usize, i64), BTreeSet<i64>>,
}

/// One moment of the head: every document that has it, by it.
struct Times {
    field: usize,
    at: BTreeSet<(LocalTime, i64)>,
}

/// One text: the documents that have it, in any of their rows.
struct Texts {
    place: Place,
    ids: BTreeMap<Box<str>, BTreeSet<i64>>,
}

impl Index {
    pub fn new(form: &FormMeta) -> Index {
        let mut index =
            Index { times: Vec::new(), texts: Vec::new(), by_row: HashMap::new(), by_source: HashMap::new() };
        for (entity, meta) in form.entities.iter().enumerate() {
            for (field, definition) in meta.fields.iter().enumerate() {
                if entity == 0 && definition.kind == Kind::Time {
                    index.times.push(Times { field, at: BTreeSet::new() });
                }
                if KEYS.contains(&definition.key.to_lowercase().as_str()) {
                    index.texts.push(Texts { place: Place { entity, field }, ids: BTreeMap::new() });
                }
            }
        }
        index
    }

    /// A document was stored.
    pub fn add(&mut self, document: &Document) {
        self.add_times(document);
        for texts in &mut self.texts {
            for text in texts_of(document, texts.place) {
                texts.ids.entry(text.into()).or_default().insert(document.id);
            }
        }
        for row in document.rows.iter().skip(1).flatten() {
            self.by_row.insert(row.id, document.id);
            if let Some(Source { form, document: source, .. }) = &row.source {
                self.by_source.entry((*form, *source)).or_default().insert(document.id);
            }
        }
    }

    /// A document is about to be removed or stored anew.
    pub fn remove(&mut self, document: &Document) {
        self.remove_times(document);
        for texts in &mut self.texts {
            for text in texts_of(document, texts.place) {
                if let Some(ids) = texts.ids.get_mut(text) {
                    ids.remove(&document.id);
                    if ids.is_empty() {
                        texts.ids.remove(text);
                    }
                }
            }
        }
        for row in document.rows.iter().skip(1).flatten() {
            self.by_row.remove(&row.id);
            if let Some(Source { form, document: source, .. }) = &row.source
                && let Some(ids) = self.by_source.get_mut(&(*form, *source))
            {
                ids.remove(&document.id);
            }
        }
    }

    pub fn add_times(&mut self, document: &Document) {
        for times in &mut self.times {
            if let Cell::Time(at) = document.head(times.field) {
                times.at.insert((*at, document.id));
            }
        }
    }

    pub fn remove_times(&mut self, document: &Document) {
        for times in &mut self.times {
            if let Cell::Time(at) = document.head(times.field) {
                times.at.remove(&(*at, document.id));
            }
        }
    }

    /// The documents whose field lies between the two moments, both included, or `None` when they are more than `most`
    /// or the field is no moment of the head.
    pub fn ids_between(
        &self,
        place: Place,
        (from, to): (LocalTime, LocalTime),
        most: usize,
    ) -> Option<BTreeSet<i64>> {
        let times = self.times.iter().find(|times| place == Place { entity: 0, field: times.field })?;
        if from > to {
            return Some(BTreeSet::new());
        }
        let range = times.at.range((from, i64::MIN)..=(to, i64::MAX));
        let ids: BTreeSet<i64> = range.take(most + 1).map(|(_, id)| *id).collect();
        (ids.len() <= most).then_some(ids)
    }

    /// The documents that have a text in a field; `None` when the field is not looked up by its text.
    pub fn ids_with_text(&self, place: Place, text: &str) -> Option<BTreeSet<i64>> {
        let texts = self.texts.iter().find(|texts| texts.place == place)?;
        Some(texts.ids.get(text.trim_end()).cloned().unwrap_or_default())
    }

    /// The document that a row belongs to.
    pub fn id_of_row(&self, row: i64) -> Option<i64> {
        self.by_row.get(&row).copied()
    }

    /// The documents with rows that were made from a document of a form, by its place in the catalogue.
    pub fn ids_from(&self, form: usize, document: i64) -> impl Iterator<Item = i64> {
        self.by_source.get(&(form, document)).into_iter().flatten().copied()
    }
}

/// What stands in a field, without the spaces at its end; blank texts are not kept.
fn texts_of(document: &Document, place: Place) -> impl Iterator<Item = &str> {
    document.rows[place.entity]
        .iter()
        .map(move |row| row.cells[place.field].as_text().trim_end())
        .filter(|text| !text.is_empty())
}
