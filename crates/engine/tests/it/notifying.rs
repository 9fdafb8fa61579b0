//! Notices: at most once, followed until people have them, one for each change where that is wanted.

use contract::connector::Receipt;
use model::{AnswerClass, Cause};

use crate::world::World;

const LATEST: &str = "kind: flow\nname: told\nmode: notify\nkeep: latest\n\
    source: { connection: box, object: account }\ntarget: { connection: box, object: text }\nmap:\n  content: no\n";

fn every() -> String {
    LATEST.replace("keep: latest", "keep: every").replace("content: no", "content: name")
}

#[tokio::test(start_paused = true)]
async fn a_notice_nobody_received_fails_and_a_replay_sends_it_again() {
    let world = World::with(&[("told", LATEST)]).await;
    world.desk().receipts.extend([Receipt::Pending, Receipt::Missed(Cause::new("box.nobody"))]);
    world.save("account", "1", r#"{"no":"K1"}"#);
    world.run(60).await;
    assert_eq!(world.standing().await, ["told 1 failed box.nobody"]);
    world.replay_all().await;
    world.run(60).await;
    assert_eq!(world.standing().await, ["told 1 synced"]);
    assert_eq!(world.desk().notices.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_notice_that_arrived_is_neither_sent_nor_asked_for_again() {
    let world = World::with(&[("told", LATEST)]).await;
    world.save("account", "1", r#"{"no":"K1","name":"甲"}"#);
    world.run(60).await;
    let asked = world.desk().receipts_asked;
    world.desk().receipts.push_back(Receipt::Missed(Cause::new("box.forgotten")));
    let later = LATEST.replace("content: no", "content: no\nscope: name");
    assert!(!world.apply(&[("flow", "told", &later)]).await.is_refused());
    world.save("account", "1", r#"{"no":"K1","name":"乙"}"#);
    world.run(60).await;
    assert_eq!(world.standing().await, ["told 1 synced"]);
    let desk = world.desk();
    assert_eq!((desk.notices.len(), desk.receipts_asked), (1, asked));
}

#[tokio::test(start_paused = true)]
async fn a_notice_that_perhaps_arrived_is_sent_again_by_a_person_and_never_by_a_change() {
    let text = LATEST.replace("content: no", "content: no\nscope: name");
    let world = World::with(&[("told", &text)]).await;
    world.desk().refusals.entry("text".into()).or_default().push_back(AnswerClass::Unknown);
    world.save("account", "1", r#"{"no":"K1","name":"甲"}"#);
    world.run(30).await;
    assert_eq!(world.standing().await, ["told 1 failed engine.notice_perhaps_sent"]);
    world.save("account", "1", r#"{"no":"K1","name":"乙"}"#);
    world.run(30).await;
    assert_eq!(world.standing().await, ["told 1 failed engine.notice_perhaps_sent"]);
    assert_eq!(world.desk().notices.len(), 0);
    world.replay_all().await;
    world.run(30).await;
    assert_eq!(world.standing().await, ["told 1 synced"]);
    assert_eq!(world.desk().notices.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn every_change_is_told_in_order_though_one_was_refused_and_nobody_worked_meanwhile() {
    let world = World::with(&[("told", &every())]).await;
    world.save("account", "1", r#"{"name":"甲"}"#);
    world.run(30).await;
    world.desk().refusals.entry("text".into()).or_default().push_back(AnswerClass::Rejected);
    let setup = world.setup().await;
    let flow = &setup.flows[&"told".into()];
    for name in ["乙", "丙", "丁"] {
        world.save("account", "1", &format!(r#"{{"name":"{name}"}}"#));
        let which = engine::by_hand::Which::Ids(vec!["1".into()]);
        engine::by_hand::run(&world.seams, &setup, flow, which).await.unwrap();
    }
    world.run(60).await;
    let told = world.desk().notices.clone();
    assert_eq!(told, [r#"{"content":"甲"}"#, r#"{"content":"丙"}"#, r#"{"content":"丁"}"#]);
    assert_eq!(world.standing().await, ["told 1 synced"]);
}

#[tokio::test(start_paused = true)]
async fn changes_before_the_first_notice_are_told_too_and_those_before_the_flow_are_not() {
    let world = World::with(&[("told", &every())]).await;
    let setup = world.setup().await;
    let flow = &setup.flows[&"told".into()];
    for name in ["甲", "乙"] {
        world.save("account", "1", &format!(r#"{{"name":"{name}"}}"#));
        let which = engine::by_hand::Which::Ids(vec!["1".into()]);
        engine::by_hand::run(&world.seams, &setup, flow, which).await.unwrap();
    }
    world.run(60).await;
    assert_eq!(world.desk().notices, [r#"{"content":"甲"}"#, r#"{"content":"乙"}"#]);
}
