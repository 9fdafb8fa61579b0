//! `qiao tasks`: the repair desk (数据维护): list tasks, gather why they stand still, look at one, let them run again, set
//! them aside, close them, correct the stored copy, decide what both sides edited.

mod causes;
mod close;
mod decide;
mod edit;
mod ignore;
mod list;
mod retry;
mod selecting;
mod show;

use clap::Subcommand;

use crate::commands::Context;
use crate::exit::Outcome;
use crate::wire;

#[derive(Debug, Subcommand)]
pub enum Command {
    List(list::Options),
    Causes(causes::Options),
    Show(show::Options),
    #[command(alias = "replay")]
    Retry(retry::Options),
    Ignore(ignore::Options),
    Close(close::Options),
    Edit(edit::Options),
    Decide(decide::Options),
}

pub async fn run(context: &Context, command: &Command) -> Outcome {
    match command {
        Command::List(options) => {
            list::run(&context.screen, &*wire::existing_store(&context.settings)?, options).await
        }
        Command::Causes(options) => {
            causes::run(&context.screen, &*wire::existing_store(&context.settings)?, options).await
        }
        Command::Show(options) => show::run(context, options).await,
        Command::Retry(options) => retry::run(context, options).await,
        Command::Ignore(options) => ignore::run(context, options).await,
        Command::Close(options) => close::run(context, options).await,
        Command::Edit(options) => edit::run(context, options).await,
        Command::Decide(options) => decide::run(context, options).await,
    }
}
