//! Alerts, and the messages that tell of them.

use async_trait::async_trait;
use contract::store::{Alerts, MessageMove, StoreError, Telling};
use futures_util::FutureExt;
use model::alert::{Alert, AlertMessage, MessageState, Owner, OwnerTold, Sighting};
use model::{AlertId, AlertMessageId, TaskId, Timestamp};
use tokio_postgres::Row;

use super::Postgres;
use super::commit::Write;
use super::failure::Done;
use super::params::{some_texts, text, texts};
use super::rows::{known, signed, unsigned};
use super::session::get;
use crate::codec::alerts::{
    alert_code, alert_of_code, message_code, message_of_code, severity_code, severity_of_code,
};
use crate::codec::{cause_of_text, cause_text, list_text, read};

#[async_trait]
impl Alerts for Postgres {
    async fn sight(&self, sightings: &[Sighting], at: Timestamp) -> Result<(), StoreError> {
        self.write((sightings.to_vec(), at), |write, (sightings, at)| sight(write, sightings, *at).boxed())
            .await
    }

    async fn recover(&self, unseen_since: Timestamp, at: Timestamp) -> Result<u64, StoreError> {
        self.write((unseen_since.0, at.0), |write, (unseen_since, at)| {
            let recover =
                "update alert set recovered = $3 where tenant = $1 and recovered is null and seen < $2";
            async move { write.sql.change(recover, &[&write.tenant, unseen_since, at]).await }.boxed()
        })
        .await
    }

    async fn untold(&self) -> Result<Vec<Alert>, StoreError> {
        self.ask((), |read, ()| {
            let find = format!(
                "select {ALERT} from alert where tenant = $1 and (recovered is null and told is null
                 or recovered is not null and told is not null and recovery_told is null) order by id"
            );
            async move { read.sql.all(&find, &[&read.tenant], alert).await }.boxed()
        })
        .await
    }

    async fn tell(&self, telling: &Telling, at: Timestamp) -> Result<bool, StoreError> {
        self.write((telling.clone(), at), |write, (telling, at)| tell(write, telling, *at).boxed()).await
    }

    async fn last_telling(&self) -> Result<Option<Timestamp>, StoreError> {
        let at = self.ask((), |read, ()| {
            let find = "select max(at) from (select max(told) as at from alert where tenant = $1
                 and told is not null union all select max(recovery_told) from alert
                 where tenant = $1 and recovery_told is not null
                 union all select max(at) from alert_owner where tenant = $1) tellings";
            let at = |row: &Row| get::<Option<i64>>(row, 0);
            async move { read.sql.first(find, &[&read.tenant], at).await }.boxed()
        });
        Ok(at.await?.flatten().map(Timestamp))
    }

    async fn owners_told(
        &self,
        alert: AlertId,
        tasks: &[TaskId],
    ) -> Result<Vec<(OwnerTold, Timestamp)>, StoreError> {
        let tasks: Vec<i64> = tasks.iter().map(|task| task.0).collect();
        self.ask((alert.0, tasks), |read, (alert, tasks)| {
            let find = "select alert, task, connection, person, at from alert_owner
                 where tenant = $1 and alert = $2 and (cardinality($3::bigint[]) = 0 or task = any($3))
                 order by task, connection, person";
            async move { read.sql.all(find, &[&read.tenant, alert, tasks], owner_told).await }.boxed()
        })
        .await
    }

    async fn alerts(&self, only_open: bool, limit: usize) -> Result<Vec<Alert>, StoreError> {
        self.ask((only_open, signed(limit as u64)), |read, (only_open, limit)| {
            let find = format!(
                "select {ALERT} from alert where tenant = $1 and (recovered is null or not $2)
                 order by id desc limit $3"
            );
            async move { read.sql.all(&find, &[&read.tenant, only_open, limit], alert).await }.boxed()
        })
        .await
    }

    async fn alert(&self, id: AlertId) -> Result<Option<Alert>, StoreError> {
        self.ask(id.0, |read, id| {
            let find = format!("select {ALERT} from alert where tenant = $1 and id = $2");
            async move { read.sql.first(&find, &[&read.tenant, id], alert).await }.boxed()
        })
        .await
    }

    async fn unsent(&self, now: Timestamp) -> Result<Vec<AlertMessage>, StoreError> {
        self.ask(now.0, |read, now| {
            let find = format!(
                "select {MESSAGE} from alert_message where tenant = $1 and state = 0 and due <= $2 order by id"
            );
            async move { read.sql.all(&find, &[&read.tenant, now], message).await }.boxed()
        })
        .await
    }

    async fn alert_messages(&self, limit: usize) -> Result<Vec<AlertMessage>, StoreError> {
        self.ask(signed(limit as u64), |read, limit| {
            let find =
                format!("select {MESSAGE} from alert_message where tenant = $1 order by id desc limit $2");
            async move { read.sql.all(&find, &[&read.tenant, limit], message).await }.boxed()
        })
        .await
    }

    async fn move_message(
        &self,
        id: AlertMessageId,
        from: MessageState,
        to: &MessageMove,
    ) -> Result<bool, StoreError> {
        self.write((id, from, to.clone()), |write, (id, from, to)| {
            async move {
                let change = "update alert_message set state = $4, due = $5, tries = $6, cause = $7
                     where tenant = $1 and id = $2 and state = $3";
                let (from, state) = (message_code(*from), message_code(to.state));
                let (tries, cause) = (i64::from(to.tries), to.cause.as_ref().map(cause_text));
                let cause = cause.as_deref().map(text);
                let row: super::session::Params<'_> =
                    &[&write.tenant, &id.0, &from, &state, &to.due.0, &tries, &cause];
                Ok(write.sql.change(change, row).await? > 0)
            }
            .boxed()
        })
        .await
    }

    async fn forget_alerts(&self, before: Timestamp) -> Result<(), StoreError> {
        self.write(before.0, |write, before| {
            async move {
                let of: super::session::Params<'_> = &[&write.tenant, before];
                let with_them = "delete from alert_owner where tenant = $1 and alert in
                     (select id from alert where tenant = $1 and recovered < $2)";
                write.sql.change(with_them, of).await?;
                write.sql.change("delete from alert where tenant = $1 and recovered < $2", of).await?;
                write.sql.change("delete from alert_message where tenant = $1 and made < $2", of).await?;
                Ok(())
            }
            .boxed()
        })
        .await
    }
}

async fn sight(write: &Write, sightings: &[Sighting], at: Timestamp) -> Done<()> {
    let column = |read: &dyn Fn(&Sighting) -> i64| sightings.iter().map(read).collect::<Vec<i64>>();
    let written = |read: &dyn Fn(&Sighting) -> String| sightings.iter().map(read).collect::<Vec<String>>();
    let (what, examples) = (written(&|one| cause_text(&one.what)), written(&|one| list_text(&one.examples)));
    write
        .sql
        .change(
            "insert into alert
                 (tenant, kind, subject, flow, connection, severity, what, tasks, examples, options, since, seen)
             select $1, kind, subject, flow, connection, severity, what, tasks, examples, options, $2, $2
             from unnest($3::bigint[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::text[],
                     $9::bigint[], $10::text[], $11::text[])
                 with ordinality n
                     (kind, subject, flow, connection, severity, what, tasks, examples, options, place)
             order by place
             on conflict (tenant, kind, subject) where recovered is null do update set
                 flow = excluded.flow, connection = excluded.connection, severity = excluded.severity,
                 what = excluded.what, tasks = excluded.tasks, examples = excluded.examples,
                 options = excluded.options, seen = greatest(alert.seen, excluded.seen)",
            &[
                &write.tenant,
                &at.0,
                &column(&|one| alert_code(one.kind)),
                &texts(sightings.iter().map(|one| one.subject.as_str())),
                &some_texts(sightings.iter().map(|one| one.flow.as_deref())),
                &some_texts(sightings.iter().map(|one| one.connection.as_deref())),
                &column(&|one| severity_code(one.severity)),
                &texts(what.iter().map(String::as_str)),
                &column(&|one| signed(one.count)),
                &texts(examples.iter().map(String::as_str)),
                &texts(sightings.iter().map(|one| one.options.as_str())),
            ],
        )
        .await?;
    Ok(())
}

async fn tell(write: &Write, telling: &Telling, at: Timestamp) -> Done<bool> {
    let begun: Vec<i64> = telling.begun.iter().map(|id| id.0).collect();
    let over: Vec<i64> = telling.over.iter().map(|id| id.0).collect();
    let untold = write
        .sql
        .all(
            "select id from alert where tenant = $1
             and (id = any($2) and told is null or id = any($3) and recovery_told is null) for update",
            &[&write.tenant, &begun, &over],
            |row| get::<i64>(row, 0),
        )
        .await?;
    if untold.len() != begun.len() + over.len() || is_any_owner_told(write, &telling.owners).await? {
        return Ok(false);
    }
    note_owners(write, &telling.owners, at).await?;
    let tell = "update alert set told = $2 where tenant = $1 and id = any($3)";
    write.sql.change(tell, &[&write.tenant, &at.0, &begun]).await?;
    let tell = "update alert set recovery_told = $2 where tenant = $1 and id = any($3)";
    write.sql.change(tell, &[&write.tenant, &at.0, &over]).await?;
    let messages = &telling.messages;
    write
        .sql
        .change(
            "insert into alert_message
                 (tenant, receiver, title, content, body, made, state, due, tries, owner_connection, owner)
             select $1, receiver, title, content, body, $2, 0, $2, 0, owner_connection, owner
             from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
                 with ordinality n (receiver, title, content, body, owner_connection, owner, place)
             order by place",
            &[
                &write.tenant,
                &at.0,
                &texts(messages.iter().map(|message| message.receiver.as_str())),
                &texts(messages.iter().map(|message| message.title.as_str())),
                &texts(messages.iter().map(|message| message.text.as_str())),
                &texts(messages.iter().map(|message| message.body.as_str())),
                &some_texts(messages.iter().map(|message| Some(message.owner.as_ref()?.connection.as_str()))),
                &some_texts(messages.iter().map(|message| Some(message.owner.as_ref()?.person.as_str()))),
            ],
        )
        .await?;
    Ok(true)
}

/// Whether any of these owners was told by somebody else. Of two who tell at the same time the second waits here for the
/// first.
async fn is_any_owner_told(write: &Write, owners: &[OwnerTold]) -> Done<bool> {
    if owners.is_empty() {
        return Ok(false);
    }
    let alerts: Vec<i64> = owners.iter().map(|told| told.alert.0).collect();
    let wait = "select id from alert where tenant = $1 and id = any($2) order by id for update";
    write.sql.all(wait, &[&write.tenant, &alerts], |row| get::<i64>(row, 0)).await?;
    let tasks: Vec<i64> = owners.iter().map(|told| told.task.0).collect();
    let find = "select alert, task, connection, person, at from alert_owner
         where tenant = $1 and alert = any($2) and task = any($3)";
    let told = write.sql.all(find, &[&write.tenant, &alerts, &tasks], owner_told).await?;
    Ok(told.iter().any(|(told, _)| owners.contains(told)))
}

async fn note_owners(write: &Write, owners: &[OwnerTold], at: Timestamp) -> Done<()> {
    let note = "insert into alert_owner (tenant, alert, task, connection, person, at)
         select $1, alert, task, connection, person, $2
         from unnest($3::bigint[], $4::bigint[], $5::text[], $6::text[]) n (alert, task, connection, person)
         on conflict do nothing";
    let alerts: Vec<i64> = owners.iter().map(|told| told.alert.0).collect();
    let tasks: Vec<i64> = owners.iter().map(|told| told.task.0).collect();
    let connections = texts(owners.iter().map(|told| told.owner.connection.as_str()));
    let persons = texts(owners.iter().map(|told| told.owner.person.as_str()));
    write.sql.change(note, &[&write.tenant, &at.0, &alerts, &tasks, &connections, &persons]).await?;
    Ok(())
}

fn owner_told(row: &Row) -> Done<(OwnerTold, Timestamp)> {
    let (connection, person): (&str, String) = (get(row, 2)?, get(row, 3)?);
    let owner = Owner { connection: connection.into(), person };
    let told = OwnerTold { alert: AlertId(get(row, 0)?), task: TaskId(get(row, 1)?), owner };
    Ok((told, Timestamp(get(row, 4)?)))
}

const ALERT: &str = "id, kind, subject, flow, connection, severity, what, tasks, examples, options, since, seen, told, \
                     recovered, recovery_told";

fn alert(row: &Row) -> Done<Alert> {
    let time = |at: usize| Ok::<_, super::failure::Failure>(get::<Option<i64>>(row, at)?.map(Timestamp));
    Ok(Alert {
        id: AlertId(get(row, 0)?),
        seen: Sighting {
            kind: known(alert_of_code(get(row, 1)?), "an alert's kind")?,
            subject: get(row, 2)?,
            flow: get(row, 3)?,
            connection: get(row, 4)?,
            severity: known(severity_of_code(get(row, 5)?), "an alert's severity")?,
            what: known(cause_of_text(get(row, 6)?), "an alert's cause")?,
            count: unsigned(get(row, 7)?),
            examples: known(read(get(row, 8)?), "an alert's examples")?,
            options: get(row, 9)?,
        },
        since: Timestamp(get(row, 10)?),
        until: Timestamp(get(row, 11)?),
        told: time(12)?,
        recovered: time(13)?,
        recovery_told: time(14)?,
    })
}

const MESSAGE: &str =
    "id, receiver, title, content, body, made, state, due, tries, cause, owner_connection, owner";

fn message(row: &Row) -> Done<AlertMessage> {
    let cause: Option<&str> = get(row, 9)?;
    let (connection, person): (Option<&str>, Option<String>) = (get(row, 10)?, get(row, 11)?);
    Ok(AlertMessage {
        id: AlertMessageId(get(row, 0)?),
        receiver: get(row, 1)?,
        owner: connection
            .zip(person)
            .map(|(connection, person)| Owner { connection: connection.into(), person }),
        title: get(row, 2)?,
        text: get(row, 3)?,
        body: get(row, 4)?,
        made: Timestamp(get(row, 5)?),
        state: known(message_of_code(get(row, 6)?), "a message's state")?,
        due: Timestamp(get(row, 7)?),
        tries: u32::try_from(get::<i64>(row, 8)?).unwrap_or_default(),
        cause: cause.map(|cause| known(cause_of_text(cause), "a message's cause")).transpose()?,
    })
}
