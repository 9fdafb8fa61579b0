//! What a refusal means for the task: wait, try again, or ask a person.

use std::time::Duration;

use contract::Chance;
use contract::connector::Refusal;
use model::flow::Retries;
use model::task::State;
use model::{AnswerClass, Cause, Timestamp};

use super::item::{Item, Verdict};
use crate::seams::Seams;
use crate::setup::ActiveFlow;

/// How long a throttled task waits when the vendor did not say.
const THROTTLED_PAUSE: Duration = Duration::from_secs(5);
/// A search lags by seconds; an approval lasts hours, and each look costs calls.
const FIRST_PLAN_AGAIN: Duration = Duration::from_secs(20);
const PLAN_AGAIN: Duration = Duration::from_secs(900);
const LONGEST_UNTIL_SIGNED_IN: Duration = Duration::from_secs(900);
/// The first look at an unknown outcome comes soon; most answers that were lost were lost after the write.
pub(super) const FIRST_LOOK: Duration = Duration::from_secs(2);
const LONGEST_BETWEEN_LOOKS: Duration = Duration::from_secs(30);

/// Ends an item that was refused on a way where nothing can have been written, and notes at which step.
pub(super) fn end_refused(
    seams: &Seams,
    active: &ActiveFlow,
    item: &mut Item,
    step: &str,
    refusal: &Refusal,
) {
    let now = seams.clock.now();
    item.note_refusal(step, now, refusal);
    let (retries, tries) = (&active.flow().retries, item.due.task.tries);
    item.end(after_refusal(refusal, retries, tries, now, &*seams.chance));
}

/// After a refusal on a way where nothing can have been written.
pub(super) fn after_refusal(
    refusal: &Refusal,
    retries: &Retries,
    tries: u32,
    now: Timestamp,
    chance: &dyn Chance,
) -> Verdict {
    let cause = refusal.cause.clone();
    let verdict = match refusal.class {
        AnswerClass::Rejected => Verdict::new(State::Failed).because(cause),
        AnswerClass::Throttled(until) => {
            let due = until.unwrap_or(now + THROTTLED_PAUSE) + jitter(THROTTLED_PAUSE, chance);
            Verdict::new(State::Waiting).because(cause).due(due).tries(tries)
        }
        AnswerClass::Auth => signed_in_later(cause, retries, tries, now, chance),
        AnswerClass::Config | AnswerClass::Transient | AnswerClass::Unknown => {
            retry(cause, refusal.class, retries, tries, now, chance)
        }
    };
    Verdict { class: Some(refusal.class), ..verdict }
}

/// After a plan that was refused; nothing went out. What passes by itself is waited for as long as it lasts: soon the
/// first time, then now and then, without using up the flow's tries. `waited`: it was waited for before.
pub(super) fn after_plan(
    refusal: &Refusal,
    waited: bool,
    tries: u32,
    now: Timestamp,
    chance: &dyn Chance,
) -> Verdict {
    let verdict = match refusal.class {
        AnswerClass::Transient => {
            let wait = if waited { PLAN_AGAIN } else { FIRST_PLAN_AGAIN };
            Verdict::new(State::Waiting).due(now + wait + jitter(wait, chance)).tries(tries)
        }
        _ => Verdict::new(State::Failed),
    };
    verdict.because(refusal.cause.clone())
}

/// After a write whose answer did not come back: the intent stays, and it is looked for soon.
pub(super) fn after_lost_answer(cause: Cause, tries: u32, now: Timestamp) -> Verdict {
    Verdict::new(State::Unknown).because(cause).due(now + FIRST_LOOK).tries(tries).keeping_intent()
}

/// When an unknown outcome is looked for next: after half of the time that has passed, so that looks become rarer.
pub(super) fn next_look(sent: Timestamp, now: Timestamp) -> Timestamp {
    now + (now.since(sent) / 2).clamp(FIRST_LOOK, LONGEST_BETWEEN_LOOKS)
}

/// The next try by the flow's schedule; failed when it is used up.
pub(super) fn retry(
    cause: Cause,
    class: AnswerClass,
    retries: &Retries,
    tries: u32,
    now: Timestamp,
    chance: &dyn Chance,
) -> Verdict {
    match wait(retries, class, tries) {
        Some(wait) => {
            let due = now + wait + jitter(wait, chance);
            Verdict::new(State::Retrying).because(cause).due(due).tries(tries + 1)
        }
        None => Verdict::new(State::Failed).because(cause).tries(tries),
    }
}

/// A sign-in that is refused is the connection's trouble and none of the record's: it uses up no try, and whatever waited
/// goes on by itself once somebody has mended the connection. Its breaker keeps the calls few meanwhile.
fn signed_in_later(
    cause: Cause,
    retries: &Retries,
    tries: u32,
    now: Timestamp,
    chance: &dyn Chance,
) -> Verdict {
    let scheduled = retries.waits.get(tries as usize).or(retries.waits.last());
    match scheduled.filter(|_| is_tried(retries, AnswerClass::Auth)) {
        Some(wait) => {
            let wait = (*wait).min(LONGEST_UNTIL_SIGNED_IN);
            let due = now + wait + jitter(wait, chance);
            Verdict::new(State::Retrying).because(cause).due(due).tries(tries)
        }
        None => Verdict::new(State::Failed).because(cause).tries(tries),
    }
}

fn wait(retries: &Retries, class: AnswerClass, tries: u32) -> Option<Duration> {
    is_tried(retries, class).then(|| retries.waits.get(tries as usize).copied()).flatten()
}

/// Whether the flow tries again after answers of that class.
fn is_tried(retries: &Retries, class: AnswerClass) -> bool {
    retries.classes.as_ref().is_none_or(|classes| classes.iter().any(|tried| tried.name() == class.name()))
}

/// Up to a tenth, so that many tasks that failed together do not come back together.
fn jitter(wait: Duration, chance: &dyn Chance) -> Duration {
    Duration::from_millis(chance.below(wait.as_millis() as u64 / 10 + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Least;

    impl Chance for Least {
        fn next(&self) -> u64 {
            0
        }
    }

    fn after(class: AnswerClass, tries: u32) -> (State, u64, u32) {
        let seconds = Duration::from_secs;
        let retries = Retries { waits: vec![seconds(20), seconds(300), seconds(72_000)], classes: None };
        let refusal = Refusal::new(class, Cause::new("crm.refused"));
        let verdict = after_refusal(&refusal, &retries, tries, Timestamp(0), &Least);
        (verdict.state, verdict.due.0.unsigned_abs() / 1_000, verdict.tries)
    }

    #[test]
    fn a_refused_sign_in_uses_up_no_try_and_is_never_the_records_failure() {
        assert_eq!(after(AnswerClass::Auth, 0), (State::Retrying, 20, 0));
        assert_eq!(after(AnswerClass::Auth, 2), (State::Retrying, 900, 2));
        assert_eq!(after(AnswerClass::Auth, 3), (State::Retrying, 900, 3));
        assert_eq!(after(AnswerClass::Transient, 2), (State::Retrying, 72_000, 3));
        assert_eq!(after(AnswerClass::Transient, 3).0, State::Failed);
    }
}
