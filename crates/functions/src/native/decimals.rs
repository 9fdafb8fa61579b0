//! Exact arithmetic on decimals written as texts: up to 28 digits, and never rounded in silence.

use model::{Cause, Number};
use rust_decimal::{Decimal, RoundingStrategy};

/// Digits that a decimal holds whatever they are.
const DIGITS: u32 = 28;
/// The most places that can be rounded to.
const PLACES: u32 = 20;

/// The result as text. `div` and `round` take the places as their last value; blank values count as absent, which only
/// `sum` passes over.
pub(super) fn calculate(name: &str, values: &[String]) -> Result<String, Cause> {
    if name == "sum" {
        let given = values.iter().filter(|value| !value.trim().is_empty());
        return given
            .map(|value| read(value))
            .try_fold(Decimal::ZERO, |sum, value| add(sum, value?))
            .map(shown);
    }
    let value = |at: usize| values.get(at).map_or(Err(absent()), |value| read(value));
    let result = match name {
        "number" => value(0)?,
        "add" => fold(values, add)?,
        "sub" => fold(values, |one, other| add(one, -other))?,
        "mul" => fold(values, mul)?,
        "div" => return div(value(0)?, value(1)?, values.get(2)),
        "rem" => {
            let (one, other) = (value(0)?, value(1)?);
            divisible(&other)?;
            one.checked_rem(other).ok_or_else(too_long)?
        }
        "round" => rounded(value(0)?, values.get(1).map_or(Ok(0), |text| places(text))?)?,
        "abs" => value(0)?.abs(),
        "neg" => -value(0)?,
        "compare" => return Ok((value(0)?.cmp(&value(1)?) as i8).to_string()),
        other => return Err(Cause::new("function.unknown_calculation").with("calculation", other)),
    };
    Ok(shown(result))
}

fn shown(number: Decimal) -> String {
    // A negative zero is nobody's amount.
    if number.is_zero() { number.abs().to_string() } else { number.to_string() }
}

fn absent() -> Cause {
    Cause::new("function.decimal_absent")
}

fn too_long() -> Cause {
    Cause::new("function.decimal_too_long").with("digits", DIGITS)
}

fn read(text: &str) -> Result<Decimal, Cause> {
    let text = text.trim();
    if text.is_empty() {
        return Err(absent());
    }
    let plain = text.strip_prefix('+').unwrap_or(text);
    let number = Number::parse(plain).ok_or_else(|| {
        Cause::new("function.not_decimal").with("value", crate::shared::shortened(text, 40))
    })?;
    // Without an exponent the text itself keeps its trailing zeros: 12.50 stays 12.50.
    let digits = match plain.contains(['e', 'E']) {
        true => number.canonical(),
        false => plain.to_owned(),
    };
    Decimal::from_str_exact(&digits).map_err(|_| too_long())
}

fn fold(
    values: &[String],
    step: impl Fn(Decimal, Decimal) -> Result<Decimal, Cause>,
) -> Result<Decimal, Cause> {
    let (first, others) = values.split_first().ok_or_else(absent)?;
    others.iter().try_fold(read(first)?, |total, value| step(total, read(value)?))
}

fn whole_digits(number: &Decimal) -> u32 {
    let whole = number.trunc().abs().to_string();
    if whole == "0" { 0 } else { whole.len() as u32 }
}

fn add(one: Decimal, other: Decimal) -> Result<Decimal, Cause> {
    let digits = whole_digits(&one).max(whole_digits(&other)) + one.scale().max(other.scale());
    if digits > DIGITS {
        return Err(too_long());
    }
    one.checked_add(other).ok_or_else(too_long)
}

fn mul(one: Decimal, other: Decimal) -> Result<Decimal, Cause> {
    let digits = whole_digits(&one) + whole_digits(&other) + one.scale() + other.scale();
    if digits > DIGITS {
        return Err(too_long());
    }
    one.checked_mul(other).ok_or_else(too_long)
}

fn divisible(by: &Decimal) -> Result<(), Cause> {
    if by.is_zero() { Err(Cause::new("function.divide_by_zero")) } else { Ok(()) }
}

/// Without places the quotient has as many digits as fit; money says how many it wants.
fn div(one: Decimal, by: Decimal, to: Option<&String>) -> Result<String, Cause> {
    divisible(&by)?;
    let quotient = one.checked_div(by).ok_or_else(too_long)?;
    match to {
        Some(to) => rounded(quotient, places(to)?).map(shown),
        None => Ok(shown(quotient.normalize())),
    }
}

fn places(text: &str) -> Result<u32, Cause> {
    let places = text.trim().parse().ok().filter(|places| *places <= PLACES);
    places.ok_or_else(|| Cause::new("function.bad_places").with("most", PLACES))
}

/// Rounded half away from zero (四舍五入), with exactly so many places.
fn rounded(number: Decimal, places: u32) -> Result<Decimal, Cause> {
    if whole_digits(&number) + places > DIGITS {
        return Err(too_long());
    }
    let mut rounded = number.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero);
    rounded.rescale(places);
    Ok(rounded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calculated(name: &str, values: &[&str]) -> String {
        let values: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
        calculate(name, &values).unwrap_or_else(|cause| cause.code.into_owned())
    }

    #[test]
    fn amounts_are_exact() {
        for (name, values, expected) in [
            ("add", &["0.1", "0.2"][..], "0.3"),
            ("add", &["1", "2", "3.50"], "6.50"),
            ("sub", &["10.10", "0.1"], "10.00"),
            ("mul", &["19.99", "3"], "59.97"),
            ("div", &["10", "3", "2"], "3.33"),
            ("div", &["1", "8"], "0.125"),
            ("rem", &["7.5", "2"], "1.5"),
            ("round", &["2.345", "2"], "2.35"),
            ("round", &["-2.5"], "-3"),
            ("round", &["-0.2"], "0"),
            ("compare", &["1.50", "1.5"], "0"),
            ("compare", &["2", "10"], "-1"),
            ("sum", &["0.10", "", "0.20"], "0.30"),
            ("sum", &[], "0"),
            ("number", &["1.5e3"], "1500"),
            ("number", &[" 12.50 "], "12.50"),
            ("add", &["99999999999999999999999999.99", "0.001"], "function.decimal_too_long"),
            ("mul", &["12345678901234567890", "12345678901234567890"], "function.decimal_too_long"),
            ("add", &["1", ""], "function.decimal_absent"),
            ("add", &["一", "1"], "function.not_decimal"),
            ("add", &["NaN", "1"], "function.not_decimal"),
            ("div", &["1", "0.00"], "function.divide_by_zero"),
            ("round", &["1", "99"], "function.bad_places"),
        ] {
            assert_eq!(calculated(name, values), expected, "{name} {values:?}");
        }
    }
}
