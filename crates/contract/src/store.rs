//! The store's seams, split by use. Every method is one transaction and takes batches.
//!
//! A handle is scoped to one tenant. What a method reports as done is on disk (fsync) when it returns.

mod access;
mod alerts;
mod audit;
mod bindings;
mod choices;
mod config;
mod jobs;
mod links;
mod nodes;
mod queue;
mod receipts;
mod reconciling;
mod records;
mod sentences;
mod sweeping;
mod upkeep;
mod views;

pub use access::Access;
pub use alerts::{Alerts, MessageMove, NewMessage, Telling};
pub use audit::{Audit, Audited};
pub use bindings::{BindingFilter, Bindings};
pub use choices::{Choice, Choices, Take};
pub use config::{
    Applied, Config, ConfigChange, ConfigText, EnvironmentVersion, GivenText, History, TextVersion,
};
pub use jobs::{Jobs, NewJob, Turn};
pub use links::{LinkSides, Linked, Links};
pub use nodes::{Beat, Node, Nodes};
pub use queue::{
    AsOf, Awaited, Due, FileChange, IntentChange, Lease, LineChange, LinkChange, LinkRef, OpenIntent, Opened,
    Opening, Queue, Raise, Settled, Settlement, SettlementBatch,
};
pub use receipts::{Parsed, ParsedReceipt, ReceiptFilter, ReceiptLine, Receipts};
pub use reconciling::{
    Adoption, Beginning, Counted, Decision, DifferenceFilter, Findings, Pair, Paired, PairedRecord,
    PairedTask, PairsBy, Progress, Reconciling,
};
pub use records::{Cursor, Incoming, Ingest, Ingested, OpenRecords, Reading, Records, Walk};
pub use sentences::sentences;
pub use sweeping::{SweepBeginning, SweepFindings, SweepProgress, Sweeping, SweptRecord};
pub use upkeep::{Packed, Part, PartStored, PurgeMark, PurgeSlice, Purged, SET_BACK, Storage, Upkeep};
pub use views::{
    ArrivalLine, AttemptLine, Changed, ChangedAsk, FirstTry, FlowCount, Story, StoryTask, TaskFilter,
    TaskLine, Views,
};

use model::Cause;

/// Everything the engine asks of one store.
pub trait Store:
    Queue
    + Records
    + Receipts
    + Links
    + Bindings
    + Access
    + Config
    + Jobs
    + Audit
    + Alerts
    + Views
    + Upkeep
    + Reconciling
    + Choices
    + Sweeping
    + Nodes
{
}

impl<
    T: Queue
        + Records
        + Receipts
        + Links
        + Bindings
        + Access
        + Config
        + Jobs
        + Audit
        + Alerts
        + Views
        + Upkeep
        + Reconciling
        + Choices
        + Sweeping
        + Nodes,
> Store for T
{
}

/// Why a use case did not happen. In every case nothing of it is stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    #[error("the disk is full")]
    Full,
    /// Written by a newer version of the product.
    #[error("the database has version {found}, this program knows versions up to {known}")]
    Newer { found: i64, known: i64 },
    /// Another process uses the database.
    #[error("the database is in use by another process")]
    InUse,
    /// The lane was taken over: whoever held this lease must stop writing.
    #[error("the lease of lane {lane} has epoch {epoch}, which is no longer current")]
    Stale { lane: String, epoch: i64 },
    /// The configuration was changed by somebody else since the change was made.
    #[error("the configuration has been changed since generation {based_on}")]
    Outdated { based_on: i64 },
    /// The key that sealed the secrets is not the one given.
    #[error("the secrets cannot be opened with this key")]
    WrongKey,
    /// The file, or the schema, holds something else than a database of this product.
    #[error("this is not a database of Qiao")]
    Foreign,
    #[error("the database file is damaged")]
    Corrupt,
    /// The file system does not let the database be read or written; the system's own words.
    #[error("the file system refuses: {0}")]
    Denied(String),
    /// No server answers, or it stopped to; what was said of it.
    #[error("the database server cannot be reached: {0}")]
    Unreachable(String),
    /// The server answers, and does not let this user use this database; its own words.
    #[error("the database server refuses: {0}")]
    Refused(String),
    #[error("the database fails: {0}")]
    Broken(String),
    /// The file is no backup of this product.
    #[error("this is no backup of Qiao")]
    NoBackup,
    /// The backup is not as it was written; where that shows.
    #[error("the backup is damaged at {0}")]
    BackupDamaged(String),
    /// The backup is sealed, and does not open with the passphrase given; or none was.
    #[error("the backup does not open with this passphrase")]
    Passphrase,
    /// All of it is in another place, or on its way there: nobody works on it here any more.
    #[error("the database was moved to {place}")]
    Moved { place: String, done: bool },
    /// Something is there already, and was not to be replaced.
    #[error("there is a database already")]
    NotEmpty,
}

impl StoreError {
    /// The error as a cause with a sentence (`store.full` …).
    pub fn cause(&self) -> Cause {
        match self {
            StoreError::Full => Cause::new("store.full"),
            StoreError::Newer { found, known } => {
                Cause::new("store.newer").with("found", found).with("known", known)
            }
            StoreError::InUse => Cause::new("store.in_use"),
            StoreError::Stale { lane, epoch } => {
                Cause::new("store.stale").with("lane", lane).with("epoch", epoch)
            }
            StoreError::Outdated { based_on } => Cause::new("store.outdated").with("based_on", based_on),
            StoreError::WrongKey => Cause::new("store.wrong_key"),
            StoreError::Foreign => Cause::new("store.foreign"),
            StoreError::Corrupt => Cause::new("store.corrupt"),
            StoreError::Denied(reason) => Cause::new("store.denied").with("reason", reason),
            StoreError::Unreachable(reason) => Cause::new("store.unreachable").with("reason", reason),
            StoreError::Refused(reason) => Cause::new("store.refused").with("reason", reason),
            StoreError::Broken(reason) => Cause::new("store.broken").with("reason", reason),
            StoreError::NoBackup => Cause::new("store.no_backup"),
            StoreError::BackupDamaged(place) => Cause::new("store.backup_damaged").with("place", place),
            StoreError::Passphrase => Cause::new("store.passphrase"),
            StoreError::Moved { place, done: true } => Cause::new("store.moved").with("place", place),
            StoreError::Moved { place, done: false } => Cause::new("store.moving").with("place", place),
            StoreError::NotEmpty => Cause::new("store.not_empty"),
        }
    }
}
