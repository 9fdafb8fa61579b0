//! What the simulator replays whole: a company's half-year, and a backlog of orders.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use super::{Part, Portion, seeds};
use crate::shell;

/// Which of them, counted in what it is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// In days.
    Months,
    /// In orders.
    Backlog,
}

/// Orders for a day, so that a half-year has sixty thousand.
const ORDERS_A_DAY: u64 = 328;

pub struct Replays {
    program: PathBuf,
    kind: Kind,
}

impl Replays {
    /// Builds the program with optimisation, once, so that a long run plays one version.
    pub fn build(kind: Kind) -> Result<Replays> {
        Ok(Replays { program: seeds::optimised("replay")?, kind })
    }

    fn arguments(&self, to: u64) -> Vec<String> {
        let (to, orders) = (to.to_string(), (to * ORDERS_A_DAY).to_string());
        let words = match self.kind {
            Kind::Months => vec!["months", "--days", &to, "--orders", &orders, "--daily"],
            Kind::Backlog => vec!["backlog", "--orders", &to],
        };
        words.into_iter().map(str::to_owned).collect()
    }
}

impl Part for Replays {
    fn section(&self) -> String {
        match self.kind {
            Kind::Months => "months".into(),
            Kind::Backlog => "backlog".into(),
        }
    }

    /// All at once: what is replayed longer begins at the beginning.
    fn portion(&self) -> u64 {
        u64::MAX
    }

    fn play(&mut self, _from: u64, to: u64) -> Result<Portion> {
        let status = Command::new(&self.program)
            .args(self.arguments(to))
            .current_dir(shell::root())
            .stdin(Stdio::null())
            .status()
            .context("cannot run the replay")?;
        let broken = if status.success() { Vec::new() } else { vec![to.to_string()] };
        Ok(Portion { to, runs: 1, is_stuck: !broken.is_empty(), broken })
    }

    fn replay(&self, finding: &str) -> String {
        let to = finding.parse().unwrap_or_default();
        format!("cargo run --release -p sim --bin replay -- {}", self.arguments(to).join(" "))
    }
}
