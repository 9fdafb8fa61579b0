//! Kills of the server in the middle of its work: `qiao demo` with faults.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use super::{Part, Portion};
use crate::shell;

pub struct Kills {
    qiao: PathBuf,
    /// Customers in one run.
    records: u64,
}

impl Kills {
    /// Builds the binary once, so that a long run plays one version.
    pub fn build(records: u64) -> Result<Kills> {
        Ok(Kills { qiao: shell::set_aside(&shell::qiao_of_the_tests()?)?, records })
    }

    fn arguments(&self, kills: u64) -> Vec<String> {
        let (kills, records) = (kills.to_string(), self.records.to_string());
        ["demo", "--once", "--json", "--faults", "--kill", &kills, "--records", &records]
            .map(str::to_owned)
            .to_vec()
    }
}

impl Part for Kills {
    fn section(&self) -> String {
        "kills".into()
    }

    /// One run of the demo.
    fn portion(&self) -> u64 {
        10
    }

    fn play(&mut self, from: u64, to: u64) -> Result<Portion> {
        let output = Command::new(&self.qiao)
            .args(self.arguments(to - from))
            .current_dir(shell::root())
            .stderr(Stdio::inherit())
            .output()
            .context("cannot run the demo")?;
        let said = String::from_utf8_lossy(&output.stdout);
        let last = said.lines().last().unwrap_or_default();
        println!("{last}");
        let broken = match output.status.success() && agrees(last) {
            true => Vec::new(),
            false => vec![from.to_string()],
        };
        Ok(Portion { to, runs: 1, broken, is_stuck: false })
    }

    fn replay(&self, _finding: &str) -> String {
        format!("qiao {}", self.arguments(self.portion()).join(" "))
    }
}

/// Whether the summary of the demo says that both sides agree, nothing is lost and nothing exists twice.
fn agrees(summary: &str) -> bool {
    let says = |name: &str, value: &str| summary.contains(&format!("\"{name}\":{value}"));
    let is_none = |name: &str| says(name, "0,") || says(name, "0}");
    says("agree", "true") && is_none("duplicates") && is_none("lost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_summary_without_loss_and_doubles_agrees() {
        for (summary, expected) in [
            (r#"{"agree":true,"duplicates":0,"lost":0,"flows":[],"seconds":12}"#, true),
            (r#"{"agree":true,"duplicates":1,"lost":0,"flows":[],"seconds":12}"#, false),
            (r#"{"agree":true,"duplicates":0,"lost":20,"flows":[]}"#, false),
            (r#"{"agree":false,"duplicates":0,"lost":0}"#, false),
            ("", false),
        ] {
            assert_eq!(agrees(summary), expected, "{summary}");
        }
    }
}
