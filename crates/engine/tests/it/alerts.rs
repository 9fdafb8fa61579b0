//! Alerts: found, gathered, told once and once more when they are over; at night only what is critical; and all of it
//! whatever is restarted.

use std::time::Duration;

use contract::connector::Refusal;
use contract::store::Store;
use contract::transport::Certificate;
use engine::by_hand::{self, Which};
use model::access::{AccessToken, Grant};
use model::alert::{Alert, AlertKind, MessageState, Severity};
use model::{AnswerClass, Timestamp};

use crate::world::World;

const FLOW: &str = "kind: flow\nname: accounts\nsource: { connection: box, object: account }\n\
    target: { connection: box, object: customer, key: no }\nmap:\n  no: no\n  name: { from: name, required: true }\n";

const PLAN: &str =
    "kind: alerts\nname: alerts\nreceivers:\n  - { name: it, connection: box, users: [王芳] }\n";

async fn world(plan: &str) -> World {
    let world = World::with(&[("accounts", FLOW)]).await;
    let outcome = world.apply(&[("alerts", "alerts", plan)]).await;
    assert!(!outcome.is_refused(), "{:?}", outcome.problems);
    world
}

async fn alerts(store: &dyn Store) -> Vec<Alert> {
    store.alerts(false, 100).await.unwrap()
}

async fn only(world: &World) -> Alert {
    let mut alerts = alerts(world.store()).await;
    assert_eq!(alerts.len(), 1, "{alerts:?}");
    alerts.remove(0)
}

/// What people were told, in order.
fn told(world: &World) -> Vec<String> {
    world.desk().notices.iter().filter(|notice| notice.contains("【桥】")).cloned().collect()
}

fn nameless(world: &World, n: usize) {
    world.save("account", &n.to_string(), &format!(r#"{{"no":"KH-{n:03}"}}"#));
}

fn mended(world: &World, n: usize) {
    world.save("account", &n.to_string(), &format!(r#"{{"no":"KH-{n:03}","name":"深圳市前海智联{n}"}}"#));
}

#[tokio::test(start_paused = true)]
async fn what_failed_is_told_at_once_as_one_and_once_more_when_it_is_mended() {
    let world = world(PLAN).await;
    (1..=7).for_each(|n| nameless(&world, n));
    world.run(150).await;
    let alert = only(&world).await;
    assert_eq!(
        (alert.seen.kind, alert.seen.count, alert.seen.examples.len()),
        (AlertKind::RecordFailed, 7, 5)
    );
    assert_eq!(alert.seen.options, "--flow accounts --kind deliver --cause mapping.required --field 'name'");
    let messages = told(&world);
    assert_eq!(messages.len(), 1, "{messages:?}");
    for part in
        ["1 条告警", "数据同步异常 accounts 7 条数据", "KH-001", "qiao tasks list --flow accounts", "王芳"]
    {
        assert!(messages[0].contains(part), "{part}: {}", messages[0]);
    }
    // It goes on, and nobody is told again, however often the server is restarted.
    for _ in 0..4 {
        world.run(200).await;
        world.crash(200).await;
    }
    assert_eq!(told(&world).len(), 1);
    (1..=7).for_each(|n| mended(&world, n));
    world.run(900).await;
    let messages = told(&world);
    assert_eq!(messages.len(), 2, "{messages:?}");
    assert!(messages[1].contains("1 条告警已恢复"), "{}", messages[1]);
    world.run(900).await;
    assert_eq!(told(&world).len(), 2);
    assert!(only(&world).await.recovery_told.is_some());
}

#[tokio::test(start_paused = true)]
async fn what_is_found_within_ten_minutes_is_one_message() {
    let world = world(PLAN).await;
    nameless(&world, 1);
    world.run(150).await;
    assert_eq!(told(&world).len(), 1);
    world.desk().refusals.insert("customer".into(), [AnswerClass::Rejected; 2].into());
    mended(&world, 2);
    world.run(120).await;
    let later = FLOW.replace("no: no\n  name:", "no: no\n  town: { from: town, required: true }\n  name:");
    assert!(!world.apply(&[("flow", "accounts", &later)]).await.is_refused());
    mended(&world, 3);
    world.run(240).await;
    assert_eq!(alerts(world.store()).await.len(), 3);
    assert_eq!(told(&world).len(), 1, "the window is not over");
    world.run(400).await;
    let messages = told(&world);
    assert_eq!(messages.len(), 2, "{messages:?}");
    assert!(messages[1].contains("2 条告警"), "{}", messages[1]);
}

#[tokio::test(start_paused = true)]
async fn what_may_pass_by_itself_is_told_after_half_an_hour() {
    let world = world(PLAN).await;
    mended(&world, 1);
    world.desk().refusals.insert("customer".into(), [AnswerClass::Transient; 4].into());
    world.run(20 * 60).await;
    assert!(alerts(world.store()).await.is_empty(), "it is tried again");
    world.run(12 * 60).await;
    assert_eq!(only(&world).await.seen.kind, AlertKind::RecordFailed);
    assert_eq!(told(&world).len(), 1);
    world.crash(60).await;
    world.run(5 * 3600).await;
    let messages = told(&world);
    assert_eq!(messages.len(), 2, "it is told that it came right by itself: {messages:?}");
}

#[tokio::test(start_paused = true)]
async fn a_rule_says_after_how_long_how_grave_and_whether_at_all() {
    let rules = "rules:\n  - { type: record_failed, flows: [accounts], after: 5m, severity: critical, to: [夜班] }\n\
        \x20 - { type: connection_down, off: true }\n";
    let plan =
        PLAN.replace("receivers:\n", &format!("{rules}receivers:\n  - {{ name: 夜班, connection: box }}\n"));
    let world = world(&plan).await;
    mended(&world, 1);
    world.desk().refusals.insert("customer".into(), [AnswerClass::Transient; 3].into());
    world.run(8 * 60).await;
    assert_eq!(only(&world).await.seen.severity, Severity::Critical);
    let messages = world.store().alert_messages(10).await.unwrap();
    assert_eq!(messages.len(), 1, "{messages:?}");
    assert_eq!((&*messages[0].receiver, messages[0].state), ("夜班", MessageState::Sent));
}

#[tokio::test(start_paused = true)]
async fn at_night_only_what_is_critical_is_told() {
    // It is nine in the morning in China.
    let quiet = PLAN.replace("receivers:", "quiet: { from: \"08:00\", to: \"09:30\" }\nreceivers:");
    let world = world(&quiet).await;
    nameless(&world, 1);
    world.run(15 * 60).await;
    assert_eq!(only(&world).await.told, None);
    assert!(told(&world).is_empty());
    world.run(20 * 60).await;
    assert_eq!(told(&world).len(), 1, "in the morning it is told");
    let critical =
        quiet.replace("receivers:", "rules:\n  - { type: record_failed, severity: critical }\nreceivers:");
    let loud = self::world(&critical).await;
    nameless(&loud, 1);
    loud.run(150).await;
    assert_eq!(told(&loud).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_is_down_is_told_and_a_restart_does_not_make_it_well() {
    let world = world(PLAN).await;
    world.desk().refused_pages = [true; 500].into();
    world.run(45 * 60).await;
    let alert = only(&world).await;
    assert_eq!(
        (alert.seen.kind, &*alert.seen.what.code),
        (AlertKind::ConnectionDown, "alert.connection_down")
    );
    assert_eq!((alert.seen.connection.as_deref(), alert.seen.severity), (Some("box"), Severity::Critical));
    assert_eq!(told(&world).len(), 1);
    // Its breaker is closed again after a restart, and says nothing before something was tried.
    world.crash(30).await;
    world.run(15 * 60).await;
    assert_eq!((only(&world).await.recovered, told(&world).len()), (None, 1));
    world.desk().refused_pages.clear();
    world.run(2 * 3600).await;
    assert!(only(&world).await.recovery_told.is_some());
    let messages = told(&world);
    assert_eq!(messages.len(), 2, "{messages:?}");
    assert!(messages[1].contains("[已恢复] 接口服务异常 box"), "{}", messages[1]);
}

#[tokio::test(start_paused = true)]
async fn without_a_text_alerts_are_kept_and_sent_nowhere() {
    let world = World::with(&[("accounts", FLOW)]).await;
    nameless(&world, 1);
    world.run(150).await;
    assert_eq!(only(&world).await.told, None);
    assert!(world.store().alert_messages(10).await.unwrap().is_empty());
    // Whoever is named later hears of what is still the case.
    world.apply(&[("alerts", "alerts", PLAN)]).await;
    world.run(150).await;
    assert_eq!(told(&world).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_message_that_did_not_arrive_is_sent_again_and_one_that_may_have_is_not() {
    let world = world(PLAN).await;
    world.desk().refusals.insert("alert".into(), [AnswerClass::Transient].into());
    nameless(&world, 1);
    world.run(100).await;
    let messages = world.store().alert_messages(10).await.unwrap();
    assert_eq!((messages.len(), messages[0].state, messages[0].tries), (1, MessageState::Waiting, 1));
    world.run(180).await;
    assert_eq!(world.store().alert_messages(10).await.unwrap()[0].state, MessageState::Sent);
    assert_eq!(told(&world).len(), 1);
    mended(&world, 1);
    world.desk().refusals.insert("alert".into(), [AnswerClass::Unknown].into());
    world.run(3600).await;
    let messages = world.store().alert_messages(10).await.unwrap();
    assert_eq!((messages.len(), messages[0].state), (2, MessageState::Failed));
    assert_eq!(messages[0].cause.as_ref().map(|cause| &*cause.code), Some("alert.perhaps_sent"));
}

#[tokio::test(start_paused = true)]
async fn a_token_that_ends_soon_is_told() {
    let world = world(PLAN).await;
    let token = |name: &str, days: u64| AccessToken {
        name: name.into(),
        connections: vec!["box".into()],
        grants: vec![Grant::Push],
        hash: [days as u8; 32],
        made: world.now(),
        until: Some(world.now() + Duration::from_secs(days * 86_400)),
    };
    for token in [token("仓库", 13), token("网店", 30)] {
        assert!(world.store().keep_access(&token).await.unwrap());
    }
    world.run(150).await;
    let alert = only(&world).await;
    assert_eq!((alert.seen.kind, &alert.seen.examples[..]), (AlertKind::Expiring, &["仓库".to_owned()][..]));
    assert!(told(&world)[0].contains("凭证即将到期"));
}

#[tokio::test(start_paused = true)]
async fn a_certificate_that_ends_soon_is_told_until_another_is_seen() {
    let world = world(PLAN).await;
    let until = |days: u64| Certificate {
        host: "erp.example.com".into(),
        until: world.now() + Duration::from_secs(days * 86_400),
    };
    let show = |certificates: Vec<Certificate>| *world.certificates.lock().unwrap() = certificates;
    show(vec![until(13), until(90)]);
    world.run(150).await;
    let alert = only(&world).await;
    assert_eq!(
        (alert.seen.kind, &*alert.seen.what.code),
        (AlertKind::Expiring, "alert.certificate_expiring")
    );
    assert_eq!((alert.seen.connection.as_deref(), told(&world).len()), (Some("box"), 1));
    // After a restart nobody was called yet.
    show(Vec::new());
    world.run(900).await;
    assert_eq!((only(&world).await.recovered, told(&world).len()), (None, 1));
    show(vec![until(90)]);
    world.run(900).await;
    assert!(only(&world).await.recovery_told.is_some());
}

#[tokio::test(start_paused = true)]
async fn what_is_due_for_long_is_told() {
    let world = world(PLAN).await;
    mended(&world, 1);
    world.run(60).await;
    // Another server has the lane, and does nothing.
    let (now, long) = (world.now(), world.now() + Duration::from_secs(86_400));
    world.store().lease(&"box".into(), "乙", now, long).await.unwrap().unwrap();
    mended(&world, 2);
    let setup = world.setup().await;
    let which = Which::Ids(vec!["2".into()]);
    by_hand::run(&world.seams, &setup, &setup.flows[&"accounts".into()], which).await.unwrap();
    world.run(25 * 60).await;
    assert!(alerts(world.store()).await.is_empty());
    world.run(10 * 60).await;
    let alert = only(&world).await;
    assert_eq!((alert.seen.kind, alert.seen.connection.as_deref()), (AlertKind::BacklogOld, Some("box")));
}

#[tokio::test(start_paused = true)]
async fn a_text_that_tells_nobody_is_refused() {
    let world = world(PLAN).await;
    for (text, code) in [
        (PLAN.replace("connection: box", "connection: 没有"), "config.unknown_connection"),
        (PLAN.replace("name: alerts", "name: 另一份"), "config.alerts_twice"),
    ] {
        let name = if text.contains("另一份") { "另一份" } else { "alerts" };
        let outcome = world.apply(&[("alerts", name, &text)]).await;
        assert!(outcome.is_refused());
        let codes: Vec<&str> = outcome.problems.iter().map(|problem| &*problem.cause.code).collect();
        assert!(codes.contains(&code), "{codes:?}");
    }
    let setup = world.setup().await;
    assert!(engine::alerts::test(&world.seams, &setup, "it").await.is_ok());
    assert_eq!(told(&world).len(), 1);
    let nobody = engine::alerts::test(&world.seams, &setup, "没有").await;
    assert_eq!(nobody, Err(engine::alerts::NotTested::NoReceiver));
    world.desk().refusals.insert("alert".into(), [AnswerClass::Config].into());
    let refused = engine::alerts::test(&world.seams, &setup, "it").await;
    let is_config = |refusal: &Refusal| refusal.class == AnswerClass::Config;
    assert!(matches!(&refused, Err(engine::alerts::NotTested::Refused(refusal)) if is_config(refusal)));
}

#[tokio::test(start_paused = true)]
async fn what_is_over_is_forgotten_after_ninety_days() {
    let world = world(PLAN).await;
    nameless(&world, 1);
    world.run(150).await;
    mended(&world, 1);
    world.run(900).await;
    assert!(only(&world).await.recovered.is_some());
    let later = Timestamp(world.now().0 + 91 * 86_400_000);
    world.seams.clock.sleep_until(later).await;
    world.run(150).await;
    assert!(alerts(world.store()).await.is_empty());
}
