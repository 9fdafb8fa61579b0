//! Circles: records that wait for each other, by way of their parents, and would do so for ever.
//!
//! Circles of flows are refused when they are applied; records of one flow that name each other (a customer its parent
//! customer, and that one the first) are found when they wait.

use std::collections::{BTreeMap, BTreeSet};

use contract::store::{Awaited, StoreError};
use model::link::{KnownBy, Referent};
use model::record::{Record, RecordKey};
use model::task::{Kind, State, Task};
use model::{FlowName, RecordId, TaskId};

use crate::seams::Seams;
use crate::setup::{ActiveFlow, Setup};

/// A chain of parents is followed so far.
const LONGEST: usize = 16;

/// The stored records that are meant, each by its id or its number; lines are no records. Two questions at most.
pub(crate) async fn records(
    seams: &Seams,
    asked: &BTreeSet<Referent>,
) -> Result<BTreeMap<Referent, Record>, StoreError> {
    let keys = |by: KnownBy| -> Vec<RecordKey> {
        asked.iter().filter(|asked| asked.by == by).map(|asked| asked.of.clone()).collect()
    };
    let (by_id, by_number) = (keys(KnownBy::Id), keys(KnownBy::Number));
    let found = if by_id.is_empty() { Vec::new() } else { seams.store.find(&by_id).await? };
    let numbered = if by_number.is_empty() { Vec::new() } else { seams.store.numbered(&by_number).await? };
    let (mut found, mut numbered) = (found.into_iter(), numbered.into_iter());
    let mut records = BTreeMap::new();
    for asked in asked {
        let record = match asked.by {
            KnownBy::Id => found.next().flatten(),
            KnownBy::Number => numbered.next().flatten(),
            KnownBy::LineOf(_) => None,
        };
        records.extend(record.map(|record| (asked.clone(), record)));
    }
    Ok(records)
}

/// The tasks by which these flows carry these records, in order.
pub(super) async fn tasks(
    seams: &Seams,
    of: &[(&ActiveFlow, RecordId)],
) -> Result<Vec<Option<Task>>, StoreError> {
    let of: Vec<(FlowName, RecordId, Kind)> =
        of.iter().map(|(carrier, record)| (carrier.name().clone(), *record, Kind::Deliver)).collect();
    if of.is_empty() { Ok(Vec::new()) } else { seams.store.tasks_of(&of).await }
}

/// Where a chain of parents has come to.
struct Chain {
    keys: Vec<RecordKey>,
    /// The task of the last of them, while it waits.
    waiting: Option<TaskId>,
}

/// For each parent with its task: the parent, whom it waits for, and whom that one waits for, as far as they wait for a
/// record. Whoever waits for the parent and is among them waits for itself. All chains are followed together.
pub(super) async fn chains(
    seams: &Seams,
    setup: &Setup,
    parents: &[(&Record, Option<&Task>)],
) -> Result<Vec<Vec<RecordKey>>, StoreError> {
    let begun = parents
        .iter()
        .map(|(parent, task)| Chain { keys: vec![parent.key.clone()], waiting: task.and_then(waiting) });
    let mut chains: Vec<Chain> = begun.collect();
    for _ in 1..LONGEST {
        let going: Vec<usize> = (0..chains.len()).filter(|&at| chains[at].waiting.is_some()).collect();
        if going.is_empty() {
            break;
        }
        go_on(seams, setup, &mut chains, &going).await?;
    }
    Ok(chains.into_iter().map(|chain| chain.keys).collect())
}

/// One parent further.
async fn go_on(
    seams: &Seams,
    setup: &Setup,
    chains: &mut [Chain],
    going: &[usize],
) -> Result<(), StoreError> {
    let asked: Vec<TaskId> = going.iter().filter_map(|&at| chains[at].waiting.take()).collect();
    let awaited = seams.store.awaited(&asked).await?;
    let next: Vec<(usize, Referent)> = going.iter().copied().zip(awaited).filter_map(awaits_record).collect();
    let records = records(seams, &next.iter().map(|(_, referent)| referent.clone()).collect()).await?;
    let carried = next.iter().filter_map(|(at, referent)| {
        let record = records.get(referent).filter(|record| !chains[*at].keys.contains(&record.key))?;
        Some((*at, record, setup.carrying(referent)?))
    });
    let carried: Vec<(usize, &Record, &ActiveFlow)> = carried.collect();
    let of: Vec<(&ActiveFlow, RecordId)> =
        carried.iter().map(|(_, record, carrier)| (*carrier, record.id)).collect();
    for ((at, record, _), task) in carried.iter().zip(tasks(seams, &of).await?) {
        chains[*at].keys.push(record.key.clone());
        chains[*at].waiting = task.as_ref().and_then(waiting);
    }
    Ok(())
}

fn waiting(task: &Task) -> Option<TaskId> {
    (task.state == State::Waiting).then_some(task.id)
}

fn awaits_record((at, awaited): (usize, Option<Awaited>)) -> Option<(usize, Referent)> {
    match awaited {
        Some(Awaited::Link(referent)) => Some((at, referent)),
        Some(Awaited::Binding(_)) | None => None,
    }
}
