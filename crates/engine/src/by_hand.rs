//! By hand: this record, these ids, a time range, or everything from before (历史数据同步).

use std::collections::BTreeSet;

use contract::connector::{Found, PageAsk, Refusal};
use contract::store::{Ingest, Reading, StoreError};
use model::record::{Record, RecordKey};
use model::task::{State, Task};
use model::{Cause, ObjectName, Timestamp};

use crate::reading::{ObjectReading, incoming};
use crate::seams::Seams;
use crate::setup::{ActiveFlow, Setup};

/// Which records a person wants a flow to run for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// Ids at the source.
    Ids(Vec<String>),
    /// Changed in this span, closed on both ends.
    Changed { from: Timestamp, to: Timestamp },
}

/// How it came that a record is run for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Named {
    /// A person named it, and decides for it.
    ByAPerson,
    /// It is one of those in a span, or that are linked: nobody looked at it.
    ByRule,
}

/// Why records could not be brought in by hand.
#[derive(Debug, thiserror::Error)]
pub enum ByHandError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Refused(#[from] Refusal),
}

/// Reads the records now and lets the flow run for them, even where nothing changed. Gives the ids that were read;
/// ids that the source does not have are missing among them. Cursors are not touched. Of a span, those records are left out
/// whose document may exist already: a person has to name them.
pub async fn run(
    seams: &Seams,
    setup: &Setup,
    flow: &ActiveFlow,
    which: Which,
) -> Result<Vec<String>, ByHandError> {
    run_for(seams, setup, flow, which, Named::ByAPerson).await
}

/// The same, where those ids were named by a person or found by a rule.
pub(crate) async fn run_for(
    seams: &Seams,
    setup: &Setup,
    flow: &ActiveFlow,
    which: Which,
    named: Named,
) -> Result<Vec<String>, ByHandError> {
    let source = &flow.flow().source;
    let Some(reading) = ObjectReading::of(setup, &source.connection, &source.object) else {
        return Ok(Vec::new());
    };
    let mut ids = Vec::new();
    match which {
        Which::Ids(asked) => {
            for asked in asked.chunks(reading.line.facts.lookup.max(1)) {
                let found = reading.read_now(asked).await?;
                ids.extend(found.iter().map(|found| found.id.clone()));
                take_in(seams, flow, &reading, found, named).await?;
            }
        }
        Which::Changed { from, to } => {
            let mut after = None;
            loop {
                let page = reading.page_now(&span(&reading, from, to, after.as_deref())).await?;
                ids.extend(page.found.iter().map(|found| found.id.clone()));
                take_in(seams, flow, &reading, page.found, Named::ByRule).await?;
                match page.next {
                    Some(next) => after = Some(next),
                    None => break,
                }
            }
        }
    }
    Ok(ids)
}

/// Reads records of the flow's source, as they are there now, for tasks of this flow that somebody raises next: other flows
/// run for what changed, this one does not yet.
pub(crate) async fn read_for_later(
    seams: &Seams,
    setup: &Setup,
    flow: &ActiveFlow,
    ids: &[String],
) -> Result<(), ByHandError> {
    let source = &flow.flow().source;
    let Some(reading) = ObjectReading::of(setup, &source.connection, &source.object) else { return Ok(()) };
    for asked in ids.chunks(reading.line.facts.lookup.max(1)) {
        let found = reading.read_now(asked).await?;
        let mut ingest = read_by_hand(seams, &reading, found);
        ingest.raise.retain(|raise| raise.flow != *flow.name());
        seams.store.ingest(ingest).await?;
    }
    Ok(())
}

/// The question for a page of what changed in that span.
pub(crate) fn span<'a>(
    reading: &'a ObjectReading,
    from: Timestamp,
    to: Timestamp,
    after: Option<&'a str>,
) -> PageAsk<'a> {
    PageAsk {
        object: reading.object.as_str(),
        fields: &reading.fields,
        filter: reading.filter.as_deref(),
        from,
        to,
        after,
        size: reading.line.facts.page,
    }
}

/// Takes in what was read by hand and lets the flow run for it.
pub(crate) async fn take_in(
    seams: &Seams,
    flow: &ActiveFlow,
    reading: &ObjectReading,
    found: Vec<Found>,
    named: Named,
) -> Result<(), StoreError> {
    if found.is_empty() {
        return Ok(());
    }
    let object: &ObjectName = &reading.object;
    let ids: Vec<String> = found.iter().map(|found| found.id.clone()).collect();
    take_in_anew(seams, reading, found).await?;
    let ids = match named {
        Named::ByAPerson => ids,
        Named::ByRule => without_doubts(seams, flow, ids).await?,
    };
    let raise = flow.raise();
    if ids.is_empty() {
        return Ok(());
    }
    seams.store.raise(reading.line.name(), object, &ids, &raise, true, seams.clock.now()).await?;
    wake_retrying(seams, flow, &ids).await
}

/// Takes in what was read in between: what changed raises the tasks that it raises anyway.
pub(crate) async fn take_in_anew(
    seams: &Seams,
    reading: &ObjectReading,
    found: Vec<contract::connector::Found>,
) -> Result<(), StoreError> {
    if !found.is_empty() {
        seams.store.ingest(read_by_hand(seams, reading, found)).await?;
    }
    Ok(())
}

/// What was read by hand.
fn read_by_hand(seams: &Seams, reading: &ObjectReading, found: Vec<Found>) -> Ingest {
    let version = reading.line.object(reading.object.as_str()).version;
    Ingest {
        connection: reading.line.name().clone(),
        object: reading.object.clone(),
        reading: Reading::Hand,
        at: seams.clock.now(),
        incoming: found.into_iter().map(|found| incoming(reading, version.as_deref(), found)).collect(),
        absent: Vec::new(),
        raise: reading.raise_for(Reading::Hand),
        cursor: None,
        based_on: Some(reading.generation),
        under: None,
        calls: Vec::new(),
    }
}

/// The records but those whose task failed since what went out may have been carried out: to run for them again is a
/// person's decision, record by record.
async fn without_doubts(
    seams: &Seams,
    flow: &ActiveFlow,
    ids: Vec<String>,
) -> Result<Vec<String>, StoreError> {
    let raise = flow.raise();
    let records = seams.store.find(&keys(flow, &ids)).await?;
    let of: Vec<_> =
        records.iter().flatten().map(|record| (raise.flow.clone(), record.id, raise.kind)).collect();
    let tasks = seams.store.tasks_of(&of).await?.into_iter().flatten();
    let doubted: BTreeSet<_> = tasks.filter(is_in_doubt).map(|task| task.record).collect();
    let is_clear =
        |record: &Option<Record>| record.as_ref().is_none_or(|record| !doubted.contains(&record.id));
    let clear = ids.into_iter().zip(records).filter(|(_, record)| is_clear(record));
    Ok(clear.map(|(id, _)| id).collect())
}

/// Whether a task failed since what went out may have been carried out: run again, it may make a second document, or tell
/// people twice.
pub(crate) fn is_in_doubt(task: &Task) -> bool {
    const IN_DOUBT: [&str; 3] = ["engine.may_exist", "engine.notice_perhaps_sent", "engine.derived_unclear"];
    let is_so = |cause: &Cause| IN_DOUBT.contains(&&*cause.code);
    task.state == State::Failed && task.cause.as_ref().is_some_and(is_so)
}

/// Raising never shortens a back-off, but whoever asks by hand does not want to wait for it.
async fn wake_retrying(seams: &Seams, flow: &ActiveFlow, ids: &[String]) -> Result<(), StoreError> {
    let records = seams.store.find(&keys(flow, ids)).await?;
    let raise = flow.raise();
    let of: Vec<_> =
        records.into_iter().flatten().map(|record| (raise.flow.clone(), record.id, raise.kind)).collect();
    let tasks = seams.store.tasks_of(&of).await?.into_iter().flatten();
    let retrying: Vec<_> = tasks.filter(|task| task.state == State::Retrying).map(|task| task.id).collect();
    if !retrying.is_empty() {
        seams.store.replay(&retrying, seams.clock.now()).await?;
    }
    Ok(())
}

/// The record keys of these ids at the flow's source.
pub fn keys(flow: &ActiveFlow, ids: &[String]) -> Vec<RecordKey> {
    let source = &flow.flow().source;
    ids.iter().map(|id| RecordKey::new(&source.connection, &source.object, id.as_str())).collect()
}
