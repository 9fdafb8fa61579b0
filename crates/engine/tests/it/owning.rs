//! The owners of records that failed: each hears of his own, once, whatever is restarted, and with the usual windows.

use engine::alerts::story::{Opened, open};
use model::alert::Owner;
use model::binding::{Binding, How, Kind, Party};
use model::{Lang, Timestamp};

use crate::world::World;

const FLOW: &str = "kind: flow\nname: accounts\nsource: { connection: box, object: account, fields: [owner, team] }\n\
    target: { connection: box, object: customer, key: no }\nmap:\n  no: no\n  name: { from: name, required: true }\n";

const OFFICE: &str = "kind: connection\nname: office\nconnector: box\ntitle: { zh: 办公, en: Office }\n";

const PLAN: &str = "kind: alerts\nname: alerts\nreceivers:\n  - { name: it, connection: box, users: [管理员] }\n\
    owners: { connection: office }\n";

async fn world(plan: &str) -> World {
    let world = World::with(&[("accounts", FLOW)]).await;
    let texts = [("connection", "office", OFFICE), ("alerts", "alerts", plan)];
    let outcome = world.apply(&texts).await;
    assert!(!outcome.is_refused(), "{:?}", outcome.problems);
    world
}

/// The person of the box is that one of the office.
async fn bind(world: &World, id: &str, office: &str) {
    let party = |connection: &str, id: &str| Party {
        connection: connection.into(),
        id: id.into(),
        number: None,
        name: Some(format!("姓名{id}")),
    };
    let (one, other) = (party("box", id), party("office", office));
    let binding = Binding { kind: Kind::Person, one, other, how: How::Hand, at: world.now() };
    world.store().bind(&[binding]).await.unwrap();
}

/// A record that cannot be brought over, with its owner.
fn nameless(world: &World, n: usize, owner: &str) {
    world.save("account", &n.to_string(), &format!(r#"{{"no":"KH-{n:03}","owner":{owner}}}"#));
}

/// What was told to whom, in order, without what receivers were told.
async fn told(world: &World) -> Vec<(String, String)> {
    let mut messages = world.store().alert_messages(1_000).await.unwrap();
    messages.reverse();
    let owned = messages.into_iter().filter_map(|message| {
        let Owner { connection, person } = message.owner?;
        Some((format!("{connection}/{person}"), message.text))
    });
    owned.collect()
}

async fn people(world: &World) -> Vec<String> {
    told(world).await.into_iter().map(|(person, _)| person).collect()
}

#[tokio::test(start_paused = true)]
async fn each_owner_hears_of_his_own_records_once() {
    let world = world(PLAN).await;
    bind(&world, "1000", "wang").await;
    bind(&world, "1001", "li").await;
    nameless(&world, 1, r#"["1000"]"#);
    nameless(&world, 2, r#"["1000","1001"]"#);
    nameless(&world, 3, r#""1001""#);
    nameless(&world, 4, r#"["9999"]"#);
    nameless(&world, 5, "null");
    world.run(150).await;
    let messages = told(&world).await;
    let people: Vec<&str> = messages.iter().map(|(person, _)| &**person).collect();
    assert_eq!(people, ["office/li", "office/wang"]);
    let (li, wang) = (&messages[0].1, &messages[1].1);
    for part in ["您负责的 2 条数据同步失败", "accounts", "KH-001：", "KH-002："] {
        assert!(wang.contains(part), "{part}: {wang}");
    }
    assert!(!wang.contains("KH-003") && !wang.contains("qiao "), "{wang}");
    assert!(li.contains("KH-002") && li.contains("KH-003") && !li.contains("KH-001"), "{li}");
    // They went out to those people, beside the usual receiver, who hears of all five.
    let notices = world.desk().notices.clone();
    assert_eq!(notices.len(), 3, "{notices:?}");
    assert!(notices.iter().any(|notice| notice.contains(r#""users":"wang""#)), "{notices:?}");
    assert!(
        notices.iter().any(|notice| notice.contains("5 条数据") && notice.contains("管理员")),
        "{notices:?}"
    );
    for _ in 0..3 {
        world.run(700).await;
        world.crash(700).await;
    }
    assert_eq!(told(&world).await.len(), 2, "nobody is told again, however often it is restarted");
}

#[tokio::test(start_paused = true)]
async fn who_joins_an_alert_that_was_told_is_told_with_the_next_window() {
    let world = world(PLAN).await;
    bind(&world, "1000", "wang").await;
    bind(&world, "1001", "li").await;
    nameless(&world, 1, r#"["1000"]"#);
    world.run(150).await;
    assert_eq!(people(&world).await, ["office/wang"]);
    nameless(&world, 2, r#"["1001"]"#);
    nameless(&world, 3, r#"["1000"]"#);
    world.run(240).await;
    assert_eq!(people(&world).await.len(), 1, "the window is not over");
    world.run(500).await;
    let messages = told(&world).await;
    assert_eq!(messages.len(), 3, "{messages:?}");
    assert!(messages[1].1.contains("KH-002") && messages[2].1.contains("KH-003"), "{messages:?}");
    assert!(!messages[2].1.contains("KH-001"), "he knows of that one: {messages:?}");
}

#[tokio::test(start_paused = true)]
async fn an_owner_who_is_bound_later_hears_then() {
    let world = world(PLAN).await;
    nameless(&world, 1, r#"["1000"]"#);
    world.run(900).await;
    assert!(told(&world).await.is_empty());
    bind(&world, "1000", "wang").await;
    world.run(900).await;
    assert_eq!(people(&world).await, ["office/wang"]);
}

#[tokio::test(start_paused = true)]
async fn owners_sleep_at_night() {
    // It is nine in the morning in China.
    let quiet = PLAN.replace("receivers:", "quiet: { from: \"08:00\", to: \"09:30\" }\nreceivers:");
    let world = world(&quiet).await;
    bind(&world, "1000", "wang").await;
    nameless(&world, 1, r#"["1000"]"#);
    world.run(15 * 60).await;
    assert!(told(&world).await.is_empty());
    world.run(20 * 60).await;
    assert_eq!(people(&world).await, ["office/wang"]);
}

#[tokio::test(start_paused = true)]
async fn owners_are_told_by_their_own_system_without_a_binding_and_by_flow() {
    let plan = PLAN.replace(
        "owners: { connection: office }",
        "owners:\n  - { connection: office, flows: [别的] }\n  - { connection: box, field: team.sales }",
    );
    let world = world(&plan).await;
    world.save("account", "1", r#"{"no":"KH-001","owner":["1000"],"team":{"sales":"1001"}}"#);
    world.run(150).await;
    assert_eq!(people(&world).await, ["box/1001"]);
}

#[tokio::test(start_paused = true)]
async fn many_are_told_within_bounds_and_none_is_forgotten() {
    let world = world(PLAN).await;
    for n in 0..230 {
        bind(&world, &format!("{}", 1000 + n), &format!("p{n:03}")).await;
    }
    (0..230).for_each(|n| nameless(&world, n, &format!(r#"["{}"]"#, 1000 + n)));
    (300..330).for_each(|n| nameless(&world, n, r#"["1000"]"#));
    world.run(400).await;
    let messages = told(&world).await;
    assert_eq!(messages.len(), 200, "so many owners at one time");
    let first = &messages.iter().find(|(person, _)| person == "office/p000").unwrap().1;
    assert_eq!(first.matches("KH-").count(), 20, "{first}");
    assert!(first.contains("31 条") && first.contains("另有 11 条"), "{first}");
    world.run(900).await;
    let mut people = people(&world).await;
    people.sort();
    people.dedup();
    assert_eq!((people.len(), told(&world).await.len()), (230, 230));
}

#[tokio::test(start_paused = true)]
async fn an_owners_field_that_no_flow_reads_is_warned_about_and_still_taken() {
    let world = World::with(&[("accounts", &FLOW.replace(", fields: [owner, team]", ""))]).await;
    let office = ("connection", "office", OFFICE);
    let outcome = world.apply(&[office, ("alerts", "alerts", PLAN)]).await;
    let told: Vec<_> =
        outcome.problems.iter().map(|problem| (&*problem.cause.code, problem.is_warning)).collect();
    assert_eq!((told, outcome.is_refused()), (vec![("config.owner_unread", true)], false));
    let outcome = world.apply(&[("flow", "accounts", FLOW)]).await;
    assert!(outcome.problems.is_empty(), "{:?}", outcome.problems);
}

#[tokio::test(start_paused = true)]
async fn owners_need_a_connection_that_can_tell() {
    let world = world(PLAN).await;
    let outcome = world.apply(&[("alerts", "alerts", &PLAN.replace("office", "没有"))]).await;
    let codes: Vec<&str> = outcome.problems.iter().map(|problem| &*problem.cause.code).collect();
    assert!(codes.contains(&"config.unknown_connection"), "{codes:?}");
}

#[tokio::test(start_paused = true)]
async fn a_link_leads_to_the_story_of_the_record_until_its_end() {
    let plan = format!("{PLAN}link: https://qiao.example.com/in/\nlink_for: 2d\n");
    let world = world(&plan).await;
    bind(&world, "1000", "wang").await;
    nameless(&world, 1, r#"["1000"]"#);
    nameless(&world, 2, r#"["1000"]"#);
    world.run(150).await;
    let text = told(&world).await.remove(0).1;
    let begins = "https://qiao.example.com/in/story/";
    let tokens: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix(begins)).collect();
    assert_eq!(tokens.len(), 2, "{text}");
    let setup = world.setup().await;
    let Opened::Page(page) = open(&world.seams, &setup, tokens[1]).await.unwrap() else { panic!("{text}") };
    assert_eq!((page.lang, &*page.sides[0].number), (Lang::Zh, "KH-002"));
    let [task] = &page.tasks[..] else { panic!("{page:?}") };
    assert_eq!((&*task.flow, task.state, task.tries.len()), ("accounts", "失败", 1));
    assert!(task.tries[0].at.starts_with("2026-06-01 09:0"), "{page:?}");
    // No value of a field is told: neither the owner nor anything else of the body.
    assert!(!format!("{page:?}").contains("1000"), "{page:?}");
    let forged = tokens[1].replacen('2', "3", 1);
    assert_eq!(open(&world.seams, &setup, &forged).await.unwrap(), Opened::Unknown);
    let end = Timestamp(world.now().0 + 2 * 86_400_000 + 1_000);
    world.seams.clock.sleep_until(end).await;
    assert_eq!(open(&world.seams, &setup, tokens[1]).await.unwrap(), Opened::Expired);
    // Another company's database opens nothing of it, and one without links opens nothing at all.
    let other = World::new();
    assert_eq!(open(&other.seams, &setup, tokens[1]).await.unwrap(), Opened::Unknown);
}
