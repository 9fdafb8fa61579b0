//! Documents: by hand, previewed, in doubt, in two passes, beside a flow that is refused.

use contract::store::TaskFilter;
use contract::transport::Call;
use contract::wire::Wire;
use engine::apply::{Ask, plan, put_in_force};
use engine::by_hand::{self, Which};
use engine::check::{Card, card};
use engine::preview::preview;
use model::AnswerClass;
use model::record::RecordKey;

use crate::world::{CONNECTION, World, configured};

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
async fn an_update_that_may_still_come_is_waited_for_though_an_earlier_write_made_it_so_already() {
    let world = World::with(&[("customers", CUSTOMERS)]).await;
    world.save("account", "1", r#"{"no":"K1","name":"桥梁公司"}"#);
    world.run(20).await;
    let (id, before) = (world.desk().tables["customer"].keys().next().unwrap().clone(), world.now());
    world.run(5).await;
    let renamed = r#"{"no":"K1","name":"桥梁股份"}"#;
    world.desk().loses_writes = true;
    world.desk().refusals.insert("customer".into(), [AnswerClass::Unknown].into());
    world.save("account", "1", renamed);
    while world.standing().await != ["customers 1 unknown box.refused"] {
        world.run(1).await;
    }
    // An earlier write shows only now; what was sent last is still on its way.
    world.desk().save("customer", &id, renamed, before);
    world.save("account", "1", r#"{"no":"K1","name":"桥梁集团"}"#);
    world.run(5).await;
    assert_eq!(world.standing().await, ["customers 1 unknown box.refused"]);
    world.save("customer", &id, renamed);
    world.run(60).await;
    assert_eq!(world.standing().await, ["customers 1 synced"]);
    assert_eq!(world.desk().table("customer"), [r#"{"no":"K1","name":"桥梁集团"}"#]);
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

#[tokio::test(start_paused = true)]
async fn a_write_that_is_open_is_looked_into_where_it_was_sent_though_the_flow_was_pointed_elsewhere() {
    for moved in
        ["{ connection: erp, object: customer, key: no }", "{ connection: box, object: client, key: no }"]
    {
        for loses in [false, true] {
            let erp = CONNECTION.replace("name: box", "name: erp");
            let world = World::with(&[("customers", CUSTOMERS)]).await;
            assert!(!world.apply(&[("connection", "erp", &erp)]).await.is_refused());
            world.desk().loses_writes = loses;
            world.desk().refusals.entry("customer".into()).or_default().push_back(AnswerClass::Unknown);
            world.save("account", "1", r#"{"no":"K1","name":"桥梁公司"}"#);
            for _ in 0..20 {
                world.crash(1).await;
                if world.standing().await == ["customers 1 unknown box.refused"] {
                    break;
                }
            }
            assert_eq!(world.standing().await, ["customers 1 unknown box.refused"]);
            let elsewhere = CUSTOMERS.replace("{ connection: box, object: customer, key: no }", moved);
            assert!(!world.apply(&[("flow", "customers", &elsewhere)]).await.is_refused());
            world.run(60).await;
            assert_eq!(world.standing().await, ["customers 1 synced"], "{moved} {loses}");
            let story = world.store().trace("K1", 1).await.unwrap().remove(0);
            let told = |link: &model::link::Link| {
                format!("{}/{} {}", link.target_connection, link.target_object, link.target_id.is_some())
            };
            let mut links: Vec<String> = story.links.iter().map(told).collect();
            links.sort();
            let here = format!("box/customer {}", !loses);
            let there = if moved.contains("erp") { "erp/customer true" } else { "box/client true" };
            let mut expected = [here.as_str(), there];
            expected.sort_unstable();
            assert_eq!(links, expected, "loses: {loses}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn two_records_of_one_number_are_both_named_and_the_document_stays_with_the_first() {
    let world = World::with(&[("customers", CUSTOMERS)]).await;
    world.save("account", "甲", r#"{"no":"K1","name":"桥梁公司"}"#);
    world.run(20).await;
    world.save("account", "乙", r#"{"no":"K1","name":"隧道公司"}"#);
    world.run(30).await;
    assert_eq!(world.standing().await, ["customers 甲 synced", "customers 乙 failed engine.taken"]);
    let cause = world.tasks().await.remove(1).task.cause.unwrap();
    let told = ["object", "record", "other", "target"].map(|name| cause.param(name).unwrap_or_default());
    assert_eq!(told, ["account", "K1 (乙)", "K1 (甲)", "K1"]);
    assert_eq!(world.desk().table("customer"), [r#"{"no":"K1","name":"桥梁公司"}"#]);
    world.save("account", "乙", r#"{"no":"K2","name":"隧道公司"}"#);
    world.run(30).await;
    assert_eq!(world.standing().await, ["customers 甲 synced", "customers 乙 synced"]);
}

#[tokio::test(start_paused = true)]
async fn what_somebody_holds_open_there_keeps_no_other_record_from_being_sent() {
    let world = World::with(&[("customers", CUSTOMERS), ("orders", ORDERS)]).await;
    world.desk().refusals.insert("customer".into(), vec![AnswerClass::Transient; 30].into());
    world.desk().is_of_record = true;
    for n in 1..30 {
        world.save("account", &format!("{n:02}"), &format!(r#"{{"no":"K{n}","name":"桥"}}"#));
        world.save("order", &format!("{n:02}"), &format!(r#"{{"no":"K{n}"}}"#));
    }
    world.run(12).await;
    assert_eq!(world.desk().table("bill").len(), 29, "the connection was never paused");
    let standing = world.standing().await;
    assert_eq!(standing.iter().filter(|task| task.contains("retrying box.refused")).count(), 29);
}

#[tokio::test(start_paused = true)]
async fn tasks_of_a_flow_that_is_not_in_force_rest_until_it_comes_back() {
    let world = World::with(&[("customers", CUSTOMERS), ("orders", ORDERS)]).await;
    world.desk().refusals.entry("customer".into()).or_default().push_back(AnswerClass::Transient);
    world.save("account", "1", r#"{"no":"K1","name":"桥梁公司"}"#);
    world.run(6).await;
    let texts = configured(&[("connection", "box", CONNECTION), ("flow", "orders", ORDERS)]);
    let ask = Ask { texts: &texts, prune: true, environment: None, variable: &|_| None };
    let without = plan(&world.seams, &ask).await.unwrap();
    put_in_force(&world.seams, &without, &texts).await.unwrap();
    world.run(300).await;
    assert_eq!(world.standing().await, ["customers 1 waiting engine.flow_not_in_force"]);
    let due = world.tasks().await[0].task.due;
    assert!(due.since(world.now()).as_secs() > 3_000, "it is not touched again and again");
    assert!(!world.apply(&[("flow", "customers", CUSTOMERS)]).await.is_refused());
    world.run(10).await;
    assert_eq!(world.standing().await, ["customers 1 synced"]);
}

#[tokio::test(start_paused = true)]
async fn what_was_taken_back_for_a_write_that_was_refused_is_audited_again() {
    let world = World::with(&[("customers", CUSTOMERS)]).await;
    world.save("account", "1", r#"{"no":"K1","name":"桥梁公司"}"#);
    world.run(20).await;
    let status = || world.desk().tables["customer"]["T1"].status.clone();
    world.desk().tables.get_mut("customer").unwrap().get_mut("T1").unwrap().status = Some("audited".into());
    // Un-audited, and then the save is refused.
    world.desk().answers.insert("customer".into(), [None, Some(AnswerClass::Rejected)].into());
    world.save("account", "1", r#"{"no":"K1","name":"桥梁股份"}"#);
    world.run(20).await;
    assert_eq!(world.standing().await, ["customers 1 failed box.refused"]);
    assert_eq!(status().as_deref(), Some("audited"), "at once, with what it held");
    assert_eq!(world.desk().table("customer"), [r#"{"no":"K1","name":"桥梁公司"}"#]);
    // Refused too when it is put back: the next write brings it there.
    let refused = Some(AnswerClass::Rejected);
    world.desk().answers.insert("customer".into(), [None, refused, refused].into());
    world.save("account", "1", r#"{"no":"K1","name":"桥梁有限"}"#);
    world.run(20).await;
    assert_eq!(world.standing().await, ["customers 1 failed box.refused"]);
    assert_eq!(status().as_deref(), Some("saved"));
    world.save("account", "1", r#"{"no":"K1","name":"桥梁集团"}"#);
    world.run(20).await;
    assert_eq!(world.standing().await, ["customers 1 synced"]);
    assert_eq!(status().as_deref(), Some("audited"), "the flow names no status: it is as people had left it");
    // People take it back themselves: nothing audits it.
    world.desk().tables.get_mut("customer").unwrap().get_mut("T1").unwrap().status = Some("saved".into());
    world.save("account", "1", r#"{"no":"K1","name":"桥梁控股"}"#);
    world.run(20).await;
    assert_eq!(world.standing().await, ["customers 1 synced"]);
    assert_eq!(status().as_deref(), Some("saved"));
}

#[tokio::test(start_paused = true)]
async fn what_was_told_to_be_audited_and_is_not_is_audited_once_more_and_not_for_ever() {
    let audited = CUSTOMERS.replace("key: no", "key: no, status: audited");
    assert_ne!(audited, CUSTOMERS);
    let world = World::with(&[("customers", &audited)]).await;
    let audits = || {
        let desk = world.desk();
        let count = desk.writes.iter().filter(|write| write.0 == "audit").count();
        (desk.tables["customer"]["T1"].status.clone().unwrap_or_default(), count)
    };
    world.desk().splits_creates = true;
    world.desk().audits_in_name = 1;
    world.save("account", "1", r#"{"no":"K1","name":"桥梁公司"}"#);
    world.run(20).await;
    assert_eq!(world.standing().await, ["customers 1 synced"]);
    assert_eq!(audits(), ("audited".to_owned(), 2));
    // A system that leaves it to approvals of its own is not asked again and again.
    world.desk().audits_in_name = usize::MAX;
    world.save("account", "1", r#"{"no":"K1","name":"桥梁股份"}"#);
    world.run(60).await;
    assert_eq!(world.standing().await, ["customers 1 synced"]);
    assert_eq!(audits(), ("saved".to_owned(), 5));
    assert_eq!(world.desk().table("customer"), [r#"{"no":"K1","name":"桥梁股份"}"#]);
}

#[tokio::test(start_paused = true)]
async fn a_write_that_begins_an_approval_is_done_with_at_once() {
    let world = World::with(&[("customers", CUSTOMERS)]).await;
    world.save("account", "1", r#"{"no":"K1","name":"桥梁公司"}"#);
    world.run(20).await;
    world.desk().tables.get_mut("customer").unwrap().get_mut("T1").unwrap().status = Some("saved".into());
    world.desk().asks_for_approval = true;
    let gets = world.desk().gets.len();
    world.save("account", "1", r#"{"no":"K1","name":"桥梁股份"}"#);
    world.run(20).await;
    assert_eq!(world.standing().await, ["customers 1 synced"]);
    let desk = world.desk();
    let of_target = desk.gets[gets..].iter().filter(|(_, object, _)| object == "customer").count();
    assert_eq!(of_target, 2, "before and after the write: {:?}", &desk.gets[gets..]);
}

#[tokio::test(start_paused = true)]
async fn a_write_is_sent_only_while_the_lease_holds() {
    let world = World::with(&[("customers", CUSTOMERS)]).await;
    let setup = world.setup().await;
    let line = &setup.lines[&"box".into()];
    for (seconds, code) in [(0, "engine.lease_short"), (1, "transport.unknown_host")] {
        let until = || world.now() + std::time::Duration::from_secs(seconds);
        let wire = line.wire("customer").within(&until);
        // The call may last longer: whoever takes over waits until it must be over.
        let refusal = wire.send(Call::get("Save", "http://box/save")).await.unwrap_err();
        assert_eq!(refusal.cause.code, code);
        assert_eq!(wire.take_calls().len(), usize::from(seconds > 0), "what was not sent is no call");
    }
}
