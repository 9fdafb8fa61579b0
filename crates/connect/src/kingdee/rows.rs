//! Which row of a document holds which mapped line, so that a row keeps its id whatever happens to its line.
//!
//! A line is known by its own row id, else by its link, else by its key. A line that has none of these may still have
//! its row, from a save whose answer was lost or before links were kept: one among the rows that no other line has,
//! which holds what is mapped.

use std::collections::{BTreeMap, VecDeque};

use contract::connector::{DetailLines, Found};
use model::{Map, Path, Value};

use super::alike::{alike, member, part_alike};
use super::form::Form;

/// How a line without id, link and key finds its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unlinked {
    /// Not at all.
    Alone,
    /// By a row that holds everything mapped.
    Alike,
    /// So too, else by the row that holds most of it, half at least: after a save the server may have rounded. Not by
    /// one of [`DetailLines::others`]: no save of ours made that.
    Likely,
}

/// One list: its mapped lines and the rows that were read.
#[derive(Debug, Clone, Copy)]
pub struct Sides<'s> {
    pub lines: &'s DetailLines,
    /// The member of a row that holds its id.
    pub id_name: &'s str,
    pub mapped: &'s [Value<'s>],
    pub observed: &'s [Value<'s>],
}

/// For each mapped line, in order, the id of its row; what [`contract::Connector::rows`] asks.
pub fn rows(form: &Form, lines: &DetailLines, mapped: &[Value<'_>], observed: &Found) -> Vec<Option<String>> {
    let rows = member(&observed.body, &lines.list).and_then(Value::as_list).unwrap_or_default();
    let id_name = row_id_name(form, &lines.list, rows);
    let sides = Sides { lines, id_name: &id_name, mapped, observed: rows };
    let places = places(&sides, Unlinked::Likely);
    places.into_iter().map(|at| rows[at?].get(&id_name).and_then(row_id)).collect()
}

/// For each mapped line, in order, the place of its row among the observed; no row twice.
pub fn places(sides: &Sides<'_>, unlinked: Unlinked) -> Vec<Option<usize>> {
    let mut search = Search::new(sides);
    search.by_id();
    search.by_key();
    if unlinked != Unlinked::Alone {
        search.by_content(|line, row| part_alike(line, row).then_some(1));
    }
    if unlinked == Unlinked::Likely {
        search.leave_others();
        search.by_content(|line, row| {
            let held = line.iter().filter(|(name, value)| alike(value, member(row, name))).count();
            (held * 2 >= line.len()).then_some(held)
        });
    }
    search.places
}

struct Search<'s> {
    sides: &'s Sides<'s>,
    places: Vec<Option<usize>>,
    taken: Vec<bool>,
}

impl<'s> Search<'s> {
    fn new(sides: &'s Sides<'s>) -> Search<'s> {
        let (lines, rows) = (sides.mapped.len(), sides.observed.len());
        Search { sides, places: vec![None; lines], taken: vec![false; rows] }
    }

    fn take(&mut self, line: usize, row: usize) {
        self.places[line] = Some(row);
        self.taken[row] = true;
    }

    fn by_id(&mut self) {
        let Sides { lines, id_name, mapped, observed } = *self.sides;
        let ids = observed.iter().map(|row| row.get(id_name).and_then(row_id));
        let places: BTreeMap<String, usize> =
            ids.enumerate().filter_map(|(place, id)| Some((id?, place))).collect();
        for (line, mapped) in mapped.iter().enumerate() {
            let own = mapped.get(id_name).and_then(row_id);
            let id = own.or_else(|| lines.rows.get(line).cloned().flatten());
            match id.and_then(|id| places.get(&id).copied()) {
                Some(row) if !self.taken[row] => self.take(line, row),
                _ => {}
            }
        }
    }

    fn by_key(&mut self) {
        let Sides { lines, mapped, observed, .. } = *self.sides;
        let Some(key) = lines.key.as_deref() else { return };
        let mut places: BTreeMap<String, VecDeque<usize>> = BTreeMap::new();
        for (place, row) in observed.iter().enumerate().filter(|(place, _)| !self.taken[*place]) {
            if let Some(text) = key_of(key, row) {
                places.entry(text).or_default().push_back(place);
            }
        }
        for (line, mapped) in mapped.iter().enumerate() {
            let is_free = self.places[line].is_none();
            let text = is_free.then(|| key_of(key, mapped)).flatten();
            if let Some(row) = text.and_then(|text| places.get_mut(&text)?.pop_front()) {
                self.take(line, row);
            }
        }
    }

    /// Nobody takes them from here on.
    fn leave_others(&mut self) {
        let Sides { lines, id_name, observed, .. } = *self.sides;
        for (taken, row) in self.taken.iter_mut().zip(observed).filter(|_| !lines.others.is_empty()) {
            *taken |= row.get(id_name).and_then(row_id).is_some_and(|id| lines.others.contains(&id));
        }
    }

    /// Gives each line that has no row yet the one that scores best, the first of equals. Lines with a key that no row
    /// has are new.
    fn by_content(&mut self, score: impl Fn(&Map, &Map) -> Option<usize>) {
        let Sides { lines, id_name, mapped, observed } = *self.sides;
        for (line, mapped) in mapped.iter().enumerate().filter(|(_, mapped)| mapped.as_map().is_some()) {
            let has_key = lines.key.as_deref().is_some_and(|key| key_of(key, mapped).is_some());
            if self.places[line].is_some() || has_key {
                continue;
            }
            let content = mapped.as_map().map(|line| without(line, id_name)).unwrap_or_default();
            let free = observed.iter().enumerate().filter(|(place, _)| !self.taken[*place]);
            let scored = free.filter_map(|(place, row)| Some((score(&content, row.as_map()?)?, place)));
            let best = scored.max_by_key(|(score, place)| (*score, std::cmp::Reverse(*place)));
            if let Some((_, row)) = best {
                self.take(line, row);
            }
        }
    }
}

/// What a line's or row's key field says: a reference by its member, numbers by value. `None` for blank.
pub fn key_of(key: &str, line: &Value) -> Option<String> {
    let path = Path::parse(key)?;
    let plain = match path.find(line)? {
        Value::Map(reference) => reference.iter().next().and_then(|(_, value)| value.plain()),
        other => other.plain(),
    }?;
    let text = plain.trim();
    let number = model::Number::parse(text.to_owned()).map(|number| number.canonical());
    (!text.is_empty()).then(|| number.unwrap_or_else(|| text.to_owned()))
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

/// The line or part without its id.
pub fn without<'m>(line: &'m Map, id_name: &str) -> Map<'m> {
    line.iter()
        .filter(|(name, _)| *name != id_name)
        .map(|(name, value)| (name.into(), value.borrow()))
        .collect()
}

#[cfg(test)]
mod tests;
