//! Write-back: what a sync came to goes back to the source record, as a task of its own.
//!
//! Its failure never undoes the sync. It goes out when its value changed and only for final states.

use contract::connector::PlanAsk;
use contract::store::{LinkChange, LinkRef, StoreError};
use model::attempt::CallRecord;
use model::flow::WriteBack;
use model::link::Agreed;
use model::task::{Kind, State, Task};
use model::{Catalogue, Cause, Hash, Lang, Map, Value};

use super::deliver::{Route, deliver};
use super::item::{Item, Verdict};
use super::observe::read_ids;
use super::plan::{Planned, waited_for};
use super::retries::{after_plan, end_refused};
use super::settle::settle;
use super::unknown::resolve_open;
use crate::lane::Work;
use crate::seams::Seams;
use crate::setup::ActiveFlow;

/// What a sync came to, for the source.
pub(crate) struct Outcome<'a> {
    pub state: State,
    pub cause: Option<&'a Cause>,
    pub target_id: Option<&'a str>,
    pub target_number: Option<&'a str>,
}

/// The fields that are written back, in the language of the source's users.
pub(crate) fn written_back(active: &ActiveFlow, outcome: &Outcome, words: &Catalogue) -> Map<'static> {
    let text = |text: Option<&str>| Value::from(text.unwrap_or_default().to_owned());
    let value = |what: &WriteBack| match what {
        WriteBack::TargetNumber => text(outcome.target_number.or(outcome.target_id)),
        WriteBack::TargetId => text(outcome.target_id),
        WriteBack::TaskState => text(Some(outcome.state.name())),
        WriteBack::TaskReason => Value::from(match (outcome.state, outcome.cause) {
            (State::Failed, Some(cause)) => words.text(cause, Lang::Zh),
            _ => String::new(),
        }),
    };
    active.flow().write_back.iter().map(|(field, what)| (field.clone().into(), value(what))).collect()
}

/// Takes write-back tasks all the way.
pub(super) async fn run(
    work: &Work<'_>,
    active: &ActiveFlow,
    items: &mut [Item<'_>],
) -> Result<(), StoreError> {
    let flow = active.flow();
    let route = Route {
        line: &active.source,
        retries: &flow.retries,
        target_connection: &flow.target.connection,
        target_object: &flow.target.object,
        fills: false,
    };
    leave_elsewhere(active, items);
    let mut calls = resolve_open(work, active, &route, items).await?;
    read_outcomes(work, active, items).await?;
    calls.extend(observe(work, active, items).await);
    plan(work.seams, active, items);
    calls.extend(deliver(work, &route, items).await?);
    for item in items.iter_mut().filter(|item| item.goes_on() && item.steps.is_empty()) {
        let verdict = Verdict::new(State::Synced).done(item.due.task.want);
        let link = item.link_id.map(|id| agreed(LinkRef::Known(id), item));
        item.end(Verdict { link, ..verdict });
    }
    settle(work, active, items, calls).await
}

/// Records of a source that the flow does not read any more are told nothing: their ids may be others' where it reads now.
fn leave_elsewhere(active: &ActiveFlow, items: &mut [Item<'_>]) {
    let source = &active.flow().source;
    for item in items {
        let key = item.record_key();
        if key.connection != source.connection || key.object != source.object {
            let want = item.due.task.want;
            item.end(Verdict::new(State::Synced).done(want));
        }
    }
}

/// What each sync came to; a sync that is under way again raises its write-back when it ends.
async fn read_outcomes(
    work: &Work<'_>,
    active: &ActiveFlow,
    items: &mut [Item<'_>],
) -> Result<(), StoreError> {
    let flow = active.flow();
    let syncs: Vec<_> =
        items.iter().map(|item| (flow.name.clone(), item.due.record.id, Kind::Deliver)).collect();
    let sides: Vec<_> = items.iter().map(|item| active.link_side(item.record_key())).collect();
    let syncs = work.seams.store.tasks_of(&syncs).await?;
    let links = work.seams.links_of(&sides).await?;
    for ((item, sync), link) in items.iter_mut().zip(syncs).zip(links) {
        if !item.goes_on() {
            continue;
        }
        item.link = link;
        let want = item.due.task.want;
        let is_final = |task: &Task| matches!(task.state, State::Synced | State::Failed);
        // What was voided at its source takes no more edits, and nobody looks at it there.
        match sync.filter(|task| is_final(task) && !item.due.record.void) {
            None => item.end(Verdict::new(State::Synced).done(want)),
            Some(task) => wanted(work, active, item, &task),
        }
    }
    Ok(())
}

fn wanted(work: &Work<'_>, active: &ActiveFlow, item: &mut Item, sync: &Task) {
    let link = item.link.as_ref();
    let outcome = Outcome {
        state: sync.state,
        cause: sync.cause.as_ref(),
        target_id: link.and_then(|link| link.target_id.as_deref()),
        target_number: link.and_then(|link| link.target_number.as_deref()),
    };
    let document = written_back(active, &outcome, &work.seams.catalogue);
    let hash = Hash::of_map(&document);
    let is_same = link.and_then(|link| link.agreed.written_back) == Some(hash);
    item.document = document;
    item.agreement = Some(hash);
    if is_same {
        item.end(Verdict::new(State::Synced).done(item.due.task.want));
    }
}

async fn observe(work: &Work<'_>, active: &ActiveFlow, items: &mut [Item<'_>]) -> Vec<CallRecord> {
    let flow = active.flow();
    let ids: Vec<String> =
        items.iter().filter(|item| item.goes_on()).map(|item| item.record_key().id.clone()).collect();
    if ids.is_empty() {
        return Vec::new();
    }
    let fields: Vec<String> = flow.write_back.iter().map(|(field, _)| field.clone()).collect();
    let read = read_ids(&active.source, flow.source.object.as_str(), &ids, &fields).await;
    for item in items.iter_mut().filter(|item| item.goes_on()) {
        item.calls.extend(read.calls.iter().map(|call| call.number));
        item.hear(&read.log, work.seams.clock.now());
        match &read.outcome {
            Ok(found) => match found.get(&item.record_key().id) {
                Some(found) => item.observed = Some(found.clone()),
                None => {
                    let id = item.record_key().id.clone();
                    item.fail(Cause::new("engine.source_gone").with("id", id));
                }
            },
            Err(refusal) => end_refused(work.seams, active, item, "get", refusal),
        }
    }
    read.calls
}

/// The first write-back writes what differs at the source; later ones everything, since what is read there may be older
/// than what was written.
fn plan(seams: &Seams, active: &ActiveFlow, items: &mut [Item<'_>]) {
    let (object, nothing) = (active.flow().source.object.as_str(), Map::new());
    for item in items.iter_mut().filter(|item| item.goes_on()) {
        let observed = item.observed.as_ref();
        let written = item.link.as_ref().and_then(|link| link.agreed.written_back).is_some();
        let differs = |name: &str, value: &Value| {
            let before = observed.and_then(|found| found.body.get(name));
            before.map_or(!value.is_blank(), |before| Hash::of(before) != Hash::of(value))
        };
        let changed: Vec<String> = item
            .document
            .iter()
            .filter(|(name, value)| written || differs(name, value))
            .map(|(name, _)| name.to_owned())
            .collect();
        let ask = |waited| PlanAsk {
            connection: &active.source.connection,
            object,
            create: &item.document,
            mapped: &item.document,
            changed: &changed,
            observed,
            status: None,
            void: None,
            agreed: written.then_some(&item.document),
            lines: &[],
            options: &nothing,
            waited,
            closed: None,
            derived: None,
        };
        let planned = match changed.is_empty() {
            true => Planned { steps: Ok(Vec::new()), waited: false },
            false => waited_for(item, |waited| active.source.connector.plan(&ask(waited))),
        };
        match planned.steps {
            Ok(steps) if steps.is_empty() => {
                let link = item.link.as_ref().map(|link| agreed(LinkRef::Known(link.id), item));
                let verdict = Verdict::new(State::Synced).done(item.due.task.want);
                item.end(Verdict { link, ..verdict });
            }
            Ok(steps) => item.steps = steps.into(),
            Err(refusal) => {
                let (now, tries) = (seams.clock.now(), item.due.task.tries);
                item.end(after_plan(&refusal, planned.waited, tries, now, &*seams.chance));
            }
        }
    }
}

fn agreed(link: LinkRef, item: &Item) -> LinkChange {
    let agreed = Agreed { written_back: item.agreement, ..Agreed::default() };
    LinkChange { link, fill: None, agreed: Some(agreed), lines: Vec::new() }
}
