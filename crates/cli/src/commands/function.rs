//! `qiao function`: look at functions (自定义函数), and run one over an input of one's own.

mod input;
mod offline;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, Subcommand};
use contract::Clock;
use contract::functions::{Call, Fault, Function, Functions, Limits, Ran, Surroundings};
use functions::{Scripts, Threads};
use model::{Cause, Map, Value, json};

use crate::clock::{SystemChance, SystemClock};
use crate::commands::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::screen::Screen;
use input::Given;
use offline::Offline;

#[derive(Debug, Subcommand)]
pub enum Command {
    Lint(LintOptions),
    Test(TestOptions),
}

#[derive(Debug, Args)]
pub struct LintOptions {
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub struct TestOptions {
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[arg(long, value_name = "HOOK")]
    hook: String,
    #[arg(long, value_name = "FILE")]
    input: PathBuf,
    #[arg(long, value_name = "TYPE")]
    content_type: Option<String>,
    #[arg(long, value_name = "MS")]
    processor: Option<u64>,
    #[arg(long, value_name = "MB")]
    memory: Option<usize>,
}

pub async fn run(context: &Context, command: &Command) -> Outcome {
    let scripts = Scripts::on_threads(Threads { count: 1, ..Threads::default() }, Arc::new(SystemClock));
    match command {
        Command::Lint(options) => lint(&context.screen, &scripts, options).await,
        Command::Test(options) => test(&context.screen, &scripts, options).await,
    }
}

fn function(path: &std::path::Path) -> Result<Function, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| Failure::file(path, &error))?;
    Ok(Function::new(path.display().to_string(), text))
}

/// Every mistake with its place. Exit code 1 when there is one.
async fn lint(screen: &Screen, scripts: &Scripts, options: &LintOptions) -> Outcome {
    let mut told = Vec::new();
    for file in &options.files {
        for fault in scripts.lint(&function(file)?).await {
            screen.line(screen.sentence(&fault.cause));
            told.push(fault_json(screen, &fault));
        }
    }
    let outcome = if told.is_empty() { Exit::Ok } else { Exit::Finding };
    screen.result(&serde_json::json!({ "findings": told }));
    if outcome == Exit::Ok {
        screen.line(screen.words("没有错误。", "No mistakes."));
    }
    Ok(outcome)
}

fn fault_json(screen: &Screen, fault: &Fault) -> serde_json::Value {
    let place = fault.place.map(|place| (place.line, place.column));
    serde_json::json!({
        "cause": screen.cause_json(&fault.cause), "class": fault.class.name(),
        "line": place.map(|(line, _)| line), "column": place.map(|(_, column)| column),
    })
}

/// Runs the function once, offline: what it gives, what it logged, what it took. Exit code 1 when it fails.
async fn test(screen: &Screen, scripts: &Scripts, options: &TestOptions) -> Outcome {
    let function = function(&options.file)?;
    let given = Given::read(&options.hook, &options.input, options.content_type.as_deref())?;
    let usual = Limits::default();
    let limits = Limits {
        processor: options.processor.map_or(usual.processor, Duration::from_millis),
        memory: options.memory.map_or(usual.memory, |megabytes| megabytes.saturating_mul(1 << 20)),
        ..usual
    };
    let host = Arc::new(Offline::default());
    let about = Map::new();
    let call = Call {
        function: &function,
        work: given.work(),
        about: &about,
        limits: limits.bounded(),
        now: SystemClock.now(),
        measure: true,
    };
    let around = Surroundings { host: host.clone(), chance: Arc::new(SystemChance) };
    let ran = scripts.call(call, around).await;
    let log = host.lines();
    match screen.json {
        true => as_json(screen, &ran, &log)?,
        false => show(screen, &ran, &log),
    }
    Ok(if ran.output.is_ok() { Exit::Ok } else { Exit::Finding })
}

fn show(screen: &Screen, ran: &Ran, log: &[(&'static str, String)]) {
    for (level, line) in log {
        screen.line(format!("{}{level}: {line}", screen.words("日志 ", "log ")));
    }
    match &ran.output {
        Ok(output) => screen.line(json::write(&Value::from(output))),
        Err(fault) => {
            screen.line(format!("{}{}", screen.words("错误:", "error: "), screen.sentence(&fault.cause)))
        }
    }
    let microseconds = ran.spent.processor.as_micros();
    let milliseconds = format!("{}.{:03}", microseconds / 1000, microseconds % 1000);
    let kilobytes = ran.spent.memory.unwrap_or_default() / 1024;
    // Beside the result, which may go into a file.
    screen.progress(screen.words(
        &format!("处理器时间 {milliseconds} 毫秒,内存 {kilobytes} KB,访问 {} 次。", ran.spent.asks),
        &format!(
            "{milliseconds} ms of processor time, {kilobytes} KB of memory, {} questions.",
            ran.spent.asks
        ),
    ));
}

/// Written by ourselves, so that numbers stay exact.
fn as_json(screen: &Screen, ran: &Ran, log: &[(&'static str, String)]) -> Result<(), Failure> {
    let mut told = Map::new();
    let fault = ran.output.as_ref().err().map(|fault| fault_json(screen, fault).to_string());
    match &ran.output {
        Ok(output) => told.push("output", Value::from(output)),
        Err(_) => {
            let fault = fault.as_deref().unwrap_or_default();
            let fault = json::read(fault).map_err(|_| Failure::machine(Cause::new("function.broken")))?;
            told.push("fault", fault.into_owned());
        }
    }
    let line = |(level, text): &(&'static str, String)| {
        let mut line = Map::new();
        line.push("level", *level);
        line.push("text", text.clone());
        Value::Map(line)
    };
    told.push("log", Value::List(log.iter().map(line).collect()));
    told.push("processor_us", i64::try_from(ran.spent.processor.as_micros()).unwrap_or(i64::MAX));
    told.push("memory_bytes", i64::try_from(ran.spent.memory.unwrap_or_default()).unwrap_or(i64::MAX));
    told.push("asks", i64::try_from(ran.spent.asks).unwrap_or(i64::MAX));
    screen.raw(json::write(&Value::Map(told)));
    Ok(())
}
