//! Reconciliations (对账) against the stand-ins: what people do in the ERP behind the flow's back is found, cheaply.

use contract::store::DifferenceFilter;
use engine::connection::TokenBox;
use engine::reconcile::{Ask, Outcome, reconcile};
use engine::setup::Setup;
use model::reconciliation::{Difference, Kind, Run, RunState, State};
use serde_json::json;
use std::sync::Arc;

use crate::desk::Desk;

const FLOW: &str = "customers-to-erp";

async fn run_of(desk: &Desk, deep: bool) -> Run {
    let tokens = Arc::new(TokenBox::new(desk.seams.store.clone()));
    let setup = Setup::load(&desk.seams, &tokens, None).await.unwrap();
    let ask = Ask { deep, since: None, until: None, owner: "乙".into(), goes_on: false };
    match reconcile(&desk.seams, &setup, &setup.flows[&FLOW.into()], &ask, &|_| {}).await.unwrap() {
        Outcome::Ran(run) => *run,
        Outcome::Busy => panic!("nobody else is at it"),
    }
}

/// What is not closed, without what the ERP had from the beginning.
async fn kept(desk: &Desk, but: &[String]) -> Vec<Difference> {
    let filter = DifferenceFilter { limit: 1_000, ..DifferenceFilter::default() };
    let mut kept = desk.seams.store.differences(&filter).await.unwrap();
    kept.retain(|one| one.state != State::Closed && !but.iter().any(|key| key == one.found.key()));
    kept
}

fn told(differences: &[Difference]) -> Vec<String> {
    let told = |one: &Difference| {
        let fields: Vec<&str> = one.found.fields.iter().map(|field| field.field.as_str()).collect();
        let code = one.found.cause.as_ref().map(|cause| cause.code.to_string()).unwrap_or_default();
        format!("{} {}{code}", one.found.kind.name(), fields.join(","))
    };
    let mut told: Vec<String> = differences.iter().map(told).collect();
    told.sort();
    told
}

#[tokio::test(start_paused = true)]
async fn what_people_do_in_the_erp_is_found_and_nothing_else() {
    let desk = Desk::open(&[FLOW], &[]).await;
    desk.run(60).await;
    let first = run_of(&desk, false).await;
    assert_eq!(first.state, RunState::Done, "{:?}", first.cause);
    assert_eq!((first.sum.only_here, first.sum.differs), (0, 0), "{:?}", told(&kept(&desk, &[]).await));
    assert!(first.sum.matched > 0);
    assert!(first.sum.calls_here + first.sum.calls_there <= 20, "{:?}", first.sum);
    let own: Vec<String> = kept(&desk, &[]).await.iter().map(|one| one.found.key().to_owned()).collect();
    assert_eq!(first.sum.only_there as usize, own.len(), "the ERP's own customers");

    let accounts = desk.read("fxiaoke/AccountObj");
    let number = |at: usize| accounts[at]["account_no"].as_str().unwrap().to_owned();
    let path = |number: &str| format!("kingdee-k3cloud/BD_Customer/{number}");
    desk.edit(&path(&number(0)), &json!({ "FName": "别人改的名称" }));
    for action in ["unaudit", "delete"] {
        desk.edit(&format!("{}/{action}", path(&number(1))), &json!({}));
    }
    desk.run(30).await;
    let expected = ["differs FName", "only_here reconcile.gone_there"];
    for deep in [false, false, true] {
        let run = run_of(&desk, deep).await;
        assert_eq!(run.state, RunState::Done, "{:?}", run.cause);
        let kept = kept(&desk, &own).await;
        assert_eq!(told(&kept), expected, "deep: {deep}");
        assert_eq!(run.sum.matched, first.sum.matched - 2);
        let spent = run.sum.calls_here + run.sum.calls_there;
        assert!(deep || spent <= 20 + 3 * 50, "{:?}", run.sum);
        let name =
            kept.iter().find(|one| one.found.kind == Kind::Differs && one.found.fields[0].field == "FName");
        let field = &name.unwrap().found.fields[0];
        assert_eq!(field.there.as_deref(), Some("\"别人改的名称\""));
    }
}
