//! The tallies of long runs, kept in `docs/long-runs.md`: one row for each kind of run, resumable.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::shell;

/// How far one kind of run has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// `seeds`, `kills`, `fuzz`.
    pub kind: String,
    /// How many there have been; for seeds also the next seed.
    pub done: u64,
    pub failed: u64,
    /// What failed, for who repairs it; empty when nothing did.
    pub failures: String,
}

fn page() -> PathBuf {
    shell::root().join("docs").join("long-runs.md")
}

/// Reads the tally of one kind.
pub fn read(kind: &str) -> Result<Tally> {
    let text = std::fs::read_to_string(page()).context("docs/long-runs.md")?;
    match text.lines().filter_map(row).find(|tally| tally.kind == kind) {
        Some(tally) => Ok(tally),
        None => bail!("docs/long-runs.md has no row for {kind}"),
    }
}

/// Writes the tally of one kind in its row.
pub fn write(tally: &Tally) -> Result<()> {
    let text = std::fs::read_to_string(page()).context("docs/long-runs.md")?;
    std::fs::write(page(), replaced(&text, tally)).context("docs/long-runs.md")
}

fn row(line: &str) -> Option<Tally> {
    let cells: Vec<&str> = line.trim().trim_matches('|').split('|').map(str::trim).collect();
    let [kind, done, failed, failures] = cells[..] else { return None };
    Some(Tally {
        kind: kind.into(),
        done: done.parse().ok()?,
        failed: failed.parse().ok()?,
        failures: failures.into(),
    })
}

fn replaced(page: &str, tally: &Tally) -> String {
    let mut lines = page.lines().map(|line| match row(line) {
        Some(found) if found.kind == tally.kind => {
            format!("| {} | {} | {} | {} |", tally.kind, tally.done, tally.failed, tally.failures)
        }
        _ => line.to_owned(),
    });
    lines.by_ref().map(|line| line + "\n").collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# Long runs\n\n| kind | done | failed | failures |\n|---|---|---|---|\n| seeds | 300 | 0 |  |\n\
                        | kills | 20 | 1 | run 7 |\n";

    #[test]
    fn a_row_is_read_and_written_in_its_place() {
        let kills = PAGE.lines().filter_map(row).find(|tally| tally.kind == "kills").unwrap();
        assert_eq!((kills.done, kills.failed, kills.failures.as_str()), (20, 1, "run 7"));
        let seeds = Tally { kind: "seeds".into(), done: 400, failed: 0, failures: String::new() };
        assert_eq!(replaced(PAGE, &seeds), PAGE.replace("| seeds | 300 | 0 |  |", "| seeds | 400 | 0 |  |"));
    }

    #[test]
    fn headings_and_other_lines_are_no_rows() {
        assert_eq!(PAGE.lines().filter_map(row).count(), 2);
    }
}
