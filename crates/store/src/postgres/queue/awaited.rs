//! What tasks wait for: a link to be filled, or somebody to be bound.

use contract::store::{Awaited, Linked};
use model::binding::BindingSide;
use model::link::{KnownBy, Referent};
use model::{ConnectionName, ObjectName, TaskId};

use super::tasks::Changes;
use crate::codec::{binding_code, binding_of_code};
use crate::postgres::bindings::bound;
use crate::postgres::commit::{Read, Write};
use crate::postgres::failure::Done;
use crate::postgres::links::{list, other_sides};
use crate::postgres::params::{some_texts, texts};
use crate::postgres::rows::{self, in_order, known, place};
use crate::postgres::session::get;

/// Stores what tasks wait for from now on, and forgets what they waited for before.
pub(super) async fn store(write: &Write, changes: Changes<'_, Awaited>) -> Done<()> {
    let tasks: Vec<i64> = changes.tasks().into_iter().chain(changes.dropped).collect();
    if tasks.is_empty() {
        return Ok(());
    }
    write.sql.change("delete from awaited where task = any($1)", &[&tasks]).await?;
    write.sql.change("delete from awaited_binding where task = any($1)", &[&tasks]).await?;
    let (mut links, mut bindings) = (Vec::new(), Vec::new());
    for (task, awaited) in changes.put {
        match awaited {
            Awaited::Link(side) => links.push((task, side)),
            Awaited::Binding(side) => bindings.push((task, side)),
        }
    }
    wait_for_links(write, &links).await?;
    wait_for_bindings(write, &bindings).await
}

async fn wait_for_links(write: &Write, waits: &[(TaskId, &Referent)]) -> Done<()> {
    if waits.is_empty() {
        return Ok(());
    }
    let tasks: Vec<i64> = waits.iter().map(|(task, _)| task.0).collect();
    let by_number: Vec<bool> = waits.iter().map(|(_, awaited)| awaited.by == KnownBy::Number).collect();
    let awaited = || waits.iter().map(|(_, awaited)| *awaited);
    write
        .sql
        .change(
            "insert into awaited (task, tenant, connection, object, source_id, target_connection, target_object,
                 by_number, line_of)
             select task, $2, connection, object, source_id, target_connection, target_object, by_number, line_of
             from unnest($1::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::boolean[],
                 $9::text[])
                 n (task, connection, object, source_id, target_connection, target_object, by_number, line_of)",
            &[
                &tasks,
                &write.tenant,
                &texts(awaited().map(|awaited| awaited.of.connection.as_str())),
                &texts(awaited().map(|awaited| awaited.of.object.as_str())),
                &texts(awaited().map(|awaited| awaited.of.id.as_str())),
                &texts(awaited().map(|awaited| awaited.connection.as_str())),
                &some_texts(awaited().map(|awaited| awaited.object.as_ref().map(ObjectName::as_str))),
                &by_number,
                &some_texts(awaited().map(|awaited| list(&awaited.by))),
            ],
        )
        .await?;
    Ok(())
}

async fn wait_for_bindings(write: &Write, waits: &[(TaskId, &BindingSide)]) -> Done<()> {
    if waits.is_empty() {
        return Ok(());
    }
    let tasks: Vec<i64> = waits.iter().map(|(task, _)| task.0).collect();
    let kinds: Vec<i64> = waits.iter().map(|(_, side)| binding_code(side.kind)).collect();
    let sides = || waits.iter().map(|(_, side)| *side);
    write
        .sql
        .change(
            "insert into awaited_binding (task, tenant, kind, connection, party, other_connection)
             select task, $2, kind, connection, party, other_connection
             from unnest($1::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[])
                 n (task, kind, connection, party, other_connection)",
            &[
                &tasks,
                &write.tenant,
                &kinds,
                &texts(sides().map(|side| side.connection.as_str())),
                &texts(sides().map(|side| side.id.as_str())),
                &texts(sides().map(|side| side.other_connection.as_str())),
            ],
        )
        .await?;
    Ok(())
}

/// What tasks wait for, in order.
pub(super) async fn of(read: &Read, tasks: &[TaskId]) -> Done<Vec<Option<Awaited>>> {
    let ids: Vec<i64> = tasks.iter().map(|task| task.0).collect();
    let mut found = links_of(read, &ids).await?;
    found.extend(bindings_of(read, &ids).await?);
    Ok(in_order(tasks.len(), found))
}

async fn links_of(read: &Read, tasks: &[i64]) -> Done<Vec<(usize, Awaited)>> {
    read.sql
        .all(
            "select a.connection, a.object, a.source_id, a.target_connection, a.target_object, a.by_number, a.line_of,
                 n.place
             from unnest($2::bigint[]) with ordinality n (task, place)
             join awaited a on a.task = n.task and a.tenant = $1",
            &[&read.tenant, &tasks],
            |row| {
                let by = match get::<Option<String>>(row, 6)? {
                    Some(list) => KnownBy::LineOf(list),
                    None if get(row, 5)? => KnownBy::Number,
                    None => KnownBy::Id,
                };
                let referent = Referent {
                    of: rows::key(row, 0)?,
                    by,
                    connection: ConnectionName::new(get::<&str>(row, 3)?),
                    object: get::<Option<&str>>(row, 4)?.map(ObjectName::new),
                };
                Ok((place(row, 7)?, Awaited::Link(referent)))
            },
        )
        .await
}

async fn bindings_of(read: &Read, tasks: &[i64]) -> Done<Vec<(usize, Awaited)>> {
    read.sql
        .all(
            "select a.kind, a.connection, a.party, a.other_connection, n.place
             from unnest($2::bigint[]) with ordinality n (task, place)
             join awaited_binding a on a.task = n.task and a.tenant = $1",
            &[&read.tenant, &tasks],
            |row| {
                let side = BindingSide {
                    kind: known(binding_of_code(get(row, 0)?), "a binding's kind")?,
                    connection: ConnectionName::new(get::<&str>(row, 1)?),
                    id: get(row, 2)?,
                    other_connection: ConnectionName::new(get::<&str>(row, 3)?),
                };
                Ok((place(row, 4)?, Awaited::Binding(side)))
            },
        )
        .await
}

/// Whether each of these has come already, in order.
pub(super) async fn are_there(write: &Write, awaited: &[&Awaited]) -> Done<Vec<bool>> {
    let (mut links, mut bindings) = (Vec::new(), Vec::new());
    for awaited in awaited {
        match awaited {
            Awaited::Link(side) => links.push(side.clone()),
            Awaited::Binding(side) => bindings.push(side.clone()),
        }
    }
    let mut links = other_sides(&write.sql, write.tenant, &links).await?.into_iter();
    let mut bindings = bound(&write.sql, write.tenant, &bindings).await?.into_iter();
    let is_there = awaited.iter().map(|awaited| match awaited {
        Awaited::Link(_) => links.next().is_some_and(|linked| linked != Linked::Nothing),
        Awaited::Binding(_) => bindings.next().flatten().is_some(),
    });
    Ok(is_there.collect())
}
