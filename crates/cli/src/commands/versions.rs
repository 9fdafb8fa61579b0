//! `qiao versions`: every version of each text, when it was applied, and what changed.

use clap::Args;
use contract::store::TextVersion;
use jiff::tz::TimeZone;
use model::Cause;
use serde_json::{Value, json};

use crate::commands::Context;
use crate::exit::{Exit, Outcome};
use crate::screen::Screen;
use crate::texts::difference::{self, Line};
use crate::{table, wire};

#[derive(Debug, Args)]
pub struct Options {
    name: Option<String>,
}

/// A version, and the lines in which it differs from the one before.
struct Told {
    version: TextVersion,
    lines: Vec<Line>,
    /// Whether it is the newest of its text.
    is_last: bool,
}

/// Lists all texts, or tells the versions of one with the lines that changed.
pub async fn run(context: &Context, options: &Options) -> Outcome {
    let store = wire::existing_store(&context.settings)?;
    let told = told(store.text_versions(options.name.as_deref()).await?);
    let screen = &context.screen;
    screen.result(&json!({ "versions": told.iter().map(as_json).collect::<Vec<_>>() }));
    match &options.name {
        Some(name) if told.is_empty() => {
            screen.line(screen.sentence(&Cause::new("cli.nothing_found").with("text", name)));
            return Ok(Exit::Finding);
        }
        Some(_) => told.iter().for_each(|told| show(told, screen)),
        None => list(&told, screen),
    }
    Ok(Exit::Ok)
}

fn told(versions: Vec<TextVersion>) -> Vec<Told> {
    let is_same = |one: &TextVersion, other: &TextVersion| {
        one.text.kind == other.text.kind && one.text.name == other.text.name
    };
    let mut told: Vec<Told> = Vec::new();
    for version in versions {
        let before = told.last_mut().filter(|before| is_same(&before.version, &version));
        let lines = match before {
            Some(before) => {
                before.is_last = false;
                difference::lines(&before.version.text.text, &version.text.text)
            }
            None => Vec::new(),
        };
        told.push(Told { version, lines, is_last: true });
    }
    told
}

impl Told {
    /// `+2 −1`, or what else there is to say of it.
    fn summary(&self, screen: &Screen) -> String {
        let added = self.lines.iter().filter(|line| matches!(line, Line::Added(_))).count();
        let removed = self.lines.len() - added;
        match (self.version.version, added, removed) {
            (1, ..) => screen.words("新增", "new").to_owned(),
            (_, 0, 0) => screen.words("文本未变", "same text").to_owned(),
            _ => format!("+{added} −{removed}"),
        }
    }

    fn state(&self, screen: &Screen) -> String {
        match (self.is_last, self.version.removed) {
            (_, Some(at)) => {
                format!("{} {}", screen.words("移除于", "removed"), at.local(&TimeZone::system()))
            }
            (true, None) => screen.words("在用", "in force").to_owned(),
            (false, None) => String::new(),
        }
    }

    fn environment(&self) -> String {
        let environment = self.version.environment.as_ref();
        environment.map(|one| format!("{} {}", one.name, one.version)).unwrap_or_default()
    }
}

fn list(told: &[Told], screen: &Screen) {
    let headings = match screen.words("zh", "en") {
        "zh" => ["类别", "名称", "版本 ", "应用于", "环境", "变化", ""],
        _ => ["kind", "name", "version ", "applied", "environment", "changes", ""],
    };
    let row = |told: &Told| {
        let TextVersion { text, version, at, .. } = &told.version;
        vec![
            text.kind.clone(),
            text.name.clone(),
            version.to_string(),
            at.local(&TimeZone::system()),
            told.environment(),
            told.summary(screen),
            told.state(screen),
        ]
    };
    screen.line(table::render(&headings, &told.iter().map(row).collect::<Vec<_>>()));
}

fn show(told: &Told, screen: &Screen) {
    let TextVersion { text, version, at, .. } = &told.version;
    let parts = [
        format!("{} {}", text.kind, text.name),
        format!("{} {version}", screen.words("版本", "version")),
        at.local(&TimeZone::system()),
        told.environment(),
        told.summary(screen),
        told.state(screen),
    ];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    screen.line(parts.join("  "));
    for line in &told.lines {
        match line {
            Line::Removed(line) => screen.line(format!("    - {line}")),
            Line::Added(line) => screen.line(format!("    + {line}")),
        }
    }
}

fn as_json(told: &Told) -> Value {
    let (removed, added) = difference::apart(told.lines.clone());
    let version = &told.version;
    json!({
        "kind": version.text.kind, "name": version.text.name, "version": version.version,
        "at": version.at.to_string(),
        "environment": version.environment.as_ref().map(|one| json!({ "name": one.name, "version": one.version })),
        "removed": version.removed.map(|at| at.to_string()),
        "in_force": told.is_last && version.removed.is_none(),
        "lines_removed": removed, "lines_added": added,
    })
}
