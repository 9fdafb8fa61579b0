//! Reconciliations that are done by themselves, one after the other, each flow as often as it says.

use std::sync::Arc;
use std::time::Duration;

use contract::store::StoreError;
use model::Timestamp;
use model::reconciliation::{Run, RunState};

use super::run::{Ask, Outcome, reconcile};
use crate::seams::Seams;
use crate::setup::{ActiveFlow, Setup};

/// It is looked at least so often: somebody may have asked for a run, or let one go on.
const LOOK_EVERY: Duration = Duration::from_secs(600);
/// How long a run rests that a system refused.
const REST: Duration = Duration::from_secs(300);

pub(crate) struct Standing {
    pub seams: Seams,
    pub setup: Arc<Setup>,
    /// Those that one node works on.
    pub flows: Vec<Arc<ActiveFlow>>,
    pub owner: String,
}

impl Standing {
    /// Whether any flow wants it.
    pub fn is_wanted(flows: &[Arc<ActiveFlow>]) -> bool {
        flows.iter().any(|flow| flow.flow().reconcile.every.is_some())
    }

    /// Reconciles for as long as it is not dropped. It may be dropped at any await: a run goes on where it was stored.
    pub async fn run(self) {
        loop {
            let now = self.seams.clock.now();
            let mut next = now + LOOK_EVERY;
            for flow in &self.flows {
                match self.due(flow).await {
                    Ok(Some((due, ask))) if due <= now => next = next.min(self.reconcile(flow, &ask).await),
                    Ok(Some((due, _))) => next = next.min(due),
                    Ok(None) => {}
                    Err(error) => {
                        tracing::error!(%error, "it cannot be seen when a flow is to be reconciled")
                    }
                }
            }
            self.seams.clock.sleep_until(next).await;
        }
    }

    /// When the flow is to be reconciled next, and how: what was left is gone on with as it was begun.
    async fn due(&self, flow: &ActiveFlow) -> Result<Option<(Timestamp, Ask)>, StoreError> {
        let Some(every) = flow.flow().reconcile.every else { return Ok(None) };
        let last = self.seams.store.runs(Some(flow.name()), 1).await?.pop();
        let open = last.as_ref().filter(|run| run.ended.is_none());
        let ask = Ask {
            deep: open.is_some_and(|run| run.deep),
            since: open.and_then(|run| run.since),
            until: None,
            owner: self.owner.clone(),
            goes_on: false,
        };
        let due = last.map(|run| due(&run, every)).unwrap_or(Some(self.seams.clock.now()));
        Ok(due.map(|due| (due, ask)))
    }

    /// When to look again.
    async fn reconcile(&self, flow: &Arc<ActiveFlow>, ask: &Ask) -> Timestamp {
        let outcome = reconcile(&self.seams, &self.setup, flow, ask, &|_| {}).await;
        let now = self.seams.clock.now();
        match outcome {
            Ok(Outcome::Ran(run)) if run.state == RunState::Incomplete => now + REST,
            Ok(Outcome::Ran(_) | Outcome::Busy) => now + LOOK_EVERY,
            Err(error) => {
                tracing::error!(%error, flow = %flow.name(), "a reconciliation stops for a while");
                now + REST
            }
        }
    }
}

/// When the next one is due after that one; `None` while a person is asked.
fn due(last: &Run, every: Duration) -> Option<Timestamp> {
    match (last.ended, last.state) {
        (Some(_), _) => Some(last.started + every),
        (None, RunState::Asks) => None,
        (None, RunState::Incomplete) => Some(last.beat + REST),
        (None, RunState::Running | RunState::Done) => Some(last.beat),
    }
}
