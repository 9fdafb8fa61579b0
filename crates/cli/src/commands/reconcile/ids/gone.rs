//! `qiao reconcile ids gone` and `rest`: what the source has no more, and what of it may rest.

use clap::Args;
use engine::reconcile::let_rest;
use jiff::tz::TimeZone;
use model::sweep::{Gone, ObjectOf};
use serde_json::{Value, json};

use crate::commands::Context;
use crate::commands::who::Who;
use crate::exit::{Exit, Outcome};
use crate::screen::Screen;
use crate::{table, wire};

#[derive(Debug, Args)]
pub struct Options {
    #[arg(value_name = "OBJECT", value_parser = super::object_of)]
    object: ObjectOf,
    #[arg(long, default_value_t = 100, value_name = "N")]
    limit: usize,
}

#[derive(Debug, Args)]
pub struct RestOptions {
    #[arg(value_name = "OBJECT", value_parser = super::object_of)]
    object: ObjectOf,
    #[arg(value_name = "ID", required_unless_present = "all", conflicts_with = "all")]
    ids: Vec<String>,
    #[arg(long)]
    all: bool,
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    who: Who,
}

pub async fn run(context: &Context, options: &Options) -> Outcome {
    let screen = &context.screen;
    let store = wire::existing_store(&context.settings)?;
    let gone = store.gone(&options.object, "", options.limit).await?;
    screen.result(&Value::Array(gone.iter().map(as_json).collect()));
    let headings = match screen.words("zh", "en") {
        "zh" => ["id", "编号", "名称", "发现于", "不再提示的原因"],
        _ => ["id", "number", "name", "since", "why it may rest"],
    };
    screen.line(table::render(&headings, &gone.iter().map(row).collect::<Vec<_>>()));
    if gone.iter().any(|one| one.reason.is_none()) {
        screen.line(advice(screen));
    }
    Ok(if gone.iter().any(|one| one.reason.is_none()) { Exit::Finding } else { Exit::Ok })
}

pub async fn rest(context: &Context, options: &RestOptions) -> Outcome {
    let screen = &context.screen;
    let in_force = wire::in_force(&context.settings).await?;
    let (of, by) = (&options.object, options.who.name());
    let count = let_rest(&in_force.seams, of, &options.ids, options.reason.trim(), &by).await?;
    screen.result(&json!({ "rested": count }));
    let (zh, en) = (format!("{count} 条不再提示。"), format!("{count} records may rest."));
    screen.line(screen.words(&zh, &en));
    Ok(if count == 0 { Exit::Finding } else { Exit::Ok })
}

fn advice(screen: &Screen) -> &'static str {
    match screen.words("zh", "en") {
        "zh" => {
            "来源已没有这些数据;这里和目标都没有作废任何东西。目标的单据是否作废由人决定(qiao trace 编号 看来龙去脉),决定后用 qiao reconcile ids rest 不再提示。"
        }
        _ => {
            "The source has these no more; nothing was voided, here or at the targets. People decide what becomes of the targets' documents (qiao trace NUMBER tells their story), and then let them rest with qiao reconcile ids rest."
        }
    }
}

fn row(one: &Gone) -> Vec<String> {
    let text = |text: &Option<String>| table::shortened(text.as_deref().unwrap_or_default(), 32);
    vec![
        one.id.clone(),
        text(&one.number),
        text(&one.name),
        one.since.local(&TimeZone::system()),
        text(&one.reason),
    ]
}

fn as_json(one: &Gone) -> Value {
    json!({
        "id": one.id, "number": one.number, "name": one.name, "since": one.since.to_string(),
        "reason": one.reason,
    })
}
