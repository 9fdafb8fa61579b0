//! `qiao trace`: ask for any number, get the whole story.

use clap::Args;
use engine::desk;
use engine::kin::family;
use jiff::tz::TimeZone;
use model::{Cause, ReceiptId};
use serde_json::json;

use crate::commands::{Context, receipts};
use crate::exit::{Exit, Outcome};
use crate::story::{self, Versions, text::Reader};
use crate::wire;

/// Stories told at most.
const STORIES: usize = 20;

#[derive(Debug, Args)]
pub struct Options {
    text: String,
    #[arg(long)]
    calls: bool,
}

/// Tells the stories of what has that number, id or name on either side.
pub async fn run(context: &Context, options: &Options) -> Outcome {
    let screen = &context.screen;
    let in_force = wire::in_force(&context.settings).await?;
    let store = &in_force.seams.store;
    let receipt = match ReceiptId::of_told(&options.text) {
        Some(id) => store.receipts(&[id]).await?.into_iter().flatten().next(),
        None => None,
    };
    let stories = store.trace(options.text.trim(), STORIES).await?;
    let versions = Versions::of(&**store, &stories).await?;
    let served = desk::done_to(&**store, &stories).await?;
    let family = match stories.first() {
        Some(story) => Some(family(&in_force.seams, &in_force.setup, &story.record).await?),
        None => None,
    };
    screen.result(&json!({
        "text": options.text,
        "receipt": receipt.as_ref().map(|receipt| receipts::as_json(receipt, screen)),
        "connected": family.as_ref().map(|family| story::family::as_json(family, screen)),
        "served": served.iter().map(|done| story::served::as_json(done, screen)).collect::<Vec<_>>(),
        "stories": stories.iter().map(|story| story::json::render(story, &versions, screen)).collect::<Vec<_>>(),
    }));
    if let Some(receipt) = &receipt {
        screen.line(format!("{}\n", receipts::told_whole(receipt, screen).join("\n")));
    }
    if stories.is_empty() && receipt.is_some() {
        return Ok(Exit::Ok);
    }
    if stories.is_empty() {
        screen.line(screen.sentence(&Cause::new("cli.nothing_found").with("text", &options.text)));
        return Ok(Exit::Finding);
    }
    let reader = Reader { screen, zone: TimeZone::system(), versions: &versions, with_bodies: options.calls };
    let told: Vec<String> = stories.iter().map(|story| story::text::render(story, &reader)).collect();
    let connected = family.map(|family| story::family::text(&family, screen)).unwrap_or_default();
    if !connected.is_empty() {
        screen.line(format!("{}\n", connected.join("\n")));
    }
    screen.line(told.join("\n\n"));
    if !served.is_empty() {
        screen.line(format!("\n{}", story::served::text(&served, &reader).join("\n")));
    }
    Ok(Exit::Ok)
}
