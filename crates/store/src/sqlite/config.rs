//! Configuration texts with their versions, secrets, and what calls were spent.

use async_trait::async_trait;
use contract::store::{
    Applied, Config, ConfigChange, ConfigText, EnvironmentVersion, GivenText, StoreError, TextVersion,
};
use model::{ConnectionName, Secret, Timestamp};
use rusqlite::{Connection, Row, params};

use super::Sqlite;
use super::commit::Write;
use super::failure::Done;
use super::queue::hurry_flow;
use super::rows::{all, first, signed, unsigned};
use super::{records, secrets};

#[async_trait]
impl Config for Sqlite {
    async fn apply(&self, change: &ConfigChange, at: Timestamp) -> Result<Vec<Applied>, StoreError> {
        let (change, sealer) = (change.clone(), self.sealer.clone());
        self.write(move |write| {
            refuse_outdated(write, change.based_on)?;
            for (name, secret) in &change.secrets {
                secrets::keep(write, &sealer, name, secret)?;
            }
            let removed = remove(write, &change.remove, at)?;
            let applied: Vec<Applied> =
                change.texts.iter().map(|given| apply(write, given, at)).collect::<Done<_>>()?;
            if removed > 0 || applied.iter().any(|applied| !matches!(applied, Applied::Same { .. })) {
                next_generation(write)?;
            }
            change.history.iter().try_for_each(|history| records::take_up(write, history, at))?;
            change.wake.iter().try_for_each(|flow| hurry_flow(write, flow, at))?;
            Ok(applied)
        })
        .await
    }

    async fn current(&self) -> Result<Vec<TextVersion>, StoreError> {
        self.read(|sql, tenant| {
            let mut find = sql.prepare_cached(
                "select v.kind, v.name, v.text, v.version, v.at, v.environment, v.environment_version, v.removed
                 from config c join config_version v using (tenant, kind, name, version)
                 where c.tenant = ?1 order by c.kind, c.name",
            )?;
            all(&mut find, [tenant], version)
        })
        .await
    }

    async fn text_versions(&self, name: Option<&str>) -> Result<Vec<TextVersion>, StoreError> {
        let name = name.map(str::to_owned);
        self.read(move |sql, tenant| {
            let mut find = sql.prepare_cached(
                "select kind, name, text, version, at, environment, environment_version, removed
                 from config_version where tenant = ?1 and (?2 is null or name = ?2)
                 order by kind, name, version",
            )?;
            all(&mut find, params![tenant, name], version)
        })
        .await
    }

    async fn generation(&self) -> Result<i64, StoreError> {
        self.read(generation).await
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

fn version(row: &Row) -> Done<TextVersion> {
    let environment = match (row.get(5)?, row.get(6)?) {
        (Some(name), Some(version)) => Some(EnvironmentVersion { name, version }),
        _ => None,
    };
    Ok(TextVersion {
        text: ConfigText { kind: row.get(0)?, name: row.get(1)?, text: row.get(2)? },
        version: row.get(3)?,
        at: Timestamp(row.get(4)?),
        environment,
        removed: row.get::<_, Option<i64>>(7)?.map(Timestamp),
    })
}

/// Refuses what was made for a configuration that is not in force any more.
pub(super) fn refuse_outdated(write: &Write, based_on: Option<i64>) -> Done<()> {
    let Some(based_on) = based_on else { return Ok(()) };
    match generation(write.sql, write.tenant)? == based_on {
        true => Ok(()),
        false => Err(StoreError::Outdated { based_on }.into()),
    }
}

fn generation(sql: &Connection, tenant: i64) -> Done<i64> {
    let mut find = sql.prepare_cached("select number from generation where tenant = ?1")?;
    Ok(first(&mut find, [tenant], |row| Ok(row.get(0)?))?.unwrap_or(0))
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

/// Takes texts out of force; gives how many there were.
fn remove(write: &Write, texts: &[(String, String)], at: Timestamp) -> Done<usize> {
    let mut note = write.sql.prepare_cached(
        "update config_version set removed = ?4 where tenant = ?1 and kind = ?2 and name = ?3
         and version = (select version from config where tenant = ?1 and kind = ?2 and name = ?3)",
    )?;
    let mut delete =
        write.sql.prepare_cached("delete from config where tenant = ?1 and kind = ?2 and name = ?3")?;
    let mut removed = 0;
    for (kind, name) in texts {
        note.execute(params![write.tenant, kind, name, at.0])?;
        removed += delete.execute(params![write.tenant, kind, name])?;
    }
    Ok(removed)
}

fn apply(write: &Write, given: &GivenText, at: Timestamp) -> Done<Applied> {
    let text = &given.text;
    let key = params![write.tenant, text.kind, text.name];
    let mut find = write.sql.prepare_cached(
        "select v.kind, v.name, v.text, v.version, v.at, v.environment, v.environment_version, v.removed
         from config c join config_version v using (tenant, kind, name, version)
         where c.tenant = ?1 and c.kind = ?2 and c.name = ?3",
    )?;
    let current = first(&mut find, key, version)?;
    if let Some(current) = &current
        && current.text == *text
        && current.environment == given.environment
    {
        return Ok(Applied::Same { version: current.version });
    }
    // The versions of a text that was removed count on.
    let mut last = write.sql.prepare_cached(
        "select coalesce(max(version), 0) from config_version where tenant = ?1 and kind = ?2 and name = ?3",
    )?;
    let version = last.query_row(key, |row| row.get::<_, i64>(0))? + 1;
    insert(write, given, version, at)?;
    Ok(match current {
        Some(_) => Applied::Changed { version },
        None => Applied::Made { version },
    })
}

/// Stores a version and puts it in force.
fn insert(write: &Write, given: &GivenText, version: i64, at: Timestamp) -> Done<()> {
    let (text, environment) = (&given.text, given.environment.as_ref());
    write
        .sql
        .prepare_cached(
            "insert into config_version (tenant, kind, name, version, at, text, environment, environment_version)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            write.tenant,
            text.kind,
            text.name,
            version,
            at.0,
            text.text,
            environment.map(|environment| &environment.name),
            environment.map(|environment| environment.version),
        ])?;
    write
        .sql
        .prepare_cached(
            "insert into config (tenant, kind, name, version) values (?1, ?2, ?3, ?4)
             on conflict do update set version = excluded.version",
        )?
        .execute(params![write.tenant, text.kind, text.name, version])?;
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
