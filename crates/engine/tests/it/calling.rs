//! Calls that a system makes to us: what they wake up, what they cannot do.

use contract::connector::IncomingCall;
use engine::callbacks::NotTaken;
use engine::{Engine, Options};
use model::{ConnectionName, ObjectName};

use crate::world::World;

const FLOW: &str = "kind: flow\nname: a\ntitle: { zh: 甲, en: A }\n\
    source: { connection: box, object: account, within: 1h }\n\
    target: { connection: box, object: customer, key: no, match: [no] }\nmap:\n  no: { from: no, required: true }\n";

async fn call(
    callbacks: &engine::callbacks::Callbacks,
    connection: &str,
    body: &str,
) -> Result<String, NotTaken> {
    let call = IncomingCall { query: &[], headers: &[], body: body.as_bytes() };
    callbacks.take(connection, &call).await.map(|reply| reply.body)
}

async fn wishes(world: &World, object: &str) -> Vec<String> {
    let (connection, object) = (ConnectionName::new("box"), ObjectName::new(object));
    world.store().wishes(&connection, &object, 10).await.unwrap()
}

fn engine(world: &World) -> Engine {
    Engine::new(world.seams.clone(), Options { owner: "甲".into(), reads: true })
}

#[tokio::test(start_paused = true)]
async fn a_call_wakes_the_records_it_means_and_says_nothing_of_their_content() {
    let world = World::with(&[("a", FLOW)]).await;
    let callbacks = engine(&world).callbacks();
    let answer = call(&callbacks, "box", "n1\naccount 1\naccount 1\nperson 7\naccount 2").await;
    assert_eq!(answer.unwrap(), "success");
    assert_eq!(wishes(&world, "account").await, ["1", "2"], "each once");
    assert!(
        wishes(&world, "person").await.is_empty(),
        "nobody reads persons, so nobody would fulfil the wish"
    );
    world.save("account", "1", r#"{"no":"K1"}"#);
    world.run(30).await;
    assert_eq!(world.desk().table("customer"), [r#"{"no":"K1"}"#], "read long before its hourly turn");
    assert!(wishes(&world, "account").await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_same_call_again_does_nothing_and_hears_the_same() {
    let world = World::with(&[("a", FLOW)]).await;
    let callbacks = engine(&world).callbacks();
    call(&callbacks, "box", "n1\naccount 1").await.unwrap();
    world.run(30).await;
    assert!(wishes(&world, "account").await.is_empty());
    assert_eq!(call(&callbacks, "box", "n1\naccount 1").await.unwrap(), "success");
    assert!(wishes(&world, "account").await.is_empty(), "a replay");
    call(&callbacks, "box", "n2\naccount 1").await.unwrap();
    assert_eq!(wishes(&world, "account").await, ["1"], "another call about the same record");
}

#[tokio::test(start_paused = true)]
async fn what_is_not_the_systems_own_and_what_is_for_nobody_is_refused() {
    let world = World::with(&[("a", FLOW)]).await;
    let callbacks = engine(&world).callbacks();
    assert_eq!(call(&callbacks, "别的", "n1\naccount 1").await, Err(NotTaken::NoConnection));
    let refused = call(&callbacks, "box", "forged").await.unwrap_err();
    assert!(matches!(refused, NotTaken::Refused(refusal) if refusal.cause.code == "box.forged"));
    assert!(wishes(&world, "account").await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_flow_that_is_applied_later_is_heard_without_a_restart() {
    let world = World::with(&[]).await;
    let callbacks = engine(&world).callbacks();
    call(&callbacks, "box", "n1\naccount 1").await.unwrap();
    assert!(wishes(&world, "account").await.is_empty());
    world.apply(&[("flow", "a", FLOW)]).await;
    world.seams.clock.sleep_until(world.now() + std::time::Duration::from_secs(3)).await;
    call(&callbacks, "box", "n2\naccount 1").await.unwrap();
    assert_eq!(wishes(&world, "account").await, ["1"]);
}
