//! What a node holds: its leases, renewed all together for as long as it is alive.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use contract::store::{Beat, Lease, Node, StoreError};
use model::{LaneName, Timestamp};
use tokio::sync::watch;

use crate::seams::Seams;

/// How long a lease lasts beside others: so long after a node died, another one takes over.
const SHORT: Duration = Duration::from_secs(8);
/// How long the lease of an engine lasts that is alone on its store: nobody waits for it, and a disk may rest.
const LONG: Duration = Duration::from_secs(600);

/// How often a node asks for what others hold.
const ASK_EVERY: Duration = Duration::from_secs(1);
const ASK_ALONE_EVERY: Duration = Duration::from_secs(15);

/// The leases of one engine.
pub(crate) struct Holdings {
    seams: Seams,
    owner: String,
    /// What people call this node, and its version.
    known_as: (String, String),
    /// Whether other nodes may work on the same store.
    has_others: bool,
    started: Timestamp,
    /// What is worked under. What nobody works under any more is renewed no more.
    held: Mutex<BTreeMap<LaneName, Weak<Held>>>,
    /// What this node does for all.
    for_all: Mutex<BTreeMap<LaneName, Arc<Held>>>,
    /// How many groups there are, and who was alive at the last beat.
    share: Mutex<Share>,
}

#[derive(Default)]
struct Share {
    groups: usize,
    /// For each node that is alive how many groups it works on.
    alive: BTreeMap<String, usize>,
}

/// A lease that is held, for as long as it is.
pub(crate) struct Held {
    state: watch::Sender<HeldState>,
}

#[derive(Clone)]
struct HeldState {
    lease: Lease,
    is_lost: bool,
    /// Whether another node has less than its share, and this is to be given to it.
    is_asked_back: bool,
}

impl Held {
    fn new(lease: Lease) -> Held {
        Held { state: watch::Sender::new(HeldState { lease, is_lost: false, is_asked_back: false }) }
    }

    #[cfg(test)]
    pub fn for_tests() -> Held {
        let (lane, owner) = (LaneName::new("$group:crm"), "甲".to_owned());
        let (until, since, others_until) = (Timestamp(i64::MAX), Timestamp(0), Timestamp(0));
        Held::new(Lease { lane, owner, epoch: 1, until, since, others_until })
    }

    /// As it was renewed last.
    pub fn lease(&self) -> Lease {
        self.state.borrow().lease.clone()
    }

    /// [`StoreError::Stale`] once somebody else took it.
    pub fn check(&self) -> Result<(), StoreError> {
        let state = self.state.borrow();
        match state.is_lost {
            false => Ok(()),
            true => Err(StoreError::Stale { lane: state.lease.lane.to_string(), epoch: state.lease.epoch }),
        }
    }

    /// Until somebody else took it.
    pub async fn lost(&self) {
        self.until(|state| state.is_lost).await;
    }

    /// Until another node is to have it.
    pub async fn asked_back(&self) {
        self.until(|state| state.is_asked_back).await;
    }

    async fn until(&self, is_so: impl FnMut(&HeldState) -> bool) {
        let mut state = self.state.subscribe();
        // The sender is ours: it does not end while this is borrowed.
        let _ = state.wait_for(is_so).await;
    }

    fn change(&self, change: impl FnOnce(&mut HeldState)) {
        self.state.send_modify(change);
    }
}

impl Holdings {
    pub fn new(seams: Seams, owner: String) -> Holdings {
        let started = seams.clock.now();
        Holdings {
            seams,
            owner,
            known_as: Default::default(),
            has_others: false,
            started,
            held: Mutex::default(),
            for_all: Mutex::default(),
            share: Mutex::default(),
        }
    }

    /// The same, under the name by which people know it.
    pub fn known_as(self, name: String, version: String) -> Holdings {
        Holdings { known_as: (name, version), ..self }
    }

    /// The same, of a node beside others.
    pub fn beside_others(self, name: String, version: String) -> Holdings {
        Holdings { has_others: true, ..self.known_as(name, version) }
    }

    /// As leases name it.
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// Whether other nodes may work on the same store.
    pub fn has_others(&self) -> bool {
        self.has_others
    }

    fn length(&self) -> Duration {
        if self.has_others() { SHORT } else { LONG }
    }

    /// How long to wait before asking again for what somebody else holds.
    pub fn ask_again(&self) -> Duration {
        if self.has_others() { ASK_EVERY } else { ASK_ALONE_EVERY }
    }

    /// Renews what is held, again and again, and says that this node is alive. Never ends; dropped, what is held ends by
    /// itself.
    pub async fn keep(&self) {
        loop {
            let wait = match self.beat().await {
                Ok(()) => self.length() / 4,
                Err(error) => {
                    tracing::error!(%error, "what this node works on cannot be renewed");
                    self.length() / 8
                }
            };
            self.seams.clock.sleep_until(self.seams.clock.now() + wait).await;
        }
    }

    async fn beat(&self) -> Result<(), StoreError> {
        let (clock, now) = (&self.seams.clock, self.seams.clock.now());
        // A server that does not answer is no reason to wait for longer than a lease lasts.
        tokio::select! {
            biased;
            beaten = self.beaten(now) => beaten,
            () = clock.sleep_until(now + self.length() / 2) => {
                Err(StoreError::Unreachable("no answer came in time".into()))
            }
        }
    }

    async fn beaten(&self, now: Timestamp) -> Result<(), StoreError> {
        let store = &self.seams.store;
        let until = now + self.length();
        let (name, version) = self.known_as.clone();
        let node = Node {
            owner: self.owner.clone(),
            name,
            version,
            started: self.started,
            seen: now,
            until,
            groups: self.groups_held(),
        };
        let asked = self.live();
        let named = asked.iter().map(|held| held.lease()).map(|lease| (lease.lane, lease.epoch)).collect();
        let kept: BTreeMap<LaneName, i64> =
            store.beat(&Beat { node, held: named, now }).await?.into_iter().collect();
        for held in asked {
            let Lease { lane, epoch, .. } = held.lease();
            match kept.get(&lane) == Some(&epoch) {
                true => held.change(|state| state.lease.until = state.lease.until.max(until)),
                false => {
                    tracing::warn!(%lane, "another node works on it now");
                    held.change(|state| state.is_lost = true);
                    self.forget(&lane, epoch);
                }
            }
        }
        if self.has_others() {
            let alive = store.nodes().await?.into_iter().filter(|node| node.is_alive(now));
            self.share().alive = alive.map(|node| (node.owner, node.groups)).collect();
            self.ask_back();
        }
        Ok(())
    }

    /// Says how many groups there are to be shared out.
    pub fn set_groups(&self, groups: usize) {
        self.share().groups = groups;
    }

    /// Whether this node works on less than its share.
    pub fn may_take_more(&self) -> bool {
        let mine = self.groups_held();
        !self.has_others() || mine < self.share().most()
    }

    /// One group more than the share is given to whoever has less than the others; one after the other.
    fn ask_back(&self) {
        let (most, least) = {
            let share = self.share();
            let others = share.alive.iter().filter(|(owner, _)| **owner != self.owner);
            (share.most(), others.map(|(_, groups)| *groups).min())
        };
        let mut groups = self.live();
        groups.retain(|held| is_group(&held.lease().lane));
        let is_needed = least.is_some_and(|least| least < most && groups.len() > most);
        let is_asked = groups.iter().any(|held| held.state.borrow().is_asked_back);
        if let Some(last) = groups.last().filter(|_| is_needed && !is_asked) {
            last.change(|state| state.is_asked_back = true);
        }
    }

    /// Takes a lease where it is free.
    pub async fn take(&self, name: &LaneName) -> Result<Option<Arc<Held>>, StoreError> {
        let now = self.seams.clock.now();
        let lease = self.seams.store.lease(name, &self.owner, now, now + self.length()).await?;
        Ok(lease.map(|lease| {
            let held = Arc::new(Held::new(lease));
            self.held().insert(name.clone(), Arc::downgrade(&held));
            held
        }))
    }

    /// Whether this is done here: what one node does for all is taken where it is free, and kept.
    pub async fn is_mine(&self, name: &LaneName) -> Result<bool, StoreError> {
        let now = self.seams.clock.now();
        let is_held =
            self.for_all().get(name).is_some_and(|held| held.check().is_ok() && held.lease().until > now);
        if is_held {
            return Ok(true);
        }
        let taken = self.take(name).await?;
        let is_mine = taken.is_some();
        match taken {
            Some(held) => self.for_all().insert(name.clone(), held),
            None => self.for_all().remove(name),
        };
        Ok(is_mine)
    }

    /// Gives a lease back, so that others have it at once. Only for what was worked under to its end: who drops a lease
    /// instead leaves it to end, and the next owner knows that calls may be under way.
    pub async fn give_back(&self, held: &Held) -> Result<(), StoreError> {
        let lease = held.lease();
        self.forget(&lease.lane, lease.epoch);
        self.seams.store.release(&lease).await
    }

    /// Gives back what this node does for all, as the engine ends.
    pub async fn leave(&self) -> Result<(), StoreError> {
        let for_all = std::mem::take(&mut *self.for_all());
        for held in for_all.values() {
            self.give_back(held).await?;
        }
        self.seams.store.leave(&self.owner).await
    }

    fn forget(&self, name: &LaneName, epoch: i64) {
        let mut held = self.held();
        if held.get(name).and_then(Weak::upgrade).is_some_and(|held| held.lease().epoch == epoch) {
            held.remove(name);
        }
    }

    /// What is worked under, by name.
    fn live(&self) -> Vec<Arc<Held>> {
        let mut held = self.held();
        held.retain(|_, held| held.strong_count() > 0);
        held.values().filter_map(Weak::upgrade).collect()
    }

    fn groups_held(&self) -> usize {
        self.live().iter().filter(|held| is_group(&held.lease().lane)).count()
    }

    fn for_all(&self) -> MutexGuard<'_, BTreeMap<LaneName, Arc<Held>>> {
        self.for_all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn held(&self) -> MutexGuard<'_, BTreeMap<LaneName, Weak<Held>>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn share(&self) -> MutexGuard<'_, Share> {
        self.share.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Share {
    /// The most groups that one node works on while others are there.
    fn most(&self) -> usize {
        self.groups.div_ceil(self.alive.len().max(1))
    }
}

fn is_group(name: &LaneName) -> bool {
    name.as_str().starts_with("$group:")
}
