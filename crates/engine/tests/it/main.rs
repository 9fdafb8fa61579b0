//! The engine among a small company in memory: what people ask of it, and what the simulator's vendors never do.

mod calling;
mod configuring;
mod delivering;
mod deriving;
mod lines;
mod linking;
mod looking;
mod notifying;
mod planning;
mod rows;
mod system;
mod world;
