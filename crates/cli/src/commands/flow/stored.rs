//! The records of a flow that are stored here, by what people know them by.

use contract::store::{Store, TaskFilter};
use engine::setup::ActiveFlow;
use model::Cause;
use model::record::{Record, RecordKey};

use crate::exit::{Exit, Failure};

/// Tasks read at a time.
const PAGE: usize = 1_000;

/// The records of these ids, numbers or names, in order.
///
/// # Errors
/// The first that the flow's source has no stored record of.
pub async fn by_text(store: &dyn Store, flow: &ActiveFlow, texts: &[String]) -> Result<Vec<Record>, Failure> {
    let source = &flow.flow().source;
    let mut records = Vec::new();
    for text in texts {
        let stories = store.trace(text, 20).await?;
        let of_source = |key: &RecordKey| key.connection == source.connection && key.object == source.object;
        let found = stories.into_iter().map(|story| story.record).find(|record| of_source(&record.key));
        let nothing = || Failure::new(Exit::Finding, Cause::new("cli.nothing_found").with("text", text));
        records.push(found.ok_or_else(nothing)?);
    }
    Ok(records)
}

/// The records of the flow's last tasks.
pub async fn last(store: &dyn Store, flow: &ActiveFlow, count: usize) -> Result<Vec<Record>, Failure> {
    let source = &flow.flow().source;
    let mut filter = TaskFilter { flow: Some(flow.name().clone()), limit: PAGE, ..TaskFilter::default() };
    let mut keys: Vec<RecordKey> = Vec::new();
    loop {
        let page = store.tasks(&filter).await?;
        let Some(end) = page.last() else { break };
        filter.after = Some(end.task.id);
        for line in &page {
            // A record has a task for each kind of work.
            let key = RecordKey::new(&source.connection, &source.object, &line.source_id);
            keys.retain(|known| *known != key);
            keys.push(key);
        }
        keys.drain(..keys.len().saturating_sub(count));
    }
    Ok(store.find(&keys).await?.into_iter().flatten().collect())
}
