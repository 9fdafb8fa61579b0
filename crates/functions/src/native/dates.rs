//! Points in time: milliseconds since 1970, or text in a zone.

use jiff::Span;
use jiff::tz::TimeZone;
use model::Cause;
use model::moment::Moment;

/// Counts beyond this make no date.
const MOST: f64 = 1e9;

fn zone(name: &str) -> Result<TimeZone, Cause> {
    TimeZone::get(name)
        .map_err(|_| Cause::new("function.unknown_zone").with("zone", crate::shared::shortened(name, 40)))
}

fn moment(text: &str, zone_name: &str) -> Result<Moment, Cause> {
    let zone = zone(zone_name)?;
    Moment::read(text, &zone)
        .ok_or_else(|| Cause::new("function.not_date").with("value", crate::shared::shortened(text, 40)))
}

/// Milliseconds since 1970; `None` where the text is no moment.
pub(super) fn milliseconds(text: &str, zone_name: &str) -> Result<Option<i64>, Cause> {
    let zone = zone(zone_name)?;
    Ok(Moment::read(text, &zone).map(|moment| moment.epoch()))
}

/// By a pattern of `yyyy`, `MM`, `dd`, `HH`, `mm`, `ss`, `SSS`; every other character stands for itself.
pub(super) fn format(text: &str, pattern: &str, zone_name: &str) -> Result<String, Cause> {
    Ok(moment(text, zone_name)?.by_pattern(pattern))
}

/// So many units later, in milliseconds. A month after 31 January is the last of February.
pub(super) fn later(text: &str, count: f64, unit: &str, zone_name: &str) -> Result<i64, Cause> {
    let at = moment(text, zone_name)?.at;
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

#[cfg(test)]
mod tests {
    use super::*;

    const CHINA: &str = "Asia/Shanghai";

    #[test]
    fn a_moment_is_shown_in_its_zone() {
        let shown = |text, pattern, zone| format(text, pattern, zone);
        assert_eq!(
            shown("2026-06-01T01:12:44Z", "yyyy-MM-dd HH:mm:ss", CHINA).as_deref(),
            Ok("2026-06-01 09:12:44")
        );
        assert_eq!(shown("0", "yyyy年MM月dd日 SSS", "UTC").as_deref(), Ok("1970年01月01日 000"));
    }

    #[test]
    fn what_is_no_moment_is_told() {
        for text in ["", "明天", "2026-13-01"] {
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
