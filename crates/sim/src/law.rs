//! The law: when the faults have stopped, everything rests and both sides agree; nothing is lost, nothing exists twice.

use contract::Clock;
use contract::store::{TaskFilter, TaskLine};
use model::task::State;

use crate::business::Business;
use crate::customers::law as customers;
use crate::dispatch::law as dispatch;
use crate::order_to_cash::law as order_to_cash;
use crate::partners::law as partners;
use crate::world::World;

/// Whether nothing is due, asked for or unread.
pub async fn rests(world: &World) -> bool {
    let counts = world.facts().counts().await.expect("the store answers");
    let restless =
        counts.iter().any(|count| count.tasks > 0 && !count.state.rests() && count.state != State::Waiting);
    !restless && !waiting(world).await && world.facts().open_wishes().await.expect("the store answers") == 0
}

/// What a task waits for that no work of ours brings: a parent out of scope or one that failed, a row that people made
/// by hand. Whether each of those is lawful is asked when all rests.
const FOR_PEOPLE: &[&str] = &[
    "engine.parent_skipped",
    "engine.parent_failed",
    "engine.parent_failed_because",
    "engine.waits_for_line",
    "engine.waits_for_link",
];

/// Whether a task waits for something that will come.
async fn waiting(world: &World) -> bool {
    let tasks = tasks(world, &[State::Waiting]).await;
    // Of a pair of flows one asks a person, and the other waits for as long as it does.
    let asks: Vec<String> = tasks_of(world, &[State::Failed]).await;
    let is_for_people = |cause: &model::Cause| {
        let waits_for = cause.param("task").filter(|_| cause.code == "engine.decided_elsewhere");
        FOR_PEOPLE.contains(&cause.code.as_ref())
            || waits_for.is_some_and(|task| asks.iter().any(|asks| asks == task))
    };
    tasks.iter().any(|line| !line.task.cause.as_ref().is_some_and(is_for_people))
}

/// The numbers of the tasks in one of those states.
async fn tasks_of(world: &World, states: &[State]) -> Vec<String> {
    tasks(world, states).await.iter().map(|line| line.task.id.to_string()).collect()
}

/// A person tries everything again that failed; whether there was anything. What failed for a fact that is no more
/// goes on then, so that what fails in the end can be judged by how things stand.
pub async fn try_again(world: &World) -> bool {
    let tasks = tasks(world, &[State::Failed]).await;
    let ids: Vec<_> = tasks.iter().map(|line| line.task.id).collect();
    world.facts().replay(&ids, world.clock.now()).await.expect("the store answers") > 0
}

/// What does not come to rest.
pub async fn restless(world: &World) -> Vec<String> {
    let tasks = tasks(world, &[State::Ready, State::Waiting, State::Retrying, State::Unknown]).await;
    let tell = |line: &TaskLine| {
        format!(
            "restless: {} {} {:?} {:?} due {}",
            line.task.flow, line.source_id, line.task.state, line.task.cause, line.task.due
        )
    };
    tasks.iter().map(tell).collect()
}

/// What failed, and what waits, but for those that may.
pub async fn stuck(world: &World, may: impl Fn(&TaskLine) -> bool, found: &mut Vec<String>) {
    let tasks = tasks(world, &[State::Failed, State::Waiting]).await;
    for line in tasks.iter().filter(|line| !may(line)) {
        let (flow, state, cause) = (&line.task.flow, line.task.state, &line.task.cause);
        found.push(format!("{}: {flow} {} {cause:?}", state.name(), line.source_id));
    }
}

/// Every task in one of those states.
async fn tasks(world: &World, states: &[State]) -> Vec<TaskLine> {
    const PAGE: usize = 1_000;
    let mut found: Vec<TaskLine> = Vec::new();
    loop {
        let after = found.last().map(|line| line.task.id);
        let filter = TaskFilter { states: states.to_vec(), after, limit: PAGE, ..TaskFilter::default() };
        let page = world.facts().tasks(&filter).await.expect("the store answers");
        let is_last = page.len() < PAGE;
        found.extend(page);
        if is_last {
            return found;
        }
    }
}

/// Everything that breaks the law.
pub async fn violations(world: &World) -> Vec<String> {
    let mut found = Vec::new();
    match world.business {
        Business::Customers => customers::violations(world, &mut found).await,
        Business::OrderToCash => order_to_cash::violations(world, &mut found).await,
        Business::Partners => partners::violations(world, &mut found).await,
        Business::Dispatch => dispatch::violations(world, &mut found).await,
    }
    found
}
