//! What was pushed to us: kept raw before it is answered, parsed afterwards.

use async_trait::async_trait;
use model::receipt::{Pushed, Receipt, ReceiptState};
use model::record::RecordKey;
use model::{Cause, ConnectionName, ReceiptId, Timestamp};

use super::{Ingest, Ingested, StoreError};

#[async_trait]
pub trait Receipts: Send + Sync {
    /// Keeps what was pushed, as it came. Ids go up in the order in which pushes are kept, and none is ever given twice.
    /// What came there before with the same `once` is not kept again: its receipt is given, whatever became of it.
    async fn receive(&self, pushed: Pushed) -> Result<ReceiptId, StoreError>;

    /// What was pushed to the connection and waits to be parsed, in order, without that of some codes: at most `limit`, and
    /// no more once their bodies together reach so many bytes.
    async fn unparsed(
        &self,
        connection: &ConnectionName,
        except: &[String],
        limit: usize,
        bytes: usize,
    ) -> Result<Vec<Receipt>, StoreError>;

    /// How many wait to be parsed, by connection.
    async fn unparsed_counts(&self) -> Result<Vec<(ConnectionName, u64)>, StoreError>;

    /// Stores what receipts were parsed to, all in one transaction; what came of each of its ingests, in order.
    ///
    /// # Errors
    /// [`StoreError::Outdated`] when one of the receipts does not wait any more (somebody else parsed it, or a person set it
    /// aside), when the configuration is another by now, or a record that one was merged onto is. Nothing is stored then.
    async fn store_parsed(&self, parsed: Parsed) -> Result<Vec<Ingested>, StoreError>;

    /// The receipts of these ids, in order.
    async fn receipts(&self, ids: &[ReceiptId]) -> Result<Vec<Option<Receipt>>, StoreError>;

    /// Receipts without their bodies, newest first.
    async fn list_receipts(&self, filter: &ReceiptFilter) -> Result<Vec<ReceiptLine>, StoreError>;

    /// Lets what failed or was set aside wait to be parsed again; gives those that do.
    async fn parse_again(&self, ids: &[ReceiptId]) -> Result<Vec<ReceiptId>, StoreError>;

    /// Sets aside what waits or failed; gives those that were.
    async fn ignore_receipts(&self, ids: &[ReceiptId]) -> Result<Vec<ReceiptId>, StoreError>;
}

/// What some receipts were parsed to.
#[derive(Debug, Clone, Default)]
pub struct Parsed {
    pub receipts: Vec<ParsedReceipt>,
    /// What is taken in of them, each for one object.
    pub ingests: Vec<Ingest>,
    /// Records to be read again at their source, since what came does not say how new it is.
    pub wishes: Vec<RecordKey>,
    pub at: Timestamp,
    /// The generation of the configuration by which they were parsed; `None` is stored whatever is in force.
    pub based_on: Option<i64>,
}

/// How the parsing of one receipt went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedReceipt {
    pub id: ReceiptId,
    /// The records it is about, in order; or why it could not be parsed.
    pub outcome: Result<Vec<RecordKey>, Cause>,
}

/// Which receipts to list. Empty fields take all.
#[derive(Debug, Clone, Default)]
pub struct ReceiptFilter {
    pub connection: Option<ConnectionName>,
    pub states: Vec<ReceiptState>,
    /// Older than that one.
    pub before: Option<ReceiptId>,
    /// 0 is 100.
    pub limit: usize,
}

/// A receipt without its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptLine {
    pub id: ReceiptId,
    pub connection: ConnectionName,
    pub code: String,
    pub token: String,
    pub at: Timestamp,
    pub source_id: Option<String>,
    pub state: ReceiptState,
    pub cause: Option<Cause>,
    pub bytes: u64,
}
