//! Poll, map, hand over in batches, stored first: the engine beside a bare loop that does the same by hand.
//!
//! Both read the same pages of 500 records (about a thousand bytes, thirty fields and a list of two rows), rename
//! everything, compute eight fields and hand over batches of 100, with SQLite on a file and `synchronous=FULL`. The
//! vendors answer at once. The bare loop stores the page and no more; a second one stores also what the engine stores
//! for each record: intent, link, attempt and agreement. They run in turns, so that a busy machine is busy for all.
//!
//! `cargo bench -p sim --bench carry`

mod bare;
mod engine;
mod given;
mod vendor;

use std::time::Duration;

/// How often each is timed; the median counts.
const ROUNDS: usize = 5;

fn main() {
    let pages = given::pages();
    let bytes = pages.iter().map(bytes::Bytes::len).sum::<usize>() / given::RECORDS;
    println!("{} records of {bytes} bytes; load {}", given::RECORDS, load());
    let (mut ours, mut bare, mut full) = (Vec::new(), Vec::new(), Vec::new());
    for round in 1..=ROUNDS {
        bare.push(bare::run(&pages, bare::Stores::Pages));
        full.push(bare::run(&pages, bare::Stores::Outcomes));
        ours.push(engine::run(&pages));
        let last = |times: &[Duration]| times.last().map_or(0, |took| per_second(*took));
        println!(
            "round {round}: engine {}/s, bare {}/s, bare with outcomes {}/s; load {}",
            last(&ours),
            last(&bare),
            last(&full),
            load()
        );
    }
    let (ours, bare, full) = (median(ours), median(bare), median(full));
    println!(
        "median: engine {}/s; bare {}/s, ratio {:.2}; bare with outcomes {}/s, ratio {:.2}",
        per_second(ours),
        per_second(bare),
        bare.as_secs_f32() / ours.as_secs_f32(),
        per_second(full),
        full.as_secs_f32() / ours.as_secs_f32()
    );
}

fn per_second(took: Duration) -> u64 {
    given::RECORDS as u64 * 1_000_000 / (took.as_micros() as u64).max(1)
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// The load of the machine over the last minute, where the system tells.
fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().unwrap_or("?").to_owned()
}
