//! What existed before a flow: raised when the flow comes into force, and read once more where it needs new fields.

use std::sync::Arc;

use contract::store::{ConfigText, Cursor, Ingest, Reading, StoreError, Walk};
use model::Timestamp;

use crate::connection::TokenBox;
use crate::reading::ObjectReading;
use crate::seams::Seams;
use crate::setup::Setup;

/// Flows with history take what was read before them too: given again they miss nothing, should an apply have been
/// interrupted. Where a flow needs fields that were not read before, what existed is read once more.
pub(super) async fn raise(seams: &Seams, texts: &[ConfigText], before: &Setup) -> Result<(), StoreError> {
    let is_given = |name: &str| texts.iter().any(|text| text.kind == "flow" && text.name == name);
    let tokens = Arc::new(TokenBox::new(seams.store.clone()));
    let setup = Setup::load(seams, &tokens, None).await?;
    for active in setup.flows.values().filter(|active| is_given(active.name().as_str())) {
        let source = &active.flow().source;
        if !source.history {
            continue;
        }
        let (raise, now) = (active.raise(), seams.clock.now());
        seams.store.raise(&source.connection, &source.object, &[], &raise, false, now).await?;
        let known = ObjectReading::of(before, &source.connection, &source.object);
        let reading = ObjectReading::of(&setup, &source.connection, &source.object);
        if let (Some(known), Some(reading)) = (known, reading)
            && reading.fields.iter().any(|field| !known.fields.contains(field))
        {
            read_again(seams, &reading).await?;
        }
    }
    Ok(())
}

/// Lets the history of an object be read from its beginning. The cursor of its changes stays where it is.
async fn read_again(seams: &Seams, reading: &ObjectReading) -> Result<(), StoreError> {
    let now = seams.clock.now();
    let cursor = Cursor { from: Timestamp(0), to: now, after: None, finished: false };
    let ingest = Ingest {
        connection: reading.line.name().clone(),
        object: reading.object.clone(),
        reading: Reading::History,
        at: now,
        incoming: Vec::new(),
        absent: Vec::new(),
        raise: Vec::new(),
        cursor: Some((Walk::History, cursor)),
        calls: Vec::new(),
    };
    seams.store.ingest(ingest).await.map(|_| ())
}
