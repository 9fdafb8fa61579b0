//! Functions on numbers: exact decimals of up to 28 digits. What would not fit is an error, never rounded in silence.

use std::cmp::Ordering;

use minijinja::value::{Value as Inner, ValueKind};
use model::Cause;
use rust_decimal::{Decimal, RoundingStrategy};

use super::{FunctionDoc, MANY, small};
use crate::expression::exact::{compare, decimal, decimal_value, is_absent, members};

/// Digits that a decimal holds whatever they are.
const DIGITS: u32 = 28;

pub(super) fn functions() -> Vec<FunctionDoc> {
    let f = FunctionDoc::new;
    vec![
        f("number", "text", (1, 1), number)
            .says("文本转为数字", "A text as a number")
            .example("number(' 10.10 ')", "10.10"),
        f("add", "a, b, …", (2, MANY), |a| fold(a, add))
            .says("相加", "The sum of its arguments")
            .example("add(0.1, 0.2)", "0.3"),
        f("sub", "a, b", (2, 2), |a| fold(a, |x, y| add(x, -y)))
            .says("相减", "a less b")
            .example("sub(10.10, 0.1)", "10.00"),
        f("mul", "a, b, …", (2, MANY), |a| fold(a, mul))
            .says("相乘", "The product of its arguments")
            .example("mul(19.99, 3)", "59.97"),
        f("div", "a, b, places?", (2, 3), div)
            .says(
                "相除;给出 places 时四舍五入到几位小数",
                "a divided by b; with `places`, rounded half away from zero to so many places",
            )
            .example("div(10, 3, 2)", "3.33"),
        f("rem", "a, b", (2, 2), rem)
            .says("余数", "What is left of a divided by b")
            .example("rem(7.5, 2)", "1.5"),
        f("round", "a, places?", (1, 2), round)
            .says(
                "四舍五入到 places 位小数(默认 0)",
                "Rounded half away from zero to so many places, by default 0",
            )
            .example("round(2.345, 2)", "2.35"),
        f("neg", "a", (1, 1), |a| Ok(decimal_value(-needed(&a[0])?)))
            .says("相反数", "With the other sign")
            .example("neg(1.50)", "-1.50"),
        f("abs", "a", (1, 1), |a| Ok(decimal_value(needed(&a[0])?.abs())))
            .says("绝对值", "Without its sign")
            .example("abs(-1.5)", "1.5"),
        f("sum", "list, field?", (1, 2), sum)
            .says("列表之和,或各行某字段之和;空值不计", "The sum of a list, or of one field of its lines")
            .example("sum([{'额': 0.10}, {'额': 0.20}], '额')", "0.30"),
        f("min", "a, b, …", (1, MANY), |a| extreme(a, Ordering::Less))
            .says("最小的一个", "The least of its arguments, or of a list")
            .example("min(3, 2.5)", "2.5"),
        f("max", "a, b, …", (1, MANY), |a| extreme(a, Ordering::Greater))
            .says("最大的一个", "The greatest of its arguments, or of a list")
            .example("max([3, 2.5])", "3"),
        f("compare", "a, b", (2, 2), ordering)
            .says(
                "a 小于、等于、大于 b 时为 -1、0、1",
                "-1, 0 or 1 as a is less than, equal to or greater than b",
            )
            .example("compare(1.50, 1.5)", "0")
            .whole(),
    ]
}

fn needed(value: &Inner) -> Result<Decimal, Cause> {
    match is_absent(value) {
        true => Err(Cause::new("mapping.argument_absent")),
        false => decimal(value),
    }
}

fn too_long() -> Cause {
    Cause::new("mapping.number_too_long")
}

fn whole_digits(number: &Decimal) -> u32 {
    let whole = number.trunc().abs().to_string();
    if whole == "0" { 0 } else { whole.len() as u32 }
}

fn add(one: Decimal, other: Decimal) -> Result<Decimal, Cause> {
    let digits = whole_digits(&one).max(whole_digits(&other)) + one.scale().max(other.scale());
    match digits <= DIGITS {
        true => one.checked_add(other).ok_or_else(too_long),
        false => Err(too_long()),
    }
}

fn mul(one: Decimal, other: Decimal) -> Result<Decimal, Cause> {
    let digits = whole_digits(&one) + whole_digits(&other) + one.scale() + other.scale();
    match digits <= DIGITS {
        true => one.checked_mul(other).ok_or_else(too_long),
        false => Err(too_long()),
    }
}

fn fold(args: &[Inner], step: impl Fn(Decimal, Decimal) -> Result<Decimal, Cause>) -> Result<Inner, Cause> {
    let mut total = needed(&args[0])?;
    for arg in &args[1..] {
        total = step(total, needed(arg)?)?;
    }
    Ok(decimal_value(total))
}

fn number(args: &[Inner]) -> Result<Inner, Cause> {
    match is_absent(&args[0]) {
        true => Ok(Inner::UNDEFINED),
        false => decimal(&args[0]).map(decimal_value),
    }
}

fn div(args: &[Inner]) -> Result<Inner, Cause> {
    let (one, other) = divisible(args)?;
    let quotient = one.checked_div(other).ok_or_else(too_long)?;
    match args.get(2) {
        Some(places) => rounded(quotient, places).map(decimal_value),
        None => Ok(decimal_value(quotient.normalize())),
    }
}

fn rem(args: &[Inner]) -> Result<Inner, Cause> {
    let (one, other) = divisible(args)?;
    one.checked_rem(other).map(decimal_value).ok_or_else(too_long)
}

fn divisible(args: &[Inner]) -> Result<(Decimal, Decimal), Cause> {
    let (one, other) = (needed(&args[0])?, needed(&args[1])?);
    match other.is_zero() {
        true => Err(Cause::new("mapping.divide_by_zero")),
        false => Ok((one, other)),
    }
}

fn round(args: &[Inner]) -> Result<Inner, Cause> {
    let number = needed(&args[0])?;
    let places = args.get(1).cloned().unwrap_or_else(|| Inner::from(0));
    rounded(number, &places).map(decimal_value)
}

fn rounded(number: Decimal, places: &Inner) -> Result<Decimal, Cause> {
    let places = u32::try_from(small(places)?).ok().filter(|places| *places <= 20);
    round_to(number, places.ok_or_else(|| Cause::new("mapping.argument_not_small"))?)
}

/// Rounded half away from zero (四舍五入), with exactly so many places.
pub(crate) fn round_to(number: Decimal, places: u32) -> Result<Decimal, Cause> {
    if whole_digits(&number) + places > DIGITS {
        return Err(too_long());
    }
    let mut rounded = number.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero);
    rounded.rescale(places);
    Ok(rounded)
}

fn sum(args: &[Inner]) -> Result<Inner, Cause> {
    let mut total = Decimal::ZERO;
    for member in listed(&args[..1])? {
        let value = match args.get(1) {
            Some(field) => member.get_item(field).unwrap_or(Inner::UNDEFINED),
            None => member,
        };
        let blank = value.as_str().is_some_and(|text| text.trim().is_empty());
        if !is_absent(&value) && !blank {
            total = add(total, decimal(&value)?)?;
        }
    }
    Ok(decimal_value(total))
}

/// The members of the one list among the arguments, or the arguments themselves.
fn listed(args: &[Inner]) -> Result<Vec<Inner>, Cause> {
    match args {
        [one] if is_absent(one) => Ok(Vec::new()),
        [one] if matches!(one.kind(), ValueKind::Seq | ValueKind::Iterable) => Ok(members(one)),
        [one] if one.kind() == ValueKind::Map => Err(Cause::new("mapping.argument_not_list")),
        several => Ok(several.to_vec()),
    }
}

fn extreme(args: &[Inner], wanted: Ordering) -> Result<Inner, Cause> {
    let mut best: Option<Inner> = None;
    for value in listed(args)?.into_iter().filter(|value| !is_absent(value)) {
        let better = match &best {
            None => true,
            Some(best) => {
                compare(&value, best).ok_or_else(|| Cause::new("mapping.not_comparable"))? == wanted
            }
        };
        if better {
            best = Some(value);
        }
    }
    Ok(best.unwrap_or(Inner::UNDEFINED))
}

fn ordering(args: &[Inner]) -> Result<Inner, Cause> {
    let order = compare(&args[0], &args[1]).ok_or_else(|| Cause::new("mapping.not_comparable"))?;
    Ok(Inner::from(order as i8))
}
