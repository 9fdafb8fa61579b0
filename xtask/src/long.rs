//! `cargo xtask long`: what takes hours. Each part goes on where `docs/long-runs.md` says it stands and writes its row
//! there after every portion, so that it can be stopped at any time.

mod asked;
mod fuzz;
mod kills;
mod page;
mod replays;
mod seeds;
mod soak;

use std::time::{Duration, Instant};

use anyhow::Result;

use crate::shell;
use asked::Asked;
use page::Row;

/// What is run long, in portions.
trait Part {
    /// Its heading in `docs/long-runs.md`.
    fn section(&self) -> String;

    /// How much is done between two rows.
    fn portion(&self) -> u64;

    /// Does everything from here to there.
    fn play(&mut self, from: u64, to: u64) -> Result<Portion>;

    /// How a finding is looked at again.
    fn replay(&self, finding: &str) -> String;
}

/// What came of a portion.
struct Portion {
    /// How far it came; less than was asked for when a finding ended it.
    to: u64,
    runs: u64,
    /// What broke, for who repairs it.
    broken: Vec<String>,
    /// Going on would only meet the same again.
    is_stuck: bool,
}

/// Runs what was asked for; the exit code is 1 when something broke.
pub fn run(arguments: &[String]) -> Result<u8> {
    let asked = Asked::read(arguments)?;
    println!("This can be stopped at any time: the same command goes on from what docs/long-runs.md says.");
    let version = version()?;
    let mut is_broken = false;
    if let Some(until) = asked.seeds {
        is_broken |= goes_on(&mut seeds::Seeds::build()?, until, &version)?;
    }
    for (kind, until) in [(replays::Kind::Months, asked.months), (replays::Kind::Backlog, asked.backlog)] {
        if let Some(until) = until {
            is_broken |= goes_on(&mut replays::Replays::build(kind)?, until, &version)?;
        }
    }
    if let Some(until) = asked.soak {
        is_broken |= goes_on(&mut soak::Soak::build()?, until, &version)?;
    }
    if let Some(until) = asked.kills {
        is_broken |= goes_on(&mut kills::Kills::build(asked.records)?, until, &version)?;
    }
    if let Some(until) = asked.fuzz {
        for mut target in fuzz::targets(&asked.targets)? {
            is_broken |= goes_on(&mut target, until, &version)?;
        }
    }
    Ok(u8::from(is_broken))
}

/// Portion after portion until the part stands there; whether something broke.
fn goes_on(part: &mut dyn Part, until: u64, version: &str) -> Result<bool> {
    let section = part.section();
    let mut at = page::stands_at(&section)?;
    if at >= until {
        println!("{section}: stands at {at} already; ask for more than {until}.");
        return Ok(false);
    }
    let mut findings = Vec::new();
    while at < until {
        let to = until.min(at.saturating_add(part.portion()));
        let (portion, took) = timed(|| part.play(at, to));
        let portion = portion?;
        let broken = portion.broken.clone();
        page::add(&section, Row { from: at, to: portion.to, ..row(version, &portion, took)? })?;
        println!("{section}: {at}–{} of {until}, {} broke, {} s", portion.to, broken.len(), took.as_secs());
        findings.extend(broken);
        at = portion.to;
        if portion.is_stuck {
            println!("{section}: stopped at {at}; repair what broke, then the same command goes on.");
            break;
        }
    }
    findings.iter().for_each(|finding| println!("{section}: look at it with\n  {}", part.replay(finding)));
    Ok(!findings.is_empty())
}

fn row(version: &str, portion: &Portion, took: Duration) -> Result<Row> {
    Ok(Row {
        date: said(shell::program("date", &["-u", "+%F"]).output()?),
        version: version.to_owned(),
        from: 0,
        to: 0,
        runs: portion.runs,
        broken: portion.broken.clone(),
        seconds: took.as_secs(),
    })
}

/// The version and commit that is run, with a `+` where what stands here differs from the commit.
fn version() -> Result<String> {
    let commit = said(shell::program("git", &["rev-parse", "--short", "HEAD"]).output()?);
    let ours = ["status", "--porcelain", "--", "crates", "connectors", "fuzz", "Cargo.toml", "Cargo.lock"];
    let is_changed = !said(shell::program("git", &ours).output()?).is_empty();
    Ok(format!("{} {commit}{}", env!("CARGO_PKG_VERSION"), if is_changed { "+" } else { "" }))
}

fn said(output: std::process::Output) -> String {
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

#[expect(
    clippy::disallowed_methods,
    reason = "how long a portion took is told to the developer and decides nothing"
)]
fn timed<T>(run: impl FnOnce() -> T) -> (T, Duration) {
    let started = Instant::now();
    let outcome = run();
    (outcome, started.elapsed())
}
