//! Seeds of the simulator, counted from 0.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::{Part, Portion};
use crate::shell;

pub struct Seeds {
    sim: PathBuf,
}

impl Seeds {
    /// Builds the simulator with optimisation, once, so that a long run plays one version.
    pub fn build() -> Result<Seeds> {
        Ok(Seeds { sim: optimised("sim")? })
    }
}

/// A program of the simulator's, built with optimisation and set aside.
pub fn optimised(name: &str) -> Result<PathBuf> {
    shell::succeed(&mut shell::cargo(&["build", "--release", "--package", "sim", "--bins"]))?;
    shell::set_aside(&shell::target().join("release").join(name))
}

impl Part for Seeds {
    fn section(&self) -> String {
        "seeds".into()
    }

    fn portion(&self) -> u64 {
        100
    }

    fn play(&mut self, from: u64, to: u64) -> Result<Portion> {
        let spans = spans(from, to, std::thread::available_parallelism().map_or(1, usize::from) as u64);
        let sim = &self.sim;
        let played: Vec<Result<Told>> = std::thread::scope(|scope| {
            let playing: Vec<_> =
                (spans.iter()).map(|&(from, to)| scope.spawn(move || play_span(sim, from, to))).collect();
            playing.into_iter().map(|span| span.join().expect("a span is played without a panic")).collect()
        });
        let mut portion = Portion { to: from, runs: 0, broken: Vec::new(), is_stuck: false };
        for (told, (_, end)) in played.into_iter().zip(spans) {
            let mut told = told?;
            let is_whole = told.next == end;
            if !is_whole {
                // A seed that ended the simulator is the one after the last that was told. What stands behind it is
                // played once more.
                told.broken.push(told.next.to_string());
                told.next += 1;
            }
            portion.runs += told.next - portion.to;
            portion.to = told.next;
            portion.broken.append(&mut told.broken);
            if !is_whole {
                break;
            }
        }
        Ok(portion)
    }

    fn replay(&self, finding: &str) -> String {
        let next = finding.parse::<u64>().map_or_else(|_| finding.to_owned(), |seed| (seed + 1).to_string());
        format!("cargo run --release -p sim -- --verbose --seeds {finding}..{next}")
    }
}

/// The seeds from here to there in so many spans of equal length, in order.
fn spans(from: u64, to: u64, count: u64) -> Vec<(u64, u64)> {
    let length = (to - from).div_ceil(count.max(1)).max(1);
    (0..count)
        .map(|n| (from + n * length, (from + (n + 1) * length).min(to)))
        .filter(|(from, to)| from < to)
        .collect()
}

fn play_span(sim: &Path, from: u64, to: u64) -> Result<Told> {
    let output = Command::new(sim)
        .args(["--seeds", &format!("{from}..{to}")])
        .current_dir(shell::root())
        .stderr(std::process::Stdio::inherit())
        .output()
        .context("cannot run the simulator")?;
    Ok(told(&String::from_utf8_lossy(&output.stdout), from))
}

struct Told {
    /// The seed after the last one that was told.
    next: u64,
    broken: Vec<String>,
}

/// What the simulator told: a line `seed N: …` for each, with indented lines below it for what broke.
fn told(output: &str, from: u64) -> Told {
    let mut told = Told { next: from, broken: Vec::new() };
    let mut last = None;
    for line in output.lines() {
        let seed = line.strip_prefix("seed ").and_then(|rest| rest.split_once(':')).map(|(seed, _)| seed);
        if let Some(seed) = seed {
            told.next = seed.parse::<u64>().map_or(told.next, |seed| seed + 1);
            last = Some(seed);
        } else if line.starts_with("  ")
            && let Some(seed) = last.take()
        {
            told.broken.push(seed.to_owned());
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_seeds_are_those_with_lines_below_them() {
        let output = "seed 5: trace 0a, 12 edits, 1 deaths, rested after 60 s\n\
                      seed 6: trace 0b, 9 edits, 0 deaths, rested after 60 s\n  客户 C-0001 stands twice\n  at rest\n\
                      seed 7: trace 0c, 9 edits, 0 deaths, rested after 60 s\n1 seeds broke the law\n";
        let told = told(output, 5);
        assert_eq!((told.next, told.broken), (8, vec!["6".to_owned()]));
    }

    #[test]
    fn the_processors_share_a_portion_and_leave_no_seed_out() {
        assert_eq!(spans(100, 200, 3), [(100, 134), (134, 168), (168, 200)]);
        assert_eq!(spans(7, 9, 4), [(7, 8), (8, 9)]);
        assert_eq!(spans(7, 8, 1), [(7, 8)]);
    }

    #[test]
    fn a_simulator_that_ended_early_says_where() {
        let told = told("seed 5: trace 0a, 12 edits, 1 deaths, rested after 60 s\n", 5);
        assert_eq!((told.next, told.broken.len()), (6, 0));
    }
}
