//! What the target holds now: by its id where it is linked, from either side; by `match` and `key` where it is not.

use std::collections::BTreeMap;

use contract::connector::{Found, LookupAsk, Refusal};
use contract::store::{Linked, StoreError};
use model::attempt::CallRecord;
use model::link::Referent;
use model::task::State;
use model::{AnswerClass, Cause};

use super::item::{Item, Verdict};
use super::read_back::not_shown;
use super::resolve::field_text;
use super::retries::{end_refused, retry};
use crate::connection::{Line, Logged};
use crate::seams::Seams;
use crate::setup::ActiveFlow;

/// Observes the targets of all items that need a write. Gives the calls made.
pub(crate) async fn observe(seams: &Seams, active: &ActiveFlow, items: &mut [Item<'_>]) -> Vec<CallRecord> {
    let mut calls = observe_linked(seams, active, items).await;
    calls.extend(observe_by_key(seams, active, items).await);
    calls
}

async fn observe_linked(seams: &Seams, active: &ActiveFlow, items: &mut [Item<'_>]) -> Vec<CallRecord> {
    let ids: Vec<String> = (items.iter().filter(|item| item.goes_on()))
        .filter_map(|item| known_id(item).map(str::to_owned))
        .collect();
    if ids.is_empty() {
        return Vec::new();
    }
    let read = read_targets(active, &ids).await;
    let now = seams.clock.now();
    let retries = &active.flow().retries;
    for item in items.iter_mut().filter(|item| item.goes_on()) {
        let Some(id) = known_id(item).map(str::to_owned) else { continue };
        item.calls.extend(read.calls.iter().map(|call| call.number));
        item.hear(&read.log, now);
        let tries = item.due.task.tries;
        match &read.outcome {
            Err(refusal) => end_refused(seams, active, item, "get", refusal),
            Ok(found) => match found.get(&id) {
                Some(found) => item.observed = Some(found.clone()),
                None if let Some(waits) = not_shown(item, active.target.facts.settle_window, now) => {
                    item.end(waits);
                }
                None => {
                    // Perhaps only not visible yet, so it is tried again before a person is asked.
                    let cause = Cause::new("engine.target_gone").with("id", &id);
                    let class = AnswerClass::Transient;
                    let next = retry(cause, class, retries, tries, now, &*seams.chance);
                    let nothing_to_void = item.void.is_some() && next.state == State::Failed;
                    let done = item.revision();
                    item.end(if nothing_to_void { Verdict::new(State::Synced).done(done) } else { next });
                }
            },
        }
    }
    read.calls
}

/// The target's id by the item's own link, or by that of a flow the other way.
fn known_id<'i>(item: &'i Item) -> Option<&'i str> {
    item.linked_id().or(item.mirrored.as_deref())
}

/// Finds the targets of records that were made by a flow the other way: their pair is known, and none is made beside it.
pub(crate) async fn find_mirrored(
    seams: &Seams,
    active: &ActiveFlow,
    items: &mut [Item<'_>],
) -> Result<(), StoreError> {
    if !active.is_mirrored {
        return Ok(());
    }
    let is_asked = |item: &&Item| item.goes_on() && item.linked_id().is_none();
    let asked = items.iter().filter(is_asked).map(|item| Referent::from(active.link_side(item.record_key())));
    let known = seams.other_sides(asked.collect()).await?;
    for item in items.iter_mut().filter(|item| item.goes_on() && item.linked_id().is_none()) {
        if let Some(Linked::One { id, .. }) = known.get(&active.link_side(item.record_key()).into()) {
            item.mirrored = Some(id.clone());
        }
    }
    Ok(())
}

/// Targets by id, as read.
pub(super) struct Targets {
    pub outcome: Result<BTreeMap<String, Found>, Refusal>,
    pub calls: Vec<CallRecord>,
    pub log: Vec<Logged>,
}

/// Reads the target documents of these ids with all fields that the flow writes.
pub(super) async fn read_targets(active: &ActiveFlow, ids: &[String]) -> Targets {
    let fields = active.compiled.target_fields();
    read_ids(&active.target, active.flow().target.object.as_str(), ids, fields).await
}

pub(super) async fn read_ids(line: &Line, object: &str, ids: &[String], fields: &[String]) -> Targets {
    let wire = line.wire(object);
    let mut by_id = BTreeMap::new();
    for ids in ids.chunks(line.facts.lookup.max(1)) {
        let found = line.connector.get(&wire, object, ids, fields).await;
        line.went(&found);
        match found {
            Ok(found) => by_id.extend(found.into_iter().map(|found| (found.id.clone(), found))),
            Err(refusal) => {
                return Targets { outcome: Err(refusal), calls: wire.take_calls(), log: wire.take_log() };
            }
        }
    }
    Targets { outcome: Ok(by_id), calls: wire.take_calls(), log: wire.take_log() }
}

/// Looks for documents that are there though no link says so: made before us, or by us before a restore.
async fn observe_by_key(seams: &Seams, active: &ActiveFlow, items: &mut [Item<'_>]) -> Vec<CallRecord> {
    let mut calls = Vec::new();
    for by in ways_to_match(active) {
        let asking: Vec<(usize, Vec<String>)> = items
            .iter()
            .enumerate()
            .filter(|(_, item)| item.goes_on() && item.linked_id().is_none() && item.observed.is_none())
            .filter_map(|(at, item)| {
                let values = by.iter().map(|field| field_text(&item.document, field));
                Some((at, values.collect::<Option<Vec<_>>>()?))
            })
            .collect();
        if asking.is_empty() {
            continue;
        }
        let keys: Vec<Vec<String>> = asking.iter().map(|(_, key)| key.clone()).collect();
        let object = active.flow().target.object.as_str();
        let looked_up = look_up(&active.target, object, active.compiled.target_fields(), &by, &keys).await;
        let numbers: Vec<u64> = looked_up.calls.iter().map(|call| call.number).collect();
        for (n, (at, key)) in asking.into_iter().enumerate() {
            let item = &mut items[at];
            item.calls.extend(&numbers);
            item.hear(&looked_up.log, seams.clock.now());
            take_hits(seams, active, item, looked_up.outcome.as_ref().map(|hits| &hits[n]), &by, &key);
        }
        calls.extend(looked_up.calls);
    }
    calls
}

/// `match` first; then the stamp by itself, when it is not part of that.
pub(crate) fn ways_to_match(active: &ActiveFlow) -> Vec<Vec<String>> {
    let target = &active.flow().target;
    let mut ways = Vec::new();
    if !target.matching.is_empty() {
        ways.push(target.matching.clone());
    }
    if let Some(key) = target.key.as_ref().filter(|key| !target.matching.contains(key)) {
        ways.push(vec![key.clone()]);
    }
    ways
}

pub(super) struct Hits {
    pub outcome: Result<Vec<Vec<Found>>, Refusal>,
    pub calls: Vec<CallRecord>,
    pub log: Vec<Logged>,
}

/// Every record of the object that has the key, for each key in order.
pub(super) async fn look_up(
    line: &Line,
    object: &str,
    fields: &[String],
    by: &[String],
    keys: &[Vec<String>],
) -> Hits {
    let wire = line.wire(object);
    let mut hits = Vec::with_capacity(keys.len());
    for keys in keys.chunks(line.facts.lookup.max(1)) {
        let ask = LookupAsk { object, by, keys, fields };
        let found = line.connector.lookup(&wire, &ask).await;
        line.went(&found);
        match found {
            Ok(found) => hits.extend(found),
            Err(refusal) => {
                return Hits { outcome: Err(refusal), calls: wire.take_calls(), log: wire.take_log() };
            }
        }
    }
    hits.resize_with(keys.len(), Vec::new);
    Hits { outcome: Ok(hits), calls: wire.take_calls(), log: wire.take_log() }
}

/// The key as it may be stored and shown: whose values are somebody's own are left out.
fn written(active: &ActiveFlow, by: &[String], key: &[String]) -> String {
    let personal = active.target.object(active.flow().target.object.as_str()).personal;
    let is_personal = |field: &str| field.split('.').any(|name| personal.iter().any(|own| own == name));
    let pair = |(field, value): (&String, &String)| match is_personal(field) {
        true => format!("{field}=***"),
        false => format!("{field}={value}"),
    };
    by.iter().zip(key).map(pair).collect::<Vec<_>>().join(", ")
}

fn take_hits(
    seams: &Seams,
    active: &ActiveFlow,
    item: &mut Item,
    hits: Result<&Vec<Found>, &Refusal>,
    by: &[String],
    key: &[String],
) {
    let now = seams.clock.now();
    let written = written(active, by, key);
    match hits {
        Err(refusal) => {
            end_refused(seams, active, item, "lookup", refusal);
        }
        Ok(found) => match found.as_slice() {
            [] => item.note("lookup", now, None, format!("{written}: –")),
            [one] => {
                item.note("lookup", now, None, format!("{written}: {}", one.id));
                item.observed = Some(one.clone());
            }
            several => {
                let ids: Vec<&str> =
                    several.iter().map(|found| found.number.as_deref().unwrap_or(&found.id)).collect();
                let cause = Cause::new("engine.several_match")
                    .with("key", written)
                    .with("count", several.len())
                    .with("found", ids.join(", "));
                item.fail(cause);
            }
        },
    }
}
