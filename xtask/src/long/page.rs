//! `docs/long-runs.md`: one table for each part, whose last row says how far it has come.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::shell;

const PAGE: &str = "docs/long-runs.md";

/// One row: what one version was put through on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub date: String,
    /// Version and commit.
    pub version: String,
    pub from: u64,
    /// The end, left out.
    pub to: u64,
    pub runs: u64,
    /// What broke, named so that it is found again.
    pub broken: Vec<String>,
    pub seconds: u64,
}

/// Where the next portion of the part begins.
pub fn stands_at(section: &str) -> Result<u64> {
    Ok(rows(&read()?, section)?.iter().map(|row| row.to).max().unwrap_or(0))
}

/// Adds what was done to the part's table: to its last row where that was the same version on the same day.
pub fn add(section: &str, row: Row) -> Result<()> {
    std::fs::write(path(), added(&read()?, section, row)?).context(PAGE)
}

fn path() -> PathBuf {
    shell::root().join(PAGE)
}

fn read() -> Result<String> {
    std::fs::read_to_string(path()).context(PAGE)
}

/// The lines of the section's table, as a range of lines of the page.
fn table(page: &str, section: &str) -> Result<std::ops::Range<usize>> {
    let lines: Vec<&str> = page.lines().collect();
    let is_heading = |line: &&str| line.trim_start_matches('#').trim() == section && line.starts_with('#');
    let Some(heading) = lines.iter().position(is_heading) else { bail!("{PAGE} has no section {section}") };
    let below = |at: usize| lines[at..].iter().position(|line| line.starts_with('|'));
    let Some(start) = below(heading).map(|at| heading + at) else {
        bail!("{PAGE}, {section}: there is no table");
    };
    let length = lines[start..].iter().take_while(|line| line.starts_with('|')).count();
    Ok(start + 2..start + length)
}

fn rows(page: &str, section: &str) -> Result<Vec<Row>> {
    let lines: Vec<&str> = page.lines().collect();
    let read = |at: usize| Row::read(lines[at]).with_context(|| format!("{PAGE}, line {}", at + 1));
    table(page, section)?.map(read).collect()
}

fn added(page: &str, section: &str, row: Row) -> Result<String> {
    let mut lines: Vec<String> = page.lines().map(str::to_owned).collect();
    let table = table(page, section)?;
    match rows(page, section)?.last() {
        Some(last) if last.is_continued_by(&row) => lines[table.end - 1] = last.clone().with(row).line(),
        _ => lines.insert(table.end, row.line()),
    }
    Ok(lines.join("\n") + "\n")
}

impl Row {
    fn read(line: &str) -> Result<Row> {
        let cells: Vec<&str> = line.trim().trim_matches('|').split('|').map(str::trim).collect();
        let [date, version, span, runs, broken, took] = cells[..] else {
            bail!("six cells: date, version, from–to, runs, broken, how long");
        };
        let (from, to) = span.split_once('–').context("from–to")?;
        let named = broken.split_once(':').map_or("", |(_, names)| names);
        Ok(Row {
            date: date.into(),
            version: version.into(),
            from: from.parse().context("from")?,
            to: to.parse().context("to")?,
            runs: runs.parse().context("runs")?,
            broken: named.split(',').map(str::trim).filter(|n| !n.is_empty()).map(str::to_owned).collect(),
            seconds: took.trim_end_matches(" s").parse().context("how long, in seconds")?,
        })
    }

    fn line(&self) -> String {
        let broken = match self.broken.len() {
            0 => "0".to_owned(),
            count => format!("{count}: {}", self.broken.join(", ")),
        };
        let Row { date, version, from, to, runs, seconds, .. } = self;
        format!("| {date} | {version} | {from}–{to} | {runs} | {broken} | {seconds} s |")
    }

    fn is_continued_by(&self, next: &Row) -> bool {
        (&self.date, &self.version, self.to) == (&next.date, &next.version, next.from)
    }

    fn with(mut self, next: Row) -> Row {
        self.broken.extend(next.broken);
        Row { to: next.to, runs: self.runs + next.runs, seconds: self.seconds + next.seconds, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# Long runs\n\n## seeds\n\nText.\n\n| date | version | from–to | runs | broken | how long |\n\
                        |---|---|---|---|---|---|\n\
                        | 2026-06-01 | 0.1.0 9bb2247 | 0–300 | 300 | 2: 17, 204 | 61 s |\n\n\
                        ## kills\n\n| date | version | from–to | runs | broken | how long |\n|---|---|---|---|---|---|\n";

    fn row(version: &str, from: u64, to: u64, broken: &[&str]) -> Row {
        let broken = broken.iter().map(|name| (*name).to_owned()).collect();
        let (date, version) = ("2026-06-01".into(), version.into());
        Row { date, version, from, to, runs: to - from, broken, seconds: 9 }
    }

    #[test]
    fn the_same_version_on_the_same_day_is_one_row() {
        let page = added(PAGE, "seeds", row("0.1.0 9bb2247", 300, 400, &["399"])).unwrap();
        let line = "| 2026-06-01 | 0.1.0 9bb2247 | 0–400 | 400 | 3: 17, 204, 399 | 70 s |\n";
        assert_eq!(
            page,
            PAGE.replace("| 2026-06-01 | 0.1.0 9bb2247 | 0–300 | 300 | 2: 17, 204 | 61 s |\n", line)
        );
    }

    #[test]
    fn another_version_or_an_empty_table_gets_a_row_below() {
        let page = added(PAGE, "seeds", row("0.1.0 aaaaaaa+", 300, 400, &[])).unwrap();
        let page = added(&page, "kills", row("0.1.0 aaaaaaa+", 0, 10, &[])).unwrap();
        assert!(
            page.contains("61 s |\n| 2026-06-01 | 0.1.0 aaaaaaa+ | 300–400 | 100 | 0 | 9 s |\n\n## kills")
        );
        assert!(
            page.ends_with(
                "|---|---|---|---|---|---|\n| 2026-06-01 | 0.1.0 aaaaaaa+ | 0–10 | 10 | 0 | 9 s |\n"
            )
        );
        assert_eq!(rows(&page, "kills").unwrap(), [row("0.1.0 aaaaaaa+", 0, 10, &[])]);
    }

    #[test]
    fn a_part_stands_where_its_rows_end() {
        let stands = |section| rows(PAGE, section).map(|rows| rows.iter().map(|row| row.to).max());
        assert_eq!(stands("seeds").unwrap(), Some(300));
        assert_eq!(stands("kills").unwrap(), None);
        assert!(stands("walks").is_err());
    }

    #[test]
    fn a_row_that_was_spoiled_by_hand_is_told_with_its_line() {
        let error = rows(&PAGE.replace("0–300", "300"), "seeds").unwrap_err();
        assert_eq!(error.to_string(), "docs/long-runs.md, line 9");
    }
}
