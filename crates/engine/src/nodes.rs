//! Several engines on one store: who works on what, and how they wake each other.
//!
//! What is shared out is a [`Group`]: connections that flows join. One node works on all of a group (its lanes, its
//! readers, its parsers), so that a connection's limits, its breaker and the claims on its documents are in one place
//! (`docs/decisions/0013-groups-of-connections.md`). Nobody is elected: a group is a leased row, and whoever finds it free
//! and has not more than its share takes it. An engine alone on its store is the same with one owner.

mod bell;
mod group;
mod holdings;
mod turn;

pub(crate) use bell::Bell;
pub(crate) use group::{Group, groups};
pub(crate) use holdings::{Held, Holdings};
pub(crate) use turn::{Leases, Turns};
