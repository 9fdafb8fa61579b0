//! What callers wrote to a record, or to what it is linked to, through the calls that we serve; and what people edited of it.

use contract::store::{Audited, Store, StoreError, Story};
use model::audit::AuditEntry;
use model::record::RecordKey;

/// Entries told of each document.
const WRITES: usize = 20;

/// The newest entries about the records of these stories and what they are linked to, the newest first; each with its calls.
pub async fn done_to(store: &dyn Store, stories: &[Story]) -> Result<Vec<Audited>, StoreError> {
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
