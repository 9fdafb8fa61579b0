//! Records that are void: what was there before us is found and voided, and nothing is ever made for them.

use std::time::Duration;

use crate::world::{BEGINNING, World};

const CUSTOMERS: &str = "kind: flow\nname: customers\nsource: { connection: box, object: account, history: true }\n\
    target: { connection: box, object: customer, key: no }\nscope: state == \"normal\"\n\
    map:\n  no: no\n  name: { from: name, required: true }\nvoid: { do: forbid }\n";

fn is_void(world: &World, id: &str) -> bool {
    world.desk().tables["customer"][id].void
}

#[tokio::test(start_paused = true)]
async fn a_record_that_was_void_at_its_first_reading_voids_what_was_there_before_us() {
    let world = World::with(&[("customers", CUSTOMERS)]).await;
    world.save("customer", "老1", r#"{"no":"K1","name":"桥梁公司"}"#);
    world.save("customer", "老2", r#"{"no":"K2","name":"隧道公司"}"#);
    // A field that a document would need is missing: nothing is made of it, so nothing is wrong.
    world.save("account", "1", r#"{"no":"K1","state":"normal"}"#);
    world.void("account", "1");
    world.run(60).await;
    assert_eq!(world.standing().await, ["customers 1 synced"]);
    assert_eq!((is_void(&world, "老1"), is_void(&world, "老2")), (true, false));
    assert_eq!(world.desk().writes.len(), 1, "one step, and no field is written: {:?}", world.desk().writes);
    let side = &world.setup().await.flows[&"customers".into()].link_side(&model::record::RecordKey::new(
        &"box".into(),
        &"account".into(),
        "1",
    ));
    let link = world.store().by_source(std::slice::from_ref(side)).await.unwrap().remove(0).unwrap();
    assert_eq!(link.target_id.as_deref(), Some("老1"), "it is adopted");
}

#[tokio::test(start_paused = true)]
async fn void_records_without_a_document_are_looked_for_in_one_call_and_never_made() {
    let world = World::with(&[("customers", CUSTOMERS)]).await;
    for n in 0..10 {
        world.save("account", &n.to_string(), &format!(r#"{{"no":"K{n}","name":"桥{n}","state":"normal"}}"#));
        world.void("account", &n.to_string());
    }
    world.run(60).await;
    let standing = world.standing().await;
    assert_eq!(standing.len(), 10);
    assert!(standing.iter().all(|task| task.ends_with("skipped engine.void_before_sync")), "{standing:?}");
    assert_eq!(world.desk().lookups, [("customer".to_owned(), 10)]);
    assert!(world.desk().writes.is_empty());
}

#[tokio::test(start_paused = true)]
async fn of_a_void_record_outside_of_the_scope_nothing_is_looked_for() {
    let vip = CUSTOMERS.replace("state == \"normal\"", "state == \"normal\" and level == \"vip\"");
    let world = World::with(&[("customers", &vip)]).await;
    world.save("customer", "老1", r#"{"no":"K1","name":"桥梁公司"}"#);
    world.save("account", "1", r#"{"no":"K1","name":"桥梁公司","state":"normal","level":"普通"}"#);
    world.void("account", "1");
    world.run(60).await;
    assert_eq!(world.standing().await, ["customers 1 skipped engine.void_before_sync"]);
    assert!(!is_void(&world, "老1") && world.desk().lookups.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_duplicate_that_was_voided_takes_nothing_from_the_one_that_was_kept() {
    for synced_before in [true, false] {
        let world = World::with(&[("customers", CUSTOMERS)]).await;
        world.save("customer", "老1", r#"{"no":"K1","name":"桥梁公司"}"#);
        if synced_before {
            world.save("account", "2", r#"{"no":"K1","name":"桥梁公司","state":"normal"}"#);
            world.run(30).await;
        }
        world.save("account", "1", r#"{"no":"K1","name":"桥梁公司","state":"normal"}"#);
        world.void("account", "1");
        world.save("account", "2", r#"{"no":"K1","name":"桥梁公司","state":"normal"}"#);
        world.run(60).await;
        let mut standing = world.standing().await;
        standing.sort();
        assert_eq!(standing, ["customers 1 skipped engine.void_before_sync", "customers 2 synced"]);
        assert!(!is_void(&world, "老1"), "synced before: {synced_before}");
    }
}

#[tokio::test(start_paused = true)]
async fn nor_does_one_whose_twin_was_never_read() {
    let from_now = CUSTOMERS.replace(", history: true", "");
    let world = World::with(&[("customers", &from_now)]).await;
    let kept = r#"{"no":"K1","name":"桥梁公司","state":"normal"}"#;
    world.save("customer", "老1", r#"{"no":"K1","name":"桥梁公司"}"#);
    // Saved long before anybody read here.
    let years_ago = BEGINNING - Duration::from_secs(100_000_000);
    world.desk().save("account", "2", kept, years_ago);
    world.save("account", "1", kept);
    world.void("account", "1");
    world.run(60).await;
    assert_eq!(world.standing().await, ["customers 1 skipped engine.void_before_sync"]);
    assert!(!is_void(&world, "老1"));
}

#[tokio::test(start_paused = true)]
async fn what_comes_back_to_life_at_its_source_is_brought_over() {
    let world = World::with(&[("customers", CUSTOMERS)]).await;
    world.save("account", "1", r#"{"no":"K1","name":"桥梁公司","state":"normal"}"#);
    world.void("account", "1");
    world.run(60).await;
    assert!(world.desk().table("customer").is_empty());
    world.save("account", "1", r#"{"no":"K1","name":"桥梁公司","state":"normal"}"#);
    world.run(60).await;
    assert_eq!(world.standing().await, ["customers 1 synced"]);
    assert_eq!(world.desk().table("customer"), [r#"{"no":"K1","name":"桥梁公司"}"#]);
}
