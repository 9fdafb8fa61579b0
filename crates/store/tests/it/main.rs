//! The store's tests: the suite that every store must pass, against a file with threads, a file inline, and memory;
//! and what only SQLite promises.

mod committing;
mod determinism;
mod given;
mod opening;
mod plans;
mod promises;
mod reference;
mod tenants;
