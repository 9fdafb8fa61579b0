//! `qiao reconcile ids` (清点): whether everything the source of an object holds is known here, and is still there.

mod gone;
mod told;

use clap::{Args, Subcommand};
use engine::reconcile::{SweepAsk, SweepOutcome, sweep};
use engine::setup::Setup;
use model::reconciliation::RunState;
use model::sweep::{ObjectOf, Sweep};
use model::{Cause, ConnectionName, ObjectName};
use serde_json::Value;

use crate::commands::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::wire;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Options {
    #[arg(value_name = "OBJECT")]
    objects: Vec<String>,
    #[arg(long)]
    deep: bool,
    #[arg(long)]
    go_on: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    Runs(told::Options),
    Gone(gone::Options),
    Rest(gone::RestOptions),
}

pub async fn run(context: &Context, options: &Options) -> Outcome {
    match &options.command {
        None => now(context, options).await,
        Some(Command::Runs(options)) => told::run(context, options).await,
        Some(Command::Gone(options)) => gone::run(context, options).await,
        Some(Command::Rest(options)) => gone::rest(context, options).await,
    }
}

/// Sweeps objects now, one after the other, and tells what each came to.
async fn now(context: &Context, options: &Options) -> Outcome {
    let screen = &context.screen;
    let in_force = wire::in_force(&context.settings).await?;
    let ask = SweepAsk {
        deep: options.deep.then_some(true),
        owner: format!("qiao reconcile ids {}", std::process::id()),
        goes_on: options.go_on,
    };
    let objects = chosen(&in_force.setup, &options.objects)?;
    let mut done = Vec::with_capacity(objects.len());
    let mut left = 0;
    for of in &objects {
        let progress = |sweep: &Sweep| {
            if screen.is_watched() && sweep.ended.is_none() {
                screen.progress(told::progress(sweep, screen));
            }
        };
        match sweep(&in_force.seams, &in_force.setup, of, &ask, &progress).await? {
            SweepOutcome::Busy => {
                left += 1;
                let cause = Cause::new("cli.sweep.busy").with("connection", &of.0).with("object", &of.1);
                screen.progress(screen.sentence(&cause));
            }
            SweepOutcome::Cannot(cause) => {
                // Of all objects, those that cannot be asked are passed over; one that was named is a failure.
                left += usize::from(!options.objects.is_empty());
                screen.progress(screen.sentence(&cause));
            }
            SweepOutcome::Swept(sweep) => {
                screen.line(told::told(&sweep, screen));
                done.push(*sweep);
            }
        }
    }
    screen.result(&Value::Array(done.iter().map(|sweep| told::as_json(sweep, screen)).collect()));
    Ok(exit(&done, left))
}

/// Whether all is known and there, or not, or could not be seen.
fn exit(done: &[Sweep], left: usize) -> Exit {
    if left > 0 || done.iter().any(|sweep| sweep.state == RunState::Incomplete) {
        return Exit::System;
    }
    match done.iter().all(|sweep| sweep.state == RunState::Done && sweep.sum.is_whole()) {
        true => Exit::Ok,
        false => Exit::Finding,
    }
}

/// The objects of those names, `connection/object` or all of a `connection`; every one that is read when none is named.
fn chosen(setup: &Setup, names: &[String]) -> Result<Vec<ObjectOf>, Failure> {
    let read = setup.objects_read();
    if names.is_empty() {
        return Ok(read.into_iter().collect());
    }
    let mut chosen = Vec::new();
    for name in names {
        let named: Vec<ObjectOf> = match named(name) {
            Ok(of) => read.iter().filter(|read| **read == of).cloned().collect(),
            Err(connection) => {
                read.iter().filter(|(of, _)| of.as_str() == connection.as_str()).cloned().collect()
            }
        };
        if named.is_empty() {
            return Err(Failure::configuration(Cause::new("cli.sweep.not_read").with("name", name)));
        }
        chosen.extend(named.into_iter().filter(|of| !chosen.contains(of)).collect::<Vec<_>>());
    }
    Ok(chosen)
}

/// `crm/AccountObj`; else the connection alone.
fn named(text: &str) -> Result<ObjectOf, ConnectionName> {
    match text.split_once('/') {
        Some((connection, object)) => Ok((ConnectionName::new(connection), ObjectName::new(object))),
        None => Err(ConnectionName::new(text)),
    }
}

/// `crm/AccountObj`, for the parser.
fn object_of(text: &str) -> Result<ObjectOf, String> {
    named(text).map_err(|_| "crm/AccountObj".to_owned())
}
