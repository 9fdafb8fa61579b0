//! `qiao rollback`: puts an earlier version of a text in force again, as a new version: planned, checked and asked about
//! as any other change.

use clap::Args;
use contract::store::TextVersion;
use engine::apply::Ask;
use model::Cause;

use crate::commands::Context;
use crate::config::surroundings::variable;
use crate::exit::{Failure, Outcome};
use crate::plan::{self, Consent};
use crate::wire;

#[derive(Debug, Args)]
pub struct Options {
    name: String,
    #[arg(long, value_name = "VERSION")]
    to: i64,
    #[arg(long)]
    kind: Option<String>,
    #[arg(long)]
    dry_run: bool,
    #[arg(short, long, conflicts_with = "dry_run")]
    yes: bool,
}

pub async fn run(context: &Context, options: &Options) -> Outcome {
    let seams = wire::seams(&context.settings, wire::existing_store(&context.settings)?).await?;
    let versions = seams.store.text_versions(Some(&options.name)).await?;
    let wanted = version(versions, &options.name, options.kind.as_deref(), options.to)?;
    let ask =
        Ask { texts: &[wanted.text], prune: false, environment: None, variable: &|name| variable(name) };
    let consent = Consent::of(options.yes, options.dry_run);
    plan::carry_out(&context.screen, &seams, &ask, &[], consent).await
}

/// The version of that number. Where texts of several kinds have the name, a flow is meant unless the kind is said.
///
/// # Errors
/// `cli.unknown_text`; `cli.unknown_version`, which names those there are.
pub fn version(
    versions: Vec<TextVersion>,
    name: &str,
    kind: Option<&str>,
    number: i64,
) -> Result<TextVersion, Failure> {
    if versions.is_empty() {
        return Err(Failure::configuration(Cause::new("cli.unknown_text").with("name", name)));
    }
    let kinds: Vec<String> = versions.iter().map(|version| version.text.kind.clone()).collect();
    let kind = kind.map(str::to_owned).or_else(|| kinds.iter().find(|kind| *kind == "flow").cloned());
    let kind = kind.or_else(|| kinds.first().cloned()).unwrap_or_default();
    let (of_kind, known): (Vec<TextVersion>, Vec<String>) = versions
        .into_iter()
        .filter(|version| version.text.kind == kind)
        .map(|version| {
            let number = version.version.to_string();
            (version, number)
        })
        .unzip();
    of_kind.into_iter().find(|version| version.version == number).ok_or_else(|| {
        let cause = Cause::new("cli.unknown_version").with("name", name).with("version", number);
        Failure::configuration(cause.with("known", known.join(", ")))
    })
}
