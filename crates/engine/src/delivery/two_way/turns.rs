//! Records that two flows write to and fro although nobody edits them: a system that makes something else of what is
//! written, another that answers that with something else again. Pure.
//!
//! A *turn* is a write of a field that follows a write of the same field by the flow the other way, and that no person
//! asked for: the source changed within [`QUICK`] of that write; or, where systems tell no times, it went back to what it
//! held before. A write after an edit ends the count, and so does one whose flow wrote the field last itself.

use std::time::Duration;

use model::{Cause, Timestamp, Value};

use super::kept::noted;
use super::rule::Ruling;
use super::sides::{Write, alike};
use super::{NEVER_AT_REST, TwoWay, latest};
use crate::delivery::item::{Item, Verdict};
use crate::delivery::two_way::ask::shown;
use crate::setup::{ActiveFlow, Twin};
use model::task::State;

/// So many turns are taken, and the next write is not made.
pub(super) const MOST_TURNS: u32 = 6;

/// A change that comes so soon after our own write is the system's: no person answers each of our writes as fast.
const QUICK: Duration = Duration::from_secs(60);

/// Ends an item one of whose fields would be written once too often; counts the turns of the others.
pub(super) fn stop_what_never_rests(active: &ActiveFlow, item: &mut Item, now: Timestamp) {
    let Some((twins, two_way)) = active.twins.as_ref().zip(item.two_way.as_ref()) else { return };
    if !item.goes_on() || two_way.rulings.is_empty() {
        return;
    }
    // Nothing changed since it was stopped: a person lets it run once more.
    let is_let = two_way.own.stopped == Some(item.revision());
    let turns: Vec<u32> = (twins.fields.iter().zip(&two_way.rulings))
        .map(|(twin, ruling)| match ruling {
            Ruling::Carry if !is_let => turns(active, item, two_way, twin),
            _ => 0,
        })
        .collect();
    let endless: Vec<&Twin> = twins
        .fields
        .iter()
        .zip(&turns)
        .filter(|(_, turns)| **turns > MOST_TURNS)
        .map(|(twin, _)| twin)
        .collect();
    if endless.is_empty() {
        if let Some(two_way) = &mut item.two_way {
            two_way.turns = turns;
        }
        return;
    }
    let fields: Vec<&str> = endless.iter().map(|twin| &*twin.there).collect();
    let nothing = Value::Null;
    let values = endless.iter().map(|twin| {
        let theirs = item.observed.as_ref().and_then(|observed| observed.body.get(&twin.there));
        let ours = item.document.get(&twin.there).unwrap_or(&nothing);
        format!(
            "{} ↔ {}",
            shown(active, &twin.there, ours),
            shown(active, &twin.there, theirs.unwrap_or(&nothing))
        )
    });
    let cause = Cause::new(NEVER_AT_REST)
        .with("fields", fields.join(", "))
        .with("values", values.collect::<Vec<_>>().join("; "))
        .with("count", MOST_TURNS)
        .with("other", &twins.other);
    let mut sides = two_way.own.clone();
    sides.stopped = Some(item.revision());
    let link = noted(item, &sides);
    item.note("two_way", now, Some(cause.clone()), "");
    item.end(Verdict { link, ..Verdict::new(State::Failed).because(cause) });
}

/// How many turns in a row the write of a twin would end.
fn turns(active: &ActiveFlow, item: &Item, two_way: &TwoWay, twin: &Twin) -> u32 {
    let ours = two_way.own.writes.get(&twin.there);
    let theirs =
        twin.here.iter().filter_map(|name| two_way.other.writes.get(name)).max_by_key(|write| write.turn);
    let Some(theirs) = theirs.filter(|theirs| ours.is_none_or(|ours| ours.turn < theirs.turn)) else {
        return 0;
    };
    let edited = latest::edited_here(active, two_way);
    let now = item.record.get(&twin.here[0]).unwrap_or(&Value::Null);
    match follows(theirs, ours, edited.map(|(from, _)| from), now) {
        true => theirs.turns + 1,
        false => 0,
    }
}

/// Whether a change of the source follows the write of the flow the other way by itself. `edited` is when it was changed,
/// at the earliest.
fn follows(theirs: &Write, ours: Option<&Write>, edited: Option<Timestamp>, now: &Value) -> bool {
    match edited {
        Some(edited) => edited <= theirs.at + QUICK,
        None => ours.is_some_and(|ours| alike(&ours.here, now)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_counts_as_the_systems_own_when_it_comes_at_once_or_goes_back() {
        let write = |seconds: u64, here: &'static str| Write {
            turn: 1,
            at: Timestamp(0) + Duration::from_secs(seconds),
            turns: 0,
            here: Value::text(here),
        };
        let at = |seconds: u64| Some(Timestamp(0) + Duration::from_secs(seconds));
        let ours = write(10, "甲");
        for (edited, now, expected) in [
            (at(101), "乙", true),
            (at(159), "乙", true),
            (at(161), "乙", false),
            (None, "甲", true),
            (None, "乙", false),
        ] {
            let found = follows(&write(100, "丙"), Some(&ours), edited, &Value::text(now));
            assert_eq!(found, expected, "{edited:?} {now}");
        }
    }
}
