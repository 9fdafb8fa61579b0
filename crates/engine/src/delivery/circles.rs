//! Circles: records that wait for each other, by way of their parents, and would do so for ever.
//!
//! Circles of flows are refused when they are applied; records of one flow that name each other (a customer its parent
//! customer, and that one the first) are found when they wait.

use contract::store::StoreError;
use model::Cause;
use model::link::{KnownBy, Referent};
use model::record::{Record, RecordKey};
use model::task::{Kind, State, Task};

use crate::seams::Seams;
use crate::setup::{ActiveFlow, Setup};

/// A chain of parents is followed so far.
const LONGEST: usize = 16;

/// The flow's task for a record.
pub(super) async fn task_of(
    seams: &Seams,
    carrier: &ActiveFlow,
    record: &Record,
) -> Result<Option<Task>, StoreError> {
    let of = [(carrier.name().clone(), record.id, Kind::Deliver)];
    Ok(seams.store.tasks_of(&of).await?.into_iter().flatten().next())
}

/// A parent, whom it waits for, and whom that one waits for, as far as they say so: whoever waits for the parent and is
/// among them waits for itself.
pub(super) async fn chain(
    seams: &Seams,
    setup: &Setup,
    awaited: &Referent,
    parent: &Record,
    task: Option<&Task>,
) -> Result<Vec<RecordKey>, StoreError> {
    let mut keys = vec![parent.key.clone()];
    let mut next = task.and_then(|task| awaited_by(awaited, task));
    while let Some(awaited) = next.filter(|next| keys.len() < LONGEST && !keys.contains(&next.of)) {
        let record = seams.store.find(std::slice::from_ref(&awaited.of)).await?.into_iter().flatten().next();
        keys.push(awaited.of.clone());
        next = match (record, setup.carrying(&awaited)) {
            (Some(record), Some(carrier)) => {
                task_of(seams, carrier, &record).await?.and_then(|task| awaited_by(&awaited, &task))
            }
            _ => None,
        };
    }
    Ok(keys)
}

/// The parent that a task says it waits for.
fn awaited_by(before: &Referent, task: &Task) -> Option<Referent> {
    let waits = |cause: &&Cause| task.state == State::Waiting && cause.code == "engine.waits_for_parent";
    let cause = task.cause.as_ref().filter(waits)?;
    let (object, id) = (cause.param("object")?, cause.param("id")?);
    let of = RecordKey::new(&before.of.connection, &object.into(), id);
    Some(Referent { of, by: KnownBy::Id, connection: before.connection.clone(), object: None })
}
