//! `qiao receipts`: what systems pushed to us, as it came: list it, look at it, let it be parsed again, set it aside.

use std::io::Write as _;

use clap::{Args, Subcommand};
use contract::store::{ReceiptFilter, ReceiptLine, Store};
use engine::connection::Line;
use engine::setup::Setup;
use jiff::tz::TimeZone;
use model::receipt::{Receipt, ReceiptState};
use model::{Cause, ConnectionName, ReceiptId};
use serde_json::{Value, json};

use crate::commands::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::screen::Screen;
use crate::{table, wire};

#[derive(Debug, Subcommand)]
pub enum Command {
    List(ListOptions),
    Show(ShowOptions),
    Parse(ParseOptions),
    Ignore(IgnoreOptions),
}

#[derive(Debug, Args)]
pub struct ListOptions {
    #[arg(long, value_name = "NAME")]
    connection: Option<String>,
    #[arg(long, value_name = "STATE", value_delimiter = ',', value_parser = state)]
    state: Vec<ReceiptState>,
    #[arg(long, default_value_t = 100, value_name = "N")]
    limit: usize,
}

#[derive(Debug, Args)]
pub struct ShowOptions {
    #[arg(value_parser = receipt)]
    receipt: ReceiptId,
    #[arg(long)]
    body: bool,
}

#[derive(Debug, Args)]
pub struct ParseOptions {
    #[arg(value_name = "RECEIPT", value_parser = receipt)]
    receipts: Vec<ReceiptId>,
    #[arg(long, value_name = "NAME", conflicts_with = "receipts")]
    connection: Option<String>,
}

#[derive(Debug, Args)]
pub struct IgnoreOptions {
    #[arg(value_name = "RECEIPT", required = true, value_parser = receipt)]
    receipts: Vec<ReceiptId>,
}

fn state(text: &str) -> Result<ReceiptState, String> {
    ReceiptState::of_name(text).ok_or_else(|| ReceiptState::ALL.map(ReceiptState::name).join(", "))
}

fn receipt(text: &str) -> Result<ReceiptId, String> {
    ReceiptId::of_told(text).ok_or_else(|| "R1042".to_owned())
}

pub async fn run(context: &Context, command: &Command) -> Outcome {
    let store = wire::existing_store(&context.settings)?;
    let screen = &context.screen;
    match command {
        Command::List(options) => list(context, &*store, options).await,
        Command::Show(options) => show(screen, &*store, options).await,
        Command::Parse(options) => {
            let again = store.parse_again(&chosen(&*store, options).await?).await?;
            let (zh, en) = ("张回执将重新解析。", "receipts are parsed again.");
            Ok(told(screen, "parsed_again", &again, zh, en))
        }
        Command::Ignore(options) => {
            let ignored = store.ignore_receipts(&options.receipts).await?;
            Ok(told(screen, "ignored", &ignored, "张回执已忽略。", "receipts are set aside."))
        }
    }
}

fn told(screen: &Screen, word: &str, ids: &[ReceiptId], zh: &str, en: &str) -> Exit {
    screen.result(&json!({ word: ids.iter().map(|id| id.told()).collect::<Vec<_>>() }));
    screen.line(format!("{} {}", ids.len(), screen.words(zh, en)));
    if ids.is_empty() { Exit::Finding } else { Exit::Ok }
}

/// Those of the command line, or all of a connection that failed, page by page.
async fn chosen(store: &dyn Store, options: &ParseOptions) -> Result<Vec<ReceiptId>, Failure> {
    let Some(connection) = &options.connection else {
        return match options.receipts.is_empty() {
            true => Err(Failure::new(Exit::Usage, Cause::new("cli.receipts.what"))),
            false => Ok(options.receipts.clone()),
        };
    };
    let mut filter = ReceiptFilter {
        connection: Some(ConnectionName::new(connection)),
        states: vec![ReceiptState::Failed],
        before: None,
        limit: 1_000,
    };
    let mut ids = Vec::new();
    loop {
        let page = store.list_receipts(&filter).await?;
        let Some(last) = page.last() else { return Ok(ids) };
        filter.before = Some(last.id);
        ids.extend(page.iter().map(|line| line.id));
    }
}

async fn list(context: &Context, store: &dyn Store, options: &ListOptions) -> Outcome {
    let screen = &context.screen;
    let filter = ReceiptFilter {
        connection: options.connection.as_deref().map(ConnectionName::new),
        states: options.state.clone(),
        before: None,
        limit: options.limit,
    };
    let mut lines = store.list_receipts(&filter).await?;
    if lines.iter().any(|line| line.state == ReceiptState::Waiting) {
        let setup = wire::in_force(&context.settings).await?.setup;
        let unheard = |line: &&mut ReceiptLine| {
            line.state == ReceiptState::Waiting && !is_heard(&setup, &line.connection)
        };
        for line in lines.iter_mut().filter(unheard) {
            line.cause = Some(Cause::new("cli.receipts.unheard").with("connection", &line.connection));
        }
    }
    screen.result(&Value::Array(lines.iter().map(|line| line_json(line, screen)).collect()));
    let headings = match screen.words("zh", "en") {
        "zh" => ["回执", "时间", "连接", "对象编码", "id", "令牌", "状态", "原因"],
        _ => ["receipt", "at", "connection", "object code", "id", "token", "state", "why"],
    };
    let rows: Vec<Vec<String>> = lines.iter().map(|line| row(line, screen)).collect();
    screen.line(table::render(&headings, &rows));
    Ok(Exit::Ok)
}

/// Whether anybody parses what is pushed to the connection, or sent to a webhook of it.
pub fn is_heard(setup: &Setup, connection: &ConnectionName) -> bool {
    let has_webhook = setup.flows.values().any(|flow| {
        let source = &flow.flow().source;
        source.connection == *connection && source.hook.is_some()
    });
    let is_pushed_to = |line: &Line| line.connector.push_rules(&line.connection).is_some();
    setup.lines.get(connection).is_some_and(|line| has_webhook || is_pushed_to(line))
}

fn title(state: ReceiptState, screen: &Screen) -> &'static str {
    match state {
        ReceiptState::Waiting => screen.words("待解析", "waiting"),
        ReceiptState::Parsed => screen.words("已解析", "parsed"),
        ReceiptState::Failed => screen.words("解析失败", "failed"),
        ReceiptState::Ignored => screen.words("已忽略", "ignored"),
    }
}

fn row(line: &ReceiptLine, screen: &Screen) -> Vec<String> {
    let why = line.cause.as_ref().map(|cause| screen.sentence(cause)).unwrap_or_default();
    vec![
        line.id.told(),
        line.at.local(&TimeZone::system()),
        line.connection.to_string(),
        line.code.clone(),
        table::shortened(line.source_id.as_deref().unwrap_or_default(), 24),
        line.token.clone(),
        title(line.state, screen).to_owned(),
        table::shortened(&why, 100),
    ]
}

fn line_json(line: &ReceiptLine, screen: &Screen) -> Value {
    json!({
        "receipt": line.id.told(), "at": line.at.to_string(), "connection": line.connection,
        "object_code": line.code, "id": line.source_id, "token": line.token, "state": line.state.name(),
        "bytes": line.bytes, "cause": line.cause.as_ref().map(|cause| cause.code.to_string()),
        "why": line.cause.as_ref().map(|cause| screen.sentence(cause)),
    })
}

/// With `--body` the body alone goes out, byte for byte: it is in its sender's form, and may hold personal data.
async fn show(screen: &Screen, store: &dyn Store, options: &ShowOptions) -> Outcome {
    let Some(receipt) = store.receipts(&[options.receipt]).await?.into_iter().flatten().next() else {
        return Err(Failure::new(Exit::Finding, unknown(options.receipt)));
    };
    if options.body {
        let written = std::io::stdout().write_all(&receipt.pushed.body);
        return match written {
            Ok(()) => Ok(Exit::Ok),
            Err(error) => {
                let cause = Cause::new("cli.file").with("path", "stdout").with("reason", error);
                Err(Failure::machine(cause))
            }
        };
    }
    screen.result(&as_json(&receipt, screen));
    told_whole(&receipt, screen).into_iter().for_each(|line| screen.line(line));
    Ok(Exit::Ok)
}

/// That there is no such receipt.
pub fn unknown(id: ReceiptId) -> Cause {
    Cause::new("cli.receipts.unknown").with("receipt", id.told())
}

/// The receipt for programs.
pub fn as_json(receipt: &Receipt, screen: &Screen) -> Value {
    let pushed = &receipt.pushed;
    json!({
        "receipt": receipt.id.told(), "at": pushed.at.to_string(), "connection": pushed.connection,
        "object_code": pushed.code, "id": pushed.id, "void": pushed.void, "token": pushed.token,
        "content_type": pushed.content_type, "bytes": pushed.body.len(), "state": receipt.state.name(),
        "cause": receipt.cause.as_ref().map(|cause| cause.code.to_string()),
        "why": receipt.cause.as_ref().map(|cause| screen.sentence(cause)),
        "records": receipt.about.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}

/// The receipt for people.
pub fn told_whole(receipt: &Receipt, screen: &Screen) -> Vec<String> {
    let pushed = &receipt.pushed;
    let void = if pushed.void { screen.words(",作废", ", void") } else { "" };
    let mut lines = vec![format!(
        "{} {}  {} {}{void}  {} ({} {}, {} {})",
        screen.words("回执", "receipt"),
        receipt.id.told(),
        pushed.connection,
        pushed.code,
        title(receipt.state, screen),
        screen.words("令牌", "token"),
        pushed.token,
        pushed.body.len(),
        screen.words("字节", "bytes"),
    )];
    lines.push(format!("  {}", pushed.at.local(&TimeZone::system())));
    lines.extend(receipt.cause.iter().map(|cause| format!("  {}", screen.sentence(cause))));
    lines.extend(receipt.about.iter().map(|key| format!("  → {key}")));
    lines
}
