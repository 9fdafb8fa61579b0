//! Parents before children: what others refer to and is not linked yet is pulled in through its own flow; where the flow
//! that links it goes the other way, the child waits for that.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use contract::store::{Awaited, Raise, StoreError};
use model::link::{KnownBy, Referent};
use model::record::{Record, RecordKey};
use model::task::{State, Task};
use model::{AnswerClass, Cause, ConnectionName, ObjectName, Timestamp};

use super::circles::{chains, records, tasks};
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
    let parents = parents(work.seams, work.setup, missing).await?;
    let mut wishes = Vec::new();
    let mut raised: BTreeMap<(Raise, ConnectionName, ObjectName), Vec<String>> = BTreeMap::new();
    for parent in &parents {
        match (parent.carrier, &parent.record) {
            (Some(_), None) if parent.awaited.by == KnownBy::Id => wishes.push(parent.awaited.of.clone()),
            (Some(carrier), Some(Record { key: RecordKey { connection, object, id }, .. })) => {
                let group = (carrier.raise(), connection.clone(), object.clone());
                raised.entry(group).or_default().push(id.clone());
            }
            _ => {}
        }
    }
    for ((raise, connection, object), ids) in raised {
        let now = work.seams.clock.now();
        work.seams.store.raise(&connection, &object, &ids, &raise, false, now).await?;
        work.signals.wake_lane(&raise.lane);
    }
    if !wishes.is_empty() {
        work.seams.store.wish(&wishes, work.seams.clock.now()).await?;
        wishes.iter().for_each(|key| work.signals.wake_reader(&key.connection, &key.object));
    }
    tell_of(work.seams, work.setup, active, parents, items).await
}

/// Gives each child that lacks a parent the reason why it waits; it fails when no flow ever links such a parent.
pub(crate) async fn tell_parents(
    seams: &Seams,
    setup: &Setup,
    active: &ActiveFlow,
    missing: &[Referent],
    items: &mut [Item<'_>],
) -> Result<(), StoreError> {
    let parents = parents(seams, setup, missing).await?;
    tell_of(seams, setup, active, parents, items).await
}

async fn tell_of(
    seams: &Seams,
    setup: &Setup,
    active: &ActiveFlow,
    parents: Vec<Parent<'_>>,
    items: &mut [Item<'_>],
) -> Result<(), StoreError> {
    let reasons = reasons(seams, setup, parents).await?;
    items.iter_mut().for_each(|item| tell(seams, active, item, &reasons));
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
    let awaited: BTreeSet<Referent> = missing.iter().cloned().collect();
    let mut records = records(seams, &awaited).await?;
    let parent = |awaited: Referent| Parent {
        carrier: setup.carrying(&awaited),
        comes_from_there: setup.carries_back(&awaited),
        record: records.remove(&awaited),
        awaited,
    };
    Ok(awaited.into_iter().map(parent).collect())
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

/// The reasons, for all parents together.
async fn reasons(
    seams: &Seams,
    setup: &Setup,
    parents: Vec<Parent<'_>>,
) -> Result<BTreeMap<Referent, Reason>, StoreError> {
    let carried = |parent: &Parent| {
        let is_line = matches!(parent.awaited.by, KnownBy::LineOf(_));
        !is_line && parent.carrier.is_some() && parent.record.is_some()
    };
    let (carried, others): (Vec<Parent>, Vec<Parent>) = parents.into_iter().partition(carried);
    let known: Vec<(&ActiveFlow, &Record)> =
        carried.iter().filter_map(|parent| Some((parent.carrier?, parent.record.as_ref()?))).collect();
    let of: Vec<_> = known.iter().map(|(carrier, record)| (*carrier, record.id)).collect();
    let tasks = tasks(seams, &of).await?;
    let starts: Vec<_> =
        known.iter().zip(&tasks).map(|((_, record), task)| (*record, task.as_ref())).collect();
    let chains = chains(seams, setup, &starts).await?;
    let mut reasons: BTreeMap<Referent, Reason> =
        others.into_iter().map(|parent| (parent.awaited.clone(), uncarried(&parent))).collect();
    for ((parent, task), chain) in carried.into_iter().zip(tasks).zip(chains) {
        let number = parent.record.and_then(|record| record.number);
        reasons.insert(parent.awaited, Reason::Carried { number, task, chain });
    }
    Ok(reasons)
}

fn uncarried(parent: &Parent) -> Reason {
    match parent.carrier {
        Some(_) if matches!(parent.awaited.by, KnownBy::LineOf(_)) => Reason::NotLinked,
        Some(_) => Reason::BeingRead,
        None if parent.comes_from_there => Reason::NotLinked,
        None => Reason::NoFlow,
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
        State::Failed | State::Ignored | State::Closed => match task.and_then(|task| task.cause.as_ref()) {
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
