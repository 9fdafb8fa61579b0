//! Upkeep: what is too old or too much goes, and older versions are packed, a little at a time.
//!
//! Nobody who stores something waits for more than one slice, whose rows are few; between two slices there is a pause. A
//! round that is interrupted is begun anew: what was done stays done.

mod names;

use std::sync::Arc;
use std::time::Duration;

use contract::store::{Part, PurgeSlice, Storage, Store, StoreError};
use model::{LaneName, Timestamp};

use crate::nodes::Holdings;
use crate::seams::Seams;

pub(crate) use names::Names;

/// Rows that are looked at in one transaction.
pub const SLICE: usize = 256;

/// Versions that are packed in one transaction.
const PACKED: usize = 64;

/// Pages that are given back in one transaction.
const PAGES: u64 = 128;

/// So often it is given back before it is looked at again what is left: to look costs more.
const SLICES: usize = 100;

/// Between two slices.
const PAUSE: Duration = Duration::from_millis(20);

/// Between two rounds.
const EVERY: Duration = Duration::from_secs(3_600);

/// Before the first round: a start has better things to do.
const FIRST: Duration = Duration::from_secs(60);

/// How long a database takes to know how much it holds.
const COUNTED: Duration = Duration::from_secs(20);

const DAY: Duration = Duration::from_secs(86_400);

/// How much of the story is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    pub days: u32,
    /// Bytes that the database may use: when it uses more, the oldest days go before their time; never the last one.
    pub size: u64,
}

impl Default for Retention {
    /// 90 days, 20 GB.
    fn default() -> Retention {
        Retention { days: 90, size: 20_000_000_000 }
    }
}

impl Retention {
    /// What is older than this goes.
    pub fn before(self, now: Timestamp) -> Timestamp {
        now - DAY.saturating_mul(self.days)
    }
}

/// One node does upkeep for all.
async fn is_mine(holdings: &Holdings) -> bool {
    match holdings.is_mine(&LaneName::new("$upkeep")).await {
        Ok(is_mine) => is_mine,
        Err(error) => {
            tracing::error!(%error, "it cannot be seen who does upkeep");
            false
        }
    }
}

/// Does one round after the other.
pub(crate) struct Upkeep {
    pub seams: Seams,
    pub holdings: Arc<Holdings>,
    pub retention: Retention,
}

impl Upkeep {
    /// Works for as long as it is not dropped.
    pub async fn run(self) {
        let clock = &self.seams.clock;
        clock.sleep_until(clock.now() + FIRST).await;
        loop {
            if let Err(error) = self.seams.store.keep_time(clock.now()).await {
                tracing::error!(%error, "the time cannot be kept");
            }
            if is_mine(&self.holdings).await
                && let Err(error) = round(&self.seams, self.retention).await
            {
                tracing::error!(%error, "what is old cannot be purged");
            }
            clock.sleep_until(clock.now() + EVERY).await;
        }
    }
}

/// Packs, purges what is too old, then the oldest days until the rest fits, and gives back what is free.
///
/// # Errors
/// Those of the store; what was done before stays done.
pub async fn round(seams: &Seams, retention: Retention) -> Result<Round, StoreError> {
    let mut done = Round { packed: pack(seams).await?, ..Round::default() };
    let now = seams.clock.now();
    let mut before = retention.before(now);
    done.removed += purge(seams, before).await?;
    let mut storage = seams.store.storage().await?;
    while storage.used > retention.size && before + DAY < now - DAY {
        before = before + DAY;
        let removed = purge(seams, before).await?;
        done.removed += removed;
        if removed > 0 {
            pause(seams, COUNTED).await;
            storage = seams.store.storage().await?;
        }
    }
    if storage.used > retention.size {
        tracing::warn!(used = storage.used, size = retention.size, "what is left is no history, or of today");
    }
    done.given_back = give_back(seams, &storage).await?;
    Ok(done)
}

/// What a round came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Round {
    /// Versions.
    pub packed: u64,
    /// Rows of all parts.
    pub removed: u64,
    /// Pages.
    pub given_back: u64,
}

async fn pause(seams: &Seams, how_long: Duration) {
    seams.clock.sleep_until(seams.clock.now() + how_long).await;
}

async fn pack(seams: &Seams) -> Result<u64, StoreError> {
    let mut packed = 0;
    loop {
        let came = seams.store.pack(PACKED).await?;
        packed += came.packed;
        // One slice may end early for its bytes: only nothing is the end.
        if came.seen == 0 {
            return Ok(packed);
        }
        pause(seams, PAUSE).await;
    }
}

async fn purge(seams: &Seams, before: Timestamp) -> Result<u64, StoreError> {
    let mut removed = 0;
    for part in Part::ALL {
        let mut next = Some(0);
        while let Some(after) = next {
            let at = seams.clock.now();
            let slice = PurgeSlice { part, before, after, limit: SLICE, at, only_looks: false };
            let purged = seams.store.purge(&slice).await?;
            removed += purged.removed;
            next = purged.after;
            if next.is_some() {
                pause(seams, PAUSE).await;
            }
        }
    }
    Ok(removed)
}

/// About a tenth stays for what comes next.
async fn give_back(seams: &Seams, storage: &Storage) -> Result<u64, StoreError> {
    let (mut given, mut spare) = (0, storage.spare);
    while spare > storage.used / 10 {
        for _ in 0..SLICES {
            let pages = seams.store.give_back(PAGES).await?;
            given += pages;
            if pages == 0 {
                return Ok(given);
            }
            pause(seams, PAUSE).await;
        }
        spare = seams.store.storage().await?.spare;
    }
    Ok(given)
}

/// How many rows of each part would go if what is older went now. Looks at all there is, in slices.
///
/// # Errors
/// Those of the store.
pub async fn would_go(store: &dyn Store, before: Timestamp) -> Result<Vec<(Part, u64)>, StoreError> {
    let mut found = Vec::new();
    for part in Part::ALL {
        let (mut next, mut rows) = (Some(0), 0);
        while let Some(after) = next {
            let slice = PurgeSlice { part, before, after, limit: SLICE, at: before, only_looks: true };
            let looked = store.purge(&slice).await?;
            rows += looked.removed;
            next = looked.after;
        }
        found.push((part, rows));
    }
    Ok(found)
}
