//! The audit log.

use async_trait::async_trait;
use contract::store::{Audit, StoreError};
use futures_util::FutureExt;
use model::Timestamp;
use model::audit::AuditEntry;
use tokio_postgres::Row;

use super::Postgres;
use super::commit::{Read, Write};
use super::failure::Done;
use super::params::{text, texts};
use super::rows::{known, signed};
use super::session::get;
use crate::codec::{cause_of_text, cause_text};

#[async_trait]
impl Audit for Postgres {
    async fn note(&self, entries: &[AuditEntry]) -> Result<(), StoreError> {
        self.write(entries.to_vec(), |write, entries| note(write, entries).boxed()).await
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
