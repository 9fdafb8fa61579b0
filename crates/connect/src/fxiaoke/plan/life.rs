//! The life of records: voided, recovered and deleted, locked and unlocked, closed to us while an approval runs
//! (`protocols/fxiaoke.md §4.3`, `§4.5`).

use contract::connector::{Found, PlanAsk, Refusal};
use model::step::{Action, Step};
use model::{AnswerClass, Cause, Map};

use super::{INVALID, LOCK, RECOVER, UNLOCK, shown, step};
use crate::fxiaoke::options;
use crate::fxiaoke::record::{DELETED, LOCKED};

/// 审核中 and 变更中: nobody may change the record until its approval ends, which it does by itself.
const IN_APPROVAL: [&str; 2] = ["under_review", "in_change"];

/// A wanted status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::fxiaoke) enum Wanted {
    /// `normal`: open to people.
    Open,
    Locked,
}

impl Wanted {
    pub(super) fn of(status: Option<&str>) -> Result<Option<Wanted>, Cause> {
        match status {
            None => Ok(None),
            Some("normal") => Ok(Some(Wanted::Open)),
            Some(LOCKED) => Ok(Some(Wanted::Locked)),
            Some(other) => Err(Cause::new("fxiaoke.status_unknown").with("status", other)),
        }
    }
}

/// What is done for a record that is void at its source. `delete` voids first: the vendor deletes voided records only.
pub(super) fn void(ask: &PlanAsk<'_>, transition: &str) -> Result<Vec<Step>, Refusal> {
    let deletes = match transition {
        INVALID | "作废" => false,
        "delete" | "删除" => true,
        other => return Err(Cause::new("fxiaoke.transition_unknown").with("transition", other).into()),
    };
    let Some(observed) = ask.observed.filter(|observed| !is_deleted(observed)) else { return Ok(Vec::new()) };
    let mut steps = Vec::new();
    if !observed.void {
        refuse_in_approval(observed)?;
        refuse_locked(observed, ask.options)?;
        steps.push(self::transition(ask, Some(observed), INVALID));
    }
    if deletes {
        steps.push(Step { action: Action::Delete, ..step(ask, Some(observed)) });
    }
    Ok(steps)
}

/// What brings a voided record back to life. It is alive at its source, so it is never passed over: who voided it must
/// decide, unless the flow says `on_voided: recover`.
pub(super) fn revive(ask: &PlanAsk<'_>, observed: &Found) -> Result<Option<Step>, Cause> {
    match observed.void {
        false => Ok(None),
        true if options::recovers(ask.options) && !is_deleted(observed) => {
            Ok(Some(transition(ask, Some(observed), RECOVER)))
        }
        true => Err(Cause::new("fxiaoke.voided").with("record", shown(observed))),
    }
}

/// The edits, unlocked before and locked after them where the flow says what the lock is to be.
pub(super) fn around(
    ask: &PlanAsk<'_>,
    observed: &Found,
    wanted: Option<Wanted>,
    revival: Option<Step>,
    edits: Vec<Step>,
) -> Result<Vec<Step>, Refusal> {
    let was_locked = observed.status.as_deref() == Some(LOCKED);
    let unlocks = was_locked && (wanted == Some(Wanted::Open) || (wanted.is_some() && !edits.is_empty()));
    let locks = wanted == Some(Wanted::Locked) && (!was_locked || unlocks);
    if !edits.is_empty() && !unlocks {
        refuse_locked(observed, ask.options)?;
    }
    let steps: Vec<Step> = (revival.into_iter())
        .chain(unlocks.then(|| transition(ask, Some(observed), UNLOCK)))
        .chain(edits)
        .chain(locks.then(|| transition(ask, Some(observed), LOCK)))
        .collect();
    if !steps.is_empty() {
        refuse_in_approval(observed)?;
    }
    Ok(steps)
}

pub(in crate::fxiaoke) fn transition(ask: &PlanAsk<'_>, observed: Option<&Found>, name: &str) -> Step {
    Step { action: Action::Transition(name.to_owned()), ..step(ask, observed) }
}

fn is_deleted(observed: &Found) -> bool {
    observed.status.as_deref() == Some(DELETED)
}

fn refuse_locked(observed: &Found, options: &Map) -> Result<(), Cause> {
    let is_locked = observed.status.as_deref() == Some(LOCKED);
    if is_locked && !options::is_set(options, options::SKIP_STATUS) {
        return Err(Cause::new("fxiaoke.locked").with("record", shown(observed)));
    }
    Ok(())
}

/// Of the class `transient`: an approval ends without us, so that the record is waited for and nobody is called.
fn refuse_in_approval(observed: &Found) -> Result<(), Refusal> {
    match observed.status.as_deref().filter(|status| IN_APPROVAL.contains(status)) {
        None => Ok(()),
        Some(status) => {
            let cause =
                Cause::new("fxiaoke.in_approval").with("record", shown(observed)).with("status", status);
            Err(Refusal::new(AnswerClass::Transient, cause))
        }
    }
}
