//! Storing what became of tasks: one statement for each table.

use model::LaneName;
use model::intent::Intent;

use super::awaited;
use super::tasks::{Changes, Moving, beside};
use crate::codec::{key_text, kind_code, state_code, step_text};
use crate::postgres::commit::Write;
use crate::postgres::failure::Done;
use crate::postgres::params::texts;
use crate::transition::Standing;

pub(super) async fn tasks(write: &Write, tasks: &[Moving]) -> Done<()> {
    make(write, tasks.iter().filter(|task| task.id.is_none()).collect()).await?;
    let is_changed = |task: &&Moving| task.before != Some(task.standing) || task.lane != task.lane_before;
    change(write, tasks.iter().filter(|task| task.id.is_some()).filter(is_changed).collect()).await?;
    causes(write, beside(tasks, |task| &task.cause)).await?;
    intents(write, beside(tasks, |task| &task.intent)).await?;
    awaited::store(write, beside(tasks, |task| &task.awaited)).await
}

/// Columns of where tasks stand.
struct Columns {
    states: Vec<i64>,
    wants: Vec<i64>,
    dones: Vec<i64>,
    tries: Vec<i64>,
    dues: Vec<i64>,
    opens: Vec<bool>,
    awaits: Vec<bool>,
    as_ofs: Vec<Option<i64>>,
}

impl Columns {
    fn of(tasks: &[&Moving]) -> Columns {
        fn column<T>(tasks: &[&Moving], of: impl Fn(Standing) -> T) -> Vec<T> {
            tasks.iter().map(|task| of(task.standing)).collect()
        }
        Columns {
            states: column(tasks, |standing| state_code(standing.state)),
            wants: column(tasks, |standing| standing.want),
            dones: column(tasks, |standing| standing.done),
            tries: column(tasks, |standing| i64::from(standing.tries)),
            dues: column(tasks, |standing| standing.due.0),
            opens: column(tasks, |standing| standing.open),
            awaits: column(tasks, |standing| standing.awaits),
            as_ofs: column(tasks, |standing| standing.as_of.map(|as_of| as_of.0)),
        }
    }
}

/// In the order in which they were made, which their ids tell.
async fn make(write: &Write, tasks: Vec<&Moving>) -> Done<()> {
    if tasks.is_empty() {
        return Ok(());
    }
    let columns = Columns::of(&tasks);
    let flows = texts(tasks.iter().map(|task| task.flow.as_str()));
    let lanes = texts(tasks.iter().map(|task| LaneName::as_str(&task.lane)));
    let records: Vec<i64> = tasks.iter().map(|task| task.record.0).collect();
    let kinds: Vec<i64> = tasks.iter().map(|task| kind_code(task.kind)).collect();
    write
        .sql
        .change(
            "insert into task (tenant, flow, record, kind, lane, state, want, done, tries, due, open, awaits)
             select $1, flow, record, kind, lane, state, want, done, tries, due, open, awaits
             from unnest($2::text[], $3::bigint[], $4::bigint[], $5::text[], $6::bigint[], $7::bigint[], $8::bigint[],
                 $9::bigint[], $10::bigint[], $11::boolean[], $12::boolean[]) with ordinality
                 as n (flow, record, kind, lane, state, want, done, tries, due, open, awaits, place)
             order by place",
            &[
                &write.tenant,
                &flows,
                &records,
                &kinds,
                &lanes,
                &columns.states,
                &columns.wants,
                &columns.dones,
                &columns.tries,
                &columns.dues,
                &columns.opens,
                &columns.awaits,
            ],
        )
        .await?;
    Ok(())
}

async fn change(write: &Write, tasks: Vec<&Moving>) -> Done<()> {
    if tasks.is_empty() {
        return Ok(());
    }
    let columns = Columns::of(&tasks);
    let ids: Vec<i64> = tasks.iter().filter_map(|task| task.id).map(|id| id.0).collect();
    let lanes = texts(tasks.iter().map(|task| LaneName::as_str(&task.lane)));
    write
        .sql
        .change(
            "update task t set lane = n.lane, state = n.state, want = n.want, done = n.done, tries = n.tries,
                 due = n.due, open = n.open, awaits = n.awaits, as_of = n.as_of
             from unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[],
                 $7::bigint[], $8::boolean[], $9::boolean[], $10::bigint[])
                 as n (id, lane, state, want, done, tries, due, open, awaits, as_of)
             where t.id = n.id",
            &[
                &ids,
                &lanes,
                &columns.states,
                &columns.wants,
                &columns.dones,
                &columns.tries,
                &columns.dues,
                &columns.opens,
                &columns.awaits,
                &columns.as_ofs,
            ],
        )
        .await?;
    Ok(())
}

async fn causes(write: &Write, changes: Changes<'_, String>) -> Done<()> {
    changes.drop_from(write, "delete from task_cause where task = any($1)").await?;
    if changes.put.is_empty() {
        return Ok(());
    }
    let causes = texts(changes.put.iter().map(|(_, cause)| cause.as_str()));
    write
        .sql
        .change(
            "insert into task_cause (task, cause) select task, cause from unnest($1::bigint[], $2::text[]) n (task, cause)
             on conflict (task) do update set cause = excluded.cause",
            &[&changes.tasks(), &causes],
        )
        .await?;
    Ok(())
}

async fn intents(write: &Write, changes: Changes<'_, Intent>) -> Done<()> {
    changes.drop_from(write, "delete from intent where task = any($1)").await?;
    if changes.put.is_empty() {
        return Ok(());
    }
    let column =
        |of: fn(&Intent) -> i64| -> Vec<i64> { changes.put.iter().map(|(_, intent)| of(intent)).collect() };
    let steps: Vec<String> = changes.put.iter().map(|(_, intent)| step_text(&intent.step)).collect();
    let keys: Vec<String> = changes.put.iter().map(|(_, intent)| key_text(&intent.key)).collect();
    write
        .sql
        .change(
            "insert into intent (task, link, step, key, revision, sent)
             select task, link, step, key, revision, sent
             from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::bigint[])
                 n (task, link, step, key, revision, sent)
             on conflict (task) do update set link = excluded.link, step = excluded.step, key = excluded.key,
                 revision = excluded.revision, sent = excluded.sent",
            &[
                &changes.tasks(),
                &column(|intent| intent.link.0),
                &texts(steps.iter().map(String::as_str)),
                &texts(keys.iter().map(String::as_str)),
                &column(|intent| intent.revision),
                &column(|intent| intent.sent.0),
            ],
        )
        .await?;
    Ok(())
}
