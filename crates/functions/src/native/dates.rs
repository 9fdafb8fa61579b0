//! Points in time: milliseconds since 1970, or text in a zone.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use jiff::{Span, Timestamp, Zoned};
use model::Cause;

/// Counts beyond this make no date.
const MOST: f64 = 1e9;

fn zone(name: &str) -> Result<TimeZone, Cause> {
    TimeZone::get(name)
        .map_err(|_| Cause::new("function.unknown_zone").with("zone", crate::shared::shortened(name, 40)))
}

fn moment(text: &str, zone_name: &str) -> Result<Zoned, Cause> {
    let zone = zone(zone_name)?;
    read(text, &zone)
        .ok_or_else(|| Cause::new("function.not_date").with("value", crate::shared::shortened(text, 40)))
}

/// Milliseconds since 1970; `None` where the text is no moment.
pub(super) fn milliseconds(text: &str, zone_name: &str) -> Result<Option<i64>, Cause> {
    let zone = zone(zone_name)?;
    Ok(read(text, &zone).map(|at| at.timestamp().as_millisecond()))
}

/// By a pattern of `yyyy`, `MM`, `dd`, `HH`, `mm`, `ss`, `SSS`; every other character stands for itself.
pub(super) fn format(text: &str, pattern: &str, zone_name: &str) -> Result<String, Cause> {
    const PARTS: [(&str, &str); 7] = [
        ("yyyy", "%Y"),
        ("MM", "%m"),
        ("dd", "%d"),
        ("HH", "%H"),
        ("mm", "%M"),
        ("SSS", "%3f"),
        ("ss", "%S"),
    ];
    let at = moment(text, zone_name)?;
    let mut out = String::new();
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        match PARTS.iter().find(|(part, _)| rest.starts_with(part)) {
            Some((part, format)) => {
                out.push_str(&at.strftime(*format).to_string());
                rest = &rest[part.len()..];
            }
            None => {
                out.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
    }
    Ok(out)
}

/// So many units later, in milliseconds. A month after 31 January is the last of February.
pub(super) fn later(text: &str, count: f64, unit: &str, zone_name: &str) -> Result<i64, Cause> {
    let at = moment(text, zone_name)?;
    let not_whole = || Cause::new("function.bad_count");
    if !(count.fract() == 0.0 && count.abs() <= MOST) {
        return Err(not_whole());
    }
    let count = count as i64;
    let span = match unit {
        "years" => Span::new().try_years(count),
        "months" => Span::new().try_months(count),
        "weeks" => Span::new().try_weeks(count),
        "days" => Span::new().try_days(count),
        "hours" => Span::new().try_hours(count),
        "minutes" => Span::new().try_minutes(count),
        "seconds" => Span::new().try_seconds(count),
        other => {
            return Err(Cause::new("function.unknown_unit").with("unit", crate::shared::shortened(other, 40)));
        }
    };
    let later = span.ok().and_then(|span| at.checked_add(span).ok()).ok_or_else(not_whole)?;
    Ok(later.timestamp().as_millisecond())
}

/// Reads milliseconds (`1717200000000`), `2026-06-01`, `2026/6/1`, `20260601`, `20260601091244`, `2026年6月1日`,
/// `2026-06-01 09:12`, `2026-06-01T09:12:44.123`, the last ones also with an offset (`Z`, `+08:00`).
fn read(text: &str, zone: &TimeZone) -> Option<Zoned> {
    let text = text.trim();
    let digits = text.strip_prefix('-').unwrap_or(text);
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return match digits.len() {
            8 if digits == text => compact(text, "", zone),
            14 if digits == text => compact(&text[..8], &text[8..], zone),
            _ => Some(Timestamp::from_millisecond(text.parse().ok()?).ok()?.to_zoned(zone.clone())),
        };
    }
    let (date, rest) = match text.find(['T', ' ']) {
        Some(at) => (&text[..at], text[at + 1..].trim()),
        None => (text, ""),
    };
    let date = read_date(date)?;
    if rest.is_empty() {
        return date.to_datetime(Time::midnight()).to_zoned(zone.clone()).ok();
    }
    let (time, offset) = match rest.find(['Z', 'z', '+', '-']) {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    let moment = date.to_datetime(read_time(time.trim())?);
    match offset {
        "" => moment.to_zoned(zone.clone()).ok(),
        offset => Some(with_offset(moment, offset)?.to_zoned(zone.clone())),
    }
}

fn compact(date: &str, time: &str, zone: &TimeZone) -> Option<Zoned> {
    let date = Date::new(date[..4].parse().ok()?, date[4..6].parse().ok()?, date[6..].parse().ok()?).ok()?;
    let time = match time {
        "" => Time::midnight(),
        time => {
            Time::new(time[..2].parse().ok()?, time[2..4].parse().ok()?, time[4..].parse().ok()?, 0).ok()?
        }
    };
    date.to_datetime(time).to_zoned(zone.clone()).ok()
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
    let digits: String = offset[1..].chars().filter(|c| *c != ':').collect();
    let (hours, minutes) = (digits.get(..2)?, digits.get(2..).filter(|m| !m.is_empty()).unwrap_or("00"));
    let seconds = i32::from(number(hours)?) * 3_600 + i32::from(number(minutes)?) * 60;
    let signed = if offset.starts_with('-') { -seconds } else { seconds };
    Offset::from_seconds(signed).ok()?.to_timestamp(moment).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHINA: &str = "Asia/Shanghai";

    #[test]
    fn every_way_of_writing_a_moment_is_read() {
        for (text, expected) in [
            ("1780276364000", "2026-06-01 09:12:44"),
            ("0", "1970-01-01 08:00:00"),
            ("2026-06-01", "2026-06-01 00:00:00"),
            ("2026年6月1日", "2026-06-01 00:00:00"),
            ("2026/6/1 9:12", "2026-06-01 09:12:00"),
            ("20260601", "2026-06-01 00:00:00"),
            ("20260601091244", "2026-06-01 09:12:44"),
            ("2026-06-01T01:12:44.5Z", "2026-06-01 09:12:44"),
            ("2026-05-31 20:12:44-0500", "2026-06-01 09:12:44"),
        ] {
            assert_eq!(format(text, "yyyy-MM-dd HH:mm:ss", CHINA).as_deref(), Ok(expected), "{text}");
        }
        assert_eq!(format("0", "yyyy年MM月dd日 SSS", "UTC").as_deref(), Ok("1970年01月01日 000"));
    }

    #[test]
    fn what_is_no_moment_is_told() {
        for text in
            ["", "明天", "2026-13-01", "20261301", "26-06-01", "2026-06-01 25:00", "99999999999999999999"]
        {
            assert_eq!(milliseconds(text, CHINA), Ok(None), "{text}");
        }
        assert_eq!(milliseconds("0", "Mars/Olympus").unwrap_err().code, "function.unknown_zone");
    }

    #[test]
    fn a_month_after_the_last_of_january_is_the_last_of_february() {
        let later = |text, count, unit| {
            later(text, count, unit, CHINA)
                .map(|at| format(&at.to_string(), "yyyy-MM-dd HH:mm", CHINA).unwrap())
        };
        assert_eq!(later("2026-01-31", 1.0, "months").as_deref(), Ok("2026-02-28 00:00"));
        assert_eq!(later("2026-06-01 09:12", -90.0, "minutes").as_deref(), Ok("2026-06-01 07:42"));
        assert_eq!(later("2026-06-01", 1.5, "days").unwrap_err().code, "function.bad_count");
        assert_eq!(later("2026-06-01", 1e9, "years").unwrap_err().code, "function.bad_count");
        assert_eq!(later("2026-06-01", 1.0, "moons").unwrap_err().code, "function.unknown_unit");
    }
}
