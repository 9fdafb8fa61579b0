//! People and departments in documents: waited for, named, and released by their binding.

use contract::connector::Person;
use engine::bindings;
use model::binding::{Binding, BindingSide, How, Kind, Party};
use model::{Cause, Secret};

use crate::world::{CONNECTION, World};

const ORDERS: &str = "kind: flow\nname: orders\nsource: { connection: box, object: order }\n\
    target: { connection: erp, object: bill, key: no }\nmap:\n  no: no\n  seller: { from: owner, person: erp }\n  \
    dept: { from: dept, department: erp, otherwise: D0 }\n";

fn employee(id: &str, name: &str, mobile: &str) -> Person {
    Person {
        id: id.into(),
        number: None,
        name: name.into(),
        mobile: Some(Secret::new(mobile)),
        employee_number: None,
        active: true,
    }
}

fn binding(kind: Kind, here: &str, there: &str, number: Option<&str>) -> Binding {
    let party = |connection: &str, id: &str, number: Option<&str>| Party {
        connection: connection.into(),
        id: id.into(),
        number: number.map(str::to_owned),
        name: None,
    };
    let (one, other) = (party("box", here, None), party("erp", there, number));
    Binding { kind, one, other, how: How::Hand, at: crate::world::BEGINNING }
}

async fn world(flow: &str) -> World {
    let world = World::new();
    let erp = CONNECTION.replace("name: box", "name: erp");
    let texts = [("connection", "box", CONNECTION), ("connection", "erp", &erp), ("flow", "orders", flow)];
    let outcome = world.apply(&texts).await;
    assert!(!outcome.is_refused(), "{:?}", outcome.problems);
    world.desk().people =
        vec![employee("1000", "王强", "13800000001"), employee("1001", "李娜", "13800000002")];
    world
}

async fn cause_of(world: &World, id: &str) -> Option<Cause> {
    world.tasks().await.into_iter().find(|line| line.source_id == id).and_then(|line| line.task.cause)
}

#[tokio::test(start_paused = true)]
async fn an_order_waits_for_its_salesperson_by_name_and_goes_on_when_they_are_bound() {
    let world = world(ORDERS).await;
    world.save("order", "1", r#"{"no":"SO1","owner":["1000"]}"#);
    world.save("order", "2", r#"{"no":"SO2","owner":"1000"}"#);
    world.save("order", "3", r#"{"no":"SO3"}"#);
    world.run(20).await;
    assert_eq!(
        world.standing().await,
        [
            "orders 1 waiting engine.waits_for_person",
            "orders 2 waiting engine.waits_for_person",
            "orders 3 synced"
        ]
    );
    let cause = cause_of(&world, "1").await.unwrap();
    let told =
        ["who", "id", "source", "connection"].map(|name| cause.param(name).unwrap_or_default().to_owned());
    assert_eq!(told, ["王强(1000)", "1000", "box", "erp"]);
    assert_eq!(world.desk().people_asked, 1, "one question for all orders of the bundle");
    world.store().bind(&[binding(Kind::Person, "1000", "77", Some("S001"))]).await.unwrap();
    world.run(5).await;
    assert_eq!(world.standing().await, ["orders 1 synced", "orders 2 synced", "orders 3 synced"]);
    assert_eq!(
        world.desk().table("bill"),
        [r#"{"no":"SO3"}"#, r#"{"no":"SO1","seller":"S001"}"#, r#"{"no":"SO2","seller":"S001"}"#]
    );
}

#[tokio::test(start_paused = true)]
async fn while_an_order_waits_for_a_binding_nobody_is_asked_again_and_again() {
    let world = world(ORDERS).await;
    world.save("order", "1", r#"{"no":"SO1","owner":["1009"]}"#);
    world.run(6 * 3_600).await;
    let task = world.tasks().await.remove(0).task;
    assert_eq!(world.store().attempts(task.id, 99).await.unwrap().len(), 1);
    assert_eq!(world.desk().people_asked, 1);
    let who = cause_of(&world, "1").await.unwrap();
    assert_eq!(who.param("who"), Some("1009"), "whom the system does not list is known by the id");
}

#[tokio::test(start_paused = true)]
async fn a_system_that_tells_no_names_is_left_alone_and_the_call_is_on_record() {
    let world = world(ORDERS).await;
    world.desk().hides_people = true;
    for n in 0..20 {
        world.save("order", &format!("{n:02}"), &format!(r#"{{"no":"SO{n}","owner":["10{n:02}"]}}"#));
        world.run(10).await;
    }
    assert_eq!(world.desk().people_asked, 20, "each engine of its own asks once");
    let task = world.tasks().await.remove(0).task;
    let attempt = world.store().attempts(task.id, 1).await.unwrap().remove(0);
    let operations: Vec<&str> = attempt.calls.iter().map(|call| call.operation.as_str()).collect();
    assert_eq!(operations, ["people"]);
    let asking = async {
        for n in 20..60 {
            world.seams.clock.sleep_until(world.now() + std::time::Duration::from_secs(10)).await;
            world.save("order", &n.to_string(), &format!(r#"{{"no":"SO{n}","owner":["10{n}"]}}"#));
        }
    };
    tokio::join!(asking, world.run(460));
    assert_eq!(world.desk().people_asked, 21, "one refusal is remembered for ten minutes");
    assert!(world.standing().await.iter().all(|task| task.ends_with("waiting engine.waits_for_person")));
}

#[tokio::test(start_paused = true)]
async fn who_need_not_be_bound_does_not_stop_an_order() {
    let flow = ORDERS.replace("person: erp", "person: erp, want: id, otherwise: \"99\"");
    let world = world(&flow).await;
    world.store().bind(&[binding(Kind::Person, "1001", "78", Some("S002"))]).await.unwrap();
    world.save("order", "1", r#"{"no":"SO1","owner":["1000"],"dept":["1001"]}"#);
    world.save("order", "2", r#"{"no":"SO2","owner":["1001"]}"#);
    world.run(20).await;
    assert_eq!(
        world.desk().table("bill"),
        [r#"{"no":"SO1","seller":"99","dept":"D0"}"#, r#"{"no":"SO2","seller":"78"}"#],
        "a person and a department of one id are two"
    );
    assert_eq!(world.desk().people_asked, 0);
}

#[tokio::test(start_paused = true)]
async fn an_order_goes_on_when_its_flow_needs_nobody_any_more() {
    let world = world(ORDERS).await;
    world.save("order", "1", r#"{"no":"SO1","owner":["1000"]}"#);
    world.run(20).await;
    let needless = ORDERS.replace("person: erp", "person: erp, otherwise: S099");
    world.apply(&[("flow", "orders", &needless)]).await;
    world.run(2 * 3_600).await;
    assert_eq!(world.standing().await, ["orders 1 synced"]);
}

#[tokio::test(start_paused = true)]
async fn an_order_without_its_department_names_it() {
    let world = world(&ORDERS.replace(", otherwise: D0", "")).await;
    world.save("order", "1", r#"{"no":"SO1","owner":"","dept":["1001"]}"#);
    world.run(20).await;
    assert_eq!(world.standing().await, ["orders 1 waiting engine.waits_for_department"]);
    world.store().bind(&[binding(Kind::Department, "1001", "BM01", None)]).await.unwrap();
    world.run(5).await;
    assert_eq!(world.desk().table("bill"), [r#"{"no":"SO1","dept":"BM01"}"#]);
}

#[tokio::test(start_paused = true)]
async fn a_flow_that_names_no_connection_for_people_is_not_in_force() {
    let world = World::new();
    let flow = ORDERS.replace("target: { connection: erp", "target: { connection: box");
    let outcome = world.apply(&[("connection", "box", CONNECTION), ("flow", "orders", &flow)]).await;
    let told: Vec<_> = outcome.problems.iter().map(|problem| (problem.at, &*problem.cause.code)).collect();
    assert_eq!(told, [((7, 3), "config.unknown_connection"), ((8, 3), "config.unknown_connection")]);
}

#[tokio::test(start_paused = true)]
async fn matching_proposes_and_only_applying_binds() {
    let world = world(ORDERS).await;
    let setup = world.setup().await;
    let (from, to) = (&setup.lines[&"box".into()], &setup.lines[&"erp".into()]);
    let matching = bindings::find(&world.seams, from, to, Kind::Person).await.unwrap();
    assert_eq!((matching.proposals.len(), matching.ambiguous.len()), (2, 0));
    let side = BindingSide {
        kind: Kind::Person,
        connection: "box".into(),
        id: "1000".into(),
        other_connection: "erp".into(),
    };
    assert_eq!(world.store().bound(std::slice::from_ref(&side)).await.unwrap(), [None]);
    bindings::apply(&world.seams, [from, to], Kind::Person, &matching.proposals).await.unwrap();
    let bound = world.store().bound(std::slice::from_ref(&side)).await.unwrap().remove(0).unwrap();
    assert_eq!((bound.id.as_str(), bound.name.as_deref()), ("1000", Some("王强")));
    let again = bindings::find(&world.seams, from, to, Kind::Person).await.unwrap();
    assert_eq!((again.proposals.len(), again.bound), (0, 2));
}
