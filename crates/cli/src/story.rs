//! The story of a record: what came in, what was tried and what came of it, in the order of time.

pub mod family;
pub mod json;
pub mod served;
pub mod text;

use std::collections::BTreeSet;

use contract::store::{ArrivalLine, AttemptLine, Store, StoreError, Story, TextVersion};
use model::Timestamp;
use model::attempt::{CallRecord, StepTaken};
use model::task::Task;

/// The versions of the flows of some stories: which of them wrote what.
#[derive(Default)]
pub struct Versions(Vec<TextVersion>);

impl Versions {
    pub async fn of(store: &dyn Store, stories: &[Story]) -> Result<Versions, StoreError> {
        let tasks = stories.iter().flat_map(|story| &story.tasks);
        let flows: BTreeSet<&str> = tasks.map(|told| told.task.flow.as_str()).collect();
        let mut versions = Vec::new();
        for flow in flows {
            let all = store.text_versions(Some(flow)).await?;
            versions.extend(all.into_iter().filter(|version| version.text.kind == "flow"));
        }
        Ok(Versions(versions))
    }

    /// The version of a flow that an attempt ran with.
    pub fn find(&self, task: &Task, number: i64) -> Option<&TextVersion> {
        let is_it = |one: &&TextVersion| one.text.name == task.flow.as_str() && one.version == number;
        self.0.iter().find(is_it)
    }
}

/// Something that happened to the record.
pub enum Event<'s> {
    Arrived(&'s ArrivalLine),
    Tried { task: &'s Task, line: &'s AttemptLine },
}

impl Event<'_> {
    pub fn at(&self) -> Timestamp {
        match self {
            Event::Arrived(arrival) => arrival.at,
            Event::Tried { line, .. } => line.attempt.started,
        }
    }
}

/// Something that happened in an attempt.
pub enum Moment<'s> {
    Step(&'s StepTaken),
    Call(&'s CallRecord),
}

impl Moment<'_> {
    fn at(&self) -> Timestamp {
        match self {
            Moment::Step(step) => step.at,
            Moment::Call(call) => call.sent,
        }
    }
}

/// Everything that happened, oldest first. What came in at a moment stands before what was tried at the same one.
pub fn events(story: &Story) -> Vec<Event<'_>> {
    let arrivals = story.arrivals.iter().map(Event::Arrived);
    let attempts = story
        .tasks
        .iter()
        .flat_map(|told| told.attempts.iter().map(|line| Event::Tried { task: &told.task, line }));
    let mut events: Vec<Event> = arrivals.chain(attempts).collect();
    events.sort_by_key(Event::at);
    events
}

/// The calls and steps of an attempt, oldest first. A call stands before the step that it was made for: a step is
/// noted when it has ended.
pub fn moments(line: &AttemptLine) -> Vec<Moment<'_>> {
    let calls = line.calls.iter().map(Moment::Call);
    let mut moments: Vec<Moment> = calls.chain(line.attempt.steps.iter().map(Moment::Step)).collect();
    moments.sort_by_key(Moment::at);
    moments
}

#[cfg(test)]
pub(crate) mod tests;
