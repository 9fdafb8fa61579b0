//! Raising tasks: the one way in which a task comes into being or is asked for more.

use contract::store::Raise;
use model::{RecordId, Timestamp};

use super::tasks::{Beside, Board, Moving};
use crate::transition::{Standing, wanted};

/// What a raise is about.
#[derive(Clone, Copy)]
pub(crate) struct Raising<'a> {
    pub record: RecordId,
    /// The record's newest revision.
    pub revision: i64,
    pub raise: &'a Raise,
    pub at: Timestamp,
    /// Whether tasks that exist are raised.
    pub again: bool,
}

/// Makes the task or raises its `want`; whether it did. The board holds the task if there is one.
pub(crate) fn raise(board: &mut Board, raising: Raising) -> bool {
    let Raise { flow, kind, lane } = raising.raise;
    match board.of_key(raising.record, flow, *kind) {
        None => {
            board.put(made(raising));
            true
        }
        Some(_) if !raising.again => false,
        Some(task) => {
            let want = wanted(*kind, raising.revision, task.standing.want);
            // A flow that was pointed elsewhere takes its tasks along, but for one whose write is still open there.
            if !task.standing.open {
                task.lane = lane.clone();
            }
            task.moved(task.standing.raised(want, raising.at));
            true
        }
    }
}

fn made(raising: Raising) -> Moving {
    let Raise { flow, kind, lane } = raising.raise;
    Moving {
        id: None,
        flow: flow.clone(),
        record: raising.record,
        kind: *kind,
        lane: lane.clone(),
        standing: Standing::made(*kind, wanted(*kind, raising.revision, 0), raising.at),
        before: None,
        lane_before: lane.clone(),
        cause: Beside::Keep,
        intent: Beside::Keep,
        awaited: Beside::Keep,
    }
}
