//! The breaker of one connection: after several failures of one class in a row nothing is sent for a while, then one
//! probe. It resumes alone. Failures of business data (`rejected`) say nothing about the connection and do not count;
//! `config` counts only where one breaker stands for one flow ([`Breaker::of_flow`]), since one flow's wrong setting
//! must not stop the others.

use std::sync::Mutex;
use std::time::Duration;

use model::{AnswerClass, Timestamp};

/// So many failures of one class in a row open the breaker.
const THRESHOLD: u32 = 5;
const FIRST_PAUSE: Duration = Duration::from_secs(5);
const LONGEST_PAUSE: Duration = Duration::from_secs(300);

#[derive(Debug, Default)]
pub struct Breaker {
    /// Whether only `config` counts, instead of everything else.
    for_config: bool,
    state: Mutex<State>,
}

#[derive(Debug, Default, Clone, Copy)]
struct State {
    class: Option<AnswerClass>,
    failures: u32,
    /// Openings in a row; the pause doubles with each.
    openings: u32,
    closed_until: Option<Timestamp>,
    /// Whether anything went well since it was made.
    proven: bool,
}

/// Whether work may go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    Free,
    /// One thing only, to see whether it goes.
    Probe,
    /// Nothing before that time.
    Paused(Timestamp),
}

impl Breaker {
    /// A breaker for one flow: it counts only refusals that an administrator must mend.
    pub fn of_flow() -> Breaker {
        Breaker { for_config: true, ..Breaker::default() }
    }

    pub fn admission(&self, now: Timestamp) -> Admission {
        let state = self.state();
        match state.closed_until {
            Some(until) if now < until => Admission::Paused(until),
            Some(_) => Admission::Probe,
            None => Admission::Free,
        }
    }

    /// The class of failures that opened it, while it is open.
    pub fn open_for(&self) -> Option<AnswerClass> {
        let state = self.state();
        state.closed_until.and(state.class)
    }

    /// Whether something went well since it was made, and it is not open.
    pub fn is_proven(&self) -> bool {
        let state = self.state();
        state.proven && state.closed_until.is_none()
    }

    /// Notes how one operation went: `None` is well.
    pub fn note(&self, class: Option<AnswerClass>, now: Timestamp) {
        let mut state = self.state();
        let is_config = matches!(class, Some(AnswerClass::Config));
        match class {
            Some(_) if is_config != self.for_config => {}
            None | Some(AnswerClass::Rejected) => *state = State { proven: true, ..State::default() },
            Some(AnswerClass::Throttled(until)) => {
                state.class = class;
                state.closed_until = Some(until.unwrap_or(now + FIRST_PAUSE));
            }
            Some(failure) => state.fail(failure, now),
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl State {
    fn fail(&mut self, class: AnswerClass, now: Timestamp) {
        if self.closed_until.is_some_and(|until| now < until) {
            // It was under way when the breaker opened, and says nothing new.
            return;
        }
        let probing = self.closed_until.is_some();
        self.failures = if self.class == Some(class) { self.failures + 1 } else { 1 };
        self.class = Some(class);
        if probing || self.failures >= THRESHOLD {
            let pause = FIRST_PAUSE.saturating_mul(1 << self.openings.min(10)).min(LONGEST_PAUSE);
            self.openings += 1;
            self.closed_until = Some(now + pause);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRANSIENT: Option<AnswerClass> = Some(AnswerClass::Transient);

    #[test]
    fn it_opens_after_failures_in_a_row_and_resumes_alone() {
        let breaker = Breaker::default();
        for second in 0..5 {
            assert_eq!(breaker.admission(Timestamp(second)), Admission::Free);
            breaker.note(TRANSIENT, Timestamp(second));
        }
        assert_eq!(breaker.admission(Timestamp(5)), Admission::Paused(Timestamp(5_004)));
        assert_eq!(breaker.admission(Timestamp(5_004)), Admission::Probe);
        breaker.note(TRANSIENT, Timestamp(5_004));
        assert_eq!(breaker.admission(Timestamp(5_005)), Admission::Paused(Timestamp(15_004)));
        breaker.note(None, Timestamp(15_004));
        assert_eq!(breaker.admission(Timestamp(15_004)), Admission::Free);
    }

    #[test]
    fn rejected_data_never_opens_it() {
        let breaker = Breaker::default();
        for _ in 0..50 {
            breaker.note(Some(AnswerClass::Rejected), Timestamp(1));
        }
        assert_eq!(breaker.admission(Timestamp(1)), Admission::Free);
    }

    #[test]
    fn a_vendor_that_says_when_is_believed() {
        let breaker = Breaker::default();
        breaker.note(Some(AnswerClass::Throttled(Some(Timestamp(60_000)))), Timestamp(0));
        assert_eq!(breaker.admission(Timestamp(59_999)), Admission::Paused(Timestamp(60_000)));
    }
}
