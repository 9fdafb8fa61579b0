//! Re-reading open orders in a rolling slice: everything in time, and no call more than that takes.

use std::collections::BTreeMap;
use std::time::Duration;

use model::Timestamp;

use crate::world::{BEGINNING, World};

/// The system reads fifty at once.
const BATCH: usize = 50;

const ORDERS: &str = "kind: flow\nname: orders\nsource:\n  connection: box\n  object: order\n  history: true\n  \
    open: state != \"closed\"\n  reread: 1h\n\
    target: { connection: box, object: mirror, key: no }\nmap:\n  no: no\n  shipped: shipped\n";

fn order(n: usize, state: &str, shipped: usize) -> String {
    format!(r#"{{"no":"SO{n}","state":"{state}","shipped":{shipped}}}"#)
}

/// So many open orders from before the flow, and as many closed ones.
async fn world(open: usize, flow: &str) -> World {
    let world = World::new();
    for n in 0..open {
        world.save("order", &format!("{n:04}"), &order(n, "open", 0));
        world.save("order", &format!("9{n:03}"), &order(9_000 + n, "closed", 0));
    }
    let texts = [("connection", "box", crate::world::CONNECTION), ("flow", "orders", flow)];
    assert!(!world.apply(&texts).await.is_refused());
    world
}

/// The readings by id since the beginning: when, and how many ids.
fn readings(world: &World) -> Vec<(Timestamp, Vec<String>)> {
    world
        .desk()
        .gets
        .iter()
        .filter(|(_, object, _)| object == "order")
        .map(|(at, _, ids)| (*at, ids.clone()))
        .collect()
}

fn hours(count: u64) -> Duration {
    Duration::from_secs(3_600 * count)
}

#[tokio::test(start_paused = true)]
async fn every_open_record_is_read_once_an_hour_by_as_few_calls_as_that_takes() {
    for open in [1, 50, 51, 120] {
        let world = world(open, ORDERS).await;
        world.run(4 * 3_600 + 60).await;
        let slices = open.div_ceil(BATCH);
        let readings = readings(&world);
        for hour in 0..4 {
            let span = BEGINNING + hours(hour) + Duration::from_secs(30)
                ..BEGINNING + hours(hour + 1) + Duration::from_secs(30);
            let calls = readings.iter().filter(|(at, _)| span.contains(at)).count();
            assert_eq!(calls, slices, "{open} open, hour {hour}");
        }
        let mut last: BTreeMap<&str, Timestamp> = BTreeMap::new();
        for (at, ids) in &readings {
            for id in ids {
                let before = last.insert(id, *at).unwrap_or(BEGINNING);
                let waited = at.since(before);
                assert!(waited <= hours(1) + Duration::from_secs(5), "{id} of {open} waited {waited:?}");
            }
        }
        assert_eq!(last.len(), open, "all that are open, and none that is closed");
    }
}

#[tokio::test(start_paused = true)]
async fn what_the_source_changed_without_saying_so_is_seen_within_the_interval() {
    let world = world(60, ORDERS).await;
    world.run(600).await;
    let version = world.desk().tables["order"]["0007"].version;
    world.save("order", "0007", &order(7, "open", 5));
    // A write-back by the database itself moves no modification time.
    world.desk().tables.get_mut("order").unwrap().get_mut("0007").unwrap().version = version;
    world.run(3_600).await;
    assert!(world.desk().table("mirror").contains(&r#"{"no":"SO7","shipped":5}"#.to_owned()));
}

#[tokio::test(start_paused = true)]
async fn an_order_that_is_closed_or_gone_is_read_no_more() {
    let world = world(3, ORDERS).await;
    world.run(60).await;
    world.save("order", "0000", &order(0, "closed", 1));
    world.desk().tables.get_mut("order").unwrap().remove("0001");
    world.run(5 * 3_600).await;
    let count =
        |id: &str| readings(&world).iter().filter(|(_, ids)| ids.iter().any(|read| read == id)).count();
    assert_eq!((count("0000"), count("0001")), (0, 2), "what is gone is asked for once more");
    assert_eq!(count("0002"), 5);
}

#[tokio::test(start_paused = true)]
async fn a_restart_goes_on_where_the_slices_were() {
    let world = world(120, ORDERS).await;
    for _ in 0..48 {
        world.run(300).await;
    }
    let readings = readings(&world);
    assert!((11..=12).contains(&readings.len()), "four hours of three slices: {}", readings.len());
    let mut last: BTreeMap<&str, Timestamp> = BTreeMap::new();
    for (at, ids) in &readings {
        for id in ids {
            let waited = at.since(last.insert(id, *at).unwrap_or(BEGINNING));
            assert!(waited <= hours(1) + Duration::from_secs(10), "{id} waited {waited:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_flow_that_begins_to_ask_takes_in_what_is_stored_already() {
    let silent = ORDERS.replace("  open: state != \"closed\"\n  reread: 1h\n", "  fields: [state]\n");
    let world = world(60, &silent).await;
    world.run(600).await;
    assert_eq!(readings(&world), []);
    assert!(
        !world
            .apply(&[("connection", "box", crate::world::CONNECTION), ("flow", "orders", ORDERS)])
            .await
            .is_refused()
    );
    world.run(3_700).await;
    let read: std::collections::BTreeSet<String> =
        readings(&world).into_iter().flat_map(|(_, ids)| ids).collect();
    assert_eq!(read.len(), 60);
}

#[tokio::test(start_paused = true)]
async fn changes_are_read_in_time_however_much_is_open() {
    let world = world(600, &ORDERS.replace("reread: 1h", "reread: 10s")).await;
    world.run(120).await;
    world.save("order", "8000", &order(8_000, "closed", 0));
    world.run(15).await;
    assert!(world.desk().table("mirror").contains(&r#"{"no":"SO8000","shipped":0}"#.to_owned()));
}
