//! `qiao alerts`: what people should hear of (告警): list, show, and send a test to a receiver.

use clap::{Args, Subcommand};
use engine::alerts::{NotTested, test};
use jiff::tz::TimeZone;
use model::alert::{Alert, AlertMessage};
use model::{AlertId, Cause};
use serde_json::{Value, json};

use crate::commands::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::screen::Screen;
use crate::{table, wire};

#[derive(Debug, Subcommand)]
pub enum Command {
    List(ListOptions),
    Show(ShowOptions),
    Test(TestOptions),
}

#[derive(Debug, Args)]
pub struct ListOptions {
    #[arg(long)]
    all: bool,
    #[arg(long, default_value_t = 50, value_name = "N")]
    limit: usize,
}

#[derive(Debug, Args)]
pub struct ShowOptions {
    #[arg(value_name = "ALERT")]
    alert: i64,
}

#[derive(Debug, Args)]
pub struct TestOptions {
    #[arg(value_name = "RECEIVER")]
    receiver: String,
}

pub async fn run(context: &Context, command: &Command) -> Outcome {
    match command {
        Command::List(options) => list(context, options).await,
        Command::Show(options) => show(context, AlertId(options.alert)).await,
        Command::Test(options) => send_test(context, &options.receiver).await,
    }
}

async fn list(context: &Context, options: &ListOptions) -> Outcome {
    let (screen, store) = (&context.screen, wire::existing_store(&context.settings)?);
    let alerts = store.alerts(!options.all, options.limit).await?;
    screen.result(&Value::Array(alerts.iter().map(|alert| as_json(alert, screen)).collect()));
    if alerts.is_empty() {
        screen.line(screen.words("没有未恢复的告警。", "There is no open alert."));
        return Ok(Exit::Ok);
    }
    let headings = match screen.words("zh", "en") {
        "zh" => ["告警 ", "级别", "类型", "关于", "数量 ", "开始", "已告知", "已恢复"],
        _ => ["alert ", "severity", "type", "about", "count ", "since", "told", "recovered"],
    };
    screen.line(table::render(&headings, &alerts.iter().map(|alert| row(alert, screen)).collect::<Vec<_>>()));
    Ok(Exit::Ok)
}

fn row(alert: &Alert, screen: &Screen) -> Vec<String> {
    let (zone, seen) = (TimeZone::system(), &alert.seen);
    let ((severity_zh, severity_en), (kind_zh, kind_en)) = (seen.severity.title(), seen.kind.title());
    let time = |at: Option<model::Timestamp>| at.map_or_else(|| "-".to_owned(), |at| at.local(&zone));
    let about =
        seen.flow.as_deref().or(seen.connection.as_deref()).or(seen.examples.first().map(String::as_str));
    vec![
        alert.id.to_string(),
        screen.words(severity_zh, severity_en).to_owned(),
        screen.words(kind_zh, kind_en).to_owned(),
        table::shortened(about.unwrap_or_default(), 24),
        if seen.count == 0 { "-".to_owned() } else { seen.count.to_string() },
        time(Some(alert.since)),
        time(alert.told),
        time(alert.recovered),
    ]
}

async fn show(context: &Context, id: AlertId) -> Outcome {
    let (screen, store) = (&context.screen, wire::existing_store(&context.settings)?);
    let none = || Failure::configuration(Cause::new("cli.no_alert").with("alert", id));
    let alert = store.alert(id).await?.ok_or_else(none)?;
    let mut messages = store.alert_messages(1_000).await?;
    let owners = store.owners_told(id, &[]).await?;
    messages.retain(|message| match &message.owner {
        None => Some(message.made) == alert.told || Some(message.made) == alert.recovery_told,
        Some(owner) => owners.iter().any(|(told, at)| told.owner == *owner && *at == message.made),
    });
    let mut value = as_json(&alert, screen);
    value["messages"] = messages.iter().map(|message| message_json(message, screen)).collect();
    screen.result(&value);
    screen.line(row(&alert, screen).join("  "));
    screen.line(format!("    {}", screen.sentence(&alert.seen.what)));
    if !alert.seen.examples.is_empty() {
        screen.line(format!("    {}", alert.seen.examples.join(screen.words("、", ", "))));
    }
    if let Some(command) = alert.seen.command() {
        screen.line(format!("    {command}"));
    }
    for message in &messages {
        let (receiver, state) = (&message.receiver, message.state.name());
        screen.line(format!("    {} {receiver}  {state}", message.made.local(&TimeZone::system())));
        if let Some(cause) = &message.cause {
            screen.line(format!("        {}", screen.sentence(cause)));
        }
    }
    Ok(Exit::Ok)
}

async fn send_test(context: &Context, receiver: &str) -> Outcome {
    let (screen, in_force) = (&context.screen, wire::in_force(&context.settings).await?);
    match test(&in_force.seams, &in_force.setup, receiver).await {
        Ok(()) => {
            screen.result(&json!({ "receiver": receiver, "sent": true }));
            screen.line(screen.words("已发出,请看是否收到。", "It is sent; see whether it arrived."));
            Ok(Exit::Ok)
        }
        Err(NotTested::NoReceiver) => {
            Err(Failure::configuration(Cause::new("alert.no_receiver").with("name", receiver)))
        }
        Err(NotTested::Refused(refusal)) => Err(Failure::new(Exit::System, refusal.cause)),
    }
}

fn as_json(alert: &Alert, screen: &Screen) -> Value {
    let seen = &alert.seen;
    let time = |at: Option<model::Timestamp>| at.map(|at| at.to_string());
    json!({
        "alert": alert.id.0, "type": seen.kind.name(), "severity": seen.severity.name(), "flow": seen.flow,
        "connection": seen.connection, "what": screen.cause_json(&seen.what), "count": seen.count,
        "examples": seen.examples, "options": seen.options, "command": seen.command(),
        "since": alert.since.to_string(),
        "until": alert.until.to_string(), "told": time(alert.told), "recovered": time(alert.recovered),
        "recovery_told": time(alert.recovery_told),
    })
}

fn message_json(message: &AlertMessage, screen: &Screen) -> Value {
    json!({
        "receiver": message.receiver, "owner": message.owner.as_ref().map(|owner| json!({
            "connection": owner.connection.as_str(), "person": owner.person,
        })),
        "title": message.title, "text": message.text,
        "made": message.made.to_string(), "state": message.state.name(), "tries": message.tries,
        "cause": message.cause.as_ref().map(|cause| screen.cause_json(cause)),
    })
}
