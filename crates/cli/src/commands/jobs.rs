//! `qiao jobs`: what was asked for and is done in the background: how far it is; pause it, let it go on, stop it.

use clap::{Args, Subcommand};
use engine::jobs;
use jiff::tz::TimeZone;
use model::audit::AuditEntry;
use model::job::{History, Job, JobState, JobWork};
use model::{Cause, JobId};
use serde_json::{Value, json};

use crate::commands::who::Who;
use crate::commands::{Context, audit};
use crate::exit::{Exit, Failure, Outcome};
use crate::screen::Screen;
use crate::{table, wire};

#[derive(Debug, Subcommand)]
pub enum Command {
    List(ListOptions),
    Show(ShowOptions),
    Pause(SteerOptions),
    Resume(SteerOptions),
    Stop(SteerOptions),
}

#[derive(Debug, Args)]
pub struct ListOptions {
    #[arg(long, default_value_t = 50, value_name = "N")]
    limit: usize,
}

#[derive(Debug, Args)]
pub struct ShowOptions {
    #[arg(value_name = "JOB")]
    job: i64,
}

#[derive(Debug, Args)]
pub struct SteerOptions {
    #[arg(value_name = "JOB")]
    job: i64,
    #[command(flatten)]
    who: Who,
}

pub async fn run(context: &Context, command: &Command) -> Outcome {
    match command {
        Command::List(options) => list(context, options).await,
        Command::Show(options) => show(context, JobId(options.job)).await,
        Command::Pause(options) => steer(context, options, JobState::Paused).await,
        Command::Resume(options) => steer(context, options, JobState::Running).await,
        Command::Stop(options) => steer(context, options, JobState::Stopped).await,
    }
}

/// Tells that a job was asked for.
pub fn asked(screen: &Screen, job: JobId) -> Exit {
    screen.result(&json!({ "job": job.0 }));
    screen.line(screen.words(
        &format!("已建立作业 {job},由运行中的服务(qiao serve)执行;进度:qiao jobs show {job}"),
        &format!("Job {job} is done by a running server (qiao serve); its progress: qiao jobs show {job}"),
    ));
    Exit::Ok
}

async fn list(context: &Context, options: &ListOptions) -> Outcome {
    let screen = &context.screen;
    let jobs = wire::existing_store(&context.settings)?.jobs(options.limit).await?;
    screen.result(&Value::Array(jobs.iter().map(|job| as_json(job, screen)).collect()));
    let headings = match screen.words("zh", "en") {
        "zh" => ["作业 ", "内容", "状态", "进度", "开始", "操作人"],
        _ => ["job ", "work", "state", "progress", "starts", "by"],
    };
    let zone = TimeZone::system();
    let row = |job: &Job| {
        let (zh, en) = job.state.title();
        vec![
            job.id.to_string(),
            table::shortened(&work(job, screen), 40),
            screen.words(zh, en).to_owned(),
            progress(job),
            job.starts.local(&zone),
            table::shortened(&job.by, 16),
        ]
    };
    screen.line(table::render(&headings, &jobs.iter().map(row).collect::<Vec<_>>()));
    Ok(Exit::Ok)
}

async fn show(context: &Context, id: JobId) -> Outcome {
    let (screen, store) = (&context.screen, wire::existing_store(&context.settings)?);
    let job = store.job(id).await?.ok_or_else(|| none(screen, id))?;
    let entries = store.audit_log(Some(&AuditEntry::about_job(id)), 50).await?;
    let mut value = as_json(&job, screen);
    value["audit"] = entries.iter().map(|entry| audit::as_json(entry, screen)).collect();
    screen.result(&value);
    let ((zh, en), zone) = (job.state.title(), TimeZone::system());
    screen.line(format!("{id}  {}  {}  {}", work(&job, screen), screen.words(zh, en), progress(&job)));
    if let Some(cause) = &job.cause {
        screen.line(format!("    {}", screen.sentence(cause)));
    }
    screen.line(format!("    {} {}", screen.words("开始", "starts"), job.starts.local(&zone)));
    if let Some(ended) = job.ended {
        screen.line(format!("    {} {}", screen.words("结束", "ended"), ended.local(&zone)));
    }
    screen.line(audit::rendered(&entries, screen));
    Ok(Exit::Ok)
}

async fn steer(context: &Context, options: &SteerOptions, to: JobState) -> Outcome {
    let (screen, id) = (&context.screen, JobId(options.job));
    let in_force = wire::in_force(&context.settings).await?;
    let job = in_force.seams.store.job(id).await?.ok_or_else(|| none(screen, id))?;
    if !jobs::steer(&in_force.seams, id, to, &options.who.name()).await? {
        let (zh, en) = job.state.title();
        let cause = Cause::new("cli.job_stands").with("job", id).with("state", screen.words(zh, en));
        return Err(Failure::new(Exit::Finding, cause));
    }
    show(context, id).await
}

fn none(screen: &Screen, id: JobId) -> Failure {
    let text = format!("{} {id}", screen.words("作业", "job"));
    Failure::new(Exit::Finding, Cause::new("desk.missing").with("text", text))
}

fn progress(job: &Job) -> String {
    let progress = &job.progress;
    match progress.of {
        Some(of) => format!("{}/{of} ({})", progress.seen, progress.moved),
        None => format!("{} ({})", progress.seen, progress.moved),
    }
}

/// The work in words.
fn work(job: &Job, screen: &Screen) -> String {
    match &job.work {
        JobWork::Retry { of, .. } => {
            format!("{} {}", screen.words("重试", "retry"), of.flow.as_ref().map_or("", |flow| flow.as_str()))
        }
        JobWork::Ignore { of, .. } => {
            format!(
                "{} {}",
                screen.words("忽略", "ignore"),
                of.flow.as_ref().map_or("", |flow| flow.as_str())
            )
        }
        JobWork::Close { of, .. } => {
            format!("{} {}", screen.words("关闭", "close"), of.flow.as_ref().map_or("", |flow| flow.as_str()))
        }
        JobWork::History { flow, which } => {
            let what = match which {
                History::Changed { .. } => screen.words("按时间", "by time"),
                History::Ids(_) => screen.words("按编号", "by id"),
                History::Linked => screen.words("全部已对应", "all that are linked"),
                History::Matching { condition, .. } => condition,
            };
            format!("{} {flow} ({what})", screen.words("历史数据", "history"))
        }
        JobWork::Reconcile { flow, .. } => format!("{} {flow}", screen.words("对账", "reconcile")),
        JobWork::Sweep { connection, object, .. } => {
            format!("{} {connection}/{object}", screen.words("清点", "sweep"))
        }
    }
}

fn as_json(job: &Job, screen: &Screen) -> Value {
    json!({
        "job": job.id.0, "work": job.work, "by": job.by, "state": job.state.name(),
        "made": job.made.to_string(), "starts": job.starts.to_string(),
        "seen": job.progress.seen, "moved": job.progress.moved, "of": job.progress.of,
        "cause": job.cause.as_ref().map(|cause| screen.cause_json(cause)),
        "ended": job.ended.map(|ended| ended.to_string()),
    })
}
