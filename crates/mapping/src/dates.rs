//! Dates as business systems write them: milliseconds since 1970, or text in the system's own zone.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use model::Cause;

/// The zone of texts that name none.
pub(crate) const ZONE: &str = "Asia/Shanghai";

/// A point in time, and how it was written.
pub(crate) struct Moment {
    pub at: Zoned,
    pub form: Form,
}

/// How a point in time was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Epoch,
    Date,
    DateTime,
}

/// The zone of that name.
pub(crate) fn zone(name: &str) -> Result<TimeZone, Cause> {
    TimeZone::get(name)
        .map_err(|_| Cause::new("mapping.unknown_zone").with("zone", crate::finding::shown(name)))
}

/// The zone of texts that name none.
pub(crate) fn usual_zone() -> TimeZone {
    TimeZone::get(ZONE).unwrap_or(TimeZone::UTC)
}

impl Moment {
    /// Reads milliseconds (`1717200000000`), `2026-06-01`, `2026/6/1`, `2026-06-01 09:12`, `2026-06-01T09:12:44.123`,
    /// the last ones also with an offset (`Z`, `+08:00`). `None` when the text is none of them.
    pub fn read(text: &str, zone: &TimeZone) -> Option<Moment> {
        let text = text.trim();
        let digits = text.strip_prefix('-').unwrap_or(text);
        if digits.len() > 8 && digits.bytes().all(|b| b.is_ascii_digit()) {
            let at = Timestamp::from_millisecond(text.parse().ok()?).ok()?;
            return Some(Moment { at: at.to_zoned(zone.clone()), form: Form::Epoch });
        }
        let (date, rest) = match text.find(['T', ' ']) {
            Some(at) => (&text[..at], text[at + 1..].trim()),
            None => (text, ""),
        };
        let date = read_date(date)?;
        if rest.is_empty() {
            let at = date.to_datetime(Time::midnight()).to_zoned(zone.clone()).ok()?;
            return Some(Moment { at, form: Form::Date });
        }
        let (time, offset) = match rest.find(['Z', 'z', '+', '-']) {
            Some(at) => rest.split_at(at),
            None => (rest, ""),
        };
        let moment = date.to_datetime(read_time(time.trim())?);
        let at = match offset {
            "" => moment.to_zoned(zone.clone()).ok()?,
            offset => with_offset(moment, offset)?.to_zoned(zone.clone()),
        };
        Some(Moment { at, form: Form::DateTime })
    }

    /// As it was written.
    pub fn text(&self) -> String {
        match self.form {
            Form::Epoch => self.epoch().to_string(),
            Form::Date => self.date(),
            Form::DateTime => self.datetime(),
        }
    }

    pub fn epoch(&self) -> i64 {
        self.at.timestamp().as_millisecond()
    }

    /// `yyyy-MM-dd`.
    pub fn date(&self) -> String {
        self.at.strftime("%Y-%m-%d").to_string()
    }

    /// `yyyy-MM-dd HH:mm:ss`.
    pub fn datetime(&self) -> String {
        self.at.strftime("%Y-%m-%d %H:%M:%S").to_string()
    }

    /// By a pattern of `yyyy`, `MM`, `dd`, `HH`, `mm`, `ss`, `SSS`; every other character stands for itself.
    pub fn by_pattern(&self, pattern: &str) -> String {
        const PARTS: [(&str, &str); 7] = [
            ("yyyy", "%Y"),
            ("MM", "%m"),
            ("dd", "%d"),
            ("HH", "%H"),
            ("mm", "%M"),
            ("ss", "%S"),
            ("SSS", "%3f"),
        ];
        let mut out = String::new();
        let mut rest = pattern;
        while let Some(first) = rest.chars().next() {
            match PARTS.iter().find(|(part, _)| rest.starts_with(part)) {
                Some((part, format)) => {
                    out.push_str(&self.at.strftime(*format).to_string());
                    rest = &rest[part.len()..];
                }
                None => {
                    out.push(first);
                    rest = &rest[first.len_utf8()..];
                }
            }
        }
        out
    }
}

fn read_date(text: &str) -> Option<Date> {
    let mut parts = text.split(['-', '/']);
    let year = parts.next().filter(|year| year.len() == 4)?.parse().ok()?;
    let (month, day) = (number(parts.next()?)?, number(parts.next()?)?);
    match parts.next() {
        Some(_) => None,
        None => Date::new(year, month, day).ok(),
    }
}

fn read_time(text: &str) -> Option<Time> {
    let (clock, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut parts = clock.split(':');
    let (hour, minute) = (number(parts.next()?)?, number(parts.next()?)?);
    let second = parts.next().map_or(Some(0), number)?;
    let is_fraction = fraction.len() <= 9 && fraction.bytes().all(|b| b.is_ascii_digit());
    if parts.next().is_some() || !is_fraction {
        return None;
    }
    Time::new(hour, minute, second, format!("{fraction:0<9}").parse().ok()?).ok()
}

/// One or two digits.
fn number(text: &str) -> Option<i8> {
    ((1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

fn with_offset(moment: DateTime, offset: &str) -> Option<Timestamp> {
    if offset.eq_ignore_ascii_case("z") {
        return Some(moment.to_zoned(TimeZone::UTC).ok()?.timestamp());
    }
    let digits: String = offset[1..].chars().filter(|c| *c != ':').collect();
    let (hours, minutes) = (digits.get(..2)?, digits.get(2..).filter(|m| !m.is_empty()).unwrap_or("00"));
    let seconds = i32::from(number(hours)?) * 3_600 + i32::from(number(minutes)?) * 60;
    let signed = if offset.starts_with('-') { -seconds } else { seconds };
    let offset = jiff::tz::Offset::from_seconds(signed).ok()?;
    offset.to_timestamp(moment).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_writing_a_moment_is_read() {
        for (text, datetime, form) in [
            ("1780276364000", "2026-06-01 09:12:44", Form::Epoch),
            ("2026-06-01", "2026-06-01 00:00:00", Form::Date),
            ("2026/6/1", "2026-06-01 00:00:00", Form::Date),
            ("2026-06-01 09:12", "2026-06-01 09:12:00", Form::DateTime),
            ("2026-06-01T09:12:44.123", "2026-06-01 09:12:44", Form::DateTime),
            ("2026-06-01T01:12:44Z", "2026-06-01 09:12:44", Form::DateTime),
            ("2026-06-01T01:12:44+00:00", "2026-06-01 09:12:44", Form::DateTime),
            ("2026-05-31 20:12:44-0500", "2026-06-01 09:12:44", Form::DateTime),
        ] {
            let moment = Moment::read(text, &usual_zone()).expect(text);
            assert_eq!((moment.datetime().as_str(), moment.form), (datetime, form), "{text}");
        }
    }

    #[test]
    fn what_is_no_moment_is_none() {
        for text in
            ["", "明天", "2026-13-01", "26-06-01", "2026-06-01 25:00", "20260601", "2026-06-01 09:12:44+xx"]
        {
            assert!(Moment::read(text, &usual_zone()).is_none(), "{text}");
        }
    }
}
