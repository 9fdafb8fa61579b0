//! Parents before children: what others refer to and is not linked yet is pulled in through its own flow; where the flow
//! that links it goes the other way, the child waits for that.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use contract::store::{Awaited, Raise, StoreError};
use model::link::{KnownBy, Referent};
use model::record::{Record, RecordKey};
use model::task::{State, Task};
use model::{AnswerClass, Cause, Timestamp};

use super::circles::{chain, task_of};
use super::item::{Item, Verdict};
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
    missing: &[Referent],
    items: &mut [Item<'_>],
) -> Result<(), StoreError> {
    let mut wishes = Vec::new();
    for parent in parents(work.seams, work.setup, missing).await? {
        match (parent.carrier, &parent.record) {
            (Some(_), None) if parent.awaited.by == KnownBy::Id => wishes.push(parent.awaited.of.clone()),
            (Some(carrier), Some(record)) => raise(work, &record.key, &carrier.raise()).await?,
            _ => {}
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

/// Gives each child that lacks a parent the reason why it waits; it fails when no flow ever links such a parent.
pub(crate) async fn tell_parents(
    seams: &Seams,
    setup: &Setup,
    active: &ActiveFlow,
    missing: &[Referent],
    items: &mut [Item<'_>],
) -> Result<(), StoreError> {
    let mut reasons = BTreeMap::new();
    for parent in parents(seams, setup, missing).await? {
        let awaited = parent.awaited.clone();
        reasons.insert(awaited, reason(seams, setup, parent).await?);
    }
    for item in items {
        tell(seams, active, item, &reasons);
    }
    Ok(())
}

/// A missing parent, with the flow that would carry it and what is known of it.
struct Parent<'s> {
    awaited: Referent,
    carrier: Option<&'s ActiveFlow>,
    /// Whether a flow the other way makes such records: their other side is its source.
    comes_from_there: bool,
    record: Option<Record>,
}

async fn parents<'s>(
    seams: &Seams,
    setup: &'s Setup,
    missing: &[Referent],
) -> Result<Vec<Parent<'s>>, StoreError> {
    let awaited: BTreeSet<&Referent> = missing.iter().collect();
    let keys = |by: KnownBy| -> Vec<RecordKey> {
        awaited.iter().filter(|awaited| awaited.by == by).map(|awaited| awaited.of.clone()).collect()
    };
    let (by_id, by_number) = (keys(KnownBy::Id), keys(KnownBy::Number));
    let found = if by_id.is_empty() { Vec::new() } else { seams.store.find(&by_id).await? };
    let numbered = if by_number.is_empty() { Vec::new() } else { seams.store.numbered(&by_number).await? };
    let (mut found, mut numbered) = (found.into_iter(), numbered.into_iter());
    let parent = |awaited: &Referent| Parent {
        carrier: setup.carrying(awaited),
        comes_from_there: setup.carries_back(awaited),
        record: match awaited.by {
            KnownBy::Id => found.next().flatten(),
            KnownBy::Number => numbered.next().flatten(),
            KnownBy::LineOf(_) => None,
        },
        awaited: awaited.clone(),
    };
    Ok(awaited.iter().copied().map(parent).collect())
}

/// Why a parent is not there yet.
enum Reason {
    NoFlow,
    BeingRead,
    /// Its document, or the record it was made from, has not been linked yet.
    NotLinked,
    Carried {
        number: Option<String>,
        task: Option<Task>,
        /// The parent, and whom it waits for in turn.
        chain: Vec<RecordKey>,
    },
}

async fn reason(seams: &Seams, setup: &Setup, parent: Parent<'_>) -> Result<Reason, StoreError> {
    let is_line = matches!(parent.awaited.by, KnownBy::LineOf(_));
    match (parent.carrier, parent.record) {
        (Some(_), _) if is_line => Ok(Reason::NotLinked),
        (Some(carrier), Some(record)) => {
            let task = task_of(seams, carrier, &record).await?;
            let chain = chain(seams, setup, &parent.awaited, &record, task.as_ref()).await?;
            Ok(Reason::Carried { number: record.number, task, chain })
        }
        (Some(_), None) => Ok(Reason::BeingRead),
        (None, _) if parent.comes_from_there => Ok(Reason::NotLinked),
        (None, _) => Ok(Reason::NoFlow),
    }
}

fn tell(seams: &Seams, active: &ActiveFlow, item: &mut Item, reasons: &BTreeMap<Referent, Reason>) {
    let waits = item.verdict.as_ref().filter(|verdict| verdict.state == State::Waiting);
    let Some(Awaited::Link(awaited)) = waits.and_then(|verdict| verdict.awaits.clone()) else { return };
    let Some(reason) = reasons.get(&awaited) else { return };
    let (now, tries) = (seams.clock.now(), item.due.task.tries);
    let name = |code: &'static str| named(code, &awaited);
    let verdict = match reason {
        Reason::NoFlow => Verdict::new(State::Failed).because(name("engine.no_flow_for_parent")),
        Reason::BeingRead => being_read(seams, active, item, &name),
        Reason::NotLinked => waiting(not_linked(&awaited), now, tries),
        Reason::Carried { number, task, chain } => {
            let number = number.as_deref().unwrap_or(&awaited.of.id);
            if item.later_missing.is_none() && chain.contains(item.record_key()) {
                let circle = name("engine.parent_circle").with("number", number);
                return item.end(Verdict::new(State::Failed).because(circle).awaiting(awaited));
            }
            waiting(carried(name, task.as_ref()).with("number", number), now, tries)
        }
    };
    item.end(verdict.awaiting(awaited));
}

fn named(code: &'static str, awaited: &Referent) -> Cause {
    Cause::new(code).with("object", &awaited.of.object).with("id", &awaited.of.id)
}

/// A parent that failed is named with its reason: whoever reads of the child need not look for it.
fn carried(name: impl Fn(&'static str) -> Cause, task: Option<&Task>) -> Cause {
    match task.map_or(State::Ready, |task| task.state) {
        State::Failed | State::Ignored => match task.and_then(|task| task.cause.as_ref()) {
            Some(cause) => name("engine.parent_failed_because").because(cause),
            None => name("engine.parent_failed"),
        },
        State::Skipped => name("engine.parent_skipped"),
        _ => name("engine.waits_for_parent"),
    }
}

fn not_linked(awaited: &Referent) -> Cause {
    match &awaited.by {
        KnownBy::LineOf(list) => named("engine.waits_for_line", awaited).with("list", list),
        KnownBy::Id | KnownBy::Number => {
            named("engine.waits_for_link", awaited).with("connection", &awaited.connection)
        }
    }
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
