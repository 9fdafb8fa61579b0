//! The business of customers: what people do with them and their contacts, and what must come of it.

pub mod edits;
pub mod law;
