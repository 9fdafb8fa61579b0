//! The store's tests: the suite that every store must pass, against a file with threads, a file inline, memory, and a
//! PostgreSQL server; and what only SQLite or only PostgreSQL promises.

mod backing_up;
mod committing;
mod damaged;
mod determinism;
mod given;
mod opening;
mod plans;
mod postgres;
mod promises;
mod reference;
mod tenants;
