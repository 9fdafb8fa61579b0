//! Opening an intent: the link is reserved and the step stored before any call goes out.

use contract::store::{OpenIntent, Opened, Opening};
use model::intent::Intent;
use model::step::{Action, Step};
use model::task::Kind;
use model::{FlowName, LaneName, LinkId, TaskId, Timestamp};
use rusqlite::{Connection, params};

use super::links;
use super::tasks::{moved, moving};
use crate::codec::{key_text, read, step_text};
use crate::sqlite::commit::Write;
use crate::sqlite::failure::Done;
use crate::sqlite::rows::{all, known, text};

pub(super) fn open(write: &mut Write, opening: &Opening) -> Done<Opened> {
    let intent = &opening.intent;
    let task = known(moving(write, intent.task)?, "the task of an intent")?;
    let opened = links::reserve(write, &opening.source, &opening.target_connection, &opening.target_object)?;
    store_intent(write, intent, opened.link)?;
    moved(write, &task, task.standing.opened(intent.sent))?;
    if intent.step.action != Action::Notify && task.kind == Kind::Deliver {
        write
            .sql
            .prepare_cached(
                "update link set mapped = null, fields = coalesce(?2, fields)
                 where id = ?1 and (mapped is not null or ?2 is not null)",
            )?
            .execute(params![opened.link.0, opening.may_hold])?;
    }
    Ok(opened)
}

/// The tasks of the lane that go on by themselves and have an open intent of that key.
pub(super) fn open_intents(
    sql: &Connection,
    tenant: i64,
    lane: &LaneName,
    key: &[(String, String)],
) -> Done<Vec<OpenIntent>> {
    let mut find = sql.prepare_cached(
        "select t.id, t.flow, i.step, i.sent from intent i cross join task t on t.id = i.task
         where i.key = ?1 and i.key <> '[]' and t.tenant = ?2 and t.lane = ?3 and t.open and t.state < 4
         order by t.id",
    )?;
    all(&mut find, params![key_text(key), tenant, lane.as_str()], |row| {
        let flow: String = row.get(1)?;
        let step: Step = known(read(text(row, 2)?), "an intent's step")?;
        Ok(OpenIntent {
            task: TaskId(row.get(0)?),
            flow: FlowName::new(flow),
            object: step.object,
            sent: Timestamp(row.get(3)?),
        })
    })
}

/// Stores the intent in the place of the one that was open.
pub(super) fn store_intent(write: &Write, intent: &Intent, link: LinkId) -> Done<()> {
    write
        .sql
        .prepare_cached(
            "insert into intent (task, link, step, key, revision, sent) values (?1, ?2, ?3, ?4, ?5, ?6)
             on conflict do update set link = excluded.link, step = excluded.step, key = excluded.key,
                 revision = excluded.revision, sent = excluded.sent",
        )?
        .execute(params![
            intent.task.0,
            link.0,
            step_text(&intent.step),
            key_text(&intent.key),
            intent.revision,
            intent.sent.0
        ])?;
    Ok(())
}
