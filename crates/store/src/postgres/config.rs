//! Configuration texts with their versions, secrets, and what calls were spent.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use contract::store::{
    Applied, Config, ConfigChange, ConfigText, EnvironmentVersion, GivenText, StoreError, TextVersion,
};
use futures_util::FutureExt;
use model::{ConnectionName, Secret, Timestamp};
use tokio_postgres::Row;

use super::Postgres;
use super::commit::{Read, Write};
use super::failure::Done;
use super::params::{some_texts, text, texts};
use super::queue::hurry_flows;
use super::rows::{signed, unsigned};
use super::session::get;
use super::{records, secrets};
use crate::seal::Sealer;

#[async_trait]
impl Config for Postgres {
    async fn apply(&self, change: &ConfigChange, at: Timestamp) -> Result<Vec<Applied>, StoreError> {
        let about: (Arc<Sealer>, ConfigChange, Timestamp) = (self.sealer.clone(), change.clone(), at);
        self.write(about, |write, (sealer, change, at)| apply(write, sealer, change, *at).boxed()).await
    }

    async fn current(&self) -> Result<Vec<TextVersion>, StoreError> {
        self.ask((), |read, ()| current(read).boxed()).await
    }

    async fn text_versions(&self, name: Option<&str>) -> Result<Vec<TextVersion>, StoreError> {
        self.ask(name.map(str::to_owned), |read, name| text_versions(read, name.as_deref()).boxed()).await
    }

    async fn generation(&self) -> Result<i64, StoreError> {
        self.ask((), |read, ()| generation(read).boxed()).await
    }

    async fn keep_secret(&self, name: &str, secret: &Secret) -> Result<(), StoreError> {
        let about: (Arc<Sealer>, String, Secret) = (self.sealer.clone(), name.to_owned(), secret.clone());
        self.write(about, |write, (sealer, name, secret)| secrets::keep(write, sealer, name, secret).boxed())
            .await
    }

    async fn recall_secret(&self, name: &str) -> Result<Option<Secret>, StoreError> {
        let about = (self.sealer.clone(), name.to_owned());
        self.ask(about, |read, (sealer, name)| secrets::recall(read, sealer, name).boxed()).await
    }

    async fn forget_secret(&self, name: &str) -> Result<(), StoreError> {
        self.write(name.to_owned(), |write, name| secrets::forget(write, name).boxed()).await
    }

    async fn spend(
        &self,
        connection: &ConnectionName,
        day: i64,
        spent: &[(String, u64)],
    ) -> Result<u64, StoreError> {
        let about = (connection.clone(), day, spent.to_vec());
        self.write(about, |write, (connection, day, spent)| spend(write, connection, *day, spent).boxed())
            .await
    }
}

const VERSION: &str =
    "v.kind, v.name, v.text, v.version, v.at, v.environment, v.environment_version, v.removed";

fn version(row: &Row) -> Done<TextVersion> {
    let environment = get::<Option<String>>(row, 5)?.zip(get::<Option<i64>>(row, 6)?);
    Ok(TextVersion {
        text: ConfigText { kind: get(row, 0)?, name: get(row, 1)?, text: get(row, 2)? },
        version: get(row, 3)?,
        at: Timestamp(get(row, 4)?),
        environment: environment.map(|(name, version)| EnvironmentVersion { name, version }),
        removed: get::<Option<i64>>(row, 7)?.map(Timestamp),
    })
}

async fn current(read: &Read) -> Done<Vec<TextVersion>> {
    let statement = format!(
        "select {VERSION} from config c join config_version v using (tenant, kind, name, version)
         where c.tenant = $1 order by c.kind, c.name"
    );
    read.sql.all(&statement, &[&read.tenant], version).await
}

async fn text_versions(read: &Read, name: Option<&str>) -> Done<Vec<TextVersion>> {
    let statement = format!(
        "select {VERSION} from config_version v where v.tenant = $1 and ($2::text is null or v.name = $2)
         order by v.kind, v.name, v.version"
    );
    read.sql.all(&statement, &[&read.tenant, &name.map(text)], version).await
}

async fn generation(read: &Read) -> Done<i64> {
    let find = "select number from generation where tenant = $1";
    Ok(read.sql.first(find, &[&read.tenant], |row| get(row, 0)).await?.unwrap_or(0))
}

/// A text as it is known: its last version, and the one in force.
#[derive(Default)]
struct Known {
    last: i64,
    current: Option<(i64, GivenText)>,
}

async fn apply(
    write: &mut Write,
    sealer: &Sealer,
    change: &ConfigChange,
    at: Timestamp,
) -> Done<Vec<Applied>> {
    take_turn(write, change.based_on).await?;
    for (name, secret) in &change.secrets {
        secrets::keep(write, sealer, name, secret).await?;
    }
    let removed = remove(write, &change.remove, at).await?;
    let mut known = known(write, &change.texts).await?;
    let mut applied = Vec::with_capacity(change.texts.len());
    let mut changed: Vec<(&GivenText, i64)> = Vec::new();
    for given in &change.texts {
        let known = known.entry((given.text.kind.clone(), given.text.name.clone())).or_default();
        let before = known.current.as_ref();
        if let Some((version, _)) = before.filter(|(_, known)| known == given) {
            applied.push(Applied::Same { version: *version });
            continue;
        }
        // The versions of a text that was removed count on.
        let version = known.last + 1;
        applied.push(match before {
            Some(_) => Applied::Changed { version },
            None => Applied::Made { version },
        });
        *known = Known { last: version, current: Some((version, given.clone())) };
        changed.push((given, version));
    }
    put(write, &changed, at).await?;
    if removed > 0 || !changed.is_empty() {
        write
            .sql
            .change("update generation set number = number + 1 where tenant = $1", &[&write.tenant])
            .await?;
    }
    for history in &change.history {
        records::take_up(write, history, at).await?;
    }
    hurry_flows(write, &change.wake, at).await?;
    Ok(applied)
}

/// Refuses what was made for a configuration that is not in force any more; no change comes in before this has been
/// committed.
pub(super) async fn refuse_outdated(write: &Write, based_on: Option<i64>) -> Done<()> {
    let Some(based_on) = based_on else { return Ok(()) };
    let find = "select number from generation where tenant = $1 for share";
    let number: Option<i64> = write.sql.first(find, &[&write.tenant], |row| get(row, 0)).await?;
    match number.unwrap_or(0) == based_on {
        true => Ok(()),
        false => Err(StoreError::Outdated { based_on }.into()),
    }
}

/// Changes of configuration follow one another: each sees what came of the one before it.
async fn take_turn(write: &Write, based_on: Option<i64>) -> Done<()> {
    write
        .sql
        .change(
            "insert into generation (tenant, number) values ($1, 0) on conflict (tenant) do nothing",
            &[&write.tenant],
        )
        .await?;
    let find = "select number from generation where tenant = $1 for update";
    let number: Option<i64> = write.sql.first(find, &[&write.tenant], |row| get(row, 0)).await?;
    match based_on {
        Some(based_on) if number != Some(based_on) => Err(StoreError::Outdated { based_on }.into()),
        _ => Ok(()),
    }
}

async fn known(write: &Write, given: &[GivenText]) -> Done<BTreeMap<(String, String), Known>> {
    let statement = format!(
        "select {VERSION}, n.kind, n.name, coalesce((select max(version) from config_version l
                 where l.tenant = $1 and l.kind = n.kind and l.name = n.name), 0)
         from (select distinct kind, name from unnest($2::text[], $3::text[]) n (kind, name)) n
         left join config c on c.tenant = $1 and c.kind = n.kind and c.name = n.name
         left join config_version v
             on v.tenant = $1 and v.kind = n.kind and v.name = n.name and v.version = c.version"
    );
    let kinds = texts(given.iter().map(|given| given.text.kind.as_str()));
    let names = texts(given.iter().map(|given| given.text.name.as_str()));
    let found = write
        .sql
        .all(&statement, &[&write.tenant, &kinds, &names], |row| {
            let current = match get::<Option<i64>>(row, 3)? {
                Some(_) => Some(version(row)?),
                None => None,
            };
            let current = current.map(|version| {
                (version.version, GivenText { text: version.text, environment: version.environment })
            });
            Ok(((get(row, 8)?, get(row, 9)?), Known { last: get(row, 10)?, current }))
        })
        .await?;
    Ok(found.into_iter().collect())
}

/// Stores versions and puts them in force.
async fn put(write: &Write, changed: &[(&GivenText, i64)], at: Timestamp) -> Done<()> {
    if changed.is_empty() {
        return Ok(());
    }
    let environment = |given: &GivenText| given.environment.as_ref().map(|environment| environment.version);
    let kinds = texts(changed.iter().map(|(given, _)| given.text.kind.as_str()));
    let names = texts(changed.iter().map(|(given, _)| given.text.name.as_str()));
    let versions: Vec<i64> = changed.iter().map(|(_, version)| *version).collect();
    let bodies = texts(changed.iter().map(|(given, _)| given.text.text.as_str()));
    let environments = some_texts(
        changed
            .iter()
            .map(|(given, _)| given.environment.as_ref().map(|environment| environment.name.as_str())),
    );
    let environment_versions: Vec<Option<i64>> =
        changed.iter().map(|(given, _)| environment(given)).collect();
    write
        .sql
        .change(
            "insert into config_version (tenant, kind, name, version, at, text, environment, environment_version)
             select $1, kind, name, version, $2, text, environment, environment_version
             from unnest($3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::bigint[])
                 n (kind, name, version, text, environment, environment_version)",
            &[&write.tenant, &at.0, &kinds, &names, &versions, &bodies, &environments, &environment_versions],
        )
        .await?;
    write
        .sql
        .change(
            "insert into config (tenant, kind, name, version)
             select $1, kind, name, max(version)
             from unnest($2::text[], $3::text[], $4::bigint[]) n (kind, name, version)
             group by kind, name
             on conflict (tenant, kind, name) do update set version = excluded.version",
            &[&write.tenant, &kinds, &names, &versions],
        )
        .await?;
    Ok(())
}

/// Takes texts out of force; gives how many there were.
async fn remove(write: &Write, config: &[(String, String)], at: Timestamp) -> Done<u64> {
    if config.is_empty() {
        return Ok(0);
    }
    let kinds = texts(config.iter().map(|(kind, _)| kind.as_str()));
    let names = texts(config.iter().map(|(_, name)| name.as_str()));
    write
        .sql
        .change(
            "update config_version v set removed = $4
             from unnest($2::text[], $3::text[]) n (kind, name)
             join config c on c.tenant = $1 and c.kind = n.kind and c.name = n.name
             where v.tenant = $1 and v.kind = c.kind and v.name = c.name and v.version = c.version",
            &[&write.tenant, &kinds, &names, &at.0],
        )
        .await?;
    write
        .sql
        .change(
            "delete from config where tenant = $1
                 and (kind, name) in (select kind, name from unnest($2::text[], $3::text[]) n (kind, name))",
            &[&write.tenant, &kinds, &names],
        )
        .await
}

async fn spend(write: &Write, connection: &ConnectionName, day: i64, spent: &[(String, u64)]) -> Done<u64> {
    let connection = text(connection.as_str());
    let calls: Vec<i64> = spent.iter().map(|(_, calls)| signed(*calls)).collect();
    write
        .sql
        .change(
            "insert into spent as s (tenant, connection, day, purpose, calls)
             select $1, $2, $3, purpose, sum(calls)::bigint
             from unnest($4::text[], $5::bigint[]) n (purpose, calls) group by purpose order by purpose
             on conflict (tenant, connection, day, purpose) do update set calls = s.calls + excluded.calls",
            &[
                &write.tenant,
                &connection,
                &day,
                &texts(spent.iter().map(|(purpose, _)| purpose.as_str())),
                &calls,
            ],
        )
        .await?;
    let total = write.sql.first(
        "select coalesce(sum(calls), 0)::bigint from spent where tenant = $1 and connection = $2 and day = $3",
        &[&write.tenant, &connection, &day],
        |row| get(row, 0),
    ).await?;
    Ok(unsigned(total.unwrap_or(0)))
}
