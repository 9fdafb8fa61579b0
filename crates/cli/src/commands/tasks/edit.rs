//! `qiao tasks edit`: corrects the stored copy of a task's record by hand, with a reason.

use clap::Args;
use engine::desk::{self, Set, To};
use model::Cause;
use model::task::Selection;
use serde_json::json;

use crate::commands::Context;
use crate::commands::who::Who;
use crate::exit::{Exit, Failure, Outcome};
use crate::wire;

#[derive(Debug, Args)]
pub struct Options {
    #[arg(value_name = "TASK")]
    task: i64,
    #[arg(long, value_name = "PATH=VALUE", required = true, value_parser = set)]
    set: Vec<Set>,
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    who: Who,
}

fn set(text: &str) -> Result<Set, String> {
    let (path, value) = text.split_once('=').ok_or("PATH=VALUE")?;
    Ok(Set { path: path.trim().to_owned(), to: To::Typed(value.to_owned()) })
}

pub async fn run(context: &Context, options: &Options) -> Outcome {
    let (screen, in_force) = (&context.screen, wire::in_force(&context.settings).await?);
    let selection = Selection { ids: vec![options.task], ..Selection::default() };
    let (lines, _) = desk::all_of(&*in_force.seams.store, &selection, 1).await?;
    let missing = format!("{} {}", screen.words("任务", "task"), options.task);
    let none = || Failure::new(Exit::Finding, Cause::new("desk.missing").with("text", &missing));
    let line = lines.first().ok_or_else(none)?;
    let (reason, by) = (&options.reason, options.who.name());
    let edited = desk::edit(&in_force.seams, &in_force.setup, line, &options.set, reason, &by).await?;
    let edited = edited.map_err(|cause| Failure::new(Exit::Usage, cause))?;
    let change = |(field, before, after): &(String, Option<String>, String)| json!({ "field": field, "before": before, "after": after });
    screen.result(&json!({
        "revision": edited.revision, "changes": edited.changes.iter().map(change).collect::<Vec<_>>(),
    }));
    for (field, before, after) in &edited.changes {
        let before = before.as_deref().unwrap_or(screen.words("(无)", "(nothing)"));
        screen.line(format!("{field}: {before} → {after}"));
    }
    let revision = edited.revision;
    screen.line(screen.words(
        &format!("已存为第 {revision} 版并重新同步;来源有新版本或重新读取时,以来源为准。"),
        &format!(
            "Stored as revision {revision}, and brought over. What the source says next, or is read again there, takes its place."
        ),
    ));
    Ok(Exit::Ok)
}
