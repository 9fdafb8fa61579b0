//! With which mapping a task runs again: the one in force, or the one with which it was tried first.

use std::collections::BTreeMap;

use contract::store::{AsOf, StoreError, TaskLine};
use model::job::Mapping;
use model::record::RecordKey;
use model::{Cause, TaskId, Timestamp};

use crate::seams::Seams;
use crate::setup::{Setup, moment};

/// A task that stays as it is, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    pub task: TaskId,
    pub cause: Cause,
}

/// The time whose mapping each of these tasks was tried with first since it was last brought over; or why that cannot be
/// used any more. In order.
///
/// # Errors
/// Only what the store says. A version that is gone is told of its task.
pub async fn originals(
    seams: &Seams,
    setup: &Setup,
    lines: &[TaskLine],
) -> Result<Vec<Result<Timestamp, Cause>>, StoreError> {
    let ids: Vec<TaskId> = lines.iter().map(|line| line.task.id).collect();
    let tried = seams.store.tried_first(&ids).await?;
    let texts = seams.store.text_versions(None).await?;
    let mut originals = Vec::with_capacity(lines.len());
    for (line, tried) in lines.iter().zip(tried) {
        let flow = &line.task.flow;
        let named = |code| Cause::new(code).with("flow", flow);
        let Some(tried) = tried else {
            originals.push(Err(named("engine.mapping_untried")));
            continue;
        };
        let Some(active) = setup.flows.get(flow) else {
            originals.push(Err(named("engine.flow_not_in_force")));
            continue;
        };
        let Some(at) = moment(&texts, flow, tried.flow_version, tried.started) else {
            originals.push(Err(named("engine.mapping_gone")));
            continue;
        };
        originals.push(setup.as_of(seams, active, at).await?.map(|_| at));
    }
    Ok(originals)
}

/// Lets these tasks run again with that mapping. How many do, and which are left as they are.
pub(crate) async fn run_again(
    seams: &Seams,
    setup: &Setup,
    lines: &[TaskLine],
    mapping: Mapping,
) -> Result<(u64, Vec<Left>), StoreError> {
    let now = seams.clock.now();
    if mapping == Mapping::Current {
        let ids: Vec<TaskId> = lines.iter().map(|line| line.task.id).collect();
        return Ok((seams.store.replay(&ids, now).await?, Vec::new()));
    }
    let revisions = revisions(seams, setup, lines).await?;
    let (mut asked, mut left) = (Vec::new(), Vec::new());
    for (line, original) in lines.iter().zip(originals(seams, setup, lines).await?) {
        let task = line.task.id;
        match original {
            Ok(at) => {
                let want = revisions.get(&task).copied().unwrap_or(line.task.want);
                asked.push(AsOf { task, at, want });
            }
            Err(cause) => left.push(Left { task, cause }),
        }
    }
    Ok((seams.store.replay_as_of(&asked, now).await?, left))
}

/// The newest revisions of the records of tasks that want revisions.
async fn revisions(
    seams: &Seams,
    setup: &Setup,
    lines: &[TaskLine],
) -> Result<BTreeMap<TaskId, i64>, StoreError> {
    let (mut tasks, mut keys) = (Vec::new(), Vec::new());
    for line in lines.iter().filter(|line| line.task.kind != model::task::Kind::WriteBack) {
        if let Some(active) = setup.flows.get(&line.task.flow) {
            let source = &active.flow().source;
            tasks.push(line.task.id);
            keys.push(RecordKey::new(&source.connection, &source.object, line.source_id.as_str()));
        }
    }
    let records = seams.store.find(&keys).await?;
    let found = tasks.into_iter().zip(records);
    Ok(found.filter_map(|(task, record)| Some((task, record?.revision))).collect())
}
