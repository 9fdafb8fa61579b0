//! `qiao tasks close`: tasks whose work was done elsewhere, with a reason. They rest until their records change.

use clap::Args;
use engine::desk::{self, Acted};
use model::Cause;
use model::task::State;
use serde_json::json;

use super::selecting::Filters;
use crate::commands::who::Who;
use crate::commands::{Context, jobs as told};
use crate::exit::{Exit, Failure, Outcome};
use crate::wire;

#[derive(Debug, Args)]
pub struct Options {
    #[arg(value_name = "TASK")]
    ids: Vec<i64>,
    #[command(flatten)]
    filters: Filters,
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    who: Who,
}

pub async fn run(context: &Context, options: &Options) -> Outcome {
    let screen = &context.screen;
    if options.reason.trim().is_empty() {
        return Err(Failure::new(Exit::Usage, Cause::new("desk.no_reason")));
    }
    let selection = options.filters.chosen(&options.ids, &[State::Failed])?;
    let in_force = wire::in_force(&context.settings).await?;
    match desk::close(&in_force.seams, selection, options.reason.clone(), &options.who.name()).await? {
        Acted::Job(job) => Ok(told::asked(screen, job)),
        Acted::AtOnce(count, _) => {
            screen.result(&json!({ "closed": count }));
            screen.line(screen.words(
                &format!("{count} 个任务记为已在别处完成;数据再有变化时会重新打开。"),
                &format!(
                    "{count} tasks are closed as done elsewhere; a change of a record opens its task again."
                ),
            ));
            Ok(if count == 0 { Exit::Finding } else { Exit::Ok })
        }
    }
}
