//! Replays a company's months, or drains a backlog, and tells what came of it:
//! `cargo run -p sim --bin replay -- months`, `cargo run -p sim --bin replay -- backlog`.

use std::process::ExitCode;

use clap::Parser;
use sim::{Compared, Ground, Pace, backlog, replay};

#[derive(Parser)]
#[command(about = "Replays a company's months, or drains a backlog, and compares both ledgers to the cent")]
enum Arguments {
    /// Customers order, are delivered to and pay for so many days
    Months {
        #[arg(long, default_value_t = 1)]
        seed: u64,
        #[arg(long, default_value_t = 5_000)]
        customers: usize,
        #[arg(long, default_value_t = 60_000)]
        orders: usize,
        #[arg(long, default_value_t = 183)]
        days: i64,
        /// Reads what is open again once a day, not every half hour as the example says
        #[arg(long)]
        daily: bool,
        /// Prints what happened to the record with that number, id or name
        #[arg(long)]
        story: Option<String>,
    },
    /// So many orders were made while nobody synced
    Backlog {
        #[arg(long, default_value_t = 1)]
        seed: u64,
        #[arg(long, default_value_t = 1_000)]
        customers: usize,
        #[arg(long, default_value_t = 100_000)]
        orders: usize,
        #[arg(long, default_value_t = 6)]
        most_lines: u64,
    },
}

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let holds = match Arguments::parse() {
        Arguments::Months { seed, customers, orders, days, daily, story } => {
            let pace = if daily { Pace::Daily } else { Pace::AsWritten };
            months(&replay::Plan { seed, customers, orders, days, pace }, story.as_deref())
        }
        Arguments::Backlog { seed, customers, orders, most_lines } => {
            backlog(&backlog::Plan { seed, customers, orders, most_lines })
        }
    };
    println!("{} MB at most", status_mb("VmHWM:"));
    if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn months(plan: &replay::Plan, story: Option<&str>) -> bool {
    let mut each_week = |day, done: &replay::Done, compared: &Compared| {
        println!(
            "day {day}: {done:?}, {} differences {:?}, {} MB",
            compared.differences,
            compared.examples,
            status_mb("VmRSS:")
        );
    };
    let mut replayed = match story {
        Some(of) => replay::replay_telling(&Ground::Memory, plan, of, &mut each_week),
        None => replay::replay(&Ground::Memory, plan, &mut each_week),
    };
    std::mem::take(&mut replayed.story).iter().for_each(|line| println!("{line}"));
    println!("{replayed:#?}");
    replayed.agrees()
}

fn backlog(plan: &backlog::Plan) -> bool {
    let drained = backlog::drain(&Ground::Memory, plan, &mut |hour, calls| {
        println!("hour {hour}: {calls} calls of {}, {} MB", backlog::BINDING, status_mb("VmRSS:"));
    });
    println!("{drained:#?}\n{:.1} % of the limit used", drained.used_percent());
    for system in ["fxiaoke", "kingdee-k3cloud"] {
        let (reads, writes) = (drained.reads_per_order(system), drained.writes_per_order(system));
        println!("{system}: {reads:.2} reads and {writes:.2} writes for an order");
    }
    drained.keeps_its_time() && drained.agrees()
}

/// A figure of this process as the system tells it, in MB.
fn status_mb(name: &str) -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    line.trim().trim_end_matches(" kB").trim().parse::<u64>().unwrap_or_default() / 1024
}
