//! Plays seeds: `cargo run --release -p sim -- --seeds 0..1000`, in memory or on a PostgreSQL server.

use std::process::ExitCode;

use clap::Parser;
use sim::{Business, Ground, Setting};
use store::Address;

#[derive(Parser)]
#[command(about = "Plays seeds of the simulator and tells which break the law")]
struct Arguments {
    /// From and to, the end left out: 0..1000
    #[arg(long, value_parser = range)]
    seeds: std::ops::Range<u64>,
    /// The database of a PostgreSQL server that may be played with: postgres://user:password@host/database
    #[arg(long, value_parser = ground, hide_default_value = true, default_value = "memory")]
    database: Ground,
    /// Plays this business whatever the seed draws: customers, order-to-cash, dispatch or partners
    #[arg(long, value_parser = business)]
    business: Option<Business>,
    /// So many engines work on the store, whatever the seed draws
    #[arg(long)]
    nodes: Option<u64>,
    /// So many of a million calls are answered with what is no answer
    #[arg(long, default_value_t = 0)]
    nonsense: u32,
    /// Prints the whole history of each seed
    #[arg(long)]
    verbose: bool,
    /// Prints the whole history, and what the store knows of the records with that number, id or name
    #[arg(long)]
    story: Option<String>,
}

fn range(text: &str) -> Result<std::ops::Range<u64>, String> {
    let (from, to) = text.split_once("..").ok_or("write it as 0..1000")?;
    let number = |text: &str| text.parse::<u64>().map_err(|error| error.to_string());
    Ok(number(from)?..number(to)?)
}

fn ground(text: &str) -> Result<Ground, String> {
    match text {
        "memory" => Ok(Ground::Memory),
        url => Address::new(url).map(Ground::Server),
    }
}

fn business(text: &str) -> Result<Business, String> {
    let all = [Business::Customers, Business::OrderToCash, Business::Dispatch, Business::Partners];
    let found = all.into_iter().find(|business| business.name() == text);
    found.ok_or_else(|| format!("there is no business {text}"))
}

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut broken = 0;
    for seed in arguments.seeds {
        let drawn = Setting::drawn(seed);
        let setting = Setting {
            business: arguments.business.unwrap_or(drawn.business),
            nodes: arguments.nodes.unwrap_or(drawn.nodes),
            nonsense: arguments.nonsense,
            ..drawn
        };
        let report = match &arguments.story {
            Some(of) => sim::run_telling(&arguments.database, &setting, of),
            None => sim::run_of(&arguments.database, &setting, arguments.verbose),
        };
        report.lines.iter().for_each(|line| println!("{line}"));
        let (deaths, edits, rested) = (report.deaths, report.edits, report.rested_after);
        println!(
            "seed {seed}: trace {:032x}, {edits} edits, {deaths} deaths, rested after {rested} s",
            report.trace
        );
        report.violations.iter().for_each(|violation| println!("  {violation}"));
        broken += u32::from(!report.violations.is_empty());
    }
    println!("{broken} seeds broke the law");
    if broken == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
