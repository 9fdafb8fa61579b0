//! Recorded exchanges: what a connector is asked, the calls it must make, the answers it gets, and what it must make
//! of them.
//!
//! [`ScriptedWire`] is the wire of such a test: its clock stands still, its chance is seeded, and it answers from a
//! script.

mod wire;

pub use wire::{Exchange, Reply, ScriptedWire, connection};
