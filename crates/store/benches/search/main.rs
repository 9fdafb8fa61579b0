//! How long it takes to find a record among ten million by its number, by an id, by the beginning of a number, and by a part
//! of its name.
//!
//! `cargo bench -p store --bench search`; a number after `--` is how many records there are instead. With `postgres` behind it
//! they are kept on the server that QIAO_TEST_POSTGRES names, in a schema of its own; else it is a file. The records are written by statements of this bench's own, since what is measured
//! is the search; their names are taken up as the engine does it. Each search is asked with the stories of the first twenty
//! hits, as `qiao trace` does.

mod given;
mod names;

use std::sync::Arc;
use std::time::{Duration, Instant};

use contract::store::Store;
use store::{Key, Nonces, Options, Sqlite};
use tokio::runtime::Runtime;

const RECORDS: u64 = 10_000_000;

/// Searches of each kind.
const SEARCHES: u64 = 100;

/// Stories that are told of what was found.
const TOLD: usize = 20;

/// Versions whose names are taken up in one transaction: more than the engine does, which lets others in between.
const SLICE: usize = 20_000;

#[expect(clippy::disallowed_methods, reason = "a bench measures real time")]
fn now() -> Instant {
    Instant::now()
}

fn main() {
    let said: Vec<String> = std::env::args().skip(1).collect();
    let records = said.iter().find_map(|said| said.parse().ok()).unwrap_or(RECORDS);
    let is_on_a_server = said.iter().any(|said| said == "postgres");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let runtime = Runtime::new().expect("threads");
    runtime.block_on(async {
        let options = || Options::new(Key::new([7; 32]), Nonces::new(|| [5; 24]));
        let started = now();
        let path = folder.path().join("qiao.db");
        let (schema, store): (_, Arc<dyn Store>) = match is_on_a_server {
            true => {
                let (schema, store) = given::on_a_server(options, records).await;
                (Some(schema), store)
            }
            false => {
                drop(Sqlite::open(&path, options()).expect("an empty folder"));
                given::in_a_file(&path, records);
                (None, Arc::new(Sqlite::open(&path, options()).expect("what was just written")))
            }
        };
        println!("{records} records stored in {:.0} s", started.elapsed().as_secs_f64());
        let started = now();
        while store.take_up_names(SLICE).await.expect("the store works") > 0 {}
        println!("their names taken up in {:.0} s", started.elapsed().as_secs_f64());
        if let Ok(file) = path.metadata() {
            println!("{:.1} GB", file.len() as f64 / 1e9);
        }
        searches(&*store, records).await;
        drop((store, schema));
    });
}

async fn searches(store: &dyn Store, records: u64) {
    // Spread over all there are, and other ones each time.
    let some = |n: u64| (n * 7_919_937 + 12_345) % records;
    ask(store, "an id", |n| given::id(some(n))).await;
    ask(store, "a number", |n| given::number(some(n))).await;
    ask(store, "the other side's number", |n| given::target_number(some(n))).await;
    ask(store, "the beginning of a number", |n| given::number(some(n))[..9].to_owned()).await;
    ask(store, "a whole name", |n| names::name(some(n))).await;
    ask(store, "two characters that few names have", names::rare).await;
    ask(store, "two characters that some names have", |n| names::part(some(n), 2, 2)).await;
    ask(store, "two characters that most names have", |n| names::common(n).to_owned()).await;
    ask(store, "four characters", |n| names::part(some(n), 1, 4)).await;
    ask(store, "what no name has", |n| format!("龘{}", names::part(n, 2, 1))).await;
}

async fn ask(store: &dyn Store, what: &str, text: impl Fn(u64) -> String) {
    let (mut took, mut hits) = (Vec::new(), 0);
    for n in 0..SEARCHES {
        let text = text(n);
        let started = now();
        hits += store.trace(&text, TOLD).await.expect("the store works").len();
        took.push(started.elapsed());
    }
    let first = took[0];
    took.sort();
    let ms = |took: Duration| took.as_secs_f64() * 1e3;
    let at = |percent: usize| ms(took[(took.len() * percent / 100).min(took.len() - 1)]);
    println!(
        "{what:36} {:5.1} hits, first {:7.1} ms, p50 {:7.1} ms, p99 {:7.1} ms, longest {:7.1} ms; {}",
        hits as f64 / SEARCHES as f64,
        ms(first),
        at(50),
        at(99),
        at(100),
        text(0)
    );
}
