//! `qiao reconcile repair`: bring over, take back, adopt, ignore, reopen. What is written is shown, and may be only shown.

use clap::{Args, Subcommand};
use contract::store::DifferenceFilter;
use engine::preview::Preview;
use engine::reconcile::repair::{self, Desk, RepairError};
use model::DifferenceId;
use model::reconciliation::{Difference, State};
use serde_json::{Value, json};

use super::show::none;
use crate::commands::Context;
use crate::commands::flow::plan;
use crate::commands::who::Who;
use crate::exit::{Exit, Failure, Outcome};
use crate::screen::Screen;
use crate::wire::{self, InForce};

#[derive(Debug, Subcommand)]
pub enum Command {
    BringOver(WriteOptions),
    TakeBack(WriteOptions),
    Adopt(AdoptOptions),
    Ignore(IgnoreOptions),
    Reopen(ReopenOptions),
}

#[derive(Debug, Args)]
pub struct WriteOptions {
    #[arg(value_name = "ID", required = true, value_parser = super::difference_id)]
    ids: Vec<DifferenceId>,
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    who: Who,
}

#[derive(Debug, Args)]
pub struct AdoptOptions {
    #[arg(value_name = "ID", value_parser = super::difference_id)]
    id: DifferenceId,
    #[arg(long, value_name = "ID")]
    with: String,
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    who: Who,
}

#[derive(Debug, Args)]
pub struct IgnoreOptions {
    #[arg(value_name = "ID", required = true, value_parser = super::difference_id)]
    ids: Vec<DifferenceId>,
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    who: Who,
}

#[derive(Debug, Args)]
pub struct ReopenOptions {
    #[arg(value_name = "ID", required = true, value_parser = super::difference_id)]
    ids: Vec<DifferenceId>,
    #[command(flatten)]
    who: Who,
}

/// How a difference is repaired.
#[derive(Clone, Copy)]
enum How<'o> {
    BringOver,
    TakeBack,
    Adopt(&'o str),
}

/// What is done, or only shown, and by whom.
struct Doing<'o> {
    how: How<'o>,
    only_looks: bool,
    by: String,
}

pub async fn run(context: &Context, command: &Command) -> Outcome {
    let in_force = wire::in_force(&context.settings).await?;
    let screen = &context.screen;
    let seams = &in_force.seams;
    match command {
        Command::BringOver(options) => {
            let doing = Doing { how: How::BringOver, only_looks: options.dry_run, by: options.who.name() };
            write(&in_force, screen, &options.ids, &doing).await
        }
        Command::TakeBack(options) => {
            let doing = Doing { how: How::TakeBack, only_looks: options.dry_run, by: options.who.name() };
            write(&in_force, screen, &options.ids, &doing).await
        }
        Command::Adopt(options) => {
            let how = How::Adopt(&options.with);
            let doing = Doing { how, only_looks: options.dry_run, by: options.who.name() };
            write(&in_force, screen, &[options.id], &doing).await
        }
        Command::Ignore(options) => {
            let count =
                repair::ignore(seams, &options.ids, options.reason.trim(), &options.who.name()).await?;
            let (zh, en) = (format!("已忽略 {count} 条差异。"), format!("{count} differences may stay."));
            told(screen, "ignored", count, &zh, &en)
        }
        Command::Reopen(options) => {
            let count = repair::reopen(seams, &options.ids, &options.who.name()).await?;
            let (zh, en) =
                (format!("已重新打开 {count} 条差异。"), format!("{count} differences are open again."));
            told(screen, "reopened", count, &zh, &en)
        }
    }
}

fn told(screen: &Screen, word: &str, count: u64, zh: &str, en: &str) -> Outcome {
    screen.result(&json!({ word: count }));
    screen.line(screen.words(zh, en));
    Ok(if count == 0 { Exit::Finding } else { Exit::Ok })
}

async fn write(
    in_force: &InForce,
    screen: &Screen,
    ids: &[DifferenceId],
    Doing { how, only_looks, by }: &Doing<'_>,
) -> Outcome {
    let only_looks = *only_looks;
    let desk = Desk { seams: &in_force.seams, setup: &in_force.setup, only_looks, by };
    let mut results = Vec::new();
    for id in ids {
        let difference = difference(in_force, *id).await?;
        let previews = match how {
            How::BringOver => repair::bring_over(&desk, &difference).await,
            How::TakeBack => repair::take_back(&desk, &difference).await,
            How::Adopt(with) => repair::adopt(&desk, &difference, with).await,
        };
        let previews = previews.map_err(failure)?;
        show(screen, *id, &previews);
        results.push(json!({
            "id": id.0, "done": !only_looks,
            "previews": previews.iter().map(|preview| plan::as_json(preview, screen)).collect::<Vec<_>>(),
        }));
    }
    screen.result(&Value::Array(results));
    screen.line(match only_looks {
        true => screen.words("以上只是预览,没有写入。", "This is what would be done; nothing was written."),
        false => screen.words(
            "将由运行中的服务(qiao serve)完成;下次对账会确认结果。",
            "A running server (qiao serve) does it; the next reconciliation tells whether it did.",
        ),
    });
    Ok(Exit::Ok)
}

fn show(screen: &Screen, id: DifferenceId, previews: &[Preview]) {
    screen.line(format!("D{id}"));
    previews.iter().for_each(|preview| plan::show(preview, screen));
}

/// The difference, unless both sides agree again.
async fn difference(in_force: &InForce, id: DifferenceId) -> Result<Difference, Failure> {
    let filter = DifferenceFilter { ids: vec![id], limit: 1, ..DifferenceFilter::default() };
    let found = in_force.seams.store.differences(&filter).await?.pop();
    found.filter(|difference| difference.state != State::Closed).ok_or_else(|| none(id))
}

fn failure(error: RepairError) -> Failure {
    match error {
        RepairError::Store(error) => error.into(),
        RepairError::Refused(refusal) => Failure::new(Exit::System, refusal.cause),
        RepairError::Cannot(cause) => Failure::new(Exit::Finding, cause),
    }
}
