//! `qiao diff`: where a folder differs from what is in force, or what it comes to in one environment from what it
//! comes to in another. Exit code 1 when it does.

use std::path::PathBuf;

use clap::Args;
use contract::store::ConfigText;
use engine::setup::Environments;
use mapping::EnvironmentText;
use model::Cause;
use serde_json::{Value, json};

use crate::commands::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::screen::Screen;
use crate::texts::difference::{self, Difference, Line};
use crate::{texts, wire};

#[derive(Debug, Args)]
pub struct Options {
    path: PathBuf,
    /// Once: as it would be there, beside what is in force. Twice: one beside the other.
    #[arg(long, value_name = "NAME")]
    environment: Vec<String>,
}

/// Shows new, changed and gone texts.
pub async fn run(context: &Context, options: &Options) -> Outcome {
    let folder: Vec<(ConfigText, i64)> =
        texts::load(&options.path)?.into_iter().map(|file| (file.text, 0)).collect();
    let (old, new) = match options.environment.as_slice() {
        [one, other, ..] => (filled(&folder, one)?, filled(&folder, other)?),
        [one] => (in_force(context, true).await?, filled(&folder, one)?),
        [] => (in_force(context, false).await?, folder.into_iter().map(|(text, _)| text).collect()),
    };
    let differences = difference::of(&old, &new);
    let screen = &context.screen;
    screen.result(&json!({ "differences": differences.iter().map(as_json).collect::<Vec<_>>() }));
    differences.iter().for_each(|difference| show(difference, screen));
    if differences.is_empty() {
        screen.line(screen.words("没有差异。", "No difference."));
        return Ok(Exit::Ok);
    }
    Ok(Exit::Finding)
}

/// The texts in force; as written, or as they were filled.
async fn in_force(context: &Context, is_filled: bool) -> Result<Vec<ConfigText>, Failure> {
    let current = wire::existing_store(&context.settings)?.current().await?;
    let texts: Vec<(ConfigText, i64)> = current.into_iter().map(|text| (text.text, text.version)).collect();
    let environments = Environments::of(&texts);
    Ok(match environments.chosen().filter(|_| is_filled) {
        Some(chosen) => fill(&texts, chosen),
        None => texts::files_of(texts.iter().map(|(text, _)| text)).cloned().collect(),
    })
}

fn filled(folder: &[(ConfigText, i64)], name: &str) -> Result<Vec<ConfigText>, Failure> {
    match Environments::of(folder).named(name) {
        Some(environment) => Ok(fill(folder, environment)),
        None => Err(Failure::configuration(Cause::new("cli.unknown_environment").with("environment", name))),
    }
}

/// The texts as they are in an environment; environments themselves are not among them.
fn fill(texts: &[(ConfigText, i64)], environment: &EnvironmentText) -> Vec<ConfigText> {
    let texts = texts::files_of(texts.iter().map(|(text, _)| text)).filter(|text| text.kind != "environment");
    // A function's own `${…}` is none of ours.
    let filled = |text: &ConfigText| match text.kind.as_str() {
        "function" => text.clone(),
        _ => ConfigText { text: mapping::filled_for_show(&text.text, environment), ..text.clone() },
    };
    texts.map(filled).collect()
}

fn show(difference: &Difference, screen: &Screen) {
    match difference {
        Difference::New(text) => {
            screen.line(format!("+ {} {}  {}", text.kind, text.name, screen.words("(新)", "(new)")));
        }
        Difference::Gone { kind, name } => {
            screen.line(format!("- {kind} {name}  {}", screen.words("(目录中没有)", "(not in the folder)")));
        }
        Difference::Changed { kind, name, lines } => {
            screen.line(format!("~ {kind} {name}"));
            for line in lines {
                match line {
                    Line::Removed(line) => screen.line(format!("    - {line}")),
                    Line::Added(line) => screen.line(format!("    + {line}")),
                }
            }
        }
    }
}

fn as_json(difference: &Difference) -> Value {
    match difference {
        Difference::New(text) => json!({ "what": "new", "kind": text.kind, "name": text.name }),
        Difference::Gone { kind, name } => json!({ "what": "gone", "kind": kind, "name": name }),
        Difference::Changed { kind, name, lines } => {
            let (removed, added) = difference::apart(lines.clone());
            json!({ "what": "changed", "kind": kind, "name": name, "removed": removed, "added": added })
        }
    }
}
