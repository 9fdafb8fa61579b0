//! The engine among a small company in memory: what people ask of it, and what the simulator's vendors never do.

mod binding;
mod calling;
mod configuring;
mod delivering;
mod deriving;
mod files;
mod filing;
mod kin;
mod lines;
mod linking;
mod looking;
mod notifying;
mod parsing;
mod planning;
mod pushing;
mod reading;
mod rereading;
mod rows;
mod system;
mod telling;
mod voiding;
mod waiting;
mod world;
