//! A schema that does not outlive whoever made it: for tests, benches and the simulator.

use contract::store::StoreError;

use super::address::Address;
use super::database::Database;
use crate::options::Mode;

/// An empty schema of a database. It is removed, with everything in it, when this is dropped.
pub struct PassingSchema {
    database: Address,
    name: String,
    address: Address,
}

impl PassingSchema {
    /// Makes a schema of that name, in place of one that was left behind. Blocks.
    pub fn make(database: &Address, name: &str) -> Result<PassingSchema, StoreError> {
        let quoted = quoted(name);
        run(database, format!("drop schema if exists {quoted} cascade; create schema {quoted}"))?;
        Ok(PassingSchema {
            database: database.clone(),
            name: name.into(),
            address: database.in_schema(&quoted),
        })
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where a store that works in this schema is opened.
    pub fn address(&self) -> &Address {
        &self.address
    }
}

impl Drop for PassingSchema {
    fn drop(&mut self) {
        // A server that is gone keeps what it has.
        let _ = run(&self.database, format!("drop schema if exists {} cascade", quoted(&self.name)));
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn run(address: &Address, statements: String) -> Result<(), StoreError> {
    let database = Database::new(address.clone(), Mode::Inline)?;
    let pool = database.pool.clone();
    database.wait(async move { Ok(pool.session().await?.run(&statements).await?) })
}
