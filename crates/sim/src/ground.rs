//! On what the store of a run stands.

use std::sync::Arc;

use contract::store::Store;
use store::{Address, Key, Mode, Nonces, Options, PassingSchema, Postgres, Sqlite};

/// Memory, or a PostgreSQL server; the history of a seed is the same on both.
#[derive(Debug, Clone, Default)]
pub enum Ground {
    #[default]
    Memory,
    /// Each run gets a schema of its own, which is removed when the run ends.
    Server(Address),
}

/// A store that stands, and what it stands on.
pub(crate) struct Standing {
    pub store: Arc<dyn Store>,
    pub schema: Option<PassingSchema>,
}

impl Ground {
    /// An empty store for that seed. Whoever asks it waits with everything: the run's clock stands still meanwhile.
    pub(crate) fn store(&self, seed: u64) -> Standing {
        let key = Key::new([7; 32]);
        match self {
            Ground::Memory => {
                let store = Sqlite::memory(key).expect("an empty database in memory opens");
                Standing { store: Arc::new(store), schema: None }
            }
            Ground::Server(address) => {
                let name = format!("sim {}-{seed}", std::process::id());
                let schema = PassingSchema::make(address, &name).expect("the server lets schemas be made");
                let options = Options { mode: Mode::Inline, ..Options::new(key, Nonces::new(|| [9; 24])) };
                let store = Postgres::open(schema.address(), options).expect("an empty schema is opened");
                Standing { store: Arc::new(store), schema: Some(schema) }
            }
        }
    }
}
