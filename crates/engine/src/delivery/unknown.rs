//! An unknown outcome is resolved, not repeated: it is looked for until the system's settle window has passed.

use std::collections::BTreeMap;
use std::time::Duration;

use contract::connector::{Found, Refusal};
use contract::store::{IntentChange, LinkChange, LinkRef, LinkSides, StoreError};
use model::attempt::CallRecord;
use model::intent::Intent;
use model::link::Link;
use model::step::Action;
use model::task::{Kind, State};
use model::{AnswerClass, Cause, Timestamp};

use super::deliver::{Route, makes_document};
use super::derive::made_by;
use super::doubts::note_derived;
use super::item::{Item, Verdict};
use super::observe::{look_up, read_ids};
use super::retries::next_look;
use crate::lane::Work;
use crate::setup::ActiveFlow;

/// By how much a system's clock may go behind ours without a change being taken for older than its call.
const CLOCKS_DIFFER: Duration = Duration::from_secs(1);

/// Looks into the open intents of the items that have one; every such item gets a verdict. What was carried out, and
/// what is known not to have been, makes the task ready again: it then goes all the way, from what the target holds.
pub(super) async fn resolve_open(
    work: &Work<'_>,
    active: &ActiveFlow,
    route: &Route<'_>,
    items: &mut [Item<'_>],
) -> Result<Vec<CallRecord>, StoreError> {
    let mut calls = look_for_creates(work, active, route, items).await;
    let documents = documents_of_rows(work, active, items).await?;
    calls.extend(look_at_documents(work, active, route, items, &documents).await);
    Ok(calls)
}

/// What a look found out about one intent.
enum Look<'f> {
    Found(&'f Found),
    /// Deleted, as the step would have it.
    Gone,
    /// There, but not as the step would have made it.
    Otherwise,
    Absent,
    /// More than one document has our key.
    Several(usize),
    /// The look itself failed: nothing is known.
    Failed(Cause),
}

fn open_intent<'d>(item: &Item<'d>, is_create: bool) -> Option<&'d Intent> {
    let intent = item.due.intent.as_ref().filter(|_| item.goes_on())?;
    (makes_document(&intent.step) == is_create).then_some(intent)
}

async fn look_for_creates(
    work: &Work<'_>,
    active: &ActiveFlow,
    route: &Route<'_>,
    items: &mut [Item<'_>],
) -> Vec<CallRecord> {
    let mut calls = Vec::new();
    let mut groups: Vec<(String, Vec<String>, Vec<usize>)> = Vec::new();
    for (at, item) in items.iter_mut().enumerate() {
        let Some(intent) = open_intent(item, true) else { continue };
        if intent.step.action == Action::Derive {
            calls.extend(look_for_derived(work, active, route, item, intent).await);
            continue;
        }
        if intent.key.is_empty() {
            without_key(work, route, item, intent);
            continue;
        }
        let by: Vec<String> = intent.key.iter().map(|(field, _)| field.clone()).collect();
        // The flow may have been pointed elsewhere since: it is looked for where it was sent.
        let object = &intent.step.object;
        match groups.iter_mut().find(|(of, known, _)| of == object && *known == by) {
            Some((.., members)) => members.push(at),
            None => groups.push((object.clone(), by, vec![at])),
        }
    }
    for (object, by, members) in groups {
        let values = |at: &usize| {
            let intent = items[*at].due.intent.as_ref().expect("grouped by its intent");
            intent.key.iter().map(|(_, value)| value.clone()).collect()
        };
        let keys: Vec<Vec<String>> = members.iter().map(values).collect();
        let fields = looked_at_fields(active, route, &object);
        let looked_up = look_up(route.line, &object, &fields, &by, &keys).await;
        let numbers: Vec<u64> = looked_up.calls.iter().map(|call| call.number).collect();
        for (n, at) in members.into_iter().enumerate() {
            let item = &mut items[at];
            item.calls.extend(&numbers);
            item.hear(&looked_up.log, work.seams.clock.now());
            let look = match &looked_up.outcome {
                Err(refusal) => Look::Failed(refusal.cause.clone()),
                Ok(hits) => match hits[n].as_slice() {
                    [] => Look::Absent,
                    [one] => Look::Found(one),
                    several => Look::Several(several.len()),
                },
            };
            conclude(work, route, item, look);
        }
        calls.extend(looked_up.calls);
    }
    calls
}

/// What a derivation made is among the documents of its parent that were not known before it and that no other record is
/// linked to.
async fn look_for_derived(
    work: &Work<'_>,
    active: &ActiveFlow,
    route: &Route<'_>,
    item: &mut Item<'_>,
    intent: &Intent,
) -> Vec<CallRecord> {
    let (found, calls) = made_by(active, route.line, intent).await;
    item.calls.extend(calls.iter().map(|call| call.number));
    let found = match found {
        Ok(found) => free_of_others(work, route, found, intent).await,
        Err(refusal) => Err(refusal),
    };
    match &found {
        // A system that cannot tell what was derived leaves it to a person.
        Err(refusal) if refusal.cause.code == "connector.unsupported" => {
            without_key(work, route, item, intent)
        }
        Err(refusal) => conclude(work, route, item, Look::Failed(refusal.cause.clone())),
        Ok(found) => match found.as_slice() {
            [] => conclude(work, route, item, Look::Absent),
            [one] => conclude(work, route, item, Look::Found(one)),
            several => {
                let id = intent.key.first().map(|(_, id)| id.clone()).unwrap_or_default();
                let cause = Cause::new("engine.derived_unclear").with("id", id).with("count", several.len());
                item.fail_in_doubt(intent.link, cause);
            }
        },
    }
    calls
}

/// Leaves out what other records are linked to: a sibling may have derived from the same parent meanwhile.
async fn free_of_others(
    work: &Work<'_>,
    route: &Route<'_>,
    found: Vec<Found>,
    intent: &Intent,
) -> Result<Vec<Found>, Refusal> {
    if found.is_empty() {
        return Ok(found);
    }
    let sides = LinkSides {
        connection: route.line.name().clone(),
        object: intent.step.object.as_str().into(),
        ids: found.iter().map(|found| found.id.clone()).collect(),
    };
    let links = work.seams.store.by_target(&sides).await;
    let links = links.map_err(|error| Refusal::new(AnswerClass::Transient, error.cause()))?;
    let is_free = |link: &Option<Link>| link.as_ref().is_none_or(|link| link.id == intent.link);
    Ok(found.into_iter().zip(&links).filter(|(_, link)| is_free(link)).map(|(found, _)| found).collect())
}

/// A create without any key cannot be recognised: once it must have settled, a person looks.
fn without_key(work: &Work<'_>, route: &Route<'_>, item: &mut Item, intent: &Intent) {
    let now = work.seams.clock.now();
    let settled = work.sent(intent.sent) + route.line.facts.settle_window;
    match now < settled {
        true => {
            let cause = Cause::new("engine.answer_lost");
            item.end(still_unknown(item, cause, settled));
        }
        false => item.fail_in_doubt(intent.link, Cause::new("engine.may_exist")),
    }
}

/// The documents whose rows were written with an unknown outcome, by the place of their items: what became of a row is
/// seen in its document.
async fn documents_of_rows(
    work: &Work<'_>,
    active: &ActiveFlow,
    items: &[Item<'_>],
) -> Result<BTreeMap<usize, String>, StoreError> {
    let is_row = |item: &Item| open_intent(item, false).is_some_and(|intent| intent.step.row_of.is_some());
    let places: Vec<usize> = (0..items.len()).filter(|&at| is_row(&items[at])).collect();
    let sides: Vec<_> = places.iter().map(|&at| active.link_side(items[at].record_key())).collect();
    let links = work.seams.links_of(&sides).await?;
    Ok(places.into_iter().zip(links).filter_map(|(at, link)| Some((at, link?.target_id?))).collect())
}

async fn look_at_documents(
    work: &Work<'_>,
    active: &ActiveFlow,
    route: &Route<'_>,
    items: &mut [Item<'_>],
    documents: &BTreeMap<usize, String>,
) -> Vec<CallRecord> {
    let mut ids_of: BTreeMap<String, Vec<(usize, Option<String>)>> = BTreeMap::new();
    for (at, item) in items.iter().enumerate() {
        let Some(intent) = open_intent(item, false) else { continue };
        let (object, id) = match intent.step.row_of {
            Some(_) => (active.flow().target.object.to_string(), documents.get(&at).cloned()),
            None => (intent.step.object.clone(), intent.step.id.clone()),
        };
        ids_of.entry(object).or_default().push((at, id));
    }
    let mut calls = Vec::new();
    for (object, members) in ids_of {
        let ids: Vec<String> = members.iter().filter_map(|(_, id)| id.clone()).collect();
        let fields = looked_at_fields(active, route, &object);
        let read = read_ids(route.line, &object, &ids, &fields).await;
        let numbers: Vec<u64> = read.calls.iter().map(|call| call.number).collect();
        for (at, id) in members {
            let item = &mut items[at];
            let intent = item.due.intent.as_ref().expect("grouped by its intent");
            item.calls.extend(&numbers);
            item.hear(&read.log, work.seams.clock.now());
            let found = |id: &String| read.outcome.as_ref().ok().and_then(|found| found.get(id));
            let look = match (&read.outcome, id.as_ref().and_then(found)) {
                (Err(refusal), _) => Look::Failed(refusal.cause.clone()),
                (Ok(_), None) if intent.step.action == Action::Delete => Look::Gone,
                (Ok(_), None) => Look::Absent,
                (Ok(_), Some(found)) => {
                    let is_so = route.line.connector.accomplished(&intent.step, found);
                    match is_so && !was_so_before(intent, found) {
                        true => Look::Found(found),
                        false => Look::Otherwise,
                    }
                }
            };
            conclude(work, route, item, look);
        }
        calls.extend(read.calls);
    }
    calls
}

/// Whether the document has not changed since an update went out: an earlier write made it so, and this one may still
/// come, over whatever is written next. Transitions and rows do not move the time of change everywhere
/// (`protocols/kingdee.md §5.7`).
fn was_so_before(intent: &Intent, found: &Found) -> bool {
    let is_update = intent.step.action == Action::Update && intent.step.row_of.is_none();
    let sent = intent.sent - CLOCKS_DIFFER;
    is_update && found.version.is_some_and(|version| version < sent.0)
}

/// What is read to see whether a step was carried out: the fields that the flow writes there.
/// Where the flow wrote before it was pointed elsewhere, its present fields mean nothing.
fn looked_at_fields(active: &ActiveFlow, route: &Route<'_>, object: &str) -> Vec<String> {
    match route.fills {
        true if object != active.flow().target.object.as_str() => Vec::new(),
        true => active.compiled.target_fields().to_vec(),
        false => active.flow().write_back.iter().map(|(field, _)| field.clone()).collect(),
    }
}

fn conclude(work: &Work<'_>, route: &Route<'_>, item: &mut Item, look: Look) {
    let intent = item.due.intent.as_ref().expect("an open intent is looked into");
    let line = route.line;
    let now = work.seams.clock.now();
    let settled = work.sent(intent.sent) + line.facts.settle_window;
    let name = intent.step.action.name().to_owned();
    let verdict = match look {
        Look::Found(found) => {
            item.note(&name, now, None, found.number.clone().unwrap_or_else(|| found.id.clone()));
            if intent.step.action == Action::Derive {
                note_derived(line, &intent.step.object, &intent.key, item.due.task.id, now);
            }
            carried_out(item, intent, found, now)
        }
        Look::Gone => {
            item.note(&name, now, None, "");
            ready(item, now)
        }
        Look::Several(count) => {
            let cause = Cause::new("engine.key_not_unique").with("count", count);
            Verdict::new(State::Failed).because(cause)
        }
        Look::Failed(cause) => {
            let cause = match said(item).filter(is_final) {
                // It still decides what becomes of the write; that a look failed is told beside it.
                Some(said) => {
                    item.note("lookup", now, Some(cause), "");
                    said
                }
                None => cause,
            };
            still_unknown(item, cause, next_look(intent.sent, now))
        }
        Look::Absent | Look::Otherwise if now < settled => {
            let cause = last_cause(item);
            still_unknown(item, cause, next_look(intent.sent, now).min(settled))
        }
        Look::Absent | Look::Otherwise => {
            item.note("lookup", now, None, "–");
            match last_cause(item) {
                cause if is_final(&cause) => Verdict::new(State::Failed).because(cause),
                _ => ready(item, now),
            }
        }
    };
    item.end(verdict);
}

/// Why the outcome is unknown: what the system said when it said something.
fn last_cause(item: &Item) -> Cause {
    said(item).unwrap_or_else(|| Cause::new("engine.answer_lost"))
}

fn said(item: &Item) -> Option<Cause> {
    item.due.task.cause.clone().filter(|_| item.due.task.state == State::Unknown)
}

/// Whether, with this cause, what is not there is not sent again either: the system refused it as a duplicate, and it is not ours; or its
/// answer came and a function could not read it.
pub(super) fn is_final(cause: &Cause) -> bool {
    cause.code.ends_with(".duplicate") || cause.code.ends_with(".answer_unread")
}

fn carried_out(item: &Item, intent: &Intent, found: &Found, now: Timestamp) -> Verdict {
    // A success: what comes next counts its tries anew.
    let verdict = ready(item, now).tries(0);
    if item.due.task.kind == Kind::WriteBack {
        return verdict.link(item.forget_written_back(intent.link));
    }
    if !makes_document(&intent.step) {
        return verdict;
    }
    let fill = Some((found.id.clone(), found.number.clone()));
    verdict.link(LinkChange { link: LinkRef::Known(intent.link), fill, agreed: None, lines: Vec::new() })
}

/// Goes all the way in the next round; the intent is settled.
fn ready(item: &Item, now: Timestamp) -> Verdict {
    let verdict = Verdict::new(State::Ready).due(now).tries(item.due.task.tries);
    Verdict { intent: IntentChange::Close, ..verdict }
}

fn still_unknown(item: &Item, cause: Cause, due: Timestamp) -> Verdict {
    Verdict::new(State::Unknown).because(cause).due(due).tries(item.due.task.tries).keeping_intent()
}
