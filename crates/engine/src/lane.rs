//! Lanes: all work towards one connection, owned by one worker at a time.

mod brakes;
mod filling;
mod owner;
mod turns;
mod worker;

use std::sync::{Arc, Mutex};

use contract::store::Lease;
use model::{AnswerClass, ConnectionName, FlowName};
use tokio::sync::watch;

pub(crate) use brakes::Brakes;
pub use worker::Lane;

use crate::connection::{Claims, Line};
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
    lease: &'a Mutex<Lease>,
    closing: &'a watch::Receiver<bool>,
}

impl Work<'_> {
    pub fn lease(&self) -> Lease {
        self.lease.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// The line of this lane, where the flow writes elsewhere by now.
    pub fn elsewhere<'w>(&'w self, active: &ActiveFlow) -> Option<&'w Arc<Line>> {
        let lane = self.lease().lane;
        match lane == lane_of(active.target.name()) {
            true => None,
            false => self.setup.lines.get(&ConnectionName::new(lane.as_str())),
        }
    }

    /// Whether the lease outlives the longest call: a write starts only then.
    pub fn lease_is_good(&self) -> bool {
        self.lease().until > self.seams.clock.now() + owner::LONGEST_CALL
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
