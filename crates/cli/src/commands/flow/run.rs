//! `qiao flow run`: by hand, these records, a time range, or everything (历史数据同步).
//!
//! The records are read now and their tasks raised; a running server does the rest.

use clap::Args;
use engine::by_hand::{self, ByHandError, Which};
use model::{Cause, Timestamp};
use serde_json::json;

use super::flow;
use crate::commands::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::{local, wire};

#[derive(Debug, Args)]
pub struct Options {
    flow: String,
    #[arg(value_name = "ID", conflicts_with_all = ["from", "to", "all"])]
    ids: Vec<String>,
    #[arg(long, value_name = "TIME", conflicts_with = "all")]
    from: Option<String>,
    #[arg(long, value_name = "TIME", conflicts_with = "all")]
    to: Option<String>,
    #[arg(long)]
    all: bool,
}

pub async fn run(context: &Context, options: &Options) -> Outcome {
    let (from, to) = span(options)?;
    let in_force = wire::in_force(&context.settings).await?;
    let which = match options.ids.is_empty() {
        true => Which::Changed { from, to: to.unwrap_or_else(|| in_force.seams.clock.now()) },
        false => Which::Ids(options.ids.clone()),
    };
    let flow = flow(&in_force.setup, &options.flow)?;
    let asked = match &which {
        Which::Ids(ids) => ids.clone(),
        Which::Changed { .. } => Vec::new(),
    };
    let read = by_hand::run(&in_force.seams, &in_force.setup, &flow, which).await.map_err(failure)?;
    let absent: Vec<&String> = asked.iter().filter(|id| !read.contains(id)).collect();
    let screen = &context.screen;
    screen.result(&json!({ "read": read.len(), "absent": absent }));
    let count = read.len();
    screen.line(screen.words(
        &format!("已读取 {count} 条,将由运行中的服务(qiao serve)同步。"),
        &format!("{count} records were read; a running server (qiao serve) brings them over."),
    ));
    for id in &absent {
        screen.line(screen.sentence(&Cause::new("cli.nothing_found").with("text", id)));
    }
    Ok(if absent.is_empty() { Exit::Ok } else { Exit::Finding })
}

/// From when to when, where no ids are named; without an end until now.
fn span(options: &Options) -> Result<(Timestamp, Option<Timestamp>), Failure> {
    let says_when = options.all || options.from.is_some() || options.to.is_some();
    if options.ids.is_empty() && !says_when {
        return Err(Failure::new(Exit::Usage, Cause::new("cli.run.what")));
    }
    let from = options.from.as_deref().map(local::time).transpose()?.unwrap_or_default();
    let to = options.to.as_deref().map(local::time).transpose()?;
    Ok((from, to))
}

fn failure(error: ByHandError) -> Failure {
    match error {
        ByHandError::Store(error) => error.into(),
        ByHandError::Refused(refusal) => Failure::new(Exit::System, refusal.cause),
    }
}
