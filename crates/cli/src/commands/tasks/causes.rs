//! `qiao tasks causes`: why tasks stand still, gathered, with what to do about it.

use clap::Args;
use contract::store::Store;
use engine::desk::{self, CauseGroup};
use jiff::tz::TimeZone;
use model::task::State;
use serde_json::{Value, json};

use super::selecting::Filters;
use crate::exit::{Exit, Outcome};
use crate::screen::Screen;

#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    filters: Filters,
}

/// Gathers what failed, waits, is tried again or is not known, unless other states are asked for.
pub async fn run(screen: &Screen, store: &dyn Store, options: &Options) -> Outcome {
    const USUAL: [State; 4] = [State::Failed, State::Waiting, State::Retrying, State::Unknown];
    let groups = desk::causes(store, &options.filters.selection(&USUAL)?).await?;
    screen.result(&Value::Array(groups.iter().map(|group| as_json(group, screen)).collect()));
    show(&groups, screen);
    Ok(Exit::Ok)
}

/// The groups for people, each with the words that select it.
pub fn show(groups: &[CauseGroup], screen: &Screen) {
    if groups.is_empty() {
        screen.line(screen.words("没有需要处理的任务。", "No task needs anybody."));
    }
    for group in groups {
        let count = group.tasks;
        screen.line(match screen.words("zh", "en") {
            "zh" => format!("{count} 个任务  {}", group.flow),
            _ => format!("{count} tasks  {}", group.flow),
        });
        screen.line(format!("    {}", screen.sentence(&group.example)));
        screen.line(format!("    {}{}", words(group), times(group, screen)));
    }
}

/// The options by which exactly this group is meant.
fn words(group: &CauseGroup) -> String {
    let mut words = format!("--flow {} --kind {} --cause {}", group.flow, group.kind.name(), group.code);
    for (name, value) in [("vendor-code", &group.vendor_code), ("field", &group.field)] {
        if let Some(value) = value {
            words.push_str(&format!(" --{name} '{value}'"));
        }
    }
    words
}

fn times(group: &CauseGroup, screen: &Screen) -> String {
    let (Some(since), Some(until)) = (group.since, group.until) else { return String::new() };
    let zone = TimeZone::system();
    format!("  ({} {} – {})", screen.words("最近尝试", "tried"), since.local(&zone), until.local(&zone))
}

/// A group for programs.
pub fn as_json(group: &CauseGroup, screen: &Screen) -> Value {
    json!({
        "flow": group.flow, "kind": group.kind.name(), "code": group.code, "vendor_code": group.vendor_code,
        "field": group.field, "tasks": group.tasks, "first": group.first.0,
        "since": group.since.map(|since| since.to_string()),
        "until": group.until.map(|until| until.to_string()),
        "example": screen.cause_json(&group.example),
    })
}
