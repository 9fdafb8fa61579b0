//! `qiao tasks retry`: lets tasks run again, at once or as a job, on the stored state of their records or on what their
//! source says now.

use clap::{Args, ValueEnum};
use engine::desk::{self, AT_ONCE, Acted};
use engine::preview;
use model::job::Copy;
use model::record::RecordKey;
use model::task::{Selection, State};
use serde_json::{Value, json};

use super::selecting::Filters;
use super::{causes, list};
use crate::commands::who::Who;
use crate::commands::{Context, flow, jobs as told};
use crate::exit::{Exit, Outcome};
use crate::{local, wire};

/// Tasks of which a look ahead says what would be written.
const PREVIEWED: usize = 3;

#[derive(Debug, Args)]
pub struct Options {
    #[arg(value_name = "TASK")]
    ids: Vec<i64>,
    #[command(flatten)]
    filters: Filters,
    #[arg(long, value_enum, default_value_t = Read::Stored, value_name = "COPY")]
    read: Read,
    #[arg(long)]
    dry_run: bool,
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    #[command(flatten)]
    who: Who,
}

/// Which state of the records is brought over.
#[derive(Debug, Clone, std::marker::Copy, PartialEq, Eq, ValueEnum)]
pub enum Read {
    /// As it is stored here.
    Stored,
    /// As it is at the source now.
    Source,
}

pub async fn run(context: &Context, options: &Options) -> Outcome {
    let (screen, by) = (&context.screen, options.who.name());
    let selection = options.filters.chosen(&options.ids, &[State::Failed])?;
    if options.dry_run {
        return look(context, &selection).await;
    }
    let starts = options.at.as_deref().map(local::time).transpose()?;
    let in_force = wire::in_force(&context.settings).await?;
    let copy = if options.read == Read::Source { Copy::Source } else { Copy::Stored };
    match desk::retry(&in_force.seams, selection, copy, starts, &by).await? {
        Acted::Job(job) => Ok(told::asked(screen, job)),
        Acted::AtOnce(count) => {
            screen.result(&json!({ "replayed": count }));
            screen.line(
                screen
                    .words(&format!("{count} 个任务将立即重试。"), &format!("{count} tasks run again now.")),
            );
            Ok(if count == 0 { Exit::Finding } else { Exit::Ok })
        }
    }
}

/// Tells which tasks are meant and why they stand still, and of the first of them what would be written. Nothing is done.
async fn look(context: &Context, selection: &Selection) -> Outcome {
    let (screen, in_force) = (&context.screen, wire::in_force(&context.settings).await?);
    let store = &*in_force.seams.store;
    let groups = desk::causes(store, selection).await?;
    let (lines, more) = desk::all_of(store, selection, AT_ONCE).await?;
    let mut previews = Vec::new();
    for line in lines.iter().take(PREVIEWED) {
        let Some(active) = in_force.setup.flows.get(&line.task.flow) else { continue };
        let source = &active.flow().source;
        let key = RecordKey::new(&source.connection, &source.object, line.source_id.as_str());
        let records = store.find(&[key]).await?.into_iter().flatten().collect();
        previews.extend(preview::preview(&in_force.seams, &in_force.setup, active, records).await?);
    }
    screen.result(&json!({
        "tasks": lines.iter().map(|line| list::as_json(line, screen)).collect::<Vec<Value>>(), "more": more,
        "causes": groups.iter().map(|group| causes::as_json(group, screen)).collect::<Vec<Value>>(),
        "previews": previews.iter().map(|preview| flow::plan::as_json(preview, screen)).collect::<Vec<Value>>(),
    }));
    causes::show(&groups, screen);
    previews.iter().for_each(|preview| flow::plan::show(preview, screen));
    Ok(if lines.is_empty() { Exit::Finding } else { Exit::Ok })
}
