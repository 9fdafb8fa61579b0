//! Alerts, and the messages that tell of them.

use async_trait::async_trait;
use contract::store::{Alerts, MessageMove, StoreError, Telling};
use model::alert::{Alert, AlertMessage, MessageState, Owner, OwnerTold, Sighting};
use model::{AlertId, AlertMessageId, TaskId, Timestamp};
use rusqlite::{Row, params};

use super::Sqlite;
use super::commit::Write;
use super::failure::Done;
use super::rows::{all, first, known, signed, text, unsigned};
use crate::codec::alerts::{
    alert_code, alert_of_code, message_code, message_of_code, severity_code, severity_of_code,
};
use crate::codec::{cause_of_text, cause_text, list_text, read};

#[async_trait]
impl Alerts for Sqlite {
    async fn sight(&self, sightings: &[Sighting], at: Timestamp) -> Result<(), StoreError> {
        let sightings = sightings.to_vec();
        self.write(move |write| sightings.iter().try_for_each(|sighting| sight(write, sighting, at))).await
    }

    async fn recover(&self, unseen_since: Timestamp, at: Timestamp) -> Result<u64, StoreError> {
        self.write(move |write| {
            let mut recover = write.sql.prepare_cached(
                "update alert set recovered = ?3 where tenant = ?1 and recovered is null and seen < ?2",
            )?;
            Ok(recover.execute((write.tenant, unseen_since.0, at.0))? as u64)
        })
        .await
    }

    async fn untold(&self) -> Result<Vec<Alert>, StoreError> {
        self.read(|sql, tenant| {
            let mut find = sql.prepare_cached(&format!(
                "select {} from alert where tenant = ?1 and (recovered is null and told is null
                 or recovered is not null and told is not null and recovery_told is null) order by id",
                ALERT
            ))?;
            all(&mut find, [tenant], alert)
        })
        .await
    }

    async fn tell(&self, telling: &Telling, at: Timestamp) -> Result<bool, StoreError> {
        let telling = telling.clone();
        self.write(move |write| tell(write, &telling, at)).await
    }

    async fn last_telling(&self) -> Result<Option<Timestamp>, StoreError> {
        self.read(|sql, tenant| {
            let mut find = sql.prepare_cached(
                "select max(at) from (select max(told) as at from alert where tenant = ?1 and told is not null
                 union all select max(recovery_told) from alert
                 where tenant = ?1 and recovery_told is not null
                 union all select max(at) from alert_owner where tenant = ?1)",
            )?;
            let at = first(&mut find, [tenant], |row| Ok(row.get::<_, Option<i64>>(0)?))?;
            Ok(at.flatten().map(Timestamp))
        })
        .await
    }

    async fn owners_told(
        &self,
        alert: AlertId,
        tasks: &[TaskId],
    ) -> Result<Vec<(OwnerTold, Timestamp)>, StoreError> {
        let tasks: Vec<i64> = tasks.iter().map(|task| task.0).collect();
        self.read(move |sql, tenant| {
            let owner = |row: &Row| {
                let owner = Owner { connection: text(row, 1)?.into(), person: row.get(2)? };
                Ok((OwnerTold { alert, task: TaskId(row.get(0)?), owner }, Timestamp(row.get(3)?)))
            };
            if tasks.is_empty() {
                let mut find = sql.prepare_cached(
                    "select task, connection, person, at from alert_owner where tenant = ?1 and alert = ?2
                     order by task, connection, person",
                )?;
                return all(&mut find, (tenant, alert.0), owner);
            }
            let mut find = sql.prepare_cached(
                "select task, connection, person, at from alert_owner
                 where tenant = ?1 and alert = ?2 and task = ?3 order by connection, person",
            )?;
            let mut told = Vec::new();
            for task in tasks {
                told.extend(all(&mut find, (tenant, alert.0, task), owner)?);
            }
            Ok(told)
        })
        .await
    }

    async fn alerts(&self, only_open: bool, limit: usize) -> Result<Vec<Alert>, StoreError> {
        self.read(move |sql, tenant| {
            let mut find = sql.prepare_cached(&format!(
                "select {} from alert where tenant = ?1 and (recovered is null or not ?2)
                 order by id desc limit ?3",
                ALERT
            ))?;
            all(&mut find, (tenant, only_open, signed(limit as u64)), alert)
        })
        .await
    }

    async fn alert(&self, id: AlertId) -> Result<Option<Alert>, StoreError> {
        self.read(move |sql, tenant| {
            let mut find =
                sql.prepare_cached(&format!("select {} from alert where tenant = ?1 and id = ?2", ALERT))?;
            first(&mut find, (tenant, id.0), alert)
        })
        .await
    }

    async fn unsent(&self, now: Timestamp) -> Result<Vec<AlertMessage>, StoreError> {
        self.read(move |sql, tenant| {
            let mut find = sql.prepare_cached(&format!(
                "select {} from alert_message where tenant = ?1 and state = 0 and due <= ?2 order by id",
                MESSAGE
            ))?;
            all(&mut find, (tenant, now.0), message)
        })
        .await
    }

    async fn alert_messages(&self, limit: usize) -> Result<Vec<AlertMessage>, StoreError> {
        self.read(move |sql, tenant| {
            let mut find = sql.prepare_cached(&format!(
                "select {} from alert_message where tenant = ?1 order by id desc limit ?2",
                MESSAGE
            ))?;
            all(&mut find, (tenant, signed(limit as u64)), message)
        })
        .await
    }

    async fn move_message(
        &self,
        id: AlertMessageId,
        from: MessageState,
        to: &MessageMove,
    ) -> Result<bool, StoreError> {
        let to = to.clone();
        self.write(move |write| {
            let mut change = write.sql.prepare_cached(
                "update alert_message set state = ?4, due = ?5, tries = ?6, cause = ?7
                 where tenant = ?1 and id = ?2 and state = ?3",
            )?;
            let (from, state) = (message_code(from), message_code(to.state));
            let cause = to.cause.as_ref().map(cause_text);
            Ok(change.execute(params![write.tenant, id.0, from, state, to.due.0, to.tries, cause])? > 0)
        })
        .await
    }

    async fn forget_alerts(&self, before: Timestamp) -> Result<(), StoreError> {
        self.write(move |write| {
            let of = (write.tenant, before.0);
            write
                .sql
                .prepare_cached(
                    "delete from alert_owner where tenant = ?1 and alert in
                     (select id from alert where tenant = ?1 and recovered < ?2)",
                )?
                .execute(of)?;
            write
                .sql
                .prepare_cached("delete from alert where tenant = ?1 and recovered < ?2")?
                .execute(of)?;
            write
                .sql
                .prepare_cached("delete from alert_message where tenant = ?1 and made < ?2")?
                .execute(of)?;
            Ok(())
        })
        .await
    }
}

fn sight(write: &Write, sighting: &Sighting, at: Timestamp) -> Done<()> {
    let mut sight = write.sql.prepare_cached(
        "insert into alert
             (tenant, kind, subject, flow, connection, severity, what, tasks, examples, options, since, seen)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?11)
         on conflict (tenant, kind, subject) where recovered is null do update set
             flow = excluded.flow, connection = excluded.connection, severity = excluded.severity,
             what = excluded.what, tasks = excluded.tasks, examples = excluded.examples,
             options = excluded.options, seen = max(seen, excluded.seen)",
    )?;
    sight.execute(params![
        write.tenant,
        alert_code(sighting.kind),
        sighting.subject,
        sighting.flow,
        sighting.connection,
        severity_code(sighting.severity),
        cause_text(&sighting.what),
        signed(sighting.count),
        list_text(&sighting.examples),
        sighting.options,
        at.0,
    ])?;
    Ok(())
}

fn tell(write: &Write, telling: &Telling, at: Timestamp) -> Done<bool> {
    let mut is_told = write.sql.prepare_cached("select told from alert where tenant = ?1 and id = ?2")?;
    let mut is_over_told =
        write.sql.prepare_cached("select recovery_told from alert where tenant = ?1 and id = ?2")?;
    for (find, ids) in [(&mut is_told, &telling.begun), (&mut is_over_told, &telling.over)] {
        for id in ids {
            let told = first(find, (write.tenant, id.0), |row| Ok(row.get::<_, Option<i64>>(0)?))?;
            if told != Some(None) {
                return Ok(false);
            }
        }
    }
    let mut note = write.sql.prepare_cached(
        "insert into alert_owner (tenant, alert, task, connection, person, at) values (?1, ?2, ?3, ?4, ?5, ?6)
         on conflict do nothing",
    )?;
    let mut is_owner_told = write.sql.prepare_cached(
        "select 1 from alert_owner
         where tenant = ?1 and alert = ?2 and task = ?3 and connection = ?4 and person = ?5",
    )?;
    let row = |told: &OwnerTold| {
        let OwnerTold { alert, task, owner } = told.clone();
        (write.tenant, alert.0, task.0, owner.connection.to_string(), owner.person)
    };
    for told in &telling.owners {
        if is_owner_told.exists(row(told))? {
            return Ok(false);
        }
    }
    for told in &telling.owners {
        let (tenant, alert, task, connection, person) = row(told);
        note.execute((tenant, alert, task, connection, person, at.0))?;
    }
    let mut begun = write.sql.prepare_cached("update alert set told = ?3 where tenant = ?1 and id = ?2")?;
    for id in &telling.begun {
        begun.execute((write.tenant, id.0, at.0))?;
    }
    let mut over =
        write.sql.prepare_cached("update alert set recovery_told = ?3 where tenant = ?1 and id = ?2")?;
    for id in &telling.over {
        over.execute((write.tenant, id.0, at.0))?;
    }
    let mut keep = write.sql.prepare_cached(
        "insert into alert_message
             (tenant, receiver, title, content, body, made, state, due, tries, owner_connection, owner)
         values (?1, ?2, ?3, ?4, ?5, ?6, 0, ?6, 0, ?7, ?8)",
    )?;
    for message in &telling.messages {
        let (receiver, title, owner) = (&message.receiver, &message.title, message.owner.as_ref());
        keep.execute(params![
            write.tenant,
            receiver,
            title,
            message.text,
            message.body,
            at.0,
            owner.map(|owner| owner.connection.as_str()),
            owner.map(|owner| &owner.person),
        ])?;
    }
    Ok(true)
}

const ALERT: &str = "id, kind, subject, flow, connection, severity, what, tasks, examples, options, since, seen, told, \
                     recovered, recovery_told";

fn alert(row: &Row) -> Done<Alert> {
    let time = |at: usize| Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(at)?.map(Timestamp));
    Ok(Alert {
        id: AlertId(row.get(0)?),
        seen: Sighting {
            kind: known(alert_of_code(row.get(1)?), "an alert's kind")?,
            subject: row.get(2)?,
            flow: row.get(3)?,
            connection: row.get(4)?,
            severity: known(severity_of_code(row.get(5)?), "an alert's severity")?,
            what: known(cause_of_text(text(row, 6)?), "an alert's cause")?,
            count: unsigned(row.get(7)?),
            examples: known(read(text(row, 8)?), "an alert's examples")?,
            options: row.get(9)?,
        },
        since: Timestamp(row.get(10)?),
        until: Timestamp(row.get(11)?),
        told: time(12)?,
        recovered: time(13)?,
        recovery_told: time(14)?,
    })
}

const MESSAGE: &str =
    "id, receiver, title, content, body, made, state, due, tries, cause, owner_connection, owner";

fn message(row: &Row) -> Done<AlertMessage> {
    let cause: Option<String> = row.get(9)?;
    let (connection, person): (Option<String>, Option<String>) = (row.get(10)?, row.get(11)?);
    Ok(AlertMessage {
        id: AlertMessageId(row.get(0)?),
        receiver: row.get(1)?,
        owner: connection
            .zip(person)
            .map(|(connection, person)| Owner { connection: connection.as_str().into(), person }),
        title: row.get(2)?,
        text: row.get(3)?,
        body: row.get(4)?,
        made: Timestamp(row.get(5)?),
        state: known(message_of_code(row.get(6)?), "a message's state")?,
        due: Timestamp(row.get(7)?),
        tries: row.get(8)?,
        cause: cause.map(|cause| known(cause_of_text(&cause), "a message's cause")).transpose()?,
    })
}
