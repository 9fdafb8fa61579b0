//! Alerts of what reconciliations and sweeps of ids find (对账差异): told once, with the command that shows it, and over
//! when a person has dealt with it.

use contract::store::{Decision, DifferenceFilter, Findings, SweepBeginning, SweepFindings, SweepProgress};
use engine::reconcile::{Ask, Outcome, let_rest, reconcile};
use model::alert::{Alert, AlertKind};
use model::reconciliation::{Difference, RunState, State};
use model::sweep::{SweepPlace, SweepSum};
use model::{Cause, Timestamp};

use crate::world::World;

const FLOW: &str = "kind: flow\nname: customers\nsource: { connection: box, object: account }\n\
    target: { connection: box, object: customer, key: no }\nmap:\n  no: no\n  name: name\n";
const PLAN: &str =
    "kind: alerts\nname: alerts\nreceivers:\n  - { name: it, connection: box, users: [王芳] }\n";

/// Three accounts that were brought over, long enough ago.
async fn company() -> World {
    let world = World::with(&[("customers", FLOW)]).await;
    assert!(!world.apply(&[("alerts", "alerts", PLAN)]).await.is_refused());
    world.run(20).await;
    for number in 1..=3 {
        world.save(
            "account",
            &number.to_string(),
            &format!(r#"{{"no":"KH-{number}","name":"客户{number}"}}"#),
        );
    }
    world.run(900).await;
    assert_eq!(world.desk().table("customer").len(), 3);
    world
}

fn renamed(world: &World, document: &str, name: &str) {
    let mut desk = world.desk();
    let found = desk.tables.get_mut("customer").unwrap().get_mut(document).unwrap();
    found.body.set("name", name.to_owned());
    found.version = found.version.map(|version| version + 1);
}

async fn reconciled(world: &World) {
    let setup = world.setup().await;
    let ask = Ask { deep: true, since: None, until: None, owner: "甲".into(), goes_on: false };
    let flow = &setup.flows[&"customers".into()];
    match reconcile(&world.seams, &setup, flow, &ask, &|_| {}).await.unwrap() {
        Outcome::Ran(run) => assert_eq!(run.state, RunState::Done, "{:?}", run.cause),
        Outcome::Busy => panic!("nobody else is at it"),
    }
}

async fn open(world: &World) -> Vec<Difference> {
    let filter = DifferenceFilter { states: vec![State::Open], limit: 10, ..DifferenceFilter::default() };
    world.store().differences(&filter).await.unwrap()
}

async fn alerts(world: &World) -> Vec<Alert> {
    world.store().alerts(false, 10).await.unwrap()
}

fn told(world: &World) -> Vec<String> {
    world.desk().notices.iter().filter(|notice| notice.contains("【桥】")).cloned().collect()
}

#[tokio::test(start_paused = true)]
async fn differences_are_told_with_their_numbers_until_somebody_deals_with_them() {
    let world = company().await;
    reconciled(&world).await;
    world.run(150).await;
    assert_eq!(alerts(&world).await, [], "both sides agree");
    renamed(&world, "T1", "在目标改的");
    renamed(&world, "T2", "也在目标改的");
    reconciled(&world).await;
    world.run(150).await;
    let [alert] = &alerts(&world).await[..] else { panic!("one flow, one alert") };
    assert_eq!((alert.seen.kind, alert.seen.count), (AlertKind::DifferenceFound, 2));
    assert_eq!(alert.seen.command().as_deref(), Some("qiao reconcile list --flow customers"));
    let messages = told(&world);
    assert_eq!(messages.len(), 1, "{messages:?}");
    for part in [
        "对账差异 customers 2 处差异",
        "KH-1、KH-2",
        "qiao reconcile list --flow customers",
        "\\\"command\\\"",
    ] {
        assert!(messages[0].contains(part), "{part}: {}", messages[0]);
    }
    // One is ignored, of the other a repair was asked for: neither waits for anybody.
    let differences = open(&world).await;
    for (difference, decision) in differences.iter().zip([Decision::Ignore("约定".into()), Decision::Repair])
    {
        world.store().decide(&[difference.id], &decision, world.now()).await.unwrap();
    }
    world.run(900).await;
    let messages = told(&world);
    assert_eq!(messages.len(), 2, "{messages:?}");
    assert!(messages[1].contains("1 条告警已恢复"), "{}", messages[1]);
    // The repair did not do it: that is another alert.
    reconciled(&world).await;
    world.run(900).await;
    assert_eq!((open(&world).await.len(), alerts(&world).await.len(), told(&world).len()), (1, 2, 3));
}

#[tokio::test(start_paused = true)]
async fn what_a_first_run_finds_is_told_once_it_is_through() {
    let world = company().await;
    renamed(&world, "T1", "在目标改的");
    reconciled(&world).await;
    let difference = open(&world).await.remove(0);
    // Another flow's first run found something, and is not through.
    let other = FLOW.replace("name: customers", "name: 另一条").replace("customer,", "buyer,");
    assert!(!world.apply(&[("flow", "另一条", &other)]).await.is_refused());
    let (now, flow) = (world.now(), model::FlowName::new("另一条"));
    let beginning = contract::store::Beginning {
        flow: flow.clone(),
        deep: true,
        since: None,
        until: now,
        is_until_asked: false,
        owner: "乙".into(),
        now,
        stale: Timestamp(0),
    };
    let run = world.store().take_up_run(&beginning).await.unwrap().unwrap();
    let progress = |state, cause| contract::store::Progress {
        run: run.id,
        owner: "乙".into(),
        flow: flow.clone(),
        state,
        place: run.place,
        sum: run.sum,
        cause,
        now: world.now(),
    };
    let found = Findings { differences: vec![difference.found], ..Findings::default() };
    world.store().get_on(&progress(RunState::Running, None), &found).await.unwrap();
    world.run(150).await;
    let flows =
        |alerts: Vec<Alert>| alerts.into_iter().map(|alert| alert.seen.flow.unwrap()).collect::<Vec<_>>();
    assert_eq!(flows(alerts(&world).await), ["customers"]);
    // It asks whether it goes on: somebody has to say so.
    let much =
        Cause::new("reconcile.much_is_gone").with("side", "there").with("population", 9).with("count", 8);
    world.store().get_on(&progress(RunState::Asks, Some(much)), &Findings::default()).await.unwrap();
    world.run(150).await;
    let alerts = alerts(&world).await;
    assert_eq!((alerts.len(), &*alerts[0].seen.what.code), (2, "reconcile.much_is_gone"));
    assert_eq!(alerts[0].seen.command().as_deref(), Some("qiao reconcile runs --flow 另一条"));
}

#[tokio::test(start_paused = true)]
async fn a_sweep_that_asks_is_told_and_so_is_what_is_gone_until_it_rests() {
    let world = company().await;
    let of: model::sweep::ObjectOf = ("box".into(), "account".into());
    let now = world.now();
    let beginning = SweepBeginning {
        of: of.clone(),
        deep: true,
        until: now,
        owner: "乙".into(),
        now,
        stale: Timestamp(0),
    };
    let sweep = world.store().take_up_sweep(&beginning).await.unwrap().unwrap();
    let progress = |state, gone, cause| SweepProgress {
        sweep: sweep.id,
        of: of.clone(),
        owner: "乙".into(),
        state,
        place: SweepPlace::default(),
        sum: SweepSum { gone, ..SweepSum::default() },
        cause,
        now: world.now(),
    };
    let much = Cause::new("sweep.much_is_gone").with("connection", "box").with("object", "account");
    let much = much.with("population", 3).with("count", 3);
    let asks = progress(RunState::Asks, 0, Some(much));
    world.store().get_on_with_sweep(&asks, &SweepFindings::default()).await.unwrap();
    world.run(150).await;
    let [alert] = &alerts(&world).await[..] else { panic!("one object, one alert") };
    assert_eq!((alert.seen.kind, &*alert.seen.what.code), (AlertKind::DifferenceFound, "sweep.much_is_gone"));
    assert!(told(&world)[0].contains("qiao reconcile ids runs box/account"), "{:?}", told(&world));
    // Somebody let it go on, and one record is gone indeed.
    world.store().let_sweep_go_on(sweep.id).await.unwrap();
    world.store().take_up_sweep(&beginning).await.unwrap().unwrap();
    let findings = SweepFindings { gone: vec!["2".into()], ..SweepFindings::default() };
    world.store().get_on_with_sweep(&progress(RunState::Done, 1, None), &findings).await.unwrap();
    world.run(150).await;
    let [alert] = &alerts(&world).await[..] else { panic!("it is the same alert") };
    assert_eq!((&*alert.seen.what.code, alert.seen.count), ("alert.gone_found", 1));
    assert_eq!(alert.seen.examples, ["KH-2"]);
    let_rest(&world.seams, &of, &["2".into()], "确已删除", "王芳").await.unwrap();
    world.run(900).await;
    assert!(alerts(&world).await[0].recovery_told.is_some());
}
