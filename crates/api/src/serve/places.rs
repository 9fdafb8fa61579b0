//! Places for connections: so many in all, so many of one address. Where they are all taken, whoever has been silent
//! longest makes room for whoever comes: of the same address where that has as many as it may, else of the one that has most.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

use super::Bounds;

pub(super) struct Places {
    all: Arc<Semaphore>,
    of_one_address: usize,
    guests: Mutex<Guests>,
    /// Somebody has fallen silent.
    silent: Notify,
}

#[derive(Default)]
struct Guests {
    /// Numbers connections, and the times at which they fall silent.
    next: u64,
    by_address: BTreeMap<IpAddr, OfAddress>,
    /// Those that were told to leave and are still there.
    leaving: BTreeSet<u64>,
}

#[derive(Default)]
struct OfAddress {
    connections: BTreeSet<u64>,
    /// Those without a request under way, the one that has been silent longest first.
    silent: BTreeMap<u64, (u64, Arc<Notify>)>,
}

/// A place that is taken until it is dropped.
pub(super) struct Place {
    places: Arc<Places>,
    address: IpAddr,
    connection: u64,
    leave: Arc<Notify>,
    since: Mutex<Option<u64>>,
    _free: OwnedSemaphorePermit,
}

/// A request of the connection is under way.
pub(super) struct Busy(Arc<Place>);

impl Places {
    pub fn new(bounds: Bounds) -> Places {
        Places {
            all: Arc::new(Semaphore::new(bounds.connections.max(1))),
            of_one_address: bounds.of_one_address.max(1),
            guests: Mutex::default(),
            silent: Notify::new(),
        }
    }

    /// A place for whoever comes next; waits where everybody has a request under way.
    pub async fn free(&self) -> OwnedSemaphorePermit {
        loop {
            let silent = self.silent.notified();
            if let Ok(free) = self.all.clone().try_acquire_owned() {
                return free;
            }
            self.guests().make_room();
            tokio::select! {
                biased;
                free = self.all.clone().acquire_owned() => return free.expect("places are never closed"),
                () = silent => {}
            }
        }
    }

    /// The place for a connection of that address; `None` when it has as many as it may, each with a request under way.
    pub fn taken(self: &Arc<Places>, free: OwnedSemaphorePermit, address: IpAddr) -> Option<Place> {
        let mut guests = self.guests();
        let is_full = guests
            .by_address
            .get(&address)
            .is_some_and(|known| known.connections.len() >= self.of_one_address);
        if is_full && !guests.send_away(address) {
            return None;
        }
        let connection = guests.number();
        guests.by_address.entry(address).or_default().connections.insert(connection);
        drop(guests);
        let (leave, since) = (Arc::new(Notify::new()), Mutex::default());
        let place = Place { places: self.clone(), address, connection, leave, since, _free: free };
        place.falls_silent();
        Some(place)
    }

    fn guests(&self) -> MutexGuard<'_, Guests> {
        self.guests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Guests {
    fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// Sends one away, of the address that has most; nobody while one is leaving anyway.
    fn make_room(&mut self) {
        let has_silent = self.by_address.iter().filter(|(_, of)| !of.silent.is_empty());
        let most = has_silent.max_by_key(|(_, of)| of.connections.len()).map(|(address, _)| *address);
        if let Some(address) = most.filter(|_| self.leaving.is_empty()) {
            self.send_away(address);
        }
    }

    /// Sends away whoever of the address has been silent longest, if anybody is.
    fn send_away(&mut self, address: IpAddr) -> bool {
        let Some(of) = self.by_address.get_mut(&address) else { return false };
        let Some((_, (connection, leave))) = of.silent.pop_first() else { return false };
        of.connections.remove(&connection);
        self.leaving.insert(connection);
        leave.notify_one();
        true
    }
}

impl Place {
    /// Until somebody else needs it more.
    pub async fn told_to_leave(&self) {
        self.leave.notified().await;
    }

    /// A request came: whoever has one under way is not sent away.
    pub fn busy(self: &Arc<Place>) -> Busy {
        let since = self.since.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(since) = since
            && let Some(of) = self.places.guests().by_address.get_mut(&self.address)
        {
            of.silent.remove(&since);
        }
        Busy(self.clone())
    }

    fn falls_silent(&self) {
        {
            let mut guests = self.places.guests();
            let since = guests.number();
            let of = guests.by_address.get_mut(&self.address);
            let Some(of) = of.filter(|of| of.connections.contains(&self.connection)) else { return };
            of.silent.insert(since, (self.connection, self.leave.clone()));
            *self.since.lock().unwrap_or_else(PoisonError::into_inner) = Some(since);
        }
        self.places.silent.notify_waiters();
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.falls_silent();
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let since = self.since.lock().unwrap_or_else(PoisonError::into_inner).take();
        let mut guests = self.places.guests();
        guests.leaving.remove(&self.connection);
        let Some(of) = guests.by_address.get_mut(&self.address) else { return };
        of.connections.remove(&self.connection);
        since.map(|since| of.silent.remove(&since));
        if of.connections.is_empty() {
            guests.by_address.remove(&self.address);
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    fn places(connections: usize, of_one_address: usize) -> Arc<Places> {
        Arc::new(Places::new(Bounds { connections, of_one_address, ..Bounds::default() }))
    }

    fn come(places: &Arc<Places>, last: u8) -> Option<Arc<Place>> {
        let free = places.free().now_or_never()?;
        places.taken(free, IpAddr::from([10, 0, 0, last])).map(Arc::new)
    }

    fn must_leave(place: &Place) -> bool {
        place.told_to_leave().now_or_never().is_some()
    }

    #[test]
    fn whoever_has_been_silent_longest_makes_room_where_most_are() {
        let places = places(4, 9);
        let alone = come(&places, 1).unwrap();
        let crowd: Vec<_> = (0..3).map(|_| come(&places, 2).unwrap()).collect();
        let busy = crowd[0].busy();
        assert!(come(&places, 3).is_none(), "it waits until one has left");
        assert!(come(&places, 3).is_none());
        let leaves: Vec<bool> = crowd.iter().map(|place| must_leave(place)).collect();
        assert_eq!((leaves, must_leave(&alone)), (vec![false, true, false], false), "one, and no more");
        let mut crowd = crowd.into_iter();
        let (first, second, third) = (crowd.next(), crowd.next(), crowd.next());
        drop(second);
        let pusher = come(&places, 3).expect("there is room");
        drop((first, third, busy, pusher, alone));
        assert!(places.guests().by_address.is_empty() && places.guests().leaving.is_empty());
        assert_eq!(places.all.available_permits(), 4);
    }

    #[test]
    fn one_address_makes_room_for_its_own_and_not_while_all_of_it_is_at_work() {
        let places = places(9, 2);
        let first = come(&places, 1).unwrap();
        let second = come(&places, 1).unwrap();
        let at_work = first.busy();
        let third = come(&places, 1).expect("the second is silent");
        assert!(must_leave(&second) && !must_leave(&first));
        let third_at_work = third.busy();
        assert!(come(&places, 1).is_none(), "all of them are at work");
        assert!(come(&places, 2).is_some(), "another address has room");
        drop(at_work);
        assert!(come(&places, 1).is_some() && must_leave(&first), "its request is over");
        drop(third_at_work);
    }

    #[test]
    fn nobody_at_work_is_sent_away_for_others() {
        let places = places(1, 1);
        let first = come(&places, 1).unwrap();
        let at_work = first.busy();
        let mut waits = Box::pin(places.free());
        assert!(waits.as_mut().now_or_never().is_none() && !must_leave(&first));
        drop(at_work);
        assert!(waits.as_mut().now_or_never().is_none() && must_leave(&first));
        drop(first);
        assert!(waits.as_mut().now_or_never().is_some());
    }
}
