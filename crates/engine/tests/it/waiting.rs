//! What would wait for ever, and does not: parents that nobody brings, circles, back-offs that a person does not want.

use engine::by_hand::{self, Which};
use model::AnswerClass;

use crate::world::World;

fn accounts(more: &str) -> String {
    format!(
        "kind: flow\nname: accounts\nsource: {{ connection: box, object: account }}\n\
         target: {{ connection: box, object: customer, key: no }}\nmap:\n  no: no\n{more}"
    )
}

const CONTACTS: &str = "kind: flow\nname: contacts\nsource: { connection: box, object: contact }\n\
    target: { connection: box, object: person, key: no }\nmap:\n  no: no\n";

#[tokio::test(start_paused = true)]
async fn a_later_parent_that_does_not_exist_is_told_after_the_last_retry() {
    let later = accounts("  main.id: { from: contact, reference: contact, later: true }\n");
    let world = World::with(&[("accounts", &later), ("contacts", CONTACTS)]).await;
    world.save("account", "1", r#"{"no":"K1","contact":"404"}"#);
    world.run(60).await;
    assert_eq!(world.standing().await, ["accounts 1 waiting engine.waits_for_reading"]);
    world.run(30 * 3_600).await;
    assert_eq!(world.standing().await, ["accounts 1 failed engine.parent_absent"]);
    assert_eq!(world.desk().table("customer"), [r#"{"no":"K1"}"#], "all but the reference is there");
    world.save("contact", "404", r#"{"no":"P404"}"#);
    world.run(60).await;
    assert_eq!(world.standing().await, ["accounts 1 synced", "contacts 404 synced"]);
}

#[tokio::test(start_paused = true)]
async fn a_later_parent_that_no_flow_carries_is_told() {
    let later = accounts("  main.id: { from: contact, reference: contact, later: true }\n");
    let world = World::with(&[("accounts", &later)]).await;
    world.save("account", "1", r#"{"no":"K1","contact":"2"}"#);
    world.run(60).await;
    assert_eq!(world.standing().await, ["accounts 1 failed engine.no_flow_for_parent"]);
}

#[tokio::test(start_paused = true)]
async fn records_that_wait_for_each_other_are_told_and_go_on_when_one_is_mended() {
    let world =
        World::with(&[("accounts", &accounts("  parent.id: { from: parent, reference: account }\n"))]).await;
    world.save("account", "1", r#"{"no":"K1","parent":"2"}"#);
    world.save("account", "2", r#"{"no":"K2","parent":"3"}"#);
    world.save("account", "3", r#"{"no":"K3","parent":"1"}"#);
    world.save("account", "4", r#"{"no":"K4","parent":"4"}"#);
    world.save("account", "5", r#"{"no":"K5"}"#);
    world.run(1_300).await;
    let standing = world.standing().await;
    assert!(standing.contains(&"accounts 4 failed engine.parent_circle".to_owned()), "{standing:?}");
    let circle = standing[..3].iter().filter(|task| task.contains("failed engine.parent_circle")).count();
    let others = standing[..3].iter().filter(|task| task.contains("engine.parent_failed")).count();
    assert!(circle >= 1 && circle + others == 3, "{standing:?}");
    assert_eq!(standing[4], "accounts 5 synced");
    world.save("account", "1", r#"{"no":"K1"}"#);
    world.save("account", "4", r#"{"no":"K4","parent":"1"}"#);
    world.run(60).await;
    assert!(
        world.standing().await.iter().all(|task| task.ends_with(" synced")),
        "{:?}",
        world.standing().await
    );
}

#[tokio::test(start_paused = true)]
async fn records_that_wait_for_each_others_numbers_are_told_too() {
    let by_number = accounts("  parent.id: { from: parent, reference: account, by: number, want: id }\n");
    let world = World::with(&[("accounts", &by_number)]).await;
    world.save("account", "1", r#"{"no":"K1","parent":"K2"}"#);
    world.save("account", "2", r#"{"no":"K2","parent":"K3"}"#);
    world.save("account", "3", r#"{"no":"K3","parent":"K1"}"#);
    world.save("account", "4", r#"{"no":"K4","parent":"K4"}"#);
    world.run(1_300).await;
    let standing = world.standing().await;
    assert!(standing.contains(&"accounts 4 failed engine.parent_circle".to_owned()), "{standing:?}");
    let circle = standing[..3].iter().filter(|task| task.contains("failed engine.parent_circle")).count();
    let others = standing[..3].iter().filter(|task| task.contains("engine.parent_failed")).count();
    assert!(circle >= 1 && circle + others == 3, "{standing:?}");
    world.save("account", "1", r#"{"no":"K1"}"#);
    world.save("account", "4", r#"{"no":"K4","parent":"K1"}"#);
    world.run(60).await;
    let standing = world.standing().await;
    assert!(standing.iter().all(|task| task.ends_with(" synced")), "{standing:?}");
}

#[tokio::test(start_paused = true)]
async fn a_plan_counts_only_its_own_waiting() {
    let world = World::with(&[("accounts", &accounts(""))]).await;
    world.desk().refusals.insert("customer".into(), [AnswerClass::Transient, AnswerClass::Transient].into());
    world.save("account", "1", r#"{"no":"K1"}"#);
    world.run(400).await;
    assert_eq!(world.standing().await, ["accounts 1 synced"]);
    assert_eq!(world.desk().plans, [false; 3], "retries of the write are no waiting for what was written");
    world.desk().plans.clear();
    world.desk().lags = true;
    world.save("account", "1", r#"{"no":"K1","more":"x"}"#);
    world.save("account", "2", r#"{"no":"K2"}"#);
    let begun = world.now();
    world.run(60).await;
    assert_eq!(world.standing().await, ["accounts 1 synced", "accounts 2 synced"]);
    assert_eq!(world.desk().plans, [false, false, true], "refused once, and then as waited for");
    assert!(world.now().since(begun).as_secs() < 120);
}

#[tokio::test(start_paused = true)]
async fn a_chain_of_parents_is_no_circle() {
    let world =
        World::with(&[("accounts", &accounts("  parent.id: { from: parent, reference: account }\n"))]).await;
    for n in 1..6 {
        world.save("account", &n.to_string(), &format!(r#"{{"no":"K{n}","parent":"{}"}}"#, n + 1));
    }
    world.save("account", "6", r#"{"no":"K6"}"#);
    world.run(60).await;
    assert!(
        world.standing().await.iter().all(|task| task.ends_with(" synced")),
        "{:?}",
        world.standing().await
    );
}

#[tokio::test(start_paused = true)]
async fn by_hand_a_record_that_backs_off_runs_now() {
    let world = World::with(&[("accounts", &accounts(""))]).await;
    world.desk().refusals.insert("customer".into(), [AnswerClass::Transient, AnswerClass::Transient].into());
    world.save("account", "1", r#"{"no":"K1"}"#);
    world.run(40).await;
    assert_eq!(
        world.standing().await,
        ["accounts 1 retrying box.refused"],
        "twice, and now for five minutes"
    );
    let setup = world.setup().await;
    let flow = &setup.flows[&"accounts".into()];
    by_hand::run(&world.seams, &setup, flow, Which::Ids(vec!["1".into()])).await.unwrap();
    world.run(5).await;
    assert_eq!(world.standing().await, ["accounts 1 synced"]);
}

#[tokio::test(start_paused = true)]
async fn what_is_somebodys_own_is_no_part_of_a_cause() {
    let by_mobile = accounts("  mobile: mobile\n").replace("key: no", "match: [no, mobile]");
    let world = World::with(&[("accounts", &by_mobile)]).await;
    for id in ["T1", "T2"] {
        world.save("customer", id, r#"{"no":"K1","mobile":"13800000001"}"#);
    }
    world.save("account", "1", r#"{"no":"K1","mobile":"13800000001"}"#);
    world.run(30).await;
    let cause = world.tasks().await.remove(0).task.cause.unwrap();
    assert_eq!((&*cause.code, cause.param("key")), ("engine.several_match", Some("no=K1, mobile=***")));
}
