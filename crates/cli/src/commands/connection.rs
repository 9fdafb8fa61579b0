//! `qiao connection`: is it well, and what does it hold.

use std::sync::Arc;

use clap::{Args, Subcommand};
use contract::connector::Description;
use engine::connection::Line;
use engine::setup::Setup;
use model::{Cause, ConnectionName};
use serde_json::{Value, json};

use crate::commands::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::screen::Screen;
use crate::{table, wire};

#[derive(Debug, Subcommand)]
pub enum Command {
    Check(CheckOptions),
    Describe(DescribeOptions),
}

#[derive(Debug, Args)]
pub struct CheckOptions {
    #[arg(value_name = "NAME")]
    names: Vec<String>,
}

#[derive(Debug, Args)]
pub struct DescribeOptions {
    name: String,
    object: Option<String>,
}

pub async fn run(context: &Context, command: &Command) -> Outcome {
    let in_force = wire::in_force(&context.settings).await?;
    match command {
        Command::Check(options) => check(&context.screen, &in_force.setup, options).await,
        Command::Describe(options) => describe(&context.screen, &in_force.setup, options).await,
    }
}

async fn check(screen: &Screen, setup: &Setup, options: &CheckOptions) -> Outcome {
    let lines: Vec<Arc<Line>> = match options.names.is_empty() {
        true => setup.lines.values().cloned().collect(),
        false => options.names.iter().map(|name| line(setup, name)).collect::<Result<_, _>>()?,
    };
    if lines.is_empty() {
        return Err(Failure::configuration(Cause::new("cli.no_connections")));
    }
    let (mut all_well, mut told) = (true, Vec::new());
    for line in lines {
        let findings = engine::check::check(&line).await;
        screen.line(format!("{} ({})", line.name(), line.connection.connector));
        for finding in &findings {
            all_well &= finding.ok;
            let mark = if finding.ok { "✓" } else { "✗" };
            screen.line(format!("  {mark} {}", screen.sentence(&finding.cause)));
        }
        let findings: Vec<Value> = findings
            .iter()
            .map(|finding| json!({ "ok": finding.ok, "cause": screen.cause_json(&finding.cause) }))
            .collect();
        told.push(json!({ "connection": line.name(), "findings": findings }));
    }
    screen.result(&json!({ "ok": all_well, "connections": told }));
    Ok(if all_well { Exit::Ok } else { Exit::System })
}

async fn describe(screen: &Screen, setup: &Setup, options: &DescribeOptions) -> Outcome {
    let line = line(setup, &options.name)?;
    let described = engine::check::describe(&line, options.object.as_deref()).await;
    let described = described.map_err(|refusal| Failure::new(Exit::System, refusal.cause))?;
    screen.result(&Value::Array(described.iter().map(as_json).collect()));
    for description in &described {
        screen.line(format!("{}  {}", description.object, description.title));
        if !description.fields.is_empty() {
            screen.line(table::render(&headings(screen), &rows(description, "")));
        }
    }
    Ok(Exit::Ok)
}

/// The connection of that name, in force.
pub fn line(setup: &Setup, name: &str) -> Result<Arc<Line>, Failure> {
    setup
        .lines
        .get(&ConnectionName::new(name))
        .cloned()
        .ok_or_else(|| Failure::configuration(Cause::new("cli.unknown_connection").with("connection", name)))
}

fn headings(screen: &Screen) -> [&'static str; 5] {
    match screen.lang {
        model::Lang::Zh => ["  字段", "名称", "类型", "", "引用或选项"],
        model::Lang::En => ["  field", "title", "type", "", "refers to, options"],
    }
}

fn rows(description: &Description, prefix: &str) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for field in &description.fields {
        let options: Vec<String> =
            field.options.iter().map(|(value, label)| format!("{value}={label}")).collect();
        let more = field.refers_to.clone().unwrap_or_else(|| options.join(", "));
        let marks = [(field.required, "*"), (field.read_only, "r/o")];
        rows.push(vec![
            format!("  {prefix}{}", field.name),
            field.title.clone(),
            field.kind.clone(),
            marks.iter().filter(|(is, _)| *is).map(|(_, mark)| *mark).collect::<Vec<_>>().join(" "),
            table::shortened(&more, 60),
        ]);
    }
    for detail in &description.details {
        rows.extend(self::rows(detail, &format!("{prefix}{}.", detail.object)));
    }
    rows
}

fn as_json(description: &Description) -> Value {
    let fields = description.fields.iter().map(|field| {
        json!({
            "name": field.name, "title": field.title, "kind": field.kind, "required": field.required,
            "read_only": field.read_only, "options": field.options, "refers_to": field.refers_to,
        })
    });
    json!({
        "object": description.object, "title": description.title, "fields": fields.collect::<Vec<_>>(),
        "details": description.details.iter().map(as_json).collect::<Vec<_>>(),
    })
}
