//! The fuzz targets of `fuzz/`, in seconds each, with libFuzzer.
//!
//! What the fuzzer learns stays in `fuzz/corpus/`, so that the next run goes on from it; what breaks a target is put
//! into `fuzz/artifacts/`.

use std::path::PathBuf;
use std::process::{Command, Output};

use anyhow::{Context, Result, bail};

use super::{Part, Portion, timed};
use crate::shell;

/// The names of the targets.
pub const TARGETS: &[&str] = &[
    "manifest",
    "expression",
    "flow_file",
    "json",
    "fxiaoke_answer",
    "kingdee_answer",
    "dingtalk_answer",
    "standard_erp_answer",
    "push",
    "hook",
    "event",
    "xml",
];

/// Files of the repository that a target starts from, besides its seeds.
const MORE_SEEDS: &[(&str, &str)] = &[("manifest", "connectors"), ("flow_file", "examples/first")];

/// No input may take longer, in seconds.
const LONGEST: &str = "-timeout=20";
const LARGEST: &str = "-rss_limit_mb=2048";

pub struct Target {
    name: &'static str,
    program: PathBuf,
}

/// Builds all targets and gives those that are named, or all.
pub fn targets(named: &[String]) -> Result<Vec<Target>> {
    if !shell::is_there("cargo-fuzz", "--version") {
        bail!("cargo-fuzz is missing: `cargo install cargo-fuzz --locked`, then run this again");
    }
    let target = shell::target();
    let target_text = target.to_string_lossy();
    // No sanitizer: there is no unsafe code of ours to watch, and without one the stable compiler will do.
    let build = ["fuzz", "build", "--sanitizer", "none", "--fuzz-dir", "fuzz", "--target-dir", &target_text];
    shell::succeed(&mut shell::cargo(&build))?;
    let programs = target.join(shell::host()?).join("release");
    let is_wanted = |name: &&&str| named.is_empty() || named.iter().any(|wanted| wanted == **name);
    let targets = TARGETS.iter().filter(is_wanted);
    Ok(targets.map(|name| Target { name, program: programs.join(name) }).collect())
}

impl Target {
    fn folder(&self, of: &str) -> Result<String> {
        let folder = format!("fuzz/{of}/{}", self.name);
        std::fs::create_dir_all(shell::root().join(&folder)).with_context(|| folder.clone())?;
        Ok(folder)
    }

    fn fuzz(&self, seconds: u64) -> Result<Output> {
        let mut command = Command::new(&self.program);
        command.current_dir(shell::root()).args([LONGEST, LARGEST, "-print_final_stats=1"]);
        command.arg(format!("-max_total_time={seconds}"));
        command.arg(format!("-artifact_prefix={}/", self.folder("artifacts")?));
        command.args([self.folder("corpus")?, self.folder("corpus-seed")?]);
        command.args(MORE_SEEDS.iter().filter(|(name, _)| *name == self.name).map(|(_, folder)| folder));
        command.output().with_context(|| format!("cannot run the fuzz target {}", self.name))
    }
}

impl Part for Target {
    fn section(&self) -> String {
        format!("fuzz {}", self.name)
    }

    /// Seconds.
    fn portion(&self) -> u64 {
        60
    }

    fn play(&mut self, from: u64, to: u64) -> Result<Portion> {
        let (output, took) = timed(|| self.fuzz(to - from));
        let output = output?;
        let log = String::from_utf8_lossy(&output.stderr);
        let runs = inputs(&log);
        if output.status.success() {
            return Ok(Portion { to, runs, broken: Vec::new(), is_stuck: false });
        }
        let lines: Vec<&str> = log.lines().collect();
        eprintln!("{}", lines[lines.len().saturating_sub(40)..].join("\n"));
        let Some(artifact) = artifact(&log) else {
            bail!("the fuzz target {} ended with {} and left no input", self.name, output.status);
        };
        let to = to.min(from + took.as_secs());
        Ok(Portion { to, runs, broken: vec![artifact], is_stuck: true })
    }

    fn replay(&self, finding: &str) -> String {
        format!("{} fuzz/artifacts/{}/{finding}", self.program.display(), self.name)
    }
}

/// How many inputs were tried, as libFuzzer's closing statistics say.
fn inputs(log: &str) -> u64 {
    let line = log.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units:"));
    line.and_then(|number| number.trim().parse().ok()).unwrap_or_default()
}

/// The file with the input that broke the target.
fn artifact(log: &str) -> Option<String> {
    let path = log.lines().find_map(|line| line.split_once("Test unit written to ").map(|(_, path)| path))?;
    path.trim().rsplit('/').next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "#2097152 pulse cov: 900\n==7== ERROR: libFuzzer: deadly signal\n\
                       artifact_prefix='fuzz/artifacts/json/'; Test unit written to fuzz/artifacts/json/crash-0a1b\n\
                       stat::number_of_executed_units: 2101000\nstat::average_exec_per_sec:     35000\n";

    #[test]
    fn the_closing_lines_tell_how_much_was_tried_and_what_broke() {
        assert_eq!((inputs(LOG), artifact(LOG).as_deref()), (2_101_000, Some("crash-0a1b")));
        assert_eq!((inputs("killed"), artifact("Done 5 runs")), (0, None));
    }

    #[test]
    fn every_target_has_its_file_its_seeds_and_its_table() {
        let root = shell::root();
        let page = std::fs::read_to_string(root.join("docs/long-runs.md")).unwrap();
        for name in TARGETS {
            assert!(root.join(format!("fuzz/fuzz_targets/{name}.rs")).exists(), "{name}");
            assert!(
                std::fs::read_dir(root.join(format!("fuzz/corpus-seed/{name}"))).unwrap().count() > 0,
                "{name}"
            );
            assert!(page.contains(&format!("\n## fuzz {name}\n")), "{name}");
        }
        let files = std::fs::read_dir(root.join("fuzz/fuzz_targets")).unwrap().count();
        assert_eq!(files, TARGETS.len());
    }
}
