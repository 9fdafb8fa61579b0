//! What comparisons, `~`, `in` and `is` become: functions that are exact and do not guess.

use std::cmp::Ordering;

use minijinja::value::{Value as Inner, ValueKind};
use model::Cause;

use super::choice::is_blank;
use super::{Call, LONGEST_TEXT, made, text_of};
use crate::expression::exact::{Exact, compare, is_absent, members};

pub(super) const OPERATORS: &[(&str, Call)] = &[
    ("__exact", |a| Ok(Inner::from_object(Exact(a[0].as_str().unwrap_or_default().to_owned())))),
    ("__eq", |a| Ok(Inner::from(equal(&a[0], &a[1])))),
    ("__ne", |a| Ok(Inner::from(!equal(&a[0], &a[1])))),
    ("__lt", |a| ordered(a, |order| order == Ordering::Less)),
    ("__lte", |a| ordered(a, |order| order != Ordering::Greater)),
    ("__gt", |a| ordered(a, |order| order == Ordering::Greater)),
    ("__gte", |a| ordered(a, |order| order != Ordering::Less)),
    ("__in", |a| within(&a[0], &a[1]).map(Inner::from)),
    ("__not_in", |a| within(&a[0], &a[1]).map(|within| Inner::from(!within))),
    ("__concat", concat),
    ("__is_defined", |a| Ok(Inner::from(!is_absent(&a[0])))),
    ("__is_undefined", |a| Ok(Inner::from(is_absent(&a[0])))),
    ("__is_none", |a| Ok(Inner::from(is_absent(&a[0])))),
    ("__is_blank", |a| Ok(Inner::from(is_blank(&a[0])))),
];

fn equal(one: &Inner, other: &Inner) -> bool {
    compare(one, other) == Some(Ordering::Equal)
}

/// An order is only asked of two numbers or two texts; an absent one is a mistake to be told.
fn ordered(args: &[Inner], holds: impl Fn(Ordering) -> bool) -> Result<Inner, Cause> {
    if is_absent(&args[0]) || is_absent(&args[1]) {
        return Err(Cause::new("mapping.compare_absent"));
    }
    let order = match args[0].kind() {
        ValueKind::Seq | ValueKind::Iterable | ValueKind::Map => None,
        _ => compare(&args[0], &args[1]),
    };
    order.map(|order| Inner::from(holds(order))).ok_or_else(|| Cause::new("mapping.not_comparable"))
}

fn within(value: &Inner, of: &Inner) -> Result<bool, Cause> {
    match of.kind() {
        ValueKind::Undefined | ValueKind::None => Ok(false),
        ValueKind::Seq | ValueKind::Iterable => Ok(members(of).iter().any(|member| equal(value, member))),
        _ => {
            let text = text_of(of)?.unwrap_or_default();
            Ok(text_of(value)?.is_some_and(|part| text.contains(&*part)))
        }
    }
}

fn concat(args: &[Inner]) -> Result<Inner, Cause> {
    let mut out = String::new();
    for arg in args {
        let text = text_of(arg)?.ok_or_else(|| Cause::new("mapping.concat_absent"))?;
        out.push_str(&text);
        if out.len() > LONGEST_TEXT {
            return Err(Cause::new("mapping.result_too_large"));
        }
    }
    made(out)
}
