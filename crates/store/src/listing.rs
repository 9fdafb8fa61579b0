//! How much is listed, and of what: the same whichever database answers.

use contract::store::{FlowCount, TaskFilter};
use model::FlowName;
use model::task::State;

/// Lines listed when nothing is said of how many.
pub const USUAL_LIMIT: usize = 100;
/// Arrivals in a story, the last ones.
pub const ARRIVALS: usize = 50;
/// Attempts of a task in a story, the last ones.
pub const ATTEMPTS: usize = 20;

/// Flows and states of the filter that have tasks, each once.
pub fn populated(counts: Vec<FlowCount>, filter: &TaskFilter) -> Vec<(FlowName, State)> {
    let mut populated: Vec<(FlowName, State)> = counts
        .into_iter()
        .filter(|count| filter.flow.as_ref().is_none_or(|flow| *flow == count.flow))
        .filter(|count| filter.states.is_empty() || filter.states.contains(&count.state))
        .map(|count| (count.flow, count.state))
        .collect();
    populated.sort();
    populated.dedup();
    populated
}
