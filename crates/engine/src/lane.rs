//! Lanes: all work towards one connection, owned by one worker at a time.

mod brakes;
mod filling;
mod turns;
mod worker;

use std::sync::Arc;

use contract::store::Lease;
use model::{AnswerClass, ConnectionName, FlowName, Timestamp};
use tokio::sync::watch;

pub(crate) use brakes::Brakes;
pub use worker::Lane;

use crate::connection::{Claims, Line};
use crate::nodes::Held;
use crate::seams::Seams;
use crate::setup::{ActiveFlow, Setup, lane_of};
use crate::signals::Signals;

/// What the work on a bundle needs of its lane.
pub(crate) struct Work<'a> {
    pub seams: &'a Seams,
    pub setup: &'a Setup,
    pub signals: &'a Signals,
    pub claims: &'a Claims,
    brakes: &'a Brakes,
    lease: &'a Held,
    closing: &'a watch::Receiver<bool>,
}

impl Work<'_> {
    pub fn lease(&self) -> Lease {
        self.lease.lease()
    }

    /// The line of this lane, where the flow writes elsewhere by now.
    pub fn elsewhere<'w>(&'w self, active: &ActiveFlow) -> Option<&'w Arc<Line>> {
        let lane = self.lease().lane;
        match lane == lane_of(active.target.name()) {
            true => None,
            false => self.setup.lines.get(&ConnectionName::new(lane.as_str())),
        }
    }

    /// Whether this node still owns the lane as far as it knows: a write starts only then.
    pub fn lease_is_good(&self) -> bool {
        self.lease().until > self.seams.clock.now()
    }

    /// From when on the settle window counts of a write that was stored at that time.
    pub fn sent(&self, stored: Timestamp) -> Timestamp {
        self.lease().sent(stored)
    }

    /// Whether the lane is to end: what takes long stops at the next place where it can go on later.
    pub fn is_closing(&self) -> bool {
        *self.closing.borrow()
    }

    /// Tells the flow's brake how one of its tasks went.
    pub fn note_flow(&self, flow: &FlowName, class: Option<AnswerClass>) {
        self.brakes.note(flow, class, self.seams.clock.now());
    }

    /// Stores what the line's ledger counted. What cannot be stored now is stored with the next.
    pub async fn note_spending(&self, line: &Line) {
        line.tell_spending().await;
    }
}
