//! `qiao apply`: puts a folder of texts in force, all or none.

use std::path::PathBuf;

use clap::Args;
use contract::store::{Applied, ConfigText};
use engine::apply;
use engine::setup::Problem;
use model::Cause;
use serde_json::{Value, json};

use crate::commands::Context;
use crate::config::surroundings::variable;
use crate::exit::{Exit, Failure, Outcome};
use crate::screen::Screen;
use crate::texts::{self, TextFile};
use crate::wire;

#[derive(Debug, Args)]
pub struct Options {
    path: PathBuf,
    #[arg(long)]
    dry_run: bool,
}

/// Reads the folder, shows what is wrong with it, and puts it in force when nothing is.
pub async fn run(context: &Context, options: &Options) -> Outcome {
    let screen = &context.screen;
    let files = texts::load(&options.path)?;
    let given: Vec<ConfigText> = files.iter().map(|file| file.text.clone()).collect();
    let seams = wire::seams(&context.settings, wire::store(&context.settings, wire::Role::Command)?)?;
    let outcome = match options.dry_run {
        true => apply::Outcome { applied: Vec::new(), problems: apply::lint(&seams, &given).await? },
        false => apply::apply(&seams, &given, &|name| variable(name)).await?,
    };
    screen.result(&json!({
        "applied": given.iter().zip(&outcome.applied).map(applied_json).collect::<Vec<_>>(),
        "problems": outcome.problems.iter().map(|problem| problem_json(problem, &files, screen)).collect::<Vec<_>>(),
    }));
    show_problems(&outcome.problems, &files, screen);
    if outcome.is_refused() {
        let count = outcome.problems.iter().filter(|problem| !problem.is_warning).count();
        return Err(Failure::configuration(Cause::new("cli.text.problems").with("count", count)));
    }
    for (text, applied) in given.iter().zip(&outcome.applied) {
        screen.line(applied_line(text, *applied, screen));
    }
    Ok(Exit::Ok)
}

/// Each problem with its file, line and column.
pub fn show_problems(problems: &[Problem], files: &[TextFile], screen: &Screen) {
    for problem in problems {
        let severity = match problem.is_warning {
            true => screen.words("警告", "warning"),
            false => screen.words("错误", "error"),
        };
        let (line, column) = problem.at;
        screen.line(format!(
            "{}:{line}:{column}: {severity}: {}",
            place(problem, files),
            screen.sentence(&problem.cause)
        ));
    }
}

/// A problem for programs.
pub fn problem_json(problem: &Problem, files: &[TextFile], screen: &Screen) -> Value {
    json!({
        "file": place(problem, files), "kind": problem.kind, "name": problem.name,
        "line": problem.at.0, "column": problem.at.1, "warning": problem.is_warning,
        "cause": screen.cause_json(&problem.cause),
    })
}

/// The file that a problem is in; its kind and name when it is not from a file.
fn place(problem: &Problem, files: &[TextFile]) -> String {
    let file = files.iter().find(|file| file.text.kind == problem.kind && file.text.name == problem.name);
    match file {
        Some(file) => file.path.display().to_string(),
        None => format!("{}/{}", problem.kind, problem.name),
    }
}

fn applied_line(text: &ConfigText, applied: Applied, screen: &Screen) -> String {
    let (what, version) = match applied {
        Applied::Made { version } => (screen.words("新增", "new"), version),
        Applied::Changed { version } => (screen.words("更新", "changed"), version),
        Applied::Same { version } => (screen.words("未变", "same"), version),
    };
    format!("{what}  {} {}  ({} {version})", text.kind, text.name, screen.words("版本", "version"))
}

fn applied_json((text, applied): (&ConfigText, &Applied)) -> Value {
    let (what, version) = match applied {
        Applied::Made { version } => ("new", version),
        Applied::Changed { version } => ("changed", version),
        Applied::Same { version } => ("same", version),
    };
    json!({ "kind": text.kind, "name": text.name, "what": what, "version": version })
}
