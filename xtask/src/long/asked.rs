//! What `cargo xtask long` is asked for.

use anyhow::{Context, Result, bail};

use super::fuzz;

const USAGE: &str = "cargo xtask long [--seeds N] [--kills N] [--fuzz SECONDS] [--months DAYS] [--backlog ORDERS]
                 [--soak MINUTES] [--records N] [--only PART,…]
  Numbers are where the tally of docs/long-runs.md is to stand in the end.
  Without any, all parts run: 20000 seeds, 500 kills, 3600 seconds of each fuzz target, 183 days of business, a
  backlog of 100000 orders and a soak of 30 minutes.
  --only names parts (seeds, kills, fuzz, months, backlog, soak) or single fuzz targets; --records is the customers of a run with kills.";

/// Until where each part is to go; `None` for a part that is not run.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Asked {
    pub seeds: Option<u64>,
    pub kills: Option<u64>,
    /// Seconds of each target.
    pub fuzz: Option<u64>,
    /// The fuzz targets; all when empty.
    pub targets: Vec<String>,
    /// Days of the company that is replayed.
    pub months: Option<u64>,
    /// Orders of the backlog that is drained.
    pub backlog: Option<u64>,
    /// Minutes of pushes at half load.
    pub soak: Option<u64>,
    /// Customers in a run with kills.
    pub records: u64,
}

/// Numbers and words as they were written.
#[derive(Default)]
struct Written {
    seeds: Option<u64>,
    kills: Option<u64>,
    fuzz: Option<u64>,
    months: Option<u64>,
    backlog: Option<u64>,
    soak: Option<u64>,
    records: Option<u64>,
    only: Vec<String>,
}

impl Asked {
    pub fn read(arguments: &[String]) -> Result<Asked> {
        let written = Written::read(arguments)?;
        let targets: Vec<String> =
            written.only.iter().filter(|word| fuzz::TARGETS.contains(&word.as_str())).cloned().collect();
        let numbers =
            [written.seeds, written.kills, written.fuzz, written.months, written.backlog, written.soak];
        let is_run = |part: &str, number: Option<u64>| match written.only.is_empty() {
            true => number.is_some() || numbers.iter().all(Option::is_none),
            false => written.only.iter().any(|word| word == part) || part == "fuzz" && !targets.is_empty(),
        };
        let until = |part: &str, number: Option<u64>, usual: u64| {
            is_run(part, number).then(|| number.unwrap_or(usual))
        };
        Ok(Asked {
            seeds: until("seeds", written.seeds, 20_000),
            kills: until("kills", written.kills, 500),
            fuzz: until("fuzz", written.fuzz, 3600),
            months: until("months", written.months, 183),
            backlog: until("backlog", written.backlog, 100_000),
            soak: until("soak", written.soak, 30),
            records: written.records.unwrap_or(2000),
            targets,
        })
    }
}

impl Written {
    fn read(arguments: &[String]) -> Result<Written> {
        let mut written = Written::default();
        let mut arguments = arguments.iter();
        while let Some(name) = arguments.next() {
            let value = arguments.next().with_context(|| format!("{name} needs a value\n{USAGE}"))?;
            let number = || value.parse().with_context(|| format!("{name} {value}: not a number\n{USAGE}"));
            match name.as_str() {
                "--seeds" => written.seeds = Some(number()?),
                "--kills" => written.kills = Some(number()?),
                "--fuzz" => written.fuzz = Some(number()?),
                "--months" => written.months = Some(number()?),
                "--backlog" => written.backlog = Some(number()?),
                "--soak" => written.soak = Some(number()?),
                "--records" => written.records = Some(number()?),
                "--only" => written.only = parts(value)?,
                _ => bail!("{name} is not known\n{USAGE}"),
            }
        }
        Ok(written)
    }
}

fn parts(value: &str) -> Result<Vec<String>> {
    let words: Vec<String> = value.split(',').map(str::to_owned).collect();
    for word in &words {
        if !["seeds", "kills", "fuzz", "months", "backlog", "soak"].contains(&word.as_str())
            && !fuzz::TARGETS.contains(&word.as_str())
        {
            bail!("--only {word}: not a part; fuzz targets are {}\n{USAGE}", fuzz::TARGETS.join(", "));
        }
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(text: &str) -> Option<Asked> {
        let arguments: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        Asked::read(&arguments).ok()
    }

    fn until(seeds: Option<u64>, kills: Option<u64>, fuzz: Option<u64>) -> Asked {
        Asked { seeds, kills, fuzz, records: 2000, ..Asked::default() }
    }

    #[test]
    fn what_is_named_runs_and_without_a_name_everything_does() {
        for (text, expected) in [
            (
                "",
                Asked {
                    months: Some(183),
                    backlog: Some(100_000),
                    soak: Some(30),
                    ..until(Some(20_000), Some(500), Some(3600))
                },
            ),
            ("--only months", Asked { months: Some(183), ..until(None, None, None) }),
            ("--backlog 5000", Asked { backlog: Some(5000), ..until(None, None, None) }),
            ("--seeds 500", until(Some(500), None, None)),
            ("--kills 20 --fuzz 60", until(None, Some(20), Some(60))),
            ("--only kills,seeds", until(Some(20_000), Some(500), None)),
            ("--soak 5", Asked { soak: Some(5), ..until(None, None, None) }),
            ("--fuzz 60 --kills 5 --only fuzz", until(None, None, Some(60))),
            ("--only kills --records 300", Asked { records: 300, ..until(None, Some(500), None) }),
            ("--only json", Asked { targets: vec!["json".into()], ..until(None, None, Some(3600)) }),
        ] {
            assert_eq!(asked(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_means_nothing_is_refused() {
        for text in ["--seeds", "--seeds viele", "--seed 5", "seeds", "--only nothing"] {
            assert_eq!(asked(text), None, "{text}");
        }
    }
}
