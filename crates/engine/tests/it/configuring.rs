//! Configuration: refused whole, sealed, in force while the engine runs.

use std::time::Duration;

use engine::setup::SEALED;

use crate::world::{CONNECTION, World};

fn flow(name: &str, from: &str, to: &str, map: &str) -> String {
    format!(
        "kind: flow\nname: {name}\nsource: {{ connection: box, object: {from}, history: true }}\n\
         target: {{ connection: box, object: {to}, key: no }}\nmap:\n  no: no\n{map}"
    )
}

fn codes(outcome: &engine::apply::Outcome) -> Vec<String> {
    outcome.problems.iter().map(|problem| format!("{} {}", problem.name, problem.cause.code)).collect()
}

#[tokio::test(start_paused = true)]
async fn a_mistake_refuses_everything_and_a_secret_is_sealed() {
    let world = World::new();
    let connection = format!("{CONNECTION}settings:\n  password: \"一号密码\"\n");
    let wrong = flow("a", "account", "customer", "  name: { from: name, values: 没有的 }\n");
    let refused = world.apply(&[("connection", "box", &connection), ("flow", "a", &wrong)]).await;
    assert!(refused.is_refused() && refused.applied.is_empty(), "{refused:?}");
    assert_eq!(world.store().current().await.unwrap(), []);
    assert!(!world.apply(&[("connection", "box", &connection)]).await.is_refused());
    let stored = world.store().current().await.unwrap().remove(0).text.text;
    assert!(stored.contains(SEALED) && !stored.contains("密码"), "{stored}");
    let setup = world.setup().await;
    let line = &setup.lines[&"box".into()];
    assert_eq!(line.connection.secrets[0].1.reveal(), "一号密码");
}

#[tokio::test(start_paused = true)]
async fn flows_that_cannot_stand_beside_those_in_force_are_refused() {
    let a = flow("a", "account", "customer", "");
    let filtered = a.replace("object: account,", "object: account, filter: \"x = 1\",");
    let refers = |to: &str| format!("  other: {{ from: other, reference: {to} }}\n");
    for (given, with, code) in [
        (vec![("b", flow("b", "account", "customer", ""))], a.clone(), "b config.same_link"),
        (vec![("b", flow("b", "account", "bill", ""))], filtered, "b config.other_filter"),
        (
            vec![("b", flow("b", "order", "bill", &refers("account")))],
            flow("a", "account", "customer", &refers("order")),
            "b config.cycle",
        ),
    ] {
        let world = World::with(&[("a", &with)]).await;
        let texts: Vec<_> = given.iter().map(|(name, text)| ("flow", *name, text.as_str())).collect();
        let outcome = world.apply(&texts).await;
        assert!(
            outcome.is_refused() && codes(&outcome).iter().any(|found| found == code),
            "{:?}",
            codes(&outcome)
        );
        assert_eq!(world.setup().await.flows.len(), 1, "the one in force stays");
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_that_would_break_another_flow_is_refused_and_names_it() {
    let (a, b) = (flow("a", "account", "customer", ""), flow("b", "order", "bill", ""));
    let world = World::with(&[("a", &a), ("b", &b)]).await;
    let outcome = world.apply(&[("flow", "a", &flow("a", "order", "bill", ""))]).await;
    assert_eq!(codes(&outcome), ["a config.same_link"]);
    let elsewhere = CONNECTION.replace("connector: box", "connector: 没有的");
    let outcome = world.apply(&[("connection", "box", &elsewhere)]).await;
    assert!(codes(&outcome).contains(&"a config.unknown_connection".to_owned()), "{:?}", codes(&outcome));
    assert_eq!(world.setup().await.flows.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_circle_with_a_later_reference_is_written_in_a_second_pass() {
    let contact =
        flow("contacts", "contact", "person", "  company.id: { from: account, reference: account }\n");
    let later = "  main.id: { from: contact, reference: contact, later: true }\n";
    let account = flow("customers", "account", "customer", later);
    for existed in [false, true] {
        let world = World::with(&[("contacts", &contact), ("customers", &account)]).await;
        if existed {
            world.save("customer", "T9", r#"{"no":"K1"}"#);
        }
        world.save("account", "1", r#"{"no":"K1","contact":"2"}"#);
        world.save("contact", "2", r#"{"no":"P1","account":"1"}"#);
        world.run(120).await;
        let standing = world.standing().await;
        assert!(standing.iter().all(|task| task.ends_with(" synced")), "{existed}: {standing:?}");
        let customers = world.desk().table("customer");
        assert!(
            customers.len() == 1 && customers[0].contains(r#""main":{"id":"P1"}"#),
            "{existed}: {customers:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_applied_while_the_engine_runs_comes_into_force() {
    let world = World::new();
    let connection = format!("{CONNECTION}settings:\n  password: {{ env: PASSWORD }}\n");
    world.desk().password = "一号密码".into();
    let flow_a = flow("a", "account", "customer", "");
    world.apply(&[("connection", "box", &connection), ("flow", "a", &flow_a)]).await;
    world.save("account", "1", r#"{"no":"K1","name":"桥梁公司"}"#);
    let people = async {
        pause(&world, 20).await;
        assert_eq!(world.desk().table("customer"), [r#"{"no":"K1"}"#]);
        assert_eq!(world.desk().password_seen, "一号密码");
        world.desk().password = "二号密码".into();
        world.apply(&[("connection", "box", &connection)]).await;
        pause(&world, 20).await;
        assert_eq!(world.desk().password_seen, "二号密码", "a password alone that changed is taken");
        world.apply(&[("flow", "a", &flow("a", "account", "customer", "  name: name\n"))]).await;
    };
    tokio::join!(world.run(90), people);
    let customers = world.desk().table("customer");
    assert_eq!(
        customers,
        [r#"{"no":"K1","name":"桥梁公司"}"#],
        "what existed is read again with the new field"
    );
}

async fn pause(world: &World, seconds: u64) {
    world.seams.clock.sleep_until(world.now() + Duration::from_secs(seconds)).await;
}

const OBJECT: &str = "kind: object\nconnection: box\nname: customer\nid: _id\nnumber: no\nfields:\n  \
                      - { name: _id, type: text }\n  - { name: no, type: text }\n  - { name: name, type: text }\n";

#[tokio::test(start_paused = true)]
async fn where_a_system_cannot_tell_flows_name_objects_that_are_described() {
    let world = World::new();
    world.desk().is_strange = true;
    let map = "  name: nane\n";
    let flow = flow("a", "customer", "customer", map);
    let texts = [("connection", "box", CONNECTION), ("flow", "a", flow.as_str())];
    let refused = world.apply(&texts).await;
    assert_eq!(codes(&refused), ["a config.no_objects_described", "a config.no_objects_described"]);
    let other = OBJECT.replace("name: customer", "name: account");
    let described = [texts[0], texts[1], ("object", "box/account", other.as_str())];
    let refused = world.apply(&described).await;
    assert_eq!(refused.problems[0].cause.param("known"), Some("account"));
    let described = [texts[0], texts[1], ("object", "box/customer", OBJECT)];
    let refused = world.apply(&described).await;
    assert_eq!(codes(&refused), ["a mapping.object_field_near"]);
    assert_eq!(refused.problems[0].cause.param("nearest"), Some("name"));
    let mended = flow.replace("nane", "name");
    let described = [texts[0], ("flow", "a", mended.as_str()), ("object", "box/customer", OBJECT)];
    assert_eq!(codes(&world.apply(&described).await), [""; 0]);
    let setup = world.setup().await;
    let line = &setup.lines[&"box".into()];
    assert_eq!(line.connection.object("customer").unwrap().number.as_deref(), Some("no"));
}

#[tokio::test(start_paused = true)]
async fn an_object_of_a_system_that_can_tell_or_of_none_is_said_to_be() {
    let world = World::new();
    let outcome = world.apply(&[("connection", "box", CONNECTION), ("object", "box/customer", OBJECT)]).await;
    assert_eq!(codes(&outcome), ["box/customer config.object_known"]);
    assert!(!outcome.is_refused(), "it is a warning");
    let refers = OBJECT.replace("name: name, type: text", "name: name, type: reference, object: 部门");
    world.desk().is_strange = true;
    let outcome = world.apply(&[("object", "box/customer", &refers)]).await;
    assert_eq!(codes(&outcome), ["box/customer config.object_refers"]);
    let lost = OBJECT.replace("connection: box", "connection: bax");
    let outcome = world.apply(&[("object", "bax/customer", &lost)]).await;
    assert!(outcome.is_refused());
    assert!(codes(&outcome).contains(&"bax/customer config.unknown_connection".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn what_looks_like_a_placeholder_in_a_function_is_its_own() {
    let world = World::new();
    world.desk().is_strange = true;
    let object = format!("{OBJECT}functions: {{ parse: functions/a.js }}\n");
    let function = "function main() { return `${没有的}`; }\n";
    let texts = [
        ("connection", "box", CONNECTION),
        ("object", "box/customer", object.as_str()),
        ("function", "functions/a.js", function),
    ];
    assert_eq!(codes(&world.apply(&texts).await), [""; 0]);
    let current = world.store().current().await.unwrap();
    let stored = current.iter().find(|text| text.text.kind == "function").unwrap();
    assert_eq!((&*stored.text.text, &stored.environment), (function, &None));
    let refused = world.apply(&[texts[0], ("object", "box/other", &object.replace("a.js", "b.js"))]).await;
    assert_eq!(codes(&refused), ["box/other mapping.file_missing"]);
}
