//! `qiao export`: writes what is in force to a folder. Secrets are not among it: they stand as sealed.

use std::fs;
use std::path::PathBuf;

use clap::Args;
use contract::store::TextVersion;
use model::Cause;
use serde_json::json;

use crate::commands::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::{texts, wire};

#[derive(Debug, Args)]
pub struct Options {
    path: PathBuf,
}

/// Writes one file for each text; files of the folder that are no texts in force are left alone.
pub async fn run(context: &Context, options: &Options) -> Outcome {
    let store = wire::existing_store(&context.settings)?;
    let mut written = Vec::new();
    for TextVersion { text, .. } in store.current().await? {
        let Some(below) = texts::path_of(&text) else {
            let cause = Cause::new("cli.file").with("path", &text.name).with("reason", "..");
            return Err(Failure::configuration(cause));
        };
        let path = options.path.join(below);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|error| Failure::file(folder, &error))?;
        }
        fs::write(&path, &text.text).map_err(|error| Failure::file(&path, &error))?;
        context.screen.line(path.display().to_string());
        written.push(path.display().to_string());
    }
    context.screen.result(&json!({ "written": written }));
    Ok(Exit::Ok)
}
