//! Sweeps as they are told, and `qiao reconcile ids runs`.

use clap::Args;
use jiff::tz::TimeZone;
use model::reconciliation::RunState;
use model::sweep::{ObjectOf, Sweep};
use serde_json::{Value, json};

use crate::commands::Context;
use crate::exit::{Exit, Outcome};
use crate::screen::Screen;
use crate::wire;

#[derive(Debug, Args)]
pub struct Options {
    #[arg(value_name = "OBJECT", value_parser = super::object_of)]
    object: Option<ObjectOf>,
    #[arg(long, default_value_t = 20, value_name = "N")]
    limit: usize,
}

pub async fn run(context: &Context, options: &Options) -> Outcome {
    let screen = &context.screen;
    let store = wire::existing_store(&context.settings)?;
    let sweeps = store.sweeps(options.object.as_ref(), options.limit).await?;
    screen.result(&Value::Array(sweeps.iter().map(|sweep| as_json(sweep, screen)).collect()));
    sweeps.iter().for_each(|sweep| screen.line(told(sweep, screen)));
    Ok(Exit::Ok)
}

/// What a sweep came to, in a few lines.
pub(super) fn told(sweep: &Sweep, screen: &Screen) -> String {
    let (zh, en) = sweep.state.title();
    let depth = if sweep.deep { screen.words("(全部列出)", " (all listed)") } else { "" };
    let at = sweep.ended.unwrap_or(sweep.beat).local(&TimeZone::system());
    let state = screen.words(zh, en);
    let mut lines = vec![format!("{}/{}{depth}  {state}  {at}", sweep.of.0, sweep.of.1)];
    // Before the end nobody knows how many there are.
    if sweep.state == RunState::Done {
        lines.push(format!("  {}", counted(sweep, screen)));
    }
    lines.extend(sweep.cause.as_ref().map(|cause| format!("  {}", screen.sentence(cause))));
    lines.join("\n")
}

fn counted(sweep: &Sweep, screen: &Screen) -> String {
    let sum = sweep.sum;
    let [there, here, missing, behind, gone, calls] =
        [sum.there, sum.here, sum.missing, sum.behind, sum.gone, sum.calls].map(grouped);
    let mut told = match screen.words("zh", "en") {
        "zh" => {
            format!("来源 {there} 条,本地 {here} 条,缺 {missing} 条,来源已没有 {gone} 条;调用 {calls} 次")
        }
        _ => format!("{there} there, {here} here, {missing} missing, {gone} gone; {calls} calls"),
    };
    if sum.behind > 0 {
        told += &match screen.words("zh", "en") {
            "zh" => format!(";{behind} 条是旧版本"),
            _ => format!("; {behind} known at an older version"),
        };
    }
    if sum.missing + sum.behind > 0 {
        told += screen.words(",正在补读", "; they are being read");
    }
    if sum.gone > 0 {
        told += &match screen.words("zh", "en") {
            "zh" => format!("。查看:qiao reconcile ids gone {}/{}", sweep.of.0, sweep.of.1),
            _ => format!(". See: qiao reconcile ids gone {}/{}", sweep.of.0, sweep.of.1),
        };
    }
    told
}

/// A count as people read it: `12,408`.
fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// How far a sweep is.
pub(super) fn progress(sweep: &Sweep, screen: &Screen) -> String {
    let ((connection, object), sum) = (&sweep.of, sweep.sum);
    let (there, calls) = (grouped(sum.there), grouped(sum.calls));
    match screen.words("zh", "en") {
        "zh" => format!("{connection}/{object}:已清点 {there} 条,调用 {calls} 次"),
        _ => format!("{connection}/{object}: {there} so far, {calls} calls"),
    }
}

pub(super) fn as_json(sweep: &Sweep, screen: &Screen) -> Value {
    let sum = sweep.sum;
    json!({
        "id": sweep.id.0, "connection": sweep.of.0, "object": sweep.of.1, "deep": sweep.deep,
        "state": sweep.state.name(), "until": sweep.until.to_string(), "started": sweep.started.to_string(),
        "ended": sweep.ended.map(|at| at.to_string()),
        "there": sum.there, "here": sum.here, "missing": sum.missing, "behind": sum.behind, "gone": sum.gone,
        "calls": sum.calls, "cause": sweep.cause.as_ref().map(|cause| screen.cause_json(cause)),
    })
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn counts_are_told_in_groups_of_three() {
        for (count, told) in
            [(0, "0"), (999, "999"), (1_000, "1,000"), (12_408, "12,408"), (1_000_000, "1,000,000")]
        {
            assert_eq!(grouped(count), told);
        }
    }
}
