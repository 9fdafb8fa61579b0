//! Poll, map, hand over in batches, stored first: the engine beside a bare loop that does the same by hand.
//!
//! Both read the same pages of 500 records (about a thousand bytes, thirty fields and a list of two rows), rename
//! everything, compute eight fields and hand over batches of 100, with SQLite on a file and `synchronous=FULL`. The
//! vendors answer at once. The bare loop stores the page and no more; a second one stores also what the engine stores
//! for each record: intent, link, attempt and agreement. They run in turns, so that a busy machine is busy for all;
//! the processor's time, which hardly depends on that, is told beside the speed.
//!
//! `cargo bench -p sim --bench carry`

mod bare;
mod engine;
mod given;
mod vendor;

use std::time::Duration;

/// How often each is timed; the median counts.
const ROUNDS: usize = 5;

/// What one run took.
#[derive(Clone, Copy)]
struct Cost {
    time: Duration,
    /// All threads together.
    processor: Duration,
}

fn main() {
    let pages = given::pages();
    let bytes = pages.iter().map(bytes::Bytes::len).sum::<usize>() / given::RECORDS;
    println!("{} records of {bytes} bytes, {ROUNDS} rounds; load {}", given::RECORDS, load());
    let (mut ours, mut bare, mut full) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        bare.push(cost(|| bare::run(&pages, bare::Stores::Pages)));
        full.push(cost(|| bare::run(&pages, bare::Stores::Outcomes)));
        ours.push(cost(|| engine::run(&pages)));
    }
    let (ours, bare, full) = (median(&ours), median(&bare), median(&full));
    tell("engine", ours, ours);
    tell("bare", bare, ours);
    tell("bare with outcomes", full, ours);
    println!("load {}", load());
}

fn cost(run: impl FnOnce() -> Duration) -> Cost {
    let before = processor();
    Cost { time: run(), processor: processor().saturating_sub(before) }
}

fn median(costs: &[Cost]) -> Cost {
    let middle = |of: fn(&Cost) -> Duration| {
        let mut all: Vec<Duration> = costs.iter().map(of).collect();
        all.sort();
        all[all.len() / 2]
    };
    Cost { time: middle(|cost| cost.time), processor: middle(|cost| cost.processor) }
}

/// One line of the result, with the engine's share of it.
fn tell(name: &str, cost: Cost, ours: Cost) {
    let ratio = |of: fn(&Cost) -> Duration| of(&cost).as_secs_f32() / of(&ours).as_secs_f32().max(0.001);
    println!(
        "{name}: {:.0} records/s, {:.3} CPU-s per 1000; engine's ratio {:.2} in time, {:.2} in CPU",
        given::RECORDS as f32 / cost.time.as_secs_f32().max(0.001),
        cost.processor.as_secs_f32() * 1000.0 / given::RECORDS as f32,
        ratio(|cost| cost.time),
        ratio(|cost| cost.processor),
    );
}

/// The processor's time of this process so far, where the system tells: hundredths of a second.
fn processor() -> Duration {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = text.rsplit(')').next().unwrap_or_default();
    let fields = after_name.split_ascii_whitespace().skip(11).take(2);
    let ticks: u64 = fields.filter_map(|field| field.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

/// The load of the machine over the last minute, where the system tells.
fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().unwrap_or("?").to_owned()
}
