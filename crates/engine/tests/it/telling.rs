//! Write-back: what the source is told of a sync.

use model::AnswerClass;

use crate::world::World;

const TOLD: &str = "kind: flow\nname: customers\nsource: { connection: box, object: account }\n\
    target: { connection: box, object: customer, key: no }\nmap:\n  no: no\n  name: name\n\
    write_back:\n  told: task.state\n";

fn told(world: &World, object: &str) -> String {
    let source = &world.desk().tables[object]["1"];
    source.body.get("told").and_then(|told| told.plain()).unwrap_or_default().into_owned()
}

#[tokio::test(start_paused = true)]
async fn what_was_told_in_an_answer_that_was_lost_is_set_right_by_the_next_sync() {
    let world = World::with(&[("customers", TOLD)]).await;
    world.save("account", "1", r#"{"no":"K1","name":"桥梁公司"}"#);
    world.run(20).await;
    assert_eq!(told(&world, "account"), "synced");
    // The sync fails, and nobody hears that this was told.
    world.desk().refusals.insert("customer".into(), [AnswerClass::Rejected].into());
    world.desk().refusals.insert("account".into(), [AnswerClass::Unknown].into());
    world.save("account", "1", r#"{"no":"K1","name":"桥梁股份","told":"synced"}"#);
    while told(&world, "account") != "failed" {
        world.run(1).await;
    }
    // While it is found out, the sync is under way again, and then it is as it was told first.
    world.desk().hidden = [("account".into(), 2)].into();
    world.desk().refusals.insert("customer".into(), [AnswerClass::Transient].into());
    world.save("account", "1", r#"{"no":"K1","name":"桥梁集团","told":"failed"}"#);
    world.run(90).await;
    assert_eq!(world.standing().await, ["customers 1 synced", "customers 1 synced"]);
    assert_eq!(told(&world, "account"), "synced");
}

#[tokio::test(start_paused = true)]
async fn a_source_that_the_flow_reads_no_more_is_told_nothing_and_nor_is_who_has_its_id_elsewhere() {
    let numbered = format!("{TOLD}  number: target.number\n");
    let world = World::with(&[("customers", &numbered)]).await;
    world.desk().refusals.insert("account".into(), [AnswerClass::Transient].into());
    world.save("account", "1", r#"{"no":"K1","name":"桥梁公司"}"#);
    world.run(2).await;
    world.save("partner", "1", r#"{"no":"P1","name":"别家公司"}"#);
    let moved = numbered.replace("object: account", "object: partner");
    assert!(!world.apply(&[("flow", "customers", &moved)]).await.is_refused());
    let before = world.desk().writes.len();
    world.run(60).await;
    assert_eq!(told(&world, "partner"), "synced", "of its own sync");
    let writes: Vec<String> =
        world.desk().writes[before..].iter().map(|write| format!("{write:?}")).collect();
    assert!(writes.iter().all(|write| !write.contains("K1")), "the number of another record's: {writes:?}");
}
