//! Numbers kept as the text they arrived in, so that no price ever passes through a floating-point number.

use std::borrow::Cow;
use std::fmt;

/// A number in JSON's grammar (`-12.50`, `1e3`), as text. Equality is of the text; use [`Number::canonical`] to
/// compare values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number<'a>(Cow<'a, str>);

impl<'a> Number<'a> {
    /// Takes a text that is a number in JSON's grammar; `None` when it is not.
    pub fn parse(text: impl Into<Cow<'a, str>>) -> Option<Number<'a>> {
        let text = text.into();
        is_json_number(text.as_bytes()).then_some(Number(text))
    }

    /// For the JSON reader, which has already checked the grammar.
    pub(crate) fn checked(text: &'a str) -> Number<'a> {
        Number(Cow::Borrowed(text))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The value as a whole number, when it is one and fits.
    pub fn as_i64(&self) -> Option<i64> {
        self.0.parse().ok().or_else(|| self.canonical().parse().ok())
    }

    /// The one text for this value: no exponent where 40 digits suffice, no leading or trailing zeros, no `-0`.
    /// `1.50`, `1.5` and `15e-1` all give `1.5`.
    pub fn canonical(&self) -> String {
        canonical(&self.0)
    }

    pub fn into_owned(self) -> Number<'static> {
        Number(Cow::Owned(self.0.into_owned()))
    }

    pub fn borrow(&self) -> Number<'_> {
        Number(Cow::Borrowed(&self.0))
    }
}

impl From<i64> for Number<'static> {
    fn from(number: i64) -> Self {
        Number(Cow::Owned(number.to_string()))
    }
}

impl fmt::Display for Number<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether the bytes are one number in JSON's grammar and nothing else.
pub(crate) fn is_json_number(text: &[u8]) -> bool {
    number_end(text, 0) == Some(text.len())
}

/// The end of the JSON number that starts at `start`, or `None`.
pub(crate) fn number_end(text: &[u8], start: usize) -> Option<usize> {
    let digits = |mut at: usize| {
        let first = at;
        while text.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        (at > first).then_some(at)
    };
    let mut at = start + usize::from(text.get(start) == Some(&b'-'));
    at = if text.get(at) == Some(&b'0') { at + 1 } else { digits(at)? };
    if text.get(at) == Some(&b'.') {
        at = digits(at + 1)?;
    }
    if matches!(text.get(at), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(text.get(at + 1), Some(b'+' | b'-')));
        at = digits(at + 1 + sign)?;
    }
    Some(at)
}

fn canonical(text: &str) -> String {
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().unwrap_or(i64::MAX)),
        None => (unsigned, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits: String = [whole, fraction].concat();
    let leading = digits.len() - digits.trim_start_matches('0').len();
    let significant = digits.trim_matches('0');
    if significant.is_empty() {
        return "0".into();
    }
    // The value is 0.significant × 10^point.
    let point = (whole.len() as i64 - leading as i64).saturating_add(exponent);
    let mut out = String::with_capacity(significant.len() + 8);
    if negative {
        out.push('-');
    }
    let length = significant.len() as i64;
    if !(-20..=40).contains(&point) {
        out.push_str(&format!("0.{significant}e{point}"));
    } else if point <= 0 {
        out.push_str("0.");
        out.extend(std::iter::repeat_n('0', (-point) as usize));
        out.push_str(significant);
    } else if point >= length {
        out.push_str(significant);
        out.extend(std::iter::repeat_n('0', (point - length) as usize));
    } else {
        out.push_str(&significant[..point as usize]);
        out.push('.');
        out.push_str(&significant[point as usize..]);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_have_one_canonical_text() {
        for (text, canonical) in [
            ("1.50", "1.5"),
            ("15e-1", "1.5"),
            ("0", "0"),
            ("-0.00", "0"),
            ("100", "100"),
            ("1E2", "100"),
            ("0.001", "0.001"),
            ("12345678901234567890.10", "12345678901234567890.1"),
            ("-7.0", "-7"),
            ("1e400", "0.1e401"),
        ] {
            assert_eq!(Number::parse(text).unwrap().canonical(), canonical, "{text}");
        }
    }

    #[test]
    fn what_is_no_json_number_is_refused() {
        for text in ["", "-", "01", "1.", ".5", "+1", "1e", "NaN", "1 ", "0x1"] {
            assert!(Number::parse(text).is_none(), "{text}");
        }
    }
}
