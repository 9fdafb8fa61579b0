//! By hand: this record, these ids, a time range, or everything from before (历史数据同步).

use contract::connector::{PageAsk, Refusal};
use contract::store::{Ingest, Reading, StoreError};
use model::record::RecordKey;
use model::task::State;
use model::{ObjectName, Timestamp};

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

/// Why records could not be brought in by hand.
#[derive(Debug, thiserror::Error)]
pub enum ByHandError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Refused(#[from] Refusal),
}

/// Reads the records now and lets the flow run for them, even where nothing changed. Gives the ids that were read;
/// ids that the source does not have are missing among them. Cursors are not touched.
pub async fn run(
    seams: &Seams,
    setup: &Setup,
    flow: &ActiveFlow,
    which: Which,
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
                take_in(seams, flow, &reading, found).await?;
            }
        }
        Which::Changed { from, to } => {
            let mut after = None;
            loop {
                let page = reading.page_now(&span(&reading, from, to, after.as_deref())).await?;
                ids.extend(page.found.iter().map(|found| found.id.clone()));
                take_in(seams, flow, &reading, page.found).await?;
                match page.next {
                    Some(next) => after = Some(next),
                    None => break,
                }
            }
        }
    }
    Ok(ids)
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
    found: Vec<contract::connector::Found>,
) -> Result<(), StoreError> {
    if found.is_empty() {
        return Ok(());
    }
    let object: &ObjectName = &reading.object;
    let version = reading.line.object(object.as_str()).version;
    let ids: Vec<String> = found.iter().map(|found| found.id.clone()).collect();
    let ingest = Ingest {
        connection: reading.line.name().clone(),
        object: object.clone(),
        reading: Reading::Hand,
        at: seams.clock.now(),
        incoming: found.into_iter().map(|found| incoming(reading, version.as_deref(), found)).collect(),
        absent: Vec::new(),
        raise: reading.raise_for(Reading::Hand),
        cursor: None,
        based_on: Some(reading.generation),
        calls: Vec::new(),
    };
    seams.store.ingest(ingest).await?;
    let raise = flow.raise();
    seams.store.raise(reading.line.name(), object, &ids, &raise, true, seams.clock.now()).await?;
    wake_retrying(seams, flow, &ids).await
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
