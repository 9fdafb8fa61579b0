//! What one column of one row holds.

use model::Number;
use rust_decimal::Decimal;

use super::local_time::LocalTime;

/// The content of one field. Which variant a field holds follows from its [`Kind`](super::meta::Kind).
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Cell {
    /// Never set: `null` in answers.
    #[default]
    Empty,
    Text(Box<str>),
    Int(i64),
    /// A quantity, price or amount: at most ten places, as the column `decimal(23,10)` holds it.
    Amount(Decimal),
    Flag(bool),
    Time(LocalTime),
    /// The internal id of another document; 0 when the reference is empty.
    Ref(i64),
}

impl Cell {
    pub fn text(text: impl Into<Box<str>>) -> Cell {
        Cell::Text(text.into())
    }

    /// The text, or nothing for every other content.
    pub fn as_text(&self) -> &str {
        match self {
            Cell::Text(text) => text,
            _ => "",
        }
    }

    /// The amount; whole numbers count, everything else is zero.
    pub fn amount(&self) -> Decimal {
        match self {
            Cell::Amount(amount) => *amount,
            Cell::Int(whole) => Decimal::from(*whole),
            _ => Decimal::ZERO,
        }
    }

    /// The id that it refers to; 0 for none.
    pub fn reference(&self) -> i64 {
        match self {
            Cell::Ref(id) => *id,
            _ => 0,
        }
    }

    /// Whether a person would call the field empty: no text but spaces, no reference, nothing set.
    pub fn is_blank(&self) -> bool {
        match self {
            Cell::Empty | Cell::Ref(0) => true,
            Cell::Text(text) => text.trim().is_empty(),
            _ => false,
        }
    }
}

/// The first number that `decimal(23,10)` cannot hold.
const TOO_LARGE: i64 = 10_000_000_000_000;

/// Reads a decimal text; places beyond the tenth are cut. `None` when it is no number or too large for the column.
pub fn read_amount(text: &str) -> Option<Decimal> {
    let canonical = Number::parse(text.trim())?.canonical();
    let amount = Decimal::from_str_exact(&canonical).ok()?.trunc_with_scale(10);
    (amount.abs() < Decimal::from(TOO_LARGE)).then_some(amount)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_read_and_printed_without_loss() {
        for (text, printed) in [
            ("113.0", "113"),
            ("0.5", "0.5"),
            ("-12.34567890129", "-12.3456789012"),
            ("1e3", "1000"),
            ("99999999999.99", "99999999999.99"),
        ] {
            assert_eq!(read_amount(text).unwrap().normalize().to_string(), printed, "{text}");
        }
        for text in ["", "十", "1,000", "--1", "10000000000000", "123456789012345678901234567890"] {
            assert_eq!(read_amount(text), None, "{text}");
        }
    }
}
