//! Tasks on the board: read and locked together, moved in memory one after the other, stored together.
//!
//! The moves are those of [`crate::transition`]; what goes along with a move (cause, intent, what is waited for,
//! counts) is noted here and stored with it.

use std::collections::BTreeMap;

use contract::store::{Awaited, Raise};
use model::intent::Intent;
use model::task::{Kind, State};
use model::{FlowName, LaneName, RecordId, TaskId};

use super::store;
use crate::codec::{kind_code, kind_of_code};
use crate::postgres::commit::Write;
use crate::postgres::failure::Done;
use crate::postgres::params::texts;
use crate::postgres::rows::{self, known};
use crate::postgres::session::get;
use crate::transition::Standing;

/// What is to become of something that is stored beside a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Beside<T> {
    Keep,
    Put(T),
    Drop,
}

/// What is put beside tasks, and the tasks whose is dropped.
pub(super) struct Changes<'t, T> {
    pub put: Vec<(TaskId, &'t T)>,
    pub dropped: Vec<i64>,
}

pub(super) fn beside<'t, T>(tasks: &'t [Moving], of: impl Fn(&'t Moving) -> &'t Beside<T>) -> Changes<'t, T> {
    let mut changes = Changes { put: Vec::new(), dropped: Vec::new() };
    for (id, task) in tasks.iter().filter_map(|task| Some((task.id?, task))) {
        match of(task) {
            Beside::Keep => {}
            Beside::Put(value) => changes.put.push((id, value)),
            Beside::Drop => changes.dropped.push(id.0),
        }
    }
    changes
}

impl<T> Changes<'_, T> {
    pub(super) fn tasks(&self) -> Vec<i64> {
        self.put.iter().map(|(task, _)| task.0).collect()
    }

    pub(super) async fn drop_from(&self, write: &Write, statement: &str) -> Done<()> {
        if !self.dropped.is_empty() {
            write.sql.change(statement, &[&self.dropped]).await?;
        }
        Ok(())
    }
}

/// A task as it stands while it is moved.
pub(crate) struct Moving {
    /// `None` for one that is made here.
    pub id: Option<TaskId>,
    pub flow: FlowName,
    pub record: RecordId,
    pub kind: Kind,
    pub lane: LaneName,
    pub standing: Standing,
    /// How it stood when it was read; `None` for one that is made here.
    pub(super) before: Option<Standing>,
    pub(super) lane_before: LaneName,
    pub(super) cause: Beside<String>,
    pub(super) intent: Beside<Intent>,
    pub(super) awaited: Beside<Awaited>,
}

impl Moving {
    /// Where the task stands now. What it waited for is forgotten when it waits no longer, and its cause when it
    /// becomes ready.
    pub(super) fn moved(&mut self, now: Standing) {
        if self.standing.awaits && !now.awaits {
            self.awaited = Beside::Drop;
        }
        if self.standing.state != now.state && now.state == State::Ready {
            self.cause = Beside::Drop;
        }
        self.standing = now;
    }
}

/// Tasks that are locked, by id and by what they are of.
#[derive(Default)]
pub(crate) struct Board {
    pub(super) tasks: Vec<Moving>,
    by_id: BTreeMap<TaskId, usize>,
    by_key: BTreeMap<(RecordId, FlowName, i64), usize>,
}

const COLUMNS: &str = "t.id, t.flow, t.record, t.kind, t.lane, t.state, t.want, t.done, t.tries, t.due, t.open, t.awaits, t.as_of";

impl Board {
    /// The tenant's tasks of these ids, locked in their order.
    pub(super) async fn of_ids(write: &Write, ids: &[TaskId]) -> Done<Board> {
        let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
        let found = write.sql.all(
            &format!("select {COLUMNS} from task t where t.tenant = $1 and t.id = any($2) order by t.id for update"),
            &[&write.tenant, &ids],
            moving,
        ).await?;
        Ok(Board::of(found))
    }

    /// The tasks that these raises of these records mean, locked in the order of their ids.
    pub(crate) async fn of_raises(write: &Write, records: &[RecordId], raises: &[Raise]) -> Done<Board> {
        let records: Vec<i64> = records.iter().map(|record| record.0).collect();
        let flows = texts(raises.iter().map(|raise| raise.flow.as_str()));
        let kinds: Vec<i64> = raises.iter().map(|raise| kind_code(raise.kind)).collect();
        let found = write.sql.all(
            &format!(
                "select {COLUMNS} from task t where t.record = any($1)
                     and (t.flow, t.kind) in (select flow, kind from unnest($2::text[], $3::bigint[]) r (flow, kind))
                 order by t.id for update"
            ),
            &[&records, &flows, &kinds],
            moving,
        ).await?;
        Ok(Board::of(found))
    }

    fn of(tasks: Vec<Moving>) -> Board {
        let mut board = Board::default();
        tasks.into_iter().for_each(|task| board.put(task));
        board
    }

    pub(super) fn put(&mut self, task: Moving) {
        let place = self.tasks.len();
        if let Some(id) = task.id {
            self.by_id.insert(id, place);
        }
        self.by_key.insert((task.record, task.flow.clone(), kind_code(task.kind)), place);
        self.tasks.push(task);
    }

    /// The task of that id; `None` when this tenant has none.
    pub(super) fn get(&mut self, id: TaskId) -> Option<&mut Moving> {
        let place = *self.by_id.get(&id)?;
        self.tasks.get_mut(place)
    }

    pub(super) fn of_key(&mut self, record: RecordId, flow: &FlowName, kind: Kind) -> Option<&mut Moving> {
        let place = *self.by_key.get(&(record, flow.clone(), kind_code(kind)))?;
        self.tasks.get_mut(place)
    }

    /// Stores what became of the tasks, and counts it.
    pub(crate) async fn store(self, write: &mut Write) -> Done<()> {
        for task in &self.tasks {
            if let Some(before) = task.before.filter(|before| before.state != task.standing.state) {
                write.count(&task.flow, task.kind, before.state, -1);
                write.count(&task.flow, task.kind, task.standing.state, 1);
            }
            if task.before.is_none() {
                write.count(&task.flow, task.kind, task.standing.state, 1);
            }
        }
        store::tasks(write, &self.tasks).await
    }
}

fn moving(row: &tokio_postgres::Row) -> Done<Moving> {
    let standing = rows::standing(row, 5)?;
    let lane = LaneName::new(get::<&str>(row, 4)?);
    Ok(Moving {
        id: Some(TaskId(get(row, 0)?)),
        flow: FlowName::new(get::<&str>(row, 1)?),
        record: RecordId(get(row, 2)?),
        kind: known(kind_of_code(get(row, 3)?), "a task's kind")?,
        lane: lane.clone(),
        standing,
        before: Some(standing),
        lane_before: lane,
        cause: Beside::Keep,
        intent: Beside::Keep,
        awaited: Beside::Keep,
    })
}
