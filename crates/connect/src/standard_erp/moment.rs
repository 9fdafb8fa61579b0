//! Versions of records: whole numbers as they are, times as milliseconds since 1970.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// A version number or time of change. A time without an offset is one of the connection's zone. `None` for what is
/// neither.
pub(super) fn version(zone: &TimeZone, text: &str) -> Option<i64> {
    let text = text.trim();
    if let Ok(number) = text.parse::<i64>() {
        return Some(number);
    }
    if let Ok(at) = text.parse::<jiff::Timestamp>() {
        return Some(at.as_millisecond());
    }
    let local: DateTime = text.replace('/', "-").parse().ok()?;
    Some(zone.to_ambiguous_timestamp(local).compatible().ok()?.as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_numbers_or_times() {
        let china = TimeZone::get("Asia/Shanghai").unwrap();
        for (text, expected) in [
            ("17", Some(17)),
            ("1780276364720", Some(1_780_276_364_720)),
            ("2026-06-01 09:12:44", Some(1_780_276_364_000)),
            ("2026/06/01 09:12:44", Some(1_780_276_364_000)),
            ("2026-06-01T09:12:44.720", Some(1_780_276_364_720)),
            ("2026-06-01T01:12:44Z", Some(1_780_276_364_000)),
            ("2026-06-01", Some(1_780_243_200_000)),
            ("昨天", None),
            ("", None),
        ] {
            assert_eq!(version(&china, text), expected, "{text}");
        }
    }
}
