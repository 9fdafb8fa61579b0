//! Parents before children: what others refer to and is not at the target yet is pulled in through its own flow.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use contract::store::{Awaited, Raise, StoreError};
use model::link::LinkSide;
use model::record::{Record, RecordKey};
use model::task::{Kind, State};
use model::{AnswerClass, Cause, Timestamp};

use super::item::{Item, Verdict};
use super::resolve::Missing;
use super::retries::retry;
use crate::lane::Work;
use crate::seams::Seams;
use crate::setup::{ActiveFlow, Setup};

/// Filling the parent's link wakes the child at once; this is only in case that was missed.
const LOOK_AGAIN: Duration = Duration::from_secs(600);

/// Brings missing parents in, after reading them where they are not known yet; and tells the children why they wait.
pub(super) async fn pull_parents(
    work: &Work<'_>,
    active: &ActiveFlow,
    missing: &[Missing],
    items: &mut [Item<'_>],
) -> Result<(), StoreError> {
    let mut wishes = Vec::new();
    for parent in parents(work.seams, work.setup, missing).await? {
        match (parent.carrier, &parent.record) {
            (Some(_), None) => wishes.push(parent.side.source.clone()),
            (Some(carrier), Some(_)) => raise(work, &parent.side.source, &carrier.raise()).await?,
            (None, _) => {}
        }
    }
    if !wishes.is_empty() {
        work.seams.store.wish(&wishes, work.seams.clock.now()).await?;
        wishes.iter().for_each(|key| work.signals.wake_reader(&key.connection, &key.object));
    }
    tell_parents(work.seams, work.setup, active, missing, items).await
}

async fn raise(work: &Work<'_>, parent: &RecordKey, raise: &Raise) -> Result<(), StoreError> {
    let ids = [parent.id.clone()];
    let now = work.seams.clock.now();
    work.seams.store.raise(&parent.connection, &parent.object, &ids, raise, false, now).await?;
    work.signals.wake_lane(&raise.lane);
    Ok(())
}

/// Gives each child that lacks a parent the reason why it waits; it fails when no flow ever carries such a parent.
pub(crate) async fn tell_parents(
    seams: &Seams,
    setup: &Setup,
    active: &ActiveFlow,
    missing: &[Missing],
    items: &mut [Item<'_>],
) -> Result<(), StoreError> {
    let mut reasons = BTreeMap::new();
    for parent in parents(seams, setup, missing).await? {
        let side = parent.side.clone();
        reasons.insert(side, reason(seams, parent).await?);
    }
    for item in items {
        tell(seams, active, item, &reasons);
    }
    Ok(())
}

/// A missing parent, with the flow that would carry it and what is known of it.
struct Parent<'s> {
    side: LinkSide,
    carrier: Option<&'s ActiveFlow>,
    record: Option<Record>,
}

async fn parents<'s>(
    seams: &Seams,
    setup: &'s Setup,
    missing: &[Missing],
) -> Result<Vec<Parent<'s>>, StoreError> {
    let sides: BTreeSet<&LinkSide> = missing.iter().map(|missing| &missing.side).collect();
    if sides.is_empty() {
        return Ok(Vec::new());
    }
    let keys: Vec<RecordKey> = sides.iter().map(|side| side.source.clone()).collect();
    let records = seams.store.find(&keys).await?;
    let parent = |(side, record): (&LinkSide, Option<Record>)| {
        let carrier = carrier(setup, side);
        Parent { side: side.clone(), carrier, record }
    };
    Ok(sides.into_iter().zip(records).map(parent).collect())
}

fn carrier<'s>(setup: &'s Setup, side: &LinkSide) -> Option<&'s ActiveFlow> {
    let (source, target) = (&side.source, &side.target_connection);
    let object = side.target_object.as_ref();
    setup.carrying(&source.connection, &source.object, target, object).map(|flow| &**flow)
}

/// Why a parent is not there yet.
enum Reason {
    NoFlow,
    BeingRead,
    Carried { number: Option<String>, state: State },
}

async fn reason(seams: &Seams, parent: Parent<'_>) -> Result<Reason, StoreError> {
    let (Some(carrier), Some(record)) = (parent.carrier, parent.record) else {
        return Ok(if parent.carrier.is_some() { Reason::BeingRead } else { Reason::NoFlow });
    };
    let of = [(carrier.name().clone(), record.id, Kind::Deliver)];
    let task = seams.store.tasks_of(&of).await?.into_iter().flatten().next();
    Ok(Reason::Carried { number: record.number, state: task.map_or(State::Ready, |task| task.state) })
}

fn tell(seams: &Seams, active: &ActiveFlow, item: &mut Item, reasons: &BTreeMap<LinkSide, Reason>) {
    let awaits = item.verdict.as_ref().and_then(|verdict| verdict.awaits.clone());
    let Some(Awaited::Link(side)) = awaits else { return };
    let Some(reason) = reasons.get(&side) else { return };
    let name =
        |code: &'static str| Cause::new(code).with("object", &side.source.object).with("id", &side.source.id);
    let verdict = match reason {
        Reason::NoFlow => Verdict::new(State::Failed).because(name("engine.no_flow_for_parent")),
        Reason::BeingRead => being_read(seams, active, item, &name),
        Reason::Carried { number, state } => {
            let code = match state {
                State::Failed | State::Ignored => "engine.parent_failed",
                State::Skipped => "engine.parent_skipped",
                _ => "engine.waits_for_parent",
            };
            let number = number.as_deref().unwrap_or(&side.source.id).to_owned();
            waiting(name(code).with("number", number), seams.clock.now(), item.due.task.tries)
        }
    };
    item.end(verdict.awaiting(side));
}

fn waiting(cause: Cause, now: Timestamp, tries: u32) -> Verdict {
    Verdict::new(State::Waiting).because(cause).due(now + LOOK_AGAIN).tries(tries)
}

/// The parent may not exist at all: the wait is bounded by the flow's schedule.
fn being_read(
    seams: &Seams,
    active: &ActiveFlow,
    item: &Item,
    name: &impl Fn(&'static str) -> Cause,
) -> Verdict {
    let (retries, tries, now) = (&active.flow().retries, item.due.task.tries, seams.clock.now());
    let cause = name("engine.waits_for_reading");
    let next = retry(cause, AnswerClass::Transient, retries, tries, now, &*seams.chance);
    match next.state {
        State::Failed => next.because(name("engine.parent_absent")),
        _ => Verdict { state: State::Waiting, ..next },
    }
}
