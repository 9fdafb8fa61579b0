//! The audit log.

use std::collections::BTreeMap;

use async_trait::async_trait;
use contract::store::{Audit, Audited, StoreError};
use futures_util::FutureExt;
use model::Timestamp;
use model::attempt::CallRecord;
use model::audit::AuditEntry;
use tokio_postgres::Row;

use super::Postgres;
use super::commit::{Read, Write};
use super::failure::Done;
use super::params::{text, texts};
use super::records::store_calls;
use super::rows::{self, known, signed};
use super::session::get;
use crate::codec::{cause_of_text, cause_text};

#[async_trait]
impl Audit for Postgres {
    async fn note(&self, entries: &[AuditEntry]) -> Result<(), StoreError> {
        self.write(entries.to_vec(), |write, entries| note(write, entries).boxed()).await
    }

    async fn note_done(&self, done: &Audited) -> Result<(), StoreError> {
        self.write(done.clone(), |write, done| note_done(write, done).boxed()).await
    }

    async fn done_to(&self, about: &str, limit: usize) -> Result<Vec<Audited>, StoreError> {
        let about = (about.to_owned(), signed(limit as u64));
        self.ask(about, |read, (about, limit)| done_to(read, about, *limit).boxed()).await
    }

    async fn audit_log(&self, about: Option<&str>, limit: usize) -> Result<Vec<AuditEntry>, StoreError> {
        let about = (about.map(str::to_owned), signed(limit as u64));
        self.ask(about, |read, (about, limit)| newest(read, about.as_deref(), *limit).boxed()).await
    }
}

async fn note(write: &Write, entries: &[AuditEntry]) -> Done<()> {
    let at: Vec<i64> = entries.iter().map(|entry| entry.at.0).collect();
    let what: Vec<String> = entries.iter().map(|entry| cause_text(&entry.what)).collect();
    write
        .sql
        .change(
            "insert into audit (tenant, at, done_by, what, about)
             select $1, at, done_by, what, about
             from unnest($2::bigint[], $3::text[], $4::text[], $5::text[])
                 with ordinality n (at, done_by, what, about, place)
             order by place",
            &[
                &write.tenant,
                &at,
                &texts(entries.iter().map(|entry| entry.by.as_str())),
                &texts(what.iter().map(String::as_str)),
                &texts(entries.iter().map(|entry| entry.about.as_str())),
            ],
        )
        .await?;
    Ok(())
}

async fn note_done(write: &Write, done: &Audited) -> Done<()> {
    let (entry, what) = (&done.entry, cause_text(&done.entry.what));
    let id = write
        .sql
        .first(
            "insert into audit (tenant, at, done_by, what, about) values ($1, $2, $3, $4, $5) returning id",
            &[&write.tenant, &entry.at.0, &text(&entry.by), &text(&what), &text(&entry.about)],
            |row| get::<i64>(row, 0),
        )
        .await?;
    let calls: Vec<i64> = store_calls(write, &done.calls).await?.into_values().collect();
    if !calls.is_empty() {
        write
            .sql
            .change(
                "insert into audit_call (audit, call) select $1, call from unnest($2::bigint[]) n (call)",
                &[&id, &calls],
            )
            .await?;
    }
    Ok(())
}

async fn done_to(read: &Read, about: &str, limit: i64) -> Done<Vec<Audited>> {
    let find = "select at, done_by, what, about, id from audit where tenant = $1 and about = $2
         order by id desc limit $3";
    let entries = read
        .sql
        .all(find, &[&read.tenant, &text(about), &limit], |row| Ok((entry(row)?, get::<i64>(row, 4)?)))
        .await?;
    let ids: Vec<i64> = entries.iter().map(|(_, id)| *id).collect();
    let find = format!(
        "select j.audit, {} from audit_call j join call l on l.id = j.call where j.audit = any($1)
         order by j.audit, l.id",
        rows::CALL
    );
    let found = read.sql.all(&find, &[&ids], |row| Ok((get::<i64>(row, 0)?, rows::call(row, 1)?))).await?;
    let mut calls: BTreeMap<i64, Vec<CallRecord>> = BTreeMap::new();
    found.into_iter().for_each(|(id, call)| calls.entry(id).or_default().push(call));
    let done =
        |(entry, id): (AuditEntry, i64)| Audited { entry, calls: calls.remove(&id).unwrap_or_default() };
    Ok(entries.into_iter().map(done).collect())
}

async fn newest(read: &Read, about: Option<&str>, limit: i64) -> Done<Vec<AuditEntry>> {
    match about {
        Some(about) => {
            let find = "select at, done_by, what, about from audit where tenant = $1 and about = $2
                 order by id desc limit $3";
            read.sql.all(find, &[&read.tenant, &text(about), &limit], entry).await
        }
        None => {
            let find =
                "select at, done_by, what, about from audit where tenant = $1 order by id desc limit $2";
            read.sql.all(find, &[&read.tenant, &limit], entry).await
        }
    }
}

fn entry(row: &Row) -> Done<AuditEntry> {
    Ok(AuditEntry {
        at: Timestamp(get(row, 0)?),
        by: get(row, 1)?,
        what: known(cause_of_text(get(row, 2)?), "what an audit entry says")?,
        about: get(row, 3)?,
    })
}
