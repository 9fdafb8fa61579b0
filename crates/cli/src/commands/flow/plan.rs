//! `qiao flow plan`: the exact calls a flow would make and what would change at the target. Nothing is written.

use clap::Args;
use engine::preview::{self, Change, PlannedFile, Preview};
use engine::reading::ObjectReading;
use engine::setup::ActiveFlow;
use model::record::Record;
use model::{Cause, Lang};
use serde_json::{Value, json};

use super::flow;
use crate::commands::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::screen::Screen;
use crate::wire::{self, InForce};

#[derive(Debug, Args)]
pub struct Options {
    flow: String,
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,
}

/// Reads the records at their source as they are now and walks the arrows up to the delivery.
pub async fn run(context: &Context, options: &Options) -> Outcome {
    let in_force = wire::in_force(&context.settings).await?;
    let flow = flow(&in_force.setup, &options.flow)?;
    let records = records(&in_force, &flow, &options.ids).await?;
    let previews = preview::preview(&in_force.seams, &in_force.setup, &flow, records).await?;
    let screen = &context.screen;
    screen.result(&Value::Array(previews.iter().map(|preview| as_json(preview, screen)).collect()));
    previews.iter().for_each(|preview| show(preview, screen));
    Ok(Exit::Ok)
}

/// The records of these ids; what is no id at the source is looked for here by number or name.
async fn records(in_force: &InForce, flow: &ActiveFlow, texts: &[String]) -> Result<Vec<Record>, Failure> {
    let source = &flow.flow().source;
    let mut ids = Vec::new();
    for text in texts {
        let stories = in_force.seams.store.trace(text, 20).await?;
        let of_source = |key: &model::record::RecordKey| {
            key.connection == source.connection && key.object == source.object
        };
        let known = stories.iter().map(|story| &story.record.key).find(|key| of_source(key));
        ids.push(known.map_or_else(|| text.clone(), |key| key.id.clone()));
    }
    let reading = ObjectReading::of(&in_force.setup, &source.connection, &source.object)
        .expect("the source of a flow in force is read");
    let records = preview::read_records(flow, &reading, &ids).await;
    let records = records.map_err(|refusal| Failure::new(Exit::System, refusal.cause))?;
    match ids.iter().zip(texts).find(|(id, _)| !records.iter().any(|record| record.key.id == **id)) {
        Some((_, text)) => {
            Err(Failure::new(Exit::Finding, Cause::new("cli.nothing_found").with("text", text)))
        }
        None => Ok(records),
    }
}

pub(in crate::commands) fn show(preview: &Preview, screen: &Screen) {
    let name = preview.name.as_deref().unwrap_or_default();
    screen.line(format!("{name} {}", preview.number.as_deref().unwrap_or(&preview.id)).trim());
    if let Some((state, cause)) = &preview.ends {
        let (zh, en) = state.title();
        let why = cause.as_ref().map(|cause| format!(": {}", screen.sentence(cause))).unwrap_or_default();
        screen.line(format!("  {}{why}", screen.words(zh, en)));
    }
    for change in &preview.changes {
        screen.line(change_line(change, screen.lang));
    }
    for (n, (operation, body)) in preview.calls.iter().enumerate() {
        screen.line(format!("  {}. {operation}\n     {body}", n + 1));
    }
    for file in &preview.files {
        screen.line(file_line(file, screen.lang));
    }
    if preview.ends.is_none() && preview.calls.is_empty() {
        screen.line(
            screen
                .words("  目标已一致,不需要写入。", "  The target agrees already; nothing would be written."),
        );
    }
}

fn change_line(change: &Change, lang: Lang) -> String {
    match &change.before {
        Some(before) => format!("  {}: {before} → {}", change.field, change.after),
        None => format!("  {}: {} {}", change.field, lang.choose("(无) →", "(nothing) →"), change.after),
    }
}

fn file_line(file: &PlannedFile, lang: Lang) -> String {
    let size =
        file.size.map(|size| format!(" ({size} {})", lang.choose("字节", "bytes"))).unwrap_or_default();
    let line = file.line.as_ref().map(|line| format!(" [{line}]")).unwrap_or_default();
    let refused = match file.too_large {
        true => lang.choose(" —— 超过上限,不会传送", " — larger than the limit, not carried"),
        false => "",
    };
    let word = lang.choose("附件", "file");
    format!("  {word} {}{size}: {}{line} → {}{refused}", file.name, file.from, file.to)
}

pub(in crate::commands) fn as_json(preview: &Preview, screen: &Screen) -> Value {
    let ends = preview.ends.as_ref().map(|(state, cause)| {
        json!({ "state": state, "cause": cause.as_ref().map(|cause| screen.cause_json(cause)) })
    });
    let calls = preview.calls.iter().map(|(operation, body)| json!({ "operation": operation, "body": body }));
    let changes = preview
        .changes
        .iter()
        .map(|change| json!({ "field": change.field, "before": change.before, "after": change.after }));
    let files = preview.files.iter().map(|file| {
        json!({
            "name": file.name, "size": file.size, "from": file.from, "to": file.to, "line": file.line,
            "too_large": file.too_large,
        })
    });
    json!({
        "files": files.collect::<Vec<_>>(),
        "id": preview.id, "number": preview.number, "name": preview.name, "ends": ends,
        "calls": calls.collect::<Vec<_>>(), "changes": changes.collect::<Vec<_>>(),
    })
}
