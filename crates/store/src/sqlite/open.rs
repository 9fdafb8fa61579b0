//! Opening a database: folder, lock, pragmas, migrations, key.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::sync::Arc;

use contract::store::StoreError;
use model::TenantName;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, OptionalExtension, params};

use super::Sqlite;
use super::database::Database;
use super::failure::{Done, Failure};
use super::migrations::{migrate, refuse_strangers};
use super::moved;
use crate::options::{Mode, Options, Role};
use crate::seal::{KEY_CHECK, Sealed, Sealer};

/// How long a write waits for another process's before it is refused as in use.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(10);

/// Prepared statements kept by each connection: all there are.
const STATEMENTS: usize = 128;

const PAGE: u64 = 4096;

pub(super) fn open(path: &Path, options: Options) -> Done<Sqlite> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|error| denied(&error))?;
    }
    let lock = match options.role {
        Role::Server => Some(lock(path)?),
        Role::Command => None,
    };
    let connection = Connection::open(path)?;
    prepare(&connection)?;
    refuse_strangers(&connection)?;
    // Only while nothing is in the file: it then can give back what it does not need any more.
    connection.execute_batch("pragma auto_vacuum = incremental")?;
    let mode: String = connection.query_row("pragma journal_mode = wal", [], |row| row.get(0))?;
    if mode != "wal" {
        return Err(Failure::broken(format!("the file system takes no write-ahead log (mode {mode})")));
    }
    let (tenant, sealer) = set_up(&connection, &options)?;
    if let Some(moved) = moved::read(&connection)? {
        return Err(moved.refusal().into());
    }
    let database = match options.mode {
        Mode::Inline => Database::inline(connection, lock),
        Mode::Threads => Database::threads(connection, lock, path, reader, options.commits_take)?,
    };
    Ok(Sqlite { database: Arc::new(database), sealer: Arc::new(sealer), tenant })
}

pub(super) fn memory(options: Options) -> Done<Sqlite> {
    let connection = Connection::open_in_memory()?;
    // A database in memory is its own page cache, and each commit that splits a page walks the whole of it: fewer pages
    // are walked faster.
    connection.execute_batch("pragma page_size = 16384")?;
    prepare(&connection)?;
    let (tenant, sealer) = set_up(&connection, &options)?;
    Ok(Sqlite { database: Arc::new(Database::inline(connection, None)), sealer: Arc::new(sealer), tenant })
}

/// The tenant of that name; made when it is missing.
pub(super) fn tenant(sql: &Connection, name: &TenantName) -> Done<i64> {
    let known = sql.query_row("select id from tenant where name = ?1", [name.as_str()], |row| row.get(0));
    match known.optional()? {
        Some(id) => Ok(id),
        None => {
            sql.execute("insert into tenant (name) values (?1) on conflict do nothing", [name.as_str()])?;
            Ok(sql.query_row("select id from tenant where name = ?1", [name.as_str()], |row| row.get(0))?)
        }
    }
}

fn set_up(connection: &Connection, options: &Options) -> Done<(i64, Sealer)> {
    migrate(connection)?;
    if let Some(bytes) = options.largest {
        connection.pragma_update(None, "max_page_count", i64::try_from(bytes / PAGE).unwrap_or(i64::MAX))?;
    }
    let sealer = Sealer::new(&options.key, options.nonces.clone());
    check_key(connection, &sealer)?;
    Ok((tenant(connection, &options.tenant)?, sealer))
}

/// Refuses a key that is not the one of the first opening.
fn check_key(connection: &Connection, sealer: &Sealer) -> Done<()> {
    let read = || {
        connection
            .query_row("select nonce, sealed from key_check", [], |row| {
                Ok(Sealed { nonce: row.get(0)?, text: row.get(1)? })
            })
            .optional()
    };
    if read()?.is_none() {
        let sealed = sealer.seal(KEY_CHECK, b"Qiao");
        connection.execute(
            "insert into key_check (id, nonce, sealed) values (1, ?1, ?2) on conflict do nothing",
            params![sealed.nonce, sealed.text],
        )?;
    }
    match read()?.and_then(|sealed| sealer.open(KEY_CHECK, &sealed)) {
        Some(_) => Ok(()),
        None => Err(StoreError::WrongKey.into()),
    }
}

pub(super) fn prepare(connection: &Connection) -> Done<()> {
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // Plans do not depend on bound values; without this, some statements are planned anew with every binding.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.execute_batch(
        "pragma synchronous = full;
         pragma temp_store = memory;
         pragma cache_size = -8000;
         pragma journal_size_limit = 67108864;
         pragma trusted_schema = off;",
    )?;
    Ok(())
}

fn reader(path: &Path) -> Done<Connection> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    prepare(&connection)?;
    connection.execute_batch("pragma query_only = on;")?;
    Ok(connection)
}

pub(super) fn lock(path: &Path) -> Done<File> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(name)
        .map_err(|error| denied(&error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse.into()),
        Err(TryLockError::Error(error)) => Err(denied(&error)),
    }
}

fn denied(error: &std::io::Error) -> Failure {
    match error.kind() {
        std::io::ErrorKind::StorageFull => StoreError::Full.into(),
        _ => StoreError::Denied(error.to_string()).into(),
    }
}
