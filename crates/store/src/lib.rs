//! The store: everything that must survive, behind the seams of `contract::store`.
//!
//! One file per seam and engine of storage: `sqlite/` today; a second engine gets a sibling folder with the same file
//! names. What does not depend on the engine stands beside them: how a task moves (`transition`), how values are
//! written (`codec`), how secrets are sealed (`seal`).
//!
//! Nothing here knows HTTP, mappings or vendors, reads a clock or rolls dice: times come with each call, and the
//! random bytes that sealing needs come from [`Nonces`].

mod codec;
mod seal;
pub mod sqlite;
mod transition;

pub use contract::store::sentences;
pub use seal::{Key, Nonces};
pub use sqlite::{Mode, Options, Role, Sqlite};
