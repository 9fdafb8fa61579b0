//! Which row of a document holds which mapped line, so that a row keeps its id whatever happens to its line.
//!
//! A line is known by its link, else by its key, else by a row that no other line has and that holds what is mapped.

use contract::connector::{DetailLines, Found};
use model::object::{Detail, Object};
use model::{Map, Value};

use super::alike::{canonical, holds};

/// The lines of one list beside its rows.
pub(super) struct Sides<'s> {
    detail: &'s Detail,
    lines: &'s DetailLines,
    mapped: &'s [Value<'s>],
    observed: &'s [Value<'s>],
}

impl<'s> Sides<'s> {
    /// `None` for a list that the object does not have.
    pub(super) fn of(
        object: &'s Object,
        lines: &'s DetailLines,
        mapped: &'s [Value<'s>],
        observed: Option<&'s Found>,
    ) -> Option<Sides<'s>> {
        let rows = observed.and_then(|found| found.body.get(&lines.list)).and_then(Value::as_list);
        Some(Sides { detail: object.detail(&lines.list)?, lines, mapped, observed: rows.unwrap_or_default() })
    }

    /// The id of a row; `None` where rows have none.
    fn id_of(&self, row: &Value<'_>) -> Option<String> {
        let id = row.get(self.detail.id.as_deref()?)?.plain()?.trim().to_owned();
        (!id.is_empty()).then_some(id)
    }

    /// For each mapped line, in order, the place of its row; no row twice.
    pub(super) fn places(&self) -> Vec<Option<usize>> {
        let mut places: Vec<Option<usize>> = vec![None; self.mapped.len()];
        let mut taken = vec![false; self.observed.len()];
        let ids: Vec<Option<String>> = self.observed.iter().map(|row| self.id_of(row)).collect();
        let mut assign = |knows: &dyn Fn(usize, &Value<'_>, usize) -> bool| {
            for (line, mapped) in self.mapped.iter().enumerate() {
                if places[line].is_some() {
                    continue;
                }
                let row = (0..self.observed.len()).find(|row| !taken[*row] && knows(line, mapped, *row));
                if let Some(row) = row {
                    (places[line], taken[row]) = (Some(row), true);
                }
            }
        };
        assign(&|line, _, row| {
            let linked = self.lines.rows.get(line).and_then(Option::as_ref);
            linked.is_some() && ids[row].as_ref() == linked
        });
        assign(&|_, mapped, row| {
            let key = self.lines.key.as_deref();
            key.is_some_and(|key| is_keyed_alike(key, mapped, &self.observed[row]))
        });
        // A key that no row has is a new line's, and what was there before our write is nobody's.
        assign(&|_, mapped, row| {
            let has_key = self
                .lines
                .key
                .as_deref()
                .is_some_and(|key| mapped.get(key).is_some_and(|key| !key.is_blank()));
            let whole = match (mapped, &self.observed[row]) {
                (Value::Map(line), Value::Map(row)) => holds(&without(line, self.detail), row),
                _ => false,
            };
            !has_key && whole
        });
        places
    }

    /// For each mapped line, in order, the id of its row.
    pub(super) fn ids(&self) -> Vec<Option<String>> {
        self.places().into_iter().map(|place| self.id_of(&self.observed[place?])).collect()
    }

    /// The whole list as an update sends it: each line with the id of its row, then the rows that people made. Those whose
    /// line is gone are left out.
    pub(super) fn written(&self) -> Vec<Value<'static>> {
        let places = self.places();
        let mut all = Vec::with_capacity(self.mapped.len());
        for (mapped, place) in self.mapped.iter().zip(&places) {
            let Value::Map(line) = mapped else { continue };
            let mut row = Map::with_capacity(line.len() + 1);
            let id = place.and_then(|place| self.id_of(&self.observed[place]));
            if let (Some(name), Some(id)) = (&self.detail.id, id) {
                row.push(name.clone(), id);
            }
            line.iter().for_each(|(name, value)| row.set(name.to_owned(), value.borrow().into_owned()));
            all.push(Value::Map(row));
        }
        for (place, row) in self.observed.iter().enumerate() {
            let id = self.id_of(row);
            let is_gone = id.as_ref().is_none_or(|id| self.lines.gone.contains(id));
            if !places.contains(&Some(place)) && !is_gone {
                all.push(row.borrow().into_owned());
            }
        }
        all
    }
}

/// For each mapped line, in order, the id of the row that holds it.
pub(super) fn rows(
    object: &Object,
    lines: &DetailLines,
    mapped: &[Value<'_>],
    observed: &Found,
) -> Vec<Option<String>> {
    match Sides::of(object, lines, mapped, Some(observed)) {
        Some(sides) => sides.ids(),
        None => vec![None; mapped.len()],
    }
}

fn is_keyed_alike(key: &str, line: &Value<'_>, row: &Value<'_>) -> bool {
    let text = |value: &Value<'_>| {
        value.get(key).filter(|key| !key.is_blank()).and_then(|key| Some(canonical(key)?.into_owned()))
    };
    let line = text(line);
    line.is_some() && line == text(row)
}

fn without<'m>(line: &'m Map<'_>, detail: &Detail) -> Map<'m> {
    let is_other = |name: &str| detail.id.as_deref() != Some(name);
    line.iter()
        .filter(|(name, _)| is_other(name))
        .map(|(name, value)| (name.into(), value.borrow()))
        .collect()
}
