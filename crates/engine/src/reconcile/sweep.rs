//! The sweep of an object's ids (清点): whether everything its source holds is known here, and whether everything that is
//! known is still there. A cursor reads what its source shows as changed; a sweep proves that this was all.
//!
//! It is about an object of a connection as it is read for all flows together, whatever these make of it. Spans of time
//! are counted first, and listed only where the number is another than is known; a deep sweep lists every id, and each
//! seventh is deep, since a count does not tell one that is missing from one that is gone at the same time.
//!
//! What is there and not known is wished for: to read is safe. What is known and not there is kept for people to see, and
//! that is all: no record is voided by it and no task is raised. Only what was asked for by its id and is absent counts as
//! gone; a list that fails, or holds another number than was counted, says nothing; and when more is gone than is likely,
//! the sweep stops and asks.

mod again;
mod bounds;
mod hold;
mod over;
mod pass;
mod standing;

use std::time::Duration;

use contract::store::{StoreError, SweepBeginning};
use model::Cause;
use model::audit::AuditEntry;
use model::reconciliation::RunState;
use model::record::RecordKey;
use model::sweep::{ObjectOf, Sweep};

pub(crate) use self::standing::Standing;

use self::pass::Pass;
use super::Trouble;
use super::face::Face;
use crate::engine::can_be_asked;
use crate::reading::ObjectReading;
use crate::seams::Seams;
use crate::setup::Setup;

/// A sweep that nobody got on with for so long was left.
const LEFT_AFTER: Duration = Duration::from_secs(300);
/// So many sweeps in a row go by counts; the next one is deep.
const BY_COUNTS: usize = 6;

/// How an object is to be swept.
#[derive(Debug, Clone)]
pub struct SweepAsk {
    /// Whether every id is listed; `None` where it is its turn.
    pub deep: Option<bool>,
    /// Who does it: another who is at it is left alone.
    pub owner: String,
    /// Whether a sweep that asks since much is gone goes on.
    pub goes_on: bool,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SweepOutcome {
    /// Somebody else is at it.
    Busy,
    /// There is nothing to be asked: the reason.
    Cannot(Cause),
    /// How far it got.
    Swept(Box<Sweep>),
}

/// Sweeps an object that flows read; goes on with a sweep that was left. `told` hears of each step forward.
///
/// # Errors
/// Only those of the store. What a system refuses leaves the sweep [`RunState::Incomplete`], with the cause.
pub async fn sweep(
    seams: &Seams,
    setup: &Setup,
    of: &ObjectOf,
    ask: &SweepAsk,
    told: &(dyn Fn(&Sweep) + Sync),
) -> Result<SweepOutcome, StoreError> {
    let cannot = |code: &'static str| {
        Ok(SweepOutcome::Cannot(Cause::new(code).with("connection", &of.0).with("object", &of.1)))
    };
    let reading = ObjectReading::of(setup, &of.0, &of.1).filter(|_| setup.objects_read().contains(of));
    let Some(reading) = reading else { return cannot("sweep.not_wanted") };
    let line = reading.line.clone();
    if !can_be_asked(&line) {
        return cannot("sweep.cannot_be_asked");
    }
    let bounds = bounds::of(seams, setup, of, &reading).await?;
    let Some(bounds) = bounds else { return cannot("sweep.never_read") };
    let Some(sweep) = take_up(seams, of, ask, bounds.until).await? else { return Ok(SweepOutcome::Busy) };
    if sweep.state == RunState::Asks {
        return Ok(SweepOutcome::Swept(Box::new(sweep)));
    }
    let face = Face::swept(seams, reading, (&line, of.1.as_str()));
    let mut pass = Pass::new(seams, &face, ask.owner.clone(), sweep, told);
    let (state, cause) = match stages(&mut pass, bounds).await {
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
    let sweep = pass.sweep;
    tell(&sweep);
    Ok(SweepOutcome::Swept(Box::new(sweep)))
}

async fn stages(pass: &mut Pass<'_>, bounds: bounds::Bounds) -> Result<(), Trouble> {
    if !pass.sweep.place.looked_again {
        again::again(pass).await?;
    }
    over::all(pass, bounds).await
}

async fn take_up(
    seams: &Seams,
    of: &ObjectOf,
    ask: &SweepAsk,
    until: model::Timestamp,
) -> Result<Option<Sweep>, StoreError> {
    let now = seams.clock.now();
    let deep = match ask.deep {
        Some(deep) => deep,
        None => is_next_deep(&seams.store.sweeps(Some(of), BY_COUNTS + 1).await?),
    };
    let owner = ask.owner.clone();
    let beginning = SweepBeginning { of: of.clone(), deep, until, owner, now, stale: now - LEFT_AFTER };
    let sweep = seams.store.take_up_sweep(&beginning).await?;
    match sweep {
        Some(sweep) if sweep.state == RunState::Asks && ask.goes_on => {
            seams.store.let_sweep_go_on(sweep.id).await?;
            seams.store.take_up_sweep(&beginning).await
        }
        sweep => Ok(sweep),
    }
}

/// Lets what is gone rest (all of the object's where no ids are named), and notes who said so. How many there were.
///
/// # Errors
/// Those of the store.
pub async fn let_rest(
    seams: &Seams,
    of: &ObjectOf,
    ids: &[String],
    reason: &str,
    by: &str,
) -> Result<u64, StoreError> {
    let count = seams.store.let_rest(of, ids, reason).await?;
    if count > 0 {
        let about = match ids {
            [id] => AuditEntry::about_record(&RecordKey::new(&of.0, &of.1, id.as_str())),
            _ => String::new(),
        };
        let what = Cause::new("audit.gone_rests").with("connection", &of.0).with("object", &of.1);
        let what = what.with("count", count).with("reason", reason);
        let entry = AuditEntry { at: seams.clock.now(), by: by.to_owned(), what, about };
        seams.store.note(&[entry]).await?;
    }
    Ok(count)
}

/// Whether the next sweep lists every id, after these; the newest is the first. One that was left keeps its depth.
fn is_next_deep(last: &[Sweep]) -> bool {
    match last.first() {
        Some(left) if left.ended.is_none() => left.deep,
        _ => {
            let by_counts = last.iter().filter(|sweep| sweep.state == RunState::Done && !sweep.deep).count();
            by_counts >= BY_COUNTS && !last.iter().take(BY_COUNTS).any(|sweep| sweep.deep)
        }
    }
}

fn tell(sweep: &Sweep) {
    let ((connection, object), state, sum) = (&sweep.of, sweep.state.name(), sweep.sum);
    let code = sweep.cause.as_ref().map(|cause| cause.code.to_string()).unwrap_or_default();
    let (there, here, missing, gone) = (sum.there, sum.here, sum.missing, sum.gone);
    match sweep.state {
        RunState::Done => {
            tracing::info!(%connection, %object, there, here, missing, gone, "the ids of an object were swept");
        }
        _ => tracing::warn!(%connection, %object, state, %code, "a sweep stands still"),
    }
}

#[cfg(test)]
mod tests {
    use model::SweepId;
    use model::Timestamp;
    use model::sweep::{SweepPlace, SweepSum};

    use super::*;

    fn swept(deep: bool, state: RunState) -> Sweep {
        Sweep {
            id: SweepId(1),
            of: ("crm".into(), "AccountObj".into()),
            deep,
            state,
            until: Timestamp(0),
            started: Timestamp(0),
            beat: Timestamp(0),
            ended: (state == RunState::Done).then_some(Timestamp(1)),
            place: SweepPlace::default(),
            sum: SweepSum::default(),
            cause: None,
        }
    }

    #[test]
    fn each_seventh_sweep_lists_every_id() {
        let mut last: Vec<Sweep> = Vec::new();
        let mut depths = Vec::new();
        for _ in 0..21 {
            let deep = is_next_deep(&last[..last.len().min(BY_COUNTS + 1)]);
            depths.push(deep);
            last.insert(0, swept(deep, RunState::Done));
        }
        let deep: Vec<usize> = (0..21).filter(|at| depths[*at]).collect();
        assert_eq!(deep, [6, 13, 20]);
        assert!(is_next_deep(&[swept(true, RunState::Incomplete)]), "what was left is gone on with as it is");
    }
}
