//! After the last step: what the target holds now is read once for all items, and becomes what both sides agree on.

use contract::connector::Found;
use contract::store::{LinkChange, LinkRef};
use model::attempt::CallRecord;
use model::{Cause, Hash, Map, Value};

use super::item::{Item, Verdict};
use super::lines;
use super::observe::read_targets;
use super::plan::agreed;
use crate::seams::Seams;
use crate::setup::ActiveFlow;

/// Ends every item whose steps are all done. A read-back that fails does not undo a sync: the agreement then lacks the
/// target's hash.
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
        end(active, item, found);
    }
    read.calls
}

fn is_written(item: &Item) -> bool {
    item.goes_on() && item.steps.is_empty() && item.target_id.is_some()
}

/// Fields that the target holds otherwise than we wrote them: an unknown base-data number that became empty, a text
/// that was cut.
fn differences(document: &Map, found: &Found) -> Vec<String> {
    let differs = |name: &str, value: &Value| match found.body.get(name) {
        None => false,
        Some(read) => !holds(read, value),
    };
    document.iter().filter(|(name, value)| differs(name, value)).map(|(name, _)| name.to_owned()).collect()
}

/// Whether what was read says what was written. The target may add to maps and lists; texts and numbers of one writing
/// are alike.
fn holds(read: &Value, written: &Value) -> bool {
    match (read, written) {
        (Value::Map(read), Value::Map(written)) => {
            written.iter().all(|(name, value)| read.get(name).is_none_or(|read| holds(read, value)))
        }
        // Mostly in their order; each is looked for everywhere where it does not stand at its place.
        (Value::List(read), Value::List(written)) => written.iter().enumerate().all(|(place, line)| {
            read.get(place).is_some_and(|read| holds(read, line)) || read.iter().any(|read| holds(read, line))
        }),
        _ => read == written || Hash::of(read) == Hash::of(written) || plain(read) == plain(written),
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
        ] {
            let (read, written) = (json::read(read).unwrap(), json::read(written).unwrap());
            assert_eq!(holds(&read, &written), alike, "{read:?} {written:?}");
        }
    }
}
