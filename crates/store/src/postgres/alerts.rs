//! Alerts, and the messages that tell of them.

use async_trait::async_trait;
use contract::store::{Alerts, MessageMove, StoreError, Telling};
use futures_util::FutureExt;
use model::alert::{Alert, AlertMessage, MessageState, Sighting};
use model::{AlertId, AlertMessageId, Timestamp};
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
                 where tenant = $1 and recovery_told is not null) tellings";
            let at = |row: &Row| get::<Option<i64>>(row, 0);
            async move { read.sql.first(find, &[&read.tenant], at).await }.boxed()
        });
        Ok(at.await?.flatten().map(Timestamp))
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
    if untold.len() != begun.len() + over.len() {
        return Ok(false);
    }
    let tell = "update alert set told = $2 where tenant = $1 and id = any($3)";
    write.sql.change(tell, &[&write.tenant, &at.0, &begun]).await?;
    let tell = "update alert set recovery_told = $2 where tenant = $1 and id = any($3)";
    write.sql.change(tell, &[&write.tenant, &at.0, &over]).await?;
    let messages = &telling.messages;
    write
        .sql
        .change(
            "insert into alert_message (tenant, receiver, title, content, body, made, state, due, tries)
             select $1, receiver, title, content, body, $2, 0, $2, 0
             from unnest($3::text[], $4::text[], $5::text[], $6::text[])
                 with ordinality n (receiver, title, content, body, place)
             order by place",
            &[
                &write.tenant,
                &at.0,
                &texts(messages.iter().map(|message| message.receiver.as_str())),
                &texts(messages.iter().map(|message| message.title.as_str())),
                &texts(messages.iter().map(|message| message.text.as_str())),
                &texts(messages.iter().map(|message| message.body.as_str())),
            ],
        )
        .await?;
    Ok(true)
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

const MESSAGE: &str = "id, receiver, title, content, body, made, state, due, tries, cause";

fn message(row: &Row) -> Done<AlertMessage> {
    let cause: Option<&str> = get(row, 9)?;
    Ok(AlertMessage {
        id: AlertMessageId(get(row, 0)?),
        receiver: get(row, 1)?,
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
