//! Times as people write them: in the zone of this machine, or of the company where a server does something then.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use model::{Cause, Timestamp};

use crate::exit::{Exit, Failure};

/// A date, or a date and a time.
pub fn time(text: &str) -> Result<Timestamp, Failure> {
    read(text, TimeZone::system())
}

/// The same in the company's zone, whichever the machine is in.
pub fn time_in(text: &str, zone: &str) -> Result<Timestamp, Failure> {
    read(text, TimeZone::get(zone).unwrap_or_else(|_| TimeZone::system()))
}

fn read(text: &str, zone: TimeZone) -> Result<Timestamp, Failure> {
    let wrong = || Failure::new(Exit::Usage, Cause::new("cli.time").with("text", text));
    let local: DateTime = text.trim().parse().map_err(|_| wrong())?;
    let zoned = local.to_zoned(zone).map_err(|_| wrong())?;
    Ok(Timestamp(zoned.timestamp().as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_is_in_the_companys_zone() {
        let at = time_in("2026-12-01 22:00", "Asia/Shanghai").unwrap();
        assert_eq!(at, Timestamp(1_796_133_600_000));
        assert_eq!(time_in("2026-12-01 22:00", "UTC").unwrap(), Timestamp(at.0 + 8 * 3_600_000));
    }

    #[test]
    fn a_day_or_a_minute_is_a_time_and_nothing_else_is() {
        assert_eq!(time("2026-06-01").unwrap(), time("2026-06-01T00:00").unwrap());
        assert!(time("2026-06-01 08:30").unwrap() > time("2026-06-01").unwrap());
        for text in ["gestern", "2026-13-01", "01.06.2026"] {
            assert_eq!(time(text).unwrap_err().cause.code, "cli.time", "{text}");
        }
    }
}
