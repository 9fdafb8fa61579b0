//! Spans of time as people write them: `90s`, `6m`, `1h`, `2d`, `250ms`.

use std::time::Duration;

/// `None` for anything but a whole number with one of the units.
pub(super) fn parse(text: &str) -> Option<Duration> {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let number: u64 = text[..digits].parse().ok()?;
    let milliseconds = match text[digits..].trim() {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return None,
    };
    number.checked_mul(milliseconds).map(Duration::from_millis)
}

/// A rate: `20/s`, `100/20s`, `1500/m`. `None` for anything else and for rates of nothing.
pub(super) fn rate(text: &str) -> Option<(u32, Duration)> {
    let (calls, span) = text.split_once('/')?;
    let calls: u32 = calls.trim().parse().ok()?;
    let span = span.trim();
    let span = match span.starts_with(|first: char| first.is_ascii_digit()) {
        true => parse(span)?,
        false => parse(&format!("1{span}"))?,
    };
    (calls > 0 && !span.is_zero()).then_some((calls, span))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_and_rates_are_read_with_their_units() {
        for (text, milliseconds) in
            [("90s", Some(90_000)), ("6m", Some(360_000)), ("250 ms", Some(250)), ("2d", Some(172_800_000))]
        {
            assert_eq!(parse(text), milliseconds.map(Duration::from_millis), "{text}");
        }
        for text in ["", "90", "s", "-1s", "1.5h", "6分", "99999999999999999999d", "18446744073709551615d"] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(rate("100/20s"), Some((100, Duration::from_secs(20))));
        assert_eq!(rate("1500/m"), Some((1500, Duration::from_secs(60))));
        for text in ["0/s", "20", "20/0s", "x/s", "20/"] {
            assert_eq!(rate(text), None, "{text}");
        }
    }
}
