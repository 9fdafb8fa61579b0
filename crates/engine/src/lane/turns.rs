//! Turns of files: their transfers take long and hold memory, so that few are under way at once, and none beside another
//! task of its record. Whoever has to wait comes back later, one after the other, and documents go on meanwhile.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use contract::store::{Due, Settlement};
use model::task::{Kind, State};
use model::{Cause, RecordId, TaskId, Timestamp};

/// Tasks of files under way at once in a lane, at most.
const AT_ONCE: usize = 4;
/// How far apart those who wait come back.
const APART: Duration = Duration::from_millis(250);
/// How long the first of them waits.
const FIRST: Duration = Duration::from_secs(1);

/// The tasks that are under way in a lane.
#[derive(Default)]
pub(super) struct UnderWay(BTreeMap<TaskId, (RecordId, Kind)>);

impl UnderWay {
    pub fn ids(&self) -> Vec<TaskId> {
        self.0.keys().copied().collect()
    }

    pub fn begin(&mut self, due: &Due) {
        self.0.insert(due.task.id, (due.task.record, due.task.kind));
    }

    pub fn end(&mut self, task: TaskId) {
        self.0.remove(&task);
    }

    fn files(&self) -> usize {
        self.0.values().filter(|(_, kind)| *kind == Kind::Files).count()
    }

    /// The records that are worked on, apart by whether their files are.
    fn records(&self) -> BTreeSet<(RecordId, bool)> {
        self.0.values().map(|(record, kind)| (*record, *kind == Kind::Files)).collect()
    }
}

/// Tasks of files under way at once towards a system that takes so many calls at once: half of the calls are left to
/// documents.
pub(super) fn at_once(calls: u32) -> usize {
    (calls as usize / 2).clamp(1, AT_ONCE)
}

/// When the next of those who wait may come back.
#[derive(Default)]
pub(super) struct Turns(Timestamp);

impl Turns {
    /// Parts what is due into what may go now and the tasks of files that have to wait, with the time they wait for. What
    /// is left out altogether is asked for again.
    pub fn part(
        &mut self,
        dues: Vec<Due>,
        under_way: &UnderWay,
        at_once: usize,
        now: Timestamp,
    ) -> (Vec<Due>, Vec<(Due, Timestamp)>) {
        let mut records = under_way.records();
        let mut room = at_once.saturating_sub(under_way.files());
        let (mut go, mut wait) = (Vec::with_capacity(dues.len()), Vec::new());
        for due in dues {
            let is_files = due.task.kind == Kind::Files;
            if records.contains(&(due.task.record, !is_files)) {
                continue;
            }
            // A look sends nothing.
            if is_files && due.intent.is_none() {
                if room == 0 {
                    self.0 = (self.0 + APART).max(now + FIRST);
                    wait.push((due, self.0));
                    continue;
                }
                room -= 1;
            }
            records.insert((due.task.record, is_files));
            go.push(due);
        }
        (go, wait)
    }
}

/// Puts a task of files back until its turn.
pub(super) fn waits(due: &Due, until: Timestamp) -> Settlement {
    Settlement {
        state: State::Waiting,
        cause: Some(Cause::new("engine.file_turn")),
        ..Settlement::of(&due.task, due.task.want, until)
    }
}
