//! Points in time as business systems write them: milliseconds since 1970, or text in the system's own zone.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, Zoned};

/// A point in time, and how it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    pub at: Zoned,
    pub form: Form,
}

/// Reads the `Date` of an answer (RFC 9110 §5.6.7): `Mon, 01 Jun 2026 01:00:00 GMT`. `None` when it is none.
pub fn http_date(text: &str) -> Option<crate::Timestamp> {
    let at = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text.trim()).ok()?;
    Some(crate::Timestamp(at.as_millisecond()))
}

/// How a point in time was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Epoch,
    Date,
    DateTime,
}

impl Moment {
    /// Reads milliseconds (`1717200000000`), `2026-06-01`, `2026/6/1`, `2026.6.1`, `20260601`, `20260601091244`,
    /// `2026年6月1日`, `2026-06-01 09:12`, `2026-06-01T09:12:44.123`, the last two also with an offset (`Z`, `+08:00`). A text
    /// without one is in the zone. `None` when the text is none of them.
    pub fn read(text: &str, zone: &TimeZone) -> Option<Moment> {
        let text = text.trim();
        let digits = text.strip_prefix('-').unwrap_or(text);
        if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return match digits.len() {
                8 if digits == text => compact(text, "", zone),
                14 if digits == text => compact(text.get(..8)?, text.get(8..)?, zone),
                _ => {
                    let at = Timestamp::from_millisecond(text.parse().ok()?).ok()?;
                    Some(Moment { at: at.to_zoned(zone.clone()), form: Form::Epoch })
                }
            };
        }
        let (date, rest) = text.split_once(['T', ' ']).unwrap_or((text, ""));
        let (date, rest) = (read_date(date)?, rest.trim());
        if rest.is_empty() {
            return local(date.to_datetime(Time::midnight()), zone, Form::Date);
        }
        let (time, offset) = match rest.find(['Z', 'z', '+', '-']) {
            Some(at) => rest.split_at(at),
            None => (rest, ""),
        };
        let moment = date.to_datetime(read_time(time.trim())?);
        match offset {
            "" => local(moment, zone, Form::DateTime),
            offset => {
                let at = with_offset(moment, offset)?.to_zoned(zone.clone());
                Some(Moment { at, form: Form::DateTime })
            }
        }
    }

    /// As it was written, a date with dashes.
    pub fn text(&self) -> String {
        match self.form {
            Form::Epoch => self.epoch().to_string(),
            Form::Date => self.date(),
            Form::DateTime => self.datetime(),
        }
    }

    /// Milliseconds since 1970.
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
            ("SSS", "%3f"),
            ("ss", "%S"),
        ];
        let mut out = String::new();
        let mut rest = pattern;
        while let Some(first) = rest.chars().next() {
            let part = PARTS.iter().find_map(|(part, format)| Some((rest.strip_prefix(part)?, format)));
            match part {
                Some((behind, format)) => {
                    out.push_str(&self.at.strftime(*format).to_string());
                    rest = behind;
                }
                None => {
                    out.push(first);
                    rest = rest.get(first.len_utf8()..).unwrap_or_default();
                }
            }
        }
        out
    }
}

fn local(moment: DateTime, zone: &TimeZone, form: Form) -> Option<Moment> {
    Some(Moment { at: moment.to_zoned(zone.clone()).ok()?, form })
}

/// `20260601`, and perhaps `091244`.
fn compact(date: &str, time: &str, zone: &TimeZone) -> Option<Moment> {
    let two = |text: &str, at: usize| text.get(at..at + 2).and_then(number);
    let date = Date::new(date.get(..4)?.parse().ok()?, two(date, 4)?, two(date, 6)?).ok()?;
    match time {
        "" => local(date.to_datetime(Time::midnight()), zone, Form::Date),
        time => {
            let time = Time::new(two(time, 0)?, two(time, 2)?, two(time, 4)?, 0).ok()?;
            local(date.to_datetime(time), zone, Form::DateTime)
        }
    }
}

fn read_date(text: &str) -> Option<Date> {
    let text = text.strip_suffix('日').unwrap_or(text);
    let mut parts = text.split(['-', '/', '.', '年', '月']);
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
    let is_fraction = fraction.len() <= 9 && fraction.bytes().all(|byte| byte.is_ascii_digit());
    if parts.next().is_some() || !is_fraction {
        return None;
    }
    Time::new(hour, minute, second, format!("{fraction:0<9}").parse().ok()?).ok()
}

/// One or two digits.
fn number(text: &str) -> Option<i8> {
    let is_number = (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok())?
}

fn with_offset(moment: DateTime, offset: &str) -> Option<Timestamp> {
    if offset.eq_ignore_ascii_case("z") {
        return Offset::UTC.to_timestamp(moment).ok();
    }
    let digits: String = offset.chars().skip(1).filter(|c| *c != ':').collect();
    let (hours, minutes) = (digits.get(..2)?, digits.get(2..).filter(|m| !m.is_empty()).unwrap_or("00"));
    let seconds = i32::from(number(hours)?) * 3_600 + i32::from(number(minutes)?) * 60;
    let signed = if offset.starts_with('-') { -seconds } else { seconds };
    Offset::from_seconds(signed).ok()?.to_timestamp(moment).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn china() -> TimeZone {
        TimeZone::get("Asia/Shanghai").unwrap()
    }

    #[test]
    fn every_way_of_writing_a_moment_is_read() {
        for (text, datetime, form) in [
            ("1780276364000", "2026-06-01 09:12:44", Form::Epoch),
            ("0", "1970-01-01 08:00:00", Form::Epoch),
            ("2026-06-01", "2026-06-01 00:00:00", Form::Date),
            ("2026/6/1", "2026-06-01 00:00:00", Form::Date),
            ("2026.6.1", "2026-06-01 00:00:00", Form::Date),
            ("2026年6月1日", "2026-06-01 00:00:00", Form::Date),
            ("20260601", "2026-06-01 00:00:00", Form::Date),
            ("20260601091244", "2026-06-01 09:12:44", Form::DateTime),
            ("2026-06-01 09:12", "2026-06-01 09:12:00", Form::DateTime),
            ("2026/6/1 9:12", "2026-06-01 09:12:00", Form::DateTime),
            ("2026-06-01T09:12:44.123", "2026-06-01 09:12:44", Form::DateTime),
            ("2026-06-01T01:12:44.5Z", "2026-06-01 09:12:44", Form::DateTime),
            ("2026-06-01T01:12:44+00:00", "2026-06-01 09:12:44", Form::DateTime),
            ("2026-05-31 20:12:44-0500", "2026-06-01 09:12:44", Form::DateTime),
        ] {
            let moment = Moment::read(text, &china()).expect(text);
            assert_eq!((moment.datetime().as_str(), moment.form), (datetime, form), "{text}");
        }
        let moment = Moment::read("0", &TimeZone::UTC).unwrap();
        assert_eq!(moment.by_pattern("yyyy年MM月dd日 SSS"), "1970年01月01日 000");
    }

    #[test]
    fn what_is_no_moment_is_none() {
        for text in [
            "",
            "明天",
            "2026-13-01",
            "20261301",
            "26-06-01",
            "2026-06-01 25:00",
            "2026-06-01 09:12:44+xx",
            "99999999999999999999",
        ] {
            assert!(Moment::read(text, &china()).is_none(), "{text}");
        }
    }
}
