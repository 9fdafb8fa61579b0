//! What is the case, by the rules of the company.

mod lines;
mod records;
mod waiting;

use contract::store::{Store, StoreError};
use model::Timestamp;
use model::alert::Sighting;

pub(super) use lines::at_lines;
pub(super) use records::Memory;

use crate::setup::Setup;

/// What can be seen in the store, by whoever looks.
pub(super) async fn in_store(
    setup: &Setup,
    store: &dyn Store,
    now: Timestamp,
    memory: &mut Memory,
) -> Result<Vec<Sighting>, StoreError> {
    let mut seen = records::troubled(setup, store, now, memory).await?;
    seen.extend(waiting::backlogs(setup, store, now).await?);
    seen.extend(waiting::expiring(setup, store, now).await?);
    Ok(seen)
}
