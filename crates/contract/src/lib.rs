//! The seams: what the engine asks of the store, the connectors, the network, the clock and chance.
//!
//! Nothing is implemented here. Each seam of the store comes with the suite that every implementation must pass, in
//! `suites` (feature `suites`).

pub mod chance;
pub mod clock;
pub mod connector;
pub mod functions;
pub mod store;
pub mod transport;
pub mod wire;

#[cfg(feature = "suites")]
pub mod suites;

pub use chance::Chance;
pub use clock::Clock;
pub use connector::{Connector, Connectors};
pub use functions::Functions;
pub use transport::{Network, Transport};
pub use wire::Wire;
