//! Connected records: an order with its customer, its deliveries and what was told of its state, from either side.

use engine::kin::{Way, family};
use model::record::RecordKey;

use crate::world::World;

const CUSTOMERS: &str = "kind: flow\nname: customers\nsource: { connection: box, object: account }\n\
    target: { connection: box, object: customer, key: no }\nmap:\n  no: no\n";
const ORDERS: &str = "kind: flow\nname: orders\nsource: { connection: box, object: request }\n\
    target: { connection: box, object: sale, key: no }\nmap:\n  no: no\n  \
    customer.id: { from: account, reference: account, want: id }\n";
const STATES: &str = "kind: flow\nname: states\nsource: { connection: box, object: sale }\n\
    target: { connection: box, object: request, match: [no], create: never }\nmap:\n  no: no\n  done: done\n";
const SHIPMENTS: &str = "kind: flow\nname: shipments\nsource: { connection: box, object: shipment }\n\
    target: { connection: box, object: note, key: no }\nmap:\n  no: no\n  \
    request.id: { from: sale, reference: sale, by: number, target: request, want: id }\n";

/// A lead refers to the account that came of it.
const LEADS: &str = "kind: flow\nname: leads\n\
    source: { connection: box, object: lead, becomes: { account: account_id } }\n\
    target: { connection: box, object: person, key: no }\nmap:\n  no: no\n  \
    customer.id: { from: account_id, reference: account, want: id }\n";

async fn world() -> World {
    let flows = [
        ("customers", CUSTOMERS),
        ("orders", ORDERS),
        ("states", STATES),
        ("shipments", SHIPMENTS),
        ("leads", LEADS),
    ];
    let world = World::with(&flows).await;
    for (id, no) in [("A1", "KH1"), ("A2", "KH2")] {
        world.save("account", id, &format!(r#"{{"no":"{no}"}}"#));
    }
    world.save("request", "R1", r#"{"no":"SO1","account":"A1"}"#);
    world.save("request", "R2", r#"{"no":"SO2","account":"A2"}"#);
    world.run(40).await;
    for (id, no, sale) in [("S1", "CK1", "SO1"), ("S2", "CK2", "SO1"), ("S3", "CK3", "SO2")] {
        world.save("shipment", id, &format!(r#"{{"no":"{no}","sale":"{sale}","remark":"不是 SO1 的"}}"#));
    }
    let (id, mut body) = {
        let desk = world.desk();
        let mut sales = desk.tables["sale"].iter();
        let sale = sales.find(|(_, sale)| sale.number.as_deref() == Some("SO1"));
        sale.map(|(id, sale)| (id.clone(), sale.body.clone())).unwrap()
    };
    body.set("done", "closed");
    world.save("sale", &id, &model::json::write(&model::Value::Map(body)));
    world.run(60).await;
    assert!(
        world.standing().await.iter().all(|task| task.ends_with(" synced")),
        "{:?}",
        world.standing().await
    );
    world
}

/// Which way and how far, object and number, and the states of each.
async fn told(world: &World, object: &str, id: &str) -> (Vec<String>, Vec<String>) {
    let key = RecordKey::new(&"box".into(), &object.into(), id);
    let record = world.store().find(&[key]).await.unwrap().remove(0).unwrap();
    let family = family(&world.seams, &world.setup().await, &record).await.unwrap();
    let own = family.own.iter().map(|own| format!("{} {:?}", own.record.key.object, own.states));
    let kin = family.kin.iter().map(|kin| {
        let sign = if kin.way == Way::Up { '↑' } else { '↓' };
        let record = &kin.member.record;
        format!(
            "{sign}{} {} {}",
            kin.distance,
            record.key.object,
            record.number.as_deref().unwrap_or_default()
        )
    });
    (own.collect(), kin.collect())
}

#[tokio::test(start_paused = true)]
async fn an_order_is_told_with_its_customer_its_deliveries_and_its_states_from_either_side() {
    let world = world().await;
    let expected = ["↑1 account KH1", "↓1 shipment CK1", "↓1 shipment CK2"];
    let (own, kin) = told(&world, "request", "R1").await;
    assert_eq!(own, ["request []", r#"sale [("done", "closed")]"#]);
    assert_eq!(kin, expected);
    let sale = world.store().trace("SO1", 9).await.unwrap();
    let sale = sale.iter().find(|story| story.record.key.object.as_str() == "sale").unwrap();
    assert_eq!(told(&world, "sale", &sale.record.key.id).await, (own, kin));
}

#[tokio::test(start_paused = true)]
async fn a_customer_is_told_with_what_came_of_it_and_a_delivery_with_all_it_came_from() {
    let world = world().await;
    let (_, customer) = told(&world, "account", "A1").await;
    assert_eq!(customer, ["↓1 request SO1", "↓2 shipment CK1", "↓2 shipment CK2"]);
    let (_, delivery) = told(&world, "shipment", "S3").await;
    assert_eq!(delivery, ["↑2 account KH2", "↑1 request SO2"]);
}

#[tokio::test(start_paused = true)]
async fn what_a_record_turned_into_comes_after_it_from_wherever_one_asks() {
    let world = world().await;
    world.save("lead", "L1", r#"{"no":"XS1","account_id":"A1"}"#);
    world.save("lead", "L2", r#"{"no":"XS2","account_id":"A2","remark":"A1 介绍的"}"#);
    world.save("lead", "L3", r#"{"no":"XS3","account_id":""}"#);
    world.run(30).await;
    let (_, lead) = told(&world, "lead", "L1").await;
    assert_eq!(lead, ["↓1 account KH1", "↓2 request SO1", "↓3 shipment CK1", "↓3 shipment CK2"]);
    let (_, order) = told(&world, "request", "R1").await;
    assert_eq!(order, ["↑2 lead XS1", "↑1 account KH1", "↓1 shipment CK1", "↓1 shipment CK2"]);
    let (_, delivery) = told(&world, "shipment", "S3").await;
    assert_eq!(delivery, ["↑3 lead XS2", "↑2 account KH2", "↑1 request SO2"]);
    assert_eq!(told(&world, "lead", "L3").await.1, <[&str; 0]>::default());
}
