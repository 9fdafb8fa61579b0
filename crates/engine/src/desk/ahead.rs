//! A look ahead: what would be written, were a task to run again. Nothing is sent and nothing is stored.

use std::sync::Arc;

use contract::store::{StoreError, TaskLine};
use model::job::{Copy, Mapping};
use model::record::{Record, RecordKey};
use model::{Cause, TaskId};

use super::mapping::originals;
use crate::preview::{self, Preview};
use crate::reading::ObjectReading;
use crate::seams::Seams;
use crate::setup::{ActiveFlow, Setup};

/// What would become of one task.
#[derive(Debug, Clone)]
pub struct Ahead {
    pub task: TaskId,
    pub mapping: Mapping,
    /// The version of the flow that the mapping is of.
    pub version: i64,
    pub preview: Preview,
}

impl Ahead {
    /// Whether exactly the same would be written.
    pub fn writes_the_same(&self, other: &Ahead) -> bool {
        self.preview.calls == other.preview.calls && self.preview.ends == other.preview.ends
    }
}

/// What would be written for the task on that copy of its record and with that mapping; why that cannot be told.
///
/// # Errors
/// Only what the store says.
pub async fn ahead(
    seams: &Seams,
    setup: &Setup,
    line: &TaskLine,
    (copy, mapping): (Copy, Mapping),
) -> Result<Result<Ahead, Cause>, StoreError> {
    let Some(active) = setup.flows.get(&line.task.flow) else {
        return Ok(Err(Cause::new("engine.flow_not_in_force").with("flow", &line.task.flow)));
    };
    let flow = match with(seams, setup, active, line, mapping).await? {
        Ok(flow) => flow,
        Err(cause) => return Ok(Err(cause)),
    };
    let record = match record(seams, setup, active, line, copy).await? {
        Ok(record) => record,
        Err(cause) => return Ok(Err(cause)),
    };
    let preview = preview::preview(seams, setup, &flow, record.into_iter().collect()).await?.pop();
    let missing = || Cause::new("desk.missing").with("text", &line.source_id);
    Ok(preview
        .map(|preview| Ahead { task: line.task.id, mapping, version: flow.version, preview })
        .ok_or_else(missing))
}

async fn with(
    seams: &Seams,
    setup: &Setup,
    active: &Arc<ActiveFlow>,
    line: &TaskLine,
    mapping: Mapping,
) -> Result<Result<Arc<ActiveFlow>, Cause>, StoreError> {
    if mapping == Mapping::Current {
        return Ok(Ok(active.clone()));
    }
    match originals(seams, setup, std::slice::from_ref(line)).await?.pop() {
        Some(Ok(at)) => setup.as_of(seams, active, at).await,
        Some(Err(cause)) => Ok(Err(cause)),
        None => Ok(Ok(active.clone())),
    }
}

async fn record(
    seams: &Seams,
    setup: &Setup,
    active: &ActiveFlow,
    line: &TaskLine,
    copy: Copy,
) -> Result<Result<Option<Record>, Cause>, StoreError> {
    let source = &active.flow().source;
    let reading = ObjectReading::of(setup, &source.connection, &source.object);
    if let Some(reading) = reading.filter(|_| copy == Copy::Source) {
        let read = preview::read_records(active, &reading, std::slice::from_ref(&line.source_id)).await;
        return Ok(read.map(|mut read| read.pop()).map_err(|refusal| refusal.cause));
    }
    let key = RecordKey::new(&source.connection, &source.object, line.source_id.as_str());
    Ok(Ok(seams.store.find(&[key]).await?.pop().flatten()))
}
