//! The server's wall clock: UTC+8 without an offset, as every date in the protocol is written
//! (`protocols/kingdee.md §5.6`).

use jiff::civil;
use jiff::tz::TimeZone;

/// The server stands in UTC+8 (`STimeZone.OffsetTicks`, §2.1).
const OFFSET_MS: i64 = 8 * 60 * 60 * 1000;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// A reading of the server's wall clock, in milliseconds since 1970-01-01T00:00:00 by that clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LocalTime(i64);

impl LocalTime {
    /// Before every reading.
    pub const FIRST: LocalTime = LocalTime(i64::MIN);
    /// After every reading.
    pub const LAST: LocalTime = LocalTime(i64::MAX);

    /// The wall clock at that many milliseconds since 1970 in UTC.
    pub fn at(utc_ms: i64) -> LocalTime {
        LocalTime(utc_ms.saturating_add(OFFSET_MS))
    }

    /// Reads `2026-06-01`, `2026-06-01 08:30:00[.123]` and the same with a `T`.
    pub fn parse(text: &str) -> Option<LocalTime> {
        let text = text.trim();
        let date_time = match text.parse::<civil::DateTime>() {
            Ok(date_time) => date_time,
            Err(_) => text.parse::<civil::Date>().ok()?.to_datetime(civil::Time::midnight()),
        };
        let zoned = date_time.to_zoned(TimeZone::UTC).ok()?;
        Some(LocalTime(zoned.timestamp().as_millisecond()))
    }

    /// Midnight of the same day.
    pub fn day(self) -> LocalTime {
        LocalTime(self.0 - self.0.rem_euclid(DAY_MS))
    }

    fn civil(self) -> civil::DateTime {
        jiff::Timestamp::from_millisecond(self.0)
            .map(|at| at.to_zoned(TimeZone::UTC).datetime())
            .unwrap_or_default()
    }

    /// `2606`: year and month, as bill numbers carry them.
    pub fn year_month(self) -> String {
        let at = self.civil();
        format!("{:02}{:02}", at.year() % 100, at.month())
    }
}

/// `2026-06-01T09:12:44.72`: the zeros at the end of the fraction are left away.
impl std::fmt::Display for LocalTime {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        let at = self.civil();
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
            at.year(),
            at.month(),
            at.day(),
            at.hour(),
            at.minute(),
            at.second()
        )?;
        match at.millisecond() {
            0 => Ok(()),
            ms => write!(f, ".{}", format!("{ms:03}").trim_end_matches('0')),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wall_clock_is_eight_hours_ahead_and_trims_its_fraction() {
        for (utc_ms, text) in [
            (1_780_276_364_720, "2026-06-01T09:12:44.72"),
            (1_780_276_364_000, "2026-06-01T09:12:44"),
            (1_780_276_364_007, "2026-06-01T09:12:44.007"),
        ] {
            assert_eq!(LocalTime::at(utc_ms).to_string(), text);
        }
    }

    #[test]
    fn every_way_to_write_a_date_is_read() {
        for (text, printed) in [
            ("2026-06-01", "2026-06-01T00:00:00"),
            ("2026-06-01 08:30:00", "2026-06-01T08:30:00"),
            ("2026-06-01T08:30:00", "2026-06-01T08:30:00"),
            (" 2026-06-01 08:30:00.12 ", "2026-06-01T08:30:00.12"),
            ("1900-01-01", "1900-01-01T00:00:00"),
        ] {
            assert_eq!(LocalTime::parse(text).unwrap().to_string(), printed, "{text}");
        }
        for text in ["", "昨天", "2026-13-01", "2026-06-01 25:00:00", "20260601x"] {
            assert_eq!(LocalTime::parse(text), None, "{text}");
        }
    }
}
