//! The binary `qiao`: configuration, wiring of what implements the seams, and one file per command. No business rules
//! live here; a command that needs one asks the engine for it.

mod arguments;
mod clock;
mod commands;
mod config;
mod demo;
mod examples;
mod exit;
mod local;
mod plan;
pub mod reference;
pub mod schema;
mod screen;
mod story;
mod table;
mod telemetry;
mod texts;
mod upgrade;
mod wire;
pub mod words;

use std::ffi::OsString;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{CommandFactory, FromArgMatches};
use model::Lang;

use arguments::Arguments;
use commands::Context;
use config::Settings;
use exit::{Exit, Failure, Outcome};
use screen::Screen;

/// Does what the command line says; gives the exit code of the process.
pub fn main(line: Vec<OsString>) -> ExitCode {
    let lang = words::language::of(&line);
    let json = line.iter().any(|word| word == "--json");
    let built_in = wire::built_in();
    let mut screen = Screen { lang, json, catalogue: Arc::new(words::catalogue(&built_in)) };
    let outcome = match parse(&line, lang) {
        Ok(arguments) => run(&mut screen, &arguments),
        Err(error) => usage(&screen, &error),
    };
    let exit = outcome.unwrap_or_else(|failure| {
        screen.failure(&failure);
        failure.exit
    });
    ExitCode::from(exit)
}

fn parse(line: &[OsString], lang: Lang) -> Result<Arguments, clap::Error> {
    let matches = words::help::in_language(Arguments::command(), lang).try_get_matches_from(line)?;
    Arguments::from_arg_matches(&matches)
}

/// Help and version are printed; anything else is a mistake in the command line.
fn usage(screen: &Screen, error: &clap::Error) -> Outcome {
    let Some(cause) = words::usage::cause(error) else {
        screen.raw(error.to_string().trim_end());
        return Ok(if error.use_stderr() { Exit::Usage } else { Exit::Ok });
    };
    Err(Failure::new(Exit::Usage, cause))
}

fn run(screen: &mut Screen, arguments: &Arguments) -> Outcome {
    let settings = Settings::gather(&arguments.common, arguments.listen())?;
    telemetry::start(&settings.log);
    screen.catalogue = wire::catalogue(&settings)?;
    let context = Context { screen: screen.clone(), settings };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::file(std::path::Path::new("tokio"), &error))?;
    let outcome = runtime.block_on(commands::run(&context, &arguments.command));
    runtime.shutdown_background();
    outcome
}
