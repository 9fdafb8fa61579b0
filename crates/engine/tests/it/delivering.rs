//! Documents: by hand, previewed, in doubt, in two passes, beside a flow that is refused.

use contract::store::TaskFilter;
use engine::by_hand::{self, Which};
use engine::check::{Card, card};
use engine::preview::preview;
use model::AnswerClass;
use model::record::RecordKey;

use crate::world::World;

const CUSTOMERS: &str = "kind: flow\nname: customers\nsource: { connection: box, object: account }\n\
    target: { connection: box, object: customer, key: no }\nmap:\n  no: no\n  name: name\n";
const KEYLESS: &str = "kind: flow\nname: keyless\nsource: { connection: box, object: account }\n\
    target: { connection: box, object: customer }\nmap:\n  name: name\n";
const ORDERS: &str = "kind: flow\nname: orders\nsource: { connection: box, object: order }\n\
    target: { connection: box, object: bill, key: no }\nmap:\n  no: no\n";

#[tokio::test(start_paused = true)]
async fn a_preview_sends_nothing_and_shows_before_and_after() {
    let world = World::with(&[("customers", CUSTOMERS)]).await;
    world.save("account", "1", r#"{"no":"K1","name":"桥梁公司"}"#);
    world.run(20).await;
    let written = world.desk().writes.len();
    world.save("customer", "T1", r#"{"no":"K1","name":"别人改的"}"#);
    let key = RecordKey::new(&"box".into(), &"account".into(), "1");
    let mut record = world.store().find(&[key]).await.unwrap().remove(0).unwrap();
    record.body = r#"{"no":"K1","name":"桥梁股份"}"#.into();
    let setup = world.setup().await;
    let flow = &setup.flows[&"customers".into()];
    let seen = preview(&world.seams, &setup, flow, vec![record]).await.unwrap().remove(0);
    assert_eq!(seen.calls, [("update".to_owned(), r#"{"name":"桥梁股份"}"#.to_owned())]);
    let change = &seen.changes[0];
    assert_eq!((change.before.as_deref(), change.after.as_str()), (Some(r#""别人改的""#), r#""桥梁股份""#));
    assert_eq!(world.desk().writes.len(), written, "nothing was sent");
    assert_eq!(world.standing().await, ["customers 1 synced"]);
}

#[tokio::test(start_paused = true)]
async fn a_flow_that_makes_nothing_keeps_in_agreement_what_is_there() {
    let never = CUSTOMERS.replace("key: no }", "match: [no], create: never }");
    let world = World::with(&[("customers", &never)]).await;
    world.save("customer", "T1", r#"{"no":"K1","name":"旧名"}"#);
    world.save("account", "1", r#"{"no":"K1","name":"桥梁公司"}"#);
    world.save("account", "2", r#"{"no":"K2","name":"只在这边"}"#);
    world.run(20).await;
    assert_eq!(world.standing().await, ["customers 1 synced", "customers 2 skipped engine.not_made_here"]);
    assert_eq!(world.desk().table("customer").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_walk_of_many_pages_does_not_rest_longer_with_each_page_that_is_refused_once() {
    let world = World::with(&[("customers", CUSTOMERS)]).await;
    for number in 0..500 {
        world.save("account", &format!("{number:03}"), &format!(r#"{{"no":"K{number}","name":"桥"}}"#));
    }
    world.desk().refused_pages = [true, false].repeat(10).into();
    // Ten rests of five seconds; doubled each time they would be an hour.
    world.run(70).await;
    let all = TaskFilter { limit: 1_000, ..TaskFilter::default() };
    assert_eq!(world.store().tasks(&all).await.unwrap().len(), 500);
}

#[tokio::test(start_paused = true)]
async fn by_hand_a_record_runs_again_though_nothing_changed() {
    let world = World::with(&[("customers", CUSTOMERS)]).await;
    world.save("account", "1", r#"{"no":"K1","name":"桥梁公司"}"#);
    world.run(20).await;
    let attempts = async || world.store().attempts(world.tasks().await[0].task.id, 9).await.unwrap().len();
    assert_eq!(attempts().await, 1);
    let setup = world.setup().await;
    let flow = &setup.flows[&"customers".into()];
    let which = Which::Ids(vec!["1".into(), "没有的".into()]);
    assert_eq!(by_hand::run(&world.seams, &setup, flow, which).await.unwrap(), ["1"]);
    world.run(5).await;
    assert_eq!(attempts().await, 2);
    assert_eq!(world.desk().table("customer").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_card_says_once_only_where_a_create_is_recognisable() {
    for (key, is_once) in
        [("", false), (", key: no", true), (", key: fixed", false), (", key: 没有的", false)]
    {
        let text =
            ORDERS.replace(", key: no", key).replace("  no: no", "  no: no\n  fixed: no\n  没有的: no");
        let world = World::with(&[("orders", &text)]).await;
        let setup = world.setup().await;
        let card = card(&setup.flows[&"orders".into()]).await.unwrap();
        assert_eq!(card == Card::Once, is_once, "{key}: {card:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_create_in_doubt_is_repeated_by_a_person_and_never_by_a_change() {
    let world = World::with(&[("keyless", KEYLESS)]).await;
    world.desk().refusals.entry("customer".into()).or_default().push_back(AnswerClass::Unknown);
    world.save("account", "1", r#"{"name":"桥梁公司"}"#);
    world.run(30).await;
    assert_eq!(world.standing().await, ["keyless 1 failed engine.may_exist"]);
    world.save("account", "1", r#"{"name":"桥梁股份"}"#);
    world.run(30).await;
    assert_eq!(world.standing().await, ["keyless 1 failed engine.may_exist"]);
    assert_eq!(world.desk().table("customer").len(), 1, "a change made no second document");
    world.replay_all().await;
    world.run(30).await;
    assert_eq!(world.standing().await, ["keyless 1 synced"]);
    assert_eq!(world.desk().table("customer").len(), 2, "a person wanted it so");
}

#[tokio::test(start_paused = true)]
async fn an_unknown_create_is_found_by_its_key_or_sent_again_after_the_settle_window() {
    for loses in [false, true] {
        let world = World::with(&[("customers", CUSTOMERS)]).await;
        world.desk().loses_writes = loses;
        world.desk().refusals.entry("customer".into()).or_default().push_back(AnswerClass::Unknown);
        world.save("account", "1", r#"{"no":"K1","name":"桥梁公司"}"#);
        world.run(60).await;
        assert_eq!(world.standing().await, ["customers 1 synced"]);
        assert_eq!(world.desk().table("customer"), [r#"{"no":"K1","name":"桥梁公司"}"#], "lost: {loses}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_flow_whose_setting_is_refused_does_not_stop_another_flow_of_the_lane() {
    let world = World::with(&[("customers", CUSTOMERS), ("orders", ORDERS)]).await;
    world.desk().refusals.insert("customer".into(), vec![AnswerClass::Config; 500].into());
    for n in 1..30 {
        let (id, body) = (format!("{n:02}"), format!(r#"{{"no":"K{n}","name":"桥"}}"#));
        world.save("account", &id, &body);
        world.save("order", &id, &body);
    }
    world.run(30).await;
    assert_eq!(world.desk().table("bill").len(), 29);
    assert_eq!(world.desk().table("customer").len(), 0);
    let tried = 500 - world.desk().refusals["customer"].len();
    assert!(tried < 60, "the flow is braked: {tried}");
}
