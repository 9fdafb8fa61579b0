//! `qiao tasks`: list them, let failed ones run again, set some aside.

use clap::{Args, Subcommand};
use contract::Clock;
use contract::store::{Store, TaskFilter, TaskLine};
use model::task::State;
use model::{Cause, FlowName, TaskId};
use serde_json::{Value, json};

use crate::clock::SystemClock;
use crate::commands::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::screen::Screen;
use crate::{story, table, wire};

#[derive(Debug, Subcommand)]
pub enum Command {
    List(ListOptions),
    Replay(ReplayOptions),
    Ignore(IgnoreOptions),
}

#[derive(Debug, Args)]
pub struct ListOptions {
    #[arg(long, value_name = "FLOW")]
    flow: Option<String>,
    #[arg(long, value_name = "STATE", value_delimiter = ',', value_parser = state)]
    state: Vec<State>,
    #[arg(long, default_value_t = 100, value_name = "N")]
    limit: usize,
}

#[derive(Debug, Args)]
pub struct ReplayOptions {
    #[arg(value_name = "ID")]
    ids: Vec<i64>,
    #[arg(long, value_name = "FLOW", conflicts_with = "ids")]
    flow: Option<String>,
}

#[derive(Debug, Args)]
pub struct IgnoreOptions {
    #[arg(value_name = "ID", required = true)]
    ids: Vec<i64>,
}

fn state(text: &str) -> Result<State, String> {
    State::of_name(text).ok_or_else(|| State::ALL.map(State::name).join(", "))
}

pub async fn run(context: &Context, command: &Command) -> Outcome {
    let store = wire::existing_store(&context.settings)?;
    let screen = &context.screen;
    match command {
        Command::List(options) => list(screen, &*store, options).await,
        Command::Replay(options) => {
            let count = store.replay(&chosen(&*store, options).await?, SystemClock.now()).await?;
            told(
                screen,
                "replayed",
                count,
                format!("{count} 个任务将立即重试。"),
                format!("{count} tasks run again now."),
            )
        }
        Command::Ignore(options) => {
            let ids: Vec<TaskId> = options.ids.iter().copied().map(TaskId).collect();
            let count = store.ignore(&ids).await?;
            told(
                screen,
                "ignored",
                count,
                format!("已忽略 {count} 个任务。"),
                format!("{count} tasks are set aside."),
            )
        }
    }
}

fn told(screen: &Screen, word: &str, count: u64, zh: String, en: String) -> Outcome {
    screen.result(&json!({ word: count }));
    screen.line(screen.words(&zh, &en));
    Ok(if count == 0 { Exit::Finding } else { Exit::Ok })
}

async fn list(screen: &Screen, store: &dyn Store, options: &ListOptions) -> Outcome {
    let filter = TaskFilter {
        flow: options.flow.as_deref().map(FlowName::new),
        states: options.state.clone(),
        after: None,
        limit: options.limit,
    };
    let lines = store.tasks(&filter).await?;
    screen.result(&Value::Array(lines.iter().map(|line| task_json(line, screen)).collect()));
    let headings = match screen.words("zh", "en") {
        "zh" => ["任务 ", "集成流", "状态", "编号", "名称", "原因"],
        _ => ["task ", "flow", "state", "number", "name", "why"],
    };
    let rows: Vec<Vec<String>> = lines.iter().map(|line| row(line, screen)).collect();
    screen.line(table::render(&headings, &rows));
    Ok(Exit::Ok)
}

fn row(line: &TaskLine, screen: &Screen) -> Vec<String> {
    let (zh, en) = line.task.state.title();
    let number = line.number.clone().unwrap_or_else(|| line.source_id.clone());
    let why = line.task.cause.as_ref().map(|cause| screen.sentence(cause)).unwrap_or_default();
    vec![
        line.task.id.to_string(),
        line.task.flow.to_string(),
        screen.words(zh, en).to_owned(),
        table::shortened(&number, 24),
        table::shortened(line.name.as_deref().unwrap_or_default(), 28),
        table::shortened(&why, 100),
    ]
}

fn task_json(line: &TaskLine, screen: &Screen) -> Value {
    let mut value = story::json::task(&line.task, screen);
    value["source_id"] = json!(line.source_id);
    value["number"] = json!(line.number);
    value["name"] = json!(line.name);
    value["has_intent"] = json!(line.has_intent);
    value
}

/// The tasks of the command line, or all failed ones of a flow, page by page.
async fn chosen(store: &dyn Store, options: &ReplayOptions) -> Result<Vec<TaskId>, Failure> {
    let Some(flow) = &options.flow else {
        return match options.ids.is_empty() {
            true => Err(Failure::new(Exit::Usage, Cause::new("cli.replay.what"))),
            false => Ok(options.ids.iter().copied().map(TaskId).collect()),
        };
    };
    let mut filter = TaskFilter {
        flow: Some(FlowName::new(flow)),
        states: vec![State::Failed],
        after: None,
        limit: 1_000,
    };
    let mut ids = Vec::new();
    loop {
        let page = store.tasks(&filter).await?;
        let Some(last) = page.last() else { return Ok(ids) };
        filter.after = Some(last.task.id);
        ids.extend(page.iter().map(|line| line.task.id));
    }
}
