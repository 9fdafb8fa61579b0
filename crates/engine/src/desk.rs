//! The repair desk (数据维护): which tasks a person means, why they stand still, and what is done about all of them.
//!
//! What it does at once is for as many tasks as a person waits for; more is a job ([`crate::jobs`]).

mod acting;
mod ahead;
mod causes;
mod deciding;
mod editing;
mod mapping;
mod selecting;
mod served;

use std::sync::Arc;

use contract::store::StoreError;
use model::access::Grant;

pub use crate::delivery::Asked;
pub use acting::{AT_ONCE, Acted, close, ignore, retry};
pub use ahead::{Ahead, ahead};
pub(crate) use causes::grouped_by;
pub use causes::{CauseGroup, causes};
pub use deciding::{Decided, Decision, asked, decide};
pub use editing::{Edited, Set, To, edit};
pub(crate) use mapping::run_again;
pub use mapping::{Left, originals};
pub use selecting::{Chosen, all_of, holds, may_run_with_others, page};
pub use served::done_to;

use crate::access::AccessBook;
use crate::in_force::InForce;
use crate::seams::Seams;
use crate::setup::Setup;

/// The desk for machines, which come with a token. Made by [`crate::Engine::desk`].
pub struct Desk {
    seams: Seams,
    in_force: Arc<InForce>,
    book: Arc<AccessBook>,
}

impl Desk {
    pub(crate) fn new(seams: Seams, in_force: Arc<InForce>, book: Arc<AccessBook>) -> Desk {
        Desk { seams, in_force, book }
    }

    /// The name of whoever holds the token, where it lets them do that.
    pub async fn admit(&self, token: &str, grant: Grant) -> Result<Option<String>, StoreError> {
        Ok(self.book.holder(token, grant).await?.map(|holder| holder.name))
    }

    pub fn seams(&self) -> &Seams {
        &self.seams
    }

    /// The configuration in force.
    pub async fn setup(&self) -> Result<Arc<Setup>, StoreError> {
        self.in_force.setup().await
    }
}
