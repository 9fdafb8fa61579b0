//! The schema's versions: an append-only list. A database of an older version is brought up to date when it is
//! opened, in one transaction; one of a newer version is refused.

use contract::store::StoreError;
use rusqlite::Connection;

use super::failure::Done;

/// Marks a file as ours: `Qiao` in ASCII.
const APPLICATION: i64 = 0x5169_616f;

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

/// Brings the database up to date.
pub(crate) fn migrate(connection: &Connection) -> Done<()> {
    migrate_to(connection, KNOWN)
}

/// Brings the database up to a version that is known, and no further.
pub(crate) fn migrate_to(connection: &Connection, wanted: i64) -> Done<()> {
    if version(connection)? == wanted {
        return Ok(());
    }
    let transaction =
        rusqlite::Transaction::new_unchecked(connection, rusqlite::TransactionBehavior::Immediate)?;
    // Another process may have migrated it while this one waited for the lock.
    refuse_strangers(&transaction)?;
    let found = usize::try_from(version(&transaction)?).unwrap_or_default();
    let up_to = usize::try_from(wanted).unwrap_or_default().clamp(found, MIGRATIONS.len());
    for migration in &MIGRATIONS[found..up_to] {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", up_to as i64)?;
    transaction.commit()?;
    Ok(())
}

fn version(connection: &Connection) -> Done<i64> {
    Ok(connection.query_row("pragma user_version", [], |row| row.get(0))?)
}

/// Refuses what is not ours, or is too new for us. Changes nothing: somebody else's file stays as it is.
pub(crate) fn refuse_strangers(connection: &Connection) -> Done<()> {
    let application: i64 = connection.query_row("pragma application_id", [], |row| row.get(0))?;
    let tables: i64 = connection.query_row("select count(*) from sqlite_schema", [], |row| row.get(0))?;
    let found = version(connection)?;
    if application != APPLICATION && (tables > 0 || found != 0) {
        return Err(StoreError::Foreign.into());
    }
    if !(0..=KNOWN).contains(&found) {
        return Err(StoreError::Newer { found, known: KNOWN }.into());
    }
    Ok(())
}
