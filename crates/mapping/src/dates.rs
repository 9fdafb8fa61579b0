//! Dates of records: as `model` reads them, in the usual zone where a text names none.

use jiff::tz::TimeZone;
use model::Cause;
pub(crate) use model::moment::{Form, Moment};

/// The zone of texts that name none.
pub(crate) const ZONE: &str = "Asia/Shanghai";

/// Digits that a number of milliseconds has more of.
const SHORT: usize = 8;

/// The zone of that name.
pub(crate) fn zone(name: &str) -> Result<TimeZone, Cause> {
    TimeZone::get(name)
        .map_err(|_| Cause::new("mapping.unknown_zone").with("zone", crate::finding::shown(name)))
}

/// The zone of texts that name none.
pub(crate) fn usual_zone() -> TimeZone {
    TimeZone::get(ZONE).unwrap_or(TimeZone::UTC)
}

/// A point in time; `None` for a text that is none. A number of few digits is an amount that was taken for a date.
pub(crate) fn read(text: &str, zone: &TimeZone) -> Option<Moment> {
    let moment = Moment::read(text, zone)?;
    let is_short = moment.form == Form::Epoch && text.trim().trim_start_matches('-').len() <= SHORT;
    (!is_short).then_some(moment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_number_is_no_date_and_a_date_without_marks_is() {
        for text in ["12", "-20260601", "0", "明天"] {
            assert!(read(text, &usual_zone()).is_none(), "{text}");
        }
        let moment = read("20260601", &usual_zone()).unwrap();
        assert_eq!((moment.date().as_str(), moment.form), ("2026-06-01", Form::Date));
        assert_eq!(read("1780276364000", &usual_zone()).unwrap().datetime(), "2026-06-01 09:12:44");
    }
}
