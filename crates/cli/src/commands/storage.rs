//! `qiao storage`: how much is stored, since when, and what would go.

use clap::Args;
use contract::store::{Part, PartStored, Storage};
use engine::upkeep::{round, would_go};
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::commands::Context;
use crate::config::size_text;
use crate::exit::{Exit, Outcome};
use crate::screen::Screen;
use crate::{table, wire};

#[derive(Debug, Args)]
pub struct Options {
    #[arg(long)]
    purge: bool,
}

pub async fn run(context: &Context, options: &Options) -> Outcome {
    let screen = &context.screen;
    let retention = context.settings.retention;
    let seams = wire::seams(&context.settings, wire::existing_store(&context.settings)?).await?;
    if options.purge {
        screen.progress(screen.words("正在清理…", "purging…"));
        let done = round(&seams, retention).await?;
        screen.line(match screen.words("zh", "en") {
            "zh" => format!("清理了 {} 行,压缩了 {} 个旧版本。", done.removed, done.packed),
            _ => format!("{} rows purged, {} older versions packed.", done.removed, done.packed),
        });
    }
    let before = retention.before(seams.clock.now());
    let storage = seams.store.storage().await?;
    let going = would_go(&*seams.store, before).await?;
    screen.result(&as_json(&storage, &going, context));
    screen.line(heading(&storage, context));
    screen.line(table::render(&headings(screen), &rows(&storage, &going, screen)));
    if let Some(mark) = storage.purged {
        let zone = TimeZone::system();
        let (before, at) = (mark.before.local(&zone), mark.at.local(&zone));
        screen.line(match screen.words("zh", "en") {
            "zh" => format!("上次清理:{at},清理了 {before} 之前的历史。"),
            _ => format!("Purged last on {at}: what was older than {before}."),
        });
    }
    Ok(Exit::Ok)
}

fn heading(storage: &Storage, context: &Context) -> String {
    let retention = context.settings.retention;
    let (used, spare, size) = (size_text(storage.used), size_text(storage.spare), size_text(retention.size));
    match context.screen.words("zh", "en") {
        "zh" => format!("已用 {used}(另有空闲 {spare});历史保留 {} 天,数据库最多 {size}。", retention.days),
        _ => format!(
            "{used} in use ({spare} free beside it); the story is kept for {} days, the database up to {size}.",
            retention.days
        ),
    }
}

fn headings(screen: &Screen) -> [&'static str; 5] {
    match screen.words("zh", "en") {
        "zh" => ["内容", "行数", "大小(约)", "最早", "将清理"],
        _ => ["what", "rows", "size (about)", "oldest", "would go"],
    }
}

fn title(part: Part, screen: &Screen) -> &'static str {
    let (zh, en) = part.title();
    screen.words(zh, en)
}

fn rows(storage: &Storage, going: &[(Part, u64)], screen: &Screen) -> Vec<Vec<String>> {
    let zone = TimeZone::system();
    let row = |stored: &PartStored| {
        vec![
            title(stored.part, screen).to_owned(),
            stored.rows.to_string(),
            size_text(stored.bytes),
            stored.oldest.map_or("–".into(), |oldest| oldest.local(&zone)),
            goes(stored.part, going).to_string(),
        ]
    };
    storage.parts.iter().map(row).collect()
}

fn goes(part: Part, going: &[(Part, u64)]) -> u64 {
    going.iter().find(|(of, _)| *of == part).map_or(0, |(_, rows)| *rows)
}

fn as_json(storage: &Storage, going: &[(Part, u64)], context: &Context) -> Value {
    let retention = context.settings.retention;
    let part = |stored: &PartStored| {
        json!({
            "part": stored.part.name(),
            "rows": stored.rows,
            "bytes": stored.bytes,
            "oldest": stored.oldest.map(|oldest| oldest.to_string()),
            "would_go": goes(stored.part, going),
        })
    };
    json!({
        "used": storage.used,
        "spare": storage.spare,
        "retention": { "days": retention.days, "size": retention.size },
        "parts": storage.parts.iter().map(part).collect::<Vec<_>>(),
        "purged": storage.purged.map(|mark| json!({
            "before": mark.before.to_string(),
            "at": mark.at.to_string(),
        })),
    })
}
