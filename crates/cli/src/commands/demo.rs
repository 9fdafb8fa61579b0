//! `qiao demo`: see customers cross from the CRM to the ERP, correct and once each.

use clap::Args;
use connect::transport::HttpNetwork;
use model::task::State;
use serde_json::{Value, json};

use crate::commands::{Context, interruption};
use crate::demo::{self, Example, FlowProgress, Plan, Purpose, Report, Stage};
use crate::exit::{Exit, Failure, Outcome};
use crate::screen::Screen;
use crate::wire;

#[derive(Debug, Args)]
pub struct Options {
    #[arg(long)]
    once: bool,
    #[arg(long, default_value_t = 200, value_name = "N")]
    records: usize,
    #[arg(long)]
    faults: bool,
    #[arg(long, default_value_t = 0, value_name = "N")]
    kill: u32,
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u64,
    #[arg(long, default_value = "first", value_name = "NAME")]
    example: String,
    #[arg(long)]
    keep: bool,
}

/// Runs the demo to its end, then tells how it went. Without `--once` everything stays up until Ctrl-C.
pub async fn run(context: &Context, options: &Options) -> Outcome {
    let screen = &context.screen;
    let plan = Plan {
        example: options.example.clone(),
        records: options.records,
        seed: options.seed,
        has_faults: options.faults,
        kills: options.kill,
        purpose: Purpose::Show,
        keeps: options.keep,
    };
    demo::check(&plan)?;
    introduce(screen, &plan);
    let network =
        HttpNetwork::new(wire::registry(&context.settings)?, None).map_err(Failure::configuration)?;
    let stage = tokio::select! {
        stage = demo::show(screen, &network, &plan) => stage?,
        () = interruption() => return Ok(Exit::Interrupted),
    };
    summarise(screen, &stage.report);
    if !options.once {
        stay(screen, &stage).await;
    }
    let agrees = stage.report.verdict.agrees();
    screen.result(&as_json(&stage.report));
    Ok(if agrees { Exit::Ok } else { Exit::Finding })
}

fn introduce(screen: &Screen, plan: &Plan) {
    let (records, kills) = (plan.records, plan.kills);
    let faults = match plan.has_faults {
        true => screen.words(",故障打开", ", with faults"),
        false => "",
    };
    screen.progress(screen.words(
        &format!("模拟的纷享销客中有 {records} 个客户,正在同步到模拟的 ERP{faults},途中强行结束服务 {kills} 次。"),
        &format!("{records} customers of a stand-in CRM cross to a stand-in ERP{faults}; the server is killed {kills} times."),
    ));
    if plan.lifts_limits() {
        screen.progress(screen.words(
            "数据较多,双方都不受厂商的频次限制约束。",
            "There are so many of them that the vendors' limits are lifted on both sides.",
        ));
    }
    screen.progress(screen.words(
        "为了演示,每 2 秒轮询一次,沉淀时间 20 秒,重试间隔不超过 30 秒;其余与正式运行相同。",
        "For the demo it polls every 2 s, with a settle window of 20 s and waits of at most 30 s between retries; all else is as in real life.",
    ));
}

fn summarise(screen: &Screen, report: &Report) {
    let verdict = &report.verdict;
    let (customers, seconds) = (report.customers, report.took.as_secs());
    screen.line("");
    screen.line(match verdict.agrees() {
        true => screen.words("✓ 两边一致。", "✓ Both sides agree.").to_owned(),
        false => screen.words("✗ 两边不一致。", "✗ The sides do not agree.").to_owned(),
    });
    screen.line(screen.words(
        &format!(
            "  {customers} 个客户:缺少 {},重复 {},不同 {}。用时 {seconds} 秒。",
            verdict.lost, verdict.duplicates, verdict.differing
        ),
        &format!(
            "  {customers} customers: {} lost, {} doubled, {} differing. It took {seconds} s.",
            verdict.lost, verdict.duplicates, verdict.differing
        ),
    ));
    verdict.examples.iter().for_each(|example| screen.line(format!("    {example}")));
    for flow in &report.flows {
        screen.line(format!("  {}", flow_line(screen, flow)));
    }
}

fn flow_line(screen: &Screen, flow: &FlowProgress) -> String {
    let (seen, synced, failed) = (flow.seen(), flow.of(State::Synced), flow.of(State::Failed));
    match screen.lang {
        model::Lang::Zh => format!("{}:收到 {seen},已同步 {synced},失败 {failed}", flow.name),
        model::Lang::En => format!("{}: {seen} seen, {synced} synced, {failed} failed", flow.name),
    }
}

/// Says what to try next and waits for Ctrl-C.
async fn stay(screen: &Screen, stage: &Stage) {
    let folder = stage.report.folder.display();
    screen.line("");
    screen.line(screen.words(
        "一切仍在运行,按 Ctrl-C 结束。接下来可以试试:",
        "All of it keeps running until Ctrl-C. Try next:",
    ));
    screen.line(format!("  qiao tasks list --folder {folder}"));
    screen.line(format!("  curl {}/metrics", stage.server));
    if let Some(Example { number, flow, shown_at }) = &stage.report.example {
        screen.line(format!("  qiao trace {number} --folder {folder}"));
        screen.line(format!("  qiao flow plan {flow} {number} --folder {folder}"));
        screen.line(format!("  curl {}/_sandbox/{shown_at}/{number}", stage.sandbox));
    }
    interruption().await;
}

fn as_json(report: &Report) -> Value {
    let flows = report.flows.iter().map(|flow| {
        json!({
            "name": flow.name, "seen": flow.seen(), "synced": flow.of(State::Synced), "failed": flow.of(State::Failed),
        })
    });
    json!({
        "agree": report.verdict.agrees(), "duplicates": report.verdict.duplicates, "lost": report.verdict.lost,
        "flows": flows.collect::<Vec<_>>(), "seconds": report.took.as_secs_f32(),
        "differing": report.verdict.differing, "examples": report.verdict.examples,
        "customers": report.customers, "kills": report.kills,
    })
}
