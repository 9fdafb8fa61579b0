//! `qiao tasks ignore`: sets tasks aside, for good or until their records change, with a reason.

use clap::Args;
use engine::desk::{self, Acted};
use model::task::State;
use serde_json::json;

use super::selecting::Filters;
use crate::commands::who::Who;
use crate::commands::{Context, jobs as told};
use crate::exit::{Exit, Outcome};
use crate::wire;

#[derive(Debug, Args)]
pub struct Options {
    #[arg(value_name = "TASK")]
    ids: Vec<i64>,
    #[command(flatten)]
    filters: Filters,
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    #[arg(long)]
    until_changed: bool,
    #[command(flatten)]
    who: Who,
}

pub async fn run(context: &Context, options: &Options) -> Outcome {
    let (screen, by) = (&context.screen, options.who.name());
    let selection = options.filters.chosen(&options.ids, &[State::Failed])?;
    let reason = options.reason.clone().unwrap_or_default();
    let in_force = wire::in_force(&context.settings).await?;
    match desk::ignore(&in_force.seams, selection, options.until_changed, reason, &by).await? {
        Acted::Job(job) => Ok(told::asked(screen, job)),
        Acted::AtOnce(count, _) => {
            screen.result(&json!({ "ignored": count }));
            screen.line(
                screen.words(&format!("已忽略 {count} 个任务。"), &format!("{count} tasks are set aside.")),
            );
            Ok(if count == 0 { Exit::Finding } else { Exit::Ok })
        }
    }
}
