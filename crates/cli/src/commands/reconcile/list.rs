//! `qiao reconcile list`: the differences that are kept.

use std::path::PathBuf;

use clap::Args;
use contract::store::{DifferenceFilter, Store, StoreError};
use model::FlowName;
use model::reconciliation::{Difference, FieldDifference, Kind, Known, State};
use serde_json::{Value, json};

use super::export;
use crate::commands::Context;
use crate::exit::{Exit, Outcome};
use crate::screen::Screen;
use crate::{table, wire};

/// Differences asked for at once.
const PAGE: usize = 1_000;

#[derive(Debug, Args)]
pub struct Options {
    #[arg(long, value_name = "FLOW")]
    flow: Option<String>,
    #[arg(long, value_name = "KIND", value_parser = kind)]
    kind: Option<Kind>,
    #[arg(long, value_name = "STATE", value_delimiter = ',', value_parser = state)]
    state: Vec<State>,
    #[arg(long, default_value_t = 100, value_name = "N")]
    limit: usize,
    #[arg(long, value_name = "FILE")]
    export: Option<PathBuf>,
}

fn kind(text: &str) -> Result<Kind, String> {
    Kind::of_name(text).ok_or_else(|| Kind::ALL.map(Kind::name).join(", "))
}

fn state(text: &str) -> Result<State, String> {
    State::of_name(text).ok_or_else(|| State::ALL.map(State::name).join(", "))
}

pub async fn run(context: &Context, options: &Options) -> Outcome {
    let screen = &context.screen;
    if let Some(path) = &options.export {
        export::check(path)?;
    }
    let store = wire::existing_store(&context.settings)?;
    let filter = DifferenceFilter {
        flow: options.flow.as_deref().map(FlowName::new),
        kind: options.kind,
        states: if options.state.is_empty() { still_there() } else { options.state.clone() },
        // A file takes all of them.
        limit: if options.export.is_some() { usize::MAX } else { options.limit },
        ..DifferenceFilter::default()
    };
    let differences = all(&*store, filter).await?;
    if let Some(path) = &options.export {
        export::write(path, &differences, screen)?;
        return Ok(Exit::Ok);
    }
    screen.result(&Value::Array(differences.iter().map(|one| as_json(one, screen)).collect()));
    let headings = match screen.words("zh", "en") {
        "zh" => ["差异", "集成流", "类别", "状态", "来源", "目标", "哪里不一致"],
        _ => ["no.", "flow", "kind", "state", "source", "target", "where"],
    };
    let rows: Vec<Vec<String>> = differences.iter().map(|one| row(one, screen)).collect();
    screen.line(table::render(&headings, &rows));
    Ok(Exit::Ok)
}

/// What is not closed.
fn still_there() -> Vec<State> {
    vec![State::Open, State::Repairing, State::Ignored]
}

/// All that is not closed of these flows.
pub(super) async fn of_flows(store: &dyn Store, flows: &[FlowName]) -> Result<Vec<Difference>, StoreError> {
    let mut found = Vec::new();
    for flow in flows {
        let states = still_there();
        let filter = DifferenceFilter { flow: Some(flow.clone()), states, ..DifferenceFilter::default() };
        found.extend(all(store, DifferenceFilter { limit: usize::MAX, ..filter }).await?);
    }
    Ok(found)
}

async fn all(store: &dyn Store, filter: DifferenceFilter) -> Result<Vec<Difference>, StoreError> {
    let mut found: Vec<Difference> = Vec::new();
    loop {
        let limit = (filter.limit - found.len()).min(PAGE);
        let after = found.last().map(|last| last.id);
        let page = store.differences(&DifferenceFilter { after, limit, ..filter.clone() }).await?;
        let is_last = page.len() < limit;
        found.extend(page);
        if is_last || found.len() >= filter.limit {
            return Ok(found);
        }
    }
}

fn row(one: &Difference, screen: &Screen) -> Vec<String> {
    let (kind, state) = (one.found.kind.title(), one.state.title());
    let shown = |known: &Option<Known>| known.as_ref().map(named).unwrap_or_default();
    vec![
        format!("D{}", one.id),
        one.flow.to_string(),
        screen.words(kind.0, kind.1).to_owned(),
        screen.words(state.0, state.1).to_owned(),
        table::shortened(&shown(&one.found.source), 24),
        table::shortened(&shown(&one.found.target), 24),
        table::shortened(&place(one, screen), 80),
    ]
}

fn named(known: &Known) -> String {
    format!("{} {}", known.shown(), known.name.as_deref().unwrap_or_default()).trim_end().to_owned()
}

/// The fields that differ; where there are none, why.
pub(super) fn place(one: &Difference, screen: &Screen) -> String {
    let value =
        |text: &Option<String>| text.clone().unwrap_or_else(|| screen.words("(无)", "(nothing)").to_owned());
    let field = |field: &FieldDifference| {
        format!("{}: {} ≠ {}", field.field, value(&field.here), value(&field.there))
    };
    let mut told: Vec<String> = one.found.fields.iter().map(field).collect();
    told.extend(one.found.cause.as_ref().map(|cause| screen.sentence(cause)));
    told.join("; ")
}

pub(super) fn as_json(one: &Difference, screen: &Screen) -> Value {
    let known = |known: &Option<Known>| {
        known.as_ref().map(|known| json!({ "id": known.id, "number": known.number, "name": known.name }))
    };
    let field =
        |field: &FieldDifference| json!({ "field": field.field, "here": field.here, "there": field.there });
    json!({
        "id": one.id.0, "flow": one.flow, "kind": one.found.kind.name(), "state": one.state.name(),
        "source": known(&one.found.source), "target": known(&one.found.target),
        "fields": one.found.fields.iter().map(field).collect::<Vec<_>>(),
        "cause": one.found.cause.as_ref().map(|cause| screen.cause_json(cause)),
        "since": one.since.to_string(), "seen": one.seen.to_string(), "reason": one.reason,
        "decided": one.decided.map(|at| at.to_string()), "trace": trace(one),
    })
}

/// What tells the story of a difference: the number, or id, of the side that is known.
pub(super) fn trace(one: &Difference) -> Option<String> {
    let known = one.found.source.as_ref().or(one.found.target.as_ref())?;
    Some(format!("qiao trace {}", known.shown()))
}
