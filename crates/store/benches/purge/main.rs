//! How long whoever stores something waits while a million rows are purged, beside how long it waits without that.
//!
//! A file on disk, `synchronous=FULL`: 250,000 records with four versions each, all old. One record after the other is taken
//! in, each waiting for its fsync, first alone and then while old versions and arrivals are purged slice by slice without
//! a pause. `cargo bench -p store --bench purge`; a number after `--` is how many rows there are instead.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use contract::store::{Incoming, Ingest, Part, PurgeSlice, Reading, Records, Upkeep};
use model::{Hash, Timestamp};
use store::{Key, Nonces, Options, Sqlite};
use tokio::runtime::Runtime;

const OLD: Timestamp = Timestamp(1_780_000_000_000);
const NOW: Timestamp = Timestamp(1_790_000_000_000);

/// As the engine does it.
const SLICE: usize = 256;

const VERSIONS: u64 = 4;
const PAGE: u64 = 1_000;

#[expect(clippy::disallowed_methods, reason = "a bench measures real time")]
fn now() -> Instant {
    Instant::now()
}

fn main() {
    let said = std::env::args().filter_map(|argument| argument.parse::<u64>().ok()).next();
    let rows = said.unwrap_or(1_000_000);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let options = Options::new(Key::new([7; 32]), Nonces::new(|| [5; 24]));
    let store = Arc::new(Sqlite::open(&folder.path().join("qiao.db"), options).expect("an empty folder"));
    let runtime = Runtime::new().expect("threads");
    runtime.block_on(async {
        let started = now();
        fill(&store, rows).await;
        println!("{rows} versions and as many arrivals stored in {:.0} s", started.elapsed().as_secs_f64());
        let quiet = waits(&store, "安静", now() + Duration::from_secs(10), &AtomicBool::new(false)).await;
        println!("taking in one record, alone:        {}", told(quiet));
        let done = AtomicBool::new(false);
        let started = now();
        let (removed, beside) = tokio::join!(purge(&store, &done), async {
            waits(&store, "清理中", started + Duration::from_secs(3_600), &done).await
        });
        let seconds = started.elapsed().as_secs_f64();
        println!("taking in one record, beside it:    {}", told(beside));
        println!("{removed} rows purged in {seconds:.0} s, {:.0}/s", removed as f64 / seconds);
        pack(&store).await;
    });
}

fn body(id: u64, version: u64) -> String {
    format!(
        r#"{{"_id":"{id}","name":"上海测试公司{id}","版本":{version},"地址":"上海市浦东新区世纪大道{id}号","电话":"021-{:08}","备注":"{}"}}"#,
        id * 7_919 % 99_999_989,
        "长期客户,按月结算;".repeat(6)
    )
}

fn incoming(id: &str, number: u64, version: u64) -> Incoming {
    let body = body(number, version);
    Incoming {
        id: id.to_owned(),
        number: Some(format!("KH-{id}")),
        name: Some(format!("上海测试公司{id}")),
        version: Some(i64::try_from(version).expect("small")),
        void: false,
        hash: Hash::of_text(&body),
        body,
        part_of: None,
        open: None,
        receipt: None,
        merged_onto: None,
    }
}

fn page(at: Timestamp, incoming: Vec<Incoming>) -> Ingest {
    Ingest {
        connection: "crm".into(),
        object: "AccountObj".into(),
        reading: Reading::Poll,
        at,
        incoming,
        absent: Vec::new(),
        raise: Vec::new(),
        cursor: None,
        based_on: None,
        under: None,
        calls: Vec::new(),
    }
}

async fn fill(store: &Sqlite, rows: u64) {
    let records = rows / VERSIONS;
    for version in 1..=VERSIONS {
        for first in (0..records).step_by(usize::try_from(PAGE).expect("small")) {
            let ids = first..(first + PAGE).min(records);
            let came = ids.map(|id| incoming(&id.to_string(), id, version)).collect();
            store.ingest(page(OLD, came)).await.expect("the disk has room");
        }
    }
}

/// Takes in one record after the other until then, or until it is done; how long each took.
async fn waits(store: &Sqlite, name: &str, until: Instant, done: &AtomicBool) -> Vec<Duration> {
    let mut waits = Vec::new();
    while now() < until && !done.load(Ordering::Relaxed) {
        let number = waits.len() as u64;
        let came = vec![incoming(&format!("{name}{number}"), number, 1)];
        let started = now();
        store.ingest(page(NOW, came)).await.expect("the disk has room");
        waits.push(started.elapsed());
    }
    waits
}

fn told(mut waits: Vec<Duration>) -> String {
    waits.sort_unstable();
    let at = |share: usize| waits[(waits.len() * share / 1_000).min(waits.len() - 1)].as_secs_f64() * 1e3;
    format!(
        "{} times, p50 {:.2} ms, p99 {:.1} ms, p99.9 {:.1} ms, longest {:.1} ms",
        waits.len(),
        at(500),
        at(990),
        at(999),
        at(1_000)
    )
}

async fn purge(store: &Sqlite, done: &AtomicBool) -> u64 {
    let mut removed = 0;
    for part in [Part::Arrivals, Part::Versions] {
        let mut next = Some(0);
        while let Some(after) = next {
            let before = Timestamp(OLD.0 + 1);
            let slice = PurgeSlice { part, before, after, limit: SLICE, at: NOW, only_looks: false };
            let purged = store.purge(&slice).await.expect("the disk works");
            removed += purged.removed;
            next = purged.after;
        }
    }
    done.store(true, Ordering::Relaxed);
    removed
}

/// What packing gains: 2,500 records with forty versions each.
async fn pack(store: &Sqlite) {
    while store.pack(1_000).await.expect("the disk works").seen > 0 {}
    for version in 2..=40 {
        for first in (0..2_500).step_by(500) {
            let came = (first..first + 500).map(|id| incoming(&format!("版{id}"), id, version)).collect();
            store.ingest(page(NOW, came)).await.expect("the disk has room");
        }
    }
    let (mut packed, mut from, mut to) = (0, 0, 0);
    let started = now();
    loop {
        let came = store.pack(64).await.expect("the disk works");
        (packed, from, to) = (packed + came.packed, from + came.from, to + came.to);
        if came.seen == 0 {
            break;
        }
    }
    let each = started.elapsed().as_secs_f64() * 1e6 / f64::from(u32::try_from(packed).unwrap_or(u32::MAX));
    println!("{packed} versions packed, {each:.0} µs each: {from} bytes of content became {to}");
}
