//! The arrow *deliver*: steps go out wave by wave, each behind its stored intent.
//!
//! All items' next steps are one wave; steps of one action on one object go out in one call where the system takes
//! batches. After a wave one transaction settles what was done, fills links the moment ids are known, and stores the
//! intents of the next wave.

use std::collections::BTreeMap;

use contract::connector::{Done, Refusal};
use contract::store::{
    IntentChange, LineChange, LinkChange, LinkRef, Opening, Settled, Settlement, SettlementBatch, StoreError,
};
use futures_util::future::join_all;
use model::attempt::CallRecord;
use model::flow::Retries;
use model::intent::Intent;
use model::record::RecordKey;
use model::step::{Action, Step};
use model::task::State;
use model::{AnswerClass, Cause, ConnectionName, LinkId, ObjectName};

use super::doubts;
use super::item::{Item, Verdict};
use super::lines::ItemLines;
use super::retries::{after_lost_answer, after_refusal};
use super::taken::end_as_taken;
use crate::connection::{Line, Logged};
use crate::lane::Work;

/// Where the steps of a bundle go, and which link stands for each item.
pub(super) struct Route<'a> {
    /// The system that is written to.
    pub line: &'a Line,
    pub retries: &'a Retries,
    /// The target side of the links; for a write-back too, which shares the link of its sync.
    pub target_connection: &'a ConnectionName,
    pub target_object: &'a ObjectName,
    /// Whether a first step's id fills the link: not for a write-back.
    pub fills: bool,
}

/// Carries out the steps of all items that have some. Items whose steps are all done go on without a verdict.
pub(super) async fn deliver(
    work: &Work<'_>,
    route: &Route<'_>,
    items: &mut [Item<'_>],
) -> Result<Vec<CallRecord>, StoreError> {
    let mut calls = Vec::new();
    open(work, route, items).await?;
    while items.iter().any(is_under_way) {
        if !work.lease_is_good() {
            // Somebody else may own the lane by now: the intents stay and are looked into.
            break;
        }
        let waves = send(work, route, items).await;
        for wave in waves {
            take_outcomes(work, route, items, wave, &mut calls);
        }
        settle_wave(work, route, items).await?;
    }
    Ok(calls)
}

fn is_under_way(item: &Item) -> bool {
    item.goes_on() && !item.steps.is_empty()
}

/// Stores the first intents, and reserves links.
async fn open(work: &Work<'_>, route: &Route<'_>, items: &mut [Item<'_>]) -> Result<(), StoreError> {
    let mut openings = Vec::new();
    for item in items.iter_mut().filter(|item| is_under_way(item)) {
        openings.push(Opening {
            intent: intent(work, item, LinkId(0)),
            source: source_of(item),
            target_connection: route.target_connection.clone(),
            target_object: route.target_object.clone(),
            may_hold: item.may_hold.take(),
        });
    }
    if openings.is_empty() {
        return Ok(());
    }
    let opened = work.seams.store.open(&work.lease(), openings).await?;
    for (item, opened) in items.iter_mut().filter(|item| is_under_way(item)).zip(opened) {
        item.link_id = Some(opened.link);
    }
    Ok(())
}

fn source_of(item: &Item) -> RecordKey {
    match &item.link {
        Some(link) => link.source.clone(),
        None => item.record_key().clone(),
    }
}

fn intent(work: &Work<'_>, item: &Item, link: LinkId) -> Intent {
    let step = item.steps.front().cloned().expect("an item under way has a step");
    Intent {
        task: item.due.task.id,
        link,
        key: recognised_by(item, &step),
        step,
        revision: item.revision(),
        sent: work.seams.clock.now(),
    }
}

/// How a create whose answer is lost is recognised: by its key; what was derived, among the documents of its parent.
fn recognised_by(item: &Item, step: &Step) -> Vec<(String, String)> {
    match &item.derived {
        Some(parent) if step.action == Action::Derive => parent.key(),
        _ if makes_document(step) => item.key.clone(),
        _ => Vec::new(),
    }
}

/// Whether the step makes the document itself: what it answers is the document's id, and its key finds it.
pub(super) fn makes_document(step: &Step) -> bool {
    matches!(step.action, Action::Create | Action::Derive) && step.row_of.is_none()
}

/// One call's worth of steps and what came of them.
struct Wave {
    /// Which items, in the order of the outcomes.
    items: Vec<usize>,
    outcomes: Vec<Result<Done, Refusal>>,
    calls: Vec<CallRecord>,
    /// What functions logged that built the requests and read the answers.
    log: Vec<Logged>,
}

/// Sends the next step of every item, in as few calls as the system allows, all at once.
async fn send(work: &Work<'_>, route: &Route<'_>, items: &[Item<'_>]) -> Vec<Wave> {
    let mut groups: BTreeMap<(String, String, String), Vec<usize>> = BTreeMap::new();
    for (at, item) in items.iter().enumerate().filter(|(_, item)| is_under_way(item)) {
        let step = &item.steps[0];
        let group = (step.action.name().to_owned(), step.object.clone(), step.options.clone());
        groups.entry(group).or_default().push(at);
    }
    let batch = route.line.facts.batch.max(1);
    let lease = || work.lease().until;
    let sending = groups.values().flat_map(|group| group.chunks(batch)).map(|chunk| async move {
        let steps: Vec<Step> = chunk.iter().map(|&at| items[at].steps[0].clone()).collect();
        let wire = route.line.wire(&steps[0].object).within(&lease);
        let mut outcomes = route.line.connector.step(&wire, &steps).await;
        outcomes.resize_with(steps.len(), || Err(unanswered()));
        outcomes.iter().for_each(|outcome| route.line.went(outcome));
        Wave { items: chunk.to_vec(), outcomes, calls: wire.take_calls(), log: wire.take_log() }
    });
    let waves = join_all(sending).await;
    work.note_spending(route.line).await;
    waves
}

/// A connector that answers for fewer steps than it was given says nothing about the rest.
fn unanswered() -> Refusal {
    Refusal::new(AnswerClass::Unknown, Cause::new("engine.unanswered"))
}

fn take_outcomes(
    work: &Work<'_>,
    route: &Route<'_>,
    items: &mut [Item<'_>],
    wave: Wave,
    calls: &mut Vec<CallRecord>,
) {
    let numbers: Vec<u64> = wave.calls.iter().map(|call| call.number).collect();
    calls.extend(wave.calls);
    let now = work.seams.clock.now();
    for (at, outcome) in wave.items.into_iter().zip(wave.outcomes) {
        let item = &mut items[at];
        item.calls.extend(&numbers);
        item.hear(&wave.log, now);
        let step = item.steps.pop_front().expect("a step was sent");
        doubts::note(route.line, item, &step, &outcome, now);
        match outcome {
            Ok(done) => {
                take_done(item, &step, done, now);
                if item.steps.is_empty()
                    && let Some(verdict) = item.in_the_end.take()
                {
                    item.end(verdict);
                }
            }
            Err(refusal) => {
                item.note_refusal(step.action.name(), now, &refusal);
                let tries = item.due.task.tries;
                let verdict = match refusal.class {
                    AnswerClass::Unknown => after_lost_answer(refusal.cause, tries, now),
                    _ => after_refusal(&refusal, route.retries, tries, now, &*work.seams.chance),
                };
                end_or_put_back(item, &step, verdict);
            }
        }
    }
}

/// What a step took back (un-audited) for a write that a person must look into is put back by the transitions that were
/// to follow the write, while the content is as it was.
fn end_or_put_back(item: &mut Item, step: &Step, verdict: Verdict) {
    if verdict.state == State::Failed && item.is_taken_back && step.action == Action::Update {
        item.steps.retain(is_transition);
        item.is_taken_back = false;
        if let Some(next) = item.steps.front_mut() {
            next.id = next.id.take().or_else(|| step.id.clone());
            next.number = next.number.take().or_else(|| step.number.clone());
            item.in_the_end = Some(verdict);
            return;
        }
    }
    // A person is told why the write was refused, whatever becomes of putting back.
    let first = item.in_the_end.take().filter(|_| verdict.state == State::Failed);
    item.end(first.unwrap_or(verdict));
}

fn is_transition(step: &Step) -> bool {
    matches!(step.action, Action::Transition(_))
}

fn take_done(item: &mut Item, step: &Step, done: Done, now: model::Timestamp) {
    let id = done.id.or_else(|| step.id.clone());
    let number = done.number.or_else(|| step.number.clone());
    item.note(step.action.name(), now, None, number.as_deref().or(id.as_deref()).unwrap_or_default());
    // Once something was written it is not what it was, and must not be put back half changed.
    item.is_taken_back = is_transition(step) && (item.is_taken_back || item.was_in_place);
    item.was_in_place &= is_transition(step);
    item.is_moved = is_transition(step);
    if let Some(list) = &step.row_of {
        return take_row(item, step, list, id);
    }
    item.was_derived |= step.action == Action::Derive;
    item.target_id = id.or(item.target_id.take());
    item.target_number = number.or(item.target_number.take());
    for next in item.steps.iter_mut().filter(|next| next.row_of.is_none()).take(1) {
        next.id = next.id.take().or_else(|| item.target_id.clone());
        next.number = next.number.take().or_else(|| item.target_number.clone());
    }
}

/// A row is a record of its own: what is known of the document stays as it is.
fn take_row(item: &mut Item, step: &Step, list: &str, row: Option<String>) {
    let document = item.observed.as_ref().map(|found| found.id.clone());
    item.target_id = item.target_id.take().or(document);
    let lines = item.lines.iter_mut().find(|lines| lines.list == list);
    if let Some(lines) = lines.filter(|_| step.action == Action::Create) {
        lines.made(row);
    }
}

/// Stores what the wave did: links filled, intents closed or replaced by those of the next wave. Verdicts are stored
/// by whoever ends the bundle.
async fn settle_wave(work: &Work<'_>, route: &Route<'_>, items: &mut [Item<'_>]) -> Result<(), StoreError> {
    let at = work.seams.clock.now();
    let mut waiting = Vec::new();
    let mut settlements = Vec::new();
    for (index, item) in items.iter_mut().enumerate().filter(|(_, item)| item.goes_on()) {
        let Some(link) = item.link_id else { continue };
        let fill = newly_filled(route, item);
        let lines: Vec<LineChange> = item.lines.iter_mut().filter_map(ItemLines::take_found).collect();
        if fill.is_none() && lines.is_empty() && item.steps.is_empty() {
            continue;
        }
        let intent = match item.steps.is_empty() {
            true => IntentChange::Close,
            false => IntentChange::Replace(Box::new(intent(work, item, link))),
        };
        waiting.push(index);
        settlements.push(Settlement {
            intent,
            link: (fill.is_some() || !lines.is_empty()).then_some(LinkChange {
                link: LinkRef::Known(link),
                fill,
                agreed: None,
                lines,
            }),
            ..item.round(at)
        });
    }
    if settlements.is_empty() {
        return Ok(());
    }
    let batch = SettlementBatch { at, settlements, calls: Vec::new() };
    let settled = work.seams.store.settle(&work.lease(), batch).await?;
    for (index, settled) in waiting.into_iter().zip(settled) {
        match settled {
            Settled::Done => items[index].mark_filled(),
            Settled::Taken(other) => end_as_taken(work.seams, &mut items[index], &other).await?,
        }
    }
    Ok(())
}

fn newly_filled(route: &Route<'_>, item: &Item) -> Option<(String, Option<String>)> {
    let is_new = route.fills && !item.is_filled();
    is_new.then(|| Some((item.target_id.clone()?, item.target_number.clone()))).flatten()
}

impl Item<'_> {
    fn is_filled(&self) -> bool {
        self.filled || self.linked_id().is_some()
    }

    /// The link in the store now holds the target's id.
    pub(super) fn mark_filled(&mut self) {
        self.filled |= self.target_id.is_some();
    }
}
