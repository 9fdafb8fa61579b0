//! `qiao diff`: where a folder differs from what is in force. Exit code 1 when it does.

use std::path::PathBuf;

use clap::Args;
use contract::store::ConfigText;
use serde_json::{Value, json};

use crate::commands::Context;
use crate::exit::{Exit, Outcome};
use crate::screen::Screen;
use crate::texts::difference::{self, Difference, Line};
use crate::{texts, wire};

#[derive(Debug, Args)]
pub struct Options {
    path: PathBuf,
}

/// Shows new, changed and gone texts.
pub async fn run(context: &Context, options: &Options) -> Outcome {
    let folder: Vec<ConfigText> = texts::load(&options.path)?.into_iter().map(|file| file.text).collect();
    let store = wire::existing_store(&context.settings)?;
    let in_force: Vec<ConfigText> = store.current().await?.into_iter().map(|text| text.text).collect();
    let differences = difference::of(&in_force, &folder);
    let screen = &context.screen;
    screen.result(&json!({ "differences": differences.iter().map(as_json).collect::<Vec<_>>() }));
    differences.iter().for_each(|difference| show(difference, screen));
    if differences.is_empty() {
        screen.line(screen.words("没有差异。", "No difference."));
        return Ok(Exit::Ok);
    }
    Ok(Exit::Finding)
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
            let (mut removed, mut added) = (Vec::new(), Vec::new());
            for line in lines {
                match line {
                    Line::Removed(line) => removed.push(line),
                    Line::Added(line) => added.push(line),
                }
            }
            json!({ "what": "changed", "kind": kind, "name": name, "removed": removed, "added": added })
        }
    }
}
