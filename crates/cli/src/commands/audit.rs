//! `qiao audit`: what people and their machines did.

use clap::Args;
use jiff::tz::TimeZone;
use model::audit::AuditEntry;
use serde_json::{Value, json};

use crate::commands::Context;
use crate::exit::{Exit, Outcome};
use crate::screen::Screen;
use crate::{table, wire};

#[derive(Debug, Args)]
pub struct Options {
    #[arg(value_name = "ABOUT")]
    about: Option<String>,
    #[arg(long, default_value_t = 100, value_name = "N")]
    limit: usize,
}

pub async fn run(context: &Context, options: &Options) -> Outcome {
    let screen = &context.screen;
    let store = wire::existing_store(&context.settings)?;
    let entries = store.audit_log(options.about.as_deref(), options.limit).await?;
    screen.result(&Value::Array(entries.iter().map(|entry| as_json(entry, screen)).collect()));
    screen.line(rendered(&entries, screen));
    Ok(Exit::Ok)
}

/// The entries as a table, newest first.
pub fn rendered(entries: &[AuditEntry], screen: &Screen) -> String {
    let headings = match screen.words("zh", "en") {
        "zh" => ["时间", "操作人", "对象", "操作"],
        _ => ["at", "by", "about", "what"],
    };
    let zone = TimeZone::system();
    let row = |entry: &AuditEntry| {
        vec![
            entry.at.local(&zone),
            table::shortened(&entry.by, 24),
            entry.about.clone(),
            screen.sentence(&entry.what),
        ]
    };
    table::render(&headings, &entries.iter().map(row).collect::<Vec<_>>())
}

/// An entry for programs.
pub fn as_json(entry: &AuditEntry, screen: &Screen) -> Value {
    json!({
        "at": entry.at.to_string(), "by": entry.by, "about": entry.about,
        "what": screen.cause_json(&entry.what),
    })
}
