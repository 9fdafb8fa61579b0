//! `qiao object`: describe an ERP's objects from what there is, and generate the API description of one.

mod describe;
mod import;
mod infer;
mod naming;
mod template;

use clap::Subcommand;

use crate::commands::Context;
use crate::exit::Outcome;

#[derive(Debug, Subcommand)]
pub enum Command {
    Infer(infer::Options),
    Import(import::Options),
    Template(template::Options),
    Describe(describe::Options),
}

pub async fn run(context: &Context, command: &Command) -> Outcome {
    match command {
        Command::Infer(options) => infer::run(&context.screen, options),
        Command::Import(options) => import::run(&context.screen, options),
        Command::Template(options) => template::run(&context.screen, options),
        Command::Describe(options) => describe::run(context, options).await,
    }
}
