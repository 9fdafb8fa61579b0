//! `qiao flow`: lint, test, record, explain, plan, run, show.

pub mod explain;
pub mod lint;
pub mod plan;
pub mod record;
pub mod run;
mod samples;
pub mod show;
mod stored;
pub mod test;

use std::sync::Arc;

use clap::Subcommand;
use engine::setup::{ActiveFlow, Setup};
use model::{Cause, FlowName};

use crate::commands::Context;
use crate::exit::{Failure, Outcome};

#[derive(Debug, Subcommand)]
pub enum Command {
    Lint(lint::Options),
    Test(test::Options),
    Record(record::Options),
    Explain(explain::Options),
    Plan(plan::Options),
    Run(run::Options),
    Show(show::Options),
}

pub async fn run(context: &Context, command: &Command) -> Outcome {
    match command {
        Command::Lint(options) => lint::run(context, options).await,
        Command::Test(options) => test::run(context, options),
        Command::Record(options) => record::run(context, options).await,
        Command::Explain(options) => explain::run(context, options).await,
        Command::Plan(options) => plan::run(context, options).await,
        Command::Run(options) => run::run(context, options).await,
        Command::Show(options) => show::run(context, options).await,
    }
}

/// The flow of that name, in force. A flow that is there but has a mistake says which.
pub(in crate::commands) fn flow(setup: &Setup, name: &str) -> Result<Arc<ActiveFlow>, Failure> {
    if let Some(flow) = setup.flows.get(&FlowName::new(name)) {
        return Ok(flow.clone());
    }
    let wrong = setup.problems.iter().find(|problem| problem.kind == "flow" && problem.name == name);
    let cause = wrong.map(|problem| problem.cause.clone());
    Err(Failure::configuration(cause.unwrap_or_else(|| Cause::new("cli.unknown_flow").with("flow", name))))
}
