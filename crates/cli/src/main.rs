//! The binary `qiao`. All of it is in the library, so that tests can look at it.

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main(std::env::args_os().collect())
}
