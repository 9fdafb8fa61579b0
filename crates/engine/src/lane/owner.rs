//! Owning a lane: its lease is taken, renewed well before it ends, and given back.

use std::sync::Mutex;
use std::time::Duration;

use contract::store::{Lease, StoreError};
use model::LaneName;

use crate::seams::Seams;

/// No call takes longer than this, all of its time limits together.
pub(super) const LONGEST_CALL: Duration = Duration::from_secs(200);
/// How long a lease is taken for: a write may start in its first half.
const LEASE: Duration = Duration::from_secs(600);
/// How long an owner waits before it asks again for a lane that somebody else owns.
const ASK_AGAIN: Duration = Duration::from_secs(15);

/// Takes the lane, waiting for as long as somebody else owns it.
pub(super) async fn take(seams: &Seams, lane: &LaneName, owner: &str) -> Result<Lease, StoreError> {
    loop {
        let now = seams.clock.now();
        match seams.store.lease(lane, owner, now, now + LEASE).await? {
            Some(lease) => return Ok(lease),
            None => seams.clock.sleep_until(now + ASK_AGAIN).await,
        }
    }
}

/// Renews the lease when less than half of it is left. [`StoreError::Stale`] when somebody else took it.
pub(super) async fn renew(seams: &Seams, lease: &Mutex<Lease>) -> Result<(), StoreError> {
    let held = lease.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
    let now = seams.clock.now();
    if held.until > now + LEASE / 2 {
        return Ok(());
    }
    match seams.store.lease(&held.lane, &held.owner, now, now + LEASE).await? {
        Some(renewed) if renewed.epoch == held.epoch => {
            *lease.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = renewed;
            Ok(())
        }
        _ => Err(StoreError::Stale { lane: held.lane.to_string(), epoch: held.epoch }),
    }
}
