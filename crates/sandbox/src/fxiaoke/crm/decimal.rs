//! Decimals as the CRM keeps them: text with exactly the places of the field.

use rust_decimal::{Decimal, RoundingStrategy};

/// The text with that many places; `None` when it is no decimal number of at most 28 digits. The flag says whether
/// digits were rounded away.
pub fn with_places(text: &str, places: u32) -> Option<(String, bool)> {
    let exact = Decimal::from_str_exact(text.trim()).ok()?;
    let mut rounded = exact.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero);
    let lost = rounded != exact;
    rounded.rescale(places);
    Some((rounded.to_string(), lost))
}

pub fn compare(one: &str, other: &str) -> Option<std::cmp::Ordering> {
    let read = |text: &str| Decimal::from_str_exact(text.trim()).ok();
    Some(read(one)?.cmp(&read(other)?))
}

#[cfg(test)]
mod tests {
    use super::with_places;

    #[test]
    fn a_decimal_is_kept_with_the_places_of_its_field() {
        for (text, places, kept, lost) in [
            ("1", 2, "1.00", false),
            ("200.5", 2, "200.50", false),
            ("0.005", 2, "0.01", true),
            ("-3.10", 1, "-3.1", false),
            ("12345678901234567890.12", 2, "12345678901234567890.12", false),
        ] {
            assert_eq!(with_places(text, places), Some((kept.into(), lost)), "{text}");
        }
        assert_eq!(with_places("一百", 2), None);
    }
}
