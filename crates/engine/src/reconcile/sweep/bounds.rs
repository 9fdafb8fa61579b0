//! Of an object, what a sweep looks at: from when on everything was to be read, and until when it was.

use std::time::Duration;

use contract::store::{StoreError, Walk};
use model::Timestamp;
use model::sweep::ObjectOf;

use crate::reading::ObjectReading;
use crate::seams::Seams;
use crate::setup::Setup;

/// What changed less than this ago may still be on its way here.
const GRACE: Duration = Duration::from_secs(600);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bounds {
    pub since: Timestamp,
    pub until: Timestamp,
}

/// `None` where the object was never read.
pub(super) async fn of(
    seams: &Seams,
    setup: &Setup,
    of: &ObjectOf,
    reading: &ObjectReading,
) -> Result<Option<Bounds>, StoreError> {
    let cursor = seams.store.cursor(&of.0, &of.1, Walk::Changes).await?;
    let Some(cursor) = cursor else { return Ok(None) };
    // What comes after is still to be read.
    let read = if cursor.finished { cursor.to } else { cursor.from };
    let until = (seams.clock.now() - GRACE).min(read - reading.line.facts.overlap);
    Ok(Some(Bounds { since: since(seams, setup, of, reading).await?, until }))
}

/// Since ever, where that was asked for and is done; else since the first of its flows came in force.
async fn since(
    seams: &Seams,
    setup: &Setup,
    of: &ObjectOf,
    reading: &ObjectReading,
) -> Result<Timestamp, StoreError> {
    if reading.history {
        let history = seams.store.cursor(&of.0, &of.1, Walk::History).await?;
        if history.is_some_and(|cursor| cursor.finished) {
            return Ok(Timestamp(0));
        }
    }
    in_force_since(seams, setup, of).await
}

/// When the first of the flows that read the object came in force.
pub(super) async fn in_force_since(
    seams: &Seams,
    setup: &Setup,
    (connection, object): &ObjectOf,
) -> Result<Timestamp, StoreError> {
    let mut first = seams.clock.now();
    for flow in setup.flows.values() {
        let source = &flow.flow().source;
        let mut objects = source.include.iter().map(|include| &include.object).chain([&source.object]);
        if source.connection != *connection || !objects.any(|read| read == object) {
            continue;
        }
        let versions = seams.store.text_versions(Some(flow.name().as_str())).await?;
        let of_flow = versions.iter().filter(|version| version.text.kind == "flow");
        first = of_flow.map(|version| version.at).fold(first, Timestamp::min);
    }
    Ok(first)
}
