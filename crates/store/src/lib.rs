//! The store: everything that must survive, behind the seams of `contract::store`.
//!
//! One file per seam and engine of storage: `sqlite/` and `postgres/` stand side by side, file for file. What does not depend on the engine
//! stands beside them: how a task moves (`transition`), how values are written (`codec`), what a trace finds (`hits`) and
//! how much is listed (`listing`), what becomes of a difference (`reconciled`), how sweeps are written (`swept`), how
//! secrets are sealed (`seal`), how older versions are packed (`packing`), by
//! what parts of names are found (`pieces`).
//!
//! Nothing here knows HTTP, mappings or vendors, reads a clock or rolls dice: times come with each call, and the
//! random bytes that sealing needs come from [`Nonces`].

mod answer;
pub mod backup;
mod codec;
mod edited;
mod hits;
mod listing;
mod options;
mod packing;
mod pieces;
pub mod postgres;
mod reconciled;
mod seal;
pub mod sqlite;
mod swept;
mod transition;
mod upkeep;

pub use contract::store::sentences;
pub use options::{Mode, Options, Role};
pub use postgres::{Address, PassingSchema, Postgres};
pub use seal::{Key, Nonces};
pub use sqlite::Sqlite;
