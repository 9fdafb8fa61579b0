//! Sweeps that are done by themselves, one object after the other: at night, where they are daily.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use contract::store::StoreError;
use model::Timestamp;
use model::reconciliation::RunState;
use model::sweep::{ObjectOf, Sweep};

use super::bounds::in_force_since;
use super::{SweepAsk, SweepOutcome, sweep};
use crate::engine::can_be_asked;
use crate::seams::Seams;
use crate::setup::{ActiveFlow, Setup};

/// It is looked at least so often: somebody may have asked for a sweep, or let one go on.
const LOOK_EVERY: Duration = Duration::from_secs(600);
/// How long a sweep rests that a system refused, or that another is at.
const REST: Duration = Duration::from_secs(300);
/// How long one rests that cannot be done as things are.
const LONG_REST: Duration = Duration::from_secs(3_600);

const DAY: Duration = Duration::from_secs(86_400);
const DAY_MS: i64 = 86_400_000;
/// Two in the morning in China, where this market's systems are used least, as time of the day in UTC.
const NIGHT_MS: i64 = 18 * 3_600_000;

pub(crate) struct Standing {
    pub seams: Seams,
    pub setup: Arc<Setup>,
    /// Those that one node works on.
    pub flows: Vec<Arc<ActiveFlow>>,
    pub owner: String,
}

/// How often objects are swept: as the one flow wishes that wishes it most often.
fn wanted(flows: &[Arc<ActiveFlow>]) -> BTreeMap<ObjectOf, Duration> {
    let mut wanted: BTreeMap<ObjectOf, Duration> = BTreeMap::new();
    for active in flows {
        let source = &active.flow().source;
        let Some(every) = source.sweep else { continue };
        if !can_be_asked(&active.source) {
            continue;
        }
        for object in source.include.iter().map(|include| &include.object).chain([&source.object]) {
            let of = (source.connection.clone(), object.clone());
            wanted.entry(of).and_modify(|least| *least = every.min(*least)).or_insert(every);
        }
    }
    wanted
}

impl Standing {
    /// Whether any flow wants it.
    pub fn is_wanted(flows: &[Arc<ActiveFlow>]) -> bool {
        !wanted(flows).is_empty()
    }

    /// Sweeps for as long as it is not dropped. It may be dropped at any await: a sweep goes on where it was stored.
    pub async fn run(self) {
        // Until when objects rest that were not swept to their end.
        let mut rests: BTreeMap<ObjectOf, Timestamp> = BTreeMap::new();
        loop {
            let now = self.seams.clock.now();
            let mut next = now + LOOK_EVERY;
            for (of, every) in wanted(&self.flows) {
                let due = match self.due(&of, every).await {
                    Ok(due) => due,
                    Err(error) => {
                        tracing::error!(%error, "it cannot be seen when an object is to be swept");
                        continue;
                    }
                };
                let Some(due) = due.map(|due| due.max(rests.get(&of).copied().unwrap_or(due))) else {
                    continue;
                };
                let due = match due <= now {
                    true => {
                        let again = self.sweep(&of).await;
                        rests.insert(of, again);
                        again
                    }
                    false => due,
                };
                next = next.min(due);
            }
            self.seams.clock.sleep_until(next).await;
        }
    }

    /// `None` while a person is asked.
    async fn due(&self, of: &ObjectOf, every: Duration) -> Result<Option<Timestamp>, StoreError> {
        match self.seams.store.sweeps(Some(of), 1).await?.pop() {
            Some(last) => Ok(after(&last, every)),
            None => Ok(Some(in_turn(in_force_since(&self.seams, &self.setup, of).await?, every))),
        }
    }

    /// When to look again.
    async fn sweep(&self, of: &ObjectOf) -> Timestamp {
        let ask = SweepAsk { deep: None, owner: self.owner.clone(), goes_on: false };
        let outcome = sweep(&self.seams, &self.setup, of, &ask, &|_| {}).await;
        let now = self.seams.clock.now();
        let (connection, object) = of;
        match outcome {
            Ok(SweepOutcome::Swept(sweep)) if sweep.state == RunState::Incomplete => {
                let is_lasting = sweep.cause.is_some_and(|cause| cause.code == "connector.unsupported");
                now + if is_lasting { LONG_REST } else { REST }
            }
            Ok(SweepOutcome::Swept(_)) => now,
            Ok(SweepOutcome::Busy) => now + REST,
            Ok(SweepOutcome::Cannot(cause)) => {
                tracing::debug!(%connection, %object, code = %cause.code, "an object is not swept");
                now + REST
            }
            Err(error) => {
                tracing::error!(%error, %connection, %object, "a sweep stops for a while");
                now + REST
            }
        }
    }
}

/// When the next one is due after that one.
fn after(last: &Sweep, every: Duration) -> Option<Timestamp> {
    match (last.ended, last.state) {
        (Some(_), _) => Some(in_turn(last.started, every)),
        (None, RunState::Asks) => None,
        (None, RunState::Incomplete) => Some(last.beat + REST),
        (None, RunState::Running | RunState::Done) => Some(last.beat),
    }
}

/// After so long; where that is a day or more, in the night that is nearest.
fn in_turn(last: Timestamp, every: Duration) -> Timestamp {
    if every < DAY {
        return last + every;
    }
    let nearest = last + every - DAY / 2;
    let into_night = (nearest.0 - NIGHT_MS).rem_euclid(DAY_MS);
    match into_night {
        0 => nearest,
        into_night => Timestamp(nearest.0 + DAY_MS - into_night),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn daily_sweeps_are_done_at_night_and_others_after_their_time() {
        // 2026-06-01 09:00 in China.
        let morning = Timestamp(1_780_275_600_000);
        let hours = |count: u64| Duration::from_secs(3_600 * count);
        for (last, every, expected) in [
            (morning, hours(6), 6),
            (morning, DAY, 17),
            (morning + hours(17), DAY, 17 + 24),
            // It took long, or was begun late.
            (morning + hours(20), DAY, 17 + 24),
            (morning + hours(17), 7 * DAY, 17 + 7 * 24),
        ] {
            assert_eq!(in_turn(last, every), morning + hours(expected), "{last} {every:?}");
        }
    }
}
