//! A run from its beginning, or from where it stopped, to its end.

use std::sync::Arc;
use std::time::Duration;

use contract::store::{Beginning, StoreError};
use model::reconciliation::{Run, RunState, Stage};
use model::{Cause, Timestamp};

use super::pass::Pass;
use super::{Trouble, here, stored, there, walk};
use crate::seams::Seams;
use crate::setup::{ActiveFlow, Setup};

/// A run that nobody got on with for so long was left.
const LEFT_AFTER: Duration = Duration::from_secs(300);

/// How a flow is to be reconciled.
#[derive(Debug, Clone)]
pub struct Ask {
    /// Whether everything is read and compared.
    pub deep: bool,
    /// Only what changed since then, and until then, is asked of the systems.
    pub since: Option<Timestamp>,
    pub until: Option<Timestamp>,
    /// Who does it: another who is at it is left alone.
    pub owner: String,
    /// Whether a run that asks since much is gone goes on.
    pub goes_on: bool,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Somebody else is at it.
    Busy,
    /// How far it got. Only one that is done says how many agree.
    Ran(Box<Run>),
}

/// Reconciles a flow that brings documents over; goes on with a run of the same kind that was left. `told` hears of each
/// step forward.
///
/// # Errors
/// Only those of the store. What a system refuses leaves the run [`RunState::Incomplete`], with the cause.
pub async fn reconcile(
    seams: &Seams,
    setup: &Setup,
    flow: &Arc<ActiveFlow>,
    ask: &Ask,
    told: &(dyn Fn(&Run) + Sync),
) -> Result<Outcome, StoreError> {
    let Some(run) = take_up(seams, flow, ask).await? else { return Ok(Outcome::Busy) };
    if run.state == RunState::Asks {
        return Ok(Outcome::Ran(Box::new(run)));
    }
    let mut pass = Pass::new(seams, flow, ask.owner.clone(), run, told).await?;
    let (state, cause) = match stages(&mut pass, setup).await {
        Ok(()) => (RunState::Done, None),
        Err(Trouble::Store(error)) => return Err(error),
        Err(Trouble::Refused(refusal)) => (RunState::Incomplete, Some(refusal.cause)),
        Err(Trouble::Short(cause)) => (RunState::Incomplete, Some(cause)),
        Err(Trouble::Much(cause)) => (RunState::Asks, Some(cause)),
    };
    if state != RunState::Done {
        pass.forget_unsaved();
    }
    pass.save_as(state, cause).await?;
    let run = pass.into_run();
    tell(&run);
    Ok(Outcome::Ran(Box::new(run)))
}

async fn take_up(seams: &Seams, flow: &ActiveFlow, ask: &Ask) -> Result<Option<Run>, StoreError> {
    let now = seams.clock.now();
    let grace = now - flow.flow().reconcile.grace;
    let until = ask.until.map_or(grace, |until| until.min(grace));
    let beginning = Beginning {
        flow: flow.name().clone(),
        deep: ask.deep,
        since: ask.since,
        until,
        is_until_asked: ask.until.is_some(),
        owner: ask.owner.clone(),
        now,
        stale: now - LEFT_AFTER,
    };
    let run = seams.store.take_up_run(&beginning).await?;
    match run {
        Some(run) if run.state == RunState::Asks && ask.goes_on => {
            seams.store.let_go_on(run.id).await?;
            seams.store.take_up_run(&beginning).await
        }
        run => Ok(run),
    }
}

async fn stages(pass: &mut Pass<'_>, setup: &Setup) -> Result<(), Trouble> {
    let here = here::face(pass, setup).await?;
    let there = there::face(pass);
    if pass.stage() <= Stage::Again {
        there::again(pass, &there).await?;
        if let Some((face, bounds)) = &here {
            here::again(pass, face, *bounds).await?;
        }
        stored::again(pass).await?;
        pass.go_to(Stage::Here).await?;
    }
    if pass.stage() <= Stage::Here {
        if let Some((face, bounds)) = &here {
            walk::walk(pass, face, *bounds).await?;
        }
        pass.go_to(Stage::There).await?;
    }
    if pass.stage() <= Stage::There {
        let bounds = there::bounds(pass);
        walk::walk(pass, &there, bounds).await?;
        pass.go_to(Stage::Stored).await?;
    }
    stored::at_odds(pass).await?;
    stored::sum_up(pass).await
}

fn tell(run: &Run) {
    let (flow, state, open) = (&run.flow, run.state.name(), run.sum.open());
    let code = run.cause.as_ref().map(|cause: &Cause| cause.code.to_string()).unwrap_or_default();
    tracing::info!(%flow, state, open, %code, "a reconciliation ended or stands still");
}
