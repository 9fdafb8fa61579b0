//! Keeping a database from growing for ever: how much is stored, what is purged, and how older versions are packed.
//!
//! What is kept for the story may go with time: pushes as they came, what was read, older versions, attempts, calls. The
//! present state never does: records, links, tasks, intents, cursors, configuration.

use std::time::Duration;

use async_trait::async_trait;
use model::Timestamp;

use super::StoreError;

/// Every method does a little at a time, so that nobody who stores something waits for long.
#[async_trait]
pub trait Upkeep: Send + Sync {
    /// How much is stored, and since when. Looks at all there is, for people who ask and for one who decides what goes.
    async fn storage(&self) -> Result<Storage, StoreError>;

    /// Looks at the next rows of one part of the story in the order in which they were stored, and removes those that are
    /// older than `before` and that nothing needs. What is removed is remembered in [`Storage::purged`]. Never removed are
    /// * the newest version of a record, and a version behind which an older one stays;
    /// * what came in, was read, or was tried for a record or a task that is unresolved: that goes on by itself, failed, or has
    ///   an open intent;
    /// * pushes that wait to be parsed or could not be;
    /// * calls of attempts that stay;
    /// * differences that are not closed;
    /// * reconciliations and sweeps that have not ended, the newest of each flow, and the newest seven of each object.
    async fn purge(&self, slice: &PurgeSlice) -> Result<Purged, StoreError>;

    /// Packs the next versions that others followed: each is kept as what differs from its follower, compressed. It can be
    /// read as before, byte by byte. Goes on where it ended the last time, whoever asked.
    async fn pack(&self, limit: usize) -> Result<Packed, StoreError>;

    /// Takes the names of the next versions up into the index by which [`super::Views::trace`] finds records by a part of
    /// their name; how many versions were looked at. Goes on where it ended the last time, whoever asked. What was taken in
    /// since is found, too, as long as it is not much: to be called again and again.
    async fn take_up_names(&self, limit: usize) -> Result<u64, StoreError>;

    /// Remembers what time it is. Where it was remembered to be later by more than [`SET_BACK`], the clock was set back: then
    /// nothing that is stored waits for times that were meant by the old one. What is due comes as much earlier, leases end as
    /// much earlier, and changes are read again from as long before now as it was set back: while it was ahead they may have
    /// been missed.
    /// Gives by how much it was set back.
    async fn keep_time(&self, now: Timestamp) -> Result<Option<Duration>, StoreError>;

    /// Gives space that nothing uses back to the file system, at most so many pages; how many were given. 0 where the
    /// engine of storage reuses it and gives none back.
    async fn give_back(&self, pages: u64) -> Result<u64, StoreError>;
}

/// Clocks of several machines differ, and are corrected all the time; by more than this only where one was set.
pub const SET_BACK: Duration = Duration::from_secs(3_600);

/// A part of the story.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    Attempts,
    Calls,
    Arrivals,
    Versions,
    Receipts,
    /// Differences of reconciliations that are closed.
    Differences,
    /// Reconciliations that ended.
    Runs,
    /// Sweeps of ids that ended.
    Sweeps,
}

impl Part {
    /// In the order in which they are purged: calls are free once their attempts are gone.
    pub const ALL: [Part; 8] = [
        Part::Attempts,
        Part::Calls,
        Part::Arrivals,
        Part::Versions,
        Part::Receipts,
        Part::Differences,
        Part::Runs,
        Part::Sweeps,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Part::Attempts => "attempts",
            Part::Calls => "calls",
            Part::Arrivals => "arrivals",
            Part::Versions => "versions",
            Part::Receipts => "receipts",
            Part::Differences => "differences",
            Part::Runs => "reconciliations",
            Part::Sweeps => "sweeps",
        }
    }

    /// What people call it, in Chinese and English.
    pub fn title(self) -> (&'static str, &'static str) {
        match self {
            Part::Attempts => ("同步记录", "attempts"),
            Part::Calls => ("接口日志", "calls"),
            Part::Arrivals => ("收到的数据", "arrivals"),
            Part::Versions => ("数据的各版本", "versions of records"),
            Part::Receipts => ("推送原文", "pushes as they came"),
            Part::Differences => ("已消除的差异", "closed differences"),
            Part::Runs => ("历次对账", "reconciliations"),
            Part::Sweeps => ("历次清点", "sweeps of ids"),
        }
    }
}

/// Which rows of a part are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PurgeSlice {
    pub part: Part,
    /// What is older than this goes.
    pub before: Timestamp,
    /// Where the slice before ended; 0 begins.
    pub after: i64,
    /// How many rows are looked at, at most: what bounds the time for which others wait.
    pub limit: usize,
    /// When it is purged.
    pub at: Timestamp,
    /// Whether it is only looked at what would go. Calls of attempts that would go are not counted then.
    pub only_looks: bool,
}

/// What one slice came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Purged {
    pub removed: u64,
    /// Where the next slice begins; `None` when nothing older is behind this one.
    pub after: Option<i64>,
}

/// What packing some versions came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Packed {
    /// How many versions were looked at; fewer than asked for when there are no more.
    pub seen: u64,
    pub packed: u64,
    /// Bytes of the packed versions' content before, and after.
    pub from: u64,
    pub to: u64,
}

/// How much is stored.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Storage {
    /// Bytes in use. Where the engine of storage does not say, they are estimated from its statistics.
    pub used: u64,
    /// Bytes that the database occupies and does not use.
    pub spare: u64,
    pub parts: Vec<PartStored>,
    /// What was purged last.
    pub purged: Option<PurgeMark>,
}

/// How much of one part is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartStored {
    pub part: Part,
    /// Where the engine of storage keeps statistics of it, these are told.
    pub rows: u64,
    /// Of its content, estimated from the newest rows.
    pub bytes: u64,
    /// When the oldest was stored.
    pub oldest: Option<Timestamp>,
}

/// What was purged, as it is remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PurgeMark {
    /// What was stored before this may be gone.
    pub before: Timestamp,
    /// When something was removed last.
    pub at: Timestamp,
}
