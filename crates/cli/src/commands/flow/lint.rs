//! `qiao flow lint`: what is wrong with texts, with line and column.

use std::path::PathBuf;

use clap::Args;
use contract::store::ConfigText;
use engine::apply;
use engine::setup::Problem;
use serde_json::json;

use crate::commands::Context;
use crate::exit::{Exit, Outcome};
use crate::plan::Telling;
use crate::{texts, wire};

#[derive(Debug, Args)]
pub struct Options {
    path: Option<PathBuf>,
    #[arg(long, requires = "path")]
    environment: Option<String>,
}

/// Looks at a folder by itself, in each of its environments unless one is named, without any data folder; or at what is
/// in force.
pub async fn run(context: &Context, options: &Options) -> Outcome {
    let (files, problems) = match &options.path {
        Some(path) => {
            let files = texts::load(path)?;
            let seams = wire::seams(&context.settings, wire::passing_store()?).await?;
            let given: Vec<ConfigText> = files.iter().map(|file| file.text.clone()).collect();
            let mut problems: Vec<Problem> = Vec::new();
            for environment in texts::environments(&files, options.environment.as_deref()) {
                let found = apply::lint(&seams, &given, environment.as_deref()).await?;
                let new = found.into_iter().filter(|problem| !problems.contains(problem));
                problems.extend(new.collect::<Vec<_>>());
            }
            (files, problems)
        }
        None => (Vec::new(), wire::in_force(&context.settings).await?.setup.problems),
    };
    let screen = &context.screen;
    let telling = Telling { screen, files: &files };
    screen.result(&json!({
        "problems": problems.iter().map(|problem| telling.problem_json(problem)).collect::<Vec<_>>(),
    }));
    telling.problems(&problems);
    if problems.iter().any(|problem| !problem.is_warning) {
        return Ok(Exit::Finding);
    }
    screen.line(screen.words("没有错误。", "No mistakes."));
    Ok(Exit::Ok)
}
