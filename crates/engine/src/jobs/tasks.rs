//! Many tasks at once: let them run again, set them aside. Each is looked at once, in the order of their ids, so that one
//! which fails again meanwhile is not tried for ever.

use std::collections::{BTreeMap, BTreeSet};

use contract::store::{FlowCount, TaskLine};
use model::job::{Copy, Mapping, Progress};
use model::task::{Selection, State};
use model::{FlowName, TaskId};

use super::{NotDone, Slice, admitted};
use crate::by_hand::{self, Which};
use crate::desk;
use crate::seams::Seams;
use crate::setup::Setup;

/// Tasks of a slice.
const SLICE: usize = 200;

/// While so many tasks of a flow are ready, no more are added to them: what changes live waits behind no more than this.
const MOST_READY: u64 = 400;

/// Lets the next tasks of the selection run again. `is_stuck`: what is ready has not become less for long, and waiting for it
/// helps nobody.
pub(super) async fn retry(
    seams: &Seams,
    setup: &Setup,
    of: &Selection,
    (copy, mapping): (Copy, Mapping),
    before: Progress,
    is_stuck: bool,
) -> Result<Slice, NotDone> {
    let counts = seams.store.counts().await?;
    let mut chosen = desk::page(&*seams.store, of, place(&before), SLICE).await?;
    chosen.lines.retain(|line| desk::may_run_with_others(of, &line.task));
    if let Some((flow, ready)) = crowded(setup, &counts, &chosen.lines).filter(|_| !is_stuck) {
        return Ok(Slice::Later { flow, ready });
    }
    let moved = match copy {
        Copy::Stored => desk::run_again(seams, setup, &chosen.lines, mapping).await?.0,
        Copy::Source => read_again(seams, setup, &chosen.lines, mapping).await?,
    };
    Ok(further(before, of, &counts, &chosen, moved))
}

/// Sets the next tasks of the selection aside.
pub(super) async fn ignore(
    seams: &Seams,
    of: &Selection,
    until_changed: bool,
    before: Progress,
) -> Result<Slice, NotDone> {
    let counts = seams.store.counts().await?;
    let chosen = desk::page(&*seams.store, of, place(&before), SLICE).await?;
    let moved = seams.store.ignore(&ids(chosen.lines.iter()), until_changed).await?;
    Ok(further(before, of, &counts, &chosen, moved))
}

/// Closes the next tasks of the selection as done elsewhere.
pub(super) async fn close(seams: &Seams, of: &Selection, before: Progress) -> Result<Slice, NotDone> {
    let counts = seams.store.counts().await?;
    let chosen = desk::page(&*seams.store, of, place(&before), SLICE).await?;
    let moved = seams.store.close(&ids(chosen.lines.iter())).await?;
    Ok(further(before, of, &counts, &chosen, moved))
}

/// Reads their records at the source first. What the source does not have any more, and what belongs to a flow that is not
/// in force, runs again as it is stored.
async fn read_again(
    seams: &Seams,
    setup: &Setup,
    lines: &[TaskLine],
    mapping: Mapping,
) -> Result<u64, NotDone> {
    let mut by_flow = BTreeMap::<&FlowName, Vec<&TaskLine>>::new();
    lines.iter().for_each(|line| by_flow.entry(&line.task.flow).or_default().push(line));
    for (flow, lines) in &by_flow {
        let Some(active) = setup.flows.get(*flow) else { continue };
        admitted(seams, &active.source)?;
        let records = lines.iter().map(|line| line.source_id.clone()).collect();
        match mapping {
            Mapping::Current => by_hand::run(seams, setup, active, Which::Ids(records)).await.map(|_| ())?,
            Mapping::Original => by_hand::read_for_later(seams, setup, active, &records).await?,
        }
    }
    Ok(desk::run_again(seams, setup, lines, mapping).await?.0)
}

fn ids<'l>(lines: impl Iterator<Item = &'l TaskLine>) -> Vec<TaskId> {
    lines.map(|line| line.task.id).collect()
}

/// The flow among these in which enough is ready already, and how much. Flows that are not in force are nobody's hurry.
fn crowded(setup: &Setup, counts: &[FlowCount], lines: &[TaskLine]) -> Option<(FlowName, u64)> {
    let flows: BTreeSet<&FlowName> = lines.iter().map(|line| &line.task.flow).collect();
    let of_force = flows.into_iter().filter(|flow| setup.flows.contains_key(*flow));
    of_force.map(|flow| (flow.clone(), ready(counts, flow))).find(|(_, ready)| *ready >= MOST_READY)
}

/// How many tasks of the flow are ready.
pub(super) fn ready(counts: &[FlowCount], flow: &FlowName) -> u64 {
    let is_meant = |count: &&FlowCount| count.state == State::Ready && *flow == count.flow;
    counts.iter().filter(is_meant).map(|count| count.tasks).sum()
}

fn place(progress: &Progress) -> Option<TaskId> {
    progress.place.as_ref()?.parse().ok().map(TaskId)
}

fn further(
    before: Progress,
    of: &Selection,
    counts: &[FlowCount],
    chosen: &desk::Chosen,
    moved: u64,
) -> Slice {
    let progress = Progress {
        seen: before.seen + chosen.seen,
        moved: before.moved + moved,
        of: before.of.or_else(|| Some(to_be_seen(of, counts))),
        place: chosen.next.map(|next| next.0.to_string()),
    };
    if chosen.next.is_some() { Slice::Further(progress) } else { Slice::Ended(progress) }
}

/// How many will be looked at, as things stand at the beginning.
fn to_be_seen(of: &Selection, counts: &[FlowCount]) -> u64 {
    if !of.ids.is_empty() {
        return of.ids.len() as u64;
    }
    let is_meant = |count: &&FlowCount| {
        of.flow.as_ref().is_none_or(|flow| *flow == count.flow)
            && (of.states.is_empty() || of.states.contains(&count.state))
    };
    counts.iter().filter(is_meant).map(|count| count.tasks).sum()
}
