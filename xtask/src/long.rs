//! `cargo xtask long`: what takes hours. Each part goes on where its row in `docs/long-runs.md` stands and writes the
//! row after every portion, so that it can be stopped at any time.

use anyhow::{Context, Result, bail};

use crate::shell;
use crate::tally::{self, Tally};

/// Seeds of the simulator in one portion.
const PORTION: u64 = 100;
/// Kills in one run of the demo, and how many customers it then has.
const KILLS: u64 = 10;
const RECORDS: &str = "2000";

/// `seeds|kills|fuzz [how many more]`.
pub fn run(arguments: &[String]) -> Result<u8> {
    let kind = arguments.first().map(String::as_str).unwrap_or_default();
    let more =
        arguments.get(1).map(|text| text.parse::<u64>()).transpose().context("how many is a number")?;
    let tally = match kind {
        "seeds" => portions(kind, more.unwrap_or(10_000), PORTION, seeds)?,
        "kills" => portions(kind, more.unwrap_or(200), KILLS, kills)?,
        "fuzz" => portions(kind, more.unwrap_or(60), 1, fuzz)?,
        _ => bail!("one of seeds, kills, fuzz"),
    };
    println!("{}: {} done, {} failed {}", tally.kind, tally.done, tally.failed, tally.failures);
    Ok(u8::from(tally.failed > 0))
}

/// Runs portion after portion; `Some` names a failure.
fn portions(
    kind: &str,
    more: u64,
    portion: u64,
    run: fn(u64, u64) -> Result<Option<String>>,
) -> Result<Tally> {
    let mut tally = tally::read(kind)?;
    let end = tally.done + more;
    while tally.done < end {
        let count = portion.min(end - tally.done);
        if let Some(failure) = run(tally.done, count)? {
            tally.failed += 1;
            tally.failures = format!("{} {failure}", tally.failures).trim().to_owned();
        }
        tally.done += count;
        tally::write(&tally)?;
    }
    Ok(tally)
}

/// The simulator prints how each failing seed is replayed.
fn seeds(from: u64, count: u64) -> Result<Option<String>> {
    let (from_text, count_text) = (from.to_string(), count.to_string());
    let mut sim = shell::cargo(&["run", "--quiet", "--package", "sim", "--", &from_text, &count_text]);
    Ok((!sim.status()?.success()).then(|| format!("in {from}+{count}")))
}

fn kills(from: u64, count: u64) -> Result<Option<String>> {
    let qiao = shell::build_qiao()?;
    let kills = count.to_string();
    let arguments = ["demo", "--once", "--json", "--records", RECORDS, "--faults", "--kill", &kills];
    let status = std::process::Command::new(qiao).args(arguments).current_dir(shell::root()).status()?;
    Ok((!status.success()).then(|| format!("run from {from}")))
}

/// One minute of each fuzz target.
fn fuzz(from: u64, minutes: u64) -> Result<Option<String>> {
    for target in ["manifest", "expression", "flow", "answer"] {
        let limit = format!("-max_total_time={}", minutes * 60);
        let mut fuzz =
            shell::program("cargo", &["fuzz", "run", "--fuzz-dir", "tests/fuzz", target, "--", &limit]);
        if !fuzz.status().context("cargo-fuzz (`cargo install cargo-fuzz`)")?.success() {
            return Ok(Some(format!("{target} in minute {from}")));
        }
    }
    Ok(None)
}
