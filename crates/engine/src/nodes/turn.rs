//! Working on a group for as long as it is this node's turn.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, FusedFuture};
use model::LaneName;
use tokio::sync::watch;

use super::{Group, Held, Holdings};
use crate::engine::all_of;
use crate::seams::Seams;
use crate::setup::lane_of;
use crate::signals::Signals;

/// What a group is worked on with.
pub(crate) struct Turns {
    pub seams: Seams,
    pub holdings: Arc<Holdings>,
    pub signals: Signals,
    pub group: Group,
}

/// Makes the parts of a group under the leases of its turn.
type PartsOf = Box<dyn Fn(&Leases, &watch::Receiver<bool>) -> Vec<BoxFuture<'static, ()>> + Send + Sync>;

/// What a turn is worked under.
pub(crate) struct Leases {
    pub group: Arc<Held>,
    pub lanes: BTreeMap<LaneName, Arc<Held>>,
}

impl Turns {
    /// Lets the parts of the group work whenever this node holds it, until the engine closes.
    pub async fn run(self, parts_of: PartsOf, mut closing: watch::Receiver<bool>) {
        loop {
            let held = tokio::select! {
                biased;
                _ = closing.wait_for(|closing| *closing) => return,
                held = self.taken() => held,
            };
            let ended_in_order = self.turn(&held, &parts_of, &mut closing).await;
            if ended_in_order && let Err(error) = self.holdings.give_back(&held).await {
                tracing::warn!(%error, "what this node worked on is free for others only once its lease ends");
            }
            drop(held);
            if *closing.borrow() {
                return;
            }
            // The others ask first.
            self.seams.clock.sleep_until(self.seams.clock.now() + self.holdings.ask_again() * 2).await;
        }
    }

    /// One turn; whether all of it was worked to its end. Where the group is lost everything is left as if the process had
    /// died.
    async fn turn(&self, held: &Arc<Held>, parts_of: &PartsOf, closing: &mut watch::Receiver<bool>) -> bool {
        // Whoever worked on one of the connections before, in another group, is done with it once its lane is free.
        let lanes = tokio::select! {
            biased;
            () = held.lost() => return false,
            _ = closing.wait_for(|closing| *closing) => return true,
            lanes = self.lanes() => lanes,
        };
        let (close, closes) = watch::channel(false);
        let leases = Leases { group: held.clone(), lanes };
        let mut working = std::pin::pin!(all_of(parts_of(&leases, &closes)).fuse());
        self.signals.work_here(&self.group.connections, held);
        // From here on each is its lane's.
        drop(leases);
        let is_lost = tokio::select! {
            biased;
            () = held.lost() => true,
            _ = closing.wait_for(|closing| *closing) => false,
            () = held.asked_back() => false,
            () = &mut working => false,
        };
        close.send_replace(true);
        // From here on callers are sent elsewhere; those that are being served are waited for.
        self.signals.work_elsewhere(&self.group.connections);
        let ends = async {
            if !working.is_terminated() {
                (&mut working).await;
            }
            self.signals.served_to_the_end(&self.group.connections).await;
        };
        !is_lost && {
            tokio::select! {
                biased;
                () = held.lost() => false,
                () = ends => true,
            }
        }
    }

    /// The lease of the group.
    async fn taken(&self) -> Arc<Held> {
        let (clock, again) = (&self.seams.clock, self.holdings.ask_again());
        loop {
            if self.holdings.may_take_more() {
                match self.holdings.take(&self.group.lease()).await {
                    Ok(Some(held)) => return held,
                    Ok(None) => {}
                    Err(error) => tracing::error!(%error, "it cannot be seen whether anybody works on it"),
                }
            }
            clock.sleep_until(clock.now() + again).await;
        }
    }

    /// The leases of the group's lanes, each waited for.
    async fn lanes(&self) -> BTreeMap<LaneName, Arc<Held>> {
        let (clock, again) = (&self.seams.clock, self.holdings.ask_again());
        let mut lanes = BTreeMap::new();
        for lane in self.group.connections.iter().map(lane_of) {
            loop {
                match self.holdings.take(&lane).await {
                    Ok(Some(held)) => break drop(lanes.insert(lane, held)),
                    Ok(None) => {}
                    Err(error) => {
                        tracing::error!(%error, %lane, "it cannot be seen whether anybody works on it")
                    }
                }
                clock.sleep_until(clock.now() + again).await;
            }
        }
        lanes
    }
}
