//! Names are taken up into the index of their parts behind what is stored, so that nobody who stores something waits for it.

use std::sync::Arc;
use std::time::Duration;

use contract::store::StoreError;

use super::{PAUSE, SLICE, is_mine, pause};
use crate::nodes::Holdings;
use crate::seams::Seams;

/// Between two looks. What is stored meanwhile is looked through one by one by who searches.
const EVERY: Duration = Duration::from_secs(10);

/// Takes names up.
pub(crate) struct Names {
    pub seams: Seams,
    pub holdings: Arc<Holdings>,
}

impl Names {
    /// Works for as long as it is not dropped.
    pub async fn run(self) {
        loop {
            pause(&self.seams, EVERY).await;
            if is_mine(&self.holdings).await
                && let Err(error) = take_up(&self.seams).await
            {
                tracing::error!(%error, "names cannot be taken up for searching");
            }
        }
    }
}

async fn take_up(seams: &Seams) -> Result<(), StoreError> {
    while seams.store.take_up_names(SLICE).await? == SLICE as u64 {
        pause(seams, PAUSE).await;
    }
    Ok(())
}
