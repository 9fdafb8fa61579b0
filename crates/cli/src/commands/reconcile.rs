//! `qiao reconcile` (对账): whether both sides of flows agree now, and what is done about it where they do not.

mod export;
mod ids;
mod list;
mod repair;
mod runs;
mod show;

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, Subcommand};
use engine::reconcile::{Ask, Outcome as Came, reconcile};
use engine::setup::ActiveFlow;
use model::flow::Mode;
use model::reconciliation::{Run, RunState};
use model::{Cause, DifferenceId, FlowName};
use serde_json::Value;

use crate::commands::Context;
use crate::commands::flow::flow;
use crate::exit::{Exit, Failure, Outcome};
use crate::{local, wire};

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Options {
    #[arg(value_name = "FLOW")]
    flows: Vec<String>,
    #[arg(long)]
    deep: bool,
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    #[arg(long)]
    go_on: bool,
    #[arg(long, value_name = "FILE")]
    export: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    Ids(ids::Options),
    List(list::Options),
    Runs(runs::Options),
    Show(show::Options),
    #[command(subcommand)]
    Repair(repair::Command),
}

pub async fn run(context: &Context, options: &Options) -> Outcome {
    match &options.command {
        None => now(context, options).await,
        Some(Command::Ids(options)) => ids::run(context, options).await,
        Some(Command::List(options)) => list::run(context, options).await,
        Some(Command::Runs(options)) => runs::run(context, options).await,
        Some(Command::Show(options)) => show::run(context, options).await,
        Some(Command::Repair(command)) => repair::run(context, command).await,
    }
}

/// Reconciles flows now, one after the other, and tells what each came to.
async fn now(context: &Context, options: &Options) -> Outcome {
    let screen = &context.screen;
    if let Some(path) = &options.export {
        export::check(path)?;
    }
    let in_force = wire::in_force(&context.settings).await?;
    let ask = Ask {
        deep: options.deep,
        since: options.since.as_deref().map(local::time).transpose()?,
        until: options.until.as_deref().map(local::time).transpose()?,
        owner: format!("qiao reconcile {}", std::process::id()),
        goes_on: options.go_on,
    };
    let flows = chosen(&in_force.setup, &options.flows)?;
    let mut done = Vec::with_capacity(flows.len());
    for flow in &flows {
        let told = |run: &Run| {
            if screen.is_watched() && run.ended.is_none() {
                screen.progress(runs::progress(run, screen));
            }
        };
        match reconcile(&in_force.seams, &in_force.setup, flow, &ask, &told).await? {
            Came::Busy => {
                let cause = Cause::new("cli.reconcile.busy").with("flow", flow.name());
                screen.progress(screen.sentence(&cause));
            }
            Came::Ran(run) => {
                screen.line(runs::told(&run, screen));
                done.push(*run);
            }
        }
    }
    screen.result(&Value::Array(done.iter().map(|run| runs::as_json(run, screen)).collect()));
    if let Some(path) = &options.export {
        let names: Vec<FlowName> = flows.iter().map(|flow| flow.name().clone()).collect();
        let differences = list::of_flows(&*in_force.seams.store, &names).await?;
        export::write(path, &differences, screen)?;
    }
    Ok(exit(&done, flows.len()))
}

/// Whether both sides agree, differ, or could not be compared.
fn exit(done: &[Run], flows: usize) -> Exit {
    if done.len() < flows || done.iter().any(|run| run.state == RunState::Incomplete) {
        return Exit::System;
    }
    match done.iter().all(|run| run.state == RunState::Done && run.sum.open() == 0) {
        true => Exit::Ok,
        false => Exit::Finding,
    }
}

/// The flows of those names; all that bring documents over when none is named.
fn chosen(setup: &engine::setup::Setup, names: &[String]) -> Result<Vec<Arc<ActiveFlow>>, Failure> {
    let is_compared = |flow: &ActiveFlow| flow.flow().mode == Mode::Document;
    if names.is_empty() {
        return Ok(setup.flows.values().filter(|flow| is_compared(flow)).cloned().collect());
    }
    let named = names.iter().map(|name| {
        let flow = flow(setup, name)?;
        match is_compared(&flow) {
            true => Ok(flow),
            false => Err(Failure::new(Exit::Usage, Cause::new("cli.reconcile.notices").with("flow", name))),
        }
    });
    named.collect()
}

/// A difference as it is told: `D12`, or the bare number.
fn difference_id(text: &str) -> Result<DifferenceId, String> {
    let number = text.trim().trim_start_matches(['D', 'd']);
    number.parse().map(DifferenceId).map_err(|_| "D12".to_owned())
}
