//! Amounts of money, exact to the cent.

use std::iter::Sum;
use std::ops::{Add, Sub};

use serde_json::Value;

/// An amount in cents.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cents(pub i64);

impl Cents {
    /// The amount as a system writes it, `"12.5"` or `12.50`; nothing is nothing. `None` for what is no amount in whole
    /// cents.
    pub fn read(value: &Value) -> Option<Cents> {
        let text = match value {
            Value::Null => return Some(Cents(0)),
            Value::String(text) => text.trim().to_owned(),
            other => other.to_string(),
        };
        let (sign, digits) = text.strip_prefix('-').map_or((1, &*text), |digits| (-1, digits));
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let part = part.trim_end_matches('0');
        let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
        let part: i64 = (part.len() <= 2).then(|| format!("{part:0<2}").parse().ok())??;
        Some(Cents(sign * (whole * 100 + part)))
    }

    pub fn text(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        format!("{sign}{}.{:02}", self.0.abs() / 100, self.0.abs() % 100)
    }

    /// Two fifths of it, to the cent.
    pub fn two_fifths(self) -> Cents {
        Cents(self.0 * 2 / 5)
    }
}

impl Add for Cents {
    type Output = Cents;

    fn add(self, other: Cents) -> Cents {
        Cents(self.0 + other.0)
    }
}

impl Sub for Cents {
    type Output = Cents;

    fn sub(self, other: Cents) -> Cents {
        Cents(self.0 - other.0)
    }
}

impl Sum for Cents {
    fn sum<I: Iterator<Item = Cents>>(amounts: I) -> Cents {
        amounts.fold(Cents::default(), Add::add)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn amounts_are_read_exactly_or_not_at_all() {
        for (value, expected) in [
            (json!("12.5"), Some(1250)),
            (json!("12.500000"), Some(1250)),
            (json!(12), Some(1200)),
            (json!("-0.07"), Some(-7)),
            (json!(".5"), Some(50)),
            (json!(null), Some(0)),
            (json!("0.005"), None),
            (json!("十二"), None),
        ] {
            assert_eq!(Cents::read(&value).map(|amount| amount.0), expected, "{value}");
        }
        assert_eq!((Cents(1250).text(), Cents(-7).text()), ("12.50".into(), "-0.07".into()));
    }
}
