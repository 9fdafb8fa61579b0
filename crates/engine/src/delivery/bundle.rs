//! Some due tasks of one flow and kind, taken all the way together.

use contract::connector::Refusal;
use contract::store::{Due, StoreError};
use model::attempt::CallRecord;
use model::task::{Kind, State};
use model::{Cause, FlowName, Timestamp};

use super::deliver::{Route, deliver};
use super::derive::{know_derived, wait_for_siblings};
use super::hooks;
use super::item::{Item, Verdict};
use super::observe::{find_mirrored, observe};
use super::parents::{pull_parents, tell_parents};
use super::plan::{agrees, plan};
use super::prepare::prepare;
use super::read_back::{is_unseen, read_back};
use super::resolve::{Resolved, resolve};
use super::retries::end_refused;
use super::settle::{adopt, settle};
use super::unknown::{is_final, resolve_open};
use super::voided::pass_over_unfound;
use super::{doubts, files, lines, notices, two_way, write_back};
use crate::connection::{Claimed, Line};
use crate::lane::Work;
use crate::seams::Seams;
use crate::setup::ActiveFlow;

/// Due tasks of one flow and kind.
pub(crate) struct Bundle {
    pub flow: FlowName,
    pub kind: Kind,
    /// Whose mapping it is; `None` for what is in force.
    pub as_of: Option<Timestamp>,
    pub dues: Vec<Due>,
}

/// Takes a bundle all the way. What the store refuses leaves the tasks as they are: whatever went out is found again
/// by its intent.
pub(crate) async fn work(work: &Work<'_>, bundle: Bundle) -> Result<(), StoreError> {
    let Some(active) = work.setup.flows.get(&bundle.flow) else {
        return not_in_force(work, &bundle).await;
    };
    let (active, unusable) = match bundle.as_of {
        None => (active.clone(), None),
        Some(at) => match work.setup.as_of(work.seams, active, at).await? {
            Ok(earlier) => (earlier, None),
            // A write that is open is looked into all the same.
            Err(cause) => (active.clone(), Some(cause)),
        },
    };
    let active = &*active;
    let dues = match bundle.kind {
        Kind::Notify => at_revisions(work, active, bundle.dues).await?,
        _ => bundle.dues,
    };
    let started = work.seams.clock.now();
    let mut items: Vec<Item> = dues.iter().map(|due| Item::new(due, started)).collect();
    if let Some(cause) = unusable {
        return leave_unusable(work, active, &mut items, bundle.kind, &cause).await;
    }
    match bundle.kind {
        Kind::WriteBack => write_back::run(work, active, &mut items).await,
        Kind::Files => files::run(work, active, &mut items).await,
        Kind::Notify => notify(work, active, &mut items).await,
        Kind::Deliver => bring_over(work, active, &mut items).await,
    }
}

/// Tasks whose earlier mapping cannot be used any more fail and say so. What of theirs may have been written is found out
/// first.
async fn leave_unusable(
    work: &Work<'_>,
    active: &ActiveFlow,
    items: &mut [Item<'_>],
    kind: Kind,
    cause: &Cause,
) -> Result<(), StoreError> {
    let calls = match kind {
        Kind::Deliver => resolve_open(work, active, &route(work, active), items).await?,
        Kind::Notify | Kind::WriteBack | Kind::Files => Vec::new(),
    };
    for item in items.iter_mut().filter(|item| item.goes_on()) {
        match item.due.intent.is_some() && kind != Kind::Deliver {
            true => item.end(Verdict {
                is_attempt: false,
                ..Verdict::new(State::Unknown)
                    .because(cause.clone())
                    .due(item.started + NOT_IN_FORCE)
                    .keeping_intent()
            }),
            false => item.fail(cause.clone()),
        }
    }
    settle(work, active, items, calls).await
}

fn route<'r>(work: &'r Work<'_>, active: &'r ActiveFlow) -> Route<'r> {
    let flow = active.flow();
    Route {
        line: work.elsewhere(active).unwrap_or(&active.target),
        retries: &flow.retries,
        target_connection: &flow.target.connection,
        target_object: &flow.target.object,
        fills: true,
    }
}

async fn bring_over(work: &Work<'_>, active: &ActiveFlow, items: &mut [Item<'_>]) -> Result<(), StoreError> {
    let (line, route) = (work.elsewhere(active), route(work, active));
    let mut calls = resolve_open(work, active, &route, items).await?;
    if line.is_some() {
        return move_over(work, active, items, calls).await;
    }
    calls.extend(map(work, active, items).await?);
    two_way::know(work.seams, active, items).await?;
    leave_agreed(work, active, items).await?;
    let mut claimed = work.claims.holder();
    claim(work, active, items, &mut claimed);
    // Before anything is looked for: what is found meanwhile shows to the look.
    wait_for_siblings(work, items).await?;
    doubts::wait_for_open(work, active, items).await?;
    find_mirrored(work.seams, active, items).await?;
    let _pairs = two_way::claim(active, items, work.seams.clock.now());
    calls.extend(observe(work.seams, active, items).await);
    calls.extend(doubts::observe_made(work, active, items).await);
    claim_found(work, active, items, &mut claimed);
    calls.extend(pass_over_unfound(work.seams, active, items).await);
    calls.extend(shape(work.seams, active, items).await);
    adopt(work, active, items).await?;
    calls.extend(lines::know(work.seams, active, items).await?);
    lines::keep_found(work, active, items).await?;
    calls.extend(know_derived(work.seams, active, items).await);
    two_way::weigh(work.seams, work.setup, active, items).await?;
    two_way::keep_theirs(active, items);
    plan(work.seams, active, items);
    calls.extend(deliver(work, &route, items).await?);
    bring_on(items);
    let written = hooks::written(items);
    calls.extend(read_back(work.seams, active, items).await);
    calls.extend(hooks::after_success(work.seams, active, items, &written).await);
    work.note_spending(&active.target).await;
    files::note_wanted(work.seams, active, items).await?;
    settle(work, active, items, calls).await
}

/// Tasks of a flow that was pointed to another system go to the lane of that one, but for those whose write is still open
/// here.
async fn move_over(
    work: &Work<'_>,
    active: &ActiveFlow,
    items: &mut [Item<'_>],
    calls: Vec<CallRecord>,
) -> Result<(), StoreError> {
    let now = work.seams.clock.now();
    for item in items.iter_mut().filter(|item| item.goes_on()) {
        item.end(Verdict {
            is_attempt: false,
            ..Verdict::new(State::Ready).due(now).tries(item.due.task.tries)
        });
    }
    settle(work, active, items, calls).await
}

async fn notify(work: &Work<'_>, active: &ActiveFlow, items: &mut [Item<'_>]) -> Result<(), StoreError> {
    let calls = map(work, active, items).await?;
    notices::run(work, active, items, calls).await
}

async fn map(
    work: &Work<'_>,
    active: &ActiveFlow,
    items: &mut [Item<'_>],
) -> Result<Vec<CallRecord>, StoreError> {
    let mut calls = prepare(work.seams, active, items).await?;
    let Resolved { missing, calls: resolving } = resolve(work.seams, active, items).await?;
    calls.extend(resolving);
    if !missing.is_empty() {
        pull_parents(work, active, &missing, items).await?;
    }
    Ok(calls)
}

/// What was derived is observed and brought on in the next round, like any document that is there.
fn bring_on(items: &mut [Item<'_>]) {
    // One whose id was not told keeps its intent, and is looked for.
    let derived = |item: &Item| item.was_derived && item.steps.is_empty() && item.target_id.is_some();
    items
        .iter_mut()
        .filter(|item| item.goes_on() && derived(item))
        .for_each(|item| item.end(Verdict::new(State::Ready)));
}

/// Ends what is known to agree, unless a second pass still waits for its reference: then it says for what.
async fn leave_agreed(
    work: &Work<'_>,
    active: &ActiveFlow,
    items: &mut [Item<'_>],
) -> Result<(), StoreError> {
    let mut missing = Vec::new();
    for item in items.iter_mut().filter(|item| item.goes_on()) {
        if !agrees(item) || !two_way::rests(active, item) || is_unseen(item) {
            continue;
        }
        let done = item.revision();
        match item.later_missing.clone() {
            None => {
                let link = two_way::heard(active, item);
                item.end(Verdict { link, ..Verdict::new(State::Synced).done(done) });
            }
            Some(awaited) => {
                missing.push(awaited.clone());
                let waits = Verdict::new(State::Waiting).due(item.started).tries(item.due.task.tries);
                item.end(waits.awaiting(awaited));
            }
        }
    }
    match missing.is_empty() {
        true => Ok(()),
        false => tell_parents(work.seams, work.setup, active, &missing, items).await,
    }
}

/// Records that would write the same document go one after the other, and none while somebody writes it who uses the
/// connection through us, or while it is not known whether a create did; so do those that derive from the same parent, since what a derivation made is known only by being
/// new among the parent's.
fn claim(work: &Work<'_>, active: &ActiveFlow, items: &mut [Item<'_>], claimed: &mut Claimed) {
    let object = active.flow().target.object.as_str();
    let now = work.seams.clock.now();
    for item in items.iter_mut().filter(|item| item.goes_on()) {
        if item.linked_id().is_none() {
            item.keys = doubts::keys(active, item);
        }
        let is_free = match item.linked_id() {
            Some(id) => claimed.claim_id(object, id),
            None => {
                !doubts::is_in_doubt(&active.target, object, item, now)
                    && claimed.claim_all(object, &item.keys)
            }
        };
        if !is_free {
            busy(work, item);
        }
    }
}

/// The same for documents that were there before their record was linked: they are known once they are observed.
fn claim_found(work: &Work<'_>, active: &ActiveFlow, items: &mut [Item<'_>], claimed: &mut Claimed) {
    let object = active.flow().target.object.as_str();
    for item in items.iter_mut().filter(|item| item.goes_on() && item.linked_id().is_none()) {
        let is_free = item.observed.as_ref().is_none_or(|found| claimed.claim_id(object, &found.id));
        if !is_free {
            busy(work, item);
        }
    }
}

fn busy(work: &Work<'_>, item: &mut Item<'_>) {
    let soon = work.seams.clock.now() + std::time::Duration::from_secs(1);
    let cause = Cause::new("engine.document_busy");
    item.end(Verdict::put_back(soon, item.due.task.tries, cause));
}

/// Brings the documents into the target's own shape.
pub(crate) async fn shape(seams: &Seams, active: &ActiveFlow, items: &mut [Item<'_>]) -> Vec<CallRecord> {
    let line = &active.target;
    let wire = line.wire(active.flow().target.object.as_str());
    for item in items.iter_mut().filter(|item| item.goes_on() && item.void.is_none()) {
        if let Err(refusal) = shape_one(line, &wire, active, item).await {
            end_refused(seams, active, item, "shape", &refusal);
        }
    }
    wire.take_calls()
}

async fn shape_one(
    line: &Line,
    wire: &crate::connection::ConnectionWire<'_>,
    active: &ActiveFlow,
    item: &mut Item<'_>,
) -> Result<(), Refusal> {
    let object = active.flow().target.object.as_str();
    if item.observed.is_none() {
        let create = active.compiled.create_document(&item.document).into_owned();
        item.create = line.connector.shape(wire, object, create).await?;
    }
    let document = std::mem::take(&mut item.document);
    item.document = line.connector.shape(wire, object, document).await?;
    Ok(())
}

/// How often tasks of a flow that is not in force are looked at. An apply that brings it back wakes them at once.
const NOT_IN_FORCE: std::time::Duration = std::time::Duration::from_secs(3_600);

/// How soon they are looked at again where somebody has applied something meanwhile that is not taken up here yet.
const OUTDATED: std::time::Duration = std::time::Duration::from_secs(5);

/// Tasks of a flow that is no longer in force keep, and are looked at now and then.
async fn not_in_force(work: &Work<'_>, bundle: &Bundle) -> Result<(), StoreError> {
    let now = work.seams.clock.now();
    let is_current = work.setup.is_of_this_generation(work.seams).await?;
    let again = now + if is_current { NOT_IN_FORCE } else { OUTDATED };
    let settlements = bundle.dues.iter().map(|due| contract::store::Settlement {
        state: if due.intent.is_some() { State::Unknown } else { State::Waiting },
        cause: Some(match due.task.cause.clone().filter(is_final) {
            // It still decides what becomes of a write that is open.
            Some(said) if due.intent.is_some() => said,
            _ => Cause::new("engine.flow_not_in_force").with("flow", &bundle.flow),
        }),
        due: again,
        ..contract::store::Settlement::of(&due.task, due.task.want, now)
    });
    let batch =
        contract::store::SettlementBatch { at: now, settlements: settlements.collect(), calls: Vec::new() };
    work.seams.store.settle(&work.lease(), batch).await.map(|_| ())
}

/// Notices of every change are told from the version that each change made.
async fn at_revisions(work: &Work<'_>, active: &ActiveFlow, dues: Vec<Due>) -> Result<Vec<Due>, StoreError> {
    let started = work.seams.clock.now();
    let asked: Vec<_> = dues
        .iter()
        .map(|due| (due.record.id, notices::next_revision(active, &Item::new(due, started))))
        .collect();
    if dues.iter().zip(&asked).all(|(due, (_, revision))| due.record.revision == *revision) {
        return Ok(dues);
    }
    let versions = work.seams.store.versions(&asked).await?;
    let at = |(mut due, version): (Due, Option<model::record::Record>)| {
        due.record = version.unwrap_or(due.record);
        due
    };
    Ok(dues.into_iter().zip(versions).map(at).collect())
}
