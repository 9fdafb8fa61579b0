//! `qiao tasks retry`: lets tasks run again, at once or as a job: on the stored state of their records or on what their
//! source says now, with the mapping in force or with the one that they were tried with first.

use clap::{Args, ValueEnum};
use engine::desk::{self, AT_ONCE, Acted, Ahead};
use model::Cause;
use model::job::{Copy, Mapping};
use model::task::{Selection, State};
use serde_json::{Value, json};

use super::selecting::Filters;
use super::{causes, list};
use crate::commands::who::Who;
use crate::commands::{Context, flow, jobs as told};
use crate::exit::{Exit, Outcome};
use crate::screen::Screen;
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
    #[arg(long, value_enum, value_name = "MAPPING")]
    mapping: Option<With>,
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

/// Which mapping is used.
#[derive(Debug, Clone, std::marker::Copy, PartialEq, Eq, ValueEnum)]
pub enum With {
    /// The one in force.
    Current,
    /// The one with which the task was tried first.
    Original,
}

impl Options {
    fn copy(&self) -> Copy {
        if self.read == Read::Source { Copy::Source } else { Copy::Stored }
    }
}

fn mapping(with: With) -> Mapping {
    if with == With::Original { Mapping::Original } else { Mapping::Current }
}

pub async fn run(context: &Context, options: &Options) -> Outcome {
    let (screen, by) = (&context.screen, options.who.name());
    let selection = options.filters.chosen(&options.ids, &[State::Failed])?;
    if options.dry_run {
        return look(context, &selection, options).await;
    }
    let in_force = wire::in_force(&context.settings).await?;
    let zone = &in_force.setup.alerts.zone;
    let starts = options.at.as_deref().map(|at| local::time_in(at, zone)).transpose()?;
    let how = (options.copy(), options.mapping.map_or(Mapping::Current, mapping));
    match desk::retry(&in_force.seams, &in_force.setup, selection, how, starts, &by).await? {
        Acted::Job(job) => Ok(told::asked(screen, job)),
        Acted::AtOnce(count, left) => {
            let as_json =
                |left: &desk::Left| json!({ "task": left.task.0, "cause": screen.cause_json(&left.cause) });
            screen
                .result(&json!({ "replayed": count, "left": left.iter().map(as_json).collect::<Vec<_>>() }));
            screen.line(
                screen
                    .words(&format!("{count} 个任务将立即重试。"), &format!("{count} tasks run again now.")),
            );
            for left in &left {
                let why = screen.sentence(&left.cause);
                screen.line(screen.words(
                    &format!("任务 {} 保持原样:{why}", left.task),
                    &format!("Task {} is left as it is: {why}", left.task),
                ));
            }
            Ok(if count == 0 || !left.is_empty() { Exit::Finding } else { Exit::Ok })
        }
    }
}

/// Tells which tasks are meant and why they stand still, and of the first of them what would be written: with the mapping
/// that is asked for, else with the one in force, and with the original one too where that would write something else.
async fn look(context: &Context, selection: &Selection, options: &Options) -> Outcome {
    let (screen, in_force) = (&context.screen, wire::in_force(&context.settings).await?);
    let (seams, setup) = (&in_force.seams, &in_force.setup);
    let store = &*seams.store;
    let groups = desk::causes(store, selection).await?;
    let (lines, more) = desk::all_of(store, selection, AT_ONCE).await?;
    let mut looks: Vec<Result<Ahead, Cause>> = Vec::new();
    for line in lines.iter().take(PREVIEWED) {
        let asked = options.mapping.map_or(Mapping::Current, mapping);
        let first = desk::ahead(seams, setup, line, (options.copy(), asked)).await?;
        if options.mapping.is_none() {
            let original = desk::ahead(seams, setup, line, (options.copy(), Mapping::Original)).await?;
            let differs =
                |original: &Ahead| first.as_ref().is_ok_and(|first| !first.writes_the_same(original));
            let original = original.ok().filter(differs);
            looks.push(first);
            looks.extend(original.map(Ok));
        } else {
            looks.push(first);
        }
    }
    screen.result(&json!({
        "tasks": lines.iter().map(|line| list::as_json(line, screen)).collect::<Vec<Value>>(), "more": more,
        "causes": groups.iter().map(|group| causes::as_json(group, screen)).collect::<Vec<Value>>(),
        "previews": looks.iter().map(|look| as_json(look, screen)).collect::<Vec<Value>>(),
    }));
    causes::show(&groups, screen);
    looks.iter().for_each(|look| show(look, screen));
    Ok(if lines.is_empty() { Exit::Finding } else { Exit::Ok })
}

fn as_json(look: &Result<Ahead, Cause>, screen: &Screen) -> Value {
    match look {
        Ok(ahead) => {
            let mut value = flow::plan::as_json(&ahead.preview, screen);
            value["task"] = json!(ahead.task.0);
            value["mapping"] = json!(ahead.mapping);
            value["flow_version"] = json!(ahead.version);
            value
        }
        Err(cause) => json!({ "cause": screen.cause_json(cause) }),
    }
}

fn show(look: &Result<Ahead, Cause>, screen: &Screen) {
    match look {
        Ok(ahead) => {
            let version = ahead.version;
            screen.line(match (ahead.mapping, screen.words("zh", "en")) {
                (Mapping::Current, "zh") => format!("\n按当前映射(第 {version} 版):"),
                (Mapping::Original, "zh") => format!("\n按原映射(第 {version} 版):"),
                (Mapping::Current, _) => format!("\nwith the current mapping (version {version}):"),
                (Mapping::Original, _) => format!("\nwith the original mapping (version {version}):"),
            });
            flow::plan::show(&ahead.preview, screen);
        }
        Err(cause) => screen.line(screen.sentence(cause)),
    }
}
