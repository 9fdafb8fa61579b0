//! The store on SQLite: one file, one machine.
//!
//! Durable by write-ahead log and `synchronous=FULL`: what is reported as done has been fsynced. A server holds a lock
//! on `<file>.lock` for as long as it runs, so that a second server is refused at once; commands of the command line
//! take no lock and may read and write beside it, each write waiting for its turn. The system gives the lock back
//! whatever becomes of the process.

mod access;
mod alerts;
mod audit;
mod bindings;
mod choices;
mod commit;
mod config;
mod database;
mod dump;
mod failure;
mod jobs;
mod links;
mod load;
mod migrations;
mod moved;
mod names;
mod nodes;
mod open;
mod queue;
mod receipts;
mod reconciling;
mod records;
mod rows;
mod secrets;
mod sweeping;
mod under_way;
mod upkeep;
mod views;

use std::path::Path;
use std::sync::Arc;

use contract::store::StoreError;
use model::TenantName;
use rusqlite::Connection;

use self::commit::Write;
use self::database::Database;
pub(crate) use self::dump::{dump, schema_of};
use self::failure::Done;
pub(crate) use self::load::restore;
pub(crate) use self::migrations::KNOWN as SCHEMA;
pub(crate) use self::moved::{moved, set_moved};
use crate::options::Options;
use crate::seal::{Key, Nonces, Sealer};

/// A handle to one tenant's part of a database. Clones share the database, which closes with the last of them.
#[derive(Clone)]
pub struct Sqlite {
    database: Arc<Database>,
    sealer: Arc<Sealer>,
    tenant: i64,
}

impl Sqlite {
    /// Opens the database at that path, or makes it, and its folder. Blocks for as long as migrating takes.
    ///
    /// Fails with [`StoreError::InUse`] for a second server, [`StoreError::Newer`] for a database of a newer version,
    /// [`StoreError::WrongKey`], [`StoreError::Foreign`] for a file that is no database of ours,
    /// [`StoreError::Corrupt`] for a damaged one, and [`StoreError::Denied`] where the file system says no.
    pub fn open(path: &Path, options: Options) -> Result<Sqlite, StoreError> {
        Ok(open::open(path, options)?)
    }

    /// An empty database in memory, inline. It lives as long as a clone of the handle does: a crash is simulated by
    /// dropping everything else. Its nonces are counted, since nothing sealed outlives it.
    pub fn memory(key: Key) -> Result<Sqlite, StoreError> {
        Ok(open::memory(Options::new(key, Nonces::counted()))?)
    }

    /// A handle to another tenant's part of the same database.
    pub async fn tenant(&self, name: &TenantName) -> Result<Sqlite, StoreError> {
        let name = name.clone();
        let tenant = self.write(move |write| open::tenant(write.sql, &name)).await?;
        Ok(Sqlite { tenant, ..self.clone() })
    }

    /// Transactions committed through this database since it was opened: how well writers share commits.
    pub fn commits(&self) -> u64 {
        self.database.commits()
    }

    async fn write<T: Send + 'static>(
        &self,
        body: impl FnOnce(&mut Write) -> Done<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.database.write(self.tenant, body).await
    }

    /// The question is asked with the tenant.
    async fn read<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Connection, i64) -> Done<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let tenant = self.tenant;
        self.database.read(move |sql| question(sql, tenant)).await
    }
}
