//! The store on PostgreSQL: one database, any number of machines.
//!
//! Durable by the server's write-ahead log: what is reported as done was committed with `synchronous_commit` at least
//! `on`. Every use case is one transaction of few statements: a batch is read with one statement for each table, worked
//! out in memory by the same rules as on SQLite, and stored with one statement for each table.
//!
//! Several programs may write at once. Rows are locked in one order (lanes, the gate of those who wait, records, links, tasks,
//! wishes, counts, each by its key); what was made by somebody else first, and two that wait for each other, are begun
//! again by the store itself. Servers share an advisory lock for as long as they run, so that nobody restores or upgrades
//! the database under them; commands of the command line take no lock.

mod access;
mod address;
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
mod listening;
mod load;
mod migrations;
mod moved;
mod names;
mod nodes;
mod open;
mod params;
mod passing;
mod queue;
mod receipts;
mod reconciling;
mod records;
mod rows;
mod secrets;
mod session;
mod sweeping;
mod under_way;
mod upkeep;
mod views;

use std::sync::Arc;

use contract::store::StoreError;
use futures_util::FutureExt;
use model::TenantName;

pub use self::address::Address;
use self::commit::{Body, Question};
use self::database::Database;
pub(crate) use self::dump::{dump, schema_of};
pub(crate) use self::load::restore;
pub(crate) use self::moved::{moved, set_moved};
pub use self::passing::PassingSchema;
use crate::options::Options;
use crate::seal::Sealer;

/// A handle to one tenant's part of a database. Clones share the connections, which close with the last of them.
#[derive(Clone)]
pub struct Postgres {
    database: Arc<Database>,
    sealer: Arc<Sealer>,
    tenant: i64,
}

impl Postgres {
    /// Opens the database at that address, and makes its tables where it is empty. Blocks for as long as that takes.
    ///
    /// Fails with [`StoreError::Unreachable`] where no server answers, [`StoreError::Refused`] where it says no,
    /// [`StoreError::InUse`] while somebody has it alone, or an older version is to be upgraded while servers run, [`StoreError::Newer`] for a database of a newer version,
    /// [`StoreError::WrongKey`], and [`StoreError::Foreign`] for a schema with somebody else's tables.
    pub fn open(address: &Address, options: Options) -> Result<Postgres, StoreError> {
        open::open(address, &options)
    }

    /// Whether there is a database of this product at that address. Blocks.
    ///
    /// Fails as [`Postgres::open`] does.
    pub fn is_there(address: &Address) -> Result<bool, StoreError> {
        open::is_there(address)
    }

    /// A handle to another tenant's part of the same database.
    pub async fn tenant(&self, name: &TenantName) -> Result<Postgres, StoreError> {
        let tenant = self
            .write(name.clone(), |write, name| async move { open::tenant(&write.sql, name).await }.boxed());
        Ok(Postgres { tenant: tenant.await?, ..self.clone() })
    }

    /// Does the body in one transaction.
    async fn write<A, T>(&self, about: A, body: Body<A, T>) -> Result<T, StoreError>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
    {
        let (pool, tenant) = (self.database.pool.clone(), self.tenant);
        self.database.run(async move { commit::write(&pool, tenant, about, body).await }).await
    }

    /// Asks one statement.
    async fn ask<A, T>(&self, about: A, question: Question<A, T>) -> Result<T, StoreError>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
    {
        let (pool, tenant) = (self.database.pool.clone(), self.tenant);
        self.database.run(async move { commit::ask(&pool, tenant, about, question).await }).await
    }

    /// Asks several statements of one state.
    async fn read<A, T>(&self, about: A, question: Question<A, T>) -> Result<T, StoreError>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
    {
        let (pool, tenant) = (self.database.pool.clone(), self.tenant);
        self.database.run(async move { commit::read(&pool, tenant, about, question).await }).await
    }
}
