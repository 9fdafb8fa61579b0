//! Which rows a query can find, read off its conditions, so that one about few rows looks at few.

use std::collections::BTreeSet;

use super::Search;
use crate::fxiaoke::crm::filter::Filter;
use crate::fxiaoke::crm::table::{Row, Table};

/// A range of changes with more rows than this is not gathered when the order of ids would do.
const FEW: usize = 1_000;

/// Rows among which are all that pass.
pub struct Candidates<'t> {
    pub rows: Box<dyn Iterator<Item = &'t Row> + 't>,
    /// The rows come in the order that was asked for.
    pub in_order: bool,
}

/// The rows that can pass, as the query index shows them at that moment.
pub fn candidates<'t>(table: &'t Table, search: &Search, now_ms: i64) -> Candidates<'t> {
    if let Some(ids) = wanted_ids(table, &search.filters, now_ms) {
        return by_ids(table, ids, search, now_ms);
    }
    let lagging: Vec<&'t String> = table.ids_lagging(now_ms).collect();
    if let Some((from_ms, to_ms)) = changes(&search.filters) {
        let in_order = lagging.is_empty() && is_by_change(search);
        let changed = table.ids_changed(from_ms, to_ms);
        if in_order {
            let rows = changed.filter_map(move |id| table.shown(id, now_ms));
            return Candidates { rows: Box::new(rows), in_order };
        }
        let few = table.ids_changed(from_ms, to_ms).take(FEW + 1).count() <= FEW;
        if few || !is_by_id(search) {
            return by_ids(table, changed.chain(lagging).collect(), search, now_ms);
        }
    }
    let lowest = of_field(&search.filters, "_id").filter_map(Filter::lowest_text).max();
    Candidates {
        rows: Box::new(table.shown_from(lowest.unwrap_or_default(), now_ms)),
        in_order: is_by_id(search),
    }
}

fn by_ids<'t>(table: &'t Table, ids: BTreeSet<&'t String>, search: &Search, now_ms: i64) -> Candidates<'t> {
    let rows = ids.into_iter().filter_map(move |id| table.shown(id, now_ms));
    Candidates { rows: Box::new(rows), in_order: is_by_id(search) }
}

/// The fewest ids that one condition leaves; `None` when no condition names values that are looked up.
fn wanted_ids<'t>(table: &'t Table, filters: &[Filter], now_ms: i64) -> Option<BTreeSet<&'t String>> {
    let of_one = |filter: &Filter| {
        let (field, values) = filter.wanted()?;
        if field.name == "_id" {
            let known = values.iter().filter_map(|id| table.get_any(id)).map(|row| &row.id);
            return Some(known.collect::<BTreeSet<&String>>());
        }
        let mut ids: BTreeSet<&String> = table.ids_lagging(now_ms).collect();
        for value in values {
            ids.extend(table.ids_with_text(field.name, value)?);
        }
        Some(ids)
    };
    filters.iter().filter_map(of_one).min_by_key(BTreeSet::len)
}

/// The first and last moment of change that all conditions leave.
fn changes(filters: &[Filter]) -> Option<(i64, i64)> {
    of_field(filters, "last_modified_time")
        .filter_map(Filter::bounds)
        .reduce(|(low, high), (from, to)| (low.max(from), high.min(to)))
}

fn of_field<'f>(filters: &'f [Filter], name: &'static str) -> impl Iterator<Item = &'f Filter> {
    filters.iter().filter(move |filter| filter.field.is_some_and(|field| field.name == name))
}

fn is_by_id(search: &Search) -> bool {
    matches!(search.orders.first(), Some((field, true)) if field.name == "_id")
}

/// By the last change and nothing else, or by the id within it.
fn is_by_change(search: &Search) -> bool {
    match search.orders.as_slice() {
        [(field, true)] => field.name == "last_modified_time",
        [(first, true), (second, true), ..] => first.name == "last_modified_time" && second.name == "_id",
        _ => false,
    }
}
