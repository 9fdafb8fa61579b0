//! What becomes of a difference that is seen again, and how differences and runs are written to columns.

use contract::store::{Beginning, Decision};
use model::reconciliation::{
    Difference, FieldDifference, Found, Kind, Known, Origin, Place, Run, RunState, State, Sum,
};
use model::{Cause, DifferenceId, FlowName, Hash, RunId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::codec::{read, written};

/// What stands beside the columns of a difference, as JSON text.
#[derive(Serialize, Deserialize)]
struct Detail {
    source: Option<Known>,
    target: Option<Known>,
    fields: Vec<FieldDifference>,
    cause: Option<Cause>,
}

pub(crate) fn detail_text(found: &Found) -> String {
    let Found { source, target, fields, cause, .. } = found.clone();
    written(&Detail { source, target, fields, cause })
}

/// A difference's columns as they are stored.
pub(crate) struct DifferenceRow<'r> {
    pub id: i64,
    pub flow: &'r str,
    pub origin: &'r str,
    pub kind: &'r str,
    pub state: &'r str,
    pub detail: &'r str,
    pub standing: Hash,
    pub since: i64,
    pub seen: i64,
    pub reason: Option<String>,
    pub decided: Option<i64>,
}

impl DifferenceRow<'_> {
    pub(crate) fn difference(self) -> Option<Difference> {
        let Detail { source, target, fields, cause } = read(self.detail)?;
        let (origin, kind) = (Origin::of_name(self.origin)?, Kind::of_name(self.kind)?);
        Some(Difference {
            id: DifferenceId(self.id),
            flow: FlowName::new(self.flow),
            found: Found { origin, kind, source, target, fields, cause, standing: self.standing },
            state: State::of_name(self.state)?,
            since: Timestamp(self.since),
            seen: Timestamp(self.seen),
            reason: self.reason,
            decided: self.decided.map(Timestamp),
        })
    }
}

/// A run's columns as they are stored.
pub(crate) struct RunRow<'r> {
    pub id: i64,
    pub flow: &'r str,
    pub deep: bool,
    pub state: &'r str,
    pub since: Option<i64>,
    pub until: i64,
    pub started: i64,
    pub beat: i64,
    pub ended: Option<i64>,
    pub place: &'r str,
    pub sum: &'r str,
    pub cause: Option<&'r str>,
}

impl RunRow<'_> {
    pub(crate) fn run(self) -> Option<Run> {
        Some(Run {
            id: RunId(self.id),
            flow: FlowName::new(self.flow),
            deep: self.deep,
            state: RunState::of_name(self.state)?,
            since: self.since.map(Timestamp),
            until: Timestamp(self.until),
            started: Timestamp(self.started),
            beat: Timestamp(self.beat),
            ended: self.ended.map(Timestamp),
            place: read::<Place>(self.place)?,
            sum: read::<Sum>(self.sum)?,
            cause: match self.cause {
                Some(text) => Some(read(text)?),
                None => None,
            },
        })
    }
}

/// How a difference stands before it is seen again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Standing {
    pub state: State,
    pub standing: Hash,
    pub since: i64,
    pub reason: Option<String>,
    pub decided: Option<i64>,
}

/// How it stands once it is seen: what a person decided holds while both sides are as they were then.
pub(crate) fn seen(before: Option<Standing>, found: &Found, now: Timestamp) -> Standing {
    let anew =
        |since| Standing { state: State::Open, standing: found.standing, since, reason: None, decided: None };
    match before {
        None => anew(now.0),
        Some(before) => match before.state {
            State::Closed => anew(now.0),
            State::Ignored if before.standing == found.standing => before,
            State::Open | State::Repairing | State::Ignored => anew(before.since),
        },
    }
}

/// The state that a decision leads to, and its reason.
pub(crate) fn decided(decision: &Decision) -> (State, Option<&str>) {
    match decision {
        Decision::Ignore(reason) => (State::Ignored, Some(reason)),
        Decision::Repair => (State::Repairing, None),
        Decision::Reopen => (State::Open, None),
    }
}

/// How far something is that one owner gets on with: a reconciliation or a sweep.
pub(crate) struct Stand<'s> {
    pub id: i64,
    pub owner: &'s str,
    pub state: RunState,
    /// Place and sum as JSON text.
    pub place: String,
    pub sum: String,
    pub cause: Option<&'s Cause>,
    pub now: Timestamp,
}

impl Stand<'_> {
    /// When it ended, if it did.
    pub(crate) fn ended(&self) -> Option<Timestamp> {
        (self.state == RunState::Done).then_some(self.now)
    }
}

/// What is to be done with what has not ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum TakeUp {
    /// Somebody else is at it.
    Leave,
    /// It asks: it is told as it is.
    Tell,
    GoOn,
    /// It is about something else.
    GiveUp,
}

pub(crate) fn take_up(open: &Run, owner: &str, beginning: &Beginning) -> TakeUp {
    let is_same = open.deep == beginning.deep
        && open.since == beginning.since
        && (!beginning.is_until_asked || open.until == beginning.until);
    taking_up((open.state, open.beat, owner), &beginning.owner, beginning.stale, is_same)
}

/// The same of anything that is got on with by one owner: in which state it is, when it last got on, and whose it is; who
/// asks, after when its owner is at work, and whether it is what is asked for.
pub(crate) fn taking_up(
    (state, beat, owner): (RunState, Timestamp, &str),
    asks: &str,
    stale: Timestamp,
    is_same: bool,
) -> TakeUp {
    let is_at_work = state == RunState::Running && beat > stale && !owner.is_empty();
    match (is_at_work && owner != asks, is_same) {
        (true, _) => TakeUp::Leave,
        (false, true) if state == RunState::Asks => TakeUp::Tell,
        (false, true) => TakeUp::GoOn,
        (false, false) => TakeUp::GiveUp,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(9_000);

    fn found(standing: u128) -> Found {
        Found {
            origin: Origin::There,
            kind: Kind::Differs,
            source: None,
            target: Some(Known { id: "100001".into(), number: None, name: Some("桥梁公司".into()) }),
            fields: Vec::new(),
            cause: None,
            standing: Hash(standing),
        }
    }

    fn before(state: State) -> Standing {
        let reason = (state == State::Ignored).then(|| "历史数据".to_owned());
        Standing { state, standing: Hash(1), since: 1_000, reason, decided: Some(2_000) }
    }

    #[test]
    fn what_was_ignored_is_opened_again_when_either_side_changed() {
        for (was, standing, state, since) in [
            (State::Open, 2, State::Open, 1_000),
            (State::Repairing, 1, State::Open, 1_000),
            (State::Ignored, 1, State::Ignored, 1_000),
            (State::Ignored, 2, State::Open, 1_000),
            (State::Closed, 1, State::Open, 9_000),
        ] {
            let after = seen(Some(before(was)), &found(standing), NOW);
            assert_eq!((after.state, after.since), (state, since), "{was:?} {standing}");
            assert_eq!(after.reason.is_some(), state == State::Ignored);
        }
        assert_eq!(seen(None, &found(1), NOW).since, 9_000);
    }
}
