//! The engine among a small company in memory: what people ask of it, and what the simulator's vendors never do.

mod binding;
mod calling;
mod configuring;
mod delivering;
mod deriving;
mod desk;
mod files;
mod filing;
mod hooking;
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
mod serving;
mod system;
mod telling;
mod voiding;
mod waiting;
mod world;
