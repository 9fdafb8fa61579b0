//! Stand-ins of the vendors' systems, to learn, demo and test without a live ledger.
//!
//! Each stand-in is written from `protocols/` as if by the vendor: strict where the vendor is strict, and ignorant of
//! our connectors. It is a state machine without clock, network or randomness of its own: the time and the chance
//! arrive with each call, so one seed replays one history. [`Sandbox`] puts the faults between a caller and the
//! systems; [`server`] serves them over HTTP; the simulator calls [`Sandbox::call`] directly.

pub mod company;
pub mod dingtalk;
pub mod faults;
pub mod fxiaoke;
pub mod kingdee;
pub mod server;
pub mod stand_in;
pub mod standard_erp;

mod exact;
mod limits;
mod sandbox;
mod state;
mod switchboard;

pub use sandbox::{Outcome, Sandbox, Setting, Tally};
