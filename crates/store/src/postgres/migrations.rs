//! The schema's versions: an append-only list. A database of an older version is brought up to date when it is
//! opened, in one transaction that one program does at a time; one of a newer version is refused.

use contract::store::StoreError;

use super::failure::{Done, Failure};
use super::session::{Session, get};

/// Applied in order; the number of a migration is its place, from 1. Never change one that has been released.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_first.sql"),
    include_str!("migrations/0002_texts.sql"),
    include_str!("migrations/0003_bindings.sql"),
    include_str!("migrations/0004_lines.sql"),
    include_str!("migrations/0005_open_records.sql"),
    include_str!("migrations/0006_files.sql"),
    include_str!("migrations/0007_intent_key.sql"),
    include_str!("migrations/0008_receipts.sql"),
    include_str!("migrations/0009_changed.sql"),
    include_str!("migrations/0010_jobs.sql"),
    include_str!("migrations/0011_hooks.sql"),
    include_str!("migrations/0012_upkeep.sql"),
    include_str!("migrations/0013_audit_calls.sql"),
    include_str!("migrations/0014_reconciliation.sql"),
    include_str!("migrations/0015_alerts.sql"),
    include_str!("migrations/0016_sweeps.sql"),
    include_str!("migrations/0017_choices.sql"),
    include_str!("migrations/0018_desk.sql"),
    include_str!("migrations/0019_nodes.sql"),
    include_str!("migrations/0020_names.sql"),
    include_str!("migrations/0021_owners.sql"),
];

/// The newest version this program knows.
pub(crate) const KNOWN: i64 = MIGRATIONS.len() as i64;

/// Marks a schema as ours, and says of which version it is.
const MARK: &str = "
    create table qiao_schema (id bigint primary key check (id = 1), version bigint not null);
    insert into qiao_schema (id, version) values (1, 0)";

/// Brings the schema of a transaction from one version up to another that is known.
pub(super) async fn migrate_within(sql: &Session, found: Option<i64>, wanted: i64) -> Done<()> {
    if found.is_none() {
        sql.run(MARK).await?;
    }
    let place = |version: i64| usize::try_from(version).unwrap_or_default().min(MIGRATIONS.len());
    let from = place(found.unwrap_or(0));
    for migration in &MIGRATIONS[from..place(wanted).max(from)] {
        sql.run(migration).await?;
    }
    sql.change("update qiao_schema set version = $1", &[&wanted]).await?;
    Ok(())
}

/// Brings the database up to date. Changes nothing where it is not ours, or too new for us.
pub(crate) async fn migrate(sql: &Session) -> Done<()> {
    if version(sql).await? == Some(KNOWN) {
        return Ok(());
    }
    sql.run("begin").await?;
    sql.all(
        "select pg_advisory_xact_lock(hashtextextended('qiao migrating ' || current_schema(), 0))",
        &[],
        |_| Ok(()),
    )
    .await?;
    // Another process may have migrated it while this one waited for the lock.
    let found = version(sql).await?;
    migrate_within(sql, found, KNOWN).await?;
    sql.run("commit").await
}

/// The version of the schema that the session works in; `None` for an empty one.
///
/// Fails with [`StoreError::Foreign`] where there are somebody else's tables, [`StoreError::Newer`] for a newer
/// version, and [`StoreError::Refused`] where there is no schema or texts are not stored as UTF-8.
pub(super) async fn version(sql: &Session) -> Done<Option<i64>> {
    let surroundings = sql
        .first(
            "select current_schema()::text, current_setting('server_encoding'),
             (select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace
              where n.nspname = current_schema() and c.relkind in ('r', 'p', 'v', 'm', 'f')),
             (select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace
              where n.nspname = current_schema() and c.relname = 'qiao_schema')",
            &[],
            |row| {
                Ok((
                    get::<Option<String>>(row, 0)?,
                    get::<String>(row, 1)?,
                    get::<i64>(row, 2)?,
                    get::<i64>(row, 3)?,
                ))
            },
        )
        .await?;
    let (schema, encoding, tables, marks) =
        surroundings.ok_or_else(|| Failure::broken("the server says nothing of itself"))?;
    if schema.is_none() {
        return Err(StoreError::Refused("no schema of the search_path exists".into()).into());
    }
    if encoding != "UTF8" {
        return Err(StoreError::Refused(format!("the database's encoding is {encoding}, not UTF8")).into());
    }
    match (marks, tables) {
        (0, 0) => Ok(None),
        (0, _) => Err(StoreError::Foreign.into()),
        _ => {
            let found = sql.first("select version from qiao_schema", &[], |row| get::<i64>(row, 0)).await?;
            match found {
                Some(found) if (0..=KNOWN).contains(&found) => Ok(Some(found)),
                Some(found) => Err(StoreError::Newer { found, known: KNOWN }.into()),
                None => Err(StoreError::Foreign.into()),
            }
        }
    }
}
