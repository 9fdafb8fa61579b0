//! Flows that go both ways: echoes, edits on one side and on both, what people decide, and what never comes to rest.

use contract::store::Take;
use engine::desk::{self, Decided, Decision};
use model::task::{Selection, State};

use crate::world::World;

const FORTH: &str = "kind: flow\nname: forth\nsource: { connection: box, object: account }\n\
    target: { connection: box, object: customer, key: no }\nCONFLICT\nmap:\n  no: no\n  name: name\n  mobile: mobile\n  \
    level: { from: level, values: { '1': VIP, '2': STD, '3': STD }, conflict: target }\n  \
    days: { from: amount, convert: decimal(0) }\n";
const BACK: &str = "kind: flow\nname: back\nsource: { connection: box, object: customer }\n\
    target: { connection: box, object: account, match: [no], create: never }\nmap:\n  no: no\n  name: name\n  \
    mobile: mobile\n  level: { from: level, values: { VIP: '1', STD: '2' } }\n  amount: days\n";

/// Until both sides were read and written.
const ROUND: u64 = 120;

/// One customer on both sides, at rest.
async fn company(conflict: &str) -> World {
    let forth = FORTH.replace("CONFLICT", conflict);
    let world = World::with(&[("forth", &forth), ("back", BACK)]).await;
    world.run(20).await;
    account(&world, "华信", "3", "12.60");
    world.run(ROUND).await;
    world
}

fn account(world: &World, name: &str, level: &str, amount: &str) {
    let body = format!(
        r#"{{"no":"K1","name":"{name}","mobile":"13812345678","level":"{level}","amount":{amount}}}"#
    );
    world.save("account", "1", &body);
}

fn customer(world: &World, name: &str, level: &str, days: u32) {
    let body =
        format!(r#"{{"no":"K1","name":"{name}","mobile":"13812345678","level":"{level}","days":{days}}}"#);
    world.save("customer", "T1", &body);
}

/// Both records as they stand: name, level and amount of each.
fn both(world: &World) -> (String, String) {
    let desk = world.desk();
    let told = |object: &str, id: &str, amount: &str| {
        let body = &desk.tables[object][id].body;
        let text =
            |name: &str| body.get(name).and_then(|value| value.plain()).unwrap_or_default().into_owned();
        format!("{} {} {}", text("name"), text("level"), text(amount))
    };
    (told("account", "1", "amount"), told("customer", "T1", "days"))
}

fn sides(crm: &str, erp: &str) -> (String, String) {
    (crm.to_owned(), erp.to_owned())
}

async fn decide(world: &World, flow: &str, take: Take, fields: &[String]) -> Decided {
    let setup = world.setup().await;
    let lines = world.tasks().await;
    let line = lines.iter().find(|line| line.task.flow.as_str() == flow).unwrap();
    let decision = Decision { take, fields, reason: "核实过" };
    desk::decide(&world.seams, &setup, line, &decision, "王芳").await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn an_echo_carries_nothing_back_whatever_was_rounded_or_mapped() {
    let world = company("").await;
    assert_eq!(both(&world), sides("华信 3 12.60", "华信 STD 13"));
    assert_eq!(world.desk().writes.len(), 1, "{:?}", world.desk().writes);
    assert_eq!(world.standing().await, ["forth 1 synced", "back T1 synced"]);
    // The other side changes what was mapped two to one, and something that was not rounded.
    customer(&world, "华信", "VIP", 13);
    world.run(ROUND).await;
    assert_eq!(both(&world), sides("华信 1 12.60", "华信 VIP 13"));
    assert_eq!(world.desk().writes.len(), 2, "{:?}", world.desk().writes);
}

#[tokio::test(start_paused = true)]
async fn what_each_side_changed_alone_is_merged() {
    let world = company("").await;
    account(&world, "华信科技", "3", "12.60");
    customer(&world, "华信", "STD", 20);
    world.run(ROUND).await;
    assert_eq!(both(&world), sides("华信科技 3 20", "华信科技 STD 20"));
    assert_eq!(world.desk().writes.len(), 3, "{:?}", world.desk().writes);
    assert_eq!(world.standing().await, ["forth 1 synced", "back T1 synced"]);
}

#[tokio::test(start_paused = true)]
async fn what_both_sides_changed_is_as_the_flow_says_and_the_field_before_it() {
    for (conflict, expected) in [
        ("conflict: source", sides("甲 1 30.40", "甲 VIP 30")),
        ("conflict: target", sides("乙 1 40", "乙 VIP 40")),
    ] {
        let world = company(conflict).await;
        account(&world, "甲", "2", "30.40");
        customer(&world, "乙", "VIP", 40);
        world.run(ROUND).await;
        assert_eq!(both(&world), expected, "{conflict}");
        assert_eq!(world.standing().await, ["forth 1 synced", "back T1 synced"], "{conflict}");
        assert!(world.desk().writes.len() <= 3, "{:?}", world.desk().writes);
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_that_is_taken_back_before_it_was_read_again_is_carried_all_the_same() {
    let world = company("").await;
    customer(&world, "改过", "STD", 13);
    world.run(ROUND).await;
    assert_eq!(both(&world).0, "改过 3 12.60");
    account(&world, "华信", "3", "12.60");
    world.run(ROUND).await;
    assert_eq!(both(&world), sides("华信 3 12.60", "华信 STD 13"));
}

#[tokio::test(start_paused = true)]
async fn a_person_decides_with_both_values_side_by_side_and_both_sides_agree_then() {
    for (take, expected) in
        [(Take::Source, sides("甲 3 12.60", "甲 STD 13")), (Take::Target, sides("乙 3 12.60", "乙 STD 13"))]
    {
        let world = company("conflict: ask").await;
        account(&world, "甲", "3", "12.60");
        customer(&world, "乙", "STD", 13);
        world.run(ROUND).await;
        let standing = world.standing().await;
        assert_eq!(standing, ["forth 1 failed engine.conflict", "back T1 waiting engine.decided_elsewhere"]);
        let setup = world.setup().await;
        let (lines, _) = desk::all_of(
            world.store(),
            &Selection { states: vec![State::Failed], ..Selection::default() },
            9,
        )
        .await
        .unwrap();
        let asked = desk::asked(&world.seams, &setup, &lines[0]).await.unwrap();
        let told: Vec<_> =
            asked.iter().map(|one| [&*one.field, &*one.here, &*one.there, &*one.agreed]).collect();
        assert_eq!(told, [["name", "甲", "乙", "华信"]]);
        assert_eq!(decide(&world, "back", take, &[]).await, Decided::NothingAsked);
        assert_eq!(decide(&world, "forth", take, &["level".into()]).await, Decided::NotAsked("level".into()));
        // Nobody decided yet: trying again asks again.
        world.replay_all().await;
        world.run(ROUND).await;
        assert_eq!(world.standing().await, standing);
        assert_eq!(decide(&world, "forth", take, &["name".into()]).await, Decided::Done(vec!["name".into()]));
        world.run(ROUND).await;
        assert_eq!(both(&world), expected, "{take:?}");
        assert_eq!(world.standing().await, ["forth 1 synced", "back T1 synced"]);
        let log = world.store().audit_log(None, 9).await.unwrap();
        assert_eq!((&*log[0].by, log[0].what.param("reason")), ("王芳", Some("核实过")));
    }
}

#[tokio::test(start_paused = true)]
async fn a_decision_about_values_that_changed_meanwhile_is_asked_again() {
    let world = company("conflict: ask").await;
    account(&world, "甲", "3", "12.60");
    customer(&world, "乙", "STD", 13);
    world.run(ROUND).await;
    customer(&world, "乙二", "STD", 13);
    decide(&world, "forth", Take::Source, &[]).await;
    world.run(ROUND).await;
    assert_eq!(world.standing().await[0], "forth 1 failed engine.conflict");
    assert_eq!(both(&world).1, "乙二 STD 13", "nobody decided about that");
}

#[tokio::test(start_paused = true)]
async fn personal_values_are_shown_to_nobody() {
    let world = company("conflict: ask").await;
    let change = |object: &str, id: &str, mobile: &str| {
        let body = crate::system::map(&format!(r#"{{"mobile":"{mobile}"}}"#));
        let mut whole = world.desk().tables[object][id].body.clone();
        body.into_iter().for_each(|(name, value)| whole.set(name, value));
        world.save(object, id, &model::json::write(&model::Value::Map(whole)));
    };
    change("account", "1", "13900000001");
    change("customer", "T1", "13900000002");
    world.run(ROUND).await;
    let lines = world.tasks().await;
    let cause = format!("{:?}", lines[0].task.cause);
    assert!(cause.contains("engine.conflict") && !cause.contains("1390000000"), "{cause}");
    let asked = desk::asked(&world.seams, &world.setup().await, &lines[0]).await.unwrap();
    assert!(asked.len() == 1 && !format!("{asked:?}").contains("1390000000"), "{asked:?}");
}

/// Two systems that make something else of every name that is written to them, a moment later.
fn rewrite(world: &World) {
    let (crm, erp) = both(world);
    if !crm.starts_with("小写") {
        account(world, "小写", "3", "12.60");
    }
    if !erp.starts_with("大写") {
        customer(world, "大写", "STD", 13);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_written_to_and_fro_though_nobody_edits_is_stopped_and_the_others_go_on() {
    let world = company("").await;
    for _ in 0..40 {
        rewrite(&world);
        world.run(20).await;
    }
    let writes = world.desk().writes.len();
    assert!((4..=12).contains(&writes), "{writes}: {:?}", world.desk().writes);
    let standing = world.standing().await;
    let stopped = standing.iter().filter(|line| line.ends_with("failed engine.never_at_rest")).count();
    assert_eq!(stopped, 1, "{standing:?}");
    let lines = world.tasks().await;
    let cause = lines.iter().find_map(|line| line.task.cause.clone()).unwrap();
    assert_eq!(cause.param("fields"), Some("name"), "{cause:?}");
    assert!(cause.param("values").is_some_and(|values| values.contains("写")), "{cause:?}");
    // Another record goes on.
    world.save("account", "2", r#"{"no":"K2","name":"别家","level":"1","amount":1}"#);
    world.run(ROUND).await;
    assert!(world.standing().await.contains(&"forth 2 synced".to_owned()));
    // The systems are mended, and a person lets it run once more.
    world.run(ROUND).await;
    world.replay_all().await;
    world.run(ROUND).await;
    let (crm, erp) = both(&world);
    assert_eq!(crm.split(' ').next(), erp.split(' ').next(), "{crm} {erp}");
    assert!(
        !world.standing().await.iter().any(|line| line.contains("failed")),
        "{:?}",
        world.standing().await
    );
}

#[tokio::test(start_paused = true)]
async fn edits_of_people_on_both_sides_in_turn_are_never_stopped() {
    let world = company("").await;
    for turn in 0..20 {
        match turn % 2 {
            0 => account(&world, &format!("名称{turn}"), "3", "12.60"),
            _ => customer(&world, &format!("名称{turn}"), "STD", 13),
        }
        world.run(90).await;
        let (crm, erp) = both(&world);
        assert_eq!(crm.split(' ').next(), erp.split(' ').next(), "turn {turn}");
    }
    assert_eq!(world.standing().await, ["forth 1 synced", "back T1 synced"]);
}

#[tokio::test(start_paused = true)]
async fn flows_that_contradict_each_other_are_refused_and_those_without_a_pair_are_told() {
    let world = World::new();
    let forth = FORTH.replace("CONFLICT", "conflict: source");
    let connection = ("connection", "box", crate::world::CONNECTION);
    for (back, code, refused) in [
        (BACK.replace("map:\n", "conflict: source\nmap:\n"), Some("config.conflict_disagrees"), true),
        (BACK.replace("map:\n", "conflict: target\nmap:\n"), None, false),
        (BACK.replace("amount: days", "amount: { from: days, conflict: ask }"), None, false),
        (
            BACK.replace("level: { from: level,", "level: { from: level, conflict: ask,"),
            Some("config.conflict_disagrees"),
            true,
        ),
    ] {
        let outcome = world.apply(&[connection, ("flow", "forth", &forth), ("flow", "back", &back)]).await;
        let codes: Vec<&str> = outcome.problems.iter().map(|problem| &*problem.cause.code).collect();
        assert_eq!(codes.first().copied(), code, "{codes:?}");
        assert_eq!(outcome.is_refused(), refused);
    }
    let alone = World::new().apply(&[connection, ("flow", "forth", &forth)]).await;
    assert_eq!(&*alone.problems[0].cause.code, "config.conflict_one_way");
    assert!(alone.problems[0].is_warning);
}
