//! `qiao flow test`: runs the recorded samples of flows. Exit code 1 when one fails.

use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};

use super::samples::{self, Tried};
use crate::commands::Context;
use crate::exit::{Exit, Outcome};
use crate::screen::Screen;
use crate::texts;

#[derive(Debug, Args)]
pub struct Options {
    path: PathBuf,
    #[arg(long)]
    environment: Option<String>,
}

/// Runs the samples that the flows of a folder name, in each of its environments unless one is named, without any data folder or system.
pub fn run(context: &Context, options: &Options) -> Outcome {
    let screen = &context.screen;
    let files = texts::load(&options.path)?;
    let mut tried = Vec::new();
    for name in texts::environments(&files, options.environment.as_deref()) {
        let environment = texts::environment(&files, name.as_deref())?;
        tried.extend(samples::run(&files, environment.as_ref())?);
    }
    screen
        .result(&json!({ "samples": tried.iter().map(|tried| as_json(tried, screen)).collect::<Vec<_>>() }));
    for tried in &tried {
        let mark = if tried.wrong.is_empty() { "✓" } else { "✗" };
        let environment = tried.environment.as_ref().map(|name| format!(" ({name})")).unwrap_or_default();
        screen.line(format!("{mark} {}{environment}: {}", tried.flow, tried.name));
        for cause in &tried.wrong {
            screen.line(format!("    {}", screen.sentence(cause)));
        }
    }
    let failed = tried.iter().filter(|tried| !tried.wrong.is_empty()).count();
    let count = tried.len();
    screen.line(
        screen.words(
            &format!("{count} 个样例,{failed} 个失败。"),
            &format!("{count} samples, {failed} failed."),
        ),
    );
    Ok(if failed == 0 { Exit::Ok } else { Exit::Finding })
}

fn as_json(tried: &Tried, screen: &Screen) -> Value {
    let wrong: Vec<Value> = tried.wrong.iter().map(|cause| screen.cause_json(cause)).collect();
    json!({
        "flow": tried.flow, "name": tried.name, "environment": tried.environment,
        "ok": tried.wrong.is_empty(), "wrong": wrong,
    })
}
