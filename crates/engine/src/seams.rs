//! Everything that the engine takes as an argument.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use contract::functions::Functions;
use contract::store::{Linked, Store, StoreError};
use contract::{Chance, Clock, Connectors, Network};
use model::Catalogue;
use model::link::{Link, LinkSide, Referent};

/// Time, chance, network, storage, the connectors there are, and what runs functions.
#[derive(Clone)]
pub struct Seams {
    pub store: Arc<dyn Store>,
    pub clock: Arc<dyn Clock>,
    pub chance: Arc<dyn Chance>,
    /// Makes the transport of one connection, which allows the hosts that it lists.
    pub network: Arc<dyn Network>,
    pub connectors: Arc<dyn Connectors>,
    /// Runs the functions (自定义函数) that texts name.
    pub functions: Arc<dyn Functions>,
    /// The words for causes, for what is written back to the source in the language of its users.
    pub catalogue: Arc<Catalogue>,
}

impl Seams {
    /// The links of these source sides, in order; asks nothing where there are none.
    pub(crate) async fn links_of(&self, sides: &[LinkSide]) -> Result<Vec<Option<Link>>, StoreError> {
        match sides.is_empty() {
            true => Ok(Vec::new()),
            false => self.store.by_source(sides).await,
        }
    }

    /// What stands at the other side of these records and lines; asks nothing where there are none.
    pub(crate) async fn other_sides(
        &self,
        asked: BTreeSet<Referent>,
    ) -> Result<BTreeMap<Referent, Linked>, StoreError> {
        if asked.is_empty() {
            return Ok(BTreeMap::new());
        }
        let asked: Vec<Referent> = asked.into_iter().collect();
        let linked = self.store.other_sides(&asked).await?;
        Ok(asked.into_iter().zip(linked).collect())
    }
}
