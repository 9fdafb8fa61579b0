//! `cargo xtask`: what a developer runs here. `demo` shows the product, `test` is all that a change must pass, `long`
//! runs what takes hours and keeps count, `dist` makes the archive that users download, `postgres` lends a server to the
//! tests.

mod demo;
mod dist;
mod long;
mod machine;
mod postgres;
mod sdk;
mod shell;
mod test;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask demo [options of `qiao demo`]   build, then show the product with stand-ins
cargo xtask test [WORD …]                   format, lints, tests, SDK checks, kills: all that a change must pass
cargo xtask long [--seeds N] [--kills N] [--fuzz SECONDS] [--months DAYS] [--backlog ORDERS] [--only PART,…]
                                            what takes hours; goes on where docs/long-runs.md stands
cargo xtask dist [--dev] [--check]          the archive for users; with --check it is tried in a bare Debian
cargo xtask postgres [--durable] COMMAND …  runs a command beside a PostgreSQL server of its own, as tests need one";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let rest = arguments.get(1..).unwrap_or_default();
    let outcome = match arguments.first().map(String::as_str) {
        Some("demo") => demo::run(rest),
        Some("test") => test::run(),
        Some("long") => long::run(rest),
        Some("dist") => dist::run(rest),
        Some("postgres") => postgres::run(rest),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
