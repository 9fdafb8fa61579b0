//! Who edited later, where both sides tell when: by the records' modification times, each corrected by what the clock of its
//! system was measured to be off. A person is asked where the two may be either way round, and where nothing was measured.

use contract::connector::Found;
use model::{Timestamp, Value};

use super::TwoWay;
use super::rule::Ruling;
use super::sides::alike;
use crate::connection::Line;
use crate::delivery::item::Item;
use crate::seams::Seams;
use crate::setup::{ActiveFlow, Twin};

/// Between these, in milliseconds since 1970, a version is a time: 2000 to 2100.
const TIMES: std::ops::Range<i64> = 946_684_800_000..4_102_444_800_000;

/// A span in which something happened, by our clock.
pub(super) type Span = (Timestamp, Timestamp);

pub(super) fn decided(
    seams: &Seams,
    active: &ActiveFlow,
    item: &Item,
    two_way: &TwoWay,
    twin: &Twin,
    observed: &Found,
) -> Ruling {
    let now = seams.clock.now();
    // What the flow the other way saw edited here and left to this one: its own writes moved the record's time since.
    let seen_here = twin.here.iter().find_map(|name| {
        let (value, version) = two_way.other.seen.get(name)?;
        alike(value, item.record.get(name).unwrap_or(&Value::Null)).then_some(*version)
    });
    let here = seen_here.or(two_way.version).or(item.due.record.version);
    let there = match two_way.own.seen.get(&twin.there) {
        Some((value, version)) if observed.body.get(&twin.there).is_some_and(|now| alike(value, now)) => {
            Some(*version)
        }
        _ => observed.version,
    };
    let here = here.and_then(|version| span(&active.source, version, now));
    let there = there.and_then(|version| span(&active.target, version, now));
    here.zip(there).map_or(Ruling::Ask, |(here, there)| later(here, there))
}

/// When the source was changed last.
pub(super) fn edited_here(active: &ActiveFlow, two_way: &TwoWay) -> Option<Span> {
    let version = two_way.version.filter(|version| TIMES.contains(version))?;
    let (from, to) = active.source.skew.known().unwrap_or((0, 0));
    Some((Timestamp(version - to), Timestamp(version - from)))
}

/// When something happened that the system stamped so; `None` where that cannot be told.
fn span(line: &Line, version: i64, now: Timestamp) -> Option<Span> {
    let (from, to) = line.skew.at(now)?;
    // Whole seconds are mostly cut.
    let cut = if version % 1_000 == 0 { 999 } else { 0 };
    TIMES.contains(&version).then(|| (Timestamp(version - to), Timestamp(version + cut - from)))
}

/// Which of two spans is later, where they do not touch.
fn later(here: Span, there: Span) -> Ruling {
    if here.0 > there.1 {
        Ruling::Carry
    } else if there.0 > here.1 {
        Ruling::Yield
    } else {
        Ruling::Ask
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_later_edit_is_right_and_a_person_is_asked_where_the_clocks_cannot_tell() {
        let span = |from: i64, to: i64| (Timestamp(from), Timestamp(to));
        for (here, there, expected) in [
            (span(5_000, 5_900), span(3_000, 4_999), Ruling::Carry),
            (span(3_000, 4_999), span(5_000, 5_900), Ruling::Yield),
            (span(3_000, 5_000), span(5_000, 5_900), Ruling::Ask),
            (span(3_000, 9_000), span(5_000, 5_900), Ruling::Ask),
        ] {
            assert_eq!(later(here, there), expected, "{here:?} {there:?}");
        }
    }
}
