//! Configuration texts with their versions, secrets, and what calls were spent.

use async_trait::async_trait;
use contract::store::{Applied, Config, ConfigText, StoreError};
use model::{ConnectionName, Secret, Timestamp};
use rusqlite::params;

use super::Sqlite;
use super::commit::Write;
use super::failure::Done;
use super::rows::{all, first, signed, unsigned};
use super::secrets;

#[async_trait]
impl Config for Sqlite {
    async fn apply(&self, texts: &[ConfigText], at: Timestamp) -> Result<Vec<Applied>, StoreError> {
        let texts = texts.to_vec();
        self.write(move |write| {
            let applied: Vec<Applied> =
                texts.iter().map(|text| apply(write, text, at)).collect::<Done<_>>()?;
            if applied.iter().any(|applied| !matches!(applied, Applied::Same { .. })) {
                next_generation(write)?;
            }
            Ok(applied)
        })
        .await
    }

    async fn remove(&self, texts: &[(String, String)], _at: Timestamp) -> Result<u64, StoreError> {
        let texts = texts.to_vec();
        self.write(move |write| {
            let mut delete = write
                .sql
                .prepare_cached("delete from config where tenant = ?1 and kind = ?2 and name = ?3")?;
            let mut removed = 0;
            for (kind, name) in &texts {
                removed += delete.execute(params![write.tenant, kind, name])?;
            }
            if removed > 0 {
                next_generation(write)?;
            }
            Ok(removed as u64)
        })
        .await
    }

    async fn current(&self) -> Result<Vec<(ConfigText, i64)>, StoreError> {
        self.read(|sql, tenant| {
            let mut find = sql.prepare_cached(
                "select c.kind, c.name, v.text, c.version from config c
                 join config_version v using (tenant, kind, name, version)
                 where c.tenant = ?1 order by c.kind, c.name",
            )?;
            all(&mut find, [tenant], |row| {
                let text = ConfigText { kind: row.get(0)?, name: row.get(1)?, text: row.get(2)? };
                Ok((text, row.get(3)?))
            })
        })
        .await
    }

    async fn generation(&self) -> Result<i64, StoreError> {
        self.read(|sql, tenant| {
            let mut find = sql.prepare_cached("select number from generation where tenant = ?1")?;
            Ok(first(&mut find, [tenant], |row| Ok(row.get(0)?))?.unwrap_or(0))
        })
        .await
    }

    async fn keep_secret(&self, name: &str, secret: &Secret) -> Result<(), StoreError> {
        let (name, secret, sealer) = (name.to_owned(), secret.clone(), self.sealer.clone());
        self.write(move |write| secrets::keep(write, &sealer, &name, &secret)).await
    }

    async fn recall_secret(&self, name: &str) -> Result<Option<Secret>, StoreError> {
        let (name, sealer) = (name.to_owned(), self.sealer.clone());
        self.read(move |sql, tenant| secrets::recall(sql, tenant, &sealer, &name)).await
    }

    async fn forget_secret(&self, name: &str) -> Result<(), StoreError> {
        let name = name.to_owned();
        self.write(move |write| secrets::forget(write, &name)).await
    }

    async fn spend(
        &self,
        connection: &ConnectionName,
        day: i64,
        spent: &[(String, u64)],
    ) -> Result<u64, StoreError> {
        let (connection, spent) = (connection.clone(), spent.to_vec());
        self.write(move |write| spend(write, &connection, day, &spent)).await
    }
}

fn apply(write: &Write, text: &ConfigText, at: Timestamp) -> Done<Applied> {
    let key = params![write.tenant, text.kind, text.name];
    let mut find = write.sql.prepare_cached(
        "select c.version, v.text from config c join config_version v using (tenant, kind, name, version)
         where c.tenant = ?1 and c.kind = ?2 and c.name = ?3",
    )?;
    let current: Option<(i64, String)> = first(&mut find, key, |row| Ok((row.get(0)?, row.get(1)?)))?;
    if let Some((version, known)) = &current
        && *known == text.text
    {
        return Ok(Applied::Same { version: *version });
    }
    // The versions of a text that was removed count on.
    let mut last = write.sql.prepare_cached(
        "select coalesce(max(version), 0) from config_version where tenant = ?1 and kind = ?2 and name = ?3",
    )?;
    let version = last.query_row(key, |row| row.get::<_, i64>(0))? + 1;
    write
        .sql
        .prepare_cached(
            "insert into config_version (tenant, kind, name, version, at, text) values (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![write.tenant, text.kind, text.name, version, at.0, text.text])?;
    write
        .sql
        .prepare_cached(
            "insert into config (tenant, kind, name, version) values (?1, ?2, ?3, ?4)
             on conflict do update set version = excluded.version",
        )?
        .execute(params![write.tenant, text.kind, text.name, version])?;
    Ok(match current {
        Some(_) => Applied::Changed { version },
        None => Applied::Made { version },
    })
}

fn next_generation(write: &Write) -> Done<()> {
    write
        .sql
        .prepare_cached(
            "insert into generation (tenant, number) values (?1, 1)
             on conflict do update set number = number + 1",
        )?
        .execute([write.tenant])?;
    Ok(())
}

fn spend(write: &Write, connection: &ConnectionName, day: i64, spent: &[(String, u64)]) -> Done<u64> {
    let mut add = write.sql.prepare_cached(
        "insert into spent (tenant, connection, day, purpose, calls) values (?1, ?2, ?3, ?4, ?5)
         on conflict do update set calls = calls + excluded.calls",
    )?;
    for (purpose, calls) in spent {
        add.execute(params![write.tenant, connection.as_str(), day, purpose, signed(*calls)])?;
    }
    let mut total = write.sql.prepare_cached(
        "select coalesce(sum(calls), 0) from spent where tenant = ?1 and connection = ?2 and day = ?3",
    )?;
    let total = total.query_row(params![write.tenant, connection.as_str(), day], |row| row.get(0))?;
    Ok(unsigned(total))
}
