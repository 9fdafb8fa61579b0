//! The audit log.

use async_trait::async_trait;
use contract::store::{Audit, Audited, StoreError};
use model::Timestamp;
use model::audit::AuditEntry;
use rusqlite::{Connection, Row, params};

use super::Sqlite;
use super::failure::Done;
use super::records::store_calls;
use super::rows::{self, all, known, signed, text};
use crate::codec::{cause_of_text, cause_text};

#[async_trait]
impl Audit for Sqlite {
    async fn note(&self, entries: &[AuditEntry]) -> Result<(), StoreError> {
        let entries = entries.to_vec();
        self.write(move |write| {
            let mut note = write.sql.prepare_cached(
                "insert into audit (tenant, at, done_by, what, about) values (?1, ?2, ?3, ?4, ?5)",
            )?;
            for entry in &entries {
                let what = cause_text(&entry.what);
                note.execute(params![write.tenant, entry.at.0, entry.by, what, entry.about])?;
            }
            Ok(())
        })
        .await
    }

    async fn note_done(&self, done: &Audited) -> Result<(), StoreError> {
        let done = done.clone();
        self.write(move |write| {
            let entry = &done.entry;
            write
                .sql
                .prepare_cached(
                    "insert into audit (tenant, at, done_by, what, about) values (?1, ?2, ?3, ?4, ?5)",
                )?
                .execute(params![write.tenant, entry.at.0, entry.by, cause_text(&entry.what), entry.about])?;
            let id = write.sql.last_insert_rowid();
            let calls = store_calls(write, &done.calls)?;
            let mut join =
                write.sql.prepare_cached("insert into audit_call (audit, call) values (?1, ?2)")?;
            for call in calls.values() {
                join.execute([id, *call])?;
            }
            Ok(())
        })
        .await
    }

    async fn done_to(&self, about: &str, limit: usize) -> Result<Vec<Audited>, StoreError> {
        let (about, limit) = (about.to_owned(), signed(limit as u64));
        self.read(move |sql, tenant| done_to(sql, tenant, &about, limit)).await
    }

    async fn audit_log(&self, about: Option<&str>, limit: usize) -> Result<Vec<AuditEntry>, StoreError> {
        let (about, limit) = (about.map(str::to_owned), signed(limit as u64));
        self.read(move |sql, tenant| match about {
            Some(about) => {
                let mut find = sql.prepare_cached(
                    "select at, done_by, what, about from audit where tenant = ?1 and about = ?2
                     order by id desc limit ?3",
                )?;
                all(&mut find, (tenant, about, limit), entry)
            }
            None => {
                let mut find = sql.prepare_cached(
                    "select at, done_by, what, about from audit where tenant = ?1 order by id desc limit ?2",
                )?;
                all(&mut find, (tenant, limit), entry)
            }
        })
        .await
    }
}

fn done_to(sql: &Connection, tenant: i64, about: &str, limit: i64) -> Done<Vec<Audited>> {
    let mut find = sql.prepare_cached(
        "select at, done_by, what, about, id from audit where tenant = ?1 and about = ?2
         order by id desc limit ?3",
    )?;
    let entries: Vec<(AuditEntry, i64)> =
        all(&mut find, (tenant, about, limit), |row| Ok((entry(row)?, row.get(4)?)))?;
    let mut find = sql.prepare_cached(&format!(
        "select {} from audit_call j join call l on l.id = j.call where j.audit = ?1 order by l.id",
        rows::CALL
    ))?;
    let done =
        |(entry, id): (AuditEntry, i64)| Ok(Audited { entry, calls: all(&mut find, [id], rows::call)? });
    entries.into_iter().map(done).collect()
}

fn entry(row: &Row) -> Done<AuditEntry> {
    Ok(AuditEntry {
        at: Timestamp(row.get(0)?),
        by: row.get(1)?,
        what: known(cause_of_text(text(row, 2)?), "what an audit entry says")?,
        about: row.get(3)?,
    })
}
