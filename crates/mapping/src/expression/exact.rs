//! Exact numbers inside expressions.
//!
//! Whole numbers enter the engine as its own integers. Every other number is an [`Exact`]: an object that keeps the
//! text of the number and knows nothing of floating point. Operators do not work on it (a lint says which function
//! to use instead); comparisons are turned into [`compare`].

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use minijinja::value::{Object, ObjectRepr, Value as Inner, ValueKind};
use model::{Cause, Number};
use rust_decimal::Decimal;

/// A number that is not a plain whole one, as the text it was written with.
#[derive(Debug)]
pub(crate) struct Exact(pub String);

impl Object for Exact {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    /// As everywhere: zero is false.
    fn is_true(self: &Arc<Self>) -> bool {
        self.0.bytes().take_while(|b| !matches!(b, b'e' | b'E')).any(|b| matches!(b, b'1'..=b'9'))
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A number as a value of the expression engine.
pub(crate) fn number(text: &str) -> Inner {
    match text.parse::<i64>() {
        Ok(whole) if text != "-0" => Inner::from(whole),
        _ => Inner::from_object(Exact(text.to_owned())),
    }
}

/// The result of arithmetic as a value of the expression engine.
pub(crate) fn decimal_value(decimal: Decimal) -> Inner {
    number(&decimal.to_string())
}

/// The text of a number; `None` for what is none.
pub(crate) fn number_text(value: &Inner) -> Option<String> {
    match value.kind() {
        ValueKind::Number if value.is_integer() => Some(value.to_string()),
        ValueKind::Plain => value.downcast_object_ref::<Exact>().map(|exact| exact.0.clone()),
        _ => None,
    }
}

/// A number for arithmetic. Texts are taken too when they are numbers, since ERPs write prices as texts.
pub(crate) fn decimal(value: &Inner) -> Result<Decimal, Cause> {
    let text = match value.as_str() {
        Some(text) => text.trim().to_owned(),
        None => number_text(value).ok_or_else(|| Cause::new("mapping.argument_not_number"))?,
    };
    if Number::parse(text.as_str()).is_none() {
        return Err(Cause::new("mapping.argument_not_number"));
    }
    let plain = match text.contains(['e', 'E']) {
        true => Number::parse(text.as_str()).map(|number| number.canonical()).unwrap_or_default(),
        false => text,
    };
    let too_long = || Cause::new("mapping.number_too_long");
    let exact = Decimal::from_str_exact(&plain).map_err(|_| too_long())?;
    Ok(exact)
}

/// Which of two values is greater, by value: `1.50` and `1.5` are equal. `None` for what cannot be compared, which
/// makes it unequal, and an error where an order is asked for.
pub(crate) fn compare(one: &Inner, other: &Inner) -> Option<Ordering> {
    match (number_text(one), number_text(other)) {
        (Some(a), Some(b)) => return compare_numbers(&a, &b),
        (None, None) => {}
        _ => return None,
    }
    if is_absent(one) || is_absent(other) {
        return (is_absent(one) && is_absent(other)).then_some(Ordering::Equal);
    }
    match (one.kind(), other.kind()) {
        (ValueKind::String, ValueKind::String) | (ValueKind::Bool, ValueKind::Bool) => Some(one.cmp(other)),
        (ValueKind::Seq | ValueKind::Iterable, ValueKind::Seq | ValueKind::Iterable) => lists(one, other),
        (ValueKind::Map, ValueKind::Map) => (one == other).then_some(Ordering::Equal),
        _ => None,
    }
}

fn lists(one: &Inner, other: &Inner) -> Option<Ordering> {
    let (one, other) = (members(one), members(other));
    let equal = one.len() == other.len()
        && one.iter().zip(&other).all(|(a, b)| compare(a, b) == Some(Ordering::Equal));
    equal.then_some(Ordering::Equal)
}

/// The members of a list; none for anything else.
pub(crate) fn members(value: &Inner) -> Vec<Inner> {
    match value.kind() {
        ValueKind::Seq | ValueKind::Iterable => value.try_iter().map(Iterator::collect).unwrap_or_default(),
        _ => Vec::new(),
    }
}

fn compare_numbers(one: &str, other: &str) -> Option<Ordering> {
    let (one, other) = (Number::parse(one)?.canonical(), Number::parse(other)?.canonical());
    if one == other {
        return Some(Ordering::Equal);
    }
    match (Decimal::from_str(&one), Decimal::from_str(&other)) {
        (Ok(a), Ok(b)) if a != b => Some(a.cmp(&b)),
        _ => by_digits(&one, &other),
    }
}

/// Compares canonical numbers that are too long for a decimal.
fn by_digits(one: &str, other: &str) -> Option<Ordering> {
    let sign = |text: &str| text.starts_with('-');
    if one.contains('e') || other.contains('e') {
        return None;
    }
    let order = match (sign(one), sign(other)) {
        (true, false) => return Some(Ordering::Less),
        (false, true) => return Some(Ordering::Greater),
        (true, true) => magnitude(&other[1..], &one[1..]),
        (false, false) => magnitude(one, other),
    };
    Some(order)
}

fn magnitude(one: &str, other: &str) -> Ordering {
    let parts = |text: &str| {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        (whole.len(), whole.to_owned(), fraction.to_owned())
    };
    parts(one).cmp(&parts(other))
}

pub(crate) fn is_absent(value: &Inner) -> bool {
    value.is_undefined() || value.is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_compare_by_value_and_never_as_floats() {
        let check = |one: &str, other: &str, expected| {
            assert_eq!(compare(&number(one), &number(other)), Some(expected), "{one} {other}");
        };
        check("1.50", "1.5", Ordering::Equal);
        check("15e-1", "1.5", Ordering::Equal);
        check("0.1", "0.10000000000000000001", Ordering::Less);
        check("100", "99.99", Ordering::Greater);
        check("-1", "0.5", Ordering::Less);
        check(
            "12345678901234567890123456789012345.1",
            "12345678901234567890123456789012345.2",
            Ordering::Less,
        );
        check(
            "-12345678901234567890123456789012345.1",
            "-12345678901234567890123456789012345.2",
            Ordering::Greater,
        );
    }

    #[test]
    fn a_number_is_never_equal_to_a_text() {
        assert_eq!(compare(&number("603"), &Inner::from("603")), None);
    }

    #[test]
    fn zero_is_false_however_it_is_written() {
        for (text, truth) in [("0.00", false), ("-0", false), ("0e5", false), ("0.01", true), ("1e0", true)] {
            assert_eq!(number(text).is_true(), truth, "{text}");
        }
    }
}
