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

use crate::order_to_cash::books::Books;
use crate::order_to_cash::law::orders;
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
    let mut differences = world.facts().differences(&filter).await.expect("the store answers");
    differences.retain(|one| {
        let is_peoples = one.found.kind == Kind::OnlyThere && one.found.source.is_none();
        one.state != State::Closed && one.found.origin != Origin::Stored && !is_peoples
    });
    if world.business.is_of_orders() && !differences.is_empty() {
        let books = Books::read(world).await;
        differences.retain(|one| !is_true(&books, one));
    }
    found.extend(differences.iter().map(|one| format!("differs: {} {:?}", one.flow, one.found)));
    found
}

/// Whether the vendors' rules keep the two sides apart for now, so that the difference is one.
fn is_true(books: &Books, one: &Difference) -> bool {
    match one.flow.as_str() {
        "order-states-to-crm" => orders::is_undone_unseen(&one.found),
        orders::FLOW => orders::is_left_unaudited(books, &one.found),
        _ => false,
    }
}
