//! Records that are void at their source.
//!
//! One that was synced is voided at the target as the flow says. One that was void at its first reading may have a
//! document there too, from before us: it is looked for by `match` and `key`, adopted and voided. Nothing is ever made
//! for a void record.

use contract::connector::Found;
use model::attempt::CallRecord;
use model::flow::{Mode, Void};
use model::task::State;
use model::{Cause, Map, Value};

use super::item::{Item, Verdict};
use super::observe::{look_up, ways_to_match};
use super::resolve::field_text;
use super::retries::end_refused;
use crate::seams::Seams;
use crate::setup::ActiveFlow;

/// A voided record: what the flow says of its target, if there may be one.
pub(super) fn leave(active: &ActiveFlow, item: &mut Item) {
    match &active.flow().void {
        Void::Do(transition) if item.linked_id().is_some() || may_have_document(active, item) => {
            item.void = Some(transition.clone());
        }
        Void::Do(_) => pass_over(item),
        Void::Keep => {
            let kept = Verdict::new(State::Skipped).because(Cause::new("engine.void_kept"));
            item.end(kept.done(item.revision()));
        }
    }
}

/// Ends a void record that has no document.
pub(super) fn pass_over(item: &mut Item) {
    let nothing = Verdict::new(State::Skipped).because(Cause::new("engine.void_before_sync"));
    item.end(nothing.done(item.revision()));
}

/// Whether a document from before us can be found, and would be this flow's: of a record that the flow would not carry
/// if it stood, nothing is voided.
fn may_have_document(active: &ActiveFlow, item: &Item) -> bool {
    let flow = active.flow();
    let is_found = active.is_mirrored || !ways_to_match(active).is_empty();
    flow.mode == Mode::Document && is_found && would_be_carried(active, &item.record)
}

/// Scopes usually say that a record must not be void, so it is looked at as if it were not.
fn would_be_carried(active: &ActiveFlow, record: &Value) -> bool {
    let Some(map) = record.as_map() else { return false };
    let mut standing = map.borrow();
    for (field, value) in active.source.connector.standing(active.flow().source.object.as_str()) {
        standing.set(field, value);
    }
    active.compiled.scope(&Value::Map(standing)).unwrap_or(false)
}

/// What an unlinked void record is looked for by: of its document only that, whatever else it lacks.
pub(super) fn sought(active: &ActiveFlow, document: &Map) -> Map<'static> {
    let fields = ways_to_match(active).concat();
    let is_sought = |name: &str| {
        fields
            .iter()
            .any(|field| field.split('.').next() == Some(name) && field_text(document, field).is_some())
    };
    let sought = document.iter().filter(|(name, _)| is_sought(name));
    sought.map(|(name, value)| (name.to_owned().into(), value.clone().into_owned())).collect()
}

/// Ends those for which nothing was found, and those whose document may belong to another record of that number which
/// still stands: a duplicate that was voided takes nothing away from the one that was kept. The source is asked, since the
/// other may never have been read; of a record without a number nobody can tell. Gives the calls made.
pub(crate) async fn pass_over_unfound(
    seams: &Seams,
    active: &ActiveFlow,
    items: &mut [Item<'_>],
) -> Vec<CallRecord> {
    let is_unlinked = |item: &Item| item.goes_on() && item.void.is_some() && item.linked_id().is_none();
    let object = active.flow().source.object.as_str();
    let by = active.source.object(object).number;
    let mut found = Vec::new();
    for (at, item) in items.iter_mut().enumerate().filter(|(_, item)| is_unlinked(item)) {
        item.document = Map::new();
        match (&item.observed, &item.due.record.number, &by) {
            (Some(_), Some(number), Some(_)) => found.push((at, vec![number.clone()])),
            _ => pass_over(item),
        }
    }
    let Some(by) = by.filter(|_| !found.is_empty()) else { return Vec::new() };
    let keys: Vec<Vec<String>> = found.iter().map(|(_, key)| key.clone()).collect();
    let hits = look_up(&active.source, object, &[], &[by], &keys).await;
    for (n, (at, _)) in found.into_iter().enumerate() {
        let item = &mut items[at];
        item.calls.extend(hits.calls.iter().map(|call| call.number));
        item.hear(&hits.log, seams.clock.now());
        match &hits.outcome {
            Err(refusal) => end_refused(seams, active, item, "lookup", refusal),
            Ok(hits) => {
                let is_another = |found: &Found| !found.void && found.id != item.record_key().id;
                if hits[n].iter().any(is_another) {
                    pass_over(item);
                }
            }
        }
    }
    hits.calls
}
