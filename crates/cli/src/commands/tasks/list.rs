//! `qiao tasks list`.

use clap::Args;
use contract::store::{Store, TaskLine};
use engine::desk;
use serde_json::{Value, json};

use super::selecting::Filters;
use crate::exit::{Exit, Outcome};
use crate::screen::Screen;
use crate::{story, table};

#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    filters: Filters,
    #[arg(long, default_value_t = 100, value_name = "N")]
    limit: usize,
}

pub async fn run(screen: &Screen, store: &dyn Store, options: &Options) -> Outcome {
    let (lines, more) = desk::all_of(store, &options.filters.selection(&[])?, options.limit).await?;
    screen.result(&Value::Array(lines.iter().map(|line| as_json(line, screen)).collect()));
    screen.line(rendered(&lines, screen));
    if more {
        let limit = options.limit;
        screen.line(screen.words(
            &format!("只列出前 {limit} 个,还有更多(--limit)。"),
            &format!("Only the first {limit} are listed; there are more (--limit)."),
        ));
    }
    Ok(Exit::Ok)
}

/// The lines as a table.
pub fn rendered(lines: &[TaskLine], screen: &Screen) -> String {
    let headings = match screen.words("zh", "en") {
        "zh" => ["任务 ", "集成流", "状态", "编号", "名称", "原因"],
        _ => ["task ", "flow", "state", "number", "name", "why"],
    };
    table::render(&headings, &lines.iter().map(|line| row(line, screen)).collect::<Vec<_>>())
}

fn row(line: &TaskLine, screen: &Screen) -> Vec<String> {
    let (zh, en) = line.task.state.title();
    let mark = match line.task.waits_for_a_change() {
        true => screen.words("(直到有变化)", " (until changed)"),
        false => "",
    };
    let number = line.number.clone().unwrap_or_else(|| line.source_id.clone());
    let why = line.task.cause.as_ref().map(|cause| screen.sentence(cause)).unwrap_or_default();
    vec![
        line.task.id.to_string(),
        line.task.flow.to_string(),
        format!("{}{mark}", screen.words(zh, en)),
        table::shortened(&number, 24),
        table::shortened(line.name.as_deref().unwrap_or_default(), 28),
        table::shortened(&why, 100),
    ]
}

/// One line for programs.
pub fn as_json(line: &TaskLine, screen: &Screen) -> Value {
    let mut value = story::json::task(&line.task, screen);
    value["source_id"] = json!(line.source_id);
    value["number"] = json!(line.number);
    value["name"] = json!(line.name);
    value["has_intent"] = json!(line.has_intent);
    value["tried"] = json!(line.tried.map(|tried| tried.to_string()));
    value["until_changed"] = json!(line.task.waits_for_a_change());
    value
}
