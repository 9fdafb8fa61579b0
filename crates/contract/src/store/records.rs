//! What came in, and the last known state of each record.

use async_trait::async_trait;
use model::attempt::CallRecord;
use model::record::{Record, RecordKey};
use model::{ConnectionName, Hash, ObjectName, ReceiptId, RecordId, Timestamp};

use super::{Lease, Raise, StoreError};

#[async_trait]
pub trait Records: Send + Sync {
    /// Stores what was read or pushed, in order, and raises the tasks of what changed; moves the cursor; all in one
    /// transaction. For each incoming record:
    /// * with a version older than the stored one: history only, no task is raised;
    /// * with the stored hash and void mark: the version is noted, nothing is raised (a poll of exactly what is known
    ///   leaves no arrival: overlapping windows cost nothing);
    /// * with what the source said before a person edited the copy ([`Reading::Edit`]), in no newer version, and not asked for
    ///   by hand: the same as the stored hash. Whatever else comes takes the place of the edit;
    /// * else: the revision goes up by one, the body becomes the current version, `want` of each raise becomes the
    ///   revision (see [`Raise`] for what that does to a task's state), and `part_of` is wished for. One that was void and
    ///   is not any more wakes the skipped deliveries of the records that it is linked with.
    ///
    /// Incoming records that say whether they are [open](Incoming::open) are remembered as such, read `at`. An absent one
    /// of [`Reading::Open`] stays open for one more reading and then leaves.
    ///
    /// An ingest of [`Reading::Wish`] closes the wishes for the incoming and the `absent` ids that
    /// [`Records::wishes`] has handed out and that were not asked for again since. No other reading closes any: it
    /// may have begun before the reason for the wish.
    async fn ingest(&self, ingest: Ingest) -> Result<Ingested, StoreError>;

    async fn cursor(
        &self,
        connection: &ConnectionName,
        object: &ObjectName,
        walk: Walk,
    ) -> Result<Option<Cursor>, StoreError>;

    /// The stored records of these keys, in order.
    async fn find(&self, keys: &[RecordKey]) -> Result<Vec<Option<Record>>, StoreError>;

    /// The stored records with these numbers, in order; each key's `id` holds the number. Of several the first that is
    /// not void, else the first.
    async fn numbered(&self, keys: &[RecordKey]) -> Result<Vec<Option<Record>>, StoreError>;

    /// Earlier versions: the record as of each revision, in order.
    async fn versions(&self, of: &[(RecordId, i64)]) -> Result<Vec<Option<Record>>, StoreError>;

    /// Asks for records to be read at their source soon (a missing parent, a changed part, a wake-up). Asking twice
    /// is asking once, but for what was handed out in between: it is handed out again, since what is being read for
    /// the first asking may be older than the reason for the second.
    async fn wish(&self, keys: &[RecordKey], at: Timestamp) -> Result<(), StoreError>;

    /// Hands out the open wishes of one object, oldest first. They stay open until what was read is ingested: a
    /// reader that is lost on the way loses no wish.
    async fn wishes(
        &self,
        connection: &ConnectionName,
        object: &ObjectName,
        limit: usize,
    ) -> Result<Vec<String>, StoreError>;

    /// The open records of an object, those that were read longest ago first: at most `limit` of them, and how many
    /// there are.
    async fn open_records(
        &self,
        connection: &ConnectionName,
        object: &ObjectName,
        limit: usize,
    ) -> Result<OpenRecords, StoreError>;

    /// Notes which stored records are open, without their having been read anew, and moves the cursor of
    /// [`Walk::Open`]. Records that were open before keep the time at which they were read; the others count as read
    /// `at`.
    async fn judge(
        &self,
        connection: &ConnectionName,
        object: &ObjectName,
        judged: &[(String, bool)],
        cursor: &Cursor,
        at: Timestamp,
    ) -> Result<(), StoreError>;

    /// Stored records of an object behind that one, in the order in which they were first taken in.
    async fn stored(
        &self,
        connection: &ConnectionName,
        object: &ObjectName,
        after: RecordId,
        limit: usize,
    ) -> Result<Vec<Record>, StoreError>;

    /// Raises tasks for records that are already stored: by key, or all of an object when `keys` is empty. Tasks that
    /// exist are raised only when `again` is set; then even those whose want is reached become ready.
    /// Gives how many were raised.
    async fn raise(
        &self,
        connection: &ConnectionName,
        object: &ObjectName,
        keys: &[String],
        raise: &Raise,
        again: bool,
        at: Timestamp,
    ) -> Result<u64, StoreError>;
}

/// What came in with one page, push or wish.
#[derive(Debug, Clone)]
pub struct Ingest {
    pub connection: ConnectionName,
    pub object: ObjectName,
    pub reading: Reading,
    pub at: Timestamp,
    pub incoming: Vec<Incoming>,
    /// Wished-for or open ids that the source does not have.
    pub absent: Vec<String>,
    /// The tasks that a change raises.
    pub raise: Vec<Raise>,
    pub cursor: Option<(Walk, Cursor)>,
    /// The generation of the configuration that it was read for. After any change it is refused with
    /// [`StoreError::Outdated`]: other tasks may have to be raised, other fields read, or the cursor begun anew. `None`
    /// is stored whatever is in force.
    pub based_on: Option<i64>,
    /// The lease under which it was read: once another has it, it is refused with [`StoreError::Stale`].
    pub under: Option<Lease>,
    /// The calls that brought it.
    pub calls: Vec<CallRecord>,
}

/// One record as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    pub id: String,
    pub number: Option<String>,
    pub name: Option<String>,
    pub version: Option<i64>,
    pub void: bool,
    pub hash: Hash,
    /// JSON text.
    pub body: String,
    /// The document that this record is a part of and that must be read again when it changed.
    pub part_of: Option<RecordKey>,
    /// Whether it is to be read again and again, since its source does not show all of its changes; `None` where
    /// nobody asks.
    pub open: Option<bool>,
    /// The push that brought it.
    pub receipt: Option<ReceiptId>,
    /// The revision that it was put together with (0 for none): where the record has another by now, the whole ingest is
    /// refused with [`StoreError::Outdated`]. `None` for what came whole.
    pub merged_onto: Option<i64>,
}

/// Records that are to be read again and again.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OpenRecords {
    pub count: u64,
    /// Ids, each with the time at which it was read last; the oldest first.
    pub oldest: Vec<(String, Timestamp)>,
}

/// How something came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    Poll,
    History,
    Wish,
    Hand,
    /// Open records, again.
    Open,
    /// The system pushed it.
    Push,
    /// A person edited the stored copy.
    Edit,
}

impl Reading {
    pub fn name(self) -> &'static str {
        match self {
            Reading::Poll => "poll",
            Reading::History => "history",
            Reading::Wish => "wish",
            Reading::Hand => "hand",
            Reading::Open => "open",
            Reading::Push => "push",
            Reading::Edit => "edit",
        }
    }
}

/// Counts of one ingest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ingested {
    pub changed: u64,
    pub same: u64,
    pub stale: u64,
}

/// Which walk over an object a cursor belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Walk {
    /// What changes from now on.
    Changes,
    /// What existed before; ends once.
    History,
    /// What is open, round and round: `to` is when its last slice was read, `after` names what counts as open.
    Open,
}

impl Walk {
    pub fn name(self) -> &'static str {
        match self {
            Walk::Changes => "changes",
            Walk::History => "history",
            Walk::Open => "open",
        }
    }
}

/// How far an object has been read (轮询位点): a fixed window and the place inside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// The window being read, or the last one read, closed on both ends.
    pub from: Timestamp,
    pub to: Timestamp,
    /// The place inside the window; `None` when it has been read to its end.
    pub after: Option<String>,
    /// Whether the window has been read to its end.
    pub finished: bool,
}
