//! `qiao flow show`: the text of a flow, as it is in force or as a version of it was.

use clap::Args;
use model::Cause;
use serde_json::json;

use crate::commands::Context;
use crate::commands::rollback::version;
use crate::exit::{Exit, Failure, Outcome};
use crate::wire;

#[derive(Debug, Args)]
pub struct Options {
    flow: String,
    #[arg(long)]
    version: Option<i64>,
}

pub async fn run(context: &Context, options: &Options) -> Outcome {
    let store = wire::existing_store(&context.settings)?;
    let versions = store.text_versions(Some(&options.flow)).await?;
    let last = versions.iter().filter(|version| version.text.kind == "flow").map(|version| version.version);
    let Some(number) = options.version.or_else(|| last.max()) else {
        let cause = Cause::new("cli.unknown_flow").with("flow", &options.flow);
        return Err(Failure::configuration(cause));
    };
    let shown = version(versions, &options.flow, Some("flow"), number)?;
    let screen = &context.screen;
    screen.result(&json!({
        "flow": options.flow, "version": shown.version, "at": shown.at.to_string(),
        "environment": shown.environment.as_ref().map(|one| json!({ "name": one.name, "version": one.version })),
        "text": shown.text.text,
    }));
    screen.line(shown.text.text.trim_end_matches('\n'));
    Ok(Exit::Ok)
}
