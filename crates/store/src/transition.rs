//! How a task moves: pure, and the same for every engine of storage. The words are those of `contract::store`
//! (`Raise`, `Queue::settle`, `Queue::replay`, `Queue::ignore`, `Queue::close`).

use contract::store::Settlement;
use model::Timestamp;
use model::task::{Kind, State, Task};

use crate::codec::NEVER;

/// What of a task moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    pub state: State,
    pub want: i64,
    pub done: i64,
    pub tries: u32,
    pub due: Timestamp,
    /// Whether an intent is open.
    pub open: bool,
    /// Whether it waits for a link to be filled.
    pub awaits: bool,
    /// Whose mapping this delivery is made with ([`Task::as_of`]).
    pub as_of: Option<Timestamp>,
}

/// The `want` that a raise asks for.
pub(crate) fn wanted(kind: Kind, revision: i64, want: i64) -> i64 {
    match kind {
        Kind::WriteBack => want + 1,
        Kind::Deliver | Kind::Notify | Kind::Files => want.max(revision),
    }
}

impl Standing {
    /// A task that was not there before. Notices begin with the change that raises them: what came before it counts
    /// as told.
    pub(crate) fn made(kind: Kind, want: i64, at: Timestamp) -> Standing {
        let done = if kind == Kind::Notify { want - 1 } else { 0 };
        Standing {
            state: State::Ready,
            want,
            done,
            tries: 0,
            due: at,
            open: false,
            awaits: false,
            as_of: None,
        }
    }

    /// A change at the source: what rests by itself or has failed wakes, back-offs and unknown outcomes stay.
    pub(crate) fn raised(self, want: i64, at: Timestamp) -> Standing {
        // A change is brought over with what is in force.
        let as_of = self.as_of.filter(|_| want <= self.want);
        let raised = Standing { want, as_of, ..self };
        match self.state {
            State::Synced | State::Skipped | State::Failed => Standing { tries: 0, ..raised.woken(at) },
            State::Waiting if self.awaits => raised.woken(at),
            State::Ignored if self.due == Task::UNTIL_CHANGED && want > self.want => {
                Standing { tries: 0, ..raised.woken(at) }
            }
            State::Closed if want > self.want => Standing { tries: 0, ..raised.woken(at) },
            _ => raised,
        }
    }

    /// The link that it waits for has been filled. One that failed for want of it runs again too.
    pub(crate) fn linked(self, at: Timestamp) -> Standing {
        match self.state {
            State::Unknown | State::Ignored | State::Closed => self,
            state if self.awaits && state.rests() => Standing { tries: 0, ..self.woken(at) },
            _ if self.awaits => self.woken(at),
            _ => self,
        }
    }

    /// What came of a round. `linked`: the awaited link is filled already. What a person set aside while the round
    /// ran stays aside, unless the round brought it over.
    pub(crate) fn settled(self, settlement: &Settlement, linked: bool, at: Timestamp) -> Standing {
        let done = settlement.done.unwrap_or(self.done);
        if matches!(self.state, State::Ignored | State::Closed) && settlement.state != State::Synced {
            return Standing { done, ..self };
        }
        let settled = Standing {
            state: settlement.state,
            done,
            tries: settlement.tries,
            due: settlement.due,
            awaits: settlement.awaits.is_some(),
            as_of: self.as_of.filter(|_| !settlement.state.rests()),
            ..self
        };
        let raised = self.want > settlement.revision;
        match settlement.state {
            state if state.rests() && raised => Standing { tries: 0, ..settled.woken(at) },
            State::Waiting if settled.awaits && raised => settled.woken(at),
            _ if linked => settled.linked(at),
            _ => settled,
        }
    }

    /// A person lets it run now; `None` where that says nothing.
    pub(crate) fn replayed(self, now: Timestamp) -> Option<Standing> {
        match self.state {
            State::Failed | State::Ignored | State::Closed | State::Waiting | State::Retrying => {
                Some(Standing { tries: 0, as_of: None, ..self.woken(now) })
            }
            State::Unknown => Some(Standing { due: now, ..self }),
            State::Ready | State::Synced | State::Skipped => None,
        }
    }

    /// A person lets it run now with the mapping of that time, for this revision at least. What is known of a write that
    /// is open does not change by that.
    pub(crate) fn replayed_as_of(self, as_of: Timestamp, want: i64, now: Timestamp) -> Option<Standing> {
        let replayed = self.replayed(now)?;
        match replayed.state {
            State::Ready => Some(Standing { as_of: Some(as_of), want: replayed.want.max(want), ..replayed }),
            _ => Some(replayed),
        }
    }

    /// A person says that it was done elsewhere; `None` where that is not allowed.
    pub(crate) fn closed(self) -> Option<Standing> {
        let may_be = matches!(self.state, State::Failed | State::Waiting | State::Retrying | State::Ignored);
        let closed =
            Standing { state: State::Closed, awaits: false, tries: 0, due: NEVER, as_of: None, ..self };
        (may_be && !self.open).then_some(closed)
    }

    /// A person sets it aside, for good or until its record changes; `None` where that is not allowed or is so already.
    pub(crate) fn ignored(self, until_changed: bool) -> Option<Standing> {
        let may_be = match self.state {
            State::Failed | State::Waiting => !self.open,
            State::Ignored => (self.due == Task::UNTIL_CHANGED) != until_changed,
            _ => false,
        };
        let due = if until_changed { Task::UNTIL_CHANGED } else { NEVER };
        may_be.then_some(Standing { state: State::Ignored, awaits: false, due, as_of: None, ..self })
    }

    /// An intent is stored for it. A task that was set aside meanwhile goes on: its step may go out.
    pub(crate) fn opened(self, at: Timestamp) -> Standing {
        let opened = Standing { open: true, ..self };
        if self.state.rests() { opened.woken(at) } else { opened }
    }

    fn woken(self, at: Timestamp) -> Standing {
        Standing { state: State::Ready, due: at, awaits: false, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Timestamp = Timestamp(1_000);

    fn standing(state: State) -> Standing {
        Standing {
            state,
            want: 3,
            done: 2,
            tries: 4,
            due: Timestamp(9_000),
            open: false,
            awaits: false,
            as_of: None,
        }
    }

    #[test]
    fn a_raise_wakes_what_rests_and_leaves_what_backs_off() {
        for (state, becomes) in [
            (State::Ready, State::Ready),
            (State::Waiting, State::Waiting),
            (State::Retrying, State::Retrying),
            (State::Unknown, State::Unknown),
            (State::Synced, State::Ready),
            (State::Skipped, State::Ready),
            (State::Failed, State::Ready),
            (State::Ignored, State::Ignored),
            (State::Closed, State::Ready),
        ] {
            let raised = standing(state).raised(4, AT);
            assert_eq!((raised.state, raised.want), (becomes, 4), "{}", state.name());
            let woken = state.rests() && becomes == State::Ready;
            let expected = if woken { (AT, 0) } else { (Timestamp(9_000), 4) };
            assert_eq!((raised.due, raised.tries), expected, "{}", state.name());
        }
        let waiting = Standing { awaits: true, ..standing(State::Waiting) };
        assert_eq!(
            waiting.raised(4, AT),
            Standing { state: State::Ready, want: 4, due: AT, awaits: false, ..waiting }
        );
    }

    #[test]
    fn a_write_backs_want_counts_and_the_others_never_go_down() {
        assert_eq!(wanted(Kind::WriteBack, 9, 2), 3);
        assert_eq!(wanted(Kind::Deliver, 9, 2), 9);
        assert_eq!(wanted(Kind::Notify, 1, 2), 2);
    }

    #[test]
    fn a_person_replays_what_stands_still_and_never_an_unknown_outcome() {
        for (state, becomes) in [
            (State::Failed, Some(State::Ready)),
            (State::Ignored, Some(State::Ready)),
            (State::Closed, Some(State::Ready)),
            (State::Waiting, Some(State::Ready)),
            (State::Retrying, Some(State::Ready)),
            (State::Unknown, Some(State::Unknown)),
            (State::Ready, None),
            (State::Synced, None),
            (State::Skipped, None),
        ] {
            let replayed = standing(state).replayed(AT);
            assert_eq!(replayed.map(|standing| standing.state), becomes, "{}", state.name());
            assert!(replayed.is_none_or(|standing| standing.due == AT), "{}", state.name());
        }
    }

    #[test]
    fn only_failed_and_waiting_tasks_without_an_open_intent_are_set_aside() {
        for state in State::ALL {
            let allowed = matches!(state, State::Failed | State::Waiting);
            for until_changed in [false, true] {
                let aside = standing(state).ignored(until_changed);
                let otherwise = state == State::Ignored && until_changed;
                assert_eq!(aside.is_some(), allowed || otherwise, "{}", state.name());
                assert_eq!(aside.and_then(|aside| aside.ignored(until_changed)), None, "once is enough");
            }
            assert_eq!(Standing { open: true, ..standing(state) }.ignored(false), None);
        }
    }

    #[test]
    fn a_change_wakes_only_what_was_set_aside_until_one_comes() {
        let for_good = standing(State::Failed).ignored(false).unwrap();
        assert_eq!(for_good.raised(4, AT), Standing { want: 4, ..for_good });
        let until = standing(State::Failed).ignored(true).unwrap();
        assert_eq!(until.raised(3, AT), until, "the same revision again is no change");
        let woken = until.raised(4, AT);
        assert_eq!((woken.state, woken.due, woken.tries, woken.want), (State::Ready, AT, 0, 4));
    }

    #[test]
    fn an_earlier_mapping_holds_for_one_delivery_and_no_change() {
        let then = Timestamp(500);
        let replayed = standing(State::Failed).replayed_as_of(then, 5, AT).unwrap();
        assert_eq!((replayed.state, replayed.as_of, replayed.want), (State::Ready, Some(then), 5));
        assert_eq!(replayed.raised(5, AT).as_of, Some(then), "the same revision again is no change");
        assert_eq!(replayed.raised(6, AT).as_of, None);
        assert_eq!(replayed.opened(AT).as_of, Some(then), "it survives a restart with its write open");
        let unknown = Standing { as_of: Some(then), ..standing(State::Unknown) };
        assert_eq!(unknown.replayed(AT).unwrap().as_of, Some(then));
        assert_eq!(standing(State::Unknown).replayed_as_of(then, 5, AT).unwrap().as_of, None);
        assert_eq!(standing(State::Failed).replayed(AT).unwrap().as_of, None);
    }

    #[test]
    fn what_was_done_elsewhere_rests_until_a_change_comes() {
        for state in State::ALL {
            let allowed = matches!(state, State::Failed | State::Waiting | State::Retrying | State::Ignored);
            assert_eq!(standing(state).closed().is_some(), allowed, "{}", state.name());
            assert_eq!(Standing { open: true, ..standing(state) }.closed(), None, "a write is open");
        }
        let closed = standing(State::Failed).closed().unwrap();
        assert_eq!(closed.raised(3, AT), closed, "the same revision again is no change");
        let opened = closed.raised(4, AT);
        assert_eq!((opened.state, opened.due, opened.want), (State::Ready, AT, 4));
        assert_eq!(closed.linked(AT), closed);
        assert_eq!(closed.ignored(true), None);
    }
}
