//! What is the case, by the rules of the company.

mod certificates;
mod differences;
mod lines;
mod records;
mod waiting;

use contract::store::{Store, StoreError};
use model::Timestamp;
use model::alert::Sighting;

pub(super) use certificates::authority;
pub(super) use lines::at_lines;
pub(super) use records::Memory;

use super::owners::Case;
use crate::setup::Setup;

/// What can be seen in the store, by whoever looks; and the records among it whose owners hear of them.
pub(super) async fn in_store(
    setup: &Setup,
    store: &dyn Store,
    now: Timestamp,
    memory: &mut Memory,
) -> Result<(Vec<Sighting>, Vec<Case>), StoreError> {
    let (mut seen, cases) = records::troubled(setup, store, now, memory).await?;
    seen.extend(waiting::backlogs(setup, store, now).await?);
    seen.extend(waiting::expiring(setup, store, now).await?);
    seen.extend(differences::of_flows(setup, store).await?);
    seen.extend(differences::of_objects(setup, store).await?);
    Ok((seen, cases))
}
