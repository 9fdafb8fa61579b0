//! The audit log.

use async_trait::async_trait;
use contract::store::{Audit, StoreError};
use model::Timestamp;
use model::audit::AuditEntry;
use rusqlite::{Row, params};

use super::Sqlite;
use super::failure::Done;
use super::rows::{all, known, signed, text};
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

fn entry(row: &Row) -> Done<AuditEntry> {
    Ok(AuditEntry {
        at: Timestamp(row.get(0)?),
        by: row.get(1)?,
        what: known(cause_of_text(text(row, 2)?), "what an audit entry says")?,
        about: row.get(3)?,
    })
}
