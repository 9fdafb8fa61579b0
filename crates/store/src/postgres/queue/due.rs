//! What a lane has to do now, from the index of tasks that go on by themselves.

use contract::store::Due;
use model::task::{Kind, Task};
use model::{FlowName, LaneName, RecordId, TaskId, Timestamp};

use crate::codec::{NEVER, kind_code};
use crate::postgres::commit::Read;
use crate::postgres::failure::Done;
use crate::postgres::params::{text, texts};
use crate::postgres::rows::{self, in_order, place, signed};
use crate::postgres::session::get;

/// Which tasks of which lane.
pub(super) struct Asked {
    pub lane: LaneName,
    pub now: Timestamp,
    pub limit: usize,
    pub except: Vec<TaskId>,
}

/// The tasks with their records as they are now and their intents.
pub(super) async fn due(read: &Read, asked: &Asked) -> Done<Vec<Due>> {
    let except: Vec<i64> = asked.except.iter().map(|task| task.0).collect();
    let statement = format!(
        "select {}, {}, {} from (
             (select id from task where tenant = $1 and lane = $2 and open and state < 4 and due <= $3
                  and id <> all($4) order by due, id limit $5)
             union all
             (select id from task where tenant = $1 and lane = $2 and not open and state < 4 and due <= $3
                  and id <> all($4) order by due, id limit $5)
         ) picked
         join task t on t.id = picked.id
         join record r on r.id = t.record
         join revision v on v.record = r.id and v.revision = r.revision
         left join task_cause c on c.task = t.id
         left join intent i on i.task = t.id
         order by t.open desc, t.due, t.id limit $5",
        rows::TASK,
        rows::RECORD,
        rows::INTENT
    );
    let limit = signed(asked.limit as u64);
    read.sql
        .all(&statement, &[&read.tenant, &text(asked.lane.as_str()), &asked.now.0, &except, &limit], |row| {
            Ok(Due { task: rows::task(row)?, record: rows::record(row, 13)?, intent: rows::intent(row, 24)? })
        })
        .await
}

pub(super) async fn next_due(read: &Read, lane: &LaneName) -> Done<Option<Timestamp>> {
    let due = read
        .sql
        .first(
            "select least(
                 (select due from task where tenant = $1 and lane = $2 and open and state < 4 order by due limit 1),
                 (select due from task where tenant = $1 and lane = $2 and not open and state < 4 order by due limit 1))",
            &[&read.tenant, &text(lane.as_str())],
            |row| get::<Option<i64>>(row, 0),
        )
        .await?;
    Ok(due.flatten().map(Timestamp).filter(|due| *due < NEVER))
}

/// The tasks of these flows, records and kinds, in order.
pub(super) async fn tasks_of(read: &Read, of: &[(FlowName, RecordId, Kind)]) -> Done<Vec<Option<Task>>> {
    let flows = texts(of.iter().map(|(flow, ..)| flow.as_str()));
    let records: Vec<i64> = of.iter().map(|(_, record, _)| record.0).collect();
    let kinds: Vec<i64> = of.iter().map(|(.., kind)| kind_code(*kind)).collect();
    let statement = format!(
        "select {}, n.place
         from unnest($2::text[], $3::bigint[], $4::bigint[]) with ordinality n (flow, record, kind, place)
         join task t on t.record = n.record and t.flow = n.flow and t.kind = n.kind and t.tenant = $1
         left join task_cause c on c.task = t.id",
        rows::TASK
    );
    let found = read
        .sql
        .all(&statement, &[&read.tenant, &flows, &records, &kinds], |row| {
            Ok((place(row, 13)?, rows::task(row)?))
        })
        .await?;
    Ok(in_order(of.len(), found))
}
