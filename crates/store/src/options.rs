//! How a store is opened, whichever engine of storage it stands on.

use std::time::Duration;

use model::TenantName;

use crate::seal::{Key, Nonces};

/// How a database is opened.
#[derive(Debug, Clone)]
pub struct Options {
    pub key: Key,
    pub nonces: Nonces,
    pub tenant: TenantName,
    pub role: Role,
    pub mode: Mode,
    /// The file of SQLite does not grow beyond that many bytes: writes then fail with
    /// [`contract::store::StoreError::Full`]. A PostgreSQL server has its own limits.
    pub largest: Option<u64>,
    /// How much longer each commit of SQLite takes than this disk needs: what a slower one would cost is measured so.
    pub commits_take: Duration,
}

impl Options {
    /// A server of the one tenant `default`, with threads.
    pub fn new(key: Key, nonces: Nonces) -> Options {
        let tenant = TenantName::new("default");
        let commits_take = Duration::ZERO;
        Options { key, nonces, tenant, role: Role::Server, mode: Mode::Threads, largest: None, commits_take }
    }
}

/// Who opens it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Runs lanes and readers. On SQLite it is the only one, and a second one is refused; on PostgreSQL servers share them.
    Server,
    /// A command that reads and writes beside a server.
    Command,
}

/// Where the work is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// On threads of the store's own, while whoever asks waits as a task.
    Threads,
    /// Before whoever asks goes on, which holds its thread: one order, the same every time.
    Inline,
}
