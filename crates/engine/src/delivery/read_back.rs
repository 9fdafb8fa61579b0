//! After the last step: what the target holds now is read once for all items, and becomes what both sides agree on.

use std::time::Duration;

use contract::connector::Found;
use contract::store::{LinkChange, LinkRef};
use model::attempt::CallRecord;
use model::task::State;
use model::{Cause, Hash, Map, Timestamp, Value};

use super::item::{Item, Verdict};
use super::lines::{self, ItemLines};
use super::observe::read_targets;
use super::plan::{agreed, wanted_status};
use crate::seams::Seams;
use crate::setup::ActiveFlow;

/// Why a document that is written waits: its rows are still to be learned.
const ROWS_NOT_SHOWN: &str = "engine.rows_not_shown";

/// Why a document that is written waits: it is not in the status into which its steps were answered to have brought it.
const STATUS_NOT_REACHED: &str = "engine.status_not_reached";

/// So many rounds bring a document into its status that was told to be there. Some systems leave it to their own
/// approvals after all: what is left then is told by reconciliation.
const ROUNDS_TO_STATUS: u32 = 2;

/// How soon a document that does not show is looked at again.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// Ends every item whose steps are all done. A read-back that fails does not undo a sync: the agreement then lacks the
/// target's hash. Where it was to tell the rows of lines, it is made again.
pub(super) async fn read_back(seams: &Seams, active: &ActiveFlow, items: &mut [Item<'_>]) -> Vec<CallRecord> {
    let ids: Vec<String> =
        items.iter().filter(|item| is_written(item)).filter_map(|i| i.target_id.clone()).collect();
    if ids.is_empty() {
        return Vec::new();
    }
    let read = read_targets(active, &ids).await;
    let now = seams.clock.now();
    for item in items.iter_mut().filter(|item| is_written(item)) {
        item.calls.extend(read.calls.iter().map(|call| call.number));
        item.hear(&read.log, now);
        let found = match &read.outcome {
            Ok(found) => item.target_id.as_ref().and_then(|id| found.get(id)),
            Err(refusal) => {
                item.note_refusal("read_back", now, refusal);
                None
            }
        };
        if let Some(found) = found {
            let differing = differences(&item.document, found);
            let cause = (!differing.is_empty())
                .then(|| Cause::new("engine.read_back_differs").with("fields", differing.join(", ")));
            item.note("read_back", now, cause, found.status.clone().unwrap_or_default());
        }
        match found {
            None if lacks_rows(item) => look_again(active, item, now),
            Some(found) if let Some(wanted) = not_reached(active, item, found) => {
                plan_again(item, found, &wanted, now);
            }
            found => end(active, item, found),
        }
    }
    read.calls
}

pub(super) fn is_written(item: &Item) -> bool {
    item.goes_on() && item.steps.is_empty() && item.target_id.is_some()
}

/// Whether it was not seen since it was written: the rows of its lines are still to be learned.
pub(super) fn is_unseen(item: &Item) -> bool {
    item.void.is_none() && item.link.as_ref().is_some_and(|link| link.agreed.target == Some(unseen()))
}

/// What a link remembers of a target that was written and did not show.
fn unseen() -> Hash {
    Hash::of_text("unseen")
}

/// A document that was written a moment ago and still does not show; `None` once it should have.
pub(super) fn not_shown(item: &Item, settle_window: Duration, now: Timestamp) -> Option<Verdict> {
    let tries = item.due.task.tries;
    let is_new = is_unseen(item) && item.waited_for(ROWS_NOT_SHOWN) && LOOK_AGAIN * tries < settle_window;
    is_new.then(|| Verdict {
        cause: item.due.task.cause.clone(),
        ..Verdict::new(State::Waiting).due(now + LOOK_AGAIN).tries(tries + 1)
    })
}

/// Whether it has lines whose rows only the target can tell.
fn lacks_rows(item: &Item) -> bool {
    item.void.is_none() && item.lines.iter().any(ItemLines::lacks_rows)
}

/// A document that does not show yet, or could not be read, has rows that nobody knows: whoever refers to one of its
/// lines would wait for ever. So it is looked at again before it rests.
fn look_again(active: &ActiveFlow, item: &mut Item, now: Timestamp) {
    let shown = item.target_number.as_deref().or(item.target_id.as_deref()).unwrap_or_default();
    let cause = Cause::new(ROWS_NOT_SHOWN).with("number", shown);
    end(active, item, None);
    let mut link = item.verdict.take().and_then(|verdict| verdict.link);
    if let Some(agreed) = link.as_mut().and_then(|link| link.agreed.as_mut()) {
        agreed.target = Some(unseen());
    }
    item.end(Verdict { link, ..Verdict::new(State::Waiting).because(cause).due(now + LOOK_AGAIN) });
}

/// The status that the document should have after its steps and has not: the answer to the last of them was none of its
/// own, or the system left it undone. `None` where no step was to change it (a write alone may begin an approval), and
/// once that was tried again and again.
fn not_reached(active: &ActiveFlow, item: &Item, found: &Found) -> Option<String> {
    let should_move = item.is_moved && item.void.is_none() && !found.void;
    let has = found.status.as_deref().filter(|_| should_move)?;
    // Where the flow leaves the status to people, a write brings it back to where it was.
    let before = || item.observed.as_ref().and_then(|observed| observed.status.as_deref());
    let wanted = wanted_status(active, item).or_else(before).filter(|wanted| *wanted != has)?;
    (rounds_to_status(item) < ROUNDS_TO_STATUS).then(|| wanted.to_owned())
}

fn rounds_to_status(item: &Item) -> u32 {
    if item.waited_for(STATUS_NOT_REACHED) { item.due.task.tries } else { 0 }
}

/// What is written stays open until the next round has seen it, and brought it into its status.
fn plan_again(item: &mut Item, found: &Found, wanted: &str, now: Timestamp) {
    let shown = found.number.as_deref().unwrap_or(&found.id);
    let cause = Cause::new(STATUS_NOT_REACHED)
        .with("number", shown)
        .with("status", found.status.as_deref().unwrap_or_default())
        .with("wanted", wanted);
    let tries = rounds_to_status(item) + 1;
    item.end(Verdict::new(State::Waiting).because(cause).due(now + LOOK_AGAIN).tries(tries));
}

/// Fields that the target holds otherwise than we wrote them: an unknown base-data number that became empty, a text
/// that was cut.
pub(crate) fn differences(document: &Map, found: &Found) -> Vec<String> {
    let differs = |name: &str, value: &Value| match found.body.get(name) {
        None => false,
        Some(read) => !holds(read, value),
    };
    document.iter().filter(|(name, value)| differs(name, value)).map(|(name, _)| name.to_owned()).collect()
}

/// Whether what was read says what was written. The target may add to maps and lists; texts and numbers of one writing
/// are alike.
pub(crate) fn holds(read: &Value, written: &Value) -> bool {
    match (read, written) {
        (Value::Map(read), Value::Map(written)) => {
            written.iter().all(|(name, value)| read.get(name).is_none_or(|read| holds(read, value)))
        }
        // Mostly in their order; each is looked for everywhere where it does not stand at its place.
        (Value::List(read), Value::List(written)) => written.iter().enumerate().all(|(place, line)| {
            read.get(place).is_some_and(|read| holds(read, line)) || read.iter().any(|read| holds(read, line))
        }),
        _ => {
            read == written
                || Hash::of(read) == Hash::of(written)
                || plain(read) == plain(written)
                || is_same_truth(read, written)
        }
    }
}

/// Whether one is a truth and the other says the same as a sign: some systems read out `1` and `0` for what was written as
/// true and false (`protocols/kingdee.md §5.6`).
fn is_same_truth(one: &Value, other: &Value) -> bool {
    let sign = |truth: bool| if truth { "1" } else { "0" };
    match (one, other) {
        (Value::Bool(truth), sign_of) | (sign_of, Value::Bool(truth)) => {
            sign_of.plain().is_some_and(|text| text.trim() == sign(*truth))
        }
        _ => false,
    }
}

/// The text of a plain value by which differently written equals are alike.
fn plain(value: &Value) -> String {
    match value {
        Value::Number(number) => number.canonical(),
        Value::Text(text) => match model::Number::parse(text.trim()) {
            Some(number) => number.canonical(),
            None => text.trim().to_owned(),
        },
        other => other.plain().unwrap_or_default().into_owned(),
    }
}

fn end(active: &ActiveFlow, item: &mut Item, found: Option<&Found>) {
    let link = item.link_id.map(LinkRef::Known);
    let id = item.target_id.clone().expect("a written item has an id");
    let number = found.and_then(|found| found.number.clone()).or_else(|| item.target_number.clone());
    item.target_number = number.clone();
    let change = link.map(|link| LinkChange {
        link,
        fill: Some((id, number)),
        agreed: Some(agreed(active, item, found)),
        lines: lines::settled(active, item, found),
    });
    item.end(Verdict { link: change, ..item.through() });
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::json;

    #[test]
    fn what_the_target_adds_is_no_difference_and_what_it_dropped_is() {
        for (read, written, alike) in [
            (r#"{"FNumber":"603","FName":"总公司"}"#, r#"{"FNumber":"603"}"#, true),
            (r#""13.00""#, "13", true),
            (r#"" ""#, r#""""#, true),
            (r#"{"FNumber":" "}"#, r#"{"FNumber":"T01"}"#, false),
            (
                r#"[{"FENTRYID":1,"FNAME1":"李四"},{"FENTRYID":2,"FNAME1":"王五"}]"#,
                r#"[{"FNAME1":"李四"}]"#,
                true,
            ),
            (r#"[]"#, r#"[{"FNAME1":"李四"}]"#, false),
            (r#"true"#, r#""true""#, true),
            (r#""1""#, "true", true),
            (r#""0""#, "true", false),
            ("0", "false", true),
            (r#""1""#, r#""true""#, false),
        ] {
            let (read, written) = (json::read(read).unwrap(), json::read(written).unwrap());
            assert_eq!(holds(&read, &written), alike, "{read:?} {written:?}");
        }
    }
}
