//! A soak: half an hour of pushes at half load while calls go wrong.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use super::{Part, Portion};
use crate::shell;

/// Where the last one is drawn.
const PLOT: &str = "docs/soak.svg";

pub struct Soak {
    qiao: PathBuf,
}

impl Soak {
    /// Builds the program with optimisation, once.
    pub fn build() -> Result<Soak> {
        shell::succeed(&mut shell::cargo(&["build", "--release", "--package", "cli", "--bin", "qiao"]))?;
        Ok(Soak { qiao: shell::set_aside(&shell::target().join("release/qiao"))? })
    }

    fn arguments(minutes: u64) -> Vec<String> {
        let seconds = (minutes * 60).to_string();
        ["bench", "--json", "--pushes", &seconds, "--faults", "--plot", PLOT].map(str::to_owned).to_vec()
    }
}

impl Part for Soak {
    fn section(&self) -> String {
        "soak".into()
    }

    /// All at once: what grows shows over time.
    fn portion(&self) -> u64 {
        u64::MAX
    }

    fn play(&mut self, from: u64, to: u64) -> Result<Portion> {
        let output = Command::new(&self.qiao)
            .args(Soak::arguments(to - from))
            .current_dir(shell::root())
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .output()
            .context("cannot run the bench")?;
        let said = String::from_utf8_lossy(&output.stdout);
        let summary = said.lines().last().unwrap_or_default();
        println!("{summary}");
        let is_good = output.status.success() && stays_small(summary);
        let broken = if is_good { Vec::new() } else { vec![from.to_string()] };
        Ok(Portion { to, runs: 1, is_stuck: !is_good, broken })
    }

    fn replay(&self, _finding: &str) -> String {
        format!("cargo run --release -- {}", Soak::arguments(30).join(" "))
    }
}

/// Whether the server needs no more than a quarter more memory in the end than after a quarter of the time.
fn stays_small(summary: &str) -> bool {
    let number = |name: &str| {
        let rest = summary.split_once(&format!("\"{name}\":"))?.1;
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse::<u64>().ok()
    };
    match (number("early"), number("late")) {
        (Some(early), Some(late)) if early > 0 => late * 4 <= early * 5,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_may_grow_by_a_quarter_and_must_be_told() {
        for (summary, expected) in [
            (r#"{"missing":0,"server_memory_mib":{"early":59,"late":61}}"#, true),
            (r#"{"missing":0,"server_memory_mib":{"early":60,"late":75}}"#, true),
            (r#"{"missing":0,"server_memory_mib":{"early":60,"late":76}}"#, false),
            (r#"{"missing":0,"server_memory_mib":{"early":0,"late":0}}"#, false),
            ("", false),
        ] {
            assert_eq!(stays_small(summary), expected, "{summary}");
        }
    }
}
