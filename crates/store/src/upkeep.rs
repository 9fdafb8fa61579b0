//! What upkeep remembers, the same for every engine of storage: the names of its values.

use std::time::Duration;

use contract::store::SET_BACK;
use model::Timestamp;

/// The last row of the versions that was looked at for packing.
pub(crate) const PACKED: &str = "packed";

/// What was stored before this time may have been purged.
pub(crate) const PURGED_BEFORE: &str = "purged_before";

/// When something was purged last.
pub(crate) const PURGED_AT: &str = "purged_at";

/// The newest rows of a part, from which the size of its content is estimated.
pub(crate) const SAMPLE: i64 = 200;

/// The latest time that was told.
pub(crate) const LATEST: &str = "latest";

/// By how much the clock was set back, when it was told to be that late before.
pub(crate) fn set_back(latest: Option<i64>, now: Timestamp) -> Option<Duration> {
    let by = latest.map_or(Duration::ZERO, |latest| Timestamp(latest).since(now));
    (by > SET_BACK).then_some(by)
}
