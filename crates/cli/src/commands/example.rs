//! `qiao example`: the examples to start from.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::json;

use crate::commands::Context;
use crate::examples;
use crate::exit::{Exit, Outcome};

#[derive(Debug, Subcommand)]
pub enum Command {
    List,
    Copy(Copying),
}

#[derive(Debug, Args)]
pub struct Copying {
    name: String,
    folder: PathBuf,
}

pub fn run(context: &Context, command: &Command) -> Outcome {
    match command {
        Command::List => list(context),
        Command::Copy(options) => copy(context, options),
    }
}

/// Names and titles.
fn list(context: &Context) -> Outcome {
    let screen = &context.screen;
    let mut result = Vec::new();
    for example in examples::all() {
        let title = example.title(screen.lang);
        screen.line(format!("{}  {title}", example.name));
        result.push(json!({ "name": example.name, "title": title }));
    }
    screen.result(&json!(result));
    Ok(Exit::Ok)
}

/// Writes an example into a folder and says what to do with it.
fn copy(context: &Context, options: &Copying) -> Outcome {
    let screen = &context.screen;
    examples::find(&options.name)?.write_to(&options.folder)?;
    let folder = options.folder.display();
    screen.line(screen.words(
        &format!(
            "示例 {} 已写入 {folder}。先看其中的 README.md,再运行 qiao flow test {folder}。",
            options.name
        ),
        &format!(
            "The example {} is in {folder}. Read its README.en.md, then run qiao flow test {folder}.",
            options.name
        ),
    ));
    screen.result(&json!({ "example": options.name, "folder": options.folder }));
    Ok(Exit::Ok)
}
