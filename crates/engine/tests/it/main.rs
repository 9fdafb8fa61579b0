//! The engine among a small company in memory: what people ask of it, and what the simulator's vendors never do.

mod configuring;
mod delivering;
mod looking;
mod notifying;
mod planning;
mod system;
mod world;
