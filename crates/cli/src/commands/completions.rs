//! `qiao completions`: the completion script of a shell.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::arguments::Arguments;
use crate::commands::Context;
use crate::exit::{Exit, Outcome};
use crate::words::help;

#[derive(Debug, Args)]
pub struct Options {
    shell: Shell,
}

/// Prints the script.
pub fn run(context: &Context, options: &Options) -> Outcome {
    let mut command = help::in_language(Arguments::command(), context.screen.lang);
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut command, "qiao", &mut script);
    context.screen.raw(String::from_utf8_lossy(&script).trim_end());
    Ok(Exit::Ok)
}
