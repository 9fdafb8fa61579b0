//! The worker of a lane: takes what is due, in bundles that are under way side by side.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use contract::store::{Due, Settlement, SettlementBatch, StoreError};
use futures_util::stream::{FuturesUnordered, StreamExt};
use model::task::{Kind, State};
use model::{Cause, FlowName, LaneName, TaskId, Timestamp};
use tokio::sync::watch;

use super::filling::Out;
use super::turns::{self, Turns, UnderWay};
use super::{Brakes, Work};
use crate::connection::{Admission, Line};
use crate::delivery::{Bundle, work};
use crate::nodes::{Held, Holdings};
use crate::seams::Seams;
use crate::setup::Setup;
use crate::signals::Signals;

/// How soon a lane looks again for what it put back, or did not take yet.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long a lane without work sleeps at most: it keeps its lease.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);
/// How long a lane rests when the store fails.
const STORE_PAUSE: Duration = Duration::from_secs(2);
/// Bundles are as large as the system's batches, within these bounds: small ones share reads too, and large ones would
/// hold too many documents.
const BUNDLE: std::ops::RangeInclusive<usize> = 10..=100;

/// One lane and what it works with.
pub struct Lane {
    pub name: LaneName,
    pub(crate) holdings: Arc<Holdings>,
    /// Its lease, until something failed under it.
    pub(crate) held: Option<Arc<Held>>,
    pub line: Arc<Line>,
    pub seams: Seams,
    pub setup: Arc<Setup>,
    pub signals: Signals,
    /// Set when the lane is to finish what is under way and give its lease back.
    pub closing: watch::Receiver<bool>,
}

impl Lane {
    /// Works until it is closed. Dropped at any await it leaves tasks and intents as if the process had died.
    pub async fn run(mut self) {
        while !*self.closing.borrow() {
            match self.own().await {
                Ok(()) => return,
                Err(error) => {
                    tracing::error!(lane = %self.name, %error, "the lane stops for a while");
                    let until = self.seams.clock.now() + STORE_PAUSE;
                    tokio::select! {
                        biased;
                        () = self.seams.clock.sleep_until(until) => {}
                        _ = self.closing.changed() => {}
                    }
                }
            }
        }
    }

    /// Takes the lease and works with it until the lane closes or the store fails.
    async fn own(&mut self) -> Result<(), StoreError> {
        let mut closing = self.closing.clone();
        let lease = match self.held.take() {
            Some(held) => held,
            None => tokio::select! {
                biased;
                lease = self.take() => lease?,
                _ = closing.changed() => return Ok(()),
            },
        };
        let brakes = Arc::new(Brakes::default());
        self.line.set_brakes(Some(brakes.clone()));
        let worked = self.work_with(&lease, &brakes).await;
        self.line.set_brakes(None);
        worked?;
        self.holdings.give_back(&lease).await
    }

    /// Takes the lane, waiting for as long as somebody else owns it.
    async fn take(&self) -> Result<Arc<Held>, StoreError> {
        loop {
            if let Some(held) = self.holdings.take(&self.name).await? {
                return Ok(held);
            }
            self.seams.clock.sleep_until(self.seams.clock.now() + self.holdings.ask_again()).await;
        }
    }

    async fn work_with(&mut self, lease: &Held, brakes: &Brakes) -> Result<(), StoreError> {
        let claims = self.line.claims.clone();
        let under = Work {
            seams: &self.seams,
            setup: &self.setup,
            signals: &self.signals,
            claims: &claims,
            brakes,
            lease,
            closing: &self.closing,
        };
        let mut closing = self.closing.clone();
        let (mut under_way, mut turns) = (UnderWay::default(), Turns::default());
        let files_at_once = turns::at_once(self.line.facts.limits.at_once);
        let mut out = Out::default();
        let mut bundles = FuturesUnordered::new();
        loop {
            lease.check()?;
            let is_closing = *closing.borrow();
            let mut next_look = self.seams.clock.now() + LOOK_EVERY;
            if !is_closing {
                match self.room(bundles.len()) {
                    Room::None => {}
                    Room::NotBefore(until) => next_look = next_look.max(until),
                    Room::For(bundles_free, size) => {
                        let limit = bundles_free * size;
                        let except = under_way.ids();
                        let now = self.seams.clock.now();
                        let dues = self.seams.store.due(&self.name, now, limit, &except).await?;
                        if dues.is_empty() && bundles.is_empty() {
                            next_look = self.next_work().await?;
                        }
                        let dues = self.hold_back(&under, dues).await?;
                        let (dues, wait) = turns.part(dues, &under_way, files_at_once, now);
                        self.let_wait(&under, &wait).await?;
                        let full = if self.line.facts.batch > 1 { size } else { 1 };
                        for bundle in bundled(dues, size) {
                            if !out.admits(&bundle, full, now) {
                                continue;
                            }
                            let begun = out.begin(&bundle, now);
                            let ids: Vec<TaskId> = bundle.dues.iter().map(|due| due.task.id).collect();
                            bundle.dues.iter().for_each(|due| under_way.begin(due));
                            let under = &under;
                            bundles.push(async move { (begun, ids, work(under, bundle).await) });
                        }
                    }
                }
            }
            if bundles.is_empty() && is_closing {
                return Ok(());
            }
            let ended = tokio::select! {
                biased;
                Some(ended) = bundles.next(), if !bundles.is_empty() => Some(ended),
                () = self.signals.lane_woken(&self.name), if !is_closing => None,
                () = self.seams.clock.sleep_until(next_look) => None,
                _ = closing.changed(), if !is_closing => None,
                () = lease.lost() => None,
            };
            if let Some((begun, ids, outcome)) = ended {
                out.end(&begun);
                ids.iter().for_each(|id| under_way.end(*id));
                outcome?;
            }
        }
    }

    /// When there will be work by itself; what is raised meanwhile wakes the lane.
    async fn next_work(&self) -> Result<Timestamp, StoreError> {
        let latest = self.seams.clock.now() + LONGEST_SLEEP;
        let due = self.seams.store.next_due(&self.name).await?;
        Ok(due.map_or(latest, |due| due.min(latest)))
    }

    /// How much more may be begun now.
    fn room(&self, under_way: usize) -> Room {
        let facts = &self.line.facts;
        let size = facts.batch.clamp(*BUNDLE.start(), *BUNDLE.end());
        let most = facts.limits.at_once.max(1) as usize * 2;
        match self.line.breaker.admission(self.seams.clock.now()) {
            Admission::Free if under_way < most => Room::For(most - under_way, size),
            Admission::Probe if under_way == 0 => Room::For(1, 1),
            Admission::Free | Admission::Probe => Room::None,
            Admission::Paused(until) => Room::NotBefore(until),
        }
    }

    /// Puts back the tasks of files whose turn has not come.
    async fn let_wait(&self, under: &Work<'_>, wait: &[(Due, Timestamp)]) -> Result<(), StoreError> {
        if wait.is_empty() {
            return Ok(());
        }
        let settlements = wait.iter().map(|(due, until)| turns::waits(due, *until)).collect();
        let batch = SettlementBatch { at: self.seams.clock.now(), settlements, calls: Vec::new() };
        self.seams.store.settle(&under.lease(), batch).await.map(|_| ())
    }

    /// Puts back the tasks of flows that are braked, but for one probe.
    async fn hold_back(&self, under: &Work<'_>, dues: Vec<Due>) -> Result<Vec<Due>, StoreError> {
        let now = self.seams.clock.now();
        let mut probed: BTreeSet<FlowName> = BTreeSet::new();
        let (mut go, mut held) = (Vec::with_capacity(dues.len()), Vec::new());
        for due in dues {
            match under.brakes.admission(&due.task.flow, now) {
                Admission::Free => go.push(due),
                Admission::Probe if probed.insert(due.task.flow.clone()) => go.push(due),
                Admission::Probe => held.push((due, now + LOOK_EVERY)),
                Admission::Paused(until) => held.push((due, until)),
            }
        }
        if !held.is_empty() {
            let settlements = held.iter().map(|(due, until)| held_back(due, *until)).collect();
            let batch = SettlementBatch { at: now, settlements, calls: Vec::new() };
            self.seams.store.settle(&under.lease(), batch).await?;
        }
        Ok(go)
    }
}

enum Room {
    None,
    NotBefore(Timestamp),
    /// So many bundles of that size.
    For(usize, usize),
}

fn held_back(due: &Due, until: Timestamp) -> Settlement {
    let last = due.task.cause.clone().filter(|cause| cause.code != "engine.flow_braked");
    Settlement {
        state: if due.intent.is_some() { State::Unknown } else { State::Waiting },
        cause: Some(last.unwrap_or_else(|| Cause::new("engine.flow_braked").with("flow", &due.task.flow))),
        ..Settlement::of(&due.task, due.task.want, until)
    }
}

/// What goes together: whether there are intents, and whose mapping it is, too.
type Group = (FlowName, Kind, bool, Option<Timestamp>);

/// Bundles of one flow and kind, in the order in which their first task was due. A bundle holds intents that are to be
/// looked into, or none: looks come first and end soon.
fn bundled(dues: Vec<Due>, size: usize) -> Vec<Bundle> {
    let mut bundles: Vec<Bundle> = Vec::new();
    let mut open: BTreeMap<Group, usize> = BTreeMap::new();
    for due in dues {
        let group = (due.task.flow.clone(), due.task.kind, due.intent.is_some(), due.task.as_of);
        let at = open.get(&group).copied().filter(|&at| bundles[at].dues.len() < size);
        match at {
            Some(at) => bundles[at].dues.push(due),
            None => {
                let (flow, kind, _, as_of) = group.clone();
                open.insert(group, bundles.len());
                bundles.push(Bundle { flow, kind, as_of, dues: vec![due] });
            }
        }
    }
    bundles
}
