//! `qiao connector`: lint manifests, run recorded exchanges.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, Subcommand};

use connect::manifest::{Finding, Severity};
use connect::{Manifest, Registry};
use model::Cause;
use serde_json::{Value, json};

use crate::commands::Context;
use crate::config::Settings;
use crate::exit::{Exit, Failure, Outcome};
use crate::screen::Screen;
use crate::wire;

#[derive(Debug, Subcommand)]
pub enum Command {
    Lint(FolderOptions),
    Test(TestOptions),
}

#[derive(Debug, Args)]
pub struct FolderOptions {
    #[arg(value_name = "FOLDER", required = true)]
    folders: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub struct TestOptions {
    #[arg(value_name = "NAME", required = true)]
    names: Vec<String>,
}

pub async fn run(context: &Context, command: &Command) -> Outcome {
    match command {
        Command::Lint(options) => lint(&context.screen, options),
        Command::Test(options) => test(context, options).await,
    }
}

/// Every finding of every manifest, with line and column. Exit code 1 when one is an error.
fn lint(screen: &Screen, options: &FolderOptions) -> Outcome {
    let (mut has_errors, mut told) = (false, Vec::new());
    for folder in &options.folders {
        let file = folder.join("connector.yaml");
        let text = std::fs::read_to_string(&file).map_err(|error| Failure::file(&file, &error))?;
        let (_, findings) = Manifest::parse(&text);
        for finding in &findings {
            has_errors |= finding.severity == Severity::Error;
            screen.line(line(&file, finding, screen));
            told.push(finding_json(&file, finding, screen));
        }
    }
    screen.result(&json!({ "findings": told }));
    if has_errors {
        return Ok(Exit::Finding);
    }
    screen.line(screen.words("没有错误。", "No mistakes."));
    Ok(Exit::Ok)
}

fn line(file: &Path, finding: &Finding, screen: &Screen) -> String {
    let severity = match finding.severity {
        Severity::Warning => screen.words("警告", "warning"),
        Severity::Error => screen.words("错误", "error"),
    };
    let (line, column) = (finding.at.line, finding.at.column);
    format!("{}:{line}:{column}: {severity}: {}", file.display(), screen.sentence(&finding.cause))
}

fn finding_json(file: &Path, finding: &Finding, screen: &Screen) -> Value {
    json!({
        "file": file.display().to_string(), "line": finding.at.line, "column": finding.at.column,
        "warning": finding.severity == Severity::Warning, "cause": screen.cause_json(&finding.cause),
    })
}

/// Runs the recorded exchanges of connectors, by name or by folder. Exit code 1 when one fails.
async fn test(context: &Context, options: &TestOptions) -> Outcome {
    let screen = &context.screen;
    let (mut failed, mut told) = (0, Vec::new());
    for name in &options.names {
        let (registry, name) = of_name_or_folder(context, name)?;
        let outcomes = connect::exchanges::run(&registry, &name).await.map_err(Failure::configuration)?;
        for outcome in outcomes {
            let mark = if outcome.problems.is_empty() { "✓" } else { "✗" };
            failed += usize::from(!outcome.problems.is_empty());
            screen.line(format!("{mark} {name}: {}", outcome.test));
            for cause in &outcome.problems {
                screen.line(format!(
                    "    {}:{}  {}",
                    outcome.at.line,
                    outcome.at.column,
                    screen.sentence(cause)
                ));
            }
            let problems: Vec<Value> =
                outcome.problems.iter().map(|cause| screen.cause_json(cause)).collect();
            told.push(json!({ "connector": name, "test": outcome.test, "line": outcome.at.line, "problems": problems }));
        }
    }
    let count = told.len();
    screen.result(&json!({ "tests": told, "failed": failed }));
    screen.line(screen.words(
        &format!("{count} 个样例,{failed} 个失败。"),
        &format!("{count} exchanges, {failed} failed."),
    ));
    Ok(if failed == 0 { Exit::Ok } else { Exit::Finding })
}

/// A folder with a manifest is loaded with its neighbours; anything else is a connector's name.
fn of_name_or_folder(context: &Context, name: &str) -> Result<(Arc<Registry>, String), Failure> {
    let folder = Path::new(name);
    if !folder.join("connector.yaml").is_file() {
        return Ok((wire::registry(&context.settings)?, name.to_owned()));
    }
    let folder = folder.canonicalize().map_err(|error| Failure::file(folder, &error))?;
    let manifest = Manifest::load(&folder).map_err(|findings| {
        let cause = findings.into_iter().next().map(|finding| finding.cause);
        Failure::configuration(cause.unwrap_or_else(|| Cause::new("manifest.unreadable").with("file", name)))
    })?;
    let settings = Settings { connectors: folder.parent().map(Path::to_owned), ..context.settings.clone() };
    Ok((wire::registry(&settings)?, manifest.name().to_owned()))
}
