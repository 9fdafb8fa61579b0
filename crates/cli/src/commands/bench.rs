//! `qiao bench`: the speed of this machine, end to end: the demo's customers without faults, kills, edits or notices,
//! and with the limits of calls lifted on both sides.
//!
//! With `--memory` the server's memory instead: idle, with 200,000 tasks waiting, with 1,000,000 records behind.
//!
//! With `--pushes` what a push takes until its target has it, at an even pace, minute by minute.
//!
//! Server and stand-ins share the machine, so the figures are those of the whole of it. A tick of half a second is the
//! grain of the time.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use connect::transport::HttpNetwork;
use model::task::State;
use serde_json::json;

use crate::commands::{Context, interruption};
use crate::demo::{self, Backlog, Pace, Plan, Purpose, Report};
use crate::exit::{Exit, Failure, Outcome};
use crate::screen::Screen;
use crate::wire;

#[derive(Debug, Args)]
pub struct Options {
    #[arg(long, default_value_t = 1_000, value_name = "N")]
    records: usize,
    #[arg(long, conflicts_with = "pushes")]
    memory: bool,
    #[arg(long, value_name = "SECONDS")]
    pushes: Option<u64>,
    #[arg(long, default_value_t = 200, value_name = "N", requires = "pushes", value_parser = clap::value_parser!(u64).range(1..))]
    per_second: u64,
    #[arg(long, requires = "pushes")]
    faults: bool,
    #[arg(long, value_name = "FILE", requires = "pushes")]
    plot: Option<PathBuf>,
    #[arg(long, default_value_t = 0, value_name = "MILLISECONDS", requires = "pushes")]
    slow_commits: u64,
}

/// The backlogs of the memory targets: name in the result, backlog, target in MB.
const BACKLOGS: &[(&str, Backlog, u64)] = &[
    ("idle", Backlog::Nothing, 40),
    ("waiting_200000", Backlog::Waiting(200_000), 100),
    ("behind_1000000", Backlog::Behind(1_000_000), 150),
];

/// Times a full history: read, mapped, saved, submitted, audited, read back and written back.
pub async fn run(context: &Context, options: &Options) -> Outcome {
    let screen = &context.screen;
    let network =
        HttpNetwork::new(wire::registry(&context.settings)?, None).map_err(Failure::configuration)?;
    if options.memory {
        return measure_memory(context, &network).await;
    }
    if let Some(seconds) = options.pushes {
        let pace = Pace {
            seconds: seconds.max(1),
            a_second: options.per_second,
            slow_commits: options.slow_commits,
            has_faults: options.faults,
        };
        // A place where nothing can be written is told before half an hour of pushes, and not behind them. What was drawn
        // before stays until then.
        if let Some(file) = &options.plot {
            let opened = std::fs::OpenOptions::new().append(true).create(true).open(file);
            opened.map_err(|error| Failure::file(file, &error))?;
        }
        let pushed = tokio::select! {
            pushed = demo::pushes(&network, pace) => pushed?,
            () = interruption() => return Ok(Exit::Interrupted),
        };
        if let Some(file) = &options.plot {
            std::fs::write(file, demo::plot(&pushed.minutes)).map_err(|error| Failure::file(file, &error))?;
        }
        return Ok(tell_pushed(screen, &pushed, pace));
    }
    let plan = Plan {
        example: "first".into(),
        records: options.records,
        seed: 1,
        has_faults: false,
        kills: 0,
        purpose: Purpose::Measure,
        keeps: false,
    };
    let stage = tokio::select! {
        stage = demo::show(screen, &network, &plan) => stage?,
        () = interruption() => return Ok(Exit::Interrupted),
    };
    tell(screen, &stage.report);
    Ok(if stage.report.verdict.agrees() { Exit::Ok } else { Exit::Finding })
}

/// The server's memory with each backlog, beside what it may be.
async fn measure_memory(context: &Context, network: &HttpNetwork) -> Outcome {
    let screen = &context.screen;
    let mut result = serde_json::Map::new();
    let mut keeps = true;
    for (name, backlog, most) in BACKLOGS {
        let kib = tokio::select! {
            kib = demo::memory(&context.settings, network, *backlog) => kib?,
            () = interruption() => return Ok(Exit::Interrupted),
        };
        let megabytes = kib >> 10;
        keeps &= megabytes <= *most;
        let (zh, en) = named(*backlog);
        screen.line(screen.words(
            &format!("{zh}:{megabytes} MB(目标 {most} MB)"),
            &format!("{en}: {megabytes} MB (target {most} MB)"),
        ));
        result.insert((*name).to_owned(), json!(megabytes));
    }
    screen.result(&serde_json::Value::Object(result));
    Ok(if keeps { Exit::Ok } else { Exit::Finding })
}

/// What pushes take until the target has them, and whether it has them all.
fn tell_pushed(screen: &Screen, pushed: &demo::Pushed, pace: Pace) -> Exit {
    let ms = |sorted: &[Duration], of_a_hundred| demo::percentile(sorted, of_a_hundred).as_millis();
    let (answered, seen) = (&pushed.answered, &pushed.seen);
    let (p50, p99, most) = (ms(seen, 50), ms(seen, 99), ms(seen, 100));
    let (answer50, answer99) = (ms(answered, 50), ms(answered, 99));
    let (early, late) = (pushed.memory_kib.0 >> 10, pushed.memory_kib.1 >> 10);
    let (pushes, rate, missing) =
        (pushed.pushes, pace.a_second, pushed.pushes - seen.len().min(pushed.pushes));
    screen.line(screen.words(
        &format!(
            "{pushes} 次推送,每秒 {rate} 次:应答 p50 {answer50} ms、p99 {answer99} ms;目标收到 p50 {p50} ms、p99 {p99} ms、最久 {most} ms;未到 {missing};服务内存 {early} → {late} MB。"
        ),
        &format!(
            "{pushes} pushes, {rate} a second: answered p50 {answer50} ms, p99 {answer99} ms; at the target p50 {p50} ms, p99 {p99} ms, at most {most} ms; {missing} missing; server memory {early} → {late} MB."
        ),
    ));
    screen.result(&json!({
        "pushes": pushes, "per_second": rate, "missing": missing,
        "answered_ms": { "p50": answer50 as u64, "p99": answer99 as u64 },
        "seen_ms": { "p50": p50 as u64, "p99": p99 as u64, "most": most as u64 },
        "server_memory_mib": { "early": early, "late": late },
        "minutes": pushed.minutes.iter().map(demo::Minute::told).collect::<Vec<_>>(),
    }));
    if missing == 0 { Exit::Ok } else { Exit::Finding }
}

fn named(backlog: Backlog) -> (String, String) {
    match backlog {
        Backlog::Nothing => ("空闲".into(), "idle".into()),
        Backlog::Waiting(tasks) => (format!("{tasks} 个任务等待"), format!("{tasks} tasks waiting")),
        Backlog::Behind(records) => (format!("积压 {records} 条数据"), format!("{records} records behind")),
    }
}

fn tell(screen: &Screen, report: &Report) {
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
    if let Some(first) = report.first_write {
        let first = first.as_secs_f32();
        screen.line(screen.words(
            &format!("启动后 {first:.2} 秒,第一条数据写入目标系统。"),
            &format!("The first record was at the target {first:.2} s after the start."),
        ));
    }
    let (source, target) = (report.spending.source, report.spending.target);
    let each = |calls: u64| calls as f32 / synced.max(1) as f32;
    let (reads, read_back) = (each(source.reads), each(target.reads));
    let (writes, written_back) = (each(target.writes), each(source.writes));
    screen.line(screen.words(
        &format!(
            "每个任务的接口调用:源系统读 {reads:.2}、回写 {written_back:.2},目标系统读 {read_back:.2}、写 {writes:.2}。"
        ),
        &format!(
            "Calls per task: {reads:.2} reads and {written_back:.2} write-backs at the source, {read_back:.2} reads and {writes:.2} writes at the target."
        ),
    ));
    screen.result(&json!({
        "synced": synced, "seconds": seconds, "per_second": rate, "server_memory_mib": memory,
        "first_record_seconds": report.first_write.map(|first| first.as_secs_f32()),
        "calls": report.spending.as_json(), "agree": report.verdict.agrees(),
    }));
}
