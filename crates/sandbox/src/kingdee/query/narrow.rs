//! Which documents a condition can be true for, read off its shape: a query by id or number touches only those.

use std::collections::BTreeSet;

use super::column::Column;
use super::expression::{Among, Constant, Expression, Right, Sign};
use crate::kingdee::catalogue::FormMeta;
use crate::kingdee::ledger::{Document, Table};

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

/// The only ids for which the condition can hold, when it names them.
fn ids(form: &FormMeta, table: &Table, condition: &Expression) -> Option<BTreeSet<i64>> {
    match condition {
        Expression::Compare { left, sign: Sign::Equal, right: Right::Constant(constant) } => {
            of_constants(form, table, left, std::slice::from_ref(constant))
        }
        Expression::In { left, among } => match among {
            Among::Ints(set) if left.is_document_id() => Some(set.iter().copied().collect()),
            Among::Texts(set) if left.is_number(form) => {
                Some(set.iter().flat_map(|number| table.ids_of(number)).copied().collect())
            }
            _ => None,
        },
        Expression::All(each) => {
            each.iter().filter_map(|one| ids(form, table, one)).min_by_key(BTreeSet::len)
        }
        Expression::Any(each) => each.iter().try_fold(BTreeSet::new(), |mut all, one| {
            all.extend(ids(form, table, one)?);
            Some(all)
        }),
        _ => None,
    }
}

fn of_constants(
    form: &FormMeta,
    table: &Table,
    column: &Column,
    constants: &[Constant],
) -> Option<BTreeSet<i64>> {
    let ids = constants.iter().map(|constant| match constant {
        Constant::Int(id) if column.is_document_id() => Some(vec![*id]),
        Constant::Text(number) if column.is_number(form) => Some(table.ids_of(number).to_vec()),
        _ => None,
    });
    ids.collect::<Option<Vec<Vec<i64>>>>().map(|each| each.into_iter().flatten().collect())
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
