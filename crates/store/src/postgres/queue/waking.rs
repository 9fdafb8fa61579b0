//! Waking whoever waits for a link that is filled now, or for somebody who is bound now.

use model::binding::Binding;
use model::task::{Kind, State};
use model::{ConnectionName, FlowName, LinkId, ObjectName, RecordId, TaskId, Timestamp};

use super::tasks::Board;
use crate::codec::{binding_code, kind_code, state_code};
use crate::postgres::commit::Write;
use crate::postgres::failure::Done;
use crate::postgres::params::{text, texts};
use crate::postgres::session::get;
use crate::transition::Standing;

/// Lets nobody begin to wait while that comes which somebody may wait for, and the other way round: whoever is second
/// sees what the first has done. Those who bring it do not keep each other out.
pub(in crate::postgres) async fn pass_gate(write: &Write, brings: bool, waits: bool) -> Done<()> {
    let lock = match (brings, waits) {
        (false, false) => return Ok(()),
        (true, false) => {
            "select pg_advisory_xact_lock_shared(hashtextextended('qiao waits ' || current_schema(), $1))"
        }
        (_, true) => "select pg_advisory_xact_lock(hashtextextended('qiao waits ' || current_schema(), $1))",
    };
    write.sql.all(lock, &[&write.tenant], |_| Ok(())).await.map(|_| ())
}

/// Wakes what was passed over at the other sides of records that are in force again: perhaps because they were void.
pub(in crate::postgres) async fn wake_skipped_beside(
    write: &mut Write,
    (connection, object): (&ConnectionName, &ObjectName),
    ids: &[String],
    at: Timestamp,
) -> Done<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let skipped = write
        .sql
        .all(
            "select t.id from link l
                 join record r on r.tenant = l.tenant and r.source_id = l.target_id and r.object = l.target_object
                     and r.connection = l.target_connection
                 join task t on t.record = r.id and t.kind = $5 and t.state = $6
             where l.tenant = $1 and l.source_id = any($4) and l.object = $3 and l.connection = $2
             union
             select t.id from link l
                 join record r on r.tenant = l.tenant and r.source_id = l.source_id and r.object = l.object
                     and r.connection = l.connection
                 join task t on t.record = r.id and t.kind = $5 and t.state = $6
             where l.tenant = $1 and l.target_id = any($4) and l.target_object = $3 and l.target_connection = $2
             order by 1",
            &[
                &write.tenant,
                &text(connection.as_str()),
                &text(object.as_str()),
                &ids,
                &kind_code(Kind::Deliver),
                &state_code(State::Skipped),
            ],
            |row| Ok(TaskId(get(row, 0)?)),
        )
        .await?;
    let mut board = Board::of_ids(write, &skipped).await?;
    for id in skipped {
        if let Some(task) = board.get(id) {
            task.moved(task.standing.raised(task.standing.want, at));
        }
    }
    board.store(write).await
}

/// Wakes the tasks that wait for links which were filled apart from any settlement.
pub(in crate::postgres) async fn wake_for_links(
    write: &mut Write,
    links: &[LinkId],
    at: Timestamp,
) -> Done<()> {
    let waiting = for_links(write, links).await?;
    let mut board = Board::of_ids(write, &waiting).await?;
    for id in waiting {
        if let Some(task) = board.get(id) {
            task.moved(task.standing.linked(at));
        }
    }
    board.store(write).await
}

/// The tasks that wait for one of these links, by the id or the number of either side.
pub(super) async fn for_links(write: &Write, links: &[LinkId]) -> Done<Vec<TaskId>> {
    if links.is_empty() {
        return Ok(Vec::new());
    }
    let links: Vec<i64> = links.iter().map(|link| link.0).collect();
    write
        .sql
        .all(
            "select a.task from link l join awaited a on a.tenant = l.tenant and a.source_id = l.source_id
                 and a.object = l.object and a.connection = l.connection
                 and a.target_connection = l.target_connection
             where l.id = any($1) and not a.by_number and a.line_of is null
                 and (a.target_object is null or a.target_object = l.target_object)
             union
             select a.task from link l
                 join record r on r.tenant = l.tenant and r.source_id = l.source_id and r.object = l.object
                     and r.connection = l.connection
                 join awaited a on a.tenant = l.tenant and a.source_id = r.number and a.object = l.object
                     and a.connection = l.connection and a.target_connection = l.target_connection
             where l.id = any($1) and a.by_number
                 and (a.target_object is null or a.target_object = l.target_object)
             union
             select a.task from link l join awaited a on a.tenant = l.tenant and a.source_id = l.target_id
                 and a.object = l.target_object and a.connection = l.target_connection
                 and a.target_connection = l.connection
             where l.id = any($1) and not a.by_number and a.line_of is null
                 and (a.target_object is null or a.target_object = l.object)
             union
             select a.task from link l join awaited a on a.tenant = l.tenant and a.source_id = l.target_number
                 and a.object = l.target_object and a.connection = l.target_connection
                 and a.target_connection = l.connection
             where l.id = any($1) and a.by_number and (a.target_object is null or a.target_object = l.object)
             order by 1",
            &[&links],
            |row| Ok(TaskId(get(row, 0)?)),
        )
        .await
}

/// Lets those that wait for records which have failed look again now, so that they say why they wait.
pub(super) async fn hurry_children(write: &mut Write, parents: &[RecordId], at: Timestamp) -> Done<()> {
    if parents.is_empty() {
        return Ok(());
    }
    let parents: Vec<i64> = parents.iter().map(|record| record.0).collect();
    let waiting = write
        .sql
        .all(
            "select a.task from record r join awaited a on a.tenant = r.tenant and a.source_id = r.source_id
                 and a.object = r.object and a.connection = r.connection
             where r.id = any($1) and not a.by_number and a.line_of is null
             union
             select a.task from record r join awaited a on a.tenant = r.tenant and a.source_id = r.number
                 and a.object = r.object and a.connection = r.connection
             where r.id = any($1) and a.by_number
             order by 1",
            &[&parents],
            |row| Ok(TaskId(get(row, 0)?)),
        )
        .await?;
    let mut board = Board::of_ids(write, &waiting).await?;
    for task in board.tasks.iter_mut().filter(|task| task.standing.state == State::Waiting) {
        task.moved(Standing { due: at, ..task.standing });
    }
    board.store(write).await
}

/// What waits or is unknown of these flows is due now.
pub(in crate::postgres) async fn hurry_flows(write: &Write, flows: &[FlowName], at: Timestamp) -> Done<()> {
    if flows.is_empty() {
        return Ok(());
    }
    let states: Vec<i64> = [State::Waiting, State::Unknown].map(state_code).to_vec();
    write
        .sql
        .change(
            "update task set due = $3 where tenant = $1 and flow = any($2) and state = any($4) and due > $3",
            &[&write.tenant, &texts(flows.iter().map(FlowName::as_str)), &at.0, &states],
        )
        .await?;
    Ok(())
}

/// Wakes whoever waits for one of these to be bound, from either side, by id or by number.
pub(in crate::postgres) async fn wake_bound(write: &mut Write, bindings: &[Binding]) -> Done<()> {
    let waiting = for_bindings(write, bindings).await?;
    let ids: Vec<TaskId> = waiting.iter().map(|(task, _)| *task).collect();
    let mut board = Board::of_ids(write, &ids).await?;
    for (id, at) in waiting {
        // One that was woken by somebody else since has nothing to wait for.
        if let Some(task) = board.get(id) {
            task.moved(task.standing.linked(at));
        }
    }
    board.store(write).await
}

/// Tasks, each with the time of the first binding that it waits for.
async fn for_bindings(write: &Write, bindings: &[Binding]) -> Done<Vec<(TaskId, Timestamp)>> {
    let mut known = Vec::new();
    for binding in bindings {
        for (here, there) in [(&binding.one, &binding.other), (&binding.other, &binding.one)] {
            for id in [Some(&here.id), here.number.as_ref()].into_iter().flatten() {
                known.push((
                    binding_code(binding.kind),
                    &here.connection,
                    id,
                    &there.connection,
                    binding.at.0,
                ));
            }
        }
    }
    write
        .sql
        .all(
            "select distinct on (a.task) a.task, n.at
             from unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::bigint[]) with ordinality
                 n (kind, connection, party, other_connection, at, place)
             join awaited_binding a on a.tenant = $1 and a.party = n.party and a.connection = n.connection
                 and a.other_connection = n.other_connection and a.kind = n.kind
             order by a.task, n.place",
            &[
                &write.tenant,
                &known.iter().map(|(kind, ..)| *kind).collect::<Vec<i64>>(),
                &texts(known.iter().map(|(_, connection, ..)| connection.as_str())),
                &texts(known.iter().map(|(_, _, id, ..)| id.as_str())),
                &texts(known.iter().map(|(.., other, _)| other.as_str())),
                &known.iter().map(|(.., at)| *at).collect::<Vec<i64>>(),
            ],
            |row| Ok((TaskId(get(row, 0)?), Timestamp(get(row, 1)?))),
        )
        .await
}
