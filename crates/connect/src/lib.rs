//! How to talk to the systems: manifests, the built-in connectors, and the one guarded way out to the network.
//!
//! A connector is a folder `connectors/<system>/` (see `connectors/README.md`) and, where the system has a session
//! dance, step plans or signatures, a module here that reads its [`Manifest`] and implements
//! [`contract::Connector`]. Each such module exports a [`BuiltIn`], which [`registry`] lists. Nothing here knows of
//! storage, flows or the queue.

mod announcer;
mod dingtalk;
pub mod exchanges;
mod fxiaoke;
mod kingdee;
pub mod manifest;
mod nearest;
mod registry;
mod sentences;
mod standard_erp;
pub mod transport;
mod webhook;
mod yaml;

pub use manifest::Manifest;
pub use registry::{BuiltIn, Registry, registry};
pub use sentences::sentences;
pub use transport::HttpNetwork;
