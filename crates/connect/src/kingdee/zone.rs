//! The server's time zone: K/3 answers and compares local times without an offset (`protocols/kingdee.md §5.6, §5.7`).

use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use model::{Cause, Timestamp};

/// The zone in which the server writes its times.
#[derive(Debug, Clone)]
pub struct Zone(TimeZone);

impl Zone {
    /// A zone by its IANA name.
    ///
    /// # Errors
    /// `kingdee.time_zone` for a name that is not known.
    pub fn named(name: &str) -> Result<Zone, Cause> {
        TimeZone::get(name).map(Zone).map_err(|_| Cause::new("kingdee.time_zone").with("zone", name))
    }

    /// A zone by its offset, as a session tells it (`STimeZone.OffsetTicks`). `None` for an impossible one.
    pub fn of_offset(seconds: i32) -> Option<Zone> {
        Offset::from_seconds(seconds).ok().map(|offset| Zone(TimeZone::fixed(offset)))
    }

    /// A time of an answer (`2026-06-01T09:12:44.72`, `2026-06-01 09:12:44`, `2026-06-01`). `None` for anything else.
    pub fn read(&self, text: &str) -> Option<Timestamp> {
        let local: DateTime = text.trim().parse().ok()?;
        let at = self.0.to_ambiguous_timestamp(local).compatible().ok()?;
        Some(Timestamp(at.as_millisecond()))
    }

    /// The second that holds `at`, as a condition compares it: `2026-06-01 09:12:44`.
    pub fn second(&self, at: Timestamp) -> String {
        at.local(&self.0)
    }

    /// The first second at or after `at`: the end of a window that is closed although conditions know seconds only.
    pub fn second_after(&self, at: Timestamp) -> String {
        Timestamp(at.0.saturating_add(999).div_euclid(1000).saturating_mul(1000)).local(&self.0)
    }
}

/// A time of an answer in the form in which a write takes it: the date alone at midnight, else date and time with a
/// blank between. `None` when the text is no time with a date.
pub fn written(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    if bytes.len() < 19 || bytes[4] != b'-' || bytes[10] != b'T' || text.parse::<DateTime>().is_err() {
        return None;
    }
    let (date, time) = text.split_once('T')?;
    let midnight = time.bytes().all(|byte| matches!(byte, b'0' | b':' | b'.'));
    Some(if midnight { date.to_owned() } else { format!("{date} {time}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_the_zone_of_the_server() {
        let shanghai = Zone::named("Asia/Shanghai").unwrap();
        let plus_eight = Zone::of_offset(28_800).unwrap();
        let utc = Zone::of_offset(0).unwrap();
        for (text, in_china, in_utc) in [
            ("2026-06-01T09:12:44.72", 1_780_276_364_720, 1_780_305_164_720),
            ("2026-06-01T10:00:00", 1_780_279_200_000, 1_780_308_000_000),
            ("2026-06-01 10:00:00", 1_780_279_200_000, 1_780_308_000_000),
            ("2026-06-01T10:00:00.003", 1_780_279_200_003, 1_780_308_000_003),
            ("2026-06-01", 1_780_243_200_000, 1_780_272_000_000),
        ] {
            assert_eq!(shanghai.read(text), Some(Timestamp(in_china)), "{text}");
            assert_eq!(plus_eight.read(text), Some(Timestamp(in_china)), "{text}");
            assert_eq!(utc.read(text), Some(Timestamp(in_utc)), "{text}");
        }
        for text in ["", " ", "昨天", "2026-13-01", "100321"] {
            assert_eq!(shanghai.read(text), None, "{text}");
        }
    }

    #[test]
    fn the_end_of_a_window_is_rounded_up_and_its_begin_down() {
        let shanghai = Zone::named("Asia/Shanghai").unwrap();
        let at = Timestamp(1_780_276_364_720);
        assert_eq!(shanghai.second(at), "2026-06-01 09:12:44");
        assert_eq!(shanghai.second_after(at), "2026-06-01 09:12:45");
        assert_eq!(shanghai.second_after(Timestamp(1_780_276_364_000)), "2026-06-01 09:12:44");
    }

    #[test]
    fn an_unknown_zone_is_refused_with_its_name() {
        let cause = Zone::named("Asia/Nowhere").unwrap_err();
        assert_eq!((&*cause.code, cause.param("zone")), ("kingdee.time_zone", Some("Asia/Nowhere")));
        assert!(Zone::of_offset(900_000).is_none());
    }

    #[test]
    fn times_come_in_the_form_of_a_write() {
        for (read, written_as) in [
            ("2026-06-12T00:00:00", Some("2026-06-12")),
            ("2026-06-12T00:00:00.000", Some("2026-06-12")),
            ("2026-06-01T09:12:44.72", Some("2026-06-01 09:12:44.72")),
            ("CRM-2026-06-01T09:12:44", None),
            ("2026-06-12", None),
            ("上海启明机械有限公司上海启明机械有限公司", None),
        ] {
            assert_eq!(written(read).as_deref(), written_as, "{read}");
        }
    }
}
