//! `cargo xtask test [WORD …]`: all that a change must pass, step by step, with a closing summary; with words only the
//! steps whose names hold one of them (`cargo xtask test sdk`).

use std::time::{Duration, Instant};

use anyhow::Result;

use crate::{dist, machine, postgres, sdk, shell};

/// How much the kills of the ordinary run ask for; `cargo xtask long kills` asks for more.
const KILLS: &[&str] = &["demo", "--once", "--json", "--records", "300", "--faults", "--kill", "10"];

/// The version of cargo-deny that is installed where there is none.
const DENY: &str = "0.20.2";

/// The step that all others stand on.
const BUILD: &str = "lints and build";

#[derive(Clone, Copy)]
struct Step {
    name: &'static str,
    run: fn() -> Result<()>,
}

/// One after the other; the steps of a line at the same time: one that builds beside some that wait.
const STEPS: &[&[Step]] = &[
    &[Step { name: "format", run: format }],
    &[Step { name: BUILD, run: lints }],
    &[Step { name: "tests", run: tests }],
    &[Step { name: "doc tests", run: doc_tests }],
    &[
        Step { name: "walls (cargo-deny)", run: walls },
        Step { name: "demo with faults and ten kills", run: kills },
        Step { name: "SDK checks", run: sdk::run },
        Step { name: "archive in a bare Debian", run: dist::check_quickly },
    ],
];

/// Runs every step, also after one has failed: the summary says it all at once. Only without a build there is nothing to
/// go on with.
pub fn run() -> Result<u8> {
    shell::lint_what_is_built();
    let words: Vec<String> = std::env::args().skip(2).map(|word| word.to_lowercase()).collect();
    let is_meant = |step: &Step| {
        let name = step.name.to_lowercase();
        words.is_empty() || words.iter().any(|word| name.contains(word))
    };
    let mut lines = Vec::new();
    let mut failed = 0;
    for line in STEPS {
        let meant: Vec<Step> = line.iter().filter(|step| is_meant(step)).copied().collect();
        for (step, (outcome, took)) in meant.iter().zip(at_once(&meant)) {
            let verdict = match &outcome {
                Ok(()) => "ok".to_owned(),
                Err(error) => {
                    failed += 1;
                    eprintln!("{}: {error:#}", step.name);
                    format!("FAILED: {error:#}")
                }
            };
            lines.push(format!("{:>7.1} s  {:<32} {verdict}", took.as_secs_f32(), step.name));
        }
        if failed > 0 && line.iter().any(|step| step.name == BUILD) {
            break;
        }
    }
    println!("\n{}\n{}", lines.join("\n"), closing(lines.len(), failed));
    // Whoever mistyped a step has tested nothing.
    Ok(if lines.is_empty() { 2 } else { u8::from(failed > 0) })
}

/// Runs the steps beside each other; what came of each, in their order.
fn at_once(steps: &[Step]) -> Vec<(Result<()>, Duration)> {
    if steps.is_empty() {
        return Vec::new();
    }
    let names: Vec<&str> = steps.iter().map(|step| step.name).collect();
    println!("\n== {} ==", names.join(" | "));
    std::thread::scope(|scope| {
        let running: Vec<_> = steps.iter().map(|step| scope.spawn(|| timed(step.run))).collect();
        running.into_iter().map(|step| step.join().expect("a step does not panic")).collect()
    })
}

fn closing(steps: usize, failed: usize) -> String {
    let all: usize = STEPS.iter().map(|line| line.len()).sum();
    match (steps, failed) {
        (0, _) => "No step of that name.".into(),
        (_, 0) if steps == all => "All steps passed.".into(),
        (_, 0) => format!("{steps} of {all} steps ran and passed."),
        _ => format!("{failed} of {steps} steps failed."),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "how long a step took is told to the developer and decides nothing"
)]
fn timed(run: fn() -> Result<()>) -> (Result<()>, Duration) {
    let started = Instant::now();
    let outcome = run();
    (outcome, started.elapsed())
}

fn format() -> Result<()> {
    shell::succeed(&mut shell::cargo(&["fmt", "--all", "--check"]))
}

/// Clippy is the compiler and says more: what it lints is built in the same pass ([`shell::lint_what_is_built`]), so that
/// no crate is read twice, once to be checked and once for the tests. It leaves out the optimisations of MIR; what users
/// get is built by `cargo xtask dist`, without it.
fn lints() -> Result<()> {
    shell::succeed(&mut shell::cargo(&["build", "--workspace", "--all-targets"]))
}

/// Beside a PostgreSQL server of their own.
fn tests() -> Result<()> {
    let server = postgres::Server::start(postgres::Disk::Forgets)?;
    let at_once = (std::thread::available_parallelism().map_or(2, usize::from) + 1).to_string();
    let arguments: &[&str] = match shell::is_there("cargo-nextest", "--version") {
        true => &["nextest", "run", "--workspace", "--test-threads", &at_once],
        false => &["test", "--workspace", "--lib", "--bins", "--tests"],
    };
    shell::succeed(shell::cargo(arguments).env(postgres::VARIABLE, server.url()))
}

fn doc_tests() -> Result<()> {
    shell::succeed(&mut shell::cargo(&["test", "--workspace", "--doc"]))
}

/// The same walls are tested by `crates/cli/tests/it/tidy/`; cargo-deny sees the whole tree and the licences too.
fn walls() -> Result<()> {
    let deny = machine::cargo_tool("cargo-deny", DENY)?;
    let mut command = std::process::Command::new(deny);
    command.args(["--locked", "check", "bans", "licenses", "sources"]).current_dir(shell::root());
    shell::succeed(&mut command)
}

fn kills() -> Result<()> {
    let qiao = shell::qiao_of_the_tests()?;
    shell::succeed(std::process::Command::new(qiao).args(KILLS).current_dir(shell::root()))
}
