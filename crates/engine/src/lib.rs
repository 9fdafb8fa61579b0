//! What the product does: reads what changes, brings it over, and answers for it.
//!
//! [`Engine`] is everything that runs by itself: a reader for each object that flows read ([`reading`]), a lane for
//! each connection that is written to ([`lane`]), where tasks go from scope to settlement (`delivery`). Beside it are
//! the use cases of people: [`apply`], [`bindings`], [`preview`], [`by_hand`], [`check`], [`kin`], [`desk`], [`jobs`],
//! [`reconcile`]; what people hear of without asking, [`alerts`]; and
//! what systems call us for, [`callbacks`], push to us, [`pushes`], send to the addresses of flows, [`webhooks`], and use
//! connections through us for, [`serving`]. Time, chance, network, storage and the
//! connectors come as [`Seams`].

pub mod access;
pub mod alerts;
mod delivery;
mod engine;
mod functions;
mod in_force;
mod nodes;
mod parsing;
mod seams;
mod sentences;
mod signals;
mod watch;

pub mod apply;
pub mod bindings;
pub mod by_hand;
pub mod callbacks;
pub mod check;
pub mod connection;
pub mod desk;
pub mod jobs;
pub mod kin;
pub mod lane;
pub mod looking;
pub mod preview;
pub mod pushes;
pub mod reading;
pub mod reconcile;
pub mod serving;
pub mod setup;
pub mod upkeep;
pub mod webhooks;

pub use engine::{Engine, Options};
pub use seams::Seams;
pub use sentences::sentences;
pub use upkeep::Retention;
