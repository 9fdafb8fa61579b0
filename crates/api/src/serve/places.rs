//! Places for connections: so many in all, so many of one address.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Bounds;

pub(super) struct Places {
    all: Arc<Semaphore>,
    of_one_address: usize,
    taken: Mutex<BTreeMap<IpAddr, usize>>,
}

/// A place that is taken until it is dropped.
pub(super) struct Place {
    places: Arc<Places>,
    address: IpAddr,
    _free: OwnedSemaphorePermit,
}

impl Places {
    pub fn new(bounds: Bounds) -> Places {
        let all = Arc::new(Semaphore::new(bounds.connections.max(1)));
        Places { all, of_one_address: bounds.of_one_address.max(1), taken: Mutex::default() }
    }

    /// Waits for a place for whoever comes next.
    pub async fn free(&self) -> OwnedSemaphorePermit {
        self.all.clone().acquire_owned().await.expect("places are never closed")
    }

    /// The place for a connection of that address; `None` when it has as many as it may.
    pub fn taken(self: &Arc<Places>, free: OwnedSemaphorePermit, address: IpAddr) -> Option<Place> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.entry(address).or_default();
        if *count >= self.of_one_address {
            return None;
        }
        *count += 1;
        Some(Place { places: self.clone(), address, _free: free })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.address);
            }
        }
    }
}
