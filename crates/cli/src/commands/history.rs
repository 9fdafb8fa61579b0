//! `qiao history`: brings in records from before as a job (历史数据同步), beside what changes live.

use clap::Args;
use engine::jobs;
use model::job::{History, JobWork};
use model::{Cause, FlowName, Timestamp};

use crate::commands::who::Who;
use crate::commands::{Context, flow, jobs as told};
use crate::exit::{Exit, Failure, Outcome};
use crate::{local, wire};

#[derive(Debug, Args)]
pub struct Options {
    flow: String,
    #[arg(value_name = "ID", conflicts_with_all = ["from", "to", "linked"])]
    ids: Vec<String>,
    #[arg(long, value_name = "TIME", conflicts_with = "linked")]
    from: Option<String>,
    #[arg(long, value_name = "TIME", conflicts_with = "linked")]
    to: Option<String>,
    #[arg(long)]
    linked: bool,
    #[arg(long = "where", value_name = "CONDITION", conflicts_with_all = ["linked", "ids"])]
    condition: Option<String>,
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    #[command(flatten)]
    who: Who,
}

pub async fn run(context: &Context, options: &Options) -> Outcome {
    let in_force = wire::in_force(&context.settings).await?;
    let zone = &in_force.setup.alerts.zone;
    let now = in_force.seams.clock.now();
    let which = which(options, zone, now)?;
    let active = flow::flow(&in_force.setup, &options.flow)?;
    let work = JobWork::History { flow: FlowName::clone(active.name()), which };
    let starts = options.at.as_deref().map(|at| local::time_in(at, zone)).transpose()?;
    let job = jobs::ask(&in_force.seams, work, &options.who.name(), starts.unwrap_or(now)).await?;
    Ok(told::asked(&context.screen, job))
}

fn which(options: &Options, zone: &str, now: Timestamp) -> Result<History, Failure> {
    if options.linked {
        return Ok(History::Linked);
    }
    if !options.ids.is_empty() {
        return Ok(History::Ids(options.ids.clone()));
    }
    if options.from.is_none() && options.to.is_none() && options.condition.is_none() {
        return Err(Failure::new(Exit::Usage, Cause::new("cli.history.what")));
    }
    let time = |text: &str| local::time_in(text, zone);
    let from = options.from.as_deref().map(time).transpose()?.unwrap_or_default();
    let to = options.to.as_deref().map(time).transpose()?.unwrap_or(now);
    let (from, to) = (from.0, to.0);
    match &options.condition {
        None => Ok(History::Changed { from, to }),
        Some(condition) => {
            jobs::check_condition(condition).map_err(|cause| Failure::new(Exit::Usage, cause))?;
            Ok(History::Matching { condition: condition.clone(), from, to })
        }
    }
}
