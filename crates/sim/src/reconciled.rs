//! At rest, a reconciliation finds no difference that is none.

use std::sync::Arc;
use std::time::Duration;

use contract::Clock;
use contract::store::DifferenceFilter;
use engine::connection::TokenBox;
use engine::reconcile::{Ask, Outcome, reconcile};
use engine::setup::Setup;
use model::flow::Mode;
use model::reconciliation::{Difference, Kind, Origin, RunState, State};

use crate::order_to_cash::law::orders::is_undone_unseen;
use crate::world::World;

/// Until what changed last is past the grace.
const GRACE: Duration = Duration::from_secs(1_200);

/// Reconciles every flow, all of both sides; what differs although both sides rest. What failed is a difference and told
/// as a task; documents that only the target has are those that people made there; and what polling cannot see waits for
/// the nightly sweep.
pub async fn differing(world: &World) -> Vec<String> {
    world.clock.sleep_until(world.clock.now() + GRACE).await;
    let seams = world.seams();
    let tokens = Arc::new(TokenBox::new(seams.store.clone()));
    let setup = Setup::load(seams, &tokens, None).await.expect("the store answers");
    let ask = Ask { deep: true, since: None, until: None, owner: "对账".into(), goes_on: true };
    let mut found = Vec::new();
    for flow in setup.flows.values().filter(|flow| flow.flow().mode == Mode::Document) {
        match reconcile(seams, &setup, flow, &ask, &|_| {}).await.expect("the store answers") {
            Outcome::Ran(run) if run.state == RunState::Done => {}
            other => found.push(format!("not reconciled: {}: {other:?}", flow.name())),
        }
    }
    let filter = DifferenceFilter { limit: 100_000, ..DifferenceFilter::default() };
    let differences = world.facts().differences(&filter).await.expect("the store answers");
    let is_false = |one: &&Difference| {
        let is_peoples = one.found.kind == Kind::OnlyThere && one.found.source.is_none();
        let is_for_the_sweep = one.flow.as_str() == "order-states-to-crm" && is_undone_unseen(&one.found);
        one.state != State::Closed && one.found.origin != Origin::Stored && !is_peoples && !is_for_the_sweep
    };
    found.extend(
        differences.iter().filter(is_false).map(|one| format!("differs: {} {:?}", one.flow, one.found)),
    );
    found
}
