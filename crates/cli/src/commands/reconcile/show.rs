//! `qiao reconcile show`: all of one difference.

use clap::Args;
use contract::store::DifferenceFilter;
use jiff::tz::TimeZone;
use model::reconciliation::{Difference, Known, State};
use model::{Cause, DifferenceId};

use super::list::{as_json, trace};
use crate::commands::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::screen::Screen;
use crate::wire;

#[derive(Debug, Args)]
pub struct Options {
    #[arg(value_name = "ID", value_parser = super::difference_id)]
    id: DifferenceId,
}

pub async fn run(context: &Context, options: &Options) -> Outcome {
    let screen = &context.screen;
    let store = wire::existing_store(&context.settings)?;
    let filter = DifferenceFilter { ids: vec![options.id], limit: 1, ..DifferenceFilter::default() };
    let Some(one) = store.differences(&filter).await?.pop() else { return Err(none(options.id)) };
    screen.result(&as_json(&one, screen));
    screen.line(told(&one, screen).join("\n"));
    Ok(Exit::Ok)
}

pub(super) fn none(id: DifferenceId) -> Failure {
    Failure::new(Exit::Finding, Cause::new("cli.nothing_found").with("text", format!("D{id}")))
}

fn told(one: &Difference, screen: &Screen) -> Vec<String> {
    let zone = TimeZone::system();
    let (kind, state) = (one.found.kind.title(), one.state.title());
    let (kind, state) = (screen.words(kind.0, kind.1), screen.words(state.0, state.1));
    let since = one.since.local(&zone);
    let mut lines = vec![format!(
        "D{}  {}  {kind}  {state}  {} {since}",
        one.id,
        one.flow,
        screen.words("起于", "since")
    )];
    let side = |word: &str, known: &Known| {
        let name = known.name.as_deref().unwrap_or_default();
        let number = known.number.as_deref().unwrap_or_default();
        format!("  {word}: {} (id {})", format!("{number} {name}").trim(), known.id)
    };
    lines.extend(one.found.source.as_ref().map(|known| side(screen.words("来源", "source"), known)));
    lines.extend(one.found.target.as_ref().map(|known| side(screen.words("目标", "target"), known)));
    for field in &one.found.fields {
        let value = |text: &Option<String>| {
            text.clone().unwrap_or_else(|| screen.words("(无)", "(nothing)").to_owned())
        };
        lines.push(format!("  {}", field.field));
        lines.push(format!(
            "    {}: {}",
            screen.words("来源(映射后)", "source, as mapped"),
            value(&field.here)
        ));
        lines.push(format!("    {}: {}", screen.words("目标", "target"), value(&field.there)));
    }
    lines.extend(one.found.cause.as_ref().map(|cause| format!("  {}", screen.sentence(cause))));
    if one.state == State::Ignored {
        let reason = one.reason.as_deref().unwrap_or_default();
        let at = one.decided.map(|at| at.local(&zone)).unwrap_or_default();
        lines.push(format!("  {}: {reason} ({at})", screen.words("忽略原因", "ignored because")));
    }
    lines.extend(trace(one).map(|command| format!("  {}: {command}", screen.words("来龙去脉", "its story"))));
    lines
}
