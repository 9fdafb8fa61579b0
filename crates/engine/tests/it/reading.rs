//! How often objects are read, and how soon what others leave in the store is seen.

use std::time::Duration;

use contract::store::Raise;
use model::record::RecordKey;
use model::task::Kind;

use crate::world::World;

/// The system is usually read every five seconds.
fn flow(within: &str) -> String {
    format!(
        "kind: flow\nname: a\ntitle: {{ zh: 甲, en: A }}\nsource: {{ connection: box, object: account{within} }}\n\
         target: {{ connection: box, object: customer, key: no, match: [no] }}\nmap:\n  no: no\n"
    )
}

/// Does something after so many seconds while the engine runs, and asks how many customers there are later.
async fn customers_after(world: &World, seconds: u64, act: impl AsyncFnOnce(&World)) -> usize {
    let until = world.now() + Duration::from_secs(20 + seconds);
    let people = async {
        world.seams.clock.sleep_until(world.now() + Duration::from_secs(20)).await;
        act(world).await;
        world.seams.clock.sleep_until(until).await;
        world.desk().table("customer").len()
    };
    tokio::join!(world.run(21 + seconds), people).1
}

#[tokio::test(start_paused = true)]
async fn an_object_is_read_as_seldom_as_its_flow_wishes_and_else_as_is_usual() {
    for (within, after, expected) in
        [("", 8, 1), (", within: 10m", 8, 0), (", within: 10m", 500, 0), (", within: 10m", 600, 1)]
    {
        let text = flow(within);
        let world = World::with(&[("a", &text)]).await;
        let customers =
            customers_after(&world, after, async |world| world.save("account", "1", r#"{"no":"K1"}"#)).await;
        assert_eq!(customers, expected, "within{within}, {after} s later");
    }
}

#[tokio::test(start_paused = true)]
async fn what_another_process_wishes_for_is_read_within_seconds() {
    let text = flow(", within: 10m");
    let world = World::with(&[("a", &text)]).await;
    let customers = customers_after(&world, 5, async |world| {
        world.save("account", "1", r#"{"no":"K1"}"#);
        let key = RecordKey::new(&"box".into(), &"account".into(), "1");
        world.store().wish(&[key], world.now()).await.unwrap();
    })
    .await;
    assert_eq!(customers, 1);
}

#[tokio::test(start_paused = true)]
async fn what_another_process_raises_is_worked_on_within_seconds() {
    let text = flow("");
    let world = World::with(&[("a", &text)]).await;
    world.save("account", "1", r#"{"no":"K1"}"#);
    world.run(10).await;
    let task = world.tasks().await[0].task.id;
    let before = world.store().attempts(task, 10).await.unwrap().len();
    customers_after(&world, 5, async |world| {
        let raise = Raise { flow: "a".into(), kind: Kind::Deliver, lane: "box".into() };
        let ids = ["1".to_owned()];
        world.store().raise(&"box".into(), &"account".into(), &ids, &raise, true, world.now()).await.unwrap();
    })
    .await;
    assert_eq!(world.store().attempts(task, 10).await.unwrap().len(), before + 1);
}
