//! Reading: one schedule and one cursor per object of a connection, shared by all flows.

mod ask;
mod reader;
mod slice;
mod source;
mod take;
mod window;

pub use ask::ObjectReading;
pub use reader::Reader;
pub(crate) use take::{content_hash, incoming};
