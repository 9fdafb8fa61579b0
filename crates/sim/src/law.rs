//! The law: when the faults have stopped, everything rests and both sides agree; nothing is lost, nothing exists twice.

use contract::store::TaskFilter;
use model::task::State;

use crate::business::Business;
use crate::customers::law as customers;
use crate::world::World;

/// Whether nothing is due, asked for or unread.
pub async fn rests(world: &World) -> bool {
    let counts = world.facts().counts().await.expect("the store answers");
    let restless = counts.iter().any(|count| {
        count.tasks > 0
            && !count.state.rests()
            && !(count.state == State::Waiting && count.flow.as_str() == "contacts")
    });
    !restless && !waiting(world).await && world.facts().open_wishes().await.expect("the store answers") == 0
}

/// Whether a task waits for something that will come. A contact of a customer that was voided before it was ever
/// synced waits for a person.
async fn waiting(world: &World) -> bool {
    let filter = TaskFilter { states: vec![State::Waiting], ..TaskFilter::default() };
    let tasks = world.facts().tasks(&filter).await.expect("the store answers");
    tasks
        .iter()
        .any(|line| line.task.cause.as_ref().is_none_or(|cause| cause.code != "engine.parent_skipped"))
}

/// What does not come to rest.
pub async fn restless(world: &World) -> Vec<String> {
    let filter = TaskFilter {
        states: vec![State::Ready, State::Waiting, State::Retrying, State::Unknown],
        ..TaskFilter::default()
    };
    let tasks = world.facts().tasks(&filter).await.expect("the store answers");
    let tell = |line: &contract::store::TaskLine| {
        format!(
            "restless: {} {} {:?} {:?} due {}",
            line.task.flow, line.source_id, line.task.state, line.task.cause, line.task.due
        )
    };
    tasks.iter().map(tell).collect()
}

/// Everything that breaks the law.
pub async fn violations(world: &World) -> Vec<String> {
    let mut found = Vec::new();
    match world.business {
        Business::Customers => customers::violations(world, &mut found).await,
        Business::OrderToCash => customers::failures(world, &mut found).await,
    }
    found
}
