//! What callers wrote to the records of stories, or to what they are linked to, through the calls that we serve.

use contract::store::{Audited, Store, StoreError, Story};
use model::audit::AuditEntry;
use model::record::RecordKey;
use serde_json::{Value, json};

use super::text::Reader;
use crate::commands::audit;
use crate::screen::Screen;

/// Writes told of each document.
const WRITES: usize = 20;

/// The newest of each document, the newest first.
pub async fn of(store: &dyn Store, stories: &[Story]) -> Result<Vec<Audited>, StoreError> {
    let mut keys: Vec<RecordKey> = Vec::new();
    for story in stories {
        let there = story.links.iter().filter_map(|link| {
            Some(RecordKey::new(&link.target_connection, &link.target_object, link.target_id.as_deref()?))
        });
        for key in there.chain([story.record.key.clone()]) {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
    }
    let mut all = Vec::new();
    for key in keys {
        all.extend(store.done_to(&AuditEntry::about_record(&key), WRITES).await?);
    }
    all.sort_by_key(|done| std::cmp::Reverse(done.entry.at));
    Ok(all)
}

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
