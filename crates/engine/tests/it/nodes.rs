//! Several engines on one store: what one leaves another takes over, nothing twice.

use std::time::Duration;

use contract::transport::LONGEST_CALL;
use engine::access::hash_of;
use engine::serving::{Asked, Caller, How, NotServed};
use engine::{Engine, Options};
use model::AnswerClass;
use model::access::{AccessToken, Grant};
use tokio::sync::watch;

use crate::world::{CONNECTION, World};

const CUSTOMERS: &str = "kind: flow\nname: customers\nsource: { connection: box, object: account }\n\
    target: { connection: box, object: customer, key: no }\nmap:\n  no: no\n  name: name\n";
const ORDERS: &str = "kind: flow\nname: orders\nsource: { connection: other, object: order }\n\
    target: { connection: other, object: bill, key: no }\nmap:\n  no: no\n";

/// Two connections that no flow joins, each with one that writes to itself.
async fn world() -> World {
    let world = World::new();
    let other = CONNECTION.replace("name: box", "name: other");
    let texts = [
        ("connection", "box", CONNECTION),
        ("connection", "other", &*other),
        ("flow", "customers", CUSTOMERS),
        ("flow", "orders", ORDERS),
    ];
    assert!(!world.apply(&texts).await.is_refused());
    world
}

fn node(world: &World, name: &str) -> Engine {
    let options = Options { owner: format!("{name}#1"), reads: true };
    Engine::new(world.seams.clone(), options).beside_others(name, "0.1.0")
}

async fn pass(world: &World, seconds: u64) {
    world.seams.clock.sleep_until(world.now() + Duration::from_secs(seconds)).await;
}

/// By name, those that are alive and how many groups each works on.
async fn shares(world: &World) -> Vec<(String, usize)> {
    let nodes = world.store().nodes().await.unwrap();
    let alive = nodes.into_iter().filter(|node| node.is_alive(world.now()));
    let mut shares: Vec<(String, usize)> = alive.map(|node| (node.name, node.groups)).collect();
    shares.sort();
    shares
}

fn share(name: &str, groups: usize) -> (String, usize) {
    (name.to_owned(), groups)
}

#[tokio::test(start_paused = true)]
async fn what_a_node_worked_on_that_died_is_taken_over_within_ten_seconds() {
    let world = world().await;
    let (first, second) = (node(&world, "甲"), node(&world, "乙"));
    let ((_keep, stop), (_other, stops)) = (watch::channel(false), watch::channel(false));
    let dies = async {
        tokio::select! {
            _ = first.run(stop) => {}
            () = pass(&world, 30) => {}
        }
    };
    let works_on = async {
        pass(&world, 1).await;
        tokio::select! {
            _ = second.run(stops) => {}
            () = async {
                pass(&world, 29).await;
                assert_eq!(shares(&world).await, [share("乙", 1), share("甲", 1)]);
                // What is saved now nobody has read yet.
                world.save("account", "1", r#"{"no":"K1","name":"桥梁公司"}"#);
                world.save("order", "1", r#"{"no":"S1"}"#);
                pass(&world, 10).await;
                assert_eq!(world.desk().table("customer").len(), 1);
                assert_eq!(world.desk().table("bill").len(), 1);
                pass(&world, 3).await;
                assert_eq!(shares(&world).await, [share("乙", 2)], "as it said with its next beat");
            } => {}
        }
    };
    tokio::join!(dies, works_on);
}

#[tokio::test(start_paused = true)]
async fn groups_are_shared_out_and_given_back_in_order() {
    let world = world().await;
    let (first, second) = (node(&world, "甲"), node(&world, "乙"));
    let ((end_first, stop), (end_second, stops)) = (watch::channel(false), watch::channel(false));
    let joins = async {
        pass(&world, 20).await;
        second.run(stops).await.unwrap();
    };
    let looks = async {
        pass(&world, 19).await;
        assert_eq!(shares(&world).await, [share("甲", 2)], "alone it does everything");
        pass(&world, 21).await;
        assert_eq!(shares(&world).await, [share("乙", 1), share("甲", 1)]);
        end_first.send_replace(true);
        pass(&world, 5).await;
        assert_eq!(shares(&world).await, [share("乙", 2)], "what is given back waits for no lease");
        end_second.send_replace(true);
    };
    let (ended, (), ()) = tokio::join!(first.run(stop), joins, looks);
    ended.unwrap();
    assert_eq!(shares(&world).await, []);
}

#[tokio::test(start_paused = true)]
async fn a_write_of_a_node_that_died_is_sent_again_only_when_its_last_call_must_be_over() {
    let world = world().await;
    world.desk().loses_writes = true;
    world.desk().refusals.entry("customer".into()).or_default().push_back(AnswerClass::Unknown);
    world.save("account", "1", r#"{"no":"K1","name":"桥梁公司"}"#);
    let (_keep, stop) = watch::channel(false);
    let dying = node(&world, "甲");
    tokio::select! {
        _ = dying.run(stop) => {}
        () = async {
            while !world.standing().await.iter().any(|told| told.starts_with("customers 1 unknown")) {
                pass(&world, 1).await;
            }
        } => {}
    }
    let died = world.now();
    let (_keep, stop) = watch::channel(false);
    let second = node(&world, "乙");
    tokio::select! {
        _ = second.run(stop) => {}
        () = async {
            while world.desk().table("customer").is_empty() {
                pass(&world, 1).await;
            }
        } => {}
    }
    let waited = world.now().since(died);
    // The first may have begun a call as its lease ended, within 8 s; then it must be over, and settle.
    let settled = LONGEST_CALL + Duration::from_secs(10);
    assert!(waited >= settled, "{waited:?}");
    assert!(waited < settled + Duration::from_secs(60), "{waited:?}");
    assert_eq!(world.desk().table("customer").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_node_that_stood_still_writes_nothing_of_what_another_has_taken_over() {
    let world = world().await;
    let (first, second) = (node(&world, "甲"), node(&world, "乙"));
    let ((_keep, stop), (_other, stops)) = (watch::channel(false), watch::channel(false));
    let mut standing = std::pin::pin!(first.run(stop));
    tokio::select! {
        _ = &mut standing => {}
        () = pass(&world, 20) => {}
    }
    // From here on it is not polled: it knows nothing of what passes.
    let mut working = std::pin::pin!(second.run(stops));
    for n in 0..20 {
        world.save("account", &format!("{n:02}"), &format!(r#"{{"no":"K{n}","name":"桥"}}"#));
    }
    tokio::select! {
        _ = &mut working => {}
        () = pass(&world, 60) => {}
    }
    assert_eq!(world.desk().table("customer").len(), 20);
    world.save("account", "00", r#"{"no":"K0","name":"桥梁股份"}"#);
    let both = async { tokio::join!(&mut standing, &mut working) };
    tokio::select! {
        _ = both => {}
        () = pass(&world, 30) => {}
    }
    assert_eq!(world.desk().table("customer").len(), 20);
    assert_eq!(world.desk().writes.len(), 21, "each once: {:?}", world.desk().writes);
}

#[tokio::test(start_paused = true)]
async fn a_caller_is_sent_on_where_another_node_works_on_the_connection() {
    let world = world().await;
    let token = AccessToken {
        name: "平台".into(),
        connections: vec!["box".into()],
        grants: vec![Grant::Use],
        hash: hash_of("hub"),
        made: world.now(),
        until: None,
    };
    assert!(world.store().keep_access(&token).await.unwrap());
    let caller = Caller { token: "hub", connection: "box" };
    let asked =
        || Asked::read(r#"{"objAPIName":"customer","masterFieldVal":{"no":"K1","name":"桥"}}"#.as_bytes());
    let (first, second) = (node(&world, "甲"), node(&world, "乙"));
    let ((_keep, stop), (_other, stops)) = (watch::channel(false), watch::channel(false));
    tokio::select! {
        _ = first.run(stop) => {}
        () = async {
            pass(&world, 3).await;
            tokio::select! {
                _ = second.run(stops) => {}
                () = pass(&world, 30) => {}
            }
        } => {}
        () = async {
            pass(&world, 2).await;
            let written = first.serving().write(caller, How::Create, asked().unwrap()).await;
            assert!(written.is_ok(), "{written:?}");
            let refused = second.serving().write(caller, How::Create, asked().unwrap()).await;
            assert_eq!(refused, Err(NotServed::Elsewhere("box".into())));
        } => {}
    }
    assert_eq!(world.desk().table("customer").len(), 1);
}
