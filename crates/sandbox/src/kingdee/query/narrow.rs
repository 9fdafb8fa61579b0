//! Which documents a condition can be true for, read off its shape: a query by id or number touches only those.

use std::collections::BTreeSet;

use super::column::Column;
use super::expression::{Among, Constant, Expression, Right, Sign};
use crate::kingdee::catalogue::{FormMeta, Place};
use crate::kingdee::ledger::{Document, Table};
use crate::kingdee::local_time::LocalTime;

/// The documents that may match, in order of their ids. Every document that matches is among them.
pub fn candidates<'t>(
    form: &FormMeta,
    table: &'t Table,
    condition: Option<&Expression>,
) -> Box<dyn Iterator<Item = &'t Document> + 't> {
    let Some(condition) = condition else { return Box::new(table.iter()) };
    if let Some(ids) = ids(form, table, condition) {
        return Box::new(ids.into_iter().filter_map(|id| table.get(id)));
    }
    let (low, high) = bounds(condition);
    Box::new(table.between(low, high))
}

/// A range of moments that holds for more documents than this is not gathered: they are read in order of their ids.
const FEW: usize = 2_000;

/// The only ids for which the condition can hold, when it names them or few.
fn ids(form: &FormMeta, table: &Table, condition: &Expression) -> Option<BTreeSet<i64>> {
    match condition {
        Expression::Compare { left, sign: Sign::Equal, right: Right::Constant(constant) } => {
            of_constants(form, table, left, std::slice::from_ref(constant))
                .or_else(|| of_moments(table, std::slice::from_ref(condition)))
        }
        Expression::Compare { .. } => of_moments(table, std::slice::from_ref(condition)),
        Expression::In { left, among } => of_list(form, table, left, among),
        Expression::All(each) => each
            .iter()
            .filter_map(|one| ids(form, table, one))
            .chain(of_moments(table, each))
            .min_by_key(BTreeSet::len),
        Expression::Any(each) => each.iter().try_fold(BTreeSet::new(), |mut all, one| {
            all.extend(ids(form, table, one)?);
            Some(all)
        }),
        _ => None,
    }
}

fn of_list(form: &FormMeta, table: &Table, column: &Column, among: &Among) -> Option<BTreeSet<i64>> {
    match among {
        Among::Ints(set) if column.is_document_id() => Some(set.iter().copied().collect()),
        Among::Ints(set) if column.is_row_id() => {
            Some(set.iter().filter_map(|row| table.index().id_of_row(*row)).collect())
        }
        Among::Texts(set) if column.is_number(form) => {
            Some(set.iter().flat_map(|number| table.ids_of(number)).copied().collect())
        }
        Among::Texts(set) => {
            let place = column.place()?;
            let each = set.iter().map(|text| with_text(table, place, text));
            each.collect::<Option<Vec<_>>>().map(|each| each.into_iter().flatten().collect())
        }
        _ => None,
    }
}

fn with_text(table: &Table, place: Place, text: &str) -> Option<BTreeSet<i64>> {
    // Blank texts are not looked up.
    if text.trim().is_empty() { None } else { table.index().ids_with_text(place, text) }
}

fn of_constants(
    form: &FormMeta,
    table: &Table,
    column: &Column,
    constants: &[Constant],
) -> Option<BTreeSet<i64>> {
    let ids = constants.iter().map(|constant| match constant {
        Constant::Int(id) if column.is_document_id() => Some(BTreeSet::from([*id])),
        Constant::Int(row) if column.is_row_id() => Some(table.index().id_of_row(*row).into_iter().collect()),
        Constant::Text(number) if column.is_number(form) => {
            Some(table.ids_of(number).iter().copied().collect())
        }
        Constant::Text(text) => with_text(table, column.place()?, text),
        _ => None,
    });
    ids.collect::<Option<Vec<BTreeSet<i64>>>>().map(|each| each.into_iter().flatten().collect())
}

/// The fewest ids that conditions on one moment of the head leave together, where they are few.
fn of_moments(table: &Table, all: &[Expression]) -> Option<BTreeSet<i64>> {
    let mut ranges: Vec<(Place, (LocalTime, LocalTime))> = Vec::new();
    for condition in all {
        let Expression::Compare { left, sign, right: Right::Constant(Constant::Time(at)) } = condition else {
            continue;
        };
        let Some(place) = left.place() else { continue };
        let (from, to) = match sign {
            Sign::Equal => (*at, *at),
            Sign::Greater | Sign::GreaterOrEqual => (*at, LocalTime::LAST),
            Sign::Less | Sign::LessOrEqual => (LocalTime::FIRST, *at),
            Sign::Unequal => continue,
        };
        match ranges.iter_mut().find(|(other, _)| *other == place) {
            Some((_, range)) => *range = (range.0.max(from), range.1.min(to)),
            None => ranges.push((place, (from, to))),
        }
    }
    let few = ranges.into_iter().filter_map(|(place, range)| table.index().ids_between(place, range, FEW));
    few.min_by_key(BTreeSet::len)
}

/// The lowest and highest id for which the condition can hold.
fn bounds(condition: &Expression) -> (i64, i64) {
    const EVERY: (i64, i64) = (i64::MIN, i64::MAX);
    match condition {
        Expression::Compare { left, sign, right: Right::Constant(Constant::Int(id)) }
            if left.is_document_id() =>
        {
            match sign {
                Sign::Equal => (*id, *id),
                Sign::Greater | Sign::GreaterOrEqual => (*id, i64::MAX),
                Sign::Less | Sign::LessOrEqual => (i64::MIN, *id),
                Sign::Unequal => EVERY,
            }
        }
        Expression::All(each) => {
            each.iter().map(bounds).fold(EVERY, |(low, high), (from, to)| (low.max(from), high.min(to)))
        }
        Expression::Any(each) => each
            .iter()
            .map(bounds)
            .reduce(|(low, high), (from, to)| (low.min(from), high.max(to)))
            .unwrap_or(EVERY),
        _ => EVERY,
    }
}
