//! `qiao bench`: the speed of this machine, end to end: the demo's customers without faults, kills, edits or notices,
//! and with the limits of calls lifted on both sides.
//!
//! Server and stand-ins share the machine, so the figures are those of the whole of it. A tick of half a second is the
//! grain of the time.

use clap::Args;
use connect::transport::HttpNetwork;
use model::task::State;
use serde_json::json;

use crate::commands::{Context, interruption};
use crate::demo::{self, Plan, Purpose};
use crate::exit::{Exit, Failure, Outcome};
use crate::wire;

#[derive(Debug, Args)]
pub struct Options {
    #[arg(long, default_value_t = 1_000, value_name = "N")]
    records: usize,
}

/// Times a full history: read, mapped, saved, submitted, audited, read back and written back.
pub async fn run(context: &Context, options: &Options) -> Outcome {
    let screen = &context.screen;
    let plan = Plan {
        example: "first".into(),
        records: options.records,
        seed: 1,
        has_faults: false,
        kills: 0,
        purpose: Purpose::Measure,
        keeps: false,
    };
    let network =
        HttpNetwork::new(wire::registry(&context.settings)?, None).map_err(Failure::configuration)?;
    let stage = tokio::select! {
        stage = demo::show(screen, &network, &plan) => stage?,
        () = interruption() => return Ok(Exit::Interrupted),
    };
    let report = &stage.report;
    let synced: u64 = report.flows.iter().map(|flow| flow.of(State::Synced)).sum();
    let seconds = report.took.as_secs_f32();
    let rate = synced as f32 / seconds.max(0.001);
    let memory = report.server_memory_kib >> 10;
    screen.line(screen.words(
        &format!("{synced} 个任务,{seconds:.1} 秒,每秒 {rate:.1} 个;服务内存最多 {memory} MB。"),
        &format!(
            "{synced} tasks in {seconds:.1} s, {rate:.1} a second; the server used {memory} MB at most."
        ),
    ));
    screen.result(&json!({
        "synced": synced, "seconds": seconds, "per_second": rate, "server_memory_mib": memory,
        "agree": report.verdict.agrees(),
    }));
    let agrees = report.verdict.agrees();
    Ok(if agrees { Exit::Ok } else { Exit::Finding })
}
