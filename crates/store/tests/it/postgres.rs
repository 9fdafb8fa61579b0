//! What only PostgreSQL promises.

pub mod given;
mod opening;
mod plans;
mod together;
