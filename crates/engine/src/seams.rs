//! Everything that the engine takes as an argument.

use std::sync::Arc;

use contract::store::Store;
use contract::{Chance, Clock, Connectors, Network};

/// Time, chance, network, storage and the connectors there are.
#[derive(Clone)]
pub struct Seams {
    pub store: Arc<dyn Store>,
    pub clock: Arc<dyn Clock>,
    pub chance: Arc<dyn Chance>,
    /// Makes the transport of one connection, which allows the hosts that it lists.
    pub network: Arc<dyn Network>,
    pub connectors: Arc<dyn Connectors>,
}
