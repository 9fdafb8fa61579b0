//! Reconciliation (对账): whether both sides of a flow agree now, record by record, field by field.
//!
//! A run has four stages. What differed before is looked at again; then each side is held against what is known of it,
//! here (the source against the stored records) and there (the target against the links and what they last agreed on);
//! last, the store tells by itself what failed and how many agree. Sides are asked cheaply: how many documents have
//! their version in a span of time, and only where that is another number than is known, the span is divided and in the
//! end listed. A deep run reads and compares everything. Where a run stands is stored with what it found, so that it
//! goes on there after a restart.
//!
//! It reads and proposes. Nothing is written to any system but by [`repair`], which people ask for; what a list does not
//! show counts as gone only once it was asked for by its id; a list that fails, or is shorter than was counted, ends the
//! run as incomplete and says nothing of what it did not show; and when more is gone than is likely, the run asks before
//! it goes on.

mod compare;
mod face;
mod gone;
mod here;
mod known;
mod listing;
mod pass;
pub mod repair;
mod run;
mod spans;
mod standing;
mod stored;
mod sweep;
mod there;
mod walk;

use contract::connector::Refusal;
use contract::store::{Pair, StoreError};
use model::Cause;

pub use run::{Ask, Outcome, reconcile};
pub(crate) use standing::Standing;
pub(crate) use sweep::Standing as StandingSweeps;
pub use sweep::{SweepAsk, SweepOutcome, let_rest, sweep};

use crate::setup::ActiveFlow;

/// What keeps a run from going on.
#[derive(Debug)]
enum Trouble {
    Store(StoreError),
    Refused(Refusal),
    /// A list is shorter than was counted.
    Short(Cause),
    /// More is gone than is likely.
    Much(Cause),
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Trouble {
        Trouble::Store(error)
    }
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Trouble {
        Trouble::Refused(refusal)
    }
}

/// What a flow's reconciliation is about.
fn pair_of(flow: &ActiveFlow) -> Pair {
    let (source, target) = (&flow.flow().source, &flow.flow().target);
    Pair {
        flow: flow.name().clone(),
        source: (source.connection.clone(), source.object.clone()),
        target: (target.connection.clone(), target.object.clone()),
    }
}
