//! `qiao tasks show`: one task with all that was tried, what was sent and what was answered, and what people did to it.

use clap::Args;
use contract::store::TaskLine;
use engine::desk;
use jiff::tz::TimeZone;
use model::audit::AuditEntry;
use model::task::{Selection, State};
use model::{Cause, TaskId};
use serde_json::json;

use super::{decide, list};
use crate::commands::{Context, audit};
use crate::exit::{Exit, Failure, Outcome};
use crate::story::{self, Versions, text::Reader};
use crate::wire;

/// Entries of the audit log that are shown.
const ENTRIES: usize = 50;

#[derive(Debug, Args)]
pub struct Options {
    #[arg(value_name = "TASK")]
    task: i64,
    #[arg(long)]
    calls: bool,
}

pub async fn run(context: &Context, options: &Options) -> Outcome {
    let (screen, store) = (&context.screen, wire::existing_store(&context.settings)?);
    let selection = Selection { ids: vec![options.task], ..Selection::default() };
    let (lines, _) = desk::all_of(&*store, &selection, 1).await?;
    let missing = format!("{} {}", screen.words("任务", "task"), options.task);
    let none = || Failure::new(Exit::Finding, Cause::new("desk.missing").with("text", &missing));
    let line = lines.into_iter().next().ok_or_else(none)?;
    let mut story = store.story(line.task.record).await?.ok_or_else(none)?;
    story.tasks.retain(|told| told.task.id == line.task.id);
    let about = AuditEntry::about_task(TaskId(options.task));
    let mut entries = store.audit_log(Some(&about), ENTRIES).await?;
    let about = AuditEntry::about_record(&story.record.key);
    entries.extend(store.audit_log(Some(&about), ENTRIES).await?);
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.at));
    let told = std::slice::from_ref(&story);
    let versions = Versions::of(&*store, told).await?;
    let asked = asked(context, &line).await?;
    screen.result(&json!({
        "conflict": decide::as_json(&asked),
        "task": list::as_json(&line, screen),
        "story": story::json::render(&story, &versions, screen),
        "audit": entries.iter().map(|entry| audit::as_json(entry, screen)).collect::<Vec<_>>(),
    }));
    // What may have been written and is not known yet is told with all that was said.
    let with_bodies = options.calls || line.task.state == State::Unknown;
    let reader = Reader { screen, zone: TimeZone::system(), versions: &versions, with_bodies };
    screen.line(story::text::render(&story, &reader));
    if !asked.is_empty() {
        screen.line(format!("\n{}", decide::side_by_side(&asked, screen)));
    }
    if !entries.is_empty() {
        screen.line(format!("\n{}", audit::rendered(&entries, screen)));
    }
    Ok(Exit::Ok)
}

/// What a person is asked about the record, where both sides were edited.
async fn asked(context: &Context, line: &TaskLine) -> Result<Vec<desk::Asked>, Failure> {
    if line.task.state != State::Failed {
        return Ok(Vec::new());
    }
    let in_force = wire::in_force(&context.settings).await?;
    Ok(desk::asked(&in_force.seams, &in_force.setup, line).await?)
}
