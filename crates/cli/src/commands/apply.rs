//! `qiao apply`: puts a folder of texts in force, all or none, after showing what that changes and means.

use std::path::PathBuf;

use clap::Args;
use contract::store::ConfigText;
use engine::apply::Ask;

use crate::commands::Context;
use crate::config::surroundings::variable;
use crate::exit::Outcome;
use crate::plan::{self, Consent};
use crate::{texts, wire};

#[derive(Debug, Args)]
pub struct Options {
    path: PathBuf,
    #[arg(long)]
    environment: Option<String>,
    #[arg(long)]
    prune: bool,
    #[arg(long)]
    dry_run: bool,
    #[arg(short, long, conflicts_with = "dry_run")]
    yes: bool,
}

/// Reads the folder, shows the plan and what is wrong with it, and carries it out when nothing is.
pub async fn run(context: &Context, options: &Options) -> Outcome {
    let files = texts::load(&options.path)?;
    let given: Vec<ConfigText> = files.iter().map(|file| file.text.clone()).collect();
    let seams = wire::seams(&context.settings, wire::store(&context.settings, wire::Role::Command)?).await?;
    let ask = Ask {
        texts: &given,
        prune: options.prune,
        environment: options.environment.as_deref(),
        variable: &|name| variable(name),
    };
    let consent = Consent::of(options.yes, options.dry_run);
    plan::carry_out(&context.screen, &seams, &ask, &files, consent).await
}
