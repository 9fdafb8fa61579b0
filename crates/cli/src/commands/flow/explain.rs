//! `qiao flow explain`: every target field and where it comes from; for records stored here, what it comes to.

use clap::Args;
use engine::looking::{Look, look};
use model::{Map, Value, json};

use super::{flow, stored};
use crate::commands::Context;
use crate::exit::{Exit, Outcome};
use crate::screen::Screen;
use crate::wire;

#[derive(Debug, Args)]
pub struct Options {
    flow: String,
    #[arg(value_name = "ID")]
    ids: Vec<String>,
}

/// Explains the mapping by itself, or over each record.
pub async fn run(context: &Context, options: &Options) -> Outcome {
    let in_force = wire::in_force(&context.settings).await?;
    let flow = flow(&in_force.setup, &options.flow)?;
    let screen = &context.screen;
    let mut told = Map::new();
    told.push("flow", options.flow.clone());
    told.push("version", flow.version);
    if options.ids.is_empty() {
        let outline = flow.compiled.outline();
        told.push("entries", outline.to_value());
        screen.line(outline.text(screen.lang).trim_end());
    } else {
        let records = stored::by_text(&*in_force.seams.store, &flow, &options.ids).await?;
        let mut explained = Vec::new();
        for record in &records {
            let look = look(&in_force.seams, &flow, record, false).await?;
            show(&look, screen);
            explained.push(as_value(&look));
        }
        told.push("records", Value::List(explained));
    }
    // Written by ourselves, so that numbers stay exact.
    if screen.json {
        screen.raw(json::write(&Value::Map(told)));
    }
    Ok(Exit::Ok)
}

fn show(look: &Look, screen: &Screen) {
    screen.line(format!("{} {}", look.number.as_deref().unwrap_or_default(), look.id).trim());
    screen.line(look.explanation.text(screen.lang, &screen.catalogue).trim_end());
}

fn as_value(look: &Look) -> Value<'static> {
    let mut map = Map::new();
    map.push("id", look.id.clone());
    map.push("number", look.number.clone().map_or(Value::Null, Value::from));
    map.push("explanation", look.explanation.to_value());
    Value::Map(map)
}
