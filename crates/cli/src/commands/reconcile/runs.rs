//! Reconciliations as they are told, and `qiao reconcile runs`.

use clap::Args;
use jiff::tz::TimeZone;
use model::FlowName;
use model::reconciliation::{Run, RunState, Stage};
use serde_json::{Value, json};

use crate::commands::Context;
use crate::exit::{Exit, Outcome};
use crate::screen::Screen;
use crate::wire;

#[derive(Debug, Args)]
pub struct Options {
    #[arg(long, value_name = "FLOW")]
    flow: Option<String>,
    #[arg(long, default_value_t = 20, value_name = "N")]
    limit: usize,
}

pub async fn run(context: &Context, options: &Options) -> Outcome {
    let store = wire::existing_store(&context.settings)?;
    let screen = &context.screen;
    let flow = options.flow.as_deref().map(FlowName::new);
    let runs = store.runs(flow.as_ref(), options.limit).await?;
    screen.result(&Value::Array(runs.iter().map(|run| as_json(run, screen)).collect()));
    runs.iter().for_each(|run| screen.line(told(run, screen)));
    Ok(Exit::Ok)
}

/// What a run came to, in a few lines.
pub(super) fn told(run: &Run, screen: &Screen) -> String {
    let (zh, en) = run.state.title();
    let depth = if run.deep { screen.words("(深度)", " (deep)") } else { "" };
    let at = run.ended.unwrap_or(run.beat).local(&TimeZone::system());
    let head = format!("{}{depth}  {}  {at}", run.flow, screen.words(zh, en));
    let sum = run.sum;
    let counts = [
        (screen.words("一致", "matched"), sum.matched),
        (screen.words("仅来源有", "only here"), sum.only_here),
        (screen.words("仅目标有", "only there"), sum.only_there),
        (screen.words("不一致", "differs"), sum.differs),
        (screen.words("在途", "in flight"), sum.in_flight),
        (screen.words("已忽略", "ignored"), sum.ignored),
        (screen.words("范围外", "outside"), sum.outside),
    ];
    let counted: Vec<String> = counts.iter().map(|(name, count)| format!("{name} {count}")).collect();
    let spent = match screen.words("zh", "en") {
        "zh" => format!("调用:来源 {} 次,目标 {} 次", sum.calls_here, sum.calls_there),
        _ => format!("calls: {} to the source, {} to the target", sum.calls_here, sum.calls_there),
    };
    let mut lines = vec![head];
    // Before the end nobody knows how many agree.
    if run.state == RunState::Done {
        lines.push(format!("  {}", counted.join(" · ")));
    }
    lines.push(format!("  {spent}"));
    lines.extend(run.cause.as_ref().map(|cause| format!("  {}", screen.sentence(cause))));
    lines.join("\n")
}

/// How far a run is.
pub(super) fn progress(run: &Run, screen: &Screen) -> String {
    let stage = match run.place.stage {
        Stage::Again => screen.words("复查已知差异", "looking at known differences again"),
        Stage::Here => screen.words("来源", "the source"),
        Stage::There => screen.words("目标", "the target"),
        Stage::Stored => screen.words("汇总", "summing up"),
    };
    let calls = run.sum.calls_here + run.sum.calls_there;
    let read = run.sum.read_here + run.sum.read_there;
    match screen.words("zh", "en") {
        "zh" => format!("{}:{stage},已比对 {read} 条,调用 {calls} 次", run.flow),
        _ => format!("{}: {stage}, {read} compared, {calls} calls", run.flow),
    }
}

pub(super) fn as_json(run: &Run, screen: &Screen) -> Value {
    let sum = run.sum;
    json!({
        "id": run.id.0, "flow": run.flow, "deep": run.deep, "state": run.state.name(),
        "since": run.since.map(|at| at.to_string()), "until": run.until.to_string(),
        "started": run.started.to_string(), "ended": run.ended.map(|at| at.to_string()),
        "matched": sum.matched, "only_here": sum.only_here, "only_there": sum.only_there, "differs": sum.differs,
        "in_flight": sum.in_flight, "ignored": sum.ignored, "outside": sum.outside,
        "calls": { "here": sum.calls_here, "there": sum.calls_there },
        "compared": { "here": sum.read_here, "there": sum.read_there },
        "cause": run.cause.as_ref().map(|cause| screen.cause_json(cause)),
    })
}
