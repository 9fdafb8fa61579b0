//! What callers wrote to the records of stories, or to what they are linked to, through the calls that we serve.

use contract::store::Audited;
use serde_json::{Value, json};

use super::text::Reader;
use crate::commands::audit;
use crate::screen::Screen;

/// Each write with the calls that it took.
pub fn text(all: &[Audited], reader: &Reader) -> Vec<String> {
    let mut lines = Vec::new();
    for Audited { entry, calls } in all {
        let what = reader.screen.sentence(&entry.what);
        lines.push(format!("{}  {}  {what}", entry.at.local(&reader.zone), entry.by));
        lines.extend(calls.iter().flat_map(|call| reader.call(call)));
    }
    lines
}

pub fn as_json(done: &Audited, screen: &Screen) -> Value {
    let mut told = audit::as_json(&done.entry, screen);
    told["calls"] = json!(done.calls.iter().map(super::json::call).collect::<Vec<_>>());
    told
}
