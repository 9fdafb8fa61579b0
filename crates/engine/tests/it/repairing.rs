//! At the repair desk: with which mapping a task runs again, edits of the stored copy, and closing by hand.

use engine::by_hand::{self, Which};
use engine::desk::{self, Acted, Set, To};
use model::AnswerClass;
use model::audit::AuditEntry;
use model::job::{Copy, Mapping};
use model::record::RecordKey;
use model::task::{Selection, State};

use crate::world::World;

const FLOW: &str = "kind: flow\nname: accounts\nsource: { connection: box, object: account }\n\
    target: { connection: box, object: customer, key: no }\nmap:\n  no: no\n  name: { from: name, required: true }\n";

/// The same flow, by which names are written otherwise.
fn second() -> String {
    FLOW.replace("{ from: name, required: true }", r#"{ expr: "name ~ '（新）'" }"#)
}

fn failed() -> Selection {
    Selection { flow: Some("accounts".into()), states: vec![State::Failed], ..Selection::default() }
}

fn refuse(world: &World, classes: &[AnswerClass]) {
    world.desk().refusals.insert("customer".into(), classes.iter().cloned().collect());
}

async fn retry(world: &World, copy: Copy, mapping: Mapping) -> Acted {
    let setup = world.setup().await;
    desk::retry(&world.seams, &setup, failed(), (copy, mapping), None, "王芳").await.unwrap()
}

async fn ahead(world: &World, mapping: Mapping) -> String {
    let (setup, line) = (world.setup().await, world.tasks().await.remove(0));
    let how = (Copy::Stored, mapping);
    let ahead = desk::ahead(&world.seams, &setup, &line, how).await.unwrap().unwrap();
    format!("{} {:?}", ahead.version, ahead.preview.calls)
}

async fn versions(world: &World) -> Vec<i64> {
    let task = world.tasks().await[0].task.id;
    let attempts = world.store().attempts(task, 10).await.unwrap();
    attempts.iter().rev().map(|line| line.attempt.flow_version).collect()
}

/// A world in which an account was refused, and the flow was changed since.
async fn refused_then_changed() -> World {
    let world = World::with(&[("accounts", FLOW)]).await;
    refuse(&world, &[AnswerClass::Rejected]);
    world.save("account", "1", r#"{"no":"K1","name":"深圳智联"}"#);
    world.run(60).await;
    assert_eq!(world.standing().await, ["accounts 1 failed box.refused"]);
    world.apply(&[("flow", "accounts", &second())]).await;
    world
}

#[tokio::test(start_paused = true)]
async fn the_original_mapping_is_for_one_delivery_and_outlives_a_restart() {
    let world = refused_then_changed().await;
    let (current, original) = (ahead(&world, Mapping::Current).await, ahead(&world, Mapping::Original).await);
    assert!(current.starts_with("2 ") && current.contains("深圳智联（新）"), "{current}");
    assert!(original.starts_with("1 ") && !original.contains("（新）"), "{original}");
    // Its first try with it fails for a while; the engine is another one when it is tried again.
    refuse(&world, &[AnswerClass::Transient]);
    assert_eq!(retry(&world, Copy::Stored, Mapping::Original).await, Acted::AtOnce(1, Vec::new()));
    world.run(5).await;
    assert_eq!(world.standing().await, ["accounts 1 retrying box.refused"]);
    world.run(60).await;
    assert_eq!(world.standing().await, ["accounts 1 synced"]);
    assert_eq!(world.desk().table("customer"), [r#"{"no":"K1","name":"深圳智联"}"#]);
    assert_eq!(versions(&world).await, [1, 1, 1]);
    world.save("account", "1", r#"{"no":"K1","name":"前海智联"}"#);
    world.run(60).await;
    assert_eq!(world.desk().table("customer"), [r#"{"no":"K1","name":"前海智联（新）"}"#]);
    assert_eq!(versions(&world).await, [1, 1, 1, 2]);
}

#[tokio::test(start_paused = true)]
async fn the_original_mapping_is_used_on_what_the_source_says_now_too() {
    let world = refused_then_changed().await;
    world.desk().tables.get_mut("account").unwrap().get_mut("1").unwrap().body =
        crate::system::map(r#"{"no":"K1","name":"改过的"}"#);
    let Acted::Job(_) = retry(&world, Copy::Source, Mapping::Original).await else {
        panic!("reading takes a job")
    };
    world.run(60).await;
    assert_eq!(world.desk().table("customer"), [r#"{"no":"K1","name":"改过的"}"#]);
    assert_eq!(versions(&world).await, [1, 1]);
}

#[tokio::test(start_paused = true)]
async fn value_maps_are_those_of_the_original_mapping() {
    let values = |to: &str| format!("kind: values\nname: grades\nmap:\n  A: {to}\n");
    let flow = FLOW.replace("{ from: name, required: true }", "{ from: name, values: grades }");
    let world = World::new();
    let texts = [("connection", "box", crate::world::CONNECTION), ("flow", "accounts", flow.as_str())];
    let first = values("一级");
    let outcome = world.apply(&[texts[0], ("values", "grades", &first), texts[1]]).await;
    assert!(!outcome.is_refused(), "{:?}", outcome.problems);
    refuse(&world, &[AnswerClass::Rejected]);
    world.save("account", "1", r#"{"no":"K1","name":"A"}"#);
    world.run(60).await;
    world.apply(&[("values", "grades", &values("特级"))]).await;
    let (current, original) = (ahead(&world, Mapping::Current).await, ahead(&world, Mapping::Original).await);
    assert!(current.starts_with("1 ") && current.contains("特级"), "{current}");
    assert!(original.starts_with("1 ") && original.contains("一级"), "{original}");
}

#[tokio::test(start_paused = true)]
async fn a_mapping_that_led_elsewhere_is_not_used_and_told() {
    let world = refused_then_changed().await;
    world.apply(&[("flow", "accounts", &FLOW.replace("object: customer", "object: partner"))]).await;
    let Acted::AtOnce(0, left) = retry(&world, Copy::Stored, Mapping::Original).await else {
        panic!("nothing runs again")
    };
    assert_eq!(
        (&*left[0].cause.code, left[0].cause.param("version")),
        ("engine.mapping_elsewhere", Some("1"))
    );
    assert_eq!(world.tasks().await[0].task.state, State::Failed);
    assert!(matches!(retry(&world, Copy::Stored, Mapping::Current).await, Acted::AtOnce(1, _)));
}

async fn edit(world: &World, path: &str, to: &str) -> i64 {
    let (setup, line) = (world.setup().await, world.tasks().await.remove(0));
    let sets = [Set { path: path.into(), to: To::Typed(to.into()) }];
    let edited = desk::edit(&world.seams, &setup, &line, &sets, "来源缺名称", "王芳").await.unwrap();
    edited.unwrap().revision
}

#[tokio::test(start_paused = true)]
async fn an_edited_copy_is_brought_over_and_holds_until_the_source_says_something_newer() {
    let world = World::with(&[("accounts", FLOW)]).await;
    world.save("account", "1", r#"{"no":"K1","name":null}"#);
    world.run(60).await;
    assert_eq!(world.standing().await, ["accounts 1 failed mapping.required"]);
    assert_eq!(edit(&world, "name", "深圳智联").await, 2);
    world.run(300).await;
    assert_eq!(world.standing().await, ["accounts 1 synced"], "polls read what it was, and change nothing");
    assert_eq!(world.desk().table("customer"), [r#"{"no":"K1","name":"深圳智联"}"#]);
    let task = world.tasks().await.remove(0).task;
    assert!(world.store().story(task.record).await.unwrap().unwrap().is_edited());
    let about = AuditEntry::about_record(&RecordKey::new(&"box".into(), &"account".into(), "1"));
    let noted = world.store().audit_log(Some(&about), 10).await.unwrap().remove(0);
    assert_eq!((noted.by.as_str(), &*noted.what.code), ("王芳", "audit.edited"));
    for (param, value) in
        [("path", "name"), ("before", "null"), ("after", "\"深圳智联\""), ("reason", "来源缺名称")]
    {
        assert_eq!(noted.what.param(param), Some(value), "{param}");
    }
    world.save("account", "1", r#"{"no":"K1","name":"深圳市智联"}"#);
    world.run(60).await;
    assert_eq!(world.desk().table("customer"), [r#"{"no":"K1","name":"深圳市智联"}"#]);
    assert!(!world.store().story(task.record).await.unwrap().unwrap().is_edited());
}

#[tokio::test(start_paused = true)]
async fn reading_again_discards_an_edit() {
    let world = World::with(&[("accounts", FLOW)]).await;
    world.save("account", "1", r#"{"no":"K1","name":"深圳"}"#);
    world.run(60).await;
    edit(&world, "name", "深圳智联").await;
    world.run(60).await;
    assert_eq!(world.desk().table("customer"), [r#"{"no":"K1","name":"深圳智联"}"#]);
    let setup = world.setup().await;
    by_hand::run(&world.seams, &setup, &setup.flows[&"accounts".into()], Which::Ids(vec!["1".into()]))
        .await
        .unwrap();
    world.run(60).await;
    assert_eq!(world.desk().table("customer"), [r#"{"no":"K1","name":"深圳"}"#]);
}

#[tokio::test(start_paused = true)]
async fn what_was_done_elsewhere_is_closed_and_the_next_change_opens_it_again() {
    let world = World::with(&[("accounts", FLOW)]).await;
    world.save("account", "1", r#"{"no":"K1"}"#);
    world.run(60).await;
    let closed = desk::close(&world.seams, failed(), "已在 ERP 手工建档".into(), "王芳").await.unwrap();
    assert_eq!(closed, Acted::AtOnce(1, Vec::new()));
    world.run(300).await;
    assert_eq!(world.standing().await, ["accounts 1 closed mapping.required"]);
    let about = AuditEntry::about_task(world.tasks().await[0].task.id);
    let noted = world.store().audit_log(Some(&about), 10).await.unwrap().remove(0);
    assert_eq!((&*noted.what.code, noted.what.param("reason")), ("audit.closed", Some("已在 ERP 手工建档")));
    world.save("account", "1", r#"{"no":"K1","name":"深圳"}"#);
    world.run(60).await;
    assert_eq!(world.standing().await, ["accounts 1 synced"]);
}

#[tokio::test(start_paused = true)]
async fn a_later_change_that_is_brought_over_closes_what_failed() {
    let world = World::with(&[("accounts", FLOW)]).await;
    world.save("account", "1", r#"{"no":"K1"}"#);
    world.run(60).await;
    assert_eq!(world.standing().await, ["accounts 1 failed mapping.required"]);
    world.save("account", "1", r#"{"no":"K1","name":"深圳"}"#);
    world.run(60).await;
    assert_eq!(world.standing().await, ["accounts 1 synced"], "nobody has to close it");
    assert_eq!(world.tasks().await[0].task.cause, None);
}

#[tokio::test(start_paused = true)]
async fn a_flow_that_says_nothing_of_retries_has_those_of_its_targets_connection() {
    let off = format!("{}retries: off\n", crate::world::CONNECTION);
    let own = format!("{FLOW}retries: {{ waits: [30s] }}\n");
    for (flow, state) in [(FLOW, "failed"), (own.as_str(), "retrying")] {
        let world = World::new();
        let outcome = world.apply(&[("connection", "box", &off), ("flow", "accounts", flow)]).await;
        assert!(!outcome.is_refused(), "{:?}", outcome.problems);
        refuse(&world, &[AnswerClass::Transient]);
        world.save("account", "1", r#"{"no":"K1","name":"深圳"}"#);
        world.run(20).await;
        assert_eq!(world.tasks().await[0].task.state.name(), state);
    }
}

#[tokio::test(start_paused = true)]
async fn a_write_of_which_nobody_knows_is_looked_for_though_retries_are_off() {
    let off = format!("{}retries: off\n", crate::world::CONNECTION);
    let world = World::new();
    world.apply(&[("connection", "box", &off), ("flow", "accounts", FLOW)]).await;
    refuse(&world, &[AnswerClass::Unknown]);
    world.save("account", "1", r#"{"no":"K1","name":"深圳"}"#);
    world.run(120).await;
    assert_eq!(world.standing().await, ["accounts 1 synced"]);
    assert_eq!(world.desk().table("customer").len(), 1);
}
